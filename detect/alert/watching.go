package alert

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/board"
	"ward/kit/db"
)

// Watch tells how many alerts that a may see came after since, from now on; stop
// ends it, and may be called twice. The rights are those of this moment: a page
// that stays open asks again now and then.
func (s *Service) Watch(ctx context.Context, a ward.Actor, since time.Time) (p *board.Page, stop func(), err error) {
	v := s.view(a, permRead)
	in := board.View{Wide: v.from() == alertFrom, Clearance: v.clearance, Since: since}
	if !in.Wide {
		in.Orgs = v.scope.Orgs
	}
	in.Count = func(ctx context.Context) (n int, keys []board.Key, err error) {
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			if in.Wide {
				n, err = countFresh(ctx, tx, v, since, board.Most)
				return err
			}
			keys, err = freshKeys(ctx, tx, v, since, board.Most)
			return err
		})
		return n, keys, err
	}
	p, stop, err = s.board.Open(ctx, in)
	return p, stop, ward.Wrap("watch alerts", err)
}

// allChanges are the changes of all alerts, for the board.
type allChanges struct{ db *db.DB }

// Last implements board.Changes.
func (c allChanges) Last(ctx context.Context) (seq int64, err error) {
	err = c.db.Read(ctx, func(tx *db.Tx) (err error) {
		seq, err = lastChange(ctx, tx)
		return err
	})
	return seq, err
}

// After implements board.Changes.
func (c allChanges) After(ctx context.Context, at [3]int64, limit int) (rows []board.Change, err error) {
	err = c.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = changedRows(ctx, tx, at, limit)
		return err
	})
	return rows, err
}
