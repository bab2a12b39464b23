package cve

import "strings"

// ValidID reports whether s has the form CVE-YYYY-N… with four to nineteen
// digits (CVE record format 5.x, definition cveId).
func ValidID(s string) bool {
	rest, ok := strings.CutPrefix(s, "CVE-")
	if !ok {
		return false
	}
	year, number, ok := strings.Cut(rest, "-")
	return ok && len(year) == 4 && digits(year) && len(number) >= 4 && len(number) <= 19 && digits(number)
}

// digits says that s holds decimal digits only.
func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
