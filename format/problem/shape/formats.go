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
	"uri":           func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() && IRIReference(s) },
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
// "Z" may be small, and a leap second is a time.
func DateTime(s string) bool {
	s = strings.ToUpper(s)
	if len(s) > 19 && s[16:19] == ":60" {
		s = s[:16] + ":59" + s[19:]
	}
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
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
