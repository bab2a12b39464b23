package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/database"
)

func TestTimeRoundTrip(t *testing.T) {
	cet := time.FixedZone("CET", 3600)
	tests := []struct {
		name     string
		in, want time.Time
	}{
		{"none", time.Time{}, time.Time{}},
		{"zone and nanoseconds", time.Date(2026, 3, 29, 2, 30, 0, 123456789, cet), time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)},
		{"before 1970", time.Date(1959, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(1959, 1, 2, 3, 4, 5, 0, time.UTC)},
		{"the epoch itself", time.Unix(0, 0), time.Unix(0, 0).UTC()},
	}
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for _, tt := range tests {
			var got db.Time
			err := d.Write(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS moment (name TEXT, at BIGINT)`); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO moment (name, at) VALUES ($1, $2)`, tt.name, db.At(tt.in)); err != nil {
					return err
				}
				return tx.QueryRow(ctx, `SELECT at FROM moment WHERE name = $1`, tt.name).Scan(&got)
			})
			if err != nil || got.Time != tt.want {
				t.Errorf("%s: got %v, %v, want %v", tt.name, got, err, tt.want)
			}
		}
	})
}

// The SQL of a scope and Scope.Has decide alike.
func TestScopeIsHas(t *testing.T) {
	orgs, countries := []ward.OrgID{"", "o1", "o2"}, []ward.Country{"", "DE", "FR"}
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		rows(t, d, orgs, countries)
		for _, s := range scopes(orgs, countries) {
			var args db.Args
			condition := args.Scope(s, "org", "country")
			var got []string
			err := d.Read(ctx, func(tx *db.Tx) (err error) {
				got, err = db.Rows(ctx, tx, `SELECT org || '/' || country FROM row_of WHERE `+condition+` ORDER BY 1`, args,
					func(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err })
				return err
			})
			var want []string
			for _, o := range orgs {
				for _, c := range countries {
					if s.Has(o, c) {
						want = append(want, string(o)+"/"+string(c))
					}
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%+v as %s: got %q, %v, want %q", s, condition, got, err, want)
			}
		}
	})
}

func rows(t *testing.T, d *db.DB, orgs []ward.OrgID, countries []ward.Country) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE row_of (org TEXT, country TEXT)`)
		for _, o := range orgs {
			for _, c := range countries {
				_, more := tx.Exec(ctx, `INSERT INTO row_of (country, org) VALUES ($2, $1)`, o, c)
				err = errors.Join(err, more)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// scopes are all subsets of both lists, with and without Everything.
func scopes(orgs []ward.OrgID, countries []ward.Country) []ward.Scope {
	var out []ward.Scope
	for mask := range 1 << 7 {
		s := ward.Scope{Everything: mask&64 != 0}
		for i := range 3 {
			if mask>>i&1 != 0 {
				s.Orgs = append(s.Orgs, orgs[i])
			}
			if mask>>(3+i)&1 != 0 {
				s.Countries = append(s.Countries, countries[i])
			}
		}
		out = append(out, s)
	}
	return out
}

func TestBoundValues(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var a, b, c, quoted string
		err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), '$1' AS "a$2" -- $3
				`, "one'; --", "two $1").Scan(&a, &b, &c, &quoted)
		})
		if got, want := fmt.Sprint(a, "|", b, "|", c, "|", quoted), "two $1|one'; --|two $1|$1"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
}

// What one of the databases would refuse, and the other keep to nobody's good, is
// kept as the same text by both, however it comes in.
func TestIllegibleTexts(t *testing.T) {
	type name string
	const odd, want = "a\x00b\xff", "a\uFFFDb\uFFFD"
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		table(t, d)
		args, rows := []any{name(odd), odd}, [][]any{{"1" + odd, odd}, {"2", "word"}}
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO thing (id, word) VALUES ($1, $2)`, args...); err != nil {
				return err
			}
			_, err := tx.Bulk(ctx, "thing", []string{"id", "word"}, []string{"TEXT", "TEXT"}, rows, "")
			return err
		})
		if err != nil || args[1] != odd {
			t.Fatalf("written: %v, what was given is now %q", err, args)
		}
		var word string
		var found []string
		err = d.Read(ctx, func(tx *db.Tx) error {
			if err := tx.QueryRow(ctx, `SELECT word FROM thing WHERE id = $1`, odd).Scan(&word); err != nil {
				return err
			}
			found, err = db.Rows(ctx, tx, `SELECT id FROM thing WHERE word = $1 ORDER BY id`, []any{odd},
				func(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err })
			return err
		})
		if err != nil || word != want || !slices.Equal(found, []string{"1" + want, want}) {
			t.Errorf("got %q and %q (%v), want %q", word, found, err, want)
		}
	})
}

func TestNoRowsAndNesting(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		table(t, d)
		_ = put(d, "a", "")
		var s string
		err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT word FROM thing WHERE id = $1`, "none").Scan(&s)
		})
		if !errors.Is(err, db.ErrNoRows) {
			t.Errorf("no row: got %v, want ErrNoRows", err)
		}
		err = d.Read(ctx, func(tx *db.Tx) error {
			return tx.Query(ctx, `SELECT id FROM thing`, nil, func(db.Row) error {
				return tx.QueryRow(ctx, `SELECT word FROM thing`).Scan(&s)
			})
		})
		if err == nil {
			t.Error("a statement inside the rows of another: got no error")
		}
		err = d.Read(ctx, func(tx *db.Tx) error { return insert(tx, "b", "") })
		if err == nil {
			t.Error("a write in Read: got no error")
		}
		if err := put(d, "a", ""); !db.Duplicate(err) || db.Duplicate(errNo) || db.Duplicate(nil) {
			t.Errorf("a second row of the same key: got %v, want a duplicate", err)
		}
	})
}

// TestGlance: one question is answered, and nothing else happens.
func TestGlance(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		table(t, d)
		_ = put(d, "a", "first")
		var s string
		err := d.Glance(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, ` SELECT word FROM thing WHERE id = $1`, "a").Scan(&s)
		})
		if err != nil || s != "first" {
			t.Errorf("one SELECT: got %q, %v", s, err)
		}
		for name, fn := range map[string]func(*db.Tx) error{
			"a write": func(tx *db.Tx) error { return insert(tx, "b", "") },
			"a write that answers": func(tx *db.Tx) error {
				return tx.QueryRow(ctx, `INSERT INTO thing (id, word) VALUES ('b', '') RETURNING id`).Scan(&s)
			},
			"two questions": func(tx *db.Tx) error {
				if err := tx.QueryRow(ctx, `SELECT word FROM thing`).Scan(&s); err != nil {
					return nil //nolint:nilerr // the first must be answered
				}
				return tx.QueryRow(ctx, `SELECT word FROM thing`).Scan(&s)
			},
		} {
			if err := d.Glance(ctx, fn); err == nil {
				t.Errorf("%s: got no error", name)
			}
		}
		if got := words(t, d); len(got) != 1 {
			t.Errorf("after the refusals: got %q, want the one row", got)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "sqlite::memory:", "mysql://root:secret@x/y", "secret"} {
		if d, err := db.Open(context.Background(), url); err == nil {
			d.Close()
			t.Errorf("Open(%q): got no error", url)
		}
	}
}
