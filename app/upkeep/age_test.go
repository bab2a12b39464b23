package upkeep_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/app/upkeep"
	"ward/kit/db"
	"ward/test/database"
)

var newAge = flag.String("new-age", "", "keep a year of the house as it is now, under this name (02-what-changed), for all later versions to open")

// TestAges opens with the present code what earlier versions left behind. Each
// file in testdata/ages is a backup of a house that lived a year under the
// migrations of its time; the restore makes the tables as they were then, fills
// them, and applies all that came later. A version that adds migrations changes
// nothing here: it adds a file before, if the last one lacks tables that are new,
// with
//
//	go test ./app/upkeep -run TestAges -new-age 02-what-changed
//
// A file that is there is never written again.
func TestAges(t *testing.T) {
	if *newAge != "" {
		keepAge(t, filepath.Join("testdata", "ages", *newAge+".ward"))
	}
	ages, err := filepath.Glob("testdata/ages/*.ward")
	if err != nil || len(ages) == 0 {
		t.Fatalf("no ages: %v", err)
	}
	for _, age := range ages {
		for _, kind := range kinds {
			t.Run(strings.TrimSuffix(filepath.Base(age), ".ward")+" on "+string(kind), func(t *testing.T) { openAge(t, age, kind) })
		}
	}
}

func openAge(t *testing.T, age string, kind database.Kind) {
	cfg := fresh(t, kind)
	r, err := upkeep.Restore(ctx, cfg, age, upkeep.RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Entries < days*actsPerDay || r.Signed == 0 {
		t.Errorf("audit log: got %d entries, %d signed", r.Entries, r.Signed)
	}
	answers(t, cfg)
	d := database.Dial(t, cfg.Database)
	applied, err := d.Applied(ctx)
	if err != nil || len(applied) < len(r.Manifest.Migrations) {
		t.Errorf("got %d migrations, %v, want the %d of then and all since", len(applied), err, len(r.Manifest.Migrations))
	}
	if faults, err := d.Sound(ctx); err != nil || len(faults) > 0 {
		t.Errorf("after the migrations: %v, %v", faults, err)
	}
	if n := rows(t, d); n < r.Manifest.Rows() {
		t.Errorf("got %d rows, want the %d of then at least", n, r.Manifest.Rows())
	}
}

// rows counts all rows.
func rows(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) error {
		tables, err := tx.Tables(ctx)
		for _, table := range tables {
			if err == nil {
				err = tx.Dump(ctx, table, func([]any) error { n++; return nil })
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func keepAge(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(yearArchive(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(text); err != nil {
		t.Fatal(err)
	}
}
