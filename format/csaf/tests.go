package csaf

import (
	"slices"
	"sync"
)

// Test is one test of section 6. run tells what is wrong through say.
type Test struct {
	ID      string // section number without the leading chapter words: "6.1.8"
	Level   Level
	Title   string // what is tested, in our words
	Edition string // "2.0" or "2.1" if only that edition has the test; empty for both
	run     func(s *subject, tell say)
}

// say reports one finding of a test.
type say func(at placer, detail string)

// placer is something that has a place in the document.
type placer interface{ place() string }

// placed is a place that is known as text.
type placed string

func (p placed) place() string { return string(p) }

// Tests lists the tests of CSAF 2.0 and 2.1 in the order of the standard. A
// number that both editions use differently is listed once for each.
func Tests() []Test { return slices.Clone(allTests()) }

var allTests = sync.OnceValue(func() []Test { return slices.Concat(mandatory(), optional(), informative()) })

// table gives the tests of one level a short way to be written.
type table struct {
	level Level
	tests []Test
}

// add puts in a test of both editions, in one of a single edition.
func (t *table) add(id, title string, run func(*subject, say)) { t.in("", id, title, run) }

func (t *table) in(edition, id, title string, run func(*subject, say)) {
	t.tests = append(t.tests, Test{ID: id, Level: t.level, Title: title, Edition: edition, run: run})
}

// once reports every value that was seen before.
func once(values []view, key func(view) string, tell say, what string) {
	seen := map[string]bool{}
	for _, v := range values {
		k := key(v)
		if k == "" {
			continue
		}
		if seen[k] {
			tell(v, what+" more than once: "+k)
		}
		seen[k] = true
	}
}

// asText is a view's own text, for once.
func asText(v view) string { return v.text() }
