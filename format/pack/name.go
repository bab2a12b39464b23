package pack

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxName bounds a name in bytes; file systems stop at 255 a step.
const maxName = 1024

// cleanName makes a name of an archive harmless: slashes one way, nothing that
// leads upwards or to a root or drive, no control and direction characters.
// Names that are not UTF-8 are read in code page 437, as zip says.
func cleanName(s string) string {
	if !utf8.ValidString(s) {
		if t, err := charmap.CodePage437.NewDecoder().String(s); err == nil {
			s = t
		}
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	if len(s) > 1 && s[1] == ':' {
		s = s[2:]
	}
	s = strings.TrimPrefix(path.Clean("/"+s), "/")
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[len(s)-maxName:], "")
	}
	if s == "" {
		return "unnamed"
	}
	return s
}

// ignored are the leavings of systems: resource forks and folder settings.
func ignored(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/") ||
		strings.HasPrefix(base, "._") || base == ".DS_Store" || base == "Thumbs.db"
}
