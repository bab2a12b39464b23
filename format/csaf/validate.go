package csaf

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ward/format/problem"
	"ward/format/problem/jsontree"
)

// Rules of a Problem that are no numbered test of section 6.
const (
	ruleRead   = "read"   // Parse went over it
	ruleSyntax = "syntax" // no strict JSON, or a bound is broken
	ruleSchema = "schema" // the JSON schema of the document's edition
)

// Level is the set that a test belongs to, and what its failure means.
type Level int8

const (
	Mandatory   Level = iota // section 6.1, syntax and schema: the document is invalid
	Optional                 // section 6.2, in CSAF 2.1 "recommended": a warning
	Informative              // section 6.3: a hint
)

// String gives the word of CSAF 2.0.
func (l Level) String() string { return [...]string{"mandatory", "optional", "informative"}[l] }

// Finding is one thing that a validator says of a document.
type Finding struct {
	problem.Problem        // Place is a JSON pointer, "/" the root, for syntax maybe "byte 12"; Rule equals Test
	Test            string // section of the test ("6.1.8"), or "syntax" or "schema"
	Level           Level
	NotRun          bool // the test could not be decided; Detail says why. No fault of the document
}

// perTest is how many findings of one test are kept: one fault that repeats in
// a thousand products must not hide the others.
const perTest = 50

// current is a day that is surely past: the newest of the lists in rules/. Check
// takes it for today, as this package has no clock.
var current = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)

// Validate checks a file against strict JSON and the schema of its edition,
// CSAF 2.0 or 2.1. It never changes data and gives nil for a valid file; at
// most problem.Limit are listed.
func Validate(data []byte) []problem.Problem {
	s, found := read(data, current)
	if s == nil {
		return found
	}
	return checkSchema(s)
}

// Run gives what the numbered tests of the document's edition find; together
// with Validate it is the full validator of section 9.1.16. ids names tests or
// families ("6.1.27"); none means all mandatory ones. What breaks the schema is
// passed over here, and so is what could not be decided: Check tells it.
func Run(data []byte, ids ...string) []problem.Problem {
	s, found := read(data, current)
	if s == nil {
		return found
	}
	for _, f := range s.run(func(t Test) bool { return wanted(t, ids) }) {
		if !f.NotRun {
			found = append(found, f.Problem)
		}
	}
	return found
}

// Check is the whole validator: strict JSON, the schema of the document's
// edition and all its tests up to a level, mandatory ones first. At most 50
// findings of one test are listed. nil means that nothing was found.
//
// A document is valid if no finding is Mandatory but those that are NotRun.
// 6.2.33 asks whether a date has passed; Check takes the age of its own lists
// for today, CheckAt is told.
func Check(data []byte, upTo Level) []Finding { return CheckAt(data, upTo, current) }

// CheckAt is Check at a known time.
func CheckAt(data []byte, upTo Level, now time.Time) []Finding {
	return Examine(data, upTo, now).Findings
}

// level makes findings of what broke syntax or schema.
func level(found []problem.Problem) []Finding {
	var out []Finding
	for _, p := range found {
		out = append(out, Finding{Problem: p, Test: p.Rule, Level: Mandatory})
	}
	return out
}

// read makes a subject of what Parse accepts, so that its bounds hold here as
// well: without them groups of products could multiply. JSON of another kind
// goes on to the schema, which says better what it lacks. Both readings have
// bounds of their own and are made side by side.
func read(data []byte, now time.Time) (*subject, []problem.Problem) {
	bounds := make(chan error, 1)
	go func() {
		_, err := Parse(data, Limits{})
		bounds <- err
	}()
	root, err := jsontree.Parse(data, jsontree.Limits{Depth: 256})
	if refused := <-bounds; refused != nil && !errors.Is(refused, ErrNotCSAF) {
		return nil, []problem.Problem{refusal(refused)}
	}
	if err != nil {
		found := problem.Of(err)
		found[0].Rule = ruleSyntax
		return nil, found
	}
	return newSubject(root, now), nil
}

// refusal turns an error of Parse into a problem.
func refusal(err error) problem.Problem {
	p := problem.Problem{Rule: ruleSyntax, Detail: err.Error()}
	var e *Error
	if errors.As(err, &e) {
		p.Place = e.Place
	}
	return p
}

// runners of tests share one document: they read the same tree and write nothing
// into it, so a large one takes half the time where there are two processors.
const runners = 2

// run gives what the chosen tests of the document's edition find, in the order
// of the tests.
func (s *subject) run(chosen func(Test) bool) []Finding {
	var tests []Test
	for _, t := range Tests() {
		if (t.Edition == "" || t.Edition == s.edition) && chosen(t) {
			tests = append(tests, t)
		}
	}
	found := make([][]Finding, len(tests))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runners {
		wg.Go(func() {
			own := *s
			for i := next.Add(1) - 1; int(i) < len(tests); i = next.Add(1) - 1 {
				found[i] = own.one(tests[i])
			}
		})
	}
	wg.Wait()
	return slices.Concat(found...)
}

// one gives what a test finds, at most perTest.
func (s *subject) one(test Test) []Finding {
	var out []Finding
	add := func(at placer, detail string, notRun bool) {
		if len(out) < perTest {
			p := problem.Problem{Place: at.place(), Rule: test.ID, Detail: problem.Clip(detail)}
			out = append(out, Finding{Problem: p, Test: test.ID, Level: test.Level, NotRun: notRun})
		}
	}
	s.left = maxExpanded
	s.notRun = func(at placer, detail string) { add(at, detail, true) }
	test.run(s, func(at placer, detail string) { add(at, detail, false) })
	return out
}

// wanted reports a test that ids names, itself or by its family.
func wanted(t Test, ids []string) bool {
	for _, want := range ids {
		if t.ID == want || strings.HasPrefix(t.ID, want+".") {
			return true
		}
	}
	return len(ids) == 0 && t.Level == Mandatory
}
