package upkeep_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ward"
	"ward/app"
	"ward/app/upkeep"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/test/database"
)

func TestMove(t *testing.T) {
	for _, way := range moves {
		t.Run(fmt.Sprintf("%s to %s", way[0], way[1]), func(t *testing.T) {
			cfg := house(t, way[0])
			old := pack(t, cfg, filepath.Join(t.TempDir(), "old.ward"), upkeep.BackupOptions{Portable: true})
			to := fresh(t, way[1]).Database
			m, err := upkeep.Move(ctx, cfg, to, upkeep.MoveOptions{})
			if err != nil || m.Entries < days*actsPerDay {
				t.Fatalf("got %+v, %v", m, err)
			}
			moved := cfg
			moved.Database = to
			answers(t, moved)
			got := pack(t, moved, filepath.Join(t.TempDir(), "new.ward"), upkeep.BackupOptions{Portable: true})
			if diff := cmp.Diff(old.Totals, got.Totals); diff != "" {
				t.Errorf("the new database (-old +new):\n%s", diff)
			}
			if _, err := upkeep.Move(ctx, cfg, to, upkeep.MoveOptions{}); ward.CodeOf(err) != ward.Conflict {
				t.Errorf("into a house: got %v, want Conflict", err)
			}
			if _, err := upkeep.Move(ctx, cfg, cfg.Database, upkeep.MoveOptions{}); ward.CodeOf(err) != ward.Invalid {
				t.Errorf("into itself: got %v, want Invalid", err)
			}
		})
	}
}

// A house that works and writes all the time moves: each write that was confirmed
// is in the new database, each later one was refused with the sentence that says
// why, and the old house opens no more.
func TestMoveBesideTheHouse(t *testing.T) {
	for _, way := range moves {
		t.Run(fmt.Sprintf("%s to %s", way[0], way[1]), func(t *testing.T) {
			cfg := house(t, way[0])
			a := open(t, cfg, nil)
			if err := a.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			busy := work(a.Database(), auditLog(t, cfg, a.Database(), time.Now))
			for leads := false; !leads || busy.confirmed.Load() < 20; time.Sleep(20 * time.Millisecond) {
				who, err := leader(a.Database())
				if err != nil {
					t.Fatal(err)
				}
				leads = who != ""
			}
			to := fresh(t, way[1]).Database
			m, err := upkeep.Move(ctx, cfg, to, upkeep.MoveOptions{Rehearse: true})
			if err != nil || m.Serving != "test" || m.Held != 0 {
				t.Fatalf("rehearsal: got %+v, %v, want the name of who serves and nobody held up", m, err)
			}
			moved := cfg
			moved.Database = to
			if b, err := app.New(ctx, app.Config{Config: moved.Config, Log: quietLog()}); ward.CodeOf(err) != ward.Conflict {
				t.Fatalf("a rehearsed copy opened: %v, %v", b, err)
			}
			m, err = upkeep.Move(ctx, cfg, to, upkeep.MoveOptions{})
			if err != nil || len(m.Again) == 0 {
				t.Fatalf("got %+v, %v, want tables that were copied again", m, err)
			}
			busy.done.Wait()
			t.Logf("%d writes were confirmed, writing was held for %s, %d tables were copied again", busy.confirmed.Load(), m.Held, len(m.Again))
			if c := ward.CodeOf(busy.end); c != ward.Unavailable {
				t.Errorf("the write after the switch: got %v, want Unavailable", busy.end)
			}
			w := httptest.NewRecorder()
			a.Handler().Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hsc", nil))
			if w.Code != http.StatusOK {
				t.Errorf("the old house cannot be read: GET /hsc: %d", w.Code)
			}
			if err := errors.Join(a.Stop(), a.Close()); err != nil {
				t.Logf("the old house ended with %v", err) // it could not write that it did
			}
			if n := busyEntries(t, to); n != busy.confirmed.Load() {
				t.Errorf("%d writes were confirmed, %d are in the new database", busy.confirmed.Load(), n)
			}
			answers(t, moved)
			if b, err := app.New(ctx, app.Config{Config: cfg.Config, Log: quietLog()}); ward.CodeOf(err) != ward.Conflict {
				t.Errorf("the old house opened: %v, %v", b, err)
			}
			if _, err := upkeep.Backup(ctx, cfg, io.Discard, upkeep.BackupOptions{}); ward.CodeOf(err) != ward.Conflict {
				t.Errorf("a backup of the old house: got %v, want Conflict", err)
			}
			if got := states(upkeep.Examine(ctx, cfg, upkeep.Look{}))["database"]; got != upkeep.Broken {
				t.Errorf("doctor on the old house: got %q, want broken", got)
			}
			if _, err := upkeep.Release(ctx, cfg); err != nil {
				t.Fatal(err)
			}
			answers(t, cfg)
		})
	}
}

