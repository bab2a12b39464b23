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

// bySerial narrows an answer to the serial numbers by which a leaf identifies its
// devices (CSAF 2.0 section 3.1.3.3.6). What is given without wildcards may be
// the beginning of a number.
func (l *leaf) bySerial(s *subject, a answer) answer {
	if s.serial == "" {
		return answer{version.Unknown, ReasonSerial, a.rule, s.say("only devices with these serial numbers: ", strings.Join(l.claim.Serials, ", "))}
	}
	begins := false
	for _, text := range l.claim.Serials {
		p := patternCode(text)
		if p == "" || glob(p, s.serial) {
			return a
		}
		begins = begins || strings.HasPrefix(s.serial, p)
	}
	if begins {
		return answer{version.Unknown, ReasonSerial, a.rule, s.say(`serial "`, s.serial, `" begins as one of `, strings.Join(l.claim.Serials, ", "))}
	}
	return answer{version.No, ReasonOutside, a.rule, s.say(`serial "`, s.serial, `" is none of `, strings.Join(l.claim.Serials, ", "))}
}

// hasModel reports whether a model is in a list, and whether only a number that
// leaves its end open has it.
func hasModel(list []string, m string) (has, open bool) {
	for _, x := range list {
		switch {
		case x == m:
			return true, false
		case strings.IndexAny(x, "*?") >= 4 && glob(x, m):
			if !strings.HasSuffix(x, openEnd) {
				return true, false
			}
			has, open = true, true
		}
	}
	return has, open
}

// patternCode is compactCode of a model or serial number of an advisory, which
// may hold "?" for one sign and "*" for any number of them.
func patternCode(s string) string {
	if !strings.Contains(s, "?") {
		return compactCode(s)
	}
	parts := strings.Split(s, "?")
	for i, p := range parts {
		parts[i] = compactCode(p)
	}
	return strings.Join(parts, "?")
}

// glob reports whether a compact number is of a shape with wildcards.
func glob(shape, s string) bool {
	at, star, back := 0, -1, 0
	for i := 0; i < len(s); {
		switch {
		case at < len(shape) && shape[at] == '*':
			star, back = at, i
			at++
		case at < len(shape) && (shape[at] == '?' || shape[at] == s[i]):
			at, i = at+1, i+1
		case star >= 0:
			back++
			at, i = star+1, back
		default:
			return false
		}
	}
	return strings.Trim(shape[at:], "*") == ""
}

// isPattern reports whether a number has wildcards.
func isPattern(m string) bool {
	return strings.IndexByte(m, '*') >= 0 || strings.IndexByte(m, '?') >= 0
}
