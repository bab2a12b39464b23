package alert

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/kit/db"
	"ward/kit/i18n"
)

const permCall ward.Permission = "alert.call"

// Call is one organisation that a CSIRT is to call about one alert.
type Call struct {
	Alert
	Organisation ward.Organisation
	Listed, Next time.Time
	Tries        int
	Contacts     []ward.Contact   // with a number, whom to call first in front
	Log          []escalation.Try // newest first; of one call only
}

// There is the time now where the organisation is.
func (c Call) There(now time.Time) time.Time { return now.In(i18n.ZoneOf(c.Country)) }

// CallList is a part of whom to call; Next is empty at its end.
type CallList struct {
	Calls []Call
	Next  string
}

// ToCall lists whom a is to call, the longest due first. What was acknowledged in
// the meantime is no longer there. limit 0 means 50, at most 200.
func (s *Service) ToCall(ctx context.Context, a ward.Actor, after string, limit int) (CallList, error) {
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var out CallList
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if out.Calls, err = openCalls(ctx, tx, s.view(a, permCall), after, limit+1); err != nil {
			return err
		}
		return withMutes(ctx, tx, out.Calls, s.cfg.Clock(), func(c *Call) *Alert { return &c.Alert })
	})
	if err != nil {
		return CallList{}, ward.Wrap("list calls", err)
	}
	if len(out.Calls) > limit {
		out.Calls = out.Calls[:limit]
		out.Next = out.Calls[limit-1].key()
	}
	return out, ward.Wrap("list calls", s.people(ctx, a, out.Calls))
}

// people adds who the organisations are and whom to call there.
func (s *Service) people(ctx context.Context, a ward.Actor, all []Call) error {
	var ids []ward.OrgID
	for _, c := range all {
		if s.cfg.Guard.Decide(a, permPeople, ward.Object{Kind: "contact", Org: c.Org, Country: c.Country}).Allowed {
			ids = append(ids, c.Org)
		}
	}
	orgs, err := s.cfg.Registry.Organisations(ctx, ids)
	if err != nil {
		return err
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, ids)
	for i := range all {
		all[i].Organisation = orgs[all[i].Org]
		all[i].Contacts = escalation.ToCall(contacts[all[i].Org], all[i].There(s.cfg.Clock()))
	}
	return err
}

// CallOf shows one alert's call with its log. NotFound when it is not, and never
// was, on a's list.
func (s *Service) CallOf(ctx context.Context, a ward.Actor, id ward.AlertID) (Call, error) {
	var c Call
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if c, _, err = s.callable(ctx, tx, a, id); err != nil {
			return err
		}
		if c.Mute, err = muteOf(ctx, tx, c.Alert, s.cfg.Clock()); err != nil {
			return err
		}
		c.Log, err = triesOf(ctx, tx, c.Alert)
		return err
	})
	if err != nil {
		return Call{}, ward.Wrap("call", err)
	}
	one := []Call{c}
	err = s.people(ctx, a, one)
	return one[0], ward.Wrap("call", err)
}

func (s *Service) callable(ctx context.Context, tx *db.Tx, a ward.Actor, id ward.AlertID) (Call, string, error) {
	al, policy, err := s.visible(ctx, tx, a, id, permCall)
	if err != nil {
		return Call{}, "", err
	}
	c, err := callOf(ctx, tx, al)
	return c, policy, err
}

// nextLimit bounds when to call again.
const nextLimit = 30 * 24 * time.Hour

// LogCall notes a call. Without a next time an answered call leaves the list, and
// others come again after a while; with one it comes then. It feeds the alert's
// history, which the organisation sees. Invalid for an unknown result, a note
// above 4,000 characters, or a next time that is past or a month away.
func (s *Service) LogCall(ctx context.Context, a ward.Actor, id ward.AlertID, in escalation.Try) error {
	now := s.cfg.Clock()
	in.Note, in.Contact = strings.TrimSpace(in.Note), strings.TrimSpace(in.Contact)
	err := errors.Join(
		flaw(len([]rune(in.Contact)) > 200, "comment_long", "contact"),
		flaw(!slices.Contains(escalation.Results(), in.Result), "call_result", "result"),
		flaw(len([]rune(in.Note)) > commentLimit, "comment_long", "note"),
		flaw(!in.Next.IsZero() && (in.Next.Before(now) || in.Next.After(now.Add(nextLimit))), "call_next", "next"))
	if err != nil {
		return err
	}
	wait, stays := in.Result.Again()
	if in.Next.IsZero() && stays {
		in.Next = now.Add(wait)
	}
	in.At, in.Person = now, a.Name
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		c, policy, err := s.callable(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := insertTry(ctx, tx, s.cfg.IDs(), c.Alert, in); err != nil {
			return err
		}
		if err := endTry(ctx, tx, c.Alert, in); err != nil {
			return err
		}
		if err := s.changed(ctx, tx, c.Issue, []int64{c.OrgNo}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, c.Alert, permCall, policy, map[string]string{"result": string(in.Result)})
	})
	return ward.Wrap("log call", err)
}

// MayCall reports whether a has a list of whom to call.
func (s *Service) MayCall(a ward.Actor) bool { return s.cfg.Guard.May(a, permCall) }
