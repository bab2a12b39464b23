package home

import (
	"context"
	"time"

	"ward"
	"ward/kit/job"
	"ward/kit/web"
)

func (s *Service) operations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/jobs", permJobs, "Jobs that are buried, under way or waiting for another try.", s.apiJobs),
		web.Do("POST", "/api/v1/jobs/{id}/retry", permJob, "Dig a buried job up for one more try.", func(ctx context.Context, a ward.Actor, in *jobIn) error {
			return s.Retry(ctx, a, in.ID)
		}),
		web.Do("POST", "/api/v1/jobs/{id}/drop", permJob, "Give a job up for good.", func(ctx context.Context, a ward.Actor, in *jobIn) error {
			return s.Drop(ctx, a, in.ID)
		}),
		web.Op("GET", "/api/v1/tls", permJobs, "How the house is reached, and how its certificate stands.", s.apiTLS),
		web.Op("GET", "/api/v1/audit", permAudit, "Audit log, newest first, within what the caller may see.", s.apiAudit),
		web.Op("POST", "/api/v1/audit/verify", permVerify, "Compute the audit log again and name the first entry that does not fit.", s.apiVerify),
	}
}

type jobIn struct {
	ID int64 `path:"id"`
}

// JobOut is a job on the wire.
type JobOut struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Attempt  int       `json:"attempt"`
	Max      int       `json:"max"`
	Created  time.Time `json:"created"`
	Next     time.Time `json:"next"`
	LastFail string    `json:"last_fail,omitempty"`
}

// JobsOut is the answer to GET /api/v1/jobs.
type JobsOut struct {
	Buried  []JobOut `json:"buried"`
	Waiting []JobOut `json:"waiting"`
}

func (s *Service) apiJobs(ctx context.Context, a ward.Actor, _ *struct{}) (*JobsOut, error) {
	j, err := s.Jobs(ctx, a)
	return &JobsOut{Buried: jobsOut(j.Buried), Waiting: jobsOut(j.Waiting)}, err
}

func jobsOut(rows []job.Row) []JobOut {
	out := make([]JobOut, len(rows))
	for i, r := range rows {
		out[i] = JobOut{ID: r.ID, Kind: r.Kind, State: r.State, Attempt: r.Attempt, Max: r.Max, Created: r.Created, Next: r.Next, LastFail: r.LastFail}
	}
	return out
}

type auditIn struct {
	Before int64 `query:"before" doc:"place to go on from; 0 for the newest"`
}

// AuditEntryOut is an audit entry on the wire.
type AuditEntryOut struct {
	Seq     int64             `json:"seq"`
	At      time.Time         `json:"at"`
	Person  ward.PersonID     `json:"person"`
	Name    string            `json:"name"`
	Org     ward.OrgID        `json:"organisation"`
	Role    ward.Role         `json:"role"`
	Action  string            `json:"action"`
	Kind    string            `json:"object_kind"`
	ID      string            `json:"object_id"`
	Outcome string            `json:"outcome"`
	Policy  string            `json:"policy"`
	Detail  map[string]string `json:"detail,omitempty"`
}

// AuditOut is a part of the log; Before is 0 at its end.
type AuditOut struct {
	Entries []AuditEntryOut `json:"entries"`
	Before  int64           `json:"before,omitempty"`
}

func (s *Service) apiAudit(ctx context.Context, a ward.Actor, in *auditIn) (*AuditOut, error) {
	p, err := s.AuditLog(ctx, a, in.Before)
	out := &AuditOut{Before: p.Before, Entries: make([]AuditEntryOut, len(p.Entries))}
	for i, e := range p.Entries {
		out.Entries[i] = AuditEntryOut{Seq: e.Seq, At: e.At, Person: e.Actor.Person, Name: e.Actor.Name, Org: e.Actor.Org, Role: e.Actor.Role,
			Action: e.Action, Kind: e.Object.Kind, ID: e.Object.ID, Outcome: string(e.Outcome), Policy: e.Policy, Detail: e.Detail}
	}
	return out, err
}

// VerifyOut says whether the log fits together.
type VerifyOut struct {
	OK       bool   `json:"ok"`
	Size     int64  `json:"size"`
	Root     string `json:"root"`
	Anchored int64  `json:"anchored"`
	Fault    string `json:"fault,omitempty"`
}

func (s *Service) apiVerify(ctx context.Context, a ward.Actor, _ *struct{}) (*VerifyOut, error) {
	r, err := s.VerifyAudit(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &VerifyOut{OK: r.Fault == nil, Size: r.Size, Root: r.Root.String(), Anchored: r.Anchored}
	if r.Fault != nil {
		out.Fault = r.Fault.Text
	}
	return out, nil
}

// TLSOut is the state of the certificate. State is ended, failing, open (plain
// HTTP), soon (ends within 14 days), unseen (a proxy's) or good.
type TLSOut struct {
	State   TLSState  `json:"state"`
	Source  TLSSource `json:"source"`
	Address string    `json:"address"`
	Asked   []string  `json:"asked,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Issuer  string    `json:"issuer,omitempty"`
	Names   []string  `json:"names,omitempty"`
	Starts  time.Time `json:"starts,omitzero"`
	Ends    time.Time `json:"ends,omitzero"`
	Fault   string    `json:"fault,omitempty"`
}

func (s *Service) apiTLS(ctx context.Context, a ward.Actor, _ *struct{}) (*TLSOut, error) {
	t, now, err := s.TLS(ctx, a)
	if err != nil {
		return nil, err
	}
	return &TLSOut{State: t.State(now), Source: t.Source, Address: t.Address, Asked: t.Asked, Subject: t.Subject, Issuer: t.Issuer,
		Names: t.Names, Starts: t.Starts, Ends: t.Ends, Fault: t.Fault}, nil
}
