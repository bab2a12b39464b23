package csaf

import (
	"errors"
	"strings"
)

// sibling is one branch of a version or range with the products below it.
type sibling struct {
	branch   view
	span     span
	isRange  bool
	leaf     bool // it bears its product itself
	products []string
}

// vers reports a VERS; the others are vls.
func (b sibling) vers() bool { return strings.HasPrefix(b.branch.says("name"), "vers:") }

// siblings calls fn for each group of branches that stand side by side and
// name versions or valid ranges.
func (s *subject) siblings(fn func(group []sibling)) {
	var walk func(at view)
	walk = func(at view) {
		var group []sibling
		for _, b := range at.every("branches") {
			walk(b)
			if sib, ok := readSibling(b); ok {
				group = append(group, sib)
			}
		}
		if len(group) > 1 {
			fn(group)
		}
	}
	walk(s.get("product_tree"))
}

// readSibling reads a branch; ok is false for other categories, for ranges
// that break the rules, and for a branch that has both or neither of its parts.
func readSibling(b view) (out sibling, ok bool) {
	out = sibling{branch: b, leaf: b.get("product").exists()}
	if out.leaf == b.get("branches").exists() {
		return out, false
	}
	switch b.says("category") {
	case exactVersion:
		ok = true
	case versionRange:
		r, err := readSpan(b.says("name"))
		out.span, out.isRange = r, true
		ok = err == nil || errors.Is(err, errUnordered)
	}
	if ok {
		out.products = productsBelow(b, nil)
	}
	return out, ok && len(out.products) > 0
}

// productsBelow gathers the products of a branch and of all below it.
func productsBelow(b view, into []string) []string {
	if id := b.get("product").says("product_id"); id != "" {
		into = append(into, id)
	}
	for _, child := range b.every("branches") {
		into = productsBelow(child, into)
	}
	return into
}

// maxPairs bounds how many pairs of siblings are compared: a thousand versions
// under one product would be a million.
const maxPairs = 200_000

// overlaps calls fn for every range and every sibling that it overlaps.
func (s *subject) overlaps(fn func(a, b sibling)) {
	left := maxPairs
	s.siblings(func(group []sibling) {
		for i, a := range group {
			if !a.isRange {
				continue
			}
			for j, b := range group {
				if i == j || b.isRange && j < i && b.leaf == a.leaf && a.vers() == b.vers() {
					continue // each pair once where it could be told twice
				}
				if left--; left == 0 {
					s.notRun(a.branch, "too many versions side by side to compare all")
				}
				if left <= 0 {
					return
				}
				if b.isRange && overlap(a.span, b.span) || !b.isRange && a.span.contains(b.branch.says("name")) {
					fn(a, b)
				}
			}
		}
	})
}

// which chooses the siblings of one test.
type which func(b sibling) bool

// leafVers, leafVls and leafVersion part the siblings by what the clauses
// 6.2.50 and 6.3.19 have one section each for.
func leafVers(b sibling) bool    { return b.isRange && b.leaf && b.vers() }
func leafVls(b sibling) bool     { return b.isRange && b.leaf && !b.vers() }
func leafVersion(b sibling) bool { return !b.isRange && b.leaf }

// overlapping makes 6.2.50.1 to 6.2.50.3 (contradicting states) and 6.3.19.1
// to 6.3.19.3 (the same state) of versions that overlap.
func overlapping(of which, contradicting bool) func(*subject, say) {
	return func(s *subject, tell say) {
		var kinds []map[string]string
		for _, v := range s.vulns {
			kinds = append(kinds, stateOf(v))
		}
		s.overlaps(func(a, b sibling) {
			if !of(b) {
				return
			}
			for i, v := range s.vulns {
				kind := kinds[i]
				if s.left -= len(a.products); s.left < 0 {
					s.notRun(a.branch, "too many products below versions that overlap")
					return
				}
				for _, id := range a.products {
					other := kind[b.products[0]]
					if kind[id] == "" || other == "" || (kind[id] != other) != contradicting {
						continue
					}
					tell(v.get("product_status"), id+" is "+kind[id]+", "+b.products[0]+" is "+other+", and their versions overlap")
				}
			}
		})
	}
}

// stateOf gives the kind of state of each product; the last one counts where
// 6.1.6 finds several.
func stateOf(vuln view) map[string]string {
	out := map[string]string{}
	states(vuln, func(kind string, id view) {
		if kind != recommended {
			out[id.text()] = kind
		}
	})
	return out
}

// overlappingBranches makes 6.3.19.4 and 6.3.19.5: ranges and versions that
// have branches of their own. The standard's examples want it whether or not a
// vulnerability states anything of their products.
func overlappingBranches(ranges bool) func(*subject, say) {
	return func(s *subject, tell say) {
		s.overlaps(func(a, b sibling) {
			if !b.leaf && b.isRange == ranges {
				tell(b.branch.get("name"), "overlaps "+a.branch.says("name"))
			}
		})
	}
}

// correspondingAffected is 6.1.27.13: a fixed product has an affected one in
// the same vulnerability that is another version of it.
func correspondingAffected(s *subject, tell say) { s.corresponding(fixed, affected, nil, tell) }

// correspondingFixed is 6.2.39.1. What has no fix yet, or never will, is let
// pass, unless a vendor_fix says that there is one.
func correspondingFixed(s *subject, tell say) {
	s.corresponding(affected, fixed, map[string]bool{"fix_planned": true, "no_fix_planned": true, "none_available": true}, tell)
}

// corresponding wants for each product in one kind of state another version of
// it in the other kind. Products outside of the branches are told apart by
// nothing but their names: there any product of the other kind will do.
func (s *subject) corresponding(kind, other string, excuse map[string]bool, tell say) {
	if !s.is(advisory) {
		return
	}
	lines := s.lines()
	for _, v := range s.vulns {
		excused, mended := map[string]bool{}, map[string]bool{}
		for _, r := range v.every("remediations") {
			for _, id := range s.products(r) {
				excused[id] = excused[id] || excuse[r.says("category")]
				mended[id] = mended[id] || r.says("category") == "vendor_fix"
			}
		}
		there := map[string]bool{}
		for id := range inState(v, other) {
			there[lines[id]] = true
		}
		states(v, func(k string, id view) {
			if k == kind && (!excused[id.text()] || mended[id.text()]) && !there[lines[id.text()]] && !(there[""] || lines[id.text()] == "" && len(there) > 0) {
				tell(id, "no version of "+id.text()+" is "+other)
			}
		})
	}
}

// lines names for each product what all its versions share: the branches but
// those of the version. For a product path it is the line of its beginning on
// the very same rest: the same product on another platform is no other version.
// An installed_with adds nothing: the product without it corresponds.
func (s *subject) lines() map[string]string {
	out := map[string]string{}
	for _, d := range s.defined { // paths stand behind what they are made of
		var line []string
		for _, b := range d.trail() {
			switch c := b.says("category"); c {
			case exactVersion, versionRange, "patch_level", "service_pack":
			default:
				line = append(line, c+"\x00"+b.says("name"))
			}
		}
		if d.path.exists() {
			line = append(line, out[d.path.says("beginning_product_reference")])
		}
		for _, sub := range d.path.every("subpaths") {
			if sub.says("category") != "installed_with" {
				line = append(line, sub.says("category")+"\x02"+sub.says("next_product_reference"))
			}
		}
		out[d.id] = strings.Join(line, "\x01")
	}
	return out
}
