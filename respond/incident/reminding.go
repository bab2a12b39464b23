package incident

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// A hospital is reminded once before a deadline and once after it.
const (
	remindAhead = 4 * time.Hour // of the 24 hours, enough to write one page
	before      = 1
	after       = 2
)

// remind tells hospitals of deadlines. Each reminder is written down with the job that
// mails it, in a transaction that only one replica wins: nobody is told twice, and a
// mail server that is down only puts it off.
func (s *Service) remind(ctx context.Context) error {
	now := s.cfg.Clock()
	for _, step := range []struct {
		until time.Time
		mark  int64
		word  string
	}{{now, after, "overdue"}, {now.Add(remindAhead), before, "due"}} {
		var list []deadline
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			list, err = deadlinesBefore(ctx, tx, step.until, step.mark)
			return err
		})
		if err != nil {
			return ward.Wrap("remind of deadlines", err)
		}
		for _, d := range list {
			if err := s.remindOf(ctx, d, step.mark, step.word); err != nil {
				return ward.Wrap("remind of deadlines", err)
			}
		}
	}
	return ward.Wrap("forget mails", s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return forgetMails(ctx, tx, now.Add(-keepMails)) }))
}

func (s *Service) remindOf(ctx context.Context, d deadline, mark int64, word string) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		won, err := markReminded(ctx, tx, d, mark)
		if err != nil || !won {
			return err
		}
		if err := insertEntry(ctx, tx, s.cfg.IDs(), d.Report, Entry{At: s.cfg.Clock(), Kind: word, Detail: d.Duty}); err != nil {
			return err
		}
		return s.cfg.Queue.Enqueue(ctx, tx, tellDeadline{Report: d.Report, ID: s.cfg.IDs(), Word: word, Duty: d.Duty})
	})
}
