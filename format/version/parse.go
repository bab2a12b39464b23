package version

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ward/format/pattern"
)

// Parse reads one version text. A text that names several versions or a range
// is not a version: use ParseRange. What follows the version in words is kept
// as its Note. Errors wrap ErrEmpty, ErrTooLong or ErrUnreadable.
func Parse(text string) (Version, error) {
	v, err := parseStrict(text)
	if err == nil {
		return v, nil
	}
	if head, note, ok := cutNote(text); ok && !orders().MatchString(note) { // "2.1 or later" is no version
		if w, err := parseStrict(head); err == nil {
			w.text = text
			if !says(note) {
				note = ""
			}
			w.note = note
			return w, nil
		}
	}
	return Version{}, err
}

// cutNote parts a version from the words behind it: a blank and then a
// bracket or a word of three letters or more that is no qualifier.
func cutNote(text string) (head, note string, ok bool) {
	s := clean(text)
	for i := 1; i < len(s); i++ {
		if s[i] == '(' && s[i-1] != ' ' {
			if j := strings.IndexByte(s[i:], ')'); j > 0 && !strings.ContainsAny(s[i:i+j], " ") {
				i += j // "15.2(6)": belongs to the number
				continue
			}
		}
		if s[i] == '(' || (s[i] == ' ' && wordStartsNote(s[i+1:])) {
			return s[:i], strings.TrimSpace(s[i:]), strings.ContainsAny(s[:i], "0123456789")
		}
	}
	return "", "", false
}

// says reports whether a note holds anything but words that change nothing, and
// in a bracket or behind "vom" numbers: a day, or the release in another numbering.
func says(note string) bool {
	words := strings.FieldsFunc(note, func(r rune) bool { return strings.ContainsRune(" ()[],;.:/", r) })
	day := strings.HasPrefix(note, "(") || len(words) > 0 && (dayWords[words[0]] || months[words[0]] != 0)
	return slices.ContainsFunc(words, func(w string) bool {
		if day && (dayWords[w] || months[w] != 0 || strings.Trim(strings.TrimPrefix(w, "v"), "0123456789") == "") {
			return false
		}
		return !settled[w]
	})
}

func wordStartsNote(s string) bool {
	w := s
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		w = s[:i]
	}
	_, isQual := qualifiers[w]
	_, isPre := preReleases[w]
	return len(w) >= 2 && !isQual && !isPre && !neutral[w] && !revisions[w]
}

// clean brings a text into the lower case, single-blank form that is read.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	if !strings.Contains(s, ".") && strings.Count(s, "_") > 1 {
		s = underscored().ReplaceAllStringFunc(s, func(n string) string { return strings.ReplaceAll(n, "_", ".") })
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case '_', '\u00a0', '\t', '\n', '\r', '\u2009', '\u202f':
			return ' '
		case '\u2013', '\u2014', '\u2010', '\u2011', '\u2212':
			return '-'
		case '"', '\u201c', '\u201d', '\u201e', '\u00ae', '\u2122', '\ufeff':
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// underscored finds "5_7_04_6469", a number of three parts or more whose dots
// were written as underscores; elsewhere an underscore stands for a blank.
var underscored = pattern.Of(`\d+(?:_\d+){2,}`)

// isClean reports whether s has that form already: letters, figures, dots and
// the like, no blank at all.
func isClean(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= '(' && c <= '/' || c == '<' || c == '=' || c == '>') {
			return false
		}
	}
	return true
}

func parseStrict(text string) (Version, error) {
	if len(text) > MaxText {
		return Version{}, ErrTooLong
	}
	s := strings.Trim(cutDay(clean(text)), " .,;:'")
	if s == "" {
		return Version{}, ErrEmpty
	}
	for len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')' {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if p, ok := parseDate(s); ok {
		return Version{text: text, scheme: Date, parts: p}, nil
	}
	if ambiguousDate(s) {
		return Version{}, unreadable(text, 0)
	}
	if i := strings.IndexByte(s, ','); i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1]) && !strings.Contains(s, ".") && strings.Count(s, ",") == 1 {
		s = s[:i] + "." + s[i+1:] // a decimal comma
	}
	l := lexer{s: s}
	if !l.prefix() || !l.body() || l.empty() {
		return Version{}, unreadable(text, l.i)
	}
	return l.version(text), nil
}

// lexer reads one cleaned text from left to right.
type lexer struct {
	s     string
	i     int
	label string
	parts []part
	quals [qualCount]uint32
	pre   uint32
	inQ   bool // qualifiers have begun: bare numbers are no longer parts
}

func (l *lexer) empty() bool {
	if l.pre != 0 && len(l.parts) == 0 {
		return true
	}
	if len(l.parts) > 0 {
		return len(l.parts) == 1 && l.parts[0].kind == wild
	}
	return l.quals == [qualCount]uint32{}
}

func (l *lexer) version(text string) Version {
	v := Version{text: text, scheme: Dotted, label: l.label, parts: l.parts, quals: l.quals, pre: l.pre}
	if len(v.parts) > 0 && v.parts[0].kind == letter {
		v.scheme = Letter
	}
	return v
}

