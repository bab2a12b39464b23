package upkeep_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/app"
	"ward/app/upkeep"
	"ward/kit/audit"
	"ward/kit/clock"
	"ward/kit/conf"
	"ward/kit/db"
	"ward/kit/job"
)

var ctx = context.Background()

// settings are those of a training house in folder: it reaches nobody.
func settings(t testing.TB, folder, database string) upkeep.Config {
	t.Helper()
	cfg, err := settingsOf(folder, database)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func settingsOf(folder, database string) (upkeep.Config, error) {
	if database == "" {
		database = "sqlite:" + filepath.Join(folder, "ward.db")
	}
	cfg, err := conf.Load(map[string]string{"data": folder, "database": database, "demo": "true", "url": "https://ward.example"}, "",
		func(string) string { return "" })
	cfg.Replica = "test"
	return upkeep.Config{Config: cfg, Version: "test"}, err
}

// open opens the house of cfg as ward serve does, without serving.
func open(t testing.TB, cfg upkeep.Config, now clock.Clock) *app.App {
	t.Helper()
	a, err := app.New(ctx, app.Config{Config: cfg.Config, Version: cfg.Version, Log: quietLog(), Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// leader names the process that works the jobs of d.
func leader(d *db.DB) (string, error) {
	s, err := job.ReadState(ctx, d, time.Now())
	return s.Leader, err
}

// yearStart and the year's measure: small enough to be made in seconds and kept
// as a file, large enough that every table of the house is in use.
var yearStart = time.Date(2025, 1, 6, 6, 0, 0, 0, time.UTC)

const (
	days        = 365
	actsPerDay  = 4
	advisoryDay = 7 // an advisory each week, every other one revised the week after
)

// liveYear fills the house of cfg with a year of synthetic work: a training
// house of some thirty hospitals, an advisory or a revision a week through the
// real intake with all that follows from it, and the daily acts in the audit log
// with a checkpoint a month.
func liveYear(t testing.TB, cfg upkeep.Config) {
	t.Helper()
	now := clock.NewFake(yearStart)
	a := open(t, cfg, now.Now)
	defer a.Close()
	run, stop := context.WithCancel(ctx)
	defer stop()
	if _, err := a.Demo(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(run); err != nil {
		t.Fatal(err)
	}
	log := auditLog(t, cfg, a.Database(), now.Now)
	for day := range days {
		now.Advance(24 * time.Hour)
		if day%advisoryDay == 0 {
			publish(t, a, day/advisoryDay, now.Now())
		}
		if err := a.Database().Write(ctx, func(tx *db.Tx) error { return log.Record(ctx, tx, acts(day)...) }); err != nil {
			t.Fatal(err)
		}
		if day%30 == 29 {
			if err := a.Anchor(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	idle(t, a.Database())
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
}

func auditLog(t testing.TB, cfg upkeep.Config, d *db.DB, now clock.Clock) *audit.Log {
	t.Helper()
	key, err := audit.LoadKey(filepath.Join(cfg.Data, "audit.key"), "ward.example")
	if err != nil {
		t.Fatal(err)
	}
	l, err := audit.New(audit.Config{DB: d, Clock: now, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func acts(day int) []audit.Entry {
	out := make([]audit.Entry, actsPerDay)
	for n := range out {
		out[n] = audit.Entry{Action: "inventory.write", Outcome: audit.Done, Policy: "own-organisation", Detail: map[string]string{"rows": fmt.Sprint(day)},
			Actor:  ward.Actor{Person: "p1", Name: "Zoë Ñandú", Org: "o1", Country: "HR", Role: ward.RoleManager, Session: "s1"},
			Object: ward.Object{Kind: "asset", ID: fmt.Sprint(day, ".", n), Org: "o1", Country: "HR"}}
	}
	return out
}

// publish takes in one made-up advisory about devices that training hospitals own.
func publish(t testing.TB, a *app.App, week int, at time.Time) {
	t.Helper()
	id, version := fmt.Sprintf("YEAR-%03d", week-week%2), fmt.Sprint(1+week%2)
	stamp := at.Format(time.RFC3339)
	text := strings.NewReplacer("ID", id, "VERSION", version, "STAMP", stamp, "CVENO", fmt.Sprintf("CVE-2025-%04d", 1000+week-week%2)).Replace(advisoryText)
	if !json.Valid([]byte(text)) {
		t.Fatal("the advisory is not JSON")
	}
	path := filepath.Join(t.TempDir(), strings.ToLower(id)+".json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	public := ward.TLPClear
	if err := a.AcceptFolder(ctx, path, &public); err != nil {
		t.Fatal(err)
	}
}

const advisoryText = `{"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Invented weakness ID in a monitor", "lang": "en",
 "distribution": {"tlp": {"label": "WHITE"}}, "publisher": {"category": "vendor", "name": "Year", "namespace": "https://year.invalid"},
 "tracking": {"id": "ID", "status": "final", "version": "VERSION", "initial_release_date": "2025-01-06T06:00:00Z", "current_release_date": "STAMP",
  "revision_history": [{"date": "STAMP", "number": "VERSION", "summary": "as it stands"}]}},
"product_tree": {"branches": [{"category": "vendor", "name": "Hillrom", "branches": [{"category": "product_name", "name": "Welch Allyn Connex Spot Monitor (CSM)",
  "branches": [{"category": "product_version_range", "name": "<1.5VERSION", "product": {"product_id": "P1", "name": "Connex Spot Monitor <1.5VERSION"}}]}]}]},
"vulnerabilities": [{"cve": "CVENO", "notes": [{"category": "summary", "text": "Invented."}], "product_status": {"known_affected": ["P1"]},
  "scores": [{"products": ["P1"], "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8, "baseSeverity": "CRITICAL"}}],
  "remediations": [{"category": "vendor_fix", "details": "Install 1.6.", "product_ids": ["P1"]}]}]}`

// idle waits until the jobs that can run have run.
func idle(t testing.TB, d *db.DB) {
	t.Helper()
	for quiet := 0; quiet < 10; time.Sleep(20 * time.Millisecond) {
		s, err := job.ReadState(ctx, d, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if quiet++; s.Waiting > 0 {
			quiet = 0
		}
	}
}

// year is one archive of such a house on SQLite, in the portable form, made once
// for all tests.
var year = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "ward-year-")
	return filepath.Join(folder, "year.ward"), err
})

// yearArchive is the path of the archive.
func yearArchive(t testing.TB) string {
	t.Helper()
	path, err := year()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	cfg := settings(t, filepath.Join(t.TempDir(), "year"), "")
	began := time.Now()
	liveYear(t, cfg)
	lived := time.Since(began)
	m := pack(t, cfg, path, upkeep.BackupOptions{Portable: true})
	info, _ := os.Stat(path)
	t.Logf("a year: %d rows in %d tables, lived in %.1f s, archive of %d KB", m.Rows(), len(m.Totals), lived.Seconds(), info.Size()>>10)
	return path
}

// pack backs a house up into a file.
func pack(t testing.TB, cfg upkeep.Config, path string, o upkeep.BackupOptions) upkeep.Manifest {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	m, err := upkeep.Backup(ctx, cfg, f, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMain(m *testing.M) {
	if work := os.Getenv(childEnv); work != "" {
		if err := child(strings.Split(work, "|")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if path, err := year(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// answers says that the house of cfg opens and shows its door.
func answers(t testing.TB, cfg upkeep.Config) {
	t.Helper()
	a := open(t, cfg, nil)
	defer a.Close()
	w := httptest.NewRecorder()
	a.Handler().Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusOK {
		t.Errorf("GET /readyz: got %d %s", w.Code, w.Body)
	}
	v, err := a.VerifyIndex(ctx)
	if err != nil || v.Mended > 0 || v.Organisations == 0 {
		t.Errorf("index check: got %+v, %v, want nothing to mend in some organisations", v, err)
	}
}
