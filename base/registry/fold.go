package registry

import (
	"encoding/base64"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ward"
)

// fold makes the form in which names are sorted and searched: lower case,
// without accents, so that "Krankenhaus St. Pölten" is found by "polten".
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ł' || r == 'Ł':
			b.WriteByte('l')
		case r == 'ø' || r == 'Ø':
			b.WriteByte('o')
		case r == 'đ' || r == 'Đ':
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// likeWords makes a LIKE pattern of each word of a search, with ! as the escape.
func likeWords(s string) []string {
	var out []string
	for _, w := range strings.Fields(fold(s)) {
		if len(out) == maxWords {
			break
		}
		out = append(out, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(w)+"%")
	}
	return out
}

// maxWords bounds what one search costs.
const maxWords = 6

// place is where a page of a list ends: the sort key and id of a row.
type place struct{ key, id string }

// String is opaque to clients. The id comes first: it has a fixed length and no
// zero byte, whatever the name holds.
func (p place) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.id + "\x00" + p.key))
}

// readPlace reads what String wrote; the empty text is the start of the list.
func readPlace(s string) (place, error) {
	if s == "" {
		return place{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	id, key, ok := strings.Cut(string(b), "\x00")
	if err != nil || !ok || !ward.ValidID(id) || len(s) > 4096 {
		return place{}, invalid("registry.error.page", "after")
	}
	return place{key: key, id: id}, nil
}
