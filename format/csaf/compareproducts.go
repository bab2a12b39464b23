package csaf

import (
	"fmt"
	"slices"
	"strings"

	"ward"
)

// products compares the trees: same path, or the same names with another
// version, or new, or gone.
func (c *Changes) products(old, new *Document) {
	before, after := productsByPath(old), productsByPath(new)
	gone := map[movedKey][]*Product{}
	for i := range old.Products {
		if p := &old.Products[i]; after[p.path] == nil && before[p.path][0] == p {
			k := old.movedKey(p)
			gone[k] = append(gone[k], p)
		}
	}
	moved := map[*Product]bool{}
	for i := range new.Products {
		p := &new.Products[i]
		k := new.movedKey(p)
		switch {
		case after[p.path][0] != p: // told with the first of that path
		case before[p.path] != nil:
			c.states(old, new, before[p.path], after[p.path])
		case len(gone[k]) > 0:
			was := gone[k][0]
			gone[k] = gone[k][1:]
			moved[was] = true
			c.add(Change{Kind: VersionChanged, Old: old.versionText(was), New: new.versionText(p), Paths: []string{p.path}})
		default:
			c.add(Change{Kind: ProductAdded, New: k.state.String(), Paths: []string{p.path}})
		}
	}
	for i := range old.Products {
		if p := &old.Products[i]; after[p.path] == nil && before[p.path][0] == p && !moved[p] {
			c.add(Change{Kind: ProductRemoved, Old: worst(old.States(p.ID)).String(), Paths: []string{p.path}})
		}
	}
}

// movedKey pairs a vanished product with an added one: the same names and the
// same worst state mean that only its version text was changed.
type movedKey struct {
	kin   string
	state ward.ProductStatus
}

func (d *Document) movedKey(p *Product) movedKey {
	return movedKey{d.kin(p), worst(d.States(p.ID))}
}

// productsByPath finds the products of each path: publishers do define one
// twice, with a state each, and people see one.
func productsByPath(d *Document) map[string][]*Product {
	out := make(map[string][]*Product, len(d.Products))
	for i := range d.Products {
		p := &d.Products[i]
		out[p.path] = append(out[p.path], p)
	}
	return out
}

// kin is the path of a product without its version.
func (d *Document) kin(p *Product) string {
	if p.Relation != nil {
		return d.kin(d.Product(p.Relation.Product)) + "\x00" + p.Relation.Category + "\x00" + d.kin(d.Product(p.Relation.RelatesTo))
	}
	var parts []string
	for _, b := range p.Branches() {
		switch b.Category {
		case "product_version", "product_version_range", "service_pack", "patch_level":
		default:
			parts = append(parts, b.Name)
		}
	}
	if parts == nil {
		return p.path
	}
	return strings.Join(parts, "\x00")
}

// versionText is what the change of a version shows.
func (d *Document) versionText(p *Product) string {
	c := d.identity(p)
	return first(c.Range, c.Version)
}

// states compares what two revisions say of one path, for the vulnerabilities
// that both know.
func (c *Changes) states(old, new *Document, was, now []*Product) {
	before, after := stateByCVE(old, was), stateByCVE(new, now)
	moves := map[[2]ward.ProductStatus][]string{}
	for cve, b := range after {
		a := before[cve]
		if a != b && (a != ward.StatusNone || old.names(cve)) {
			moves[[2]ward.ProductStatus{a, b}] = append(moves[[2]ward.ProductStatus{a, b}], cve)
		}
	}
	for cve, a := range before {
		if _, still := after[cve]; !still && new.names(cve) {
			moves[[2]ward.ProductStatus{a, ward.StatusNone}] = append(moves[[2]ward.ProductStatus{a, ward.StatusNone}], cve)
		}
	}
	for _, move := range sortedKeys(moves) {
		cves := moves[move]
		slices.Sort(cves)
		c.add(Change{Kind: StatusChanged, Old: move[0].String(), New: move[1].String(), Paths: []string{now[0].path}, CVEs: cves})
	}
}

// sortedKeys orders the moves, so that two runs tell the same.
func sortedKeys(moves map[[2]ward.ProductStatus][]string) [][2]ward.ProductStatus {
	var keys [][2]ward.ProductStatus
	for k := range moves {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]ward.ProductStatus) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return keys
}

// stateByCVE is the state of products of one path by vulnerability; affected
// where they contradict each other.
func stateByCVE(d *Document, products []*Product) map[string]ward.ProductStatus {
	out := map[string]ward.ProductStatus{}
	for _, p := range products {
		for _, s := range d.statementsOf(p.ID) {
			name := d.Vulnerabilities[s.vuln].Name()
			if was, ok := out[name]; !ok || s.status == ward.StatusAffected || was == ward.StatusNone {
				out[name] = s.status
			}
		}
	}
	return out
}

// names reports whether the document has a vulnerability of that name.
func (d *Document) names(vulnerability string) bool {
	_, ok := d.vulnNames[vulnerability]
	return ok
}
