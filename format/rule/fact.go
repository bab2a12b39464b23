package rule

import (
	"fmt"
	"slices"
	"time"

	"cel.dev/cel-go/cel"

	"ward/format/pattern"
)

// Type is what kind of answer a fact takes.
type Type string

// Types of facts. Time facts are bases of clocks and stand in no expression.
const (
	Bool  Type = "bool"  // yes, no, unknown
	Whole Type = "whole" // whole number: persons, hours, euro
	Word  Type = "word"  // one of Values
	List  Type = "list"  // some of Values; countries when Values is empty
	Time  Type = "time"  // a moment
)

// Text is one text by language: "en", "de", "fr".
type Text map[string]string

// In gives the text in a language, English where it is missing.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["en"]
}

// Fact is something that can be asked about an organisation or an incident.
type Fact struct {
	ID     string
	Of     string // "organisation", "incident", or "country": answered by its pack
	Type   Type
	Title  Text              // the question, short
	Values []string          // what a Word or List may say
	Same   map[string]string // other words for Values: "clinic" → "hospital"
	Also   []string          // other spellings of ID in input files
	Unit   string            // of a Whole: "persons", "EUR", "hours", "percent"
	Source string            // where the fact is defined, if the law does
	Says   map[string]string // of a Bool that is yes, or a Time that is given: what other facts are then, "yes" or "no"
	Assume string            // "yes", "no" or a word, taken as given while nobody answers; empty: unknown
	Reason string            // why that may be assumed; required with Assume
}

// Derived is a fact that is computed from others unless somebody states it.
// Order matters: an expression sees the facts derived before it.
type Derived struct {
	ID     string
	Type   Type // Bool or Whole
	Title  Text
	When   string   // CEL expression
	Any    []string // instead of When: ids of derived facts, one of which is enough
	Source string
	Status Status
	Assume string // as in Fact, when the expression stays unknown
	Reason string
	Silent []string // with Assume: it holds only while none of these facts is answered
	Always bool     // with Assume: also where somebody said "I don't know", as the burden of proof is his
	If     string   // with Assume: CEL, only where this holds

	expr, cond *expression
}

// Answers are known facts: bool, int64, string, []string or time.Time by id.
// An absent id was not answered; nil is an explicit "I don't know", which
// no assumption fills but one of a fact that has to be shown (Derived.Always).
type Answers map[string]any

var idPattern = pattern.Of(`^[a-z][a-z0-9_]{1,39}$`)

// celType is how a fact is declared to CEL; nil for times.
func celType(t Type) *cel.Type {
	switch t {
	case Bool:
		return cel.BoolType
	case Whole:
		return cel.IntType
	case Word:
		return cel.StringType
	case List:
		return cel.ListType(cel.StringType)
	}
	return nil
}

// check refuses an assumption without its reason: the reader must be able to
// judge what was taken as given.
func (f *Fact) check() error {
	switch {
	case !idPattern().MatchString(f.ID):
		return fmt.Errorf("fact %q: not a lower-case name", f.ID)
	case !slices.Contains([]string{"organisation", "incident", ofCountry}, f.Of):
		return fmt.Errorf("fact %s: of is organisation, incident or country", f.ID)
	case f.Type != Time && celType(f.Type) == nil:
		return fmt.Errorf("fact %s: unknown type %q", f.ID, f.Type)
	case f.Type == Word && len(f.Values) == 0:
		return fmt.Errorf("fact %s: a word needs its values", f.ID)
	case f.Assume != "" && f.Reason == "":
		return fmt.Errorf("fact %s: an assumption needs its reason", f.ID)
	}
	for word, value := range f.Same {
		if !slices.Contains(f.Values, value) {
			return fmt.Errorf("fact %s: %s = %q, which is no value", f.ID, word, value)
		}
	}
	if f.Assume != "" {
		if _, err := f.assumed(); err != nil {
			return err
		}
	}
	return f.Title.check("fact " + f.ID)
}

// checkSays wants what a fact says of others to be a yes or no of facts.
func (b *Book) checkSays(f *Fact) error {
	for id, answer := range f.Says {
		if to := b.byFact[id]; f.Type != Bool && f.Type != Time || to == nil || to.Type != Bool || answer != "yes" && answer != "no" {
			return fmt.Errorf("fact %s: says %s = %q, which is no yes or no of a fact", f.ID, id, answer)
		}
	}
	return nil
}

// checkAssumption wants a value of the type with its reason, and nothing that narrows an
// assumption where there is none.
func (b *Book) checkAssumption(of string, d *Derived) (err error) {
	if d.Assume == "" && (len(d.Silent) > 0 || d.Always || d.If != "") {
		return fmt.Errorf("%s: nothing is assumed", of)
	}
	if d.Assume == "" {
		return nil
	}
	if _, err := assumption(of, d.Type, nil, d.Assume); err != nil || d.Reason == "" {
		return fmt.Errorf("%s: an assumption of its type, with a reason", of)
	}
	for _, n := range d.Silent {
		if b.byFact[n] == nil {
			return fmt.Errorf("%s: silent %s is no fact", of, n)
		}
	}
	if d.If != "" {
		d.cond, err = b.compile(d.If, cel.BoolType)
	}
	return err
}

// assumed is the value of Assume in the fact's type.
func (f *Fact) assumed() (any, error) {
	return assumption(f.ID, f.Type, f.Values, f.Assume)
}

// assumption reads the value of an Assume in a type. Numbers may only be assumed
// as nought: any other figure would be invented.
func assumption(id string, t Type, values []string, s string) (any, error) {
	switch {
	case t == Bool && s == "yes":
		return true, nil
	case t == Bool && s == "no":
		return false, nil
	case t == Word && slices.Contains(values, s):
		return s, nil
	case t == Whole && s == "0":
		return int64(0), nil
	}
	return nil, fmt.Errorf("%s: cannot assume %q", id, s)
}

// check wants the three languages in which data is written; the other 21 come
// by translation and fall back to English until then.
func (t Text) check(of string) error {
	for _, lang := range []string{"en", "de", "fr"} {
		if t[lang] == "" {
			return fmt.Errorf("%s: no %s text", of, lang)
		}
	}
	return nil
}

// Date is a day in the data files, "2026-10-01"; the zero value is no day.
type Date struct{ time.Time }

// UnmarshalText reads a day strictly.
func (d *Date) UnmarshalText(b []byte) (err error) {
	d.Time, err = time.Parse(time.DateOnly, string(b))
	return err
}

// MarshalText writes the day, nothing for the zero value.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String is the day, "" for the zero value.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}
