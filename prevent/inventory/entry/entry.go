package entry

import (
	"errors"
	"strconv"

	"ward"
	"ward/format/sheet"
)

// Entry is what a hospital says of one row of its inventory. Every text may be
// empty; what is needed is something that names the product.
type Entry struct {
	RowID        string          // the hospital's own number of the row
	Ref          ward.ProductRef // as written, with version and serial
	Quantity     int             // 1 to MaxQuantity
	Site         string
	Department   string
	Service      string // clinical service
	Zone         string // network zone
	Owner        string
	Notes        string
	EndOfSupport string // day as 2006-01-02, or empty
}

// MaxQuantity bounds how many pieces one row may stand for.
const MaxQuantity = 1_000_000

// Text gives the place of a text field; nil for Quantity and unknown fields.
func (e *Entry) Text(f sheet.Field) *string {
	switch f {
	case sheet.RowID:
		return &e.RowID
	case sheet.Vendor:
		return &e.Ref.Vendor
	case sheet.Product:
		return &e.Ref.Name
	case sheet.Model:
		return &e.Ref.Model
	case sheet.Version:
		return &e.Ref.Version
	case sheet.Serial:
		return &e.Ref.Serial
	case sheet.UDI:
		return &e.Ref.UDI
	}
	return e.place(f)
}

// place is Text for the fields that say where the thing is and whose.
func (e *Entry) place(f sheet.Field) *string {
	switch f {
	case sheet.Site:
		return &e.Site
	case sheet.Department:
		return &e.Department
	case sheet.Service:
		return &e.Service
	case sheet.Zone:
		return &e.Zone
	case sheet.Owner:
		return &e.Owner
	case sheet.Notes:
		return &e.Notes
	case sheet.EndOfSupport:
		return &e.EndOfSupport
	}
	return nil
}

// Title is how the row is called in one line: maker and product.
func (e *Entry) Title() string { return Title(e.Ref) }

// Cell is a field as a table shows it.
func (e *Entry) Cell(f sheet.Field) string {
	if f == sheet.Quantity {
		return strconv.Itoa(e.Quantity)
	}
	if t := e.Text(f); t != nil {
		return *t
	}
	return ""
}

// Set writes a text field; Quantity and unknown fields are left alone.
func (e *Entry) Set(f sheet.Field, value string) {
	if t := e.Text(f); t != nil {
		*t = value
	}
}

// Named reports whether anything in the entry could ever be matched.
func (e *Entry) Named() bool {
	r := e.Ref
	return r.Name != "" || r.Model != "" || r.UDI != "" || r.PURL != "" || r.CPE != ""
}

// Validate checks what a person typed and brings it into the form that is kept.
// Errors are Invalid at the field.
func (e *Entry) Validate() error {
	var faults []error
	for _, f := range sheet.Fields() {
		t := e.Text(f)
		if t == nil {
			continue
		}
		short, cut := Tidy(*t)
		if cut {
			faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.too_long", "max", "500").At(string(f)))
		}
		*t = short
	}
	e.Ref = TidyRef(e.Ref) // also the package URL and the CPE, which are no fields of a table
	if !e.Named() {
		faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.no_product").At(string(sheet.Product)))
	}
	if e.Quantity < 1 || e.Quantity > MaxQuantity {
		faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.quantity").At(string(sheet.Quantity)))
	}
	if e.EndOfSupport != "" {
		day, ok := ReadDay(e.EndOfSupport)
		if !ok {
			faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.day").At(string(sheet.EndOfSupport)))
		} else {
			e.EndOfSupport = day
		}
	}
	return errors.Join(faults...)
}
