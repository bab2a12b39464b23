package csaf

import (
	"slices"
	"strings"

	"ward"
)

// Claims lists what the document states of each product, in tree order: one
// claim for each product and state, with the vulnerabilities of which the state
// is stated. So a product that is fixed for one CVE and affected by another has
// two claims, and contradictory states of one CVE stand side by side.
//
// A product without any state has one claim of StatusNone, except the sides of
// a relationship: there the relationship speaks for them. A firmware that is
// installed_on a device has a second claim under the device's names with the
// firmware's version, because that is how a hospital lists its devices; both
// bear the relationship's product_id and path. So has a default component that
// is affected: its platform is. A version that is the last affected one has a
// second claim for those before it.
//
// Advisory holds the tracking id; a store puts its own id in its place.
// Model words inside product names are left to the matcher.
func (d *Document) Claims() []ward.Claim {
	c := claimer{doc: d, ends: d.ends()}
	out := make([]ward.Claim, 0, len(d.Products))
	rest := d.statements
	for i := range d.Products {
		n := 0
		for n < len(rest) && int(rest[n].product) == i {
			n++
		}
		out = c.product(out, i, rest[:n])
		rest = rest[n:]
	}
	return out
}

// claimer keeps the last list of CVEs: most leaves of a document share it.
type claimer struct {
	doc   *Document
	ends  map[[2]int32]end
	vulns []statement
	cves  []string
}

// product appends the claims of product i, whose statements are sorted.
func (c *claimer) product(out []ward.Claim, i int, said []statement) []ward.Claim {
	p := &c.doc.Products[i]
	if c.doc.byID[p.ID] != i {
		return out // a second definition of one id: nothing can be said of it
	}
	forms := c.doc.identities(p)
	stated := false
	for len(said) > 0 {
		n, e := 0, c.end(said[0])
		for n < len(said) && said[n].status == said[0].status && c.end(said[n]) == e {
			n++
		}
		if said[0].status != ward.StatusNone {
			stated = true
			for _, claim := range c.stated(forms, p, said[0].status) {
				claim.CVEs = c.names(said[:n])
				out = append(out, claim)
				if e.edge != 0 && claim.Version != "" {
					out = append(out, c.doc.run(claim, e))
				}
			}
		}
		said = said[n:]
	}
	if !stated && !p.used {
		return append(out, forms...)
	}
	return out
}

// end tells whether a statement is about the end of a run of versions.
func (c *claimer) end(s statement) end {
	if len(c.ends) == 0 || s.status != ward.StatusAffected {
		return end{}
	}
	return c.ends[[2]int32{s.vuln, s.product}]
}

// stated gives the claims of one state, and with them that of the platform of a
// default component ("is a default component of", CSAF 2.0 section 3.2.2.4):
// every installation of the platform has the component. That the component is
// fixed says nothing of the rest of the platform. Where the platform bears no
// version, and so may have another version of the component, a person must look;
// so too where the component is optional.
// Packages of a distribution are matched by themselves.
func (c *claimer) stated(forms []ward.Claim, p *Product, status ward.ProductStatus) []ward.Claim {
	for i := range forms {
		forms[i].Status = status
	}
	if p.Relation == nil || p.Relation.Category != "default_component_of" && p.Relation.Category != "optional_component_of" || status != ward.StatusAffected && status != ward.StatusInvestigated {
		return forms
	}
	own, platform := &forms[0], c.doc.identity(c.doc.Product(p.Relation.RelatesTo))
	if distributed(own.PURL) || strings.HasPrefix(platform.CPE, "cpe:/o:") || strings.HasPrefix(platform.CPE, "cpe:2.3:o:") {
		return forms
	}
	platform.Leaf, platform.Path, platform.Advisory, platform.Status = own.Leaf, own.Path, own.Advisory, status
	if p.Relation.Category == "optional_component_of" {
		platform.Status = ward.StatusNone // only who has a look knows whether it is there
	} else if platform.Version == "" && platform.Range == "" {
		switch {
		case isFirmware(own.Names):
			platform.Version, platform.Range = own.Version, own.Range
		case own.Version != "" || own.Range != "":
			platform.Status = ward.StatusNone
		}
	}
	return append(slices.Clip(forms), platform)
}

