package csaf

import "strings"

// productRefs calls fn for every use of a product_id.
func productRefs(doc view, fn func(view)) {
	each := func(list view) {
		for _, id := range list.list() {
			fn(id)
		}
	}
	tree := doc.get("product_tree")
	for _, g := range tree.get("product_groups").list() {
		each(g.get("product_ids"))
	}
	for _, r := range tree.get("relationships").list() {
		fn(r.get("product_reference"))
		fn(r.get("relates_to_product_reference"))
	}
	for _, v := range vulnerabilities(doc) {
		v.get("product_status").members(func(_ string, list view) { each(list) })
		for _, s := range v.get("scores").list() {
			each(s.get("products"))
		}
		for _, part := range [...]string{"remediations", "threats", "flags"} {
			for _, item := range v.get(part).list() {
				each(item.get("product_ids"))
			}
		}
	}
}

// productDefined is 6.1.1.
func productDefined(doc view, tell say) {
	defined := map[string]bool{}
	products(doc, func(p view) { defined[p.get("product_id").text()] = true })
	productRefs(doc, func(id view) {
		if id.exists() && !defined[id.text()] {
			tell(id, "unknown product "+id.text())
		}
	})
}

// productOnce is 6.1.2; an id repeated inside a relationship counts as well.
func productOnce(doc view, tell say) {
	var ids []view
	products(doc, func(p view) { ids = append(ids, p.get("product_id")) })
	once(ids, asText, tell, "product_id defined")
}

// productCircle is 6.1.3: it follows the two sides of each relationship.
func productCircle(doc view, tell say) {
	sides := map[string][]string{}
	relationships := doc.at("product_tree", "relationships").list()
	for _, r := range relationships {
		id := r.at("full_product_name", "product_id").text()
		sides[id] = append(sides[id], r.get("product_reference").text(), r.get("relates_to_product_reference").text())
	}
	done := map[string]bool{} // false while its sides are being followed
	var circle func(id string) bool
	circle = func(id string) bool {
		if finished, met := done[id]; met {
			return !finished
		}
		done[id] = false
		defer func() { done[id] = true }()
		for _, side := range sides[id] {
			if len(sides[side]) > 0 && circle(side) {
				return true
			}
		}
		return false
	}
	for _, r := range relationships {
		if id := r.at("full_product_name", "product_id"); circle(id.text()) {
			tell(id, "the product is part of itself: "+id.text())
		}
	}
}

// groupDefined is 6.1.4.
func groupDefined(doc view, tell say) {
	defined := map[string]bool{}
	for _, g := range doc.at("product_tree", "product_groups").list() {
		defined[g.get("group_id").text()] = true
	}
	for _, v := range vulnerabilities(doc) {
		for _, part := range [...]string{"remediations", "threats", "flags"} {
			for _, item := range v.get(part).list() {
				for _, id := range item.get("group_ids").list() {
					if !defined[id.text()] {
						tell(id, "unknown group "+id.text())
					}
				}
			}
		}
	}
}

// groupOnce is 6.1.5.
func groupOnce(doc view, tell say) {
	var ids []view
	for _, g := range doc.at("product_tree", "product_groups").list() {
		ids = append(ids, g.get("group_id"))
	}
	once(ids, asText, tell, "group_id defined")
}

// contradiction is 6.1.6: it sorts the states into four kinds. recommended is
// in none, because an update may be recommended that mends something else.
func contradiction(doc view, tell say) {
	kinds := map[string]string{"first_affected": "affected", "known_affected": "affected", "last_affected": "affected",
		"known_not_affected": "not affected", "first_fixed": "fixed", "fixed": "fixed", "under_investigation": "under investigation"}
	order := [...]string{"first_affected", "known_affected", "last_affected", "known_not_affected", "first_fixed", "fixed", "under_investigation"}
	for _, v := range vulnerabilities(doc) {
		state := map[string]string{}
		for _, word := range order {
			for _, id := range v.at("product_status", word).list() {
				was, ok := state[id.text()]
				if ok && was != kinds[word] {
					tell(id, "the product is "+was+" and "+kinds[word]+": "+id.text())
				}
				state[id.text()] = kinds[word]
			}
		}
	}
}

// cveOnce is 6.1.23.
func cveOnce(doc view, tell say) {
	var cves []view
	for _, v := range vulnerabilities(doc) {
		cves = append(cves, v.get("cve"))
	}
	once(cves, asText, tell, "CVE used")
}

// involvementOnce is 6.1.24; entries without date are one day for it.
func involvementOnce(doc view, tell say) {
	for _, v := range vulnerabilities(doc) {
		once(v.get("involvements").list(), func(i view) string {
			return i.get("party").text() + " " + i.get("date").text()
		}, tell, "party and date")
	}
}

// hashOnce is 6.1.25.
func hashOnce(doc view, tell say) {
	products(doc, func(p view) {
		for _, h := range p.at("product_identification_helper", "hashes").list() {
			var algorithms []view
			for _, f := range h.get("file_hashes").list() {
				algorithms = append(algorithms, f.get("algorithm"))
			}
			once(algorithms, func(a view) string { return strings.ToLower(a.text()) }, tell, "algorithm")
		}
	})
}

// groups lists the products of each group.
func groups(doc view) map[string][]string {
	out := map[string][]string{}
	for _, g := range doc.at("product_tree", "product_groups").list() {
		out[g.get("group_id").text()] = g.get("product_ids").texts()
	}
	return out
}

// members resolves the products of a remediation, threat or flag.
func members(groups map[string][]string, item view) []string {
	out := item.get("product_ids").texts()
	for _, id := range item.get("group_ids").texts() {
		out = append(out, groups[id]...)
	}
	return out
}

// remediationProducts is 6.1.29, flagProducts 6.1.32.
func remediationProducts(doc view, tell say) { namesProducts(doc, "remediations", tell) }
func flagProducts(doc view, tell say)        { namesProducts(doc, "flags", tell) }

// namesProducts wants one of the two lists, even an empty one: the schema
// forbids those.
func namesProducts(doc view, part string, tell say) {
	for _, v := range vulnerabilities(doc) {
		for _, item := range v.get(part).list() {
			if !item.get("product_ids").exists() && !item.get("group_ids").exists() {
				tell(item, "neither product_ids nor group_ids")
			}
		}
	}
}

// justificationOnce is 6.1.33: it counts the flags that are VEX justifications.
func justificationOnce(doc view, tell say) {
	vex := map[string]bool{"component_not_present": true, "inline_mitigations_already_exist": true, "vulnerable_code_cannot_be_controlled_by_adversary": true,
		"vulnerable_code_not_in_execute_path": true, "vulnerable_code_not_present": true}
	byGroup := groups(doc)
	for _, v := range vulnerabilities(doc) {
		seen := map[string]bool{}
		for _, f := range v.get("flags").list() {
			if !vex[f.get("label").text()] {
				continue
			}
			mine := map[string]bool{} // one flag may name a product twice, by id and by group
			for _, id := range members(byGroup, f) {
				if seen[id] && !mine[id] {
					tell(f, "a second justification for "+id)
				}
				seen[id], mine[id] = true, true
			}
		}
	}
}
