package ui

import (
	"github.com/a-h/templ"

	"ward/kit/i18n"
	"ward/kit/ui/ecl"
)

// Kind is the weight of a button. One primary or urgent button a page.
type Kind int8

const (
	Primary   Kind = iota // the next step
	Secondary             // another good step
	Urgent                // yellow: report, get help
	Danger                // cannot be undone; leads to or stands on a page that says what will happen
	Plain                 // looks like a link, is a button
)

func (k Kind) class() string {
	switch k {
	case Secondary:
		return ecl.ButtonSecondary
	case Urgent:
		return ecl.ButtonUrgent
	case Danger:
		return ecl.ButtonDanger
	case Plain:
		return ecl.ButtonPlain
	}
	return ecl.ButtonPrimary
}

// Button is a link or a submit button. Text is a verb and its object.
type Button struct {
	Text  i18n.Text
	Kind  Kind
	Icon  Icon
	Href  string    // ButtonLink only
	Name  string    // Submit only: form value sent when this button was pressed
	Value string    // Submit only
	About i18n.Text // what it acts on, read by screen readers after Text; needed where several buttons say the same
}

// Hidden is a form value that the person does not see.
type Hidden struct{ Name, Value string }

// Form is the frame of a form. The zero Method is POST; GET is for filters.
type Form struct {
	Action string
	Get    bool
	Upload bool // multipart, for files
	Hidden []Hidden
	Label  i18n.Text        // accessible name, where a page has several forms
	Data   templ.Attributes // data-… for a script of ours; the form works without it
	Wide   bool             // fields side by side on a wide screen (filters)
}

func (f Form) method() string {
	if f.Get {
		return "get"
	}
	return "post"
}
