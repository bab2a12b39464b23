package home_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"ward"
	"ward/base/home"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/kit/job"
	"ward/test/database"
)

// failing is a job that can never be done.
type failing struct{}

func (failing) Kind() string { return "test.failing" }

var (
	operator = ward.Actor{Person: "op", Org: "m", Country: "GR", Role: ward.RoleOperator}
	manager  = ward.Actor{Person: "ana", Org: "h", Country: "HR", Role: ward.RoleManager}
)

// open makes the service on a database with one buried job.
func open(t *testing.T, d *db.DB) *home.Service {
	t.Helper()
	ctx := context.Background()
	guard, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	key, err := audit.LoadKey(t.TempDir()+"/audit.key", "test")
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC) }
	log, err := audit.New(audit.Config{DB: d, Clock: now, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Migrate(ctx, now(), []db.Migrations{audit.Migrations()}), job.Migrate(ctx, d)); err != nil {
		t.Fatal(err)
	}
	q, err := job.New(job.Config{DB: d, Replica: "test", Log: slog.New(slog.DiscardHandler)}, []job.Worker{
		job.Handle(job.Options{Attempts: 1}, func(context.Context, failing) error { return errors.New("no") })}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return q.Enqueue(ctx, tx, failing{}) }); err != nil {
		t.Fatal(err)
	}
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Stop(ctx) })
	svc, err := home.New(home.Config{DB: d, Guard: guard, Queue: q, Audit: log, Clock: now, TLS: func() home.TLS { return home.TLS{Source: home.TLSNone} },
		Desk: func(context.Context, ward.Country) (ward.Desk, error) { return ward.Desk{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// buried waits until the job used up its attempts.
func buried(t *testing.T, svc *home.Service) job.Row {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		j, err := svc.Jobs(context.Background(), operator)
		if err != nil {
			t.Fatal(err)
		}
		if len(j.Buried) == 1 {
			return j.Buried[0]
		}
	}
	t.Fatal("the job is not buried")
	return job.Row{}
}

func TestJobsOfTheOperator(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, svc := context.Background(), open(t, d)
		row := buried(t, svc)
		if row.Kind != "test.failing" || row.LastFail == "" {
			t.Errorf("got %+v", row)
		}
		if err := svc.Retry(ctx, operator, row.ID); err != nil {
			t.Errorf("retry: %v", err)
		}
		row = buried(t, svc)
		if err := svc.Drop(ctx, operator, row.ID+99); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("drop what is not there: got %v, want NotFound", err)
		}
		p, err := svc.AuditLog(ctx, ward.Actor{Person: "e", Org: "c", Role: ward.RoleCentre}, 0)
		if err != nil || len(p.Entries) != 1 || p.Entries[0].Detail["act"] != "retry" {
			t.Errorf("the retry is not in the audit log: %+v, %v", p.Entries, err)
		}
		r, err := svc.VerifyAudit(ctx, operator)
		if err != nil || r.Fault != nil {
			t.Errorf("verify: %+v, %v", r, err)
		}
	})
}

func TestOnlyTheOperator(t *testing.T) {
	svc := open(t, database.Open(t, database.SQLite))
	ctx := context.Background()
	for name, act := range map[string]func(ward.Actor) error{
		"jobs":   func(a ward.Actor) error { _, err := svc.Jobs(ctx, a); return err },
		"retry":  func(a ward.Actor) error { return svc.Retry(ctx, a, 1) },
		"drop":   func(a ward.Actor) error { return svc.Drop(ctx, a, 1) },
		"verify": func(a ward.Actor) error { _, err := svc.VerifyAudit(ctx, a); return err },
	} {
		for who, a := range map[string]ward.Actor{"a manager": manager, "nobody": {}} {
			if err := act(a); ward.CodeOf(err) != ward.Forbidden {
				t.Errorf("%s by %s: got %v, want Forbidden", name, who, err)
			}
		}
	}
	if p, err := svc.AuditLog(ctx, ward.Actor{}, 0); err != nil || len(p.Entries) != 0 {
		t.Errorf("nobody reads %d entries, %v", len(p.Entries), err)
	}
}