// prefix skips the words before the number and keeps the one that belongs to
// it. It reports false if the text begins with words that are no version's.
func (l *lexer) prefix() bool {
	for n := 0; n < 6; n++ {
		w := l.peekWord()
		after := l.i + len(w)
		switch {
		case w == "":
			return l.i < len(l.s)
		case (w == "build" || w == "bld") && l.dots(after) >= 1, revisions[w] && l.dots(after) >= 2:
			l.i = after // "build 4.6.2": the whole version, not a count behind one
			l.skipSeparators()
		case l.atQualifier(w) && !(w == "r" || w == "p" || w == "u" || w == "mr"):
			return true
		case neutral[w] || (w == "s" && strings.HasPrefix(l.s[after:], "/w")) || (w == "f" && strings.HasPrefix(l.s[after:], "/w")):
			if w == "s" || w == "f" {
				after += 2
			}
			if after >= len(l.s) {
				return len(w) == 1 && len(l.parts) == 0
			}
			l.i = after
			l.skipSeparators()
		case revisions[w]:
			l.label, l.i = "rev", after
			l.skipSeparators()
		case len(w) == 1:
			return true
		case w == "vx":
			l.i++ // "VX.2.14": the major number is left open
			return true
		case len(w) <= 5 && !noLabel[w] && months[w] == 0 && l.digitFollows(after) && l.label == "":
			l.label, l.i = w, after
			l.skipSeparators()
		default:
			return false
		}
	}
	return false
}

func (l *lexer) skipSeparators() {
	for l.i < len(l.s) && strings.IndexByte(" .:-=#", l.s[l.i]) >= 0 {
		l.i++
	}
}

// digitFollows reports whether a digit comes next, at most one separator and a
// single "v" away ("GEH-1.1", "MX-V3.2", "HD 16").
func (l *lexer) digitFollows(i int) bool {
	if i < len(l.s) && (l.s[i] == ' ' || l.s[i] == '-' || l.s[i] == '.') {
		i++
	}
	if i < len(l.s) && l.s[i] == 'v' {
		i++
	}
	return i < len(l.s) && isDigit(l.s[i])
}

// dots counts the dots of the number that follows.
func (l *lexer) dots(i int) int {
	for i < len(l.s) && strings.IndexByte(" .:-#", l.s[i]) >= 0 {
		i++
	}
	n := 0
	for ; i < len(l.s) && (isDigit(l.s[i]) || l.s[i] == '.' && l.digitAt(i+1)); i++ {
		if l.s[i] == '.' {
			n++
		}
	}
	return n
}

func (l *lexer) digitAt(i int) bool { return i < len(l.s) && isDigit(l.s[i]) }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) peekWord() string {
	j := l.i
	for j < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[j:])
		if !unicode.IsLetter(r) {
			break
		}
		j += n
	}
	return l.s[l.i:j]
}

// maxParts bounds the parts of one version; real ones have up to ten.
const maxParts = 16

// body reads numbers, letters and qualifiers to the end of the text.
func (l *lexer) body() bool {
	for l.i < len(l.s) {
		if len(l.parts) >= maxParts {
			return false
		}
		c := l.s[l.i]
		ok := true
		switch {
		case isDigit(c):
			ok = l.digits()
		case c == '*':
			l.parts, l.i = append(l.parts, part{kind: wild}), l.i+1
		case c == '+':
			ok = l.i == 0 || l.i+1 < len(l.s) && l.s[l.i-1] != ' ' || !isDigit(l.s[l.i-1]) && l.s[l.i-1] != ' ' // "2.1+" is 2.1 or a later one, "2.1 + 1.9" are two
			l.i = len(l.s)                                                                                      // build metadata of SemVer 2.0.0 item 10 has no rank
		case strings.IndexByte(" .-/:,()#", c) >= 0:
			ok = l.separator()
		default:
			ok = l.word()
		}
		if !ok {
			return false
		}
	}
	return true
}

// separator steps over one. A blank between two numbers parts two versions,
// which is not one version.
func (l *lexer) separator() bool {
	c := l.s[l.i]
	l.i++
	if l.i >= len(l.s) || len(l.parts) == 0 {
		return true
	}
	next := l.s[l.i]
	if (c == ' ' || c == ',') && (isDigit(next) || next == '-') {
		return false
	}
	if (c == '-' || c == '/') && isDigit(next) && len(l.parts) > 1 && dottedAhead(l.s[l.i:]) && !l.inQ {
		return false // "1.2-1.5" is a range, "1.2/1.5" are two
	}
	if c == '(' && l.i > 1 && l.s[l.i-2] == ' ' && dottedAhead(strings.TrimPrefix(l.s[l.i:], "v")) {
		return false // "V2.1 SP3 (2.1.670)": the same release in another numbering
	}
	return true
}

func dottedAhead(s string) bool {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i+1 < len(s) && s[i] == '.' && isDigit(s[i+1])
}

func (l *lexer) digits() bool {
	j := l.i
	for j < len(l.s) && isDigit(l.s[j]) {
		j++
	}
	text := l.s[l.i:j]
	if h := hashAt(l.s[l.i:]); h > 0 && l.i > 0 && l.s[l.i-1] == '-' {
		return l.hash(h)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || l.inQ && len(l.parts) == 0 && l.quals == [qualCount]uint32{} {
		return false
	}
	p := part{kind: number, num: n, width: uint8(min(len(text), 255))}
	if j < len(l.s) && l.s[j] == 'x' && !letterAt(l.s, j+1) {
		p.kind = span
		j++
	}
	l.parts, l.i = append(l.parts, p), j
	return true
}

func letterAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[min(i, len(s)):])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// hashAt gives the length of a commit hash at the start of s: at least seven
// hexadecimal digits with letters and figures mixed, up to the end of a word.
func hashAt(s string) int {
	digits, letters, i := 0, 0, 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c >= 'a' && c <= 'f':
			letters++
		case c == ' ' || c == ')':
			goto end
		default:
			return 0
		}
	}
end:
	if i >= 7 && digits > 0 && letters > 0 {
		return i
	}
	return 0
}

func (l *lexer) hash(n int) bool {
	l.parts = append(l.parts, part{kind: opaque, text: l.s[l.i : l.i+n]})
	l.i += n
	return true
}
