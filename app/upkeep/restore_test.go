package upkeep_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ward"
	"ward/app"
	"ward/app/upkeep"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/thorough"
)

// house restores the year into an empty place on that kind of database.
func house(t *testing.T, kind database.Kind) upkeep.Config {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "house")
	url := ""
	if kind == database.Postgres {
		url = database.URL(t, kind)
	}
	cfg := settings(t, folder, url)
	if _, err := upkeep.Restore(ctx, cfg, yearArchive(t), upkeep.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// fresh is an empty place of that kind.
func fresh(t *testing.T, kind database.Kind) upkeep.Config {
	t.Helper()
	url := ""
	if kind == database.Postgres {
		url = database.URL(t, kind)
	}
	return settings(t, filepath.Join(t.TempDir(), "fresh"), url)
}

// kinds are the databases: one a day, both in CI, as a house of a year takes its time.
var kinds = thorough.Today([]database.Kind{database.SQLite, database.Postgres}, 1)

// moves are the ways from one database into the other, likewise.
var moves = thorough.Today([][2]database.Kind{{database.SQLite, database.Postgres}, {database.Postgres, database.SQLite}}, 1)

func TestBackupAndRestore(t *testing.T) {
	for _, from := range kinds {
		for _, to := range []database.Kind{database.SQLite, database.Postgres} {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				old := house(t, from)
				lead(t, old)
				path := filepath.Join(t.TempDir(), "backup.ward")
				m := pack(t, old, path, upkeep.BackupOptions{})
				if m.Snapshot != (from == database.SQLite) || len(m.Files()) < 2 {
					t.Errorf("got snapshot %v, files %v", m.Snapshot, m.Files())
				}
				cfg := fresh(t, to)
				r, err := upkeep.Restore(ctx, cfg, path, upkeep.RestoreOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if r.Entries < days*actsPerDay || r.Signed == 0 || r.Aside != "" {
					t.Errorf("audit log after the restore: got %d entries, %d signed, aside %q", r.Entries, r.Signed, r.Aside)
				}
				if who, err := leader(database.Dial(t, cfg.Database)); err != nil || who != "" {
					t.Errorf("%q serves what was restored just now (%v)", who, err)
				}
				answers(t, cfg)
				for _, name := range m.Files() {
					was, _ := os.ReadFile(filepath.Join(old.Data, name))
					got, err := os.ReadFile(filepath.Join(cfg.Data, name))
					info, _ := os.Stat(filepath.Join(cfg.Data, name))
					if err != nil || string(got) != string(was) || info.Mode().Perm() != 0o600 {
						t.Errorf("%s: got other content, or %v, %v", name, info.Mode(), err)
					}
				}
				again := pack(t, cfg, filepath.Join(t.TempDir(), "again.ward"), upkeep.BackupOptions{Portable: true})
				if diff := cmp.Diff(m.Totals, again.Totals, cmpopts.IgnoreFields(upkeep.Total{}, "Last")); diff != "" {
					t.Errorf("a backup of the restored house (-first +second):\n%s", diff)
				}
			})
		}
	}
}

// lead makes a house one that a process serves for long.
func lead(t *testing.T, cfg upkeep.Config) {
	t.Helper()
	if err := database.Dial(t, cfg.Database).Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO river_leader (elected_at, expires_at, leader_id) VALUES ('2026-01-01 00:00:00', '2999-01-01 00:00:00', 'vm')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// What was put into a backup comes out of it, however large a file is.
func TestLargeFileComesBack(t *testing.T) {
	old, cfg := house(t, database.SQLite), fresh(t, database.SQLite)
	const name, size = "families.json", 65 << 20
	f, err := os.Create(filepath.Join(old.Data, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(size), f.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "backup.ward")
	pack(t, old, path, upkeep.BackupOptions{})
	if _, err := upkeep.Restore(ctx, cfg, path, upkeep.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(cfg.Data, name)); err != nil || info.Size() != size {
		t.Errorf("got %v, %v, want %d bytes", info, err, size)
	}
}

func TestRestoreRefuses(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			cfg := house(t, kind)
			before := pack(t, cfg, filepath.Join(t.TempDir(), "before.ward"), upkeep.BackupOptions{Portable: true})
			_, err := upkeep.Restore(ctx, cfg, yearArchive(t), upkeep.RestoreOptions{})
			if ward.CodeOf(err) != ward.Conflict || !strings.Contains(err.Error(), "--replace") {
				t.Errorf("into a house: got %v, want Conflict", err)
			}
			after := pack(t, cfg, filepath.Join(t.TempDir(), "after.ward"), upkeep.BackupOptions{Portable: true})
			if diff := cmp.Diff(before.Totals, after.Totals); diff != "" {
				t.Errorf("a refused restore changed the house: %s", diff)
			}
			r, err := upkeep.Restore(ctx, cfg, yearArchive(t), upkeep.RestoreOptions{Replace: true})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(r.Aside, "audit.key")); err != nil {
				t.Errorf("the former key was not put aside: %v", err)
			}
			answers(t, cfg)
		})
	}
}

func TestRestoreIntoAFolderWithFiles(t *testing.T) {
	cfg := fresh(t, database.SQLite)
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Data, "account.key"), []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := upkeep.Restore(ctx, cfg, yearArchive(t), upkeep.RestoreOptions{})
	if ward.CodeOf(err) != ward.Conflict || !strings.Contains(err.Error(), "account.key") {
		t.Errorf("got %v, want a Conflict that names account.key", err)
	}
}

// While a restore is under way, and after it was interrupted, no house opens there.
func TestHalfAHouseDoesNotOpen(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			cfg := fresh(t, kind)
			if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
				t.Fatal(err)
			}
			if kind == database.SQLite {
				if err := os.WriteFile(filepath.Join(cfg.Data, app.RestoreMark), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				d := database.Dial(t, cfg.Database)
				if err := d.Begin(ctx, "the backup x.ward", yearStart); err != nil {
					t.Fatal(err)
				}
			}
			a, err := app.New(ctx, app.Config{Config: cfg.Config, Log: quietLog()})
			if err == nil {
				a.Close()
			}
			if ward.CodeOf(err) != ward.Conflict {
				t.Errorf("New on half a house: got %v, want Conflict", err)
			}
			if _, err := upkeep.Restore(ctx, cfg, yearArchive(t), upkeep.RestoreOptions{}); err != nil {
				t.Errorf("a second restore: %v", err)
			}
			answers(t, cfg)
		})
	}
}

// A newer house is not put under an older program.
func TestRestoreOfANewerHouse(t *testing.T) {
	cfg := house(t, database.SQLite)
	d := database.Dial(t, cfg.Database)
	err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO schema_migration (owner, file, sha256, applied_at) VALUES ('alert', '9999_later.sql', 'x', 1)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "newer.ward")
	pack(t, cfg, path, upkeep.BackupOptions{})
	into := fresh(t, database.SQLite)
	_, err = upkeep.Restore(ctx, into, path, upkeep.RestoreOptions{})
	if ward.CodeOf(err) != ward.Conflict || !strings.Contains(err.Error(), "9999_later.sql") {
		t.Errorf("got %v, want a Conflict that names the migration", err)
	}
	if _, err := os.Stat(into.Data); err == nil {
		t.Error("the refused restore made the data folder")
	}
}
