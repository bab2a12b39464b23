package registry

import (
	"context"
	"log/slog"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
)

// deed is one act as the audit log keeps it.
type deed struct {
	permission ward.Permission
	did        string // "site.saved"
	object     ward.Object
	decision   auth.Decision
}

// on gives the object of a deed: a thing of an organisation.
func on(kind, id string, p Profile) ward.Object {
	return ward.Object{Kind: kind, ID: id, Org: p.ID, Country: p.Country}
}

func (d deed) entry(a ward.Actor, o audit.Outcome) audit.Entry {
	return audit.Entry{Actor: a, Action: string(d.permission), Object: d.object, Outcome: o, Policy: d.decision.Policy,
		Detail: map[string]string{"did": d.did}}
}

// record writes who did what in the transaction that did it; it is the last
// statement of a use case, as it locks the head of the log.
func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, deeds ...deed) error {
	entries := make([]audit.Entry, len(deeds))
	for i, d := range deeds {
		entries[i] = d.entry(a, audit.Done)
	}
	return s.audit.Record(ctx, tx, entries...)
}

// refused writes a refusal down and gives err back. What cannot be written is
// logged: the refusal stands all the same.
func (s *Service) refused(ctx context.Context, a ward.Actor, d deed, err error) error {
	if ward.CodeOf(err) != ward.Forbidden {
		return err
	}
	failed := s.db.Write(ctx, func(tx *db.Tx) error { return s.audit.Record(ctx, tx, d.entry(a, audit.Refused)) })
	if failed != nil {
		s.log.ErrorContext(ctx, "refusal not recorded", slog.Any("error", failed))
	}
	return err
}
