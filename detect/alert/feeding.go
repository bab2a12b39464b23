package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/subscription"
	"ward/kit/db"
	"ward/kit/i18n"
)

// FeedItem is one alert as a feed may show it.
type FeedItem struct {
	Change
	CVEs []string
	Name string // of the organisation, where the reader follows others than his own
	// Closed says that the alert is marked above what may leave by the feed: then
	// only its number, its marking and the times of its raising and change are here.
	Closed bool
}

// Opened is what the address of a feed brings.
type Opened struct {
	Feed  subscription.Feed
	Items []FeedItem
	Next  string // cursor of the next part; empty at the end
	// Changed is when anything in the reader's view changed last, also what the
	// feed does not show: what leaves a feed changes it. Zero when nothing did, or
	// so lately that more may follow in the same second.
	Changed time.Time
}

// feedPage alerts are in one part of a feed.
const feedPage = 50

// Bounds of a calendar: due times ahead and behind, and how long what is done or
// over is told as cancelled.
const (
	calendarOpen   = 500
	calendarClosed = 200
	calendarTells  = 30 * 24 * time.Hour
)

// Feeds are the addresses of feeds.
func (s *Service) Feeds() *subscription.Service { return s.feeds }

// Words prints in a language.
func (s *Service) Words(l ward.Lang) *i18n.Printer { return s.cfg.Printer(l) }

// News opens a feed: the alerts that its reader may see, the newest change first,
// from a cursor on; "" is the beginning, what is no cursor too. address is where
// the request comes from, for the limit on guesses. NotFound for a feed that there
// is not, or whose reader may no longer read.
func (s *Service) News(ctx context.Context, secret, address, after string) (Opened, error) {
	o, err := s.openFeed(ctx, secret, address, func(tx *db.Tx, v view) ([]Change, error) {
		return changesBefore(ctx, tx, v, after, feedPage+1)
	})
	if len(o.Items) > feedPage {
		o.Items = o.Items[:feedPage]
		o.Next = o.Items[feedPage-1].cursor()
	}
	return o, ward.Wrap("feed", err)
}

// DueDates opens a feed as a calendar: alerts with something to do, the nearest
// due time first, and after them what was done or ended in the last 30 days. What
// is marked above the feed's clearance is left out: a due time tells how bad it is.
func (s *Service) DueDates(ctx context.Context, secret, address string) (Opened, error) {
	o, err := s.openFeed(ctx, secret, address, func(tx *db.Tx, v view) ([]Change, error) {
		open, err := dueChanges(ctx, tx, v, calendarOpen)
		if err != nil {
			return nil, err
		}
		ended, err := endedChanges(ctx, tx, v, s.cfg.Clock().Add(-calendarTells), calendarClosed)
		return append(open, ended...), err
	})
	kept := o.Items[:0]
	for _, x := range o.Items {
		if !x.Closed {
			kept = append(kept, x)
		}
	}
	o.Items = kept
	return o, ward.Wrap("calendar", err)
}

func (s *Service) openFeed(ctx context.Context, secret, address string, read func(*db.Tx, view) ([]Change, error)) (Opened, error) {
	f, a, err := s.feeds.Reader(ctx, secret, address)
	if err != nil {
		return Opened{}, err
	}
	v, o := s.view(a, permRead), Opened{Feed: f}
	var list []Change
	var cves map[int64][]string
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if o.Changed, err = newestChange(ctx, tx, v); err != nil {
			return err
		}
		if list, err = read(tx, v); err != nil {
			return err
		}
		cves, err = cvesOfAll(ctx, tx, issuesOf(list))
		return err
	})
	if s.cfg.Clock().Sub(o.Changed) < 2*time.Second { // RFC 9110 section 8.8.2.2
		o.Changed = time.Time{}
	}
	o.Items = make([]FeedItem, len(list))
	names, err2 := s.othersOf(ctx, a, list)
	for i, c := range list {
		o.Items[i] = FeedItem{Change: c, CVEs: cves[c.Issue], Name: names[c.Org].Name}.within(f.Clearance)
	}
	s.feeds.Used(ctx, f)
	return o, errors.Join(err, err2)
}

// othersOf are the organisations of a list other than a's own.
func (s *Service) othersOf(ctx context.Context, a ward.Actor, list []Change) (map[ward.OrgID]ward.Organisation, error) {
	var ids []ward.OrgID
	for _, c := range list {
		if c.Org != a.Org {
			ids = append(ids, c.Org)
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return nil, nil
	}
	return s.cfg.Registry.Organisations(ctx, ids)
}

// within keeps back what may not leave by a feed of that clearance.
func (x FeedItem) within(clearance ward.TLP) FeedItem {
	if marking.Of(marking.Feed, x.TLP, clearance) == marking.Content {
		return x
	}
	a := Alert{Issue: x.Issue, OrgNo: x.OrgNo, TLP: x.TLP, Raised: x.Raised}
	return FeedItem{Change: Change{Alert: a, Seq: x.Seq, At: x.At}, Closed: true}
}

func issuesOf(list []Change) []int64 {
	out := make([]int64, len(list))
	for i, c := range list {
		out[i] = c.Issue
	}
	return out
}

// FeedURL is the address of a feed, CalendarURL that of the same as a calendar.
func (s *Service) FeedURL(secret string) string {
	return s.cfg.URL + "/feed/" + secret + "/alerts.atom"
}

// CalendarURL is the address of a feed as a calendar.
func (s *Service) CalendarURL(secret string) string {
	return s.cfg.URL + "/feed/" + secret + "/due.ics"
}

// URL is the address of this site.
func (s *Service) URL() string { return s.cfg.URL }
