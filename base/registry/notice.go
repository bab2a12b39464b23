package registry

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/base/registry/directory"
	"ward/kit/auth"
	"ward/kit/db"
)

// NoticeState is how far the notice of Art. 29(4) got.
type NoticeState string

// States of a notice. Only an entity knows whether the duty is its own, so
// nothing leaves by itself.
const (
	NoticeDue       NoticeState = "due"
	NoticeHanded    NoticeState = "handed"     // the authority sees it here
	NoticeReceived  NoticeState = "received"   // and says so
	NoticeOutside   NoticeState = "outside"    // sent by other means, as the remark tells
	NoticeNotNeeded NoticeState = "not_needed" // no essential or important entity, or no such arrangement
)

// Notice is what an essential or important entity tells its authority on
// entering or leaving an information-sharing arrangement (Directive (EU)
// 2022/2555 Art. 29(4)).
type Notice struct {
	ID         string
	Membership Membership // organisation and group
	Leaving    bool
	State      NoticeState
	Effect     time.Time // when the membership began or ended
	Handed     time.Time
	HandedBy   string // name
	Remark     string
	Received   time.Time
	ReceivedBy string
	Authority  directory.Entry // of the organisation's country
	Own        bool            // the reader belongs to the organisation
}

// noteNotice writes down that a notice is due. A group of one owner is no
// sharing arrangement, and authorities owe none.
func (s *Service) noteNotice(ctx context.Context, tx *db.Tx, m Membership, k ward.OrgKind, leaving bool) error {
	if m.Group.Kind == GroupOwner || slices.Contains([]ward.OrgKind{ward.KindCSIRT, ward.KindAuthority, ward.KindCentre}, k) {
		return nil
	}
	return insertNotice(ctx, tx, Notice{ID: s.ids(), Membership: m, Leaving: leaving, State: NoticeDue, Effect: s.clock()})
}

// Notices lists those of a's organisation, newest first. Needs org.read on it.
func (s *Service) Notices(ctx context.Context, a ward.Actor) ([]Notice, error) {
	var out []Notice
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := s.allowed(ctx, tx, a, "org.read", a.Org); err != nil {
			return err
		}
		var err error
		out, err = noticesOf(ctx, tx, a.Org)
		return err
	})
	return out, ward.Wrap("list notices", err)
}

// NoticesIn lists what was handed to the authority that a works for, newest
// first: by notice.receive, a national team's own country.
func (s *Service) NoticesIn(ctx context.Context, a ward.Actor) ([]Notice, error) {
	var out []Notice
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = noticesIn(ctx, tx, s.guard.Scope(a, "notice.receive"))
		return err
	})
	return out, ward.Wrap("list received notices", err)
}

// onNotice reads a notice for its organisation or the authority that it was
// handed to; for anybody else there is none, as it names a group.
func (s *Service) onNotice(ctx context.Context, tx *db.Tx, a ward.Actor, id string) (Notice, auth.Decision, error) {
	n, err := noticeByID(ctx, tx, id)
	if err != nil {
		return n, auth.Decision{}, err
	}
	o := ward.Object{Kind: "notice", ID: id, Org: n.Membership.Org, Country: n.Membership.Country}
	n.Own = n.Membership.Org == a.Org
	n.Authority = s.directory.Authority(n.Membership.Country)
	d := s.guard.Decide(a, "notice.receive", o)
	if n.Own {
		d = s.guard.Decide(a, "org.read", o)
	}
	shown := d.Allowed && (n.Own || n.State == NoticeHanded || n.State == NoticeReceived)
	if !shown {
		return Notice{}, d, missing()
	}
	return n, d, nil
}

// Notice gives one.
func (s *Service) Notice(ctx context.Context, a ward.Actor, id string) (Notice, error) {
	var n Notice
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		n, _, err = s.onNotice(ctx, tx, a, id)
		return err
	})
	return n, ward.Wrap("show notice", err)
}

// SettleNotice says what became of a notice that is due: handed to the authority
// here, sent outside, or not needed; the latter two with a remark. Needs
// org.write on the organisation.
func (s *Service) SettleNotice(ctx context.Context, a ward.Actor, id string, to NoticeState, remark string) error {
	remark = oneLine(remark)
	return ward.Wrap("settle notice", s.act(ctx, a, "org.write", a.Org, "notice."+settled(to), func(tx *db.Tx, p Profile) (string, error) {
		n, _, err := s.onNotice(ctx, tx, a, id)
		switch {
		case err != nil:
			return "", err
		case !n.Own:
			return "", missing()
		}
		known := to == NoticeHanded || to == NoticeOutside || to == NoticeNotNeeded
		if err := errors.Join(ward.When(!known, invalid("registry.error.notice_state", "state")),
			ward.When(to != NoticeHanded && remark == "", invalid("registry.error.notice_remark", "remark")),
			within(maxMessage, "remark", remark)); err != nil {
			return "", err
		}
		if n.State != NoticeDue {
			return "", ward.Fail(ward.Conflict, "registry.error.notice_done")
		}
		if to == NoticeHanded {
			staffed, err := staffedCountries(ctx, tx)
			if err != nil {
				return "", err
			}
			if !slices.Contains(staffed, p.Country) {
				return "", ward.Fail(ward.Conflict, "registry.error.notice_nobody")
			}
		}
		return id, settleNotice(ctx, tx, id, to, a.Name, remark, s.clock())
	}))
}

// settled keeps invented states out of the audit log.
func settled(to NoticeState) string {
	switch to {
	case NoticeHanded, NoticeOutside, NoticeNotNeeded:
		return string(to)
	}
	return "settled"
}

// ReceiveNotice is the authority's word that it has the notice. Needs
// notice.receive on the organisation.
func (s *Service) ReceiveNotice(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("receive notice", s.db.Write(ctx, func(tx *db.Tx) error {
		n, _, err := s.onNotice(ctx, tx, a, id)
		if err != nil {
			return err
		}
		o := ward.Object{Kind: "notice", ID: id, Org: n.Membership.Org, Country: n.Membership.Country}
		d, err := s.guard.Check(a, "notice.receive", o)
		if err != nil {
			return err
		}
		if err := receiveNotice(ctx, tx, id, a.Name, s.clock()); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"notice.receive", "notice.received", o, d})
	}))
}
