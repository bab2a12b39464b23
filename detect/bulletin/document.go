package bulletin

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/format/cvss"
)

// publication is what a document says beside the content.
type publication struct {
	Number    string
	Version   int
	At        time.Time // of this revision
	History   []issued  // of all revisions, this one last
	Publisher string
	Namespace string
	Page      string // address of the public page
	Canonical string // address of the document in the house's feed; empty where it has none
}

// issued is one published revision.
type issued struct {
	Version int
	At      time.Time
	Summary string
}

type object = map[string]any

// document writes an alert as CSAF 2.0. With products it is a security advisory
// (section 4.4), without it is the base profile (section 4.1), since the others
// want what such an alert does not have.
func document(c Content, p publication) ([]byte, error) {
	head := object{"csaf_version": "2.0", "category": "csaf_base", "title": title(c), "lang": string(c.Text.Lang),
		"publisher":          object{"category": "coordinator", "name": p.Publisher, "namespace": p.Namespace},
		"distribution":       object{"tlp": object{"label": label(c.TLP)}, "text": "TLP:" + c.TLP.String()},
		"aggregate_severity": object{"text": c.Severity.String()},
		"notes":              notes(c), "references": references(c, p), "tracking": tracking(p)}
	doc := object{"document": head}
	if !c.Withdrawn {
		for _, name := range c.Credits { // section 3.2.1.1: who wished it
			thanks, _ := head["acknowledgments"].([]object)
			head["acknowledgments"] = append(thanks, object{"names": []string{name}})
		}
		tree, ids := products(c.Products)
		if len(ids) > 0 {
			head["category"], doc["product_tree"] = "csaf_security_advisory", tree
		}
		if v := vulnerabilities(c, p, ids); len(v) > 0 {
			doc["vulnerabilities"] = v
		}
	}
	return json.MarshalIndent(doc, "", "  ")
}

// title says in the document itself that it was taken back: CSAF 2.0 has no
// other place for it.
func title(c Content) string {
	if c.Withdrawn {
		return "Withdrawn: " + c.Text.Title
	}
	return c.Text.Title
}

// label is the name of a marking in CSAF 2.0 (section 3.2.1.5.2.1).
func label(t ward.TLP) string {
	if t == ward.TLPClear {
		return "WHITE"
	}
	return t.String()
}

func notes(c Content) []object {
	if c.Withdrawn {
		return []object{{"category": "summary", "title": "Why it was withdrawn", "text": c.Change}}
	}
	var out []object
	for _, n := range csaf.GuidanceNotes(c.Guidance()) {
		out = append(out, object{"category": n.Category, "title": n.Title, "audience": n.Audience, "text": n.Text})
	}
	return out
}

func references(c Content, p publication) []object {
	out := []object{{"category": "self", "summary": p.Number, "url": p.Page}}
	if strings.HasPrefix(p.Canonical, "https://") { // test 6.2.11
		out = append(out, object{"category": "self", "summary": p.Number + ", canonical URL", "url": p.Canonical})
	}
	for _, r := range c.References {
		summary := r.Summary
		if summary == "" {
			summary = r.URL
		}
		out = append(out, object{"category": "external", "summary": summary, "url": escaped(r.URL)})
	}
	return out
}

