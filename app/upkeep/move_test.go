package upkeep_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ward"
	"ward/app"
	"ward/app/upkeep"
	"ward/kit/db"
	"ward/test/database"
)

func TestMove(t *testing.T) {
	for _, way := range [][2]database.Kind{{database.SQLite, database.Postgres}, {database.Postgres, database.SQLite}} {
		t.Run(fmt.Sprintf("%s to %s", way[0], way[1]), func(t *testing.T) {
			cfg := house(t, way[0])
			to := fresh(t, way[1]).Database
			m, err := upkeep.Move(ctx, cfg, to)
			if err != nil || !m.Complete() || m.Entries < days*actsPerDay {
				t.Fatalf("got %+v, %v", m, err)
			}
			moved := cfg
			moved.Database = to
			answers(t, moved)
			old := pack(t, cfg, filepath.Join(t.TempDir(), "old.ward"), upkeep.BackupOptions{Portable: true})
			got := pack(t, moved, filepath.Join(t.TempDir(), "new.ward"), upkeep.BackupOptions{Portable: true})
			if diff := cmp.Diff(old.Totals, got.Totals); diff != "" {
				t.Errorf("the new database (-old +new):\n%s", diff)
			}
			if _, err := upkeep.Move(ctx, cfg, to); ward.CodeOf(err) != ward.Conflict {
				t.Errorf("into a house: got %v, want Conflict", err)
			}
			if _, err := upkeep.Move(ctx, cfg, cfg.Database); ward.CodeOf(err) != ward.Invalid {
				t.Errorf("into itself: got %v, want Invalid", err)
			}
		})
	}
}

// While the house serves, a move is a rehearsal: what it made opens for nobody,
// and the same command with the house stopped begins anew and ends it.
func TestMoveBesideTheHouse(t *testing.T) {
	cfg := house(t, database.SQLite)
	a := open(t, cfg, nil)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for leads := false; !leads; time.Sleep(20 * time.Millisecond) {
		who, err := leader(a.Database())
		if err != nil {
			t.Fatal(err)
		}
		leads = who != ""
	}
	to := fresh(t, database.Postgres).Database
	m, err := upkeep.Move(ctx, cfg, to)
	if err != nil || m.Complete() || m.Serving != "test" {
		t.Errorf("beside the house: got %+v, %v, want it incomplete, with the name of who serves", m, err)
	}
	moved := cfg
	moved.Database = to
	if b, err := app.New(ctx, app.Config{Config: moved.Config, Log: quietLog()}); ward.CodeOf(err) != ward.Conflict {
		t.Errorf("the incomplete copy opened: %v, %v", b, err)
	}
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if m, err = upkeep.Move(ctx, cfg, to); err != nil || !m.Complete() {
		t.Errorf("with the house stopped: got %+v, %v", m, err)
	}
	answers(t, moved)
}

// A change between the copy and the end is seen.
func TestMoveSeesChanges(t *testing.T) {
	cfg := house(t, database.SQLite)
	d := database.Dial(t, cfg.Database)
	cfg.Tell = func(what string) {
		if what != "comparing both" {
			return
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE river_queue SET metadata = jsonb('{"x":1}')`)
			return err
		}); err != nil {
			t.Error(err)
		}
	}
	m, err := upkeep.Move(ctx, cfg, fresh(t, database.SQLite).Database)
	if err != nil || m.Complete() || len(m.Behind) != 1 {
		t.Errorf("got %+v, %v, want it behind in one table", m, err)
	}
}
