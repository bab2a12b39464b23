package alert

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/board"
	"ward/detect/alert/stand"
	"ward/kit/auth"
	"ward/kit/db"
)

// view is which rows a list may show to somebody: those of his scope, within
// his clearance. The zero view shows nothing.
type view struct {
	scope     ward.Scope
	sightings ward.Scope // of whom he sees what sensors saw
	clearance ward.TLP
	now       time.Time
}

func (s *Service) view(a ward.Actor, p ward.Permission) view {
	v := view{scope: s.cfg.Guard.Scope(a, p), sightings: s.cfg.Guard.Scope(hatOf(a), permSighted), clearance: auth.Clearance(a), now: s.cfg.Clock()}
	if a.System {
		v.clearance = ward.TLPRed
	}
	return v
}

// Filter chooses alerts of a list; zero fields do not restrict.
type Filter struct {
	Open     bool // only those with something to do, the nearest due time first; else the newest first
	States   []stand.State
	Severity ward.Severity // at least
	Used     bool          // exploited
	Overdue  bool          // implies Open
	Org      ward.OrgID
	Country  ward.Country
	Issue    int64
	Text     string    // in the title, or a CVE
	Since    time.Time // raised later
	After    string    // key of the last row shown, as Page.Next gave it
	Limit    int       // 0 means 50, at most 200
}

// Page is a part of a list; Next is empty at its end.
type Page struct {
	Alerts []Alert
	Next   string
}

// List shows the alerts that a may see.
func (s *Service) List(ctx context.Context, a ward.Actor, f Filter) (Page, error) {
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	f.Open = f.Open || f.Overdue
	var p Page
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if p, err = listAlerts(ctx, tx, s.view(a, permRead), f); err != nil {
			return err
		}
		return withMutes(ctx, tx, p.Alerts, s.cfg.Clock(), func(x *Alert) *Alert { return x })
	})
	return p, ward.Wrap("list alerts", err)
}

// Count is how many alerts of a list need something.
type Count struct {
	Open, New, Overdue, Urgent int
}

// Summary counts the open alerts that a may see.
func (s *Service) Summary(ctx context.Context, a ward.Actor) (Count, error) {
	var c Count
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		c, err = countAlerts(ctx, tx, s.view(a, permRead))
		return err
	})
	return c, ward.Wrap("count alerts", err)
}

// Now is the time of the service's clock: a list shows what was raised until then.
func (s *Service) Now() time.Time { return s.cfg.Clock() }

// MayRespond reports whether a may answer the alert.
func (s *Service) MayRespond(a ward.Actor, al Alert) bool {
	return s.cfg.Guard.Decide(a, permRespond, al.Object()).Allowed
}

// MayOversee reports whether a sees how far alerts got with others.
func (s *Service) MayOversee(a ward.Actor) bool { return s.cfg.Guard.May(a, permOverview) }

// Fresh counts the alerts that a may see and that were raised after since, up
// to 100; on the issue alone when one is given.
func (s *Service) Fresh(ctx context.Context, a ward.Actor, since time.Time) (n int, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = countFresh(ctx, tx, s.view(a, permRead), since, board.Most)
		return err
	})
	return n, ward.Wrap("count new alerts", err)
}
