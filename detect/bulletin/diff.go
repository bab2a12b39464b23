package bulletin

import (
	"fmt"
	"slices"
	"strings"

	"ward"
)

// Change is what differs between two revisions in one field: the lines that
// went and those that came.
type Change struct {
	Field   string // ending of the key "bulletin.field."
	Removed []string
	Added   []string
}

// Diff tells what differs between two contents, in the order of the page.
func Diff(old, new Content) []Change {
	var out []Change
	a, b := old.fields(), new.fields()
	for i := range b {
		if removed, added := lines(a[i].text, b[i].text); len(removed)+len(added) > 0 {
			out = append(out, Change{b[i].name, removed, added})
		}
	}
	return out
}

type field struct{ name, text string }

// fields are all that readers see, as lines of text.
func (c Content) fields() []field {
	var cves, products, links, audience []string
	for _, w := range c.Weaknesses {
		cves = append(cves, strings.TrimSpace(w.CVE+" "+w.Vector))
	}
	for _, p := range c.Products {
		products = append(products, fmt.Sprintf("%s %s %s → %s", p.Vendor, p.Name, p.Versions, p.Fixed))
	}
	for _, r := range c.References {
		links = append(links, strings.TrimSpace(r.URL+" "+r.Summary))
	}
	audience = append(audience, words(c.Audience.Countries)...)
	audience = append(audience, words(c.Audience.Kinds)...)
	audience = append(append(audience, c.Audience.Sizes...), c.Audience.Services...)
	audience = append(audience, words(c.Audience.Orgs)...)
	audience = append(audience, c.Audience.Domains...)
	if c.Audience.All {
		audience = append(audience, "*")
	}
	var langs []string
	for _, g := range c.Guidance()[1:] {
		langs = append(langs, string(g.Lang)+" "+fingerprint(g))
	}
	join := func(s []string) string { return strings.Join(s, "\n") }
	withdrawn := ""
	if c.Withdrawn {
		withdrawn = c.Change
	}
	return []field{{"withdrawn", withdrawn}, {"title", c.Text.Title}, {"severity", c.Severity.String()}, {"exploited", string(c.Exploited)}, {"tlp", c.TLP.String()},
		{"summary", c.Text.Summary}, {"patients", c.Text.Patients}, {"it", c.Text.IT}, {"devices", c.Text.Devices}, {"practice", c.Text.Practice},
		{"cves", join(cves)}, {"products", join(products)}, {"references", join(links)}, {"credits", join(c.Credits)}, {"audience", join(audience)}, {"translations", join(langs)}}
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// lines gives the lines of each side that are not in the longest common run of
// both, in their order. Texts are bounded, so the square of their lines is small.
func lines(a, b string) (removed, added []string) {
	x, y := split(a), split(b)
	long := make([][]int, len(x)+1)
	for i := range long {
		long[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i] == y[j]:
			i, j = i+1, j+1
		case long[i+1][j] >= long[i][j+1]:
			removed, i = append(removed, x[i]), i+1
		default:
			added, j = append(added, y[j]), j+1
		}
	}
	return append(removed, x[i:]...), append(added, y[j:]...)
}

func split(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
}

// Guide is a reader's name for the steps that are written for it.
type Guide struct {
	Name string // it, devices, practice: ending of "bulletin.field."
	Text string
}

// Guides are the steps of a text, by reader.
func Guides(g ward.Guidance) []Guide {
	return []Guide{{"it", g.IT}, {"devices", g.Devices}, {"practice", g.Practice}}
}
