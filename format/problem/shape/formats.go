package shape

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"ward/format/pattern"
)

// formats are the string formats of JSON Schema 2020-12 validation, section
// 7.3, as far as the standards that we check use them.
var formats = map[string]func(string) bool{
	"date-time":     DateTime,
	"date":          func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"uuid":          matches(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`),
	"uri":           URI,
	"uri-reference": IRIReference,
	"iri":           func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() && IRIReference(s) },
	"iri-reference": IRIReference,
	"email":         email,
	"idn-email":     email,
	// The simple types of XML Schema part 2, where a value is text.
	"anyURI":      anyURI,
	"boolean":     func(s string) bool { return s == "true" || s == "false" || s == "1" || s == "0" },
	"integer":     matches(`^[+-]?[0-9]+$`),
	"decimal":     matches(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`),
	"xs-dateTime": func(s string) bool { return DateTime(s) || len(s) >= 19 && DateTime(s+"Z") },
	"xs-date":     xsDate,
	"regex":       func(s string) bool { _, err := regexp.Compile(s); return err == nil },
}

// matches is a format that an expression tells, compiled by the first who asks.
func matches(text string) func(string) bool {
	p := pattern.Of(text)
	return func(s string) bool { return p().MatchString(s) }
}

// DateTime reports whether s is a date-time of RFC 3339 section 5.6; "T" and
// "Z" may be small, and the last minute of a day in UTC may have a leap second.
// The library reads more than the grammar has: a comma, an hour of one digit, a
// zone of 24 hours.
func DateTime(s string) bool {
	s = strings.ToUpper(s)
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[13] != ':' || s[16] != ':' || strings.Contains(s, ",") {
		return false
	}
	leap := s[17:19] == "60"
	if leap {
		s = s[:17] + "59" + s[19:]
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || leap && t.UTC().Format("15:04") != "23:59" {
		return false
	}
	zone := s[len(s)-len("+00:00"):]
	return strings.HasSuffix(s, "Z") || zone[1:3] < "24" && zone[4:] < "60"
}

// URI reports whether s is an absolute URI of RFC 3986: ASCII alone, a percent
// sign before two hexadecimal digits only, brackets around an address only, and
// one fragment at most. What has other letters is an IRI.
func URI(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() || len(s) == len(u.Scheme)+1 {
		return false
	}
	hexadecimal := func(b byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", b) >= 0 }
	host, fragments := strings.Index(s, u.Host), 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~:/?@!$&'()*+,;=", c) >= 0:
		case c == '%' && i+2 < len(s) && hexadecimal(s[i+1]) && hexadecimal(s[i+2]):
		case c == '[' || c == ']':
			if i < host || i >= host+len(u.Host) {
				return false
			}
		case c == '#' && fragments == 0:
			fragments++
		default:
			return false
		}
	}
	return true
}

// IRIReference reports whether s can be a reference of RFC 3987: no blanks,
// controls or delimiters that must be escaped, and a scheme in order.
func IRIReference(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"{}|\\^`", r) }) {
		return false
	}
	_, err := url.Parse(s)
	return err == nil
}

// email is a bare address; a display name around it is no address.
func email(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// anyURI is lenient as XML Schema is (part 2, section 3.2.17): what escaping
// makes a URI reference is one.
func anyURI(s string) bool {
	_, err := url.Parse(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return '_'
		}
		return r
	}, s))
	return err == nil
}

// xsDate is a day with an optional zone.
func xsDate(s string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01-02Z07:00"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
