package notice

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ward/format/pattern"
)

// MaxLetter bounds a letter: a long mail with all that it answers.
const MaxLetter = 128 << 10

// Why a letter is refused.
var (
	ErrEmpty = errors.New("no text")
	ErrText  = errors.New("not a text")
)

// Reader is what a letter is read with.
type Reader struct {
	Zone   *time.Location             // of times without one
	Family func(folded string) string // name of a ransomware family by its letters and digits; empty for none
}

// Letter is what plain rules found in a text: proposals for a person, the likeliest
// first. Nothing of it is an answer before somebody said so.
type Letter struct {
	Subject   string
	Hospitals []string
	Moments   []Moment
	Phones    []string
	Family    string
	Sees      []See // choices of "What do you see?" that the words point to
}

// See is one of the six choices of the page "Get help now".
type See string

// Choices.
const (
	Files    See = "files"
	Intruder See = "intruder"
	Down     See = "down"
	Mail     See = "mail"
	Leak     See = "leak"
	Unsure   See = "unsure"
)

// Bounds of what is proposed and looked at.
const (
	maxProposed = 5
	maxLines    = 4000
	maxLine     = 1000 // characters that are looked at
	maxAsked    = 400  // names that Family is asked for
)

// Read looks through a text.
func (r Reader) Read(text string) (l Letter, err error) {
	switch {
	case len(text) > MaxLetter:
		return l, &Error{Kind: ErrLarge}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return l, &Error{Kind: ErrText}
	case strings.TrimSpace(text) == "":
		return l, &Error{Kind: ErrEmpty}
	}
	lines := linesOf(text)
	l.Subject = labelled(lines, subjectLabel)
	l.Hospitals = hospitals(lines)
	l.Moments = momentsOf(lines, r.Zone)
	l.Phones = phones(lines)
	l.Sees = sees(lines)
	if r.Family != nil {
		l.Family = family(lines, r.Family)
	}
	return l, nil
}

func linesOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "> ")) // of a mail that is answered
		if r := []rune(line); len(r) > maxLine {
			line = string(r[:maxLine])
		}
		if out = append(out, line); len(out) == maxLines {
			break
		}
	}
	return out
}

var (
	subjectLabel  = pattern.Of(`(?i)^(?:subject|betreff|objet)\s*:\s*(.+)$`)
	hospitalLabel = pattern.Of(`(?i)^(?:name of (?:the )?(?:hospital|organi[sz]ation)|hospital|clinic|organi[sz]ation|institution|facility|krankenhaus|klinik|einrichtung|hôpital|hopital|établissement|etablissement|clinique)\s*[:=]\s*(.{3,200})$`)
	phoneLabel    = pattern.Of(`(?i)\b(?:tel|telephone|telefon|téléphone|phone|call|mobile|mobil|handy|ruf|rufnummer|portable|rappeler|duty)\b|☎`)
	phoneShape    = pattern.Of(`(?:\+|\b)\(?\d[\d ()/.\-]{5,22}\d\b`)
	sentHeader    = pattern.Of(`(?i)^(?:date|sent|received|gesendet|datum|envoyé|date d.envoi)\s*:`)
)

// labelled is the rest of the first line with a label.
func labelled(lines []string, label pattern.Pattern) string {
	for _, line := range lines {
		if m := label().FindStringSubmatch(line); m != nil {
			return strings.TrimSpace(m[1])
		}
	}
	return ""
}

// propose adds what is not there yet.
func propose(list []string, s string) []string {
	s = strings.Trim(strings.TrimSpace(s), ".,;: ")
	if s == "" || len(list) >= maxProposed || slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) }) {
		return list
	}
	return append(list, s)
}

// houses are beginnings of the word for a hospital in the languages of the Union,
// or what such a word holds inside, as German puts words together.
var houses = [...]string{"hospital", "hôpital", "hopital", "hospitalier", "clinic", "clinique", "klinik", "klinika", "krankenhaus", "spital", "szpital", "nemocnic", "bolnic", "bolnišnic",
	"ospedale", "policlinico", "ziekenhuis", "sygehus", "sjukhus", "sairaala", "haigla", "slimnīc", "ligonin", "kórház", "болница", "νοσοκομείο", "ospidéal", "sptar"}

