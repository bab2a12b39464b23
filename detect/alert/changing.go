package alert

import (
	"context"
	"strconv"
	"time"

	"ward"
	"ward/kit/db"
)

// changeLock orders the transactions that change alerts: numbers are given in the
// order of their ends, so a reader of changes misses none. It is taken after all
// other locks but the audit log's.
const changeLock = "alert.change"

// changed notes that the alerts of an issue that these organisations have were
// changed by the transaction.
func (s *Service) changed(ctx context.Context, tx *db.Tx, issue int64, orgs []int64) error {
	if len(orgs) == 0 {
		return nil
	}
	if err := tx.Lock(ctx, changeLock); err != nil {
		return err
	}
	seq, err := lastChange(ctx, tx)
	if err != nil {
		return err
	}
	if err := putChanges(ctx, tx, issue, orgs, seq+1, s.cfg.Clock()); err != nil {
		return err
	}
	return s.cfg.Live.Tell(ctx, tx, changeTopic, "")
}

// issueChanged notes that what all alerts of an issue show was changed.
func (s *Service) issueChanged(ctx context.Context, tx *db.Tx, issue int64) error {
	if err := tx.Lock(ctx, changeLock); err != nil {
		return err
	}
	seq, err := lastChange(ctx, tx)
	if err != nil {
		return err
	}
	if err := touchChanges(ctx, tx, issue, seq+1, s.cfg.Clock()); err != nil {
		return err
	}
	return s.cfg.Live.Tell(ctx, tx, changeTopic, "")
}

// Change is an alert as it is now, with the place of its newest change.
type Change struct {
	Alert
	Seq     int64
	Version int64 // counts the changes of this alert, from 0
	At      time.Time
}

// Changes is a part of the changes in their order. Next is the cursor to go on
// from, also when there is nothing new.
type Changes struct {
	Changes []Change
	Next    string
	More    bool
}

// Changes lists the alerts that a may see and that changed after the cursor, the
// oldest change first; each alert once, as it is now. "" is the beginning. limit
// 0 means 100, at most 500. Invalid for what is no cursor.
func (s *Service) Changes(ctx context.Context, a ward.Actor, after string, limit int) (Changes, error) {
	if limit <= 0 || limit > 500 {
		limit = 100
	}
	var from [3]int64
	if after != "" {
		var ok bool
		if from, ok = parseKey(after); !ok {
			return Changes{}, ward.Fail(ward.Invalid, "alert.error.cursor").At("after")
		}
	}
	out := Changes{Next: after}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if out.Changes, err = changesAfter(ctx, tx, s.view(a, permRead), from, limit+1); err != nil {
			return err
		}
		return withMutes(ctx, tx, out.Changes, s.cfg.Clock(), func(c *Change) *Alert { return &c.Alert })
	})
	if out.More = len(out.Changes) > limit; out.More {
		out.Changes = out.Changes[:limit]
	}
	if n := len(out.Changes); n > 0 {
		out.Next = out.Changes[n-1].cursor()
	}
	return out, ward.Wrap("changes", err)
}

func (c Change) cursor() string {
	return strconv.FormatInt(c.Seq, 10) + "." + strconv.FormatInt(c.Issue, 10) + "." + strconv.FormatInt(c.OrgNo, 10)
}

// numberChanges notes what a raising changed beside what it tells.
func (s *Service) numberChanges(ctx context.Context, tx *db.Tx, w *alertWriter) error {
	if w.face {
		if err := s.issueChanged(ctx, tx, w.issue); err != nil {
			return err
		}
	}
	return s.changed(ctx, tx, w.issue, w.quiet())
}
