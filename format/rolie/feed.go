package rolie

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ward/format/problem"
)

// Feed is what a ROLIE feed says of itself, known when all entries were read.
type Feed struct {
	ID      string
	Title   string
	Updated time.Time // UTC; zero if unreadable
	Self    string    // link rel=self
	Service string    // link rel=service
	Read    int       // entries handed on
	Skipped int       // entries that were null or unusable
	// Problems are what was wrong with single entries, at most problem.Limit.
	Problems []problem.Problem
}

// Entry is one advisory of a feed.
type Entry struct {
	ID        string // tracking id of the document
	Title     string
	Published time.Time // UTC; zero if unreadable
	Updated   time.Time // UTC; zero if unreadable
	Source    string    // content.src, else link rel=self: where the document is; never empty
	SHA256    string    // address of the hash file; empty if there is none
	SHA512    string    // likewise
	Signature string    // address of the OpenPGP signature; empty if there is none
}

// wireFeed and wireEntry are the JSON shapes; only what is used is named.
type wireEntry struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Links     []wireLink `json:"link"`
	Published string     `json:"published"`
	Updated   string     `json:"updated"`
	Content   struct {
		Src string `json:"src"`
	} `json:"content"`
}

// wireLink has "ref" beside "rel" because CISA's feeds write hashes that way.
type wireLink struct {
	Rel  string `json:"rel"`
	Ref  string `json:"ref"`
	Href string `json:"href"`
}

// reader walks one feed.
type reader struct {
	json   *jsontext.Decoder
	window *window
	lim    Limits
	feed   Feed
	faults faults
	fn     func(Entry) error
	found  bool // there was a feed object
}

// ReadFeed streams a feed: fn is called for each usable entry in file order and
// ends the reading by returning an error, which ReadFeed gives back as it is.
// On an error the Feed holds what was read so far, so that a long run can be
// resumed. Errors of the feed itself are *Error.
func ReadFeed(r io.Reader, lim Limits, fn func(Entry) error) (Feed, error) {
	lim = lim.withDefaults()
	w := &window{r: r, max: lim.Entry, left: lim.Size}
	f := &reader{json: jsontext.NewDecoder(w), window: w, lim: lim, fn: fn}
	err := f.object("/", func(name string) error {
		if name != "feed" {
			return f.json.SkipValue()
		}
		f.found = true
		return f.object("/feed", f.member)
	})
	if err == nil && !f.found {
		err = &Error{Kind: ErrKind, Detail: "there is no feed object"}
	}
	f.feed.Problems = f.faults.Problems()
	return f.feed, f.wrap(err)
}

// wrap gives a tokeniser's error its place; errors of fn and ours stay.
func (f *reader) wrap(err error) error {
	var ours *Error
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil, errors.As(err, &ours):
		if ours != nil && ours.Place == "" {
			ours.Place = string(f.json.StackPointer())
		}
	case errors.As(err, &syntax):
		return &Error{Kind: ErrSyntax, Place: string(syntax.JSONPointer), Detail: fmt.Sprintf("byte %d: %v", syntax.ByteOffset, syntax.Err)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Kind: ErrSyntax, Place: string(f.json.StackPointer()), Detail: "the feed ends too early"}
	}
	return err
}

