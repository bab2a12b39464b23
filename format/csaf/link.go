package csaf

import (
	"cmp"
	"fmt"
	"slices"

	"ward"
	"ward/format/problem"
)

// maxRelations bounds chains of relationships of relationships, whose cost
// doubles with each step; real documents have one.
const maxRelations = 4

// linker resolves what the file says by id: relationships and groups.
type linker struct {
	doc   *Document
	left  int // bytes of paths still allowed
	max   int // statements and refs allowed, each
	state []linkState
}

type linkState int8

const (
	unlinked linkState = iota
	linking
	linked
)

// link indexes the products and writes their paths. Names may be long and
// relationships may double them at each step, so the bytes are counted before
// they are joined.
func link(doc *Document, lim Limits) error {
	doc.byID = make(map[string]int, len(doc.Products))
	l := &linker{doc: doc, left: lim.Paths, max: lim.Items, state: make([]linkState, len(doc.Products))}
	for i := range doc.Products {
		p := &doc.Products[i]
		if _, twice := doc.byID[p.ID]; twice {
			l.odd("/product_tree", "product_id %.60q is defined twice", p.ID)
			continue
		}
		doc.byID[p.ID] = i
	}
	for i := range doc.Products {
		l.path(i)
		if l.left < 0 {
			return &Error{Kind: ErrTooLarge, Place: "/product_tree", Offset: -1, Detail: fmt.Sprintf("the paths of all products are longer than %d bytes", lim.Paths)}
		}
	}
	l.index()
	if err := l.statements(); err != nil {
		return err
	}
	return l.refs()
}

func (l *linker) odd(place, format string, args ...any) {
	if len(l.doc.Oddities) < maxOddities {
		l.doc.Oddities = append(l.doc.Oddities, problem.Problem{Place: place, Rule: ruleRead, Detail: fmt.Sprintf(format, args...)})
	}
}

// path writes the path of product i after those it is made of.
func (l *linker) path(i int) {
	p := &l.doc.Products[i]
	if l.state[i] != unlinked || l.left < 0 {
		return
	}
	l.state[i] = linking
	defer func() { l.state[i] = linked }()
	if p.Relation == nil {
		l.set(p, p.treePath())
		return
	}
	a, b := l.side(p, p.Relation.Product), l.side(p, p.Relation.RelatesTo)
	if a == nil || b == nil {
		p.Relation = nil // read as a plain full_product_name
		l.set(p, p.Name)
		return
	}
	if l.left -= len(a.path) + len(b.path); l.left < 0 {
		return
	}
	p.path = a.path + " / " + p.Relation.Category + " / " + b.path
}

func (l *linker) set(p *Product, path string) {
	if path == "" {
		path = p.Name
	}
	p.path = path
	l.left -= len(path)
}

// side resolves one side of relationship p, or notes why it cannot.
func (l *linker) side(p *Product, id string) *Product {
	i, ok := l.doc.byID[id]
	switch {
	case !ok:
		l.odd("/product_tree/relationships", "%.60q refers to the unknown product %.60q", p.ID, id)
		return nil
	case l.state[i] == linking:
		l.odd("/product_tree/relationships", "%.60q is part of itself", p.ID)
		return nil
	}
	l.path(i)
	side := &l.doc.Products[i]
	if side.depth >= maxRelations {
		l.odd("/product_tree/relationships", "%.60q stands on more than %d relationships", p.ID, maxRelations)
		return nil
	}
	side.used = true
	p.depth = max(p.depth, side.depth+1)
	return side
}

// index makes the groups' members indexes and lists the vulnerabilities' names.
func (l *linker) index() {
	l.doc.vulnNames = make(map[string]struct{}, len(l.doc.Vulnerabilities))
	for i := range l.doc.Vulnerabilities {
		l.doc.vulnNames[l.doc.Vulnerabilities[i].Name()] = struct{}{}
	}
	l.doc.groups = make(map[string][]int32, len(l.doc.Groups))
	for _, g := range l.doc.Groups {
		for _, id := range g.Products {
			if i, ok := l.doc.byID[id]; ok {
				l.doc.groups[g.ID] = append(l.doc.groups[g.ID], int32(i))
			} else {
				l.odd("/product_tree/product_groups", "group %.60q holds the unknown product %.60q", g.ID, id)
			}
		}
	}
}

// statement says that one vulnerability puts one product into one state.
type statement struct {
	product, vuln int32
	status        ward.ProductStatus
}

// statements folds every product_status list, sorted by product, state and
// vulnerability. Groups are no members of product_status in CSAF, and some
// publishers put them there; they multiply, so the sum is bounded.
func (l *linker) statements() error {
	for i := range l.doc.Vulnerabilities {
		affected := map[int32]bool{}
		for _, pass := range [...]bool{true, false} {
			for _, s := range l.doc.Vulnerabilities[i].Statuses {
				if status := foldStatus(s.Word); (status == ward.StatusAffected) == pass {
					l.fold(int32(i), s, status, affected)
				}
				if len(l.doc.statements) > l.max {
					return l.tooMany(i)
				}
			}
		}
	}
	slices.SortFunc(l.doc.statements, func(a, b statement) int {
		return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.status, b.status), cmp.Compare(a.vuln, b.vuln))
	})
	l.doc.statements = slices.Compact(l.doc.statements)
	return nil
}

// tooMany refuses a document whose groups multiply beyond the bound.
func (l *linker) tooMany(vuln int) error {
	return &Error{Kind: ErrTooMany, Place: fmt.Sprintf("/vulnerabilities/%d", vuln), Offset: -1, Detail: fmt.Sprintf("more than %d statements about products", l.max)}
}

// fold adds the statements of one list. A product that is affected and
// recommended at once (an update that does not mend this vulnerability; 6.1.6
// allows it) is affected.
func (l *linker) fold(vuln int32, s Status, status ward.ProductStatus, affected map[int32]bool) {
	add := func(product int32) {
		if len(l.doc.statements) > l.max {
			return // statements tells
		}
		if status == ward.StatusAffected {
			affected[product] = true
		} else if s.Word == "recommended" && affected[product] {
			return
		}
		l.doc.statements = append(l.doc.statements, statement{product, vuln, status})
	}
	for _, id := range s.Products {
		if i, ok := l.doc.byID[id]; ok {
			add(int32(i))
			continue
		}
		members, ok := l.doc.groups[id]
		if !ok {
			l.odd(fmt.Sprintf("/vulnerabilities/%d/product_status/%s", vuln, s.Word), "unknown product %.60q", id)
		}
		for _, i := range members {
			add(i)
		}
	}
}

// foldStatus reads a key of product_status (CSAF 2.0 section 3.2.3.9). A key
// that is not known, and "unknown" of CSAF 2.1, state nothing.
func foldStatus(word string) ward.ProductStatus {
	switch word {
	case "known_affected", "first_affected", "last_affected":
		return ward.StatusAffected
	case "fixed", "first_fixed", "recommended":
		return ward.StatusFixed
	case "known_not_affected":
		return ward.StatusNotAffected
	case "under_investigation":
		return ward.StatusInvestigated
	}
	return ward.StatusNone
}
