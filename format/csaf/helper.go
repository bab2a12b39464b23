package csaf

import (
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"ward"
)

// fill puts what a helper says into a claim.
func (h *Helper) fill(c *ward.Claim) {
	c.CPE, c.PURL, c.UDI = h.CPE, h.PURL, h.udi()
	c.Models = slices.Concat(h.Models, h.SKUs)
	c.Serials = h.Serials
}

// udi finds a UDI-DI among the x_generic_uris. There is no agreed namespace;
// what was seen or is likely names UDI or its issuing agencies (MDR Article
// 27: GS1, HIBCC, ICCBBA, IFA). A GS1 Digital Link bears the GTIN after "/01/".
func (h *Helper) udi() string {
	for _, u := range h.URIs {
		space := strings.ToLower(u.Namespace)
		if !slices.ContainsFunc([]string{"udi", "gs1", "gtin", "hibc", "iccbba"}, func(word string) bool { return strings.Contains(space, word) }) {
			continue
		}
		if _, gtin, ok := strings.Cut(u.URI, "/01/"); ok {
			gtin, _, _ = strings.Cut(gtin, "/")
			gtin, _, _ = strings.Cut(gtin, "?")
			return gtin
		}
		return strings.TrimLeft(strings.TrimPrefix(u.URI, u.Namespace), ":/#")
	}
	return ""
}

// nameless names a leaf that has neither family nor product_name, as Red Hat's
// packages ("vendor / x86_64 / openssl-1:3.0.7-24.el9.x86_64"): by its package
// URL, which then also gives the plain version, else by its full name. A
// product_version that only repeats the name is no version.
func (p *Product) nameless(c *ward.Claim) {
	if u, err := packageurl.FromString(c.PURL); err == nil && u.Name != "" {
		c.Names = []string{u.Name}
		if c.Range == "" {
			c.Version = u.Version
		}
		return
	}
	if p.Name == "" {
		return
	}
	c.Names = []string{p.Name}
	if c.Version == p.Name {
		c.Version = ""
	}
}
