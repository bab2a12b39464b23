package match

import (
	"strconv"
	"strings"

	"ward"
	"ward/format/pattern"
	"ward/format/version"
)

// firstDigits finds the bounds that Mitsubishi Electric's advisories set to the
// first figures of a serial number: "<= the first 5 digits of serial number 22081".
var (
	firstDigits = pattern.Of(`\b(\d|three|four|five|six) digits of serial`)
	serialBound = pattern.Of(`\b\d{3,8}\b`)
	countWords  = map[string]int{"three": 3, "four": 4, "five": 5, "six": 6}
)

// serialIn compares the product's serial number with such a bound. Everything
// else about serial numbers is a person's business.
func (l *leaf) serialIn(s *subject) (version.Tri, ward.Reason, string) {
	open := s.say(`serial numbers are bounded: "`, l.text, `"`)
	m := firstDigits().FindStringSubmatch(l.rng.Condition())
	bounds := serialBound().FindAllString(l.rng.Condition(), 2)
	if m == nil || len(bounds) != 1 || s.serial == "" || !strings.Contains(l.rng.Condition(), "<=") {
		return version.Unknown, ReasonSerial, open
	}
	n := countWords[m[1]]
	if n == 0 {
		n = atoi(m[1])
	}
	if len(bounds[0]) != n || len(s.serial) < n {
		return version.Unknown, ReasonSerial, open
	}
	have, err := strconv.Atoi(s.serial[:n])
	if err != nil {
		return version.Unknown, ReasonSerial, open
	}
	if have <= atoi(bounds[0]) {
		return version.Yes, ReasonInside, s.say(`serial "`, s.serial, `" begins at or below `, bounds[0])
	}
	return version.No, ReasonOutside, s.say(`serial "`, s.serial, `" begins above `, bounds[0])
}
