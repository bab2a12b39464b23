package home

import (
	"context"
	"embed"
	"errors"
	"strconv"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/job"
	"ward/kit/module"
)

//go:embed text/*.toml
var files embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Config of New. All fields are needed but those that say otherwise.
type Config struct {
	DB    *db.DB
	Guard *auth.Guard
	Queue *job.Queue
	Audit *audit.Log
	Clock clock.Clock
	// TLS tells how the house is reached now.
	TLS func() TLS
	// Desk is the response team of a country and its duty numbers.
	Desk func(context.Context, ward.Country) (ward.Desk, error)
	// Contact is the mail address of those who run the house; "" for none.
	Contact string
}

// Service answers for the machine. Safe for concurrent use.
type Service struct{ cfg Config }

// New checks cfg and makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Guard == nil || cfg.Queue == nil || cfg.Audit == nil || cfg.Clock == nil || cfg.TLS == nil || cfg.Desk == nil {
		return nil, errors.New("home: a needed part is missing")
	}
	return &Service{cfg: cfg}, nil
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "home", Migrations: migrations, Texts: files, API: s.operations()}
}

// Contact is where a reader reports a mistake in a text: a mail address, or "".
func (s *Service) Contact() string { return s.cfg.Contact }

// Desk is whom a reader in a country calls; the zero one without a country.
func (s *Service) Desk(ctx context.Context, c ward.Country) (ward.Desk, error) {
	if c == "" {
		return ward.Desk{}, nil
	}
	d, err := s.cfg.Desk(ctx, c)
	return d, ward.Wrap("duty desk", err)
}

// Permissions of this service.
const (
	permJobs   ward.Permission = "job.read"
	permJob    ward.Permission = "job.write"
	permAudit  ward.Permission = "audit.read"
	permVerify ward.Permission = "audit.verify"
)

// jobLimit is how many jobs a page shows; the metrics count all.
const jobLimit = 100

// Jobs are the background jobs that need an eye.
type Jobs struct {
	Buried  []job.Row // used up their attempts
	Waiting []job.Row // under way, or failed and to be tried again
}

// Jobs lists what needs the operator's eye.
func (s *Service) Jobs(ctx context.Context, a ward.Actor) (Jobs, error) {
	if _, err := s.cfg.Guard.Check(a, permJobs, ward.Object{Kind: "job"}); err != nil {
		return Jobs{}, err
	}
	buried, err := s.cfg.Queue.Buried(ctx, jobLimit)
	if err != nil {
		return Jobs{}, err
	}
	waiting, err := s.cfg.Queue.Waiting(ctx, jobLimit)
	return Jobs{Buried: buried, Waiting: waiting}, err
}

// Retry digs a buried job up for one more try; Drop gives it up for good.
func (s *Service) Retry(ctx context.Context, a ward.Actor, id int64) error {
	return s.onJob(ctx, a, id, "retry", s.cfg.Queue.Retry)
}

// Drop gives a job up for good.
func (s *Service) Drop(ctx context.Context, a ward.Actor, id int64) error {
	return s.onJob(ctx, a, id, "drop", s.cfg.Queue.Drop)
}

func (s *Service) onJob(ctx context.Context, a ward.Actor, id int64, act string, do func(context.Context, int64) error) error {
	o := ward.Object{Kind: "job", ID: strconv.FormatInt(id, 10)}
	d, err := s.cfg.Guard.Check(a, permJob, o)
	if err != nil {
		return err
	}
	if err := do(ctx, id); err != nil {
		return ward.Fail(ward.NotFound, "home.error.no_job").Because(err)
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permJob), Object: o, Outcome: audit.Done,
			Policy: d.Policy, Detail: map[string]string{"act": act}})
	})
}

// AuditPage is a part of the audit log, newest first. Before is the place to go
// on from; 0 at the end.
type AuditPage struct {
	Entries []audit.Entry
	Before  int64
}

// auditRows is how many entries a page shows.
const auditRows = 50

// AuditLog shows the entries that a may read, before the given place (0: newest).
func (s *Service) AuditLog(ctx context.Context, a ward.Actor, before int64) (AuditPage, error) {
	scope := s.cfg.Guard.Scope(a, permAudit)
	var p AuditPage
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		p.Entries, err = s.cfg.Audit.List(ctx, tx, audit.Filter{Scope: scope}, auditRows, before)
		return err
	})
	if len(p.Entries) == auditRows {
		p.Before = p.Entries[auditRows-1].Seq
	}
	return p, ward.Wrap("read audit log", err)
}

// VerifyAudit computes the whole log again.
func (s *Service) VerifyAudit(ctx context.Context, a ward.Actor) (audit.Report, error) {
	if _, err := s.cfg.Guard.Check(a, permVerify, ward.Object{Kind: "audit"}); err != nil {
		return audit.Report{}, err
	}
	return s.cfg.Audit.Verify(ctx)
}
