package db_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"ward/kit/db"
	"ward/test/database"
)

const first = `-- what it is for; not a statement
CREATE TABLE pair (n SERIAL KEY, body BYTES, note TEXT DEFAULT ';');
CREATE INDEX pair_note
	ON pair (note); -- a remark
`

func files(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

func migrate(d *db.DB, f fstest.MapFS) error {
	return d.Migrate(context.Background(), time.Unix(0, 0), []db.Migrations{{Owner: "test", Files: f}})
}

func TestMigrateOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for range 2 {
			if err := migrate(d, files("migrations/0001_a.sql", first)); err != nil {
				t.Fatal(err)
			}
		}
		var n int
		var body []byte
		err := d.Write(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `INSERT INTO pair (body) VALUES ($1) RETURNING n, body`, []byte{0, 255}).Scan(&n, &body)
		})
		if err != nil || n != 1 || len(body) != 2 {
			t.Errorf("got row %d %v, %v", n, body, err)
		}
		added := files("migrations/0001_a.sql", first, "migrations/0002_b.sql", "ALTER TABLE pair ADD COLUMN more TEXT;")
		if err := migrate(d, added); err != nil {
			t.Errorf("a second file: %v", err)
		}
	})
}

func TestMigrateRefusesAChangedFile(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		if err := migrate(d, files("0001_a.sql", first)); err != nil {
			t.Fatal(err)
		}
		err := migrate(d, files("0001_a.sql", first+" ", "0002_b.sql", "CREATE TABLE other (id TEXT);"))
		if err == nil || !strings.Contains(err.Error(), "0001_a.sql") {
			t.Errorf("got %v, want an error that names 0001_a.sql", err)
		}
		if err := migrate(d, files("0001_a.sql", first, "0003_c.sql", "CREATE TABLE;")); err == nil {
			t.Error("a wrong statement: got no error")
		}
		if err := migrate(d, files("0001_a.sql", first, "0002_b.sql", "CREATE TABLE other (id TEXT);")); err != nil {
			t.Errorf("after refusals the rest was not undone: %v", err)
		}
	})
}

// Two replicas that start at the same time have two connections to one database.
func TestMigrateByTwoAtOnce(t *testing.T) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			var all sync.WaitGroup
			for range 4 {
				d := database.Dial(t, url)
				all.Go(func() {
					if err := migrate(d, files("0001_a.sql", first)); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}