// links are small words inside of names.
var links = [...]string{"of", "the", "de", "du", "des", "la", "le", "les", "d", "der", "die", "das", "den", "am", "im", "an", "zu", "und", "and", "et", "di", "della", "in", "van", "für", "for", "at", "our", "unser", "unsere", "unserem", "unseres", "notre", "nos", "dear", "a", "an", "un", "une", "ein", "eine", "dieses", "this"}

// hospitals finds what looks like the name of one: what stands behind a label
// first, then words with capitals around a word for "hospital".
func hospitals(lines []string) []string {
	var out []string
	for _, line := range lines {
		if m := hospitalLabel().FindStringSubmatch(line); m != nil {
			out = propose(out, m[1])
		}
	}
	for _, line := range lines {
		words := strings.Fields(line)
		for i, w := range words {
			if isHouse(w) {
				out = propose(out, nameAround(words, i))
			}
		}
	}
	return out
}

func isHouse(word string) bool {
	word = strings.ToLower(word)
	return !strings.ContainsAny(word, "@/") && slices.ContainsFunc(houses[:], func(h string) bool { return strings.Contains(word, h) })
}

// nameReach is how many words a name has on each side.
const nameReach = 7

// nameAround widens a word to the name that it stands in; empty for the bare word,
// which every letter has.
func nameAround(words []string, i int) string {
	from, to := i, i
	for from > 0 && i-from < nameReach && partOfName(words[from-1]) && !ends(words[from-1]) {
		from--
	}
	for to+1 < len(words) && to-i < nameReach && !ends(words[to]) && partOfName(words[to+1]) {
		to++
	}
	for from < i && isLink(words[from]) {
		from++
	}
	for to > i && isLink(words[to]) {
		to--
	}
	if from == to && utf8.RuneCountInString(words[i]) < len("Universitätsklinikum")-3 {
		return ""
	}
	return strings.Trim(strings.Join(words[from:to+1], " "), `"'“”„«»()[]<>.,;:!?`)
}

func isLink(w string) bool { return slices.Contains(links[:], strings.ToLower(w)) }

func partOfName(w string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `"“„«(`))
	return unicode.IsUpper(r) || isLink(w)
}

// ends reports whether a name cannot go on behind w. "St." is no end of a sentence.
func ends(w string) bool {
	return strings.ContainsAny(w[len(w)-1:], ",;:!?)") || strings.HasSuffix(w, ".") && utf8.RuneCountInString(w) > len("St.")
}

// momentsOf are the times of the text; that of the letter itself comes last.
func momentsOf(lines []string, zone *time.Location) []Moment {
	var own, sent []Moment
	for _, line := range lines {
		found := Moments(line, zone)
		if sentHeader().MatchString(line) {
			sent = append(sent, found...)
			continue
		}
		own = append(own, found...)
	}
	out := append(own, sent...)
	return out[:min(len(out), maxProposed)]
}

// phones are numbers that somebody may call, those of a line that says so first.
func phones(lines []string) []string {
	var said, other []string
	for _, line := range lines {
		label := phoneLabel().MatchString(line)
		for _, at := range phoneShape().FindAllStringIndex(line, maxProposed) {
			number := strings.TrimSpace(line[at[0]:at[1]])
			if !callable(number, label) {
				continue
			}
			if label {
				said = propose(said, number)
			} else {
				other = propose(other, number)
			}
		}
	}
	for _, n := range other {
		said = propose(said, n)
	}
	return said
}

// day is a date that looks like a number.
var day = pattern.Of(`\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,3}(?:\.\d{1,3}){3}`)

// callable wants six to fifteen digits (ITU-T E.164), and without a label the sign
// of a country or of a trunk: an invoice has a number as well.
func callable(s string, label bool) bool {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	sign := strings.HasPrefix(s, "+") || strings.HasPrefix(s, "0") || strings.HasPrefix(s, "(0")
	return digits >= 6 && digits <= 15 && (label || sign) && !day().MatchString(s)
}
