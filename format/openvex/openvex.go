// Package openvex reads and checks OpenVEX documents (specification 0.2.0, and
// the older 0.0.x in which a vulnerability and a product were plain strings).
package openvex

import (
	"cmp"
	"strconv"
	"strings"
	"sync"
	"time"

	"ward"
	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/problem/shape"
)

// Document is one OpenVEX document.
type Document struct {
	ID         string
	Author     string
	Published  time.Time // timestamp
	Updated    time.Time // last_updated; zero if not stated
	Version    int
	Statements []Statement
}

// Statement says how one vulnerability concerns products.
type Statement struct {
	Vulnerability string   // name, such as "CVE-2024-1234" or "GO-2024-3321"
	Aliases       []string // other names of it
	Products      []Product
	Status        ward.ProductStatus
	Justification string // why not_affected, in OpenVEX's words
	Impact        string // impact_statement
	Action        string // action_statement
	Notes         string // status_notes
	At            time.Time
}

// Product is a product, or a component of one where Subcomponents are given:
// then the statement is about them inside the product.
type Product struct {
	ID            string // "@id": an IRI, mostly a package URL
	PURL          string
	CPE           string
	Subcomponents []Product
}

// Limits bounds a read. A zero field means its default.
type Limits struct {
	Bytes      int64 // default 64 MiB
	Statements int   // default 200,000
}

// Parse reads one document. The error is a problem.Problem with its place: of
// the JSON, a limit, or rule "not-vex" for files that lie beside VEX documents
// and hold none: package indexes and repository manifests.
func Parse(data []byte, l Limits) (*Document, error) {
	n, err := parse(data, l)
	if err != nil {
		return nil, err
	}
	doc := &Document{ID: n.Str("@id"), Author: n.Str("author"), Published: instant(n.Str("timestamp")), Updated: instant(n.Str("last_updated"))}
	if v := n.Get("version"); v != nil {
		doc.Version, _ = strconv.Atoi(v.Text)
	}
	for i, s := range n.List("statements") {
		if i == cmp.Or(l.Statements, 200_000) {
			return nil, problem.Problem{Place: jsontree.Index("/statements", i), Rule: "count", Detail: "too many statements"}
		}
		doc.Statements = append(doc.Statements, statement(s, doc))
	}
	return doc, nil
}

// parse reads the tree and refuses what is not OpenVEX before any rule is asked.
func parse(data []byte, l Limits) (*jsontree.Node, error) {
	n, err := jsontree.Parse(data, jsontree.Limits{Bytes: l.Bytes, Depth: 32})
	if err != nil {
		return nil, err
	}
	if !IsContext(n.Str("@context")) {
		return nil, problem.Problem{Place: "/@context", Rule: "not-vex", Detail: "not an OpenVEX document"}
	}
	return n, nil
}

// IsContext reports whether a JSON-LD context is OpenVEX's.
func IsContext(s string) bool {
	return strings.HasPrefix(s, "https://openvex.dev/ns")
}

// statement reads one, in the form of 0.2 or the earlier one.
func statement(n *jsontree.Node, doc *Document) Statement {
	s := Statement{Status: status(n.Str("status")), Justification: n.Str("justification"), Impact: n.Str("impact_statement"),
		Action: n.Str("action_statement"), Notes: n.Str("status_notes"), At: instant(n.Str("timestamp"))}
	if s.At.IsZero() {
		s.At = doc.Published // a statement without a time takes the document's
	}
	vuln := n.Get("vulnerability")
	s.Vulnerability = cmp.Or(n.Str("vulnerability"), vuln.Str("name"), vuln.Str("@id"))
	for _, a := range vuln.List("aliases") {
		s.Aliases = append(s.Aliases, a.Text)
	}
	for _, p := range n.List("products") {
		s.Products = append(s.Products, product(p))
	}
	return s
}

// product reads an object, or the plain string of 0.0.x.
func product(n *jsontree.Node) Product {
	if n.Kind == jsontree.String {
		return identified(Product{ID: n.Text})
	}
	id := n.Get("identifiers")
	p := Product{ID: n.Str("@id"), PURL: id.Str("purl"), CPE: cmp.Or(id.Str("cpe23"), id.Str("cpe22"))}
	for _, s := range n.List("subcomponents") {
		p.Subcomponents = append(p.Subcomponents, product(s))
	}
	return identified(p)
}

