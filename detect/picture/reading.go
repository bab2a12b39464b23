package picture

import (
	"context"
	"sync"
	"time"

	"ward"
	"ward/format/tally"
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

// Recent is what changed since yesterday. Where the picture is not exact its numbers
// are under the cover too: what fewer than tally.Threshold organisations of other
// countries reported is left out of them.
type Recent struct {
	Told    bool // whether Reports and Before may be said
	Reports int  // of the last 24 hours
	Before  int  // of the 24 hours before
	Waiting bool // something came that the figures do not count yet; teams and the Centre alone
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
	p.Recent = s.recent(k, p, v, now)
	for _, c := range k.cases {
		if c.Source.History() {
			p.History++
		}
	}
	if !v.daily {
		p.Clusters = clusters(k, v, now)
	}
	p.Alerts, err = s.alerts(ctx, f.Country, v)
	return p, ward.Wrap("look at the picture", err)
}

// recent compares the last 24 hours with those before: of one country, where it is
// exact, as it is; of all of the Union, for teams and the Centre, under the cover. A
// count that was exact there would say what the tables do not, and who took his own
// country's reports off it, what a neighbour's are.
func (s *Service) recent(k known, p Picture, v sight, now time.Time) Recent {
	r := Recent{Told: p.Exact || p.Filter.Country == "" && !v.daily}
	if !r.Told {
		return r
	}
	if !p.Exact {
		now = now.Truncate(time.Hour) // who looks again and again sees it move with the hour, not with a report
	}
	since, before := now.Add(-24*time.Hour), now.Add(-48*time.Hour)
	var today, yesterday lately
	causes, families := tallied{}, tallied{}
	for _, c := range k.cases {
		if c.Source.History() || p.Filter.Country != "" && c.Country != p.Filter.Country || !v.hears(c.Country, k.rules) {
			continue
		}
		exact := v.exactly(c.Country, k.rules)
		if !exact && c.Serial > k.cut {
			r.Waiting = true
		}
		switch {
		case c.Known.After(since):
			today.add(c, exact, k.cut)
			causes.add(c.Cause, c, 1)
			families.add(c.Family, c, 1)
		case c.Known.After(before):
			yesterday.add(c, exact, k.cut)
		}
		if p.Exact && !c.Known.After(since) && c.Told.After(since) {
			r.Stages++
		}
	}
	r.Reports, r.Before = s.cover.lately(today), s.cover.lately(yesterday)
	if p.Exact {
		r.Cause, r.Family = most(causes), most(families)
	}
	return r
}

// lately are the reports of a day: those that the reader knows as they are, and others.
type lately struct {
	exact  int
	hidden []*Case
}

func (l *lately) add(c *Case, exact bool, cut int64) {
	switch {
	case exact:
		l.exact++
	case c.Born <= cut:
		l.hidden = append(l.hidden, c)
	}
}

// lately is the number that is said of a day.
func (v cover) lately(l lately) int {
	if organisations(l.hidden) < tally.Threshold {
		return l.exact
	}
	return l.exact + v.told(fresh, l.hidden)
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

// alerts asks how far alerts got. The Centre sees all as it is, a team its own country;
// else numbers are rounded down, a team's own country beside them as it is; nil when
// fewer organisations are counted than may be told.
func (s *Service) alerts(ctx context.Context, c ward.Country, v sight) (*ward.AlertsReached, error) {
	if c != "" {
		if _, ok := ward.ParseCountry(string(c)); !ok {
			return nil, nil
		}
	}
	all, err := s.reached(ctx, c)
	if err != nil {
		return nil, err
	}
	if v.centre || c != "" && c == v.own {
		return &all, nil
	}
	var own ward.AlertsReached
	if c == "" && v.own != "" {
		if own, err = s.reached(ctx, v.own); err != nil {
			return nil, err
		}
	}
	return told(all, own), nil
}

// reached asks the alert room, or answers as it did a moment ago.
func (s *Service) reached(ctx context.Context, c ward.Country) (ward.AlertsReached, error) {
	now := s.cfg.Clock()
	s.reach.mu.Lock()
	kept, ok := s.reach.kept[c]
	s.reach.mu.Unlock()
	if ok && now.Sub(kept.at) <= reachFor {
		return kept.r, nil
	}
	r, err := s.cfg.Alerts.Reached(ctx, c, reachDays)
	if err != nil {
		return r, err
	}
	s.reach.mu.Lock()
	defer s.reach.mu.Unlock()
	if s.reach.kept == nil {
		s.reach.kept = map[ward.Country]reachKept{}
	}
	s.reach.kept[c] = reachKept{now, r}
	return r, nil
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, policy string, detail map[string]string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: ward.Object{Kind: "picture", Country: a.Country}, Outcome: audit.Done, Policy: policy,
		Detail: detail})
}
