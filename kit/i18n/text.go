package i18n

import (
	"context"
	"html"
	"io"
	"strings"

	"ward"
)

// Key names a message: lower-case words joined by dots, "alert.list.title".
type Key string

// Done reports whether k is a message of what was done, which a page shows once
// after a form: it or a group above it is called "done", or its group "flash". A
// cookie brings it to the next page, so no other message may be told that way.
func (k Key) Done() bool {
	s := "." + string(k) + "."
	return strings.Contains(s, ".done.") || strings.HasSuffix(s, "_done.") || strings.Contains(s, ".flash.")
}

// Text is a piece of visible text that knows its language. It can only come
// from a message (Printer.T, Printer.N), from data (Raw, In) or be empty, so a
// sentence written in code does not compile where a Text is wanted. Text is a
// templ component: `<h2>@p.T("alert.list.title")</h2>` escapes it and marks
// another language than the page's. The zero Text is empty.
type Text struct {
	s    string
	lang ward.Lang // "" means the page's language
}

// Raw is data as somebody wrote it, in an unknown language: a name, a version.
func Raw(s string) Text { return Text{s: s} }

// In is data in a known language: the title of an English advisory. The page
// marks it, so that a screen reader pronounces it right (WCAG 2.2, 3.1.2).
func In(lang ward.Lang, s string) Text { return Text{s: s, lang: lang} }

// String gives the bare words, for attributes, mail and the command line.
func (t Text) String() string { return t.s }

// Lang is the language of the words where it differs from the page's, else "".
func (t Text) Lang() ward.Lang { return t.lang }

// IsZero reports whether there is nothing to show.
func (t Text) IsZero() bool { return t.s == "" }

// Render writes t as HTML; it makes Text a templ component. Errors are w's own.
func (t Text) Render(_ context.Context, w io.Writer) error {
	if t.s == "" {
		return nil
	}
	out := html.EscapeString(t.s)
	if t.lang != "" {
		out = `<span lang="` + html.EscapeString(string(t.lang)) + `">` + out + `</span>`
	}
	_, err := io.WriteString(w, out)
	return err
}
