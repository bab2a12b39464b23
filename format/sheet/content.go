package sheet

import (
	"strings"

	"ward/format/pattern"
)

// values gives the filled cells of one column, at most 200.
func values(sample [][]string, column int) []string {
	var out []string
	for _, row := range sample {
		if column < len(row) && row[column] != "" {
			out = append(out, row[column])
		}
		if len(out) == 200 {
			break
		}
	}
	return out
}

var (
	versionShape = pattern.Of(`(?i)^(v|sw|fw|rev|rel|version|firmware|software)?[ .:]*\d{1,4}(\.[0-9a-z]{1,6}){1,4}( ?(sp|hf|r|b|build)[ .]?\d+)?$`)
	serialShape  = pattern.Of(`^[A-Z0-9][A-Z0-9/-]{5,19}$`)
	smallNumber  = pattern.Of(`^\d{1,3}$`)
)

// byContent looks at the values alone; it needs three of them and most must
// fit. The scores stay low: shape is a hint for a person, and only a check
// digit is more than that.
func byContent(column int, vals []string) []candidate {
	if len(vals) < 3 {
		return nil
	}
	share := func(fits func(string) bool) float64 {
		n := 0
		for _, v := range vals {
			if fits(v) {
				n++
			}
		}
		return float64(n) / float64(len(vals))
	}
	var out []candidate
	add := func(f Field, score float64) { out = append(out, candidate{column, f, score, "content"}) }
	if share(ValidGTIN) > 0.6 {
		add(UDI, 0.8)
		return out
	}
	if share(versionShape().MatchString) > 0.7 {
		add(Version, 0.5)
	}
	if distinct(vals) && share(func(v string) bool { return serialShape().MatchString(v) && strings.ContainsAny(v, "0123456789") }) > 0.8 {
		add(Serial, 0.4)
	}
	if !distinct(vals) && share(smallNumber().MatchString) > 0.9 {
		add(Quantity, 0.3)
	}
	return out
}

// distinct says that no value comes twice: serial numbers do not.
func distinct(vals []string) bool {
	seen := map[string]bool{}
	for _, v := range vals {
		if seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// ValidGTIN reports whether s is a GTIN-14 (or a GTIN-13, which spreadsheets
// make of it by dropping the leading zero) with a right check digit (GS1
// General Specifications, section 7.9.1).
func ValidGTIN(s string) bool {
	if len(s) != 14 && len(s) != 13 {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0 && strings.Trim(s, "0") != ""
}
