package picture

import (
	"context"
	"sync"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// Picture is what somebody sees.
type Picture struct {
	Filter  Filter // as it was answered: with its period, in whole months under the cover
	Asked   Filter // as it was asked
	Exact   bool   // the numbers of reports are as they are
	Live    bool   // it follows reports at once; else it is of the last midnight
	At      time.Time
	Shares  bool // the country lets its reports be counted
	Figures Figures
	Recent  Recent
	History int // incidents of history in all: whether there is something to show
	// For teams and the Centre alone.
	Clusters []Cluster
	// Alerts of the last thirty days; nil where too few organisations are counted.
	Alerts *ward.AlertsReached
}

// Recent is what changed since yesterday.
type Recent struct {
	Told    bool // whether Reports and Before may be said
	Reports int  // of the last 24 hours
	Before  int  // of the 24 hours before
	Waiting int  // of Reports, those that the figures do not count yet; teams and the Centre alone
	Stages  int  // reports that told more; where exact
	// Where exact: the words that most of the new reports have.
	Cause, Family string
}

// Look answers a question. Needs picture.read; who sees more than the cover, the
// rights say. Throttled when a person asks too many different questions.
func (s *Service) Look(ctx context.Context, a ward.Actor, f Filter) (Picture, error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "picture"}); err != nil {
		return Picture{}, ward.Wrap("look at the picture", err)
	}
	now := s.cfg.Clock()
	k, err := s.sync(ctx)
	if err != nil {
		return Picture{}, ward.Wrap("look at the picture", err)
	}
	p := Picture{Asked: f, At: now, Shares: true}
	v := s.sightOf(a)
	p.Exact = v.exactly(f.Country, k.rules)
	p.Filter = f.with(now, p.Exact)
	p.Live = p.Exact || !v.daily
	if !p.Live {
		p.At = dayTime(dayOf(now))
	}
	if !p.Exact {
		p.Filter = p.Filter.months()
		p.Shares = f.Country == "" || sharingOf(k.rules, f.Country) != Nothing
	}
	if !p.Exact && p.Filter.Source != FromHistory {
		if err := s.spend(ctx, a, p.Filter); err != nil {
			return Picture{}, ward.Wrap("look at the picture", err)
		}
	}
	p.Figures = figures(s.rows(k, v, now), p.Filter)
	p.Recent = recent(k, p, v, now)
	for _, c := range k.cases {
		if c.Source.History() {
			p.History++
		}
	}
	if !v.daily {
		p.Clusters = clusters(k, v, now)
	}
	p.Alerts, err = s.alerts(ctx, f.Country, p.Exact || v.centre)
	return p, ward.Wrap("look at the picture", err)
}

// recent compares the last 24 hours with those before. For all of the Union the
// number of reports is told to teams and the Centre; of one country, where it is
// exact. It points at nobody, and at no country that is not the reader's.
func recent(k known, p Picture, v sight, now time.Time) Recent {
	r := Recent{Told: p.Exact || p.Filter.Country == "" && !v.daily}
	if !r.Told {
		return r
	}
	since, before := now.Add(-24*time.Hour), now.Add(-48*time.Hour)
	causes, families := tallied{}, tallied{}
	for _, c := range k.cases {
		if c.Source.History() || p.Filter.Country != "" && c.Country != p.Filter.Country || !v.hears(c.Country, k.rules) {
			continue
		}
		switch {
		case c.Known.After(since):
			r.Reports++
			if c.Born > k.cut && !p.Exact {
				r.Waiting++
			}
			causes.add(c.Cause, c, 1)
			families.add(c.Family, c, 1)
		case c.Known.After(before):
			r.Before++
		}
		if p.Exact && !c.Known.After(since) && c.Told.After(since) {
			r.Stages++
		}
	}
	if p.Exact {
		r.Cause, r.Family = most(causes), most(families)
	}
	return r
}

// most is the word that leads, when one is known.
func most(t tallied) string {
	for _, c := range t.list() {
		if c.Word != "" {
			return c.Word
		}
	}
	return ""
}

// reachCache keeps the answers of the alert room for a while: they are counted
// over all deliveries of a month.
type reachCache struct {
	mu   sync.Mutex
	kept map[ward.Country]reachKept
}

type reachKept struct {
	at time.Time
	r  ward.AlertsReached
}

const (
	reachFor  = 5 * time.Minute
	reachDays = 30
)

// alerts asks how far alerts got; nil when fewer organisations are counted than
// may be told.
func (s *Service) alerts(ctx context.Context, c ward.Country, all bool) (*ward.AlertsReached, error) {
	if c != "" {
		if _, ok := ward.ParseCountry(string(c)); !ok {
			return nil, nil
		}
	}
	now := s.cfg.Clock()
	s.reach.mu.Lock()
	kept, ok := s.reach.kept[c]
	s.reach.mu.Unlock()
	if !ok || now.Sub(kept.at) > reachFor {
		r, err := s.cfg.Alerts.Reached(ctx, c, reachDays)
		if err != nil {
			return nil, err
		}
		kept = reachKept{now, r}
		s.reach.mu.Lock()
		if s.reach.kept == nil {
			s.reach.kept = map[ward.Country]reachKept{}
		}
		s.reach.kept[c] = kept
		s.reach.mu.Unlock()
	}
	return told(kept.r, all), nil
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, policy string, detail map[string]string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: ward.Object{Kind: "picture", Country: a.Country}, Outcome: audit.Done, Policy: policy,
		Detail: detail})
}
