package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/process"
)

func TestMain(m *testing.M) {
	process.Main()
	os.Exit(m.Run())
}

// A server that is killed at any moment of reports loses none of what it answered
// for, sends nothing twice unmarked and counts nothing twice.
func TestKill(t *testing.T) {
	for i, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			o := options{Kills: 5, Seed: uint64(os.Getpid() + i), Database: database.URL(t, kind), Folder: t.TempDir()}
			r, err := run(context.Background(), o, t.Logf)
			if err != nil {
				t.Fatalf("seed %d: %v", o.Seed, err)
			}
			t.Log(r)
			if r.Reports < 5 || r.Mails < 4 || len(r.Left) < 3 {
				t.Errorf("seed %d: the server had next to nothing to do: %v", o.Seed, r)
			}
		})
	}
}

// The check must be able to fail: an answered report that is not there, a mail
// that is gone or hides that it is a repeat, a report that counts twice.
func TestCheckFinds(t *testing.T) {
	ctx := context.Background()
	after := func(w *world, srv *process.Server) error {
		finds := func(what, words string) {
			t.Helper()
			if err := w.check(ctx, srv, &result{}); err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: the check says %v", what, err)
			}
		}
		change := func(text string) {
			t.Helper()
			d, err := db.Open(ctx, srv.Database)
			expect.OK(t, err)
			defer d.Close() //nolint:errcheck // of a test
			expect.OK(t, d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, text)
				return err
			}))
		}
		change(`UPDATE incident_delivery SET tries = 2 WHERE way = 'mail'`)
		finds("a repeat that does not say so", "after 2 tries")
		change(`UPDATE incident_delivery SET tries = 1 WHERE way = 'mail'`)
		mails, err := filepath.Glob(filepath.Join(srv.Outbox(), "incident-*.eml"))
		expect.OK(t, err)
		text, err := os.ReadFile(mails[0])
		expect.OK(t, err)
		expect.OK(t, os.Remove(mails[0]))
		if err := w.check(ctx, srv, &result{}); err == nil {
			t.Error("nobody misses a mail")
		}
		expect.OK(t, os.WriteFile(mails[0], text, 0o600))
		change(`UPDATE picture_case SET country = 'IE' WHERE mark = (SELECT MIN(mark) FROM picture_case WHERE source = 'report' AND country = 'HR')`)
		finds("a report that counts elsewhere", "the picture has")
		change(`UPDATE incident_sending SET receipt = 'other' WHERE request <> ''`)
		finds("another receipt", "was answered")
		h := w.hospitals[0]
		h.filed = append(h.filed, filed{ID: h.ids(), Country: "HR"})
		finds("a report that is lost", "404")
		return errors.New("looked")
	}
	_, err := run(ctx, options{Kills: 1, Database: database.URL(t, database.SQLite), Folder: t.TempDir(), After: after}, t.Logf)
	if err == nil || err.Error() != "looked" {
		t.Fatal(err)
	}
}
