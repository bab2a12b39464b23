package csaf

import (
	"bytes"
	"errors"
	"strings"

	gocsaf "github.com/gocsaf/csaf/v3/csaf"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"ward/format/problem"
)

// Rules of a Problem that are no numbered test of CSAF 2.0 section 6.
const (
	ruleRead   = "read"   // Parse went over it
	ruleSyntax = "syntax" // no strict JSON, or a bound is broken
	ruleSchema = "schema" // the JSON schema of CSAF 2.0
)

// Level is the set that a test belongs to.
type Level int8

const (
	Mandatory   Level = iota // section 6.1: the document is invalid
	Optional                 // section 6.2: a warning
	Informative              // section 6.3: a hint
)

// Test is one test of CSAF 2.0 section 6. run tells what is wrong through say.
type Test struct {
	ID    string // section number without the leading chapter words: "6.1.8"
	Level Level
	Title string // what is tested, in our words
	run   func(doc view, tell say)
}

// Tests lists the implemented tests in the order of the standard.
func Tests() []Test { return mandatory() }

// Validate checks a file against strict JSON and the schema of CSAF 2.0. It
// never changes data and gives nil for a valid file; at most problem.Limit are
// listed. CSAF 2.1 documents are read by Parse, but their schema is another
// one: here they have a problem.
func Validate(data []byte) []problem.Problem {
	var out problem.List
	if doc, ok := decodeAny(data, &out); ok {
		checkSchema(doc, &out)
	}
	return out.Problems()
}

// Run gives what the numbered tests find; together with Validate it is the
// basic validator of section 9.1.14, but for the test that Tests leaves out.
// ids names tests or families ("6.1.27"); none means all. What breaks the
// schema is passed over here.
func Run(data []byte, ids ...string) []problem.Problem {
	var out problem.List
	doc, ok := decodeAny(data, &out)
	if !ok {
		return out.Problems()
	}
	root := view{value: doc}
	for _, test := range Tests() {
		if wanted(test.ID, ids) && !out.Full() {
			test.run(root, func(at view, detail string) { out.Add(at.place(), test.ID, problem.Clip(detail)) })
		}
	}
	return out.Problems()
}

// decodeAny decodes what Parse accepts, so that its bounds hold here as well.
func decodeAny(data []byte, out *problem.List) (doc any, ok bool) {
	if _, err := Parse(data, Limits{}); err != nil {
		p := refusal(err)
		out.Add(p.Place, p.Rule, p.Detail)
		return nil, false
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		out.Add("", ruleSyntax, err.Error())
	}
	return doc, err == nil
}

// refusal turns an error of Parse into a problem.
func refusal(err error) problem.Problem {
	p := problem.Problem{Rule: ruleSyntax, Detail: err.Error()}
	var e *Error
	if errors.As(err, &e) {
		p.Place = e.Place
		if errors.Is(err, ErrNotCSAF) {
			p.Rule = ruleSchema
		}
	}
	return p
}

// checkSchema adds what the JSON schema finds: gocsaf writes "place: words".
func checkSchema(doc any, out *problem.List) {
	said, err := gocsaf.ValidateCSAF(doc)
	if err != nil {
		out.Add("", ruleSchema, err.Error())
	}
	for _, line := range said {
		place, detail, ok := strings.Cut(line, ": ")
		if !ok {
			place, detail = "", line
		}
		if strings.Contains(place, "#") {
			place = "" // the root: gocsaf names the schema's own place there
		}
		out.Add(place, ruleSchema, problem.Clip(detail))
	}
}

func wanted(id string, ids []string) bool {
	for _, want := range ids {
		if id == want || strings.HasPrefix(id, want+".") {
			return true
		}
	}
	return len(ids) == 0
}
