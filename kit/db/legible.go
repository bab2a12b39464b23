package db

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// legible is s as both databases can keep it. PostgreSQL refuses a zero byte and
// what is not UTF-8: whoever sent them, in an address or a form, would be answered
// with an error of ours. SQLite keeps them, and then neither an archive nor another
// database takes the row. U+FFFD stands in their place (The Unicode Standard,
// section 3.9) and not nothing, so that a text does not become another one.
func legible(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// bound makes the texts among args legible. What the caller holds stays as it is.
func bound(args []any) []any {
	own := false
	for i, a := range args {
		s, ok := textOf(a)
		if !ok {
			continue
		}
		if t := legible(s); t != s {
			if !own {
				args, own = slices.Clone(args), true
			}
			args[i] = t
		}
	}
	return args
}

// textOf is the text of a value that is a string, or of a type of that kind.
func textOf(a any) (string, bool) {
	switch v := a.(type) {
	case string:
		return v, true
	case nil, int, int64, []byte, Time:
		return "", false
	}
	if v := reflect.ValueOf(a); v.Kind() == reflect.String {
		return v.String(), true
	}
	return "", false
}
