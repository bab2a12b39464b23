// Package atom writes Atom feeds (RFC 4287) that may be paged (RFC 5005
// section 3). What a feed must have is checked before a byte is written.
package atom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Type is the media type of what XML writes.
const Type = "application/atom+xml; charset=utf-8"

// Feed is one document. ID, Title and Author are needed; Author stands for all
// entries (RFC 4287 section 4.1.1).
type Feed struct {
	ID       string // absolute IRI that never changes
	Lang     string // BCP 47 tag of all words; empty says none
	Title    string
	Subtitle string
	Author   string
	Updated  time.Time // zero: the beginning of time, for a feed without entries
	Links    []Link
	Entries  []Entry // the newest first; the order carries no meaning to readers
}

// Link points somewhere. Rel is "self", "alternate", "related", or a place in a
// paged feed: "first", "next", "previous", "last".
type Link struct {
	Rel  string
	Type string // media type; empty says none
	Href string
}

// Entry is one thing of the feed. ID, Title and Updated are needed, and a link
// to an alternate, as there is no content (RFC 4287 section 4.1.2).
type Entry struct {
	ID         string
	Lang       string // of its words, where it is another than the feed's
	Title      string
	Summary    string
	Published  time.Time // zero says none
	Updated    time.Time
	Links      []Link
	Categories []string
}

// ErrInvalid is what every fault of a feed wraps.
var ErrInvalid = errors.New("no valid Atom feed")

// XML writes f. The same feed is the same bytes, so that a conditional request
// can be answered by their hash. The error names the element that is missing.
func (f Feed) XML() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	doc := xmlFeed{Lang: f.Lang, ID: f.ID, Title: f.Title, Subtitle: f.Subtitle, Updated: stamp(f.Updated), Author: f.Author, Links: links(f.Links)}
	for _, e := range f.Entries {
		x := xmlEntry{Lang: e.Lang, ID: e.ID, Title: e.Title, Updated: stamp(e.Updated), Links: links(e.Links), Summary: e.Summary}
		if !e.Published.IsZero() {
			x.Published = stamp(e.Published)
		}
		for _, c := range e.Categories {
			x.Categories = append(x.Categories, xmlCategory{c})
		}
		doc.Entries = append(doc.Entries, x)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", " ")
	err := enc.Encode(doc)
	b.WriteByte('\n')
	return b.Bytes(), err
}

func (f Feed) check() error {
	switch {
	case !absolute(f.ID):
		return fmt.Errorf("%w: the feed's id is no absolute IRI", ErrInvalid)
	case f.Title == "" || f.Author == "":
		return fmt.Errorf("%w: the feed has no title or no author", ErrInvalid)
	}
	if err := checkLinks("the feed", f.Links); err != nil {
		return err
	}
	type version struct {
		id string
		at int64
	}
	seen := map[version]bool{}
	for i, e := range f.Entries {
		name := fmt.Sprintf("entry %d", i+1)
		v := version{e.ID, e.Updated.Unix()}
		switch {
		case !absolute(e.ID):
			return fmt.Errorf("%w: %s: the id is no absolute IRI", ErrInvalid, name)
		case e.Title == "" || e.Updated.IsZero():
			return fmt.Errorf("%w: %s has no title or no time", ErrInvalid, name)
		case seen[v]: // section 4.1.1: the same id twice needs two times
			return fmt.Errorf("%w: %s is there twice", ErrInvalid, name)
		case !has(e.Links, "alternate"):
			return fmt.Errorf("%w: %s leads nowhere", ErrInvalid, name)
		}
		seen[v] = true
		if err := checkLinks(name, e.Links); err != nil {
			return err
		}
	}
	return nil
}

func has(list []Link, rel string) bool {
	for _, l := range list {
		if l.Rel == rel {
			return true
		}
	}
	return false
}

// checkLinks wants at most one alternate of a type (section 4.1.1), and one of
// each place in a paged feed (RFC 5005 section 3).
func checkLinks(name string, list []Link) error {
	seen := map[[2]string]bool{}
	for _, l := range list {
		key := [2]string{l.Rel, l.Type}
		if l.Rel != "alternate" && l.Rel != "related" {
			key[1] = ""
		}
		if l.Rel == "" || !absolute(l.Href) || l.Rel != "related" && seen[key] {
			return fmt.Errorf("%w: %s has a bad %q link", ErrInvalid, name, l.Rel)
		}
		seen[key] = true
	}
	return nil
}

func absolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs()
}

// stamp is a time of RFC 3339 in whole seconds: finer ones some readers refuse.
func stamp(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}

func links(list []Link) []xmlLink {
	out := make([]xmlLink, len(list))
	for i, l := range list {
		out[i] = xmlLink(l)
	}
	return out
}

// The shapes of section 4, in the order in which people read them.
type xmlFeed struct {
	XMLName  xml.Name   `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	ID       string     `xml:"id"`
	Title    string     `xml:"title"`
	Subtitle string     `xml:"subtitle,omitempty"`
	Updated  string     `xml:"updated"`
	Author   string     `xml:"author>name"`
	Links    []xmlLink  `xml:"link"`
	Entries  []xmlEntry `xml:"entry"`
}

type xmlLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type xmlEntry struct {
	Lang       string        `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	ID         string        `xml:"id"`
	Title      string        `xml:"title"`
	Published  string        `xml:"published,omitempty"`
	Updated    string        `xml:"updated"`
	Links      []xmlLink     `xml:"link"`
	Categories []xmlCategory `xml:"category"`
	Summary    string        `xml:"summary,omitempty"`
}

type xmlCategory struct {
	Term string `xml:"term,attr"`
}
