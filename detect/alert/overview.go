package alert

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/weakness"
	"ward/kit/db"
)

// Reach is one issue as a CSIRT or the Centre sees it: who was reached, who
// acknowledged, who has done it.
type Reach struct {
	Issue         weakness.Face
	Raised        time.Time // first of its alerts within the scope
	Organisations int
	Reached       int // a mail or webhook was accepted, or somebody acknowledged
	Acknowledged  int
	Done          int // done, not applicable or risk accepted
	Overdue       int
	Failed        int // every try to reach them failed
}

// Waiting is how many are neither reached nor given up: a try is still to come,
// or the alert lies in the inbox alone. Reached, Waiting and Failed make up all.
func (r Reach) Waiting() int { return r.Organisations - r.Reached - r.Failed }

// Urgency is how soon organisations must act.
func (r Reach) Urgency() escalation.Urgency {
	return escalation.UrgencyOf(r.Issue.Severity, r.Issue.Exploited)
}

// OverviewFilter chooses issues; zero fields do not restrict.
type OverviewFilter struct {
	Before int64     // number of the last issue shown; 0 for the start
	Since  time.Time // with an alert raised later
	Limit  int       // 0 means 50, at most 200
}

// Overview lists issues with how far they got, newest first.
func (s *Service) Overview(ctx context.Context, a ward.Actor, f OverviewFilter) ([]Reach, error) {
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	var out []Reach
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = overview(ctx, tx, s.view(a, permOverview), f)
		return err
	})
	return out, ward.Wrap("alert overview", err)
}

// Group is a part of an issue's organisations.
type Group string

// Groups of the organisations of an issue.
const (
	GroupAll     Group = ""
	GroupSilent  Group = "silent" // nobody has acknowledged
	GroupOverdue Group = "overdue"
	GroupFailed  Group = "failed" // nothing reached them
)

// Groups lists them in the order shown.
func Groups() []Group { return []Group{GroupAll, GroupSilent, GroupOverdue, GroupFailed} }

// Responder is one organisation's answer to an issue.
type Responder struct {
	Alert
	Organisation ward.Organisation
	Reached      bool
	Failed       bool
	Contacts     []ward.Contact // of those that a may see; none otherwise
}

// Responders is a part of the organisations of an issue.
type Responders struct {
	Reach Reach
	CVEs  []string
	Rows  []Responder
	Next  string // key of the next part, empty at the end
}

// Responders lists the organisations of an issue within a's scope, those that
// have not acknowledged first, after the row that Next named. NotFound when a
// may see none of them. limit 0 means 50, at most 500.
func (s *Service) Responders(ctx context.Context, a ward.Actor, issue int64, g Group, after string, limit int) (Responders, error) {
	if limit <= 0 || limit > 500 {
		limit = 50
	}
	var out Responders
	v := s.view(a, permOverview)
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := overview(ctx, tx, v, OverviewFilter{Before: issue + 1, Limit: 1})
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].Issue.No != issue {
			return ward.Fail(ward.NotFound, "alert.error.not_found")
		}
		out.Reach = found[0]
		if out.CVEs, err = cvesOf(ctx, tx, issue); err != nil {
			return err
		}
		if out.Rows, err = responders(ctx, tx, v, issue, g, after, limit+1); err != nil {
			return err
		}
		return withMutes(ctx, tx, out.Rows, v.now, func(r *Responder) *Alert { return &r.Alert })
	})
	if err != nil {
		return Responders{}, ward.Wrap("alert responders", err)
	}
	if len(out.Rows) > limit {
		out.Rows = out.Rows[:limit]
		out.Next = out.Rows[limit-1].key()
	}
	return out, ward.Wrap("alert responders", s.name(ctx, a, out.Rows))
}

// key orders responders: silent ones first, then by number.
func (r Responder) key() string {
	return strconv.FormatInt(db.Flag(!r.Acked.IsZero()), 10) + "." + strconv.FormatInt(r.OrgNo, 10)
}

func parseResponderKey(s string) (acked, org int64, ok bool) {
	x, y, found := strings.Cut(s, ".")
	acked, err1 := strconv.ParseInt(x, 10, 64)
	org, err2 := strconv.ParseInt(y, 10, 64)
	return acked, org, found && err1 == nil && err2 == nil
}

// name asks the registry who the organisations are, and for whom a may call,
// how.
func (s *Service) name(ctx context.Context, a ward.Actor, rows []Responder) error {
	ids, open := make([]ward.OrgID, len(rows)), []ward.OrgID{}
	for i, r := range rows {
		ids[i] = r.Org
		if s.cfg.Guard.Decide(a, permPeople, ward.Object{Kind: "contact", Org: r.Org, Country: r.Country}).Allowed {
			open = append(open, r.Org)
		}
	}
	orgs, err := s.cfg.Registry.Organisations(ctx, ids)
	if err != nil {
		return err
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, open)
	for i := range rows {
		rows[i].Organisation = orgs[rows[i].Org]
		rows[i].Contacts = contacts[rows[i].Org]
	}
	return err
}
