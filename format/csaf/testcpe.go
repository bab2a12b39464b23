package csaf

import (
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"ward/format/problem/jsontree"
)

// canonicalJSON writes a value so that equal ones are equal texts: members and
// the elements of arrays are sorted, as 6.2.32 takes arrays for sets.
func canonicalJSON(n *jsontree.Node) string {
	parts := make([]string, len(n.Items))
	for i, item := range n.Items {
		parts[i] = canonicalJSON(item)
		if n.Kind == jsontree.Object {
			parts[i] = n.Names[i] + "\x00" + parts[i]
		}
	}
	slices.Sort(parts)
	return n.Kind.String() + "(" + n.Text + strings.Join(parts, "\x01") + ")"
}

// cpeParts are the attributes of a formatted CPE 2.3 name in their order.
var cpeParts = [...]string{"part", "vendor", "product", "version", "update", "edition", "language", "sw_edition", "target_sw", "target_hw", "other"}

// counterparts are the branch categories that say the same as an attribute.
var counterparts = map[string][]string{
	"vendor": {"vendor"}, "product": {"product_name", "product_family"}, "version": {"product_version", "product_version_range"},
	"update": {"patch_level", "service_pack"}, "language": {"language"}, "target_hw": {"architecture", "platform"},
}

// helperAgrees is 6.2.42: the helper says at least what the branches say, and
// a CPE no more. Vendor and product are only held to be there: a CPE spells
// them its own way.
func helperAgrees(s *subject, tell say) {
	for _, d := range s.defined {
		if !d.branch.exists() {
			continue
		}
		if cpe := d.helper().get("cpe"); cpe.exists() {
			if detail := d.cpeDiffers(cpeAttributes(cpe.text())); detail != "" {
				tell(cpe, detail)
			}
		}
		for _, p := range d.purlViews() {
			if u, err := packageurl.FromString(p.text()); err == nil {
				if version := d.named("product_version"); version != "" && !sameVersion(u.Version, version) {
					tell(p, "the branches say version "+version)
				}
			}
		}
	}
}

// named is the name of the nearest branch of one of the categories.
func (d definition) named(categories ...string) string {
	for _, b := range slices.Backward(d.trail()) {
		if slices.Contains(categories, b.says("category")) {
			return b.says("name")
		}
	}
	return ""
}

// cpeDiffers compares the attributes of a CPE with the branches.
func (d definition) cpeDiffers(attributes map[string]string) string {
	for _, name := range cpeParts[1:] {
		value := attributes[name]
		set := value != "" && value != "*" && value != "-"
		said := ""
		if categories := counterparts[name]; categories != nil {
			said = d.named(categories...)
		}
		switch {
		case said != "" && !set && name != "update" && d.named("product_version_range") == "":
			return "the branches say " + name + " " + said
		case said == "" && set:
			return "the branches do not say " + name + " " + value
		case name == "version" && set && d.named("product_version") != "" && !sameVersion(value, said):
			return "the branches say version " + said
		}
	}
	return ""
}

// sameVersion compares two spellings, whatever their case, blanks and leading v.
func sameVersion(a, b string) bool {
	plain := func(s string) string {
		s = strings.NewReplacer(" ", "", "_", "").Replace(strings.ToLower(s))
		return strings.TrimPrefix(s, "v")
	}
	return plain(a) == plain(b)
}

// cpeAttributes reads a CPE 2.3 name or a 2.2 URI.
func cpeAttributes(cpe string) map[string]string {
	out := map[string]string{}
	if rest, ok := strings.CutPrefix(cpe, "cpe:2.3:"); ok {
		for i, value := range splitEscaped(rest) {
			if i < len(cpeParts) {
				out[cpeParts[i]] = strings.ReplaceAll(value, `\`, "")
			}
		}
		return out
	}
	_, rest, _ := strings.Cut(cpe, ":/")
	for i, value := range strings.Split(rest, ":") {
		if i < 7 {
			out[cpeParts[i]] = value
		}
	}
	return out
}

// splitEscaped cuts at colons that no backslash escapes.
func splitEscaped(s string) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ':':
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}
