package ui

import (
	"fmt"
	"strconv"

	"github.com/a-h/templ"
)

// attributes are those of an input that are left out when empty.
func (v Input) attributes() templ.Attributes {
	a := describe(v.Field, v.MaxLength)
	if v.Autocomplete != "" {
		a["autocomplete"] = v.Autocomplete
	}
	if v.Inputmode != "" {
		a["inputmode"] = v.Inputmode
	}
	return a
}

func (v Input) as(kind string, w Width) Input {
	v.Type, v.Width = kind, w
	return v
}

// describe joins a field to its hint and error for screen readers.
func describe(f Field, maxLength int) templ.Attributes {
	a := templ.Attributes{}
	if ids := f.described(); ids != "" {
		a["aria-describedby"] = ids
	}
	if maxLength > 0 {
		a["maxlength"] = strconv.Itoa(maxLength)
	}
	return a
}

// optionID is the field's name for the first answer, so that an error's link to
// the field lands on it.
func optionID(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, i)
}

func optionHint(name string, i int, o Option) templ.Attributes {
	a := templ.Attributes{}
	if !o.Hint.IsZero() {
		a["aria-describedby"] = fmt.Sprintf("%s-%d-hint", name, i)
	}
	return a
}
