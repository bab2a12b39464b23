package inventory

import (
	"strconv"
	"strings"

	"ward"
	"ward/format/sheet"
)

// Difference is one row that an import adds, changes or removes, for the
// preview.
type Difference struct {
	Kind   string        `json:"kind"`           // "added", "removed" or "changed"
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

// plan is what an import does to an inventory. Rows that stay as they are stand
// nowhere in it.
type plan struct {
	puts      []put
	drops     []drop
	added     int
	changed   int
	unchanged int
	samples   []Difference
}

// put is a row to write; an empty id is a new row.
type put struct {
	id     ward.AssetID
	key    string
	sbom   string
	entry  Entry
	before ward.ProductID // 0 for a new row
}

// drop is a row that the file does not have any more.
type drop struct {
	id     ward.AssetID
	before ward.ProductID
}

// planner compares the rows of a file with the present ones, which are shown to
// it one after the other.
type planner struct {
	rows   []Row
	byKey  map[string]int
	met    []bool
	fields []sheet.Field // what the file speaks of: the rest stays as it is
	sbom   string        // list of components that all rows of the file get; empty leaves them
	plan   plan
}

// newPlanner indexes the rows of the file by their keys, which are unique in it.
func newPlanner(rows []Row, fields []sheet.Field) *planner {
	p := &planner{rows: rows, byKey: make(map[string]int, len(rows)), met: make([]bool, len(rows)), fields: fields}
	for i, r := range rows {
		p.byKey[r.Key] = i
	}
	return p
}

// see compares one present row.
func (p *planner) see(a Asset) {
	i, ok := p.byKey[a.Key]
	if !ok {
		p.plan.drops = append(p.plan.drops, drop{a.ID, a.Product})
		p.sample(Difference{Kind: "removed", Name: title(a.Ref)})
		return
	}
	p.met[i] = true
	after, changes := merge(a.Entry, p.rows[i].Entry, p.fields)
	if after == a.Entry && (p.sbom == "" || p.sbom == a.SBOM) {
		p.plan.unchanged++
		return
	}
	p.plan.changed++
	sbom := a.SBOM
	if p.sbom != "" {
		sbom = p.sbom
	}
	p.plan.puts = append(p.plan.puts, put{id: a.ID, key: a.Key, sbom: sbom, entry: after, before: a.Product})
	p.sample(Difference{Kind: "changed", Line: p.rows[i].Line, Name: title(after.Ref), Fields: changes})
}

// finish adds the rows that nobody had.
func (p *planner) finish() plan {
	for i, r := range p.rows {
		if p.met[i] {
			continue
		}
		p.plan.added++
		p.plan.puts = append(p.plan.puts, put{key: r.Key, sbom: p.sbom, entry: r.Entry})
		if p.plan.added <= maxDifferences/2 {
			p.sample(Difference{Kind: "added", Line: r.Line, Name: title(r.Ref)})
		}
	}
	return p.plan
}

// sample keeps the first differences; all are counted.
func (p *planner) sample(d Difference) {
	if len(p.plan.samples) < maxDifferences {
		p.plan.samples = append(p.plan.samples, d)
	}
}

// merge takes over the fields that the file has and tells which differ.
func merge(before, file Entry, fields []sheet.Field) (Entry, []FieldChange) {
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
		to, from := after.text(f), file.text(f)
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

// title is how a row is called in one line: maker and product, the maker once
// where the product's name begins with it.
func title(r ward.ProductRef) string {
	name := r.Name
	for _, other := range []string{r.Model, r.UDI, r.PURL, r.CPE} {
		if name == "" {
			name = other
		}
	}
	if n := len(r.Vendor); n == 0 || strings.EqualFold(name, r.Vendor) || len(name) > n && name[n] == ' ' && strings.EqualFold(name[:n], r.Vendor) {
		return name
	}
	return r.Vendor + " " + name
}
