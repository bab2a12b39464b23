package notice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/rule"
)

// Schema is the version of the open form; fields are only added.
const Schema = "ward.incident/1"

// Document is one stage of a report in the open form.
type Document struct {
	Schema       string       `json:"schema"`
	Number       string       `json:"number"`
	Stage        rule.Stage   `json:"stage"`
	Reason       string       `json:"reporting_reason"`
	At           time.Time    `json:"sent_at"`
	Organisation string       `json:"organisation"`
	Country      ward.Country `json:"country"`
	Answers      []Answer     `json:"answers"`
}

// Answer is one answer as programs write it; Unknown says "not known yet".
type Answer struct {
	ID      string   `json:"id"`
	Value   string   `json:"value,omitempty"`
	Values  []string `json:"values,omitempty"`
	Unknown bool     `json:"unknown,omitempty"`
}

// Bounds of what is read.
const (
	MaxDocument = 512 << 10 // bytes
	maxAnswers  = 300
	maxNumber   = 100 // characters of a number, and
	maxName     = 200 // of a name
	maxDepth    = 8
)

// Why a document is refused.
var (
	ErrLarge    = errors.New("too large")
	ErrJSON     = errors.New("not JSON of the open form")
	ErrSchema   = errors.New("another schema")
	ErrNeeded   = errors.New("a needed field is missing or too long")
	ErrStage    = errors.New("no such stage")
	ErrCountry  = errors.New("no Member State")
	ErrRepeated = errors.New("a question is answered twice")
)

// Error is a fault of a document with its place.
type Error struct {
	At   string // a field, "answers[3]", or an offset in bytes
	Kind error  // one of the Err values
}

func (e *Error) Error() string {
	if e.At == "" {
		return "report: " + e.Kind.Error()
	}
	return fmt.Sprintf("report, %s: %s", e.At, e.Kind)
}

// Unwrap gives the kind, for errors.Is.
func (e *Error) Unwrap() error { return e.Kind }

var stages = [...]rule.Stage{rule.Early, rule.Notification, rule.Intermediate, rule.Progress, rule.Final}

// ReadDocument reads one document. Fields that it does not know are passed over:
// a later version may have them. Whether the answers are possible is not its
// business.
func ReadDocument(data []byte) (d Document, err error) {
	if len(data) > MaxDocument {
		return d, &Error{Kind: ErrLarge}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) || deep(data) {
		return d, &Error{Kind: ErrJSON}
	}
	in := json.NewDecoder(bytes.NewReader(data))
	if err := in.Decode(&d); err != nil {
		return Document{}, &Error{At: fmt.Sprintf("byte %d", in.InputOffset()), Kind: ErrJSON}
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return Document{}, &Error{At: fmt.Sprintf("byte %d", in.InputOffset()), Kind: ErrJSON}
	}
	return d, d.check()
}

// deep reports brackets inside of brackets beyond what the form has, before a
// decoder climbs down into them.
func deep(data []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

func (d Document) check() error {
	needed := func(s string, limit int) bool { return s != "" && utf8.RuneCountInString(s) <= limit }
	switch _, member := ward.ParseCountry(string(d.Country)); {
	case d.Schema != Schema:
		return &Error{At: "schema", Kind: ErrSchema}
	case !needed(d.Number, maxNumber):
		return &Error{At: "number", Kind: ErrNeeded}
	case !needed(d.Organisation, maxName):
		return &Error{At: "organisation", Kind: ErrNeeded}
	case d.At.IsZero():
		return &Error{At: "sent_at", Kind: ErrNeeded}
	case !slices.Contains(stages[:], d.Stage):
		return &Error{At: "stage", Kind: ErrStage}
	case !member:
		return &Error{At: "country", Kind: ErrCountry}
	case len(d.Answers) > maxAnswers:
		return &Error{At: "answers", Kind: ErrLarge}
	}
	seen := map[string]bool{}
	for i, a := range d.Answers {
		if seen[a.ID] {
			return &Error{At: fmt.Sprintf("answers[%d]", i), Kind: ErrRepeated}
		}
		seen[a.ID] = true
	}
	return nil
}
