package sheet

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Field is what a column of an inventory can mean.
type Field string

const (
	RowID        Field = "row_id"
	Vendor       Field = "vendor"
	Product      Field = "product"
	Model        Field = "model"
	Version      Field = "version"
	Serial       Field = "serial"
	Quantity     Field = "quantity"
	Department   Field = "department"
	Site         Field = "site"
	Service      Field = "service"
	Zone         Field = "zone"
	Owner        Field = "owner"
	UDI          Field = "udi"
	EndOfSupport Field = "end_of_support"
	Notes        Field = "notes"
)

// Fields lists all fields in the order of an export.
func Fields() []Field {
	return []Field{RowID, Vendor, Product, Model, Version, Serial, Quantity, Department, Site, Service, Zone, Owner, UDI, EndOfSupport, Notes}
}

// Column is what one column was taken for.
type Column struct {
	Header     string
	Field      Field   // empty: not used
	Confidence float64 // 0 to 1; under 0.6 a person should confirm
	Why        string  // "name", "words" or "content"
}

// Mapping is a guess for a whole table, one Column for each of the header.
// Every field is given to at most one column.
type Mapping []Column

// Index gives the 0-based column of a field, -1 if it has none.
func (m Mapping) Index(f Field) int {
	return slices.IndexFunc(m, func(c Column) bool { return c.Field == f })
}

// Cell gives the value of a field in a row, "" if the field has no column or
// the row is shorter.
func (m Mapping) Cell(row []string, f Field) string {
	if i := m.Index(f); i >= 0 && i < len(row) {
		return row[i]
	}
	return ""
}

// candidate is one possible meaning of one column.
type candidate struct {
	column int
	field  Field
	score  float64
	why    string
}

// Guess decides which column holds which field from the column names, in any
// official language of the Union and in the exports of common maintenance,
// DHCP and directory systems, and from the shape of the sample rows. A word
// that means two things ("Service") is read in the language that most other
// names are in. The best candidate of all takes its column and field first.
func Guess(header []string, sample [][]string) Mapping {
	m := make(Mapping, len(header))
	names := make([]string, len(header))
	for i, h := range header {
		m[i].Header = h
		names[i] = fold(h)
	}
	home := homeLanguage(names)
	var all []candidate
	for i, name := range names {
		all = append(all, byName(i, name, home)...)
		all = append(all, byContent(i, values(sample, i))...)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range all {
		if m[c.column].Field == "" && m.Index(c.field) < 0 {
			m[c.column] = Column{Header: header[c.column], Field: c.field, Confidence: min(c.score, 1), Why: c.why}
		}
	}
	return m
}

// homeLanguage is the one in which most column names are exact words.
func homeLanguage(names []string) string {
	votes := map[string]int{}
	for _, name := range names {
		seen := map[string]bool{}
		for _, w := range exactWords(name) {
			if !seen[w.lang] {
				votes[w.lang]++
			}
			seen[w.lang] = true
		}
	}
	best := "en"
	for _, lang := range languages() {
		if votes[lang] > votes[best] {
			best = lang
		}
	}
	return best
}

// byName scores a folded column name against the word list: a whole match
// counts fully, a name that contains the words among others less, the more
// others there are.
func byName(column int, name, home string) []candidate {
	var out []candidate
	padded := " " + name + " "
	for _, w := range words() {
		bonus := 0.0
		switch {
		case w.lang == home && home == "id":
			bonus = 0.1 // our own column names beat every synonym
		case w.lang == home:
			bonus = 0.03
		}
		switch {
		case name == w.text:
			out = append(out, candidate{column, w.field, w.weight + bonus, "name"})
		case len(w.text) > 3 && strings.Contains(padded, w.padded):
			share := float64(len(w.text)) / float64(len(name))
			out = append(out, candidate{column, w.field, w.weight*(0.5+0.4*share) + bonus, "words"})
		}
	}
	return out
}

// exactWords gives every meaning of a whole column name.
func exactWords(name string) []word {
	var out []word
	for _, w := range words() {
		if w.text == name {
			out = append(out, w)
		}
	}
	return out
}

// fold brings a column name to a comparable form: lower case, accents off,
// everything but letters and digits one blank, CamelCase split.
func fold(s string) string {
	var b strings.Builder
	blank, lower := false, false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r), r == 'º', r == 'ª':
			blank, lower = true, false
			continue
		}
		if (blank || lower && unicode.IsUpper(r)) && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank, lower = false, unicode.IsLower(r)
		switch l := unicode.ToLower(r); l {
		case 'ß':
			b.WriteString("ss")
		case 'ø':
			b.WriteByte('o')
		case 'ł':
			b.WriteByte('l')
		case 'đ':
			b.WriteByte('d')
		case 'ς': // capitals do not know the final sigma
			b.WriteRune('σ')
		default:
			b.WriteRune(l)
		}
	}
	return b.String()
}
