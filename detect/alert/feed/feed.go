// Package feed writes what the private address of a feed brings: the alerts as
// an Atom feed, their due times as a calendar, in the words of the feed's language.
package feed

import (
	"net/url"
	"strings"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/format/atom"
	"ward/format/icalendar"
	"ward/kit/i18n"
)

// Place is where a feed stands: the site's address, and its own with the secret.
type Place struct{ Site, Self string }

// alertURL is the page of an alert, which asks for its reader's own rights.
func (p Place) alertURL(x alert.FeedItem) string { return p.Site + "/alerts/" + string(x.ID()) }

// Atom writes a part of the feed (RFC 4287); after is the cursor that brought it,
// empty for the first part. Later parts are linked as RFC 5005 section 3 has it.
func Atom(p *i18n.Printer, at Place, o alert.Opened, after string) ([]byte, error) {
	f := atom.Feed{ID: "urn:uuid:" + o.Feed.ID, Lang: p.Tag(), Title: p.T("alert.feed.title", "name", o.Feed.Name).String(),
		Author: p.T("ui.brand").String(), Links: []atom.Link{
			{Rel: "self", Type: "application/atom+xml", Href: page(at.Self, after)}, {Rel: "alternate", Type: "text/html", Href: at.Site + "/alerts"}}}
	if after != "" || o.Next != "" {
		f.Links = append(f.Links, atom.Link{Rel: "first", Type: "application/atom+xml", Href: at.Self})
	}
	if o.Next != "" {
		f.Links = append(f.Links, atom.Link{Rel: "next", Type: "application/atom+xml", Href: page(at.Self, o.Next)})
	}
	for _, x := range o.Items {
		if x.At.After(f.Updated) {
			f.Updated = x.At
		}
		f.Entries = append(f.Entries, entry(p, at, x))
	}
	return f.XML()
}

func page(self, after string) string {
	if after == "" {
		return self
	}
	return self + "?after=" + url.QueryEscape(after)
}

func entry(p *i18n.Printer, at Place, x alert.FeedItem) atom.Entry {
	e := atom.Entry{ID: at.alertURL(x), Title: title(p, x), Published: x.Raised, Updated: x.At, Summary: strings.Join(lines(p, x), "\n"),
		Links: []atom.Link{{Rel: "alternate", Type: "text/html", Href: at.alertURL(x)}}, Categories: []string{"TLP:" + x.TLP.String()}}
	if !x.Closed {
		e.Categories = append(e.Categories, x.Severity.String(), string(x.State))
	}
	return e
}

func title(p *i18n.Printer, x alert.FeedItem) string {
	switch {
	case x.Closed:
		return p.T("alert.list.number", "id", string(x.ID())).String()
	case x.Name != "":
		return p.T("alert.feed.entry_other", "severity", severity(p, x), "title", x.Title, "organisation", x.Name).String()
	}
	return p.T("alert.feed.entry", "severity", severity(p, x), "title", x.Title).String()
}

func severity(p *i18n.Printer, x alert.FeedItem) string {
	return p.T(i18n.Key("alert.severity." + x.Severity.String())).String()
}

// lines say what matters of an alert: is it used, is it mine, by when, how far.
func lines(p *i18n.Printer, x alert.FeedItem) []string {
	if x.Closed {
		return []string{p.T("alert.feed.closed", "tlp", "TLP:"+x.TLP.String()).String()}
	}
	out := []string{p.T("alert.feed.state", "state", p.T(i18n.Key("alert.state."+string(x.State))).String()).String()}
	if x.Used() {
		out = append(out, p.T("alert.mail.used").String())
	}
	if x.Affected > 0 {
		out = append(out, p.N("alert.mine.affected", x.Affected).String())
	}
	if x.Review > 0 {
		out = append(out, p.N("alert.mine.review", x.Review).String())
	}
	switch {
	case x.Sighted != "":
		out = append(out, p.T("alert.mine.sighted").String())
	case x.Addressed && x.Affected+x.Review == 0:
		out = append(out, p.T("alert.mine.addressed").String())
	}
	if x.State.Open() && !x.Due.IsZero() {
		out = append(out, p.T("alert.mail.due", "time", p.Time(x.Due)).String())
	}
	if len(x.CVEs) > 0 {
		out = append(out, strings.Join(x.CVEs, ", "))
	}
	return append(out, "TLP:"+x.TLP.String())
}

// again is how often calendars are asked to come.
const again = time.Hour

// Calendar writes due times (RFC 5545): each alert is one event for ever, which
// moves with its due time and is cancelled when nothing is to be done any more.
func Calendar(p *i18n.Printer, at Place, o alert.Opened) ([]byte, error) {
	c := icalendar.Calendar{Product: "-//Ward//alerts//EN", Name: p.T("alert.feed.calendar", "name", o.Feed.Name).String(), Refresh: again}
	for _, x := range o.Items {
		e := icalendar.Event{UID: "alert-" + string(x.ID()) + "@" + host(at.Site), Sequence: x.Version, Stamp: x.At, Start: x.Due,
			Summary: p.T("alert.feed.due", "alert", title(p, x)).String(), Description: strings.Join(append(lines(p, x), at.alertURL(x)), "\n"),
			URL: at.alertURL(x), Categories: []string{"TLP:" + x.TLP.String()}, Private: x.TLP != ward.TLPClear, Cancelled: !x.State.Open()}
		if e.Start.IsZero() { // ended by the house: it took the due time away
			e.Start = x.DoneAt
		}
		for _, before := range reminders(x) {
			e.Alarms = append(e.Alarms, icalendar.Alarm{Before: before, Text: e.Summary})
		}
		c.Events = append(c.Events, e)
	}
	return c.Bytes()
}

// reminders come a day before where there is more than that, and two hours before.
func reminders(x alert.FeedItem) []time.Duration {
	if x.Urgency().Within() > 24*time.Hour {
		return []time.Duration{24 * time.Hour, 2 * time.Hour}
	}
	return []time.Duration{2 * time.Hour}
}

func host(site string) string {
	if u, err := url.Parse(site); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "ward"
}
