package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"ward/kit/db"
	"ward/test/database"
)

// A statement that is kept sees what has become of its table, and one text may be
// asked while its own rows are read elsewhere.
func TestKeptStatements(t *testing.T) {
	d := database.Open(t, database.SQLite)
	ctx := context.Background()
	must := func(text string, args ...any) {
		t.Helper()
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, text, args...); return err }); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	const put, get = "INSERT INTO kept (n) VALUES ($1)", "SELECT * FROM kept ORDER BY n"
	columns := func() (n, rows int) {
		t.Helper()
		err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.Query(ctx, get, nil, func(r db.Row) error {
				rows++
				var a, b any
				if err := r.Scan(&a); err == nil {
					n = 1
					return nil
				}
				n = 2
				return r.Scan(&a, &b)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return n, rows
	}
	must("CREATE TABLE kept (n BIGINT NOT NULL PRIMARY KEY)")
	for i := range 5 {
		must(put, i)
	}
	for range 3 {
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, put, 1); return err }); err == nil {
			t.Fatal("a second row of one key was taken")
		}
	}
	must(put, 77) // the text that failed serves again
	if n, rows := columns(); n != 1 || rows != 6 {
		t.Fatalf("got %d rows of %d columns", rows, n)
	}
	must("ALTER TABLE kept ADD COLUMN word TEXT NOT NULL DEFAULT 'x'")
	if n, rows := columns(); n != 2 || rows != 6 {
		t.Fatalf("after a column was added: got %d rows of %d columns", rows, n)
	}
	must("DELETE FROM kept")
	if _, rows := columns(); rows != 0 {
		t.Fatalf("an emptied table has %d rows", rows)
	}
}

// More texts than are kept, from many readers at once.
func TestManyStatements(t *testing.T) {
	d := database.Open(t, database.SQLite)
	ctx := context.Background()
	var all sync.WaitGroup
	for k := range 8 {
		all.Go(func() {
			for i := range 600 {
				var got int
				err := d.Read(ctx, func(tx *db.Tx) error {
					return tx.QueryRow(ctx, fmt.Sprintf("SELECT $1 + %d", i), k).Scan(&got)
				})
				if err != nil || got != i+k {
					t.Errorf("%d + %d: got %d, %v", i, k, got, err)
					return
				}
			}
		})
	}
	all.Wait()
	if err := d.Read(ctx, func(tx *db.Tx) error { // a row that is never read gives its statement back
		tx.QueryRow(ctx, "SELECT 1").Scan() //nolint:errcheck // on purpose
		var n int
		return tx.QueryRow(ctx, "SELECT 1").Scan(&n)
	}); err != nil {
		t.Error(err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Read(done, func(tx *db.Tx) error { return nil }); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
