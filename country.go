package ward

import "strings"

// Country is an ISO 3166-1 alpha-2 code in capitals. Greece is GR here;
// Eurostat's EL is read as GR.
type Country string

// countries are the 27 Member States in the protocol order of the English
// names, with EEA states and Switzerland not among them.
var countries = [...]Country{"AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE",
	"IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"}

// Countries lists the 27 Member States.
func Countries() []Country { return append([]Country(nil), countries[:]...) }

// ParseCountry reads a code of a Member State in any case, and EL for GR.
func ParseCountry(s string) (Country, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "EL" {
		s = "GR"
	}
	for _, c := range countries {
		if string(c) == s {
			return c, true
		}
	}
	return "", false
}
