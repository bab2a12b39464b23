package match

import (
	"strings"

	wfn "github.com/knqyf263/go-cpe/common"
	"github.com/knqyf263/go-cpe/naming"
	"github.com/package-url/packageurl-go"

	"ward/format/pattern"
)

// purl is a package URL cut into identity and version.
type purl struct {
	key     string // type/namespace/name, lower case
	kind    string // the type
	version string
}

// readPURL reads a package URL; one that is not valid gives the zero value.
func readPURL(s string) purl {
	if s == "" || len(s) > maxName {
		return purl{}
	}
	p, err := packageurl.FromString(s)
	if err != nil {
		return purl{}
	}
	v := p.Version
	if e := p.Qualifiers.Map()["epoch"]; e != "" && v != "" && p.Type == packageurl.TypeRPM {
		v = e + ":" + v
	}
	kind, name := strings.ToLower(p.Type), p.Name
	if kind == packageurl.TypePyPi {
		name = runs().ReplaceAllString(name, "-") // "zope.interface" is zope-interface (PEP 503)
	}
	return purl{key: strings.ToLower(kind + "/" + p.Namespace + "/" + name), kind: kind, version: v}
}

// runs finds what the Python Package Index takes for one dash in a name.
var runs = pattern.Of(`[-_.]+`)

// Kinds of package URLs of which the same program may have several.
var (
	distributions = map[string]bool{"rpm": true, "deb": true, "apk": true, "alpm": true}
	sources       = map[string]bool{"generic": true, "github": true, "gitlab": true, "bitbucket": true}
	images        = map[string]bool{"oci": true, "docker": true}
)

// join joins by package URLs that both sides have.
func (p purl) join(q purl) (tie, bool) {
	if p.key == q.key {
		return tie{rule: "purl", rank: rankPURL}, true
	}
	may, ruled := p.mayBe(q)
	return tie{rule: "purl", rank: rankWeak, weak: true, other: !ruled, reason: ReasonNamePartial}, may
}

// mayBe reports whether two package URLs that differ may be one program all the
// same, which a person has to say: one names the program at its source, or a package
// without its distribution. ruled tells that the two count versions in the same way.
func (p purl) mayBe(q purl) (may, ruled bool) {
	room, name := p.place()
	otherRoom, otherName := q.place()
	switch {
	case name != otherName || len(name) < 3:
		return false, false
	case p.kind == q.kind:
		return (distributions[p.kind] || images[p.kind] || p.kind == "generic") && (room == "" || otherRoom == ""), true
	}
	return sources[p.kind] || sources[q.kind] || images[p.kind] && images[q.kind], !distributions[p.kind] && !distributions[q.kind]
}

// place cuts the key into namespace and name.
func (p purl) place() (namespace, name string) {
	rest := strings.TrimPrefix(p.key, p.kind+"/")
	i := strings.LastIndexByte(rest, '/')
	return rest[:i], rest[i+1:]
}

// withEpoch gives text with the epoch that the purl has and the text lacks:
// RPM's "1:1.0.2-3" is often written "1.0.2-3" outside of the purl.
func (p purl) withEpoch(text string) string {
	if epoch, rest, ok := strings.Cut(p.version, ":"); ok && isNumber(epoch) && rest == text {
		return p.version
	}
	return text
}

// cpe is a CPE name of NISTIR 7695 cut into identity and version.
type cpe struct {
	part, vendor, product string // "" is ANY
	version               string
	software, hardware    string // that it runs on
}

func (c cpe) isZero() bool { return c.product == "" }

// readCPE reads a CPE 2.2 URI or 2.3 formatted string; one that is not valid,
// or that names no product, gives the zero value.
func readCPE(s string) cpe {
	if len(s) > maxName {
		return cpe{}
	}
	var w wfn.WellFormedName
	var err error
	switch low := strings.ToLower(s); {
	case strings.HasPrefix(low, "cpe:2.3:"):
		w, err = naming.UnbindFS(s)
	case strings.HasPrefix(low, "cpe:/"):
		w, err = naming.UnbindURI(s)
	default:
		return cpe{}
	}
	if err != nil {
		return cpe{}
	}
	c := cpe{part: attribute(w, wfn.AttributePart), vendor: attribute(w, wfn.AttributeVendor),
		product: attribute(w, wfn.AttributeProduct), version: attribute(w, wfn.AttributeVersion),
		software: attribute(w, wfn.AttributeTargetSw), hardware: attribute(w, wfn.AttributeTargetHw)}
	if u := attribute(w, wfn.AttributeUpdate); u != "" && c.version != "" {
		c.version += " " + u
	}
	return c
}

func attribute(w wfn.WellFormedName, name string) string {
	s, ok := w.Get(name).(string)
	if !ok {
		return "" // ANY or NA
	}
	return strings.ToLower(strings.ReplaceAll(s, `\`, ""))
}

// joins reports whether two names speak of the same product: equal attributes,
// where an open vendor or part of either side agrees with all.
func (c cpe) joins(d cpe) bool {
	return !c.isZero() && c.product == d.product && openly(c.vendor, d.vendor) && openly(c.part, d.part)
}

// runsOn reports whether two names are for the same platform, as far as both say
// it: a program for one is not that for another.
func (c cpe) runsOn(d cpe) bool {
	return openly(c.software, d.software) && openly(c.hardware, d.hardware)
}

// openly compares two attributes of which an open one agrees with all.
func openly(a, b string) bool { return a == b || a == "" || b == "" }

// readUDI reduces a device identifier to its key: of a GS1 string with
// application identifiers the GTIN behind (01), padded to 14 figures; HIBCC and
// ICCBBA identifiers as they are.
func readUDI(s string) string {
	if i := strings.Index(s, "(01)"); i >= 0 {
		s, _, _ = strings.Cut(s[i+4:], "(")
	}
	s = compactCode(s)
	if len(s) > 16 && strings.HasPrefix(s, "01") && isNumber(s) {
		s = s[2:16] // without brackets
	}
	if strings.Trim(s, "0123456789") == "" && len(s) >= 12 && len(s) < 14 {
		s = strings.Repeat("0", 14-len(s)) + s
	}
	return s
}
