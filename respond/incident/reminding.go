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

// remind tells hospitals of deadlines. Each reminder is written down before it
// is sent, in a transaction that only one replica wins: nobody is told twice, and
// a mail that is lost leaves the page and the second reminder.
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
	return nil
}

func (s *Service) remindOf(ctx context.Context, d deadline, mark int64, word string) error {
	var won bool
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if won, err = markReminded(ctx, tx, d, mark); err != nil || !won {
			return err
		}
		return insertEntry(ctx, tx, s.cfg.IDs(), d.Report, Entry{At: s.cfg.Clock(), Kind: word, Detail: d.Duty})
	})
	if err != nil || !won {
		return err
	}
	err = s.tell(ctx, []ward.OrgID{d.Org}, word, s.cfg.IDs(), "/incidents/"+d.Report, "number", d.Number, "duty", d.Duty)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "a reminder of a deadline was not sent", "report", d.Number, "error", err)
	}
	return nil
}
