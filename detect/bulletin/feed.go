package bulletin

import (
	"context"
	"encoding/xml"
	"time"

	"ward"
)

// The feed of published alerts is Atom (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID       string       `xml:"id"`
	Title    string       `xml:"title"`
	Updated  string       `xml:"updated"`
	Links    []atomLink   `xml:"link"`
	Category []atomTerm   `xml:"category"`
	Summary  atomLangText `xml:"summary"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomLangText struct {
	Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Text string `xml:",chardata"`
}

// feedEntries bounds the feed: readers who come once a month miss nothing.
const feedEntries = 100

// Feed writes the published alerts that a may read as Atom, and gives the time
// of the newest one, zero for an empty feed.
func (s *Service) Feed(ctx context.Context, a ward.Actor) ([]byte, time.Time, error) {
	rows, err := s.LiveList(ctx, a)
	if err != nil {
		return nil, time.Time{}, err
	}
	self := s.cfg.URL + "/hsc/feed"
	f := atomFeed{Lang: "en", ID: self, Title: s.cfg.Publisher, Author: s.cfg.Publisher,
		Links: []atomLink{{"self", "application/atom+xml", self}, {"alternate", "text/html", s.cfg.URL + "/hsc"}}}
	var newest time.Time
	for _, x := range rows[:min(len(rows), feedEntries)] {
		if x.Revision.Published.After(newest) {
			newest = x.Revision.Published
		}
		f.Entries = append(f.Entries, s.entry(x))
	}
	f.Updated = stamp(newest)
	if newest.IsZero() { // RFC 4287 wants a time; that of an empty feed is the beginning of time here
		f.Updated = stamp(time.Unix(0, 0))
	}
	b, err := xml.MarshalIndent(f, "", " ")
	return append([]byte(xml.Header), b...), newest, ward.Wrap("feed", err)
}

func (s *Service) entry(x Row) atomEntry {
	c, page := x.Revision.Content, s.cfg.URL+"/hsc/"+x.Bulletin.Number
	e := atomEntry{ID: page, Title: x.Bulletin.Number + ": " + title(c), Updated: stamp(x.Revision.Published),
		Links:    []atomLink{{"alternate", "text/html", page}, {"related", "application/json", page + "/csaf"}},
		Category: []atomTerm{{"TLP:" + c.TLP.String()}, {c.Severity.String()}}, Summary: atomLangText{string(c.Text.Lang), c.Text.Summary}}
	if c.Withdrawn {
		e.Summary.Text = c.Change
	}
	return e
}
