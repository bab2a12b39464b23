package incident

import (
	"context"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// Droppable reports whether the hospital may delete r: nothing of it was sent, so
// nobody outside can be waiting for the rest.
func (r Report) Droppable() bool {
	return r.State == Draft && len(r.Sendings) == 0 && r.Trust.own()
}

// Drop deletes a draft with its answers, history, files and deadlines; what stays is
// the audit entry, and its number, which no other report gets. seen is the version
// that the page showed: Conflict when somebody wrote on since, or when something was
// sent. Needs incident.write.
func (s *Service) Drop(ctx context.Context, a ward.Actor, id string, seen int64) error {
	return ward.Wrap("delete draft", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, owner("report", id)); err != nil {
			return err
		}
		r, policy, err := s.Within(ctx, tx, a, permWrite, id)
		switch {
		case err != nil:
			return err
		case !r.Droppable():
			return ward.Fail(ward.Conflict, "incident.error.drop")
		case r.Version != seen:
			return ward.Fail(ward.Conflict, "incident.error.edit")
		}
		if err := deleteReport(ctx, tx, id); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permWrite), Object: r.Object(), Outcome: audit.Done, Policy: policy,
			Detail: map[string]string{"act": "deleted", "number": r.Number}})
	}))
}