// distributed reports whether a package URL is of a package that an operating
// system's distribution gives out.
func distributed(purl string) bool {
	kind, _, _ := strings.Cut(strings.TrimPrefix(purl, "pkg:"), "/")
	return slices.Contains([]string{"rpm", "rpmmod", "deb", "apk", "alpm", "oci"}, kind)
}

// names lists the vulnerabilities of statements, sorted and each once.
func (c *claimer) names(said []statement) []string {
	same := slices.EqualFunc(c.vulns, said, func(a, b statement) bool { return a.vuln == b.vuln })
	if same && c.vulns != nil {
		return c.cves
	}
	var names []string
	for _, s := range said {
		if name := c.doc.Vulnerabilities[s.vuln].Name(); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	c.vulns, c.cves = said, slices.Clip(slices.Compact(names))
	return c.cves
}

// identities gives the claims of p without status: one, or two for firmware on
// a device.
func (d *Document) identities(p *Product) []ward.Claim {
	own := d.identity(p)
	own.Leaf, own.Path, own.Advisory = p.ID, p.path, ward.AdvisoryID(d.Tracking.ID)
	if p.Relation == nil || (p.Relation.Category != "installed_on" && p.Relation.Category != "installed_with") {
		return []ward.Claim{own}
	}
	device := d.identity(d.Product(p.Relation.RelatesTo))
	if !isFirmware(own.Names) || device.Version != "" || device.Range != "" {
		return []ward.Claim{own}
	}
	device.Leaf, device.Path, device.Advisory = own.Leaf, own.Path, own.Advisory
	device.Version, device.Range = own.Version, own.Range
	return []ward.Claim{own, device}
}

// isFirmware reports whether a name says that it is a device's own software.
func isFirmware(names []string) bool {
	return slices.ContainsFunc(names, func(s string) bool {
		s = strings.ToLower(s)
		return strings.Contains(s, "firmware") || strings.Contains(s, "bios")
	})
}

// identity reads vendor, names, version and helper. A relationship is its
// component; what the relationship's own helper says goes first.
func (d *Document) identity(p *Product) ward.Claim {
	if p.Relation == nil {
		return p.leaf()
	}
	c := d.identity(d.Product(p.Relation.Product))
	own := ward.Claim{}
	p.Helper.fill(&own)
	c.CPE, c.PURL, c.UDI = first(own.CPE, c.CPE), first(own.PURL, c.PURL), first(own.UDI, c.UDI)
	if len(own.Models) > 0 {
		c.Models = own.Models
	}
	if len(own.Serials) > 0 {
		c.Serials = own.Serials
	}
	if c.Vendor == "" {
		c.Vendor = d.identity(d.Product(p.Relation.RelatesTo)).Vendor
	}
	return c
}

// leaf reads one leaf of the tree, or a full_product_name.
func (p *Product) leaf() ward.Claim {
	var c ward.Claim
	var pack string
	for _, b := range p.Branches() {
		switch b.Category {
		case "vendor":
			c.Vendor = b.Name // the nearest to the leaf wins
		case "product_family", "product_name":
			if b.Name != "" {
				c.Names = append(c.Names, b.Name)
			}
		case "product_version":
			c.Version, c.Range = b.Name, ""
		case "product_version_range":
			c.Version, c.Range = "", b.Name
		case "service_pack", "patch_level":
			pack = b.Name
		}
	}
	c.Version = withPack(c.Version, pack)
	p.Helper.fill(&c)
	if len(c.Names) == 0 {
		p.nameless(&c)
	}
	return c
}

// withPack joins a version and the service pack or patch level below it:
// "V4.7" and "SP4" are "V4.7 SP4". Cisco writes the whole version a second
// time there ("3.2SG", "3.2.0SG"); then it replaces the first.
func withPack(version, pack string) string {
	head, _, dotted := strings.Cut(version, ".")
	if packHead, _, ok := strings.Cut(pack, "."); dotted && ok && packHead == head {
		return pack
	}
	if version == "" || pack == "" {
		return version
	}
	return version + " " + pack
}

// first is the first text that is not empty.
func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
