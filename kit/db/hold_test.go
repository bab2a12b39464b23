package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/database"
)

func migrateThings(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Migrate(context.Background(), time.Unix(0, 0), []db.Migrations{portableSchema}); err != nil {
		t.Fatal(err)
	}
}

func addParent(d *db.DB, name string) error {
	ctx := context.Background()
	return d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO thing_parent (name) VALUES ($1)`, name)
		return err
	})
}

// A held database refuses every verb, through connections that were open before
// as well, and says why; reading goes on; released it is as before.
func TestHold(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			house, outside := database.Dial(t, url), database.Dial(t, url)
			migrateThings(t, house)
			fillThings(t, house)
			before := dump(t, house)
			for _, to := range []string{"one", "other"} {
				if err := outside.Hold(ctx, to, time.Unix(1, 0)); err != nil {
					t.Fatal(err)
				}
				if got, err := house.Held(ctx); err != nil || got != to {
					t.Errorf("Held: got %q, %v, want %q", got, err, to)
				}
			}
			for _, text := range []string{`INSERT INTO thing_parent (no, name) VALUES (9, 'x')`, `UPDATE thing_child SET small = 1`, `DELETE FROM thing_child`} {
				err := house.Write(ctx, func(tx *db.Tx) error {
					_, err := tx.Exec(ctx, text)
					return err
				})
				var named *ward.Error
				if !errors.As(err, &named) || named.Code != ward.Unavailable || named.Key != "error.moving" {
					t.Errorf("%s: got %v, want Unavailable with error.moving", text, err)
				}
			}
			if after := dump(t, house); after != before {
				t.Errorf("got\n%s\nwant\n%s", after, before)
			}
			if err := outside.Release(ctx); err != nil {
				t.Fatal(err)
			}
			if got, err := house.Held(ctx); err != nil || got != "" {
				t.Errorf("released: got %q, %v", got, err)
			}
			if err := addParent(house, "after"); err != nil {
				t.Errorf("released: %v", err)
			}
		})
	}
}

// Whoever was told that his write is durable finds it in the view that is read
// after Hold, however many write at that moment.
func TestHoldLosesNoWrite(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			house, outside := database.Dial(t, url), database.Dial(t, url)
			migrateThings(t, house)
			var confirmed atomic.Int64
			var wg sync.WaitGroup
			for writer := range 8 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for n := 0; ; n++ {
						if err := addParent(house, string(rune('a'+writer))+time.Duration(n).String()); err != nil {
							if ward.CodeOf(err) != ward.Unavailable {
								t.Errorf("a refused write: got %v, want Unavailable", err)
							}
							return
						}
						confirmed.Add(1)
					}
				}()
			}
			for confirmed.Load() < 50 {
				time.Sleep(time.Millisecond)
			}
			if err := outside.Hold(ctx, "elsewhere", time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
			var seen int64
			err := outside.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, `SELECT count(*) FROM thing_parent`).Scan(&seen) })
			if err != nil {
				t.Fatal(err)
			}
			wg.Wait()
			if confirmed.Load() != seen {
				t.Errorf("%d writes were confirmed, %d are there", confirmed.Load(), seen)
			}
		})
	}
}