// object calls member for each name of an object.
func (f *reader) object(place string, member func(name string) error) error {
	if k := f.json.PeekKind(); k != '{' && k != 0 {
		return &Error{Kind: ErrKind, Place: place, Detail: "an object is expected"}
	}
	if _, err := f.json.ReadToken(); err != nil {
		return err
	}
	for f.json.PeekKind() != '}' {
		f.window.mark()
		name, err := f.json.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err := f.json.ReadToken()
	return err
}

// member reads one member of the feed object.
func (f *reader) member(name string) error {
	switch name {
	case "id":
		return f.value(name, &f.feed.ID)
	case "title":
		return f.value(name, &f.feed.Title)
	case "updated":
		var s string
		err := f.value(name, &s)
		f.feed.Updated, _ = parseTime(s)
		return err
	case "link":
		var links []wireLink
		err := f.value(name, &links)
		for _, l := range links {
			switch l.rel() {
			case "self":
				f.feed.Self = l.Href
			case "service":
				f.feed.Service = l.Href
			}
		}
		return err
	case "entry":
		return f.entries()
	}
	return f.json.SkipValue()
}

// value decodes one small value; a wrong type is a fault, not an error.
func (f *reader) value(name string, to any) error {
	raw, err := f.json.ReadValue()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, to); err != nil {
		f.faults.add("/feed/"+name, "type", "%s", reason(err))
	}
	return nil
}

// entries reads the list, one entry in memory at a time.
func (f *reader) entries() error {
	if k := f.json.PeekKind(); k == 'n' {
		f.faults.add("/feed/entry", "type", "null in place of the list")
		return f.json.SkipValue()
	} else if k != '[' && k != 0 {
		return &Error{Kind: ErrKind, Place: "/feed/entry", Detail: "a list is expected"}
	}
	if _, err := f.json.ReadToken(); err != nil {
		return err
	}
	for i := 0; f.json.PeekKind() != ']'; i++ {
		if i >= f.lim.Entries {
			return &Error{Kind: ErrTooMany, Place: "/feed/entry", Detail: fmt.Sprintf("more than %d", f.lim.Entries)}
		}
		f.window.mark()
		raw, err := f.json.ReadValue()
		if err != nil {
			return err
		}
		if err := f.entry(i, raw); err != nil {
			return err
		}
	}
	_, err := f.json.ReadToken()
	return err
}

// entry hands on one entry, or notes why it cannot.
func (f *reader) entry(i int, raw jsontext.Value) error {
	place := fmt.Sprintf("/feed/entry/%d", i)
	skip := func(rule, format string, args ...any) error {
		f.feed.Skipped++
		f.faults.add(place, rule, format, args...)
		return nil
	}
	if raw.Kind() == 'n' {
		return skip("null", "null in place of an entry")
	}
	var w wireEntry
	if err := json.Unmarshal(raw, &w); err != nil {
		return skip("type", "%s", reason(err))
	}
	e := w.entry()
	if e.Source == "" {
		return skip("required", "entry %s has neither content.src nor a self link", problem.Clip(e.ID))
	}
	if e.Updated.IsZero() {
		f.faults.add(place+"/updated", "date-time", "unreadable: %s", problem.Clip(w.Updated))
	}
	f.feed.Read++
	return f.fn(e)
}

// reason is the last part of an error of the JSON package, without the Go
// types that it names first.
func reason(err error) string {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return problem.Clip(fmt.Sprintf("unexpected %s at %s", semantic.JSONKind, semantic.JSONPointer))
	}
	return problem.Clip(err.Error())
}

// rel is the link's relation in lower case.
func (l wireLink) rel() string {
	if l.Rel == "" {
		return strings.ToLower(l.Ref)
	}
	return strings.ToLower(l.Rel)
}

// entry picks the links out of the wire form.
func (w *wireEntry) entry() Entry {
	e := Entry{ID: strings.TrimSpace(w.ID), Title: strings.TrimSpace(w.Title), Source: strings.TrimSpace(w.Content.Src)}
	e.Published, _ = parseTime(w.Published)
	e.Updated, _ = parseTime(w.Updated)
	for _, l := range w.Links {
		href := strings.TrimSpace(l.Href)
		switch rel, lower := l.rel(), strings.ToLower(href); {
		case rel == "self" && e.Source == "":
			e.Source = href
		case rel == "signature":
			e.Signature = href
		case rel == "hash" && strings.HasSuffix(lower, ".sha512"):
			e.SHA512 = href
		case rel == "hash" && strings.HasSuffix(lower, ".sha256"):
			e.SHA256 = href
		}
	}
	return e
}
