package version

import (
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

// ecosystems maps purl types to the names under which the OSV schema knows
// their version rules.
var ecosystems = map[string]string{
	"npm": "npm", "pypi": "PyPI", "deb": "Debian", "rpm": "Red Hat", "maven": "Maven", "golang": "Go",
	"gem": "RubyGems", "nuget": "NuGet", "cargo": "crates.io", "composer": "Packagist", "hex": "Hex", "apk": "Alpine",
	"pub": "Pub", "hackage": "Hackage", "cran": "CRAN", "alpine": "Alpine", "conan": "ConanCenter", "swift": "SwiftURL",
}

// ParseIn reads a version by the rules of a purl type ("npm", "deb", "cpan").
// A type without rules of its own is read as Parse does.
func ParseIn(text, purlType string) (Version, error) {
	if len(text) > MaxText {
		return Version{}, ErrTooLong
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return Version{}, ErrEmpty
	}
	purlType = strings.ToLower(purlType)
	if purlType == "cpan" {
		return parseDecimal(text)
	}
	eco, ok := ecosystems[purlType]
	if !ok {
		return Parse(text)
	}
	sem, err := semantic.Parse(text, eco)
	if err != nil {
		return Version{}, unreadable(text, 0)
	}
	return Version{text: text, scheme: Ecosystem, eco: purlType, sem: sem}, nil
}

// parseDecimal reads Perl's numbers (perldoc version, "Decimal Versions"): with
// at most one dot and no leading v the fraction counts in groups of three
// digits, so 1.7 becomes 1.700 and 1.65 becomes 1.650.
func parseDecimal(text string) (Version, error) {
	s := strings.ReplaceAll(text, "_", "")
	whole, frac, _ := strings.Cut(s, ".")
	if strings.HasPrefix(s, "v") || strings.Contains(frac, ".") {
		v, err := Parse(strings.ReplaceAll(text, "_", ""))
		if err != nil || v.scheme != Dotted {
			return Version{}, unreadable(text, 0)
		}
		v.text, v.scheme = text, Decimal
		return v, nil
	}
	groups := []string{whole}
	for frac != "" {
		g := (frac + "00")[:3]
		frac = frac[min(3, len(frac)):]
		groups = append(groups, g)
	}
	v, err := Parse(strings.Join(groups, "."))
	if err != nil || v.scheme != Dotted || len(groups) > maxParts {
		return Version{}, unreadable(text, 0)
	}
	v.text, v.scheme = text, Decimal
	return v, nil
}
