package db_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ward/kit/db"
	"ward/test/database"
)

var portableSchema = db.Migrations{Owner: "thing", Files: fstest.MapFS{"0001_thing.sql": {Data: []byte(`
CREATE TABLE thing_parent (no SERIAL KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE thing_child (id TEXT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES thing_parent (no), small INTEGER, share DOUBLE PRECISION,
	body BYTES, boss TEXT REFERENCES thing_child (id));
`)}}}

// things opens an empty database with that schema.
func things(t *testing.T, kind database.Kind) *db.DB {
	t.Helper()
	d := database.Open(t, kind)
	if err := d.Migrate(context.Background(), time.Unix(0, 0), []db.Migrations{portableSchema}); err != nil {
		t.Fatal(err)
	}
	return d
}

// dump is everything in d as text.
func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	var lines []string
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		tables, err := tx.Tables(context.Background())
		for _, table := range tables {
			if table.Name == "schema_migration" {
				continue
			}
			lines = append(lines, fmt.Sprint(table.Name, " last ", table.Last))
			if err == nil {
				err = tx.Dump(context.Background(), table, func(row []any) error {
					lines = append(lines, fmt.Sprintf("%s %#v", table.Name, row))
					return nil
				})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// carry copies what from holds into to.
func carry(from, to *db.DB) error {
	ctx := context.Background()
	return from.Read(ctx, func(tx *db.Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		return to.Fill(ctx, func(f *db.Filler) error {
			for _, table := range tables {
				if err := f.Begin(ctx, table); err != nil {
					return err
				}
				if err := tx.Dump(ctx, table, func(row []any) error { return f.Row(ctx, row) }); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// fillThings leaves a gap behind the last number, and a row that points to a later one.
func fillThings(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx *db.Tx) error {
		for _, text := range []string{`INSERT INTO thing_parent (name) VALUES ('a'), ('b'), ('gone')`, `DELETE FROM thing_parent WHERE name = 'gone'`} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO thing_child (id, parent, small, share, body, boss) VALUES
			('1', 2, -7, 0.1, $1, '2'), ('2', 1, NULL, NULL, NULL, NULL), ('Zoë "Ñ" \', 1, 0, 1e300, $2, '1')`, []byte{0, 255, '\n'}, []byte{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCarriedThereAndBack(t *testing.T) {
	ctx := context.Background()
	for _, way := range [][2]database.Kind{{database.SQLite, database.Postgres}, {database.Postgres, database.SQLite},
		{database.SQLite, database.SQLite}, {database.Postgres, database.Postgres}} {
		t.Run(fmt.Sprintf("%s to %s", way[0], way[1]), func(t *testing.T) {
			from, to := things(t, way[0]), things(t, way[1])
			fillThings(t, from)
			if err := carry(from, to); err != nil {
				t.Fatal(err)
			}
			if got, want := dump(t, to), dump(t, from); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			var next int64
			err := to.Write(ctx, func(tx *db.Tx) error {
				return tx.QueryRow(ctx, `INSERT INTO thing_parent (name) VALUES ('c') RETURNING no`).Scan(&next)
			})
			if err != nil || next != 4 {
				t.Errorf("the next number: got %d, %v, want 4, as 3 was given to a row that went", next, err)
			}
		})
	}
}

// What an older version of the house let into SQLite moves, too.
func TestIllegibleTextsAreCarried(t *testing.T) {
	from, to := things(t, database.SQLite), things(t, database.Postgres)
	if _, err := from.Lite().Exec(`INSERT INTO thing_parent (name) VALUES (CAST(x'610062ff' AS TEXT))`); err != nil {
		t.Fatal(err)
	}
	if err := carry(from, to); err != nil {
		t.Fatal(err)
	}
	if got, want := dump(t, to), dump(t, from); got != want || !strings.Contains(got, "a\uFFFDb\uFFFD") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A row without its parent undoes all of it.
func TestFillIsAllOrNothing(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			d := things(t, kind)
			fillThings(t, d)
			before := dump(t, d)
			for name, table := range map[string]db.Table{
				"an orphan":      {Name: "thing_child", Columns: []db.Column{{Name: "id", Kind: db.Text}, {Name: "parent", Kind: db.Integer}}},
				"no such table":  {Name: "none"},
				"no such column": {Name: "thing_child", Columns: []db.Column{{Name: "x", Kind: db.Text}, {Name: "parent", Kind: db.Integer}}},
			} {
				err := d.Fill(ctx, func(f *db.Filler) error {
					if err := f.Begin(ctx, table); err != nil {
						return err
					}
					return f.Row(ctx, []any{"1", int64(9)})
				})
				if after := dump(t, d); err == nil || after != before {
					t.Errorf("%s: got %v and\n%s\nwant an error and\n%s", name, err, after, before)
				}
			}
		})
	}
}

func TestSnapshot(t *testing.T) {
	ctx := context.Background()
	d := things(t, database.SQLite)
	fillThings(t, d)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := d.Snapshot(ctx, path); err != nil {
		t.Fatal(err)
	}
	if err := d.Snapshot(ctx, path); err == nil {
		t.Error("over a file that exists: got no error")
	}
	s, err := db.OpenSnapshot(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, want := dump(t, s), dump(t, d); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if faults, err := s.Sound(ctx); err != nil || len(faults) > 0 {
		t.Errorf("Sound: got %v, %v", faults, err)
	}
	err = s.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM thing_child`)
		return err
	})
	if err == nil {
		t.Error("a write into a snapshot: got no error")
	}
}

func TestUnfinished(t *testing.T) {
	ctx := context.Background()
	database.Each(t, func(t *testing.T, d *db.DB) {
		if empty, err := d.Empty(ctx); err != nil || !empty {
			t.Errorf("a fresh database: got empty %v, %v", empty, err)
		}
		if err := d.Begin(ctx, "house.ward", time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if empty, err := d.Empty(ctx); err != nil || !empty {
			t.Errorf("with the mark alone: got empty %v, %v", empty, err)
		}
		if err := d.Migrate(ctx, time.Unix(0, 0), []db.Migrations{portableSchema}); err != nil {
			t.Fatal(err)
		}
		if source, err := d.Unfinished(ctx); err != nil || source != "house.ward" {
			t.Errorf("got %q, %v, want house.ward", source, err)
		}
		if applied, err := d.Applied(ctx); err != nil || len(applied) != 1 || applied[0].File != "0001_thing.sql" {
			t.Errorf("got %v, %v, want one migration", applied, err)
		}
		if err := d.Clear(ctx); err != nil {
			t.Fatal(err)
		}
		if err := d.End(ctx); err != nil {
			t.Fatal(err)
		}
		source, err := d.Unfinished(ctx)
		if empty, err2 := d.Empty(ctx); err != nil || err2 != nil || source != "" || !empty {
			t.Errorf("after the end: got %q, %v, empty %v, %v", source, err, empty, err2)
		}
	})
}