// identified reads an "@id" that is itself a package URL or a CPE.
func identified(p Product) Product {
	if p.PURL == "" && strings.HasPrefix(p.ID, "pkg:") {
		p.PURL = p.ID
	}
	if p.CPE == "" && strings.HasPrefix(p.ID, "cpe:") {
		p.CPE = p.ID
	}
	return p
}

// status reads the four words, which are the house's own too.
func status(s string) ward.ProductStatus {
	for _, st := range []ward.ProductStatus{ward.StatusAffected, ward.StatusFixed, ward.StatusNotAffected, ward.StatusInvestigated} {
		if st.String() == s {
			return st
		}
	}
	return ward.StatusNone
}

// instant reads RFC 3339; what cannot be read is no time, and Validate says so.
func instant(s string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t.UTC()
}

// Validate lists what breaks the specification, nil if nothing. A document of
// 0.0.x is held against its own form.
func Validate(data []byte) []problem.Problem {
	n, err := parse(data, Limits{})
	if err != nil {
		return problem.Of(err)
	}
	set, err := shapes()
	if err != nil {
		return problem.Of(err)
	}
	var out problem.List
	set.Check(rootOf(n), n, &out)
	for i, s := range n.List("statements") {
		products(s, jsontree.Index("/statements", i), &out)
	}
	return out.Problems()
}

// rootOf chooses by the context: "https://openvex.dev/ns" alone is 0.0.x.
func rootOf(n *jsontree.Node) string {
	if n.Str("@context") == "https://openvex.dev/ns" || strings.HasSuffix(n.Str("@context"), "/v0.0.1") {
		return "early"
	}
	return "document"
}

// products holds every statement to name what it is about, which the
// specification requires in words (section "Statements") and its schema does not.
func products(s *jsontree.Node, place string, out *problem.List) {
	if len(s.List("products")) == 0 {
		out.Add(place, "required", `"products" is missing: the statement is about nothing`)
	}
}

var shapes = sync.OnceValues(func() (*shape.Set, error) { return shape.Compile(rules, "") })

// rules are OpenVEX 0.2.0's in our notation. Identifiers may be relative: documents of known
// publishers ("maker/product:hash") are so, and nothing is resolved.
const rules = `
document = { "@context": @uri "@id": @iri-reference author: str role?: str timestamp: @date-time last_updated?: @date-time version: int(1..)
	tooling?: str supplier?: str statements: [statement](1.. unique) }
statement = { "@id"?: @iri-reference version?: int(1..) vulnerability: vulnerability timestamp?: @date-time last_updated?: @date-time
	products?: [component](unique) status: status supplier?: str status_notes?: str justification?: justification
	impact_statement?: str action_statement?: str action_statement_timestamp?: @date-time } & reasoned
reasoned = { status: enum(not_affected) justification: any * } | { status: enum(not_affected) impact_statement: any * }
	| { status: enum(affected) action_statement: any * } | { status: enum(fixed under_investigation) * }
status = enum(not_affected affected fixed under_investigation)
justification = enum(component_not_present vulnerable_code_not_present vulnerable_code_not_in_execute_path
	vulnerable_code_cannot_be_controlled_by_adversary inline_mitigations_already_exist)
vulnerability = { "@id"?: @iri-reference name: str description?: str aliases?: [str](unique) }
component = { "@id"?: @iri-reference identifiers?: identifiers hashes?: hashes supplier?: str subcomponents?: [subcomponent](unique) } & (has("@id") | has(identifiers))
subcomponent = { "@id"?: @iri-reference identifiers?: identifiers hashes?: hashes supplier?: str } & (has("@id") | has(identifiers))
identifiers = { purl?: str cpe22?: str cpe23?: str } & (has(purl) | has(cpe22) | has(cpe23))
hashes = { md5?: str sha1?: str sha-256?: str sha-384?: str sha-512?: str sha3-224?: str sha3-256?: str sha3-384?: str sha3-512?: str
	blake2s-256?: str blake2b-256?: str blake2b-512?: str }
early = { "@context": str "@id": str author: str role?: str timestamp: @date-time version: any tooling?: str statements: [earlyStatement](1..) }
earlyStatement = { vulnerability: (str | vulnerability) vuln_description?: str timestamp?: @date-time products?: [(str | component)]
	subcomponents?: [any] status: status status_notes?: str justification?: justification impact_statement?: str action_statement?: str
	action_statement_timestamp?: @date-time }
`
