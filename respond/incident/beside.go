package incident

import (
	"context"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// This file is what lies beside a report asks of it.

// Within gives a report that a may do p to, in the caller's transaction, and the
// policy that decided. For whoever may not even know it, it does not exist.
func (s *Service) Within(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, id string) (Report, string, error) {
	if !s.cfg.Guard.May(a, p) {
		return Report{}, "", ward.Fail(ward.Forbidden, "error.forbidden")
	}
	r, err := s.load(ctx, tx, id)
	if err != nil {
		return Report{}, "", err
	}
	policy, err := s.visible(a, p, r)
	if err != nil {
		return Report{}, "", err
	}
	return r, policy, nil
}

// Fillable reports whether the hospital still fills r in: it is its own, and no
// final report was sent.
func (r Report) Fillable() bool {
	return r.Trust.own() && !r.Final()
}

// NoteBeside writes what was done beside a report into its history and the audit
// log; detail is no text that somebody wrote.
func (s *Service) NoteBeside(ctx context.Context, tx *db.Tx, a ward.Actor, policy string, p ward.Permission, r Report, kind string) error {
	return s.note(ctx, tx, a, policy, p, r, deed{kind: kind})
}

// NoteFile writes into the audit log that a file of a report was taken out; of a
// team's look the hospital reads it.
func (s *Service) NoteFile(ctx context.Context, tx *db.Tx, a ward.Actor, policy string, p ward.Permission, r Report, file string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: r.Object(), Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": actFile, "number": r.Number, "team": a.OrgName, "file": file}})
}

// Told is what other rooms may know of a report; NotFound for one of which its
// hospital has not said that it is its own.
func (s *Service) Told(ctx context.Context, id string) (h ward.IncidentHead, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.load(ctx, tx, id)
		if err == nil && (r.Org == "" || !r.Trust.own()) {
			err = ward.Fail(ward.NotFound, "")
		}
		h = ward.IncidentHead{ID: r.ID, Number: r.Number, Org: r.Org, OrgName: r.OrgName, Country: r.Country, Family: r.Answers["malware_family"].Text}
		return err
	})
	return h, ward.Wrap("tell of report", err)
}
