package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

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

// Asset is one row as it is kept.
type Asset struct {
	ID      ward.AssetID
	Org     ward.OrgID
	Key     string // by which a file's row finds it again; unique in the organisation
	Product ward.ProductID
	SBOM    string // id of its list of components, or empty
	Source  string // id of the import that wrote it last, empty when typed by hand
	Created time.Time
	Updated time.Time
	Entry
}

// text gives the place of a text field; nil for Quantity and unknown fields.
func (e *Entry) text(f sheet.Field) *string {
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

// place is text for the fields that say where the thing is and whose.
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
func (e *Entry) Title() string { return title(e.Ref) }

// Cell is a field as a table shows it.
func (e *Entry) Cell(f sheet.Field) string {
	if f == sheet.Quantity {
		return strconv.Itoa(e.Quantity)
	}
	if t := e.text(f); t != nil {
		return *t
	}
	return ""
}

// Set writes a text field; Quantity and unknown fields are left alone.
func (e *Entry) Set(f sheet.Field, value string) {
	if t := e.text(f); t != nil {
		*t = value
	}
}

// named reports whether anything in the entry could ever be matched.
func (e *Entry) named() bool {
	r := e.Ref
	return r.Name != "" || r.Model != "" || r.UDI != "" || r.PURL != "" || r.CPE != ""
}

// Validate checks what a person typed and brings it into the form that is kept.
// Errors are Invalid at the field.
func (e *Entry) Validate() error {
	var faults []error
	for _, f := range sheet.Fields() {
		t := e.text(f)
		if t == nil {
			continue
		}
		short, cut := tidy(*t)
		if cut {
			faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.too_long", "max", "500").At(string(f)))
		}
		*t = short
	}
	e.Ref = tidyRef(e.Ref) // also the package URL and the CPE, which are no fields of a table
	if !e.named() {
		faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.no_product").At(string(sheet.Product)))
	}
	if e.Quantity < 1 || e.Quantity > MaxQuantity {
		faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.quantity").At(string(sheet.Quantity)))
	}
	if e.EndOfSupport != "" {
		day, ok := readDay(e.EndOfSupport)
		if !ok {
			faults = append(faults, ward.Fail(ward.Invalid, "inventory.error.day").At(string(sheet.EndOfSupport)))
		} else {
			e.EndOfSupport = day
		}
	}
	return errors.Join(faults...)
}

// key is by what the same row is known again when its file comes once more: the
// hospital's own number, else the serial number with the UDI-DI, else what the
// row says of product and place. Version, quantity and end of support are never
// part of it, since those are what changes.
func (e *Entry) key() string {
	switch {
	case e.RowID != "":
		return short("r:" + strings.ToLower(e.RowID))
	case realSerial(e.Ref.Serial):
		return short("s:" + strings.ToLower(e.Ref.Serial) + "|" + e.Ref.UDI)
	}
	r := e.Ref
	name := r.Vendor + "\x1f" + r.Name + "\x1f" + r.Model + "\x1f" + r.UDI
	if r.Name == "" && r.Model == "" && r.UDI == "" { // package URLs and CPEs may hold a version
		name = r.PURL + "\x1f" + r.CPE
	}
	text := strings.Join([]string{name, e.Site, e.Department, e.Service, e.Zone, e.Owner}, "\x1f")
	return hashed("c:", strings.ToLower(text))
}

// longKey is where a key is replaced by its hash: databases bound the size of
// what they index.
const longKey = 120

// short keeps a key readable while it is short enough to be indexed.
func short(key string) string {
	if len(key) <= longKey {
		return key
	}
	return hashed("h:", key)
}

// hashed is a key of fixed size: 128 bits of SHA-256, far beyond the rows of one
// organisation.
func hashed(prefix, text string) string {
	sum := sha256.Sum256([]byte(text))
	return prefix + hex.EncodeToString(sum[:16])
}

// realSerial tells a serial number from what people write when there is none.
func realSerial(s string) bool {
	has := strings.ContainsAny(s, "123456789") || len(s) > 5
	switch strings.ToLower(strings.Trim(s, " -./?_")) {
	case "", "0", "na", "n/a", "none", "unknown", "unbekannt", "inconnu", "keine", "nicht bekannt", "tbd":
		return false
	}
	return has
}
