package alert

import (
	"context"
	"fmt"
	"time"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/db"
)

const permMute ward.Permission = "alert.mute"

// MayMute reports whether a may put the reminders of an alert off.
func (s *Service) MayMute(a ward.Actor, al Alert) bool {
	return s.cfg.Guard.Decide(a, permMute, al.Object()).Allowed
}

// Mute puts the reminders of an alert that nobody has acknowledged off until a
// time, at most 30 days away. Invalid without a reason, Conflict when somebody
// has reacted or muted before.
func (s *Service) Mute(ctx context.Context, a ward.Actor, id ward.AlertID, until time.Time, reason string) error {
	now := s.cfg.Clock()
	reason, err := checkMute(until, reason, now)
	if err != nil {
		return ward.Wrap("mute", err)
	}
	return ward.Wrap("mute", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		al, policy, err := s.visible(ctx, tx, a, id, permMute)
		if err != nil {
			return err
		}
		if al.State != stand.Unseen {
			return ward.Fail(ward.Conflict, "alert.error.mute_answered")
		}
		m := Mute{Issue: al.Issue, OrgNo: al.OrgNo, Round: al.Round, At: now, Until: until.UTC(), Person: a.Name, Role: a.Role, Reason: reason}
		fresh, err := insertMute(ctx, tx, s.cfg.IDs(), m)
		if err == nil && !fresh {
			err = ward.Fail(ward.Conflict, "alert.error.mute_twice")
		}
		if err == nil {
			err = delayCall(ctx, tx, m)
		}
		if err == nil {
			err = s.tellMuted(ctx, tx, m)
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, a, al, permMute, policy, map[string]string{"until": m.Until.Format(time.RFC3339)})
	}))
}

// Unmute lets the reminders go on at once. NotFound when nothing is muted.
func (s *Service) Unmute(ctx context.Context, a ward.Actor, id ward.AlertID) error {
	return ward.Wrap("unmute", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		al, policy, err := s.visible(ctx, tx, a, id, permMute)
		if err != nil {
			return err
		}
		m, err := muteOf(ctx, tx, al, s.cfg.Clock())
		if err == nil && m == nil {
			err = ward.Fail(ward.NotFound, "alert.error.mute_none")
		}
		if err != nil {
			return err
		}
		if err := s.unmute(ctx, tx, *m, UnmutePerson, a.Name); err != nil {
			return err
		}
		return s.record(ctx, tx, a, al, permMute, policy, map[string]string{"until": ""})
	}))
}

// unmute ends a muting and says so; what it had put off is due.
func (s *Service) unmute(ctx context.Context, tx *db.Tx, m Mute, why Unmute, by string) error {
	now := s.cfg.Clock()
	done, err := endMute(ctx, tx, s.cfg.IDs(), m.Issue, m.OrgNo, why, by, now)
	if err != nil || !done || why == UnmuteAnswered {
		return err
	}
	if err := hurry(ctx, tx, m, now); err != nil {
		return err
	}
	return s.tellMuted(ctx, tx, m)
}

func (s *Service) tellMuted(ctx context.Context, tx *db.Tx, m Mute) error {
	if err := s.changed(ctx, tx, m.Issue, []int64{m.OrgNo}); err != nil {
		return err
	}
	return s.cfg.Live.Tell(ctx, tx, Topic, fmt.Sprint(m.Issue))
}

// endMutes ends the mutings of an issue that its news does not leave standing,
// in the transaction that brings the news.
func (s *Service) endMutes(ctx context.Context, tx *db.Tx, issue int64, cause Unmute) error {
	all, err := mutedOf(ctx, tx, issue)
	for _, m := range all {
		if why := m.ends(m.State, m.Now, cause); err == nil && why != "" {
			err = s.unmute(ctx, tx, m.Mute, why, "")
		}
	}
	return err
}

// pastMutes ends the mutings whose time is over; the ladder goes on where it stood.
func (s *Service) pastMutes(ctx context.Context) error {
	for {
		var n int
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			all, err := mutedPast(ctx, tx, s.cfg.Clock(), climbBatch)
			n = len(all)
			for _, m := range all {
				why := m.ends(m.State, m.Now, UnmuteTime)
				if err == nil {
					err = s.unmute(ctx, tx, m.Mute, why, "")
				}
			}
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// withMutes hands each alert of a list the muting that holds now.
func withMutes[T any](ctx context.Context, tx *db.Tx, all []T, now time.Time, of func(*T) *Alert) error {
	silent := make([]*Alert, 0, len(all))
	for i := range all {
		if a := of(&all[i]); a.State == stand.Unseen {
			silent = append(silent, a)
		}
	}
	mutes, err := mutesOf(ctx, tx, silent, now)
	for _, a := range silent {
		for i, m := range mutes {
			if m.Issue == a.Issue && m.OrgNo == a.OrgNo && m.Round == a.Round {
				a.Mute = &mutes[i]
			}
		}
	}
	return err
}
