package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ward"
	"ward/detect/alert"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A process that is killed at any moment of a publication loses nothing and
// repeats nothing unmarked.
func TestKill(t *testing.T) {
	for i, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			o := options{Orgs: 500, Rounds: 3, Kills: 4, Seed: uint64(os.Getpid() + i), Database: database.URL(t, kind), Folder: t.TempDir()}
			r, err := run(context.Background(), o, t.Logf)
			if err != nil {
				t.Fatalf("seed %d: %v", o.Seed, err)
			}
			if r.Kills == 0 {
				t.Errorf("seed %d: no process was killed at its work", o.Seed)
			}
		})
	}
}

// The record must be able to fail: a mail that comes again unmarked, and one
// that never came, are found.
func TestMarked(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want int
		ok   bool
	}{
		"right":          {"a first\nb first\na repeat\n", 2, true},
		"doubled":        {"a first\na first\n", 1, false},
		"lost":           {"a first\n", 2, false},
		"repeat at once": {"a repeat\n", 1, true}, // the first try did not get this far
	} {
		file := filepath.Join(t.TempDir(), "outbox")
		if err := os.WriteFile(file, []byte(tc.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := marked(file, tc.want); (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A full disk refuses in words, loses no alert that was acknowledged, writes no
// half of one, and goes on when there is room.
func TestFullDisk(t *testing.T) {
	ctx, d := context.Background(), database.Open(t, database.SQLite)
	const orgs, most = 150, 400 // rows at once, no roll
	w := house.Europe(orgs)
	for i := range most {
		w.Publish(advisory(i), "Pump", ward.TLPClear, []string{fmt.Sprintf("CVE-2026-%04d", i)}, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	}
	h, err := house.Open(ctx, d, w, house.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	pages := func(n int) {
		t.Helper()
		if _, err := d.Lite().Exec(fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	pages(700)
	done := 0
	for ; done < most && err == nil; done++ {
		_, err = h.Alerts.Raise(ctx, advisory(done), "new")
	}
	done-- // the last one was refused
	full := func(what string, err error) {
		t.Helper()
		var e *ward.Error
		if !errors.As(err, &e) || e.Code != ward.Unavailable || e.Key != "error.disk_full" {
			t.Fatalf("%s after %d publications: got %v, want error.disk_full", what, done, err)
		}
	}
	full("raise", err)
	me := ward.Actor{Person: "p", Name: "P", Org: house.Org(0), Country: "HR", Role: ward.RoleManager}
	whole := func(n int) {
		t.Helper()
		var counts map[int64]int
		err := d.Read(ctx, func(tx *db.Tx) error {
			counts = map[int64]int{}
			return tx.Query(ctx, `SELECT issue, COUNT(*) FROM alert GROUP BY issue`, nil, func(r db.Row) error {
				var issue int64
				var n int
				err := r.Scan(&issue, &n)
				counts[issue] = n
				return err
			})
		})
		if err != nil || len(counts) != n {
			t.Fatalf("%d issues (%v), want %d", len(counts), err, n)
		}
		for issue, n := range counts {
			if n != orgs {
				t.Errorf("issue %d has %d alerts, want %d", issue, n, orgs)
			}
		}
	}
	whole(done)
	mine := alert.MakeID(1, 1)
	pages(10) // not a page more than there are: SQLite takes no less
	for i := 0; err == nil || i == 0; i++ {
		if i == most {
			t.Fatal("comments find room without end")
		}
		err = h.Alerts.Comment(ctx, me, mine, fmt.Sprint("a comment that needs room ", i))
	}
	full("comment", err)
	pages(1 << 20)
	if _, err := h.Alerts.Raise(ctx, advisory(done), "new"); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	whole(done + 1)
	if err := h.Alerts.Comment(ctx, me, mine, "there is room"); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if r, err := h.Audit.Verify(ctx); err != nil || r.Fault != nil {
		t.Errorf("audit log: %+v (%v)", r, err)
	}
}
