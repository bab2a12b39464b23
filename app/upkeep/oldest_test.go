package upkeep_test

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"testing"

	"ward/app/upkeep"
	"ward/kit/db"
	"ward/test/database"
)

// firstOwners are the rooms of the first version of the house. Its schema is the
// first migration of each.
var firstOwners = []string{"audit", "registry", "account", "inventory", "advisory", "alert"}

// firstOnly are the migrations of a room that its first version had.
type firstOnly struct{ fs.FS }

// Glob implements fs.GlobFS.
func (f firstOnly) Glob(pattern string) (out []string, err error) {
	all, err := fs.Glob(f.FS, pattern)
	for _, name := range all {
		if len(path.Base(name)) > 5 && path.Base(name)[:5] == "0001_" {
			out = append(out, name)
		}
	}
	return out, err
}

// TestUpgradeFromTheOldest makes a database with the first schema that there ever
// was, fills it with a year of work, and opens it with the present version. The
// content is that of a house that lives a year now, cut down to the tables and
// columns of then: it is made at each run, so it cannot fall behind.
func TestUpgradeFromTheOldest(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			from := house(t, database.SQLite)
			cfg := from
			cfg.Database = fresh(t, kind).Database
			d := database.Dial(t, cfg.Database)
			oldest(t, from, d)
			old := tablesOf(t, d)
			kept := cut(t, database.Dial(t, from.Database), d, old, laterSeeds(t, d, old))
			var total int64
			for _, table := range old {
				n := len(kept[table.Name])
				if total += int64(n); n > 0 && table.Name == "alert" && n < 30 {
					t.Errorf("%d alerts are too few to prove anything", n)
				}
			}
			if len(old) < 40 || total < 5000 {
				t.Fatalf("the old database has %d tables and %d rows: that is no year", len(old), total)
			}
			answers(t, cfg) // opens it, which applies all that came since
			for _, table := range old {
				now := contents(t, d, table)
				for _, row := range kept[table.Name] {
					if _, ok := slices.BinarySearch(now, row); !ok {
						t.Errorf("%s: lost or changed: %.200s", table.Name, row)
						break
					}
				}
			}
			if faults, err := d.Sound(ctx); err != nil || len(faults) > 0 {
				t.Errorf("after the migrations: %v, %v", faults, err)
			}
			if got := states(upkeep.Examine(ctx, cfg, upkeep.Look{Deep: true})); got["migrations"] != upkeep.Good || got["audit log, all of it"] != upkeep.Good {
				t.Errorf("doctor: got %v", got)
			}
			t.Logf("%d rows in %d tables of the first schema came through", total, len(old))
		})
	}
}

// oldest gives d the first schema.
func oldest(t *testing.T, cfg upkeep.Config, d *db.DB) {
	t.Helper()
	a := open(t, cfg, nil)
	defer a.Close()
	var first []db.Migrations
	for _, m := range a.Migrations() {
		if slices.Contains(firstOwners, m.Owner) {
			first = append(first, db.Migrations{Owner: m.Owner, Files: firstOnly{m.Files}})
		}
	}
	if len(first) != len(firstOwners) {
		t.Fatalf("got %d rooms, want %v", len(first), firstOwners)
	}
	if err := d.Migrate(ctx, yearStart, first); err != nil {
		t.Fatal(err)
	}
}

// tablesOf are the rooms' own tables.
func tablesOf(t *testing.T, d *db.DB) (out []db.Table) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = tx.Tables(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(out, func(table db.Table) bool { return table.Name == "schema_migration" })
}

// laterSeeds are rows that migrations after the first ones write themselves: a
// house of then did not have them.
func laterSeeds(t *testing.T, old *db.DB, tables []db.Table) map[string]bool {
	t.Helper()
	cfg := fresh(t, database.SQLite)
	if err := open(t, cfg, nil).Close(); err != nil {
		t.Fatal(err)
	}
	now, seeds := database.Dial(t, cfg.Database), map[string]bool{}
	for _, table := range tables {
		then := contents(t, old, table)
		for _, line := range contents(t, now, table) {
			if _, ok := slices.BinarySearch(then, line); !ok {
				seeds[table.Name+line] = true
			}
		}
	}
	return seeds
}

// cut copies what both have from one into the other, and returns it as text.
func cut(t *testing.T, from, to *db.DB, tables []db.Table, without map[string]bool) map[string][]string {
	t.Helper()
	kept := map[string][]string{}
	names := make([]string, len(tables))
	for i, table := range tables {
		names[i] = table.Name
	}
	err := from.Read(ctx, func(tx *db.Tx) error {
		return to.Refill(ctx, names, func(f *db.Filler) error {
			for _, table := range tables {
				lines, err := cutTable(ctx, tx, f, table, without)
				if err != nil {
					return fmt.Errorf("%s: %w", table.Name, err)
				}
				slices.Sort(lines)
				kept[table.Name] = lines
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func cutTable(ctx context.Context, tx *db.Tx, f *db.Filler, table db.Table, without map[string]bool) (lines []string, err error) {
	if err := f.Begin(ctx, table); err != nil {
		return nil, err
	}
	err = tx.Dump(ctx, table, func(row []any) error {
		line := fmt.Sprintf("%#v", row)
		if without[table.Name+line] {
			return nil
		}
		lines = append(lines, line)
		return f.Row(ctx, row)
	})
	return lines, err
}

// contents are the rows of the columns of then, sorted.
func contents(t *testing.T, d *db.DB, table db.Table) (lines []string) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.Dump(ctx, table, func(row []any) error {
			lines = append(lines, fmt.Sprintf("%#v", row))
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}
