package csaf

import (
	"crypto/sha256"
	"io"
	"slices"
	"strings"
)

// maxPaths bounds the products listed with one change.
const maxPaths = 20

// remedies compares the advice of two revisions. The same words are the same
// advice, whatever they are attached to; other words of the same category for
// the same products are a change of it.
func (c *Changes) remedies(old, new *Document) {
	before, after := old.advice(), new.advice()
	gone := map[string][]advice{}
	vanished := subtract(before, after)
	for _, g := range vanished {
		gone[g.scope()] = append(gone[g.scope()], g)
	}
	for _, a := range subtract(after, before) {
		change := Change{Kind: RemediationAdded, New: a.text(), Paths: a.shown(), CVEs: a.CVEs}
		if was := gone[a.scope()]; len(was) > 0 {
			change.Kind, change.Old = RemediationChanged, was[0].text()
			gone[a.scope()] = was[1:]
		}
		c.add(change)
	}
	for _, g := range vanished {
		if left := gone[g.scope()]; len(left) > 0 && left[0].print == g.print {
			gone[g.scope()] = left[1:]
			c.add(Change{Kind: RemediationRemoved, Old: g.text(), Paths: g.shown(), CVEs: g.CVEs})
		}
	}
}

// advice is a Remedy with the products that it is for.
type advice struct {
	Remedy
	print string
	paths []string // sorted
}

// text is category and words.
func (a *advice) text() string {
	s := a.Category + ": " + a.Details
	if a.URL != "" {
		s += " " + a.URL
	}
	return strings.TrimSpace(s)
}

// scope is equal for advice of one category for the same products.
func (a *advice) scope() string {
	h := sha256.New()
	for _, p := range a.paths {
		io.WriteString(h, p+"\x00")
	}
	return a.Category + string(h.Sum(nil))
}

func (a *advice) shown() []string { return a.paths[:min(len(a.paths), maxPaths)] }

// advice lists the remedies of the document with their products.
func (d *Document) advice() []advice {
	remedies := d.Remedies("")
	out := make([]advice, len(remedies))
	at := make(map[string]int, len(remedies))
	for i, r := range remedies {
		out[i] = advice{Remedy: r, print: r.print()}
		at[out[i].print] = i
	}
	for _, r := range d.refs {
		if r.kind != refRemediation || r.product == everyProduct {
			continue
		}
		i := at[d.Vulnerabilities[r.vuln].Remediations[r.item].print()]
		out[i].paths = append(out[i].paths, d.Products[r.product].path)
	}
	for i := range out {
		slices.Sort(out[i].paths)
		out[i].paths = slices.Compact(out[i].paths)
	}
	return out
}

// subtract gives what is in a and not in b.
func subtract(a, b []advice) []advice {
	known := make(map[string]bool, len(b))
	for _, x := range b {
		known[x.print] = true
	}
	var out []advice
	for _, x := range a {
		if !known[x.print] {
			out = append(out, x)
		}
	}
	return out
}
