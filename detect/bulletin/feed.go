package bulletin

import (
	"context"

	"ward"
	"ward/format/atom"
)

// feedEntries bounds the feed: readers who come once a month miss nothing.
const feedEntries = 100

// Feed writes the published alerts that a may read as Atom (RFC 4287).
func (s *Service) Feed(ctx context.Context, a ward.Actor) ([]byte, error) {
	rows, err := s.LiveList(ctx, a)
	if err != nil {
		return nil, err
	}
	self := s.cfg.URL + "/hsc/feed"
	f := atom.Feed{Lang: "en", ID: self, Title: s.cfg.Publisher, Author: s.cfg.Publisher, Links: []atom.Link{
		{Rel: "self", Type: "application/atom+xml", Href: self}, {Rel: "alternate", Type: "text/html", Href: s.cfg.URL + "/hsc"}}}
	for _, x := range rows[:min(len(rows), feedEntries)] {
		if x.Revision.Published.After(f.Updated) {
			f.Updated = x.Revision.Published
		}
		f.Entries = append(f.Entries, s.entry(x))
	}
	b, err := f.XML()
	return b, ward.Wrap("feed", err)
}

func (s *Service) entry(x Row) atom.Entry {
	c, page := x.Revision.Content, s.cfg.URL+"/hsc/"+x.Bulletin.Number
	e := atom.Entry{ID: page, Lang: string(c.Text.Lang), Title: x.Bulletin.Number + ": " + title(c), Summary: c.Text.Summary, Updated: x.Revision.Published,
		Links:      []atom.Link{{Rel: "alternate", Type: "text/html", Href: page}, {Rel: "related", Type: "application/json", Href: page + "/csaf"}},
		Categories: []string{"TLP:" + c.TLP.String(), c.Severity.String()}}
	if c.Withdrawn {
		e.Summary = c.Change
	}
	return e
}
