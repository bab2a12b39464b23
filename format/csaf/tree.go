package csaf

import "slices"

// tree reads /product_tree (CSAF 2.0 section 3.2.2).
func (d *decoder) tree() {
	var late []Product // relationships stand last, whatever the order of members
	d.object(func(name string) {
		switch name {
		case "branches":
			d.array(func() { d.branch(nil) })
		case "full_product_names":
			d.array(func() { d.add(d.product(nil)) })
		case "relationships":
			d.array(func() { late = append(late, d.relationship()) })
		case "product_paths": // CSAF 2.1
			d.array(func() { late = append(late, d.productPath()) })
		case "product_groups":
			d.array(func() { d.doc.Groups = append(d.doc.Groups, d.group()) })
		default:
			d.skip()
		}
	})
	for _, p := range late {
		d.add(p)
	}
}

// add puts a product into the document, within the bound.
func (d *decoder) add(p Product) {
	if len(d.doc.Products) >= d.lim.Products {
		d.fail(ErrTooMany, "more than %d products", d.lim.Products)
		return
	}
	if p.ID == "" {
		d.odd("a product without product_id")
		return
	}
	d.doc.Products = append(d.doc.Products, p)
}

// branch reads one branch. Its category and name may come after its children,
// so that they are filled in where the children already point to them.
func (d *decoder) branch(parent *node) {
	self := &node{parent: parent}
	d.object(func(name string) {
		switch name {
		case "category":
			d.name(&self.Category)
		case "name":
			d.name(&self.Name)
		case "branches":
			d.array(func() { d.branch(self) })
		case "product":
			d.add(d.product(self))
		default:
			d.skip()
		}
	})
}

// product reads a full_product_name_t (section 3.1.3).
func (d *decoder) product(at *node) Product {
	p := Product{node: at}
	d.object(func(name string) {
		switch name {
		case "name":
			d.name(&p.Name)
		case "product_id":
			p.ID = d.id()
		case "product_identification_helper":
			d.helper(&p.Helper)
		default:
			d.skip()
		}
	})
	return p
}

// helper reads the product_identification_helper (section 3.1.3.3); hashes and
// SBOM addresses are passed over, as no inventory row has them.
func (d *decoder) helper(h *Helper) {
	d.object(func(name string) {
		switch name {
		case "cpe":
			d.name(&h.CPE)
		case "purl":
			d.name(&h.PURL)
		case "purls": // CSAF 2.1: a list
			d.nameList(&h.purls)
		case "model_numbers":
			d.nameList(&h.Models)
		case "skus":
			d.nameList(&h.SKUs)
		case "serial_numbers":
			d.nameList(&h.Serials)
		case "x_generic_uris":
			d.array(func() { h.URIs = append(h.URIs, d.genericURI()) })
		default:
			d.skip()
		}
	})
	if h.PURL == "" && len(h.purls) > 0 {
		h.PURL = h.purls[0]
	}
}

// genericURI reads one entry of x_generic_uris (section 3.1.3.3.8).
func (d *decoder) genericURI() (u GenericURI) {
	d.object(func(name string) {
		switch name {
		case "namespace":
			d.name(&u.Namespace)
		case "uri":
			d.name(&u.URI)
		default:
			d.skip()
		}
	})
	return u
}

// relationship reads section 3.2.2.4. The sides are resolved by link, because
// either may be defined later in the file.
func (d *decoder) relationship() Product {
	rel := &Relation{}
	p := Product{}
	d.object(func(name string) {
		switch name {
		case "category":
			d.name(&rel.Category)
		case "product_reference":
			rel.Product = d.id()
		case "relates_to_product_reference":
			rel.RelatesTo = d.id()
		case "full_product_name":
			p = d.product(nil)
		default:
			d.skip()
		}
	})
	p.Relation = rel
	return p
}

// productPath reads what CSAF 2.1 has in the place of relationships (its
// section 3.2.3.4): a product and the steps from it. The first step is the
// Relation; further ones narrow it and are gone over.
func (d *decoder) productPath() Product {
	rel := &Relation{}
	p := Product{}
	steps := 0
	d.object(func(name string) {
		switch name {
		case "beginning_product_reference":
			rel.Product = d.id()
		case "full_product_name":
			p = d.product(nil)
		case "subpaths":
			d.array(func() {
				if steps++; steps == 1 {
					d.subpath(rel)
				} else {
					d.skip()
				}
			})
		default:
			d.skip()
		}
	})
	if steps > 1 {
		d.odd("of a product path with %d steps the first is read", steps)
	}
	p.Relation = rel
	return p
}

func (d *decoder) subpath(rel *Relation) {
	d.object(func(name string) {
		switch name {
		case "category":
			d.name(&rel.Category)
		case "next_product_reference":
			rel.RelatesTo = d.id()
		default:
			d.skip()
		}
	})
}

// group reads section 3.2.2.3.
func (d *decoder) group() (g Group) {
	d.object(func(name string) {
		switch name {
		case "group_id":
			g.ID = d.id()
		case "summary":
			d.text(&g.Summary)
		case "product_ids":
			d.idList(&g.Products)
		default:
			d.skip()
		}
	})
	g.Products = slices.Clip(g.Products)
	return g
}