// escaped writes an address as the schema wants it (RFC 3986): browsers show and
// people paste letters and brackets that a URI writes with percent signs.
func escaped(address string) string {
	var b strings.Builder
	fragment := false
	for i := range len(address) {
		c := address[i]
		plain := c > ' ' && c < 0x7f && !strings.ContainsRune("%#[]<>\"{}|\\^`", rune(c))
		switch {
		case c == '%' && i+2 < len(address) && strings.Trim(address[i+1:i+3], "0123456789abcdefABCDEF") == "", plain:
			b.WriteByte(c)
		case c == '#' && !fragment:
			fragment = true
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func tracking(p publication) object {
	var history []object
	for _, h := range p.History {
		history = append(history, object{"number": strconv.Itoa(h.Version), "date": stamp(h.At), "summary": h.Summary})
	}
	return object{"id": p.Number, "status": "final", "version": strconv.Itoa(p.Version), "revision_history": history,
		"initial_release_date": stamp(p.History[0].At), "current_release_date": stamp(p.At)}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// products makes the tree, vendors and names once each, and the ids of its leaves.
func products(list []Product) (tree object, ids []string) {
	var vendors []object
	at := map[string]object{}
	add := func(key string, parent *[]object, category, name string) object {
		b, known := at[key]
		if !known {
			b = object{"category": category, "name": name, "branches": &[]object{}}
			at[key] = b
			*parent = append(*parent, b)
		}
		return b
	}
	for i, p := range list {
		id := "P" + strconv.Itoa(i+1)
		vendor := add(p.Vendor, &vendors, "vendor", p.Vendor)
		name := add(p.Vendor+"\x00"+p.Name, vendor["branches"].(*[]object), "product_name", p.Name)
		leaves := name["branches"].(*[]object)
		*leaves = append(*leaves, leaf(p, id))
		ids = append(ids, id)
	}
	return object{"branches": vendors}, ids
}

// everyVersion is the range of a product of which no version is named.
const everyVersion = "vers:all/*"

// leaf is a version where one is named, else a range (section 3.1.2.2).
func leaf(p Product, id string) object {
	category, name := "product_version_range", p.Versions
	switch {
	case name == "" || strings.EqualFold(name, "all"): // as a version it would be a range in disguise (6.1.31)
		name = everyVersion
	case !strings.ContainsAny(name, "<>=*|") && !strings.ContainsAny(name, " "):
		category = "product_version"
	}
	full := strings.TrimSpace(p.Vendor + " " + p.Name + " " + p.Versions)
	return object{"category": category, "name": name, "product": object{"name": full, "product_id": id}}
}

// vulnerabilities are the CVEs; an alert on products without one, or on what
// attackers use, has one of its own number.
func vulnerabilities(c Content, p publication, ids []string) []object {
	list := c.Weaknesses
	if len(list) == 0 && (len(ids) > 0 || c.Exploited != ward.ExploitationNone) {
		list = []Weakness{{}}
	}
	var out []object
	for _, w := range list {
		v := object{"title": c.Text.Title, "notes": []object{{"category": "description", "title": "Description", "text": c.Text.Summary}}}
		if w.CVE != "" {
			v["cve"] = w.CVE
		} else {
			v["ids"] = []object{{"system_name": p.Publisher, "text": p.Number}}
		}
		if len(ids) > 0 {
			v["product_status"], v["remediations"] = object{"known_affected": ids}, remediations(c, ids)
			if s, err := cvss.Parse(w.Vector); err == nil {
				v["scores"] = []object{{"products": ids, "cvss_v3": object{"version": s.Version, "vectorString": w.Vector,
					"baseScore": s.Value, "baseSeverity": strings.ToUpper(s.Severity.String())}}}
			}
		}
		if t := exploitation(c.Exploited); t != "" {
			threat := object{"category": "exploit_status", "details": t}
			if len(ids) > 0 {
				threat["product_ids"] = ids
			}
			v["threats"] = []object{threat}
		}
		out = append(out, v)
	}
	return out
}

// exploitation is the threat in the words that readers of CSAF know.
func exploitation(x ward.Exploitation) string {
	switch x {
	case ward.ExploitationProof:
		return "A proof of concept is public."
	case ward.ExploitationExploited:
		return "Exploited in the wild."
	case ward.ExploitationRansomware:
		return "Exploited in the wild by ransomware groups."
	}
	return ""
}

// remediations: the fix of each product that has one, and for all the steps of
// the notes.
func remediations(c Content, ids []string) []object {
	out := []object{{"category": "mitigation", "details": "Follow the steps for each reader in the notes of this document.", "product_ids": ids}}
	for i, p := range c.Products {
		if p.Fixed != "" {
			out = append(out, object{"category": "vendor_fix", "details": "Install version " + p.Fixed + ".", "product_ids": []string{ids[i]}})
		}
	}
	return out
}
