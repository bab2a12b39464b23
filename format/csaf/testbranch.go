package csaf

import (
	"errors"
	"slices"
	"strings"

	"ward/format/pattern"
)

const (
	exactVersion = "product_version"
	versionRange = "product_version_range"
)

// named calls fn for the name of every branch of a category.
func (s *subject) named(category string, fn func(name view)) {
	s.branches(func(b view) {
		if b.says("category") == category {
			fn(b.get("name"))
		}
	})
}

// versionNoRange is 6.1.31: it looks for the operators and, between blanks, the
// words that 6.1.31 lists; "after-eight" is a version.
func versionNoRange(s *subject, tell say) {
	words := []string{"after", "all", "before", "earlier", "later", "prior", "versions"}
	s.named(exactVersion, func(name view) {
		isRange := strings.ContainsAny(name.text(), "<>")
		for _, word := range strings.Fields(strings.ToLower(name.text())) {
			isRange = isRange || slices.Contains(words, word)
		}
		if isRange {
			tell(name, "a range: "+name.text())
		}
	})
}

// maxBranches is the depth of section 5.5 of 2.1.
const maxBranches = 30

// branchDepth is 6.1.34.
func branchDepth(s *subject, tell say) {
	for _, d := range s.defined {
		if len(d.trail()) > maxBranches {
			tell(d, "below more than 30 branches")
		}
	}
}

// rangeRules is 6.1.50. A VERS type whose versions cannot be put in order here
// is held to all other rules.
func rangeRules(s *subject, tell say) {
	s.named(versionRange, func(name view) {
		r, err := readSpan(name.text())
		switch {
		case errors.Is(err, errUnordered) && r.kind != "":
			s.notRun(name, "the order of versions of VERS type "+r.kind+" is not known here")
		case err != nil && !errors.Is(err, errUnordered):
			tell(name, err.Error()+": "+name.text())
		}
	})
}

// rangeSingle is 6.1.59.
func rangeSingle(s *subject, tell say) {
	s.named(versionRange, func(name view) {
		if r, _ := readSpan(name.text()); r.single() {
			tell(name, "a single version: "+name.text())
		}
	})
}

var versForm = pattern.Of(`^vers:[a-z.\-+][a-z0-9.\-+]*/.+`)

// rangeVers is 6.2.18.
func rangeVers(s *subject, tell say) {
	s.named(versionRange, func(name view) {
		if !versForm().MatchString(name.text()) {
			tell(name, "no VERS; can the versions be listed? "+name.text())
		}
	})
}

// rangeType is 6.2.51.
func rangeType(s *subject, tell say) {
	s.named(versionRange, func(name view) {
		kind, _, ok := strings.Cut(strings.TrimPrefix(name.text(), "vers:"), "/")
		if !ok || !strings.HasPrefix(name.text(), "vers:") {
			return
		}
		switch ordered, known := versTypes[kind]; {
		case !known:
			tell(name, "no registered VERS type: "+kind)
		case !ordered:
			tell(name, "a registered VERS type that is not supported here: "+kind)
		}
	})
}

// rangeOpen is 6.2.49.
func rangeOpen(s *subject, tell say) {
	s.named(versionRange, func(name view) {
		if r, err := readSpan(name.text()); (err == nil || errors.Is(err, errUnordered)) && r.openAbove() {
			tell(name, "without upper end: "+name.text())
		}
	})
}

// noRange is 6.3.10.
func noRange(s *subject, tell say) {
	s.branches(func(b view) {
		if c := b.get("category"); c.text() == versionRange {
			tell(c, "a range of versions: "+b.says("name"))
		}
	})
}

// versionV is 6.3.11.
func versionV(s *subject, tell say) {
	s.named(exactVersion, func(name view) {
		if v := name.text(); len(v) > 1 && (v[0] == 'v' || v[0] == 'V') && v[1] >= '0' && v[1] <= '9' {
			tell(name, "begins with a v: "+v)
		}
	})
}

// stackedCategories is 6.1.57, versionAndRange 6.1.58: what a path to a
// product may not hold together.
func stackedCategories(s *subject, tell say) {
	told := map[string]bool{}
	s.above(func(_ definition, b view, seen []string) {
		category := b.says("category")
		if category != "product_family" && slices.Contains(seen, category) {
			onceAt(b.get("category"), told, tell, category+" twice on one path")
		}
	})
}

// versionAndRange is 6.1.58, whichever of the two stands above the other.
func versionAndRange(s *subject, tell say) {
	told := map[string]bool{}
	other := map[string]string{exactVersion: versionRange, versionRange: exactVersion}
	s.above(func(_ definition, b view, seen []string) {
		if o := other[b.says("category")]; o != "" && slices.Contains(seen, o) {
			onceAt(b.get("category"), told, tell, "a version and a range on one path")
		}
	})
}

// onceAt tells a place once: a branch is above many products.
func onceAt(at view, told map[string]bool, tell say, detail string) {
	if place := at.place(); !told[place] {
		told[place] = true
		tell(at, detail)
	}
}

// above calls fn for every branch over every product with the categories above it.
func (s *subject) above(fn func(d definition, b view, seen []string)) {
	for _, d := range s.defined {
		var seen []string
		for _, b := range d.trail() {
			fn(d, b, seen)
			if c := b.says("category"); len(seen) < maxBranches && !slices.Contains(seen, c) {
				seen = append(seen, c)
			}
		}
	}
}

// branchOrder is 6.3.9: vendor, product_name and product_version in that order.
func branchOrder(s *subject, tell say) {
	for _, d := range s.defined {
		want := []string{"vendor", "product_name", "product_version"}
		for _, b := range d.trail() {
			if len(want) > 0 && b.says("category") == want[0] {
				want = want[1:]
			}
		}
		if d.branch.exists() && len(want) > 0 {
			tell(d, "no "+want[0]+" in its place above "+d.id)
		}
	}
}

// vendorName is 6.2.48.
func vendorName(s *subject, tell say) {
	s.named("vendor", func(name view) {
		if strings.EqualFold(strings.Join(strings.Fields(name.text()), ""), "opensource") {
			tell(name, "no vendor: "+name.text())
		}
	})
}
