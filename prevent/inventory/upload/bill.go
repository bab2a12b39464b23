package upload

import (
	"cmp"
	"errors"
	"slices"

	"ward"
	"ward/format/cyclonedx"
	"ward/format/problem"
	"ward/format/sbom"
	"ward/format/sheet"
	"ward/format/spdx"
	"ward/prevent/inventory/entry"
)

// document reads a bill of materials of a format that Recognise told.
func document(format string, body []byte) (doc *sbom.Document, err error) {
	read := cyclonedx.Read
	if format == SPDX {
		read = spdx.Read
	}
	if doc, err = read(sbom.Text(body), sbom.Limits{Components: MaxComponents}); err != nil {
		return nil, billError(format, err)
	}
	return doc, nil
}

// Parts are the components of a bill that is hung on a device: all that it lists but
// the product itself. Errors: Invalid where the file is no bill or lists nothing.
func Parts(body []byte) (format string, parts []ward.ProductRef, err error) {
	if format = Recognise(body); format == Sheet {
		return format, nil, ward.Fail(ward.Invalid, "inventory.error.no_bill").At("file")
	}
	doc, err := document(format, body)
	if err != nil {
		return format, nil, err
	}
	if parts = wares(doc.Components); len(parts) == 0 {
		return format, nil, ward.Fail(ward.Invalid, "inventory.error.no_components").At("file")
	}
	return format, parts, nil
}

// billTypes are the components that are things of their own and may be rows;
// all others are parts.
var billTypes = [...]string{"", "application", "device", "firmware", "operating-system", "platform", "container"}

// readBill makes rows of a bill of materials: one for the product that it is of,
// with the rest as its components; or, if it does not say, one for each device or
// application in it with what is nested in it or what it depends on. Parts that
// belong to none are noted.
func readBill(format string, body []byte) (*File, error) {
	doc, err := document(format, body)
	if err != nil {
		return nil, err
	}
	f := &File{Format: format}
	rr := newRowReader(&f.Notes)
	rr.fields = []sheet.Field{sheet.Vendor, sheet.Product, sheet.Version}
	if p := doc.Product; p == nil || !f.thing(rr, p, wares(doc.Components)) {
		f.things(rr, doc)
	}
	for _, p := range doc.Problems {
		f.Notes.add(0, "", WhyPart, p.Place)
	}
	if len(f.Rows) == 0 {
		return nil, ward.Fail(ward.Invalid, "inventory.error.bill_of_nothing").At("file")
	}
	return f, nil
}

// thing adds a row with its parts; false if nothing names it.
func (f *File) thing(rr *rowReader, c *sbom.Component, parts []ward.ProductRef) bool {
	row := Row{Fields: rr.fields, Parts: parts, Entry: entry.Entry{Ref: entry.TidyRef(c.Ware()), Quantity: 1}}
	if !row.Named() {
		return false
	}
	row.Key = rr.number(&row)
	f.Rows = append(f.Rows, row)
	f.Components += len(parts)
	return true
}

// things adds what lies at the top of a bill that does not say what it is of.
func (f *File) things(rr *rowReader, doc *sbom.Document) {
	tree := treeOf(doc)
	all := doc.Components
	isThing := func(i int) bool { return all[i].Depth == 0 && slices.Contains(billTypes[:], all[i].Type) }
	used := make([]bool, len(all))
	for i := range all {
		if !isThing(i) {
			continue
		}
		used[i] = true
		var parts []sbom.Component
		for _, n := range tree.under(i) {
			if !isThing(n) {
				used[n] = true
				parts = append(parts, all[n])
			}
		}
		f.thing(rr, &all[i], wares(parts))
	}
	if len(f.Rows) == 0 {
		return
	}
	for i := range all {
		if !used[i] {
			f.Notes.add(0, "", WhyPart, all[i].Name)
		}
	}
}

// tree says which components belong to which.
type tree struct {
	all   []sbom.Component
	place map[string]int      // of a reference
	needs map[string][]string // references that one depends on
	left  int                 // steps that may still be taken
}

// maxSteps bounds the way through the tree for all things together: a few thousand
// devices with all that they consist of.
const maxSteps = 10 * MaxComponents

func treeOf(doc *sbom.Document) *tree {
	t := &tree{all: doc.Components, place: map[string]int{}, needs: map[string][]string{}, left: maxSteps}
	for i := range t.all {
		if ref := t.all[i].Ref; ref != "" {
			t.place[ref] = i
		}
	}
	for _, d := range doc.Dependencies {
		t.needs[d.Ref] = append(t.needs[d.Ref], d.On...)
	}
	return t
}

// under lists what is nested in a component or what it depends on, and what those
// do, in the order of the document.
func (t *tree) under(from int) []int {
	seen := map[int]bool{from: true}
	out := []int{from}
	add := func(i int) {
		if t.left--; t.left >= 0 && !seen[i] {
			seen[i] = true
			out = append(out, i)
		}
	}
	for k := 0; k < len(out) && t.left > 0; k++ {
		at := out[k]
		for i := at + 1; i < len(t.all) && t.all[i].Depth > t.all[at].Depth && t.left > 0; i++ {
			add(i)
		}
		if ref := t.all[at].Ref; ref != "" {
			for _, on := range t.needs[ref] {
				if t.left < 0 {
					break
				}
				if i, ok := t.place[on]; ok {
					add(i)
				}
			}
		}
	}
	out = out[1:]
	slices.Sort(out)
	return out
}

// billError gives a fault of a bill of materials its words and its place.
func billError(format string, err error) error {
	var p problem.Problem
	errors.As(err, &p)
	return ward.Fail(ward.Invalid, "inventory.error.file."+format, "place", cmp.Or(p.Place, "/")).At("file").Because(err)
}

// wares gives the distinct components in their order.
func wares(list []sbom.Component) []ward.ProductRef {
	seen := map[ward.ProductRef]bool{}
	var out []ward.ProductRef
	for i := range list {
		ref := entry.TidyRef(list[i].Ware())
		if (ref.Name != "" || ref.PURL != "" || ref.CPE != "") && !seen[ref] {
			seen[ref] = true
			out = append(out, ref)
		}
	}
	return out
}
