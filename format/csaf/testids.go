package csaf

import (
	"strings"
	"time"

	"ward/format/problem/jsontree"
)

// productRefs calls fn for every use of a product_id.
func (s *subject) productRefs(fn func(view)) {
	each := func(list view) {
		for _, id := range list.all() {
			fn(id)
		}
	}
	for _, g := range s.path("product_tree", "product_groups").all() {
		each(g.get("product_ids"))
	}
	for _, p := range s.paths() {
		for _, id := range s.parts(p) {
			fn(id)
		}
	}
	for _, v := range s.vulns {
		v.get("product_status").members(func(_ string, list view) { each(list) })
		for _, m := range s.metrics(v) {
			each(m.get("products"))
		}
	}
	s.items(func(item view) { each(item.get("product_ids")) })
}

// productDefined is 6.1.1.
func productDefined(s *subject, tell say) {
	defined := map[string]bool{}
	for _, d := range s.defined {
		defined[d.id] = true
	}
	s.productRefs(func(id view) {
		if id.exists() && !defined[id.text()] {
			tell(id, "unknown product "+id.text())
		}
	})
}

// productOnce is 6.1.2; an id repeated inside a relationship counts as well.
func productOnce(s *subject, tell say) {
	var ids []view
	for _, d := range s.defined {
		ids = append(ids, d.get("product_id"))
	}
	once(ids, asText, tell, "product_id defined")
}

// productUsed is 6.2.1; an informational advisory need not use its products.
func productUsed(s *subject, tell say) {
	if s.profile == informal {
		return
	}
	used := map[string]bool{}
	s.productRefs(func(id view) { used[id.text()] = true })
	for _, d := range s.defined {
		if !used[d.id] {
			tell(d.get("product_id"), "never used: "+d.id)
		}
	}
}

// productCircle is 6.1.3: it follows the parts of each relationship.
func productCircle(s *subject, tell say) {
	parts := map[string][]string{}
	for _, p := range s.paths() {
		id := p.get("full_product_name").says("product_id")
		for _, part := range s.parts(p) {
			parts[id] = append(parts[id], part.text())
		}
	}
	done := map[string]bool{} // false while its parts are being followed
	var circle func(id string) bool
	circle = func(id string) bool {
		if finished, met := done[id]; met {
			return !finished
		}
		done[id] = false
		defer func() { done[id] = true }()
		for _, part := range parts[id] {
			if len(parts[part]) > 0 && circle(part) {
				return true
			}
		}
		return false
	}
	for _, p := range s.paths() {
		if id := p.path("full_product_name", "product_id"); circle(id.text()) {
			tell(id, "the product is part of itself: "+id.text())
		}
	}
}

// pathNested is 6.3.22: no product path stands on another one.
func pathNested(s *subject, tell say) {
	made := map[string]bool{}
	for _, d := range s.defined {
		if d.path.exists() {
			made[d.id] = true
		}
	}
	for _, p := range s.paths() {
		for _, part := range s.parts(p) {
			if made[part.text()] {
				tell(part, "itself a product path: "+part.text())
			}
		}
	}
}

// groupDefined is 6.1.4.
func groupDefined(s *subject, tell say) {
	s.items(func(item view) {
		for _, id := range item.every("group_ids") {
			if _, ok := s.groups[id.text()]; !ok {
				tell(id, "unknown group "+id.text())
			}
		}
	})
}

// groupOnce is 6.1.5.
func groupOnce(s *subject, tell say) {
	var ids []view
	for _, g := range s.path("product_tree", "product_groups").all() {
		ids = append(ids, g.get("group_id"))
	}
	once(ids, asText, tell, "group_id defined")
}

// contradiction is 6.1.6. recommended is in no group of states, because an
// update may be recommended that mends something else.
func contradiction(s *subject, tell say) {
	for _, v := range s.vulns {
		state := map[string]string{}
		states(v, func(kind string, id view) {
			if kind == "" || kind == recommended {
				return
			}
			if was, ok := state[id.text()]; ok && was != kind {
				tell(id, "the product is "+was+" and "+kind+": "+id.text())
			}
			state[id.text()] = kind
		})
	}
}

// cveOnce is 6.1.23.
func cveOnce(s *subject, tell say) {
	var cves []view
	for _, v := range s.vulns {
		cves = append(cves, v.get("cve"))
	}
	once(cves, asText, tell, "CVE used")
}

// involvementOnce is 6.1.24: a party once "at any date", so that those without count for none.
func involvementOnce(s *subject, tell say) {
	for _, v := range s.vulns {
		once(v.each("involvements"), func(i view) string {
			date := i.says("date")
			if date == "" {
				return "" // 6.2.7 asks for one
			}
			if t, ok := i.get("date").time(); ok {
				date = t.UTC().Format(time.RFC3339Nano)
			}
			return i.says("party") + " " + date
		}, tell, "party and date")
	}
}

