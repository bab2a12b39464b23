package account

import (
	"context"
	"log/slog"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// deed is one act on an account as the audit log keeps it.
type deed struct {
	permission ward.Permission
	did        string // "signed_in"
	id         string // of the person, session or token
	policy     string
}

func (d deed) entry(a ward.Actor, o audit.Outcome) audit.Entry {
	return audit.Entry{Actor: a, Action: string(d.permission), Outcome: o, Policy: d.policy,
		Object: ward.Object{Kind: "account", ID: d.id, Org: a.Org, Country: a.Country}, Detail: map[string]string{"did": d.did}}
}

// record writes who did what in the transaction that did it; it is the last
// statement of a use case, as it locks the head of the log.
func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, d deed) error {
	return s.cfg.Audit.Record(ctx, tx, d.entry(a, audit.Done))
}

// refused writes a refusal down and gives err back. What cannot be written is
// logged: the refusal stands all the same.
func (s *Service) refused(ctx context.Context, a ward.Actor, d deed, err error) error {
	if ward.CodeOf(err) != ward.Forbidden {
		return err
	}
	failed := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.cfg.Audit.Record(ctx, tx, d.entry(a, audit.Refused)) })
	if failed != nil {
		s.cfg.Log.ErrorContext(ctx, "refusal not recorded", slog.Any("error", failed))
	}
	return err
}
