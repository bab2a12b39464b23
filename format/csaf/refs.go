package csaf

import (
	"cmp"
	"slices"
)

// refKind says what a ref points to.
type refKind int8

const (
	refScore refKind = iota
	refRemediation
	refThreat
	refFlag
)

// everyProduct stands for a statement that names no product at all: 6.1.29
// forbids it, and a reader takes it for all.
const everyProduct = -1

// ref says that one item of one vulnerability speaks of one product.
type ref struct {
	product, vuln, item int32
	kind                refKind
}

// refs indexes scores, remediations, threats and flags by product, groups
// expanded. One group in many statements multiplies, so the sum is bounded.
func (l *linker) refs() error {
	for v := range l.doc.Vulnerabilities {
		vuln := &l.doc.Vulnerabilities[v]
		for i, s := range vuln.Scores {
			l.refer(ref{vuln: int32(v), item: int32(i), kind: refScore}, s.Products, nil)
		}
		for i, r := range vuln.Remediations {
			l.refer(ref{vuln: int32(v), item: int32(i), kind: refRemediation}, r.Products, r.Groups)
		}
		for i, t := range vuln.Threats {
			l.refer(ref{vuln: int32(v), item: int32(i), kind: refThreat}, t.Products, t.Groups)
		}
		for i, f := range vuln.Flags {
			l.refer(ref{vuln: int32(v), item: int32(i), kind: refFlag}, f.Products, f.Groups)
		}
		if len(l.doc.refs) > l.max {
			return l.tooMany(v)
		}
	}
	slices.SortFunc(l.doc.refs, compareRefs)
	l.doc.refs = slices.Compact(l.doc.refs)
	return nil
}

func compareRefs(a, b ref) int {
	return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.kind, b.kind), cmp.Compare(a.vuln, b.vuln), cmp.Compare(a.item, b.item))
}

// refer adds r once for each product that it names.
func (l *linker) refer(r ref, products, groups []string) {
	if len(products) == 0 && len(groups) == 0 {
		r.product = everyProduct
		l.doc.refs = append(l.doc.refs, r)
		return
	}
	for _, id := range products {
		if i, ok := l.doc.byID[id]; ok {
			r.product = int32(i)
			l.doc.refs = append(l.doc.refs, r)
		}
	}
	for _, g := range groups {
		if len(l.doc.refs) > l.max {
			return // refs tells
		}
		for _, i := range l.doc.groups[g] {
			r.product = i
			l.doc.refs = append(l.doc.refs, r)
		}
	}
}

// about lists the items of kind that speak of the product leaf, in the order
// of the document; those of every product come with them.
func (d *Document) about(leaf string, kind refKind) []ref {
	out := d.refsOf(everyProduct, kind)
	if i, ok := d.byID[leaf]; ok {
		if own := d.refsOf(int32(i), kind); len(out) == 0 {
			out = own
		} else {
			out = slices.Concat(out, own)
			slices.SortFunc(out, func(a, b ref) int { return cmp.Or(cmp.Compare(a.vuln, b.vuln), cmp.Compare(a.item, b.item)) })
		}
	}
	return out
}

func (d *Document) refsOf(product int32, kind refKind) []ref {
	from, _ := slices.BinarySearchFunc(d.refs, ref{product: product, kind: kind}, compareRefs)
	to := from
	for to < len(d.refs) && d.refs[to].product == product && d.refs[to].kind == kind {
		to++
	}
	return d.refs[from:to:to]
}