// involvementDate is 6.2.7.
func involvementDate(s *subject, tell say) {
	for _, v := range s.vulns {
		for _, i := range v.every("involvements") {
			if !i.get("date").exists() {
				tell(i, "without date")
			}
		}
	}
}

// remediationProducts is 6.1.29, flagProducts 6.1.32.
func remediationProducts(s *subject, tell say) { namesProducts(s, "remediations", tell) }
func flagProducts(s *subject, tell say)        { namesProducts(s, "flags", tell) }

// namesProducts wants one of the two lists, even an empty one: the schema
// forbids those.
func namesProducts(s *subject, part string, tell say) {
	for _, v := range s.vulns {
		for _, item := range v.every(part) {
			if !item.get("product_ids").exists() && !item.get("group_ids").exists() {
				tell(item, "neither product_ids nor group_ids")
			}
		}
	}
}

// justificationOnce is 6.1.33: it counts the flags that are VEX justifications.
func justificationOnce(s *subject, tell say) {
	codes := map[string]bool{"component_not_present": true, "inline_mitigations_already_exist": true, "vulnerable_code_cannot_be_controlled_by_adversary": true,
		"vulnerable_code_not_in_execute_path": true, "vulnerable_code_not_present": true}
	for _, v := range s.vulns {
		seen := map[string]bool{}
		for _, f := range v.every("flags") {
			if !codes[f.says("label")] {
				continue
			}
			mine := map[string]bool{} // one flag may name a product twice, by id and by group
			for _, id := range s.products(f) {
				if seen[id] && !mine[id] {
					tell(f, "a second justification for "+id)
				}
				seen[id], mine[id] = true, true
			}
		}
	}
}

// noCVE is 6.2.17: CVE numbers have a member of their own.
func noCVE(s *subject, tell say) {
	for _, v := range s.vulns {
		for _, id := range v.every("ids") {
			if text := id.says("text"); isCVE(text) {
				tell(id, "a CVE number: "+text)
			}
		}
	}
}

// isCVE is the form that 6.2.17 gives.
func isCVE(s string) bool {
	year, number, ok := strings.Cut(strings.TrimPrefix(s, "CVE-"), "-")
	return ok && strings.HasPrefix(s, "CVE-") && len(year) == 4 && len(number) >= 4 && strings.Trim(year+number, "0123456789") == ""
}

// hasCVE is 6.3.3, hasCWE 6.3.4.
func hasCVE(s *subject, tell say) { eachNeeds(s, tell, "no CVE number", itself, "cve") }

// hasCWE is 6.3.4; 2.1 has a list of weaknesses where 2.0 has one.
func hasCWE(s *subject, tell say) { eachNeeds(s, tell, "no CWE", itself, "cwe", "cwes") }

// registered are the vulnerability ID systems of the registry that the
// standard's committee keeps (RVISC, August 2026), with the form of their texts.
var registered = map[string]func(text string) bool{
	"https://github.com/oasis-tcs/csaf": func(s string) bool { return strings.HasPrefix(s, "#") && isInteger(s[1:]) && s != "#0" },
	"https://euvd.enisa.europa.eu":      isEUVD,
	"https://gcve.eu": func(s string) bool {
		who, rest, ok := strings.Cut(strings.TrimPrefix(s, "GCVE-"), "-")
		printable := strings.Trim(rest, "\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~") == ""
		return ok && strings.HasPrefix(s, "GCVE-") && who != "" && strings.Trim(who, "0123456789") == "" && rest != "" && printable && len(s) >= 8 && len(s) <= 255
	},
}

// isEUVD reports an identifier of the vulnerability database of the European Union.
func isEUVD(s string) bool {
	year, number, ok := strings.Cut(strings.TrimPrefix(s, "EUVD-"), "-")
	return ok && strings.HasPrefix(s, "EUVD-") && len(year) == 4 && isInteger(year) && len(number) >= 4 && strings.Trim(number, "0123456789") == ""
}

// idText is 6.2.53, idSystem 6.3.20.
func idText(s *subject, tell say) {
	s.ids(func(id view) {
		if fits := registered[id.says("system_name")]; fits != nil && !fits(id.says("text")) {
			tell(id.get("text"), "not of the form that the system registered: "+id.says("text"))
		}
	})
}

// idSystem is 6.3.20: what is no text is the schema's.
func idSystem(s *subject, tell say) {
	s.ids(func(id view) {
		if name := id.get("system_name"); name.is(jsontree.String) && registered[name.text()] == nil {
			tell(name, "no registered system: "+name.text())
		}
	})
}

// ids goes over the identifiers of all vulnerabilities.
func (s *subject) ids(fn func(view)) {
	for _, v := range s.vulns {
		for _, id := range v.every("ids") {
			fn(id)
		}
	}
}
