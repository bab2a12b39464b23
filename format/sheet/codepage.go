package sheet

import (
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// codePages are those in which Windows writes tables in the languages of the
// Union, the Western one first: it is taken where the column names do not tell.
var codePages = [...]struct {
	charset
	langs []string // that need it; the others are written in the Western one
}{
	{charset{name: "windows-1252", enc: charmap.Windows1252}, nil},
	{charset{name: "windows-1250", enc: charmap.Windows1250}, []string{"cs", "hr", "hu", "pl", "ro", "sk", "sl"}},
	{charset{name: "windows-1251", enc: charmap.Windows1251}, []string{"bg"}},
	{charset{name: "windows-1253", enc: charmap.Windows1253}, []string{"el"}},
	{charset{name: "windows-1257", enc: charmap.Windows1257}, []string{"et", "lt", "lv"}},
	{charset{name: "iso-8859-2", enc: charmap.ISO8859_2}, []string{"cs", "hr", "hu", "pl", "ro", "sk", "sl"}},
}

// codePage is the one in which most column names of the first rows are known;
// where several know as many, the one of the language that the names are in.
func codePage(head []byte) charset {
	best, most := codePages[0].charset, 0
	for _, c := range codePages {
		text, err := c.enc.NewDecoder().Bytes(head)
		if err != nil {
			continue
		}
		names := knownCells(string(text))
		n := 2 * len(names)
		if slices.Contains(c.langs, homeLanguage(names)) {
			n++
		}
		if n > most {
			best, most = c.charset, n
		}
	}
	return best
}

// knownCells lists the distinct cells of the first rows that are column names,
// folded, whatever parts the cells.
func knownCells(text string) []string {
	var out []string
	rows := 0
	for line := range strings.Lines(text) {
		for _, cell := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(";,\t|\"\r\n", r) }) {
			if name := fold(cell); len(exactWords(name)) > 0 && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
		if rows++; rows == searched {
			break
		}
	}
	return out
}
