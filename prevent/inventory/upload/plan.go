package upload

import (
	"cmp"
	"strconv"

	"ward"
	"ward/format/sheet"
	"ward/prevent/inventory/entry"
)

// Difference is one row that an import adds, changes or removes, for the
// preview.
type Difference struct {
	Kind   string        `json:"kind"` // "added", "removed" or "changed"
	Sheet  string        `json:"sheet,omitempty"`
	Line   int           `json:"line,omitempty"` // in the file; 0 for a row that is removed
	Name   string        `json:"name"`           // maker and product
	Fields []FieldChange `json:"fields,omitempty"`
}

// FieldChange is one value of a changed row.
type FieldChange struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// maxDifferences bounds the differences that a preview shows one by one.
const maxDifferences = 50

// Plan is what an import does to an inventory. Rows that stay as they are stand
// nowhere in it.
type Plan struct {
	Puts      []Put
	Drops     []Drop
	Added     int
	Changed   int
	Unchanged int
	Samples   []Difference
}

// Put is a row to write; an empty id is a new row.
type Put struct {
	ID     ward.AssetID
	Key    string
	SBOM   string
	Entry  entry.Entry
	Before ward.ProductID // 0 for a new row
}

// Drop is a row that the file does not have any more.
type Drop struct {
	ID     ward.AssetID
	Before ward.ProductID
}

// Present is a row as it is kept.
type Present struct {
	ID      ward.AssetID
	Key     string
	SBOM    string
	Product ward.ProductID
	Entry   entry.Entry
}

// Planner compares the rows of a file with the present ones, which are shown to
// it one after the other.
type Planner struct {
	rows  []Row
	byKey map[string]int
	met   []bool
	bills []string // ids of the lists of components that the rows get
	gone  []Difference
	plan  Plan
}

// NewPlanner indexes the rows of a file by their keys, which are unique in it.
// bills has for each row the id of its list of components; "" leaves the one that
// it has, and nil leaves all.
func NewPlanner(f *File, bills []string) *Planner {
	p := &Planner{rows: f.Rows, byKey: make(map[string]int, len(f.Rows)), met: make([]bool, len(f.Rows)), bills: bills}
	for i, r := range f.Rows {
		p.byKey[r.Key] = i
	}
	return p
}

// See compares one present row.
func (p *Planner) See(a Present) {
	i, ok := p.byKey[a.Key]
	if !ok {
		p.plan.Drops = append(p.plan.Drops, Drop{a.ID, a.Product})
		if len(p.gone) < maxDifferences {
			p.gone = append(p.gone, Difference{Kind: "removed", Name: entry.Title(a.Entry.Ref)})
		}
		return
	}
	p.met[i] = true
	after, changes := merge(a.Entry, p.rows[i].Entry, p.rows[i].Fields)
	sbom := cmp.Or(p.bill(i), a.SBOM)
	if after == a.Entry && sbom == a.SBOM {
		p.plan.Unchanged++
		return
	}
	p.plan.Changed++
	p.plan.Puts = append(p.plan.Puts, Put{ID: a.ID, Key: a.Key, SBOM: sbom, Entry: after, Before: a.Product})
	p.sample(Difference{Kind: "changed", Sheet: p.rows[i].Sheet, Line: p.rows[i].Line, Name: entry.Title(after.Ref), Fields: changes})
}

// bill is the list of components of a row of the file; "" for none.
func (p *Planner) bill(row int) string {
	if row < len(p.bills) {
		return p.bills[row]
	}
	return ""
}

// Finish adds the rows that nobody had. What is gone from the file is shown last: of
// a list that is a part of the inventory that is nearly all, and it stays.
func (p *Planner) Finish() Plan {
	for i, r := range p.rows {
		if p.met[i] {
			continue
		}
		p.plan.Added++
		p.plan.Puts = append(p.plan.Puts, Put{Key: r.Key, SBOM: p.bill(i), Entry: r.Entry})
		if p.plan.Added <= maxDifferences/2 {
			p.sample(Difference{Kind: "added", Sheet: r.Sheet, Line: r.Line, Name: entry.Title(r.Ref)})
		}
	}
	for _, d := range p.gone {
		p.sample(d)
	}
	return p.plan
}

// sample keeps the first differences; all are counted.
func (p *Planner) sample(d Difference) {
	if len(p.plan.Samples) < maxDifferences {
		p.plan.Samples = append(p.plan.Samples, d)
	}
}

// merge takes over the fields that the file has and tells which differ.
func merge(before, file entry.Entry, fields []sheet.Field) (entry.Entry, []FieldChange) {
	after := before
	var changes []FieldChange
	for _, f := range fields {
		if f == sheet.Quantity {
			if after.Quantity != file.Quantity {
				changes = append(changes, FieldChange{string(f), strconv.Itoa(before.Quantity), strconv.Itoa(file.Quantity)})
				after.Quantity = file.Quantity
			}
			continue
		}
		to, from := after.Text(f), file.Text(f)
		if to == nil || *to == *from {
			continue
		}
		changes = append(changes, FieldChange{string(f), *to, *from})
		*to = *from
	}
	// Package URLs and CPEs carry a version themselves: those of another release
	// must not stay beside the new one.
	was, is := before.Ref, after.Ref
	was.Serial, is.Serial = "", ""
	if was != is || file.Ref.PURL != "" || file.Ref.CPE != "" {
		after.Ref.PURL, after.Ref.CPE = file.Ref.PURL, file.Ref.CPE
	}
	return after, changes
}
