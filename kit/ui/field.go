package ui

import (
	"errors"
	"slices"
	"strings"

	"ward"
	"ward/kit/i18n"
)

// Field is what every form field has. Required is the rule; the word
// "(optional)" marks the others.
type Field struct {
	Name     string // form value name, and the id that an error links to
	Label    i18n.Text
	Hint     i18n.Text
	Error    i18n.Text // what is wrong and what to do; the same words as in the summary
	Optional bool
}

// errorID and hintID name the texts that describe the field.
func (f Field) errorID() string { return f.Name + "-error" }
func (f Field) hintID() string  { return f.Name + "-hint" }

// described lists the ids for aria-describedby, "" if there is nothing.
func (f Field) described() string {
	var ids []string
	if !f.Hint.IsZero() {
		ids = append(ids, f.hintID())
	}
	if !f.Error.IsZero() {
		ids = append(ids, f.errorID())
	}
	return strings.Join(ids, " ")
}

func (f Field) invalid() bool { return !f.Error.IsZero() }

// Width is how long an answer is expected; on a phone all are full width.
type Width int8

const (
	WidthFull   Width = iota
	WidthMedium       // about 30 characters
	WidthShort        // about 10 characters
)

func (w Width) class() string {
	return [...]string{"w-full", "w-medium", "w-short"}[max(0, min(2, int(w)))]
}

// Input is a field of one line. Type is an HTML input type; empty means text.
// Dates use Type "date" and times "datetime-local", the phone's own pickers.
type Input struct {
	Field
	Value        string
	Type         string
	Autocomplete string // HTML autofill token, "one-time-code", "email"
	Inputmode    string // keyboard of the phone, "numeric"
	Width        Width
	MaxLength    int // 0 means none
	ReadOnly     bool
}

// Area is a field of several lines; Rows 0 means 5.
type Area struct {
	Field
	Value     string
	Rows      int
	MaxLength int
}

// Option is one answer of a choice.
type Option struct {
	Value   string
	Text    i18n.Text
	Hint    i18n.Text // radios and checkboxes only
	Checked bool
}

// Choice is a question with given answers: Select, Radios or Checkboxes.
type Choice struct {
	Field
	Options []Option
	Inline  bool // short radios side by side on wide screens
	H1      bool // the label is the page's h1 (one question a page)
	Width   Width
}

// Check is a single tick box.
type Check struct {
	Field
	Value   string // sent when ticked; empty means "1"
	Checked bool
}

// File is a file upload. Accept lists endings, ".csv,.xlsx".
type File struct {
	Field
	Accept   string
	Multiple bool
}

// FieldError is a fault at a field; Field "" concerns the whole form.
type FieldError struct {
	Field string
	Text  i18n.Text
}

// Errors are the faults of a form in the order of its fields.
type Errors []FieldError

// ErrorsOf makes the summary of an error that has words for a person; it is nil
// for nil and for errors that are not ward.Error.
func ErrorsOf(p *i18n.Printer, errs ...error) Errors {
	var out Errors
	for _, e := range ward.All(errors.Join(errs...)) {
		if x := (FieldError{Field: e.Field, Text: p.Error(e)}); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// At gives the words for a field, empty if it is right.
func (e Errors) At(field string) i18n.Text {
	for _, x := range e {
		if x.Field == field {
			return x.Text
		}
	}
	return i18n.Text{}
}
