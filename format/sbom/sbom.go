// Package sbom holds what a bill of materials says, whatever its format: the
// readers of CycloneDX and SPDX give the same values for the same inventory.
package sbom

import (
	"cmp"
	"time"

	"ward"
	"ward/format/problem"
)

// Document is one bill of materials.
type Document struct {
	Format          string // "cyclonedx" or "spdx"
	Edition         string // of the format: "1.6", "2.3"
	ID              string // serialNumber or documentNamespace; may be empty
	Version         int    // revision of the document, CycloneDX only; 0 if not stated
	Name            string // of the document, SPDX only
	Created         time.Time
	Product         *Component  // what the bill is of; nil if it does not say
	Components      []Component // flattened, in the document's order, without Product
	Dependencies    []Dependency
	Vulnerabilities []Vulnerability   // CycloneDX VEX, if present
	Problems        []problem.Problem // parts that were passed over
}

// Component is one piece of software or hardware.
type Component struct {
	Ref      string // bom-ref or SPDXID, unique in the document; may be empty in CycloneDX
	Parent   string // Ref of the component it is nested in; CycloneDX only
	Depth    int    // in how many components it is nested, the product not counted: those in it follow it
	Type     string // "library", "application", "firmware", "device", "operating-system", … in CycloneDX's words; may be empty
	Supplier string // supplier, else manufacturer, else publisher or originator
	Group    string // namespace, such as a Maven group
	Name     string
	Version  string
	PURL     string
	CPE      string
	Aliases  []string // further package URLs and CPEs
	Hashes   []Hash
	Place    string // where in the document: JSON pointer or line
}

// Hash is a digest; Algorithm in CycloneDX's spelling, such as "SHA-256".
type Hash struct{ Algorithm, Value string }

// Dependency says that Ref needs each of On.
type Dependency struct {
	Ref string
	On  []string
}

// Vulnerability is one VEX statement.
type Vulnerability struct {
	ID            string // "CVE-2024-1234"
	Source        string
	State         string // CycloneDX impact analysis state, such as "not_affected"
	Justification string
	Detail        string
	Responses     []string
	Affects       []string // references of components, of this document or as BOM-Link
}

// Ware gives the component as it is matched against advisories: the supplier
// as vendor, or the group where no supplier is stated.
func (c *Component) Ware() ward.ProductRef {
	return ward.ProductRef{Vendor: cmp.Or(c.Supplier, c.Group), Name: c.Name, Version: c.Version, PURL: c.PURL, CPE: c.CPE}
}

// Limits bounds a read. A zero field means its default.
type Limits struct {
	Bytes      int64 // default 64 MiB
	Components int   // default 200,000; a document with more is refused
}

// Filled gives l with its defaults.
func (l Limits) Filled() Limits {
	return Limits{Bytes: cmp.Or(l.Bytes, 64<<20), Components: cmp.Or(l.Components, 200_000)}
}

// TooMany is the problem of a document that passes Limits.Components.
func TooMany(place string) problem.Problem {
	return problem.Problem{Place: place, Rule: "count", Detail: "too many components"}
}
