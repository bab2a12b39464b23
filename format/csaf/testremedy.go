package csaf

import (
	"slices"
	"strings"
)

// contradicts reports two categories of remediation that exclude one another
// for a product (2.1 section 3.2.4.14.1, first table): workarounds and
// mitigations go with each other and with one word on the fix.
func contradicts(a, b string) bool {
	if a == b {
		return false
	}
	lenient := func(c string) bool { return c == "workaround" || c == "mitigation" }
	standing := func(c string) bool { return c == "vendor_fix" || c == "fix_planned" || c == "no_fix_planned" }
	return !(lenient(a) && (lenient(b) || standing(b)) || standing(a) && lenient(b))
}

// remedyOnce is 6.1.35.
func remedyOnce(s *subject, tell say) {
	for _, v := range s.vulns {
		given := map[string][]string{}
		for _, r := range v.every("remediations") {
			category := r.says("category")
			told := false
			for _, id := range s.products(r) {
				for _, other := range given[id] {
					if contradicts(category, other) && !told {
						tell(r, category+" beside "+other+" for "+id)
						told = true
					}
				}
				if !slices.Contains(given[id], category) {
					given[id] = append(given[id], category)
				}
			}
		}
	}
}

// combinations is the second table of that section: for each category the
// kinds of state that are prohibited (!) or discouraged (?).
var combinations = map[string]string{
	"workaround":     "!not affected;!fixed;?under investigation;?unknown",
	"mitigation":     "!not affected;!fixed;?under investigation;?unknown",
	"vendor_fix":     "!not affected;!fixed;?under investigation;?unknown",
	"optional_patch": "!affected;?fixed",
	"none_available": "!not affected;!fixed",
	"fix_planned":    "?not affected;!fixed;?under investigation;?unknown",
	"no_fix_planned": "?not affected;!fixed",
}

// remedyFits is 6.1.36, remedyAdvised 6.2.27.
func remedyFits(s *subject, tell say) { s.combined("!", tell) }

// remedyAdvised is 6.2.27.
func remedyAdvised(s *subject, tell say) { s.combined("?", tell) }

// combined finds remediations whose category has a mark for a state of the product.
func (s *subject) combined(mark string, tell say) {
	for _, v := range s.vulns {
		state := map[string][]string{}
		states(v, func(kind string, id view) { state[id.text()] = append(state[id.text()], kind) })
		for _, r := range v.every("remediations") {
			bad := ";" + combinations[r.says("category")] + ";"
			if kind, id := s.meets(r, state, func(kind string) bool { return strings.Contains(bad, ";"+mark+kind+";") }); kind != "" {
				tell(r, r.says("category")+" for "+id+", which is "+kind)
			}
		}
	}
}

// meets finds the first product of an item that is in a state.
func (s *subject) meets(item view, state map[string][]string, bad func(kind string) bool) (kind, id string) {
	for _, id := range s.products(item) {
		for _, kind := range state[id] {
			if bad(kind) {
				return kind, id
			}
		}
	}
	return "", ""
}

// missingRemedy is 6.2.2.
func missingRemedy(s *subject, tell say) {
	for _, v := range s.vulns {
		covered := map[string]bool{}
		s.cover(v.each("remediations"), covered)
		states(v, func(kind string, id view) {
			if (kind == affected || kind == investigated) && !covered[id.text()] {
				tell(id, "no remediation for "+id.text())
			}
		})
	}
}
