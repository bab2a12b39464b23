package csaf

import (
	"slices"
	"strings"
)

// Product is one product that the document can speak of: a leaf of the tree,
// a full_product_name, or a relationship of two of them.
type Product struct {
	ID       string // product_id: valid in this document only
	Name     string // full product name in the publisher's words
	Helper   Helper
	Relation *Relation // set for relationships, else nil

	node  *node // deepest branch; nil for full_product_names and relationships
	path  string
	depth int  // relationships below this one
	used  bool // side of a relationship: its statement is the relationship's
}

// Helper is the product_identification_helper (CSAF 2.0 section 3.1.3.3).
type Helper struct {
	CPE     string
	PURL    string
	Models  []string // model_numbers; may hold the wildcards ? and *
	SKUs    []string
	Serials []string // serial_numbers; may hold the wildcards ? and *
	URIs    []GenericURI

	purls []string
}

// GenericURI is an entry of x_generic_uris, e.g. a UDI.
type GenericURI struct{ Namespace, URI string }

// Relation joins two products (section 3.2.2.4).
type Relation struct {
	Category  string // default_component_of, external_component_of, installed_on, installed_with, optional_component_of
	Product   string // product_id of the component
	RelatesTo string // product_id of the platform
}

// Branch is one step from the root to a leaf.
type Branch struct {
	Category string // vendor, product_family, product_name, product_version, ...
	Name     string
}

// node is a Branch that knows its parent, so that a thousand leaves share the
// steps above them.
type node struct {
	Branch
	parent *node
}

// Branches lists the steps from the root to the leaf; nil for products
// outside the tree.
func (p *Product) Branches() []Branch {
	var out []Branch
	for n := p.node; n != nil; n = n.parent {
		out = append(out, n.Branch)
	}
	slices.Reverse(out)
	return out
}

// Path is the evidence shown to people: the names from the root to the leaf,
// joined by " / ". A relationship reads "component / installed_on / platform".
// It stays the same when a publisher numbers its product_ids anew.
func (p *Product) Path() string { return p.path }

// Product finds a product by its product_id; nil if there is none.
func (d *Document) Product(id string) *Product {
	i, ok := d.byID[id]
	if !ok {
		return nil
	}
	return &d.Products[i]
}

// treePath joins the names of the branches of p.
func (p *Product) treePath() string {
	if p.node == nil {
		return p.Name
	}
	names := make([]string, 0, 8)
	for _, b := range p.Branches() {
		names = append(names, b.Name)
	}
	return strings.Join(names, " / ")
}
