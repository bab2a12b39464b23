package csaf

import (
	"slices"
	"time"
)

// Words that name a level: the first is ours. CSAF 2.0 calls section 6.2
// "optional", CSAF 2.1 "recommended".
var levelWords = [...][]string{Mandatory: {"mandatory", "basic"}, Optional: {"recommended", "optional", "extended"}, Informative: {"informative", "full"}}

// ParseLevel reads "mandatory", "recommended" or "informative", and the other
// words of the two editions: "optional", and "basic", "extended" and "full" of
// clauses 9.1.14 to 9.1.16. ok is false for another text.
func ParseLevel(s string) (l Level, ok bool) {
	for l, words := range levelWords {
		if slices.Contains(words, s) {
			return Level(l), true
		}
	}
	return Mandatory, false
}

// Word is the one that ParseLevel reads and both editions understand.
func (l Level) Word() string { return levelWords[l][0] }

// Report is what the validator says of one document.
type Report struct {
	Edition  string // "2.0" or "2.1", as the document says; 2.0 where it says neither
	Level    Level  // up to which it was tested
	Findings []Finding
}

// Examine is CheckAt with what else a person wants to know.
func Examine(data []byte, upTo Level, now time.Time) Report {
	s, found := read(data, now)
	r := Report{Edition: edition20, Level: upTo}
	if s == nil {
		r.Findings = level(found)
		return r
	}
	r.Edition = s.edition
	// The schema and the tests read the same tree and nothing of each other: a
	// large document takes the time of the longer of the two.
	schema, own := make(chan []Finding, 1), *s
	go func() { schema <- level(checkSchema(&own)) }()
	tests := s.run(func(t Test) bool { return t.Level <= upTo })
	r.Findings = append(<-schema, tests...)
	return r
}

// Valid reports whether no mandatory test failed: what the other levels find
// makes a document no less valid (CSAF 2.0 sections 6.2 and 6.3).
func (r Report) Valid() bool { return r.Count(Mandatory) == 0 }

// Count is how many findings of a level there are; what could not be decided
// is none.
func (r Report) Count(l Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == l && !f.NotRun {
			n++
		}
	}
	return n
}

// TestOf finds a test of an edition by its section.
func TestOf(edition, section string) (Test, bool) {
	for _, t := range allTests() {
		if t.ID == section && (t.Edition == "" || t.Edition == edition) {
			return t, true
		}
	}
	return Test{}, false
}

// Ran counts the tests of an edition up to a level: with the schema, what a
// clean document has passed.
func Ran(edition string, upTo Level) int {
	n := 0
	for _, t := range allTests() {
		if t.Level <= upTo && (t.Edition == "" || t.Edition == edition) {
			n++
		}
	}
	return n
}