// busyHouse writes entries of the audit log until it is refused.
type busyHouse struct {
	confirmed atomic.Int64
	done      sync.WaitGroup
	end       error
}

const busyAction = "move.test"

func work(d *db.DB, log *audit.Log) *busyHouse {
	b := new(busyHouse)
	b.done.Add(1)
	go func() {
		defer b.done.Done()
		for b.end == nil {
			b.end = d.Write(ctx, func(tx *db.Tx) error {
				return log.Record(ctx, tx, audit.Entry{Action: busyAction, Outcome: audit.Done})
			})
			if b.end == nil {
				b.confirmed.Add(1)
			}
		}
	}()
	return b
}

func busyEntries(t *testing.T, url string) (n int64) {
	t.Helper()
	d := database.Dial(t, url)
	if err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM audit_entry WHERE action = $1`, busyAction).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// A fault while the old database is held lets it go; whoever waited can write.
func TestMoveThatFailsLetsGo(t *testing.T) {
	cfg := house(t, database.SQLite)
	run, stop := context.WithCancel(ctx)
	cfg.Tell = func(what string) {
		if strings.HasPrefix(what, "holding") {
			stop()
		}
	}
	to := fresh(t, database.SQLite).Database
	if m, err := upkeep.Move(run, cfg, to, upkeep.MoveOptions{}); err == nil {
		t.Fatalf("got %+v, want the fault", m)
	}
	answers(t, cfg)
	cfg.Tell = nil
	if m, err := upkeep.Move(ctx, cfg, to, upkeep.MoveOptions{}); err != nil || m.Entries == 0 {
		t.Errorf("repeated: got %+v, %v", m, err)
	}
}

// TestKilledMove is killed at many moments, the last ones behind the switch. Of the
// two databases never both open, and the same command ends it.
func TestKilledMove(t *testing.T) {
	for _, way := range moves {
		t.Run(fmt.Sprintf("%s to %s", way[0], way[1]), func(t *testing.T) {
			cfg := house(t, way[0])
			moved := cfg
			moved.Database = fresh(t, way[1]).Database
			killed, held := 0, 0
			for n := range moments {
				c := childOf("move", cfg.Data, cfg.Database, moved.Database, moments[n])
				if err := c.Run(); err != nil {
					killed++
				}
				old, new := opens(cfg), opens(moved)
				if old && new {
					t.Fatalf("blow %d: both databases open", n)
				}
				if !old {
					held++
				}
			}
			if killed == 0 || held == 0 {
				t.Fatalf("killed %d times, %d times behind the switch: want some of each", killed, held)
			}
			m, err := upkeep.Move(ctx, cfg, moved.Database, upkeep.MoveOptions{})
			if err != nil {
				t.Fatalf("after the blows: %v", err)
			}
			if m.Entries < days*actsPerDay || opens(cfg) {
				t.Errorf("got %+v, the old one opens: %v", m, opens(cfg))
			}
			answers(t, moved)
		})
	}
}

// opens tells whether a house opens in the database.
func opens(cfg upkeep.Config) bool {
	a, err := app.New(ctx, app.Config{Config: cfg.Config, Log: quietLog()})
	return err == nil && a.Close() == nil
}

// moments are what a move says when its process dies; "held" is not said, it is
// the second comparison, behind the switch.
var moments = []string{"alert", "river_job", "comparing both", "holding", "held"}

// dieMoving moves a house until it says that the moment is there.
func dieMoving(cfg upkeep.Config, to, moment string) error {
	held := false
	cfg.Tell = func(what string) {
		held = held || strings.HasPrefix(what, "holding")
		if strings.HasPrefix(what, moment) || moment == "held" && held && what == "comparing both" {
			if p, err := os.FindProcess(os.Getpid()); err == nil {
				_ = p.Kill()
			}
			select {}
		}
	}
	_, err := upkeep.Move(ctx, cfg, to, upkeep.MoveOptions{})
	return err
}
