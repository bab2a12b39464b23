package ui

import (
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui/ecl"
)

// Tone is the meaning of a colour; a word or icon always says the same.
type Tone int8

const (
	Neutral Tone = iota
	Info
	Success
	Warning
	Bad
)

var tones = [...]string{"neutral", "info", "success", "warning", "danger"}

func (t Tone) name() string {
	return tones[max(0, min(len(tones)-1, int(t)))]
}

func (t Tone) icon() Icon {
	return [...]Icon{IconInfo, IconInfo, IconDone, IconWarning, IconError}[max(0, min(4, int(t)))]
}

func (t Tone) noticeClass() string {
	switch t {
	case Success:
		return ecl.NoticeSuccess
	case Warning:
		return ecl.NoticeWarning
	case Bad:
		return ecl.NoticeError
	}
	return ecl.NoticeInfo
}

// Notice is a message in a frame: the result of an act, or something to know.
type Notice struct {
	Tone  Tone
	Title i18n.Text
	Text  i18n.Text
	Link  *Link           // one next step
	More  templ.Component // anything below
}

// Row is a term and its value in a summary list. Href makes "Change", with the
// term read after it by screen readers.
type Row struct {
	Label i18n.Text
	Value templ.Component // i18n.Text or any component; nil shows "not given"
	Href  string
}

// Task is a row of a task list.
type Task struct {
	Text  i18n.Text
	Href  string // empty: cannot be opened yet
	Hint  i18n.Text
	State i18n.Text
	Tone  Tone
}

// Hop is a time-stamped step of something on its way.
type Hop struct {
	Text i18n.Text
	At   time.Time // zero: not reached
	Note i18n.Text
	Tone Tone
}

// DiffKind is what happened to a line.
type DiffKind int8

const (
	Added DiffKind = iota
	Removed
	Changed
)

// Diff is one difference; Before is empty for Added, After for Removed.
type Diff struct {
	Kind   DiffKind
	Label  i18n.Text
	Before i18n.Text
	After  i18n.Text
}

func (k DiffKind) name() string {
	return [...]string{"added", "removed", "changed"}[max(0, min(2, int(k)))]
}

// EmptyState says why there is nothing and the one next step.
type EmptyState struct {
	Title i18n.Text
	Text  i18n.Text
	Next  *Button // a ButtonLink
}

// Card is a door to a service or page.
type Card struct {
	Title i18n.Text // a verb and its object
	Text  i18n.Text
	Href  string
	Icon  Icon
	Tag   i18n.Text // small word above: "24/7"
}

// Stat is a figure with its name; Href leads to the list behind it.
type Stat struct {
	Label i18n.Text
	Value string // formatted by the Printer
	Note  i18n.Text
	Href  string
	Tone  Tone
}

// Tab is one of several views of the same thing; each is a page of its own.
type Tab struct {
	Text    i18n.Text
	Href    string
	Current bool
	Count   int // shown after the text when above 0
}

// Entry is a line of a log: who did what when.
type Entry struct {
	At   time.Time
	Who  i18n.Text
	What i18n.Text
	Note i18n.Text
}

// Progress is how far something is. Max 0 means it is not known yet.
type Progress struct {
	Label i18n.Text
	Done  int
	Max   int
	Text  i18n.Text // "1,200 of 4,000 rows", the same in words
}

// Item is a row of a list of things that are found by a headline: alerts, reports.
type Item struct {
	Title i18n.Text
	Href  string
	Chips templ.Component
	Text  i18n.Text
	Meta  []Meta
	Level int // heading level of the title: 0 means 2
	New   bool
}

// Meta is a small fact with an icon under an item.
type Meta struct {
	Icon  Icon
	Value templ.Component
}

// severityTone and its words: a severity is icon, word and border, and so
// readable without colour (UX rule 15).
func severityIcon(s ward.Severity) Icon {
	switch s {
	case ward.SeverityCritical:
		return IconError
	case ward.SeverityHigh, ward.SeverityMedium:
		return IconWarning
	}
	return IconInfo
}

func verdictIcon(v ward.Verdict) Icon {
	switch v {
	case ward.Affected:
		return IconWarning
	case ward.NotAffected:
		return IconCheck
	}
	return IconEye
}

// tlpClass gives the official text colours on black by class.
func tlpClass(t ward.TLP) string {
	switch t {
	case ward.TLPClear:
		return "w-tlp w-tlp--clear"
	case ward.TLPGreen:
		return "w-tlp w-tlp--green"
	case ward.TLPAmber, ward.TLPAmberStrict:
		return "w-tlp w-tlp--amber"
	}
	return "w-tlp w-tlp--red"
}

// tlpKey is the meaning of a marking for screen readers.
func tlpKey(t ward.TLP) i18n.Key {
	switch t {
	case ward.TLPClear:
		return "ui.tlp.clear"
	case ward.TLPGreen:
		return "ui.tlp.green"
	case ward.TLPAmber:
		return "ui.tlp.amber"
	case ward.TLPAmberStrict:
		return "ui.tlp.amber_strict"
	}
	return "ui.tlp.red"
}
