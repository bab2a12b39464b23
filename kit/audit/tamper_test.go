package audit

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"ward/kit/db"
	"ward/test/database"
)

// story writes 25 entries with a checkpoint outside the house after 10 and one
// kept in the database after 20.
func story(t *testing.T, d *db.DB, l *Log) (outside string) {
	t.Helper()
	for n := range 25 {
		if n == 10 || n == 20 {
			text, err := l.Checkpoint(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if n == 10 {
				outside = text
				exec(t, d, `DELETE FROM audit_checkpoint`)
			}
		}
		if err := record(d, l, act(n)); err != nil {
			t.Fatal(err)
		}
	}
	return outside
}

func exec(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	err := d.Write(ctx, func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rebuild is the attacker who knows the method and computes all hashes anew.
func rebuild(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(ctx, func(tx *db.Tx) error {
		leaves, err := leavesBetween(ctx, tx, 1, 1000)
		if err != nil {
			return err
		}
		for _, s := range []string{`DELETE FROM audit_hash`, `DELETE FROM audit_entry`, `UPDATE audit_head SET size = 0`} {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return appendLeaves(ctx, tx, leaves)
	})
	if err != nil {
		t.Fatal(err)
	}
}

const copyRow = `INSERT INTO audit_entry SELECT 26, at, person, name, org, country, role, session, action, object_kind,
	object_id, object_org, object_country, outcome, policy, detail FROM audit_entry WHERE seq = 3`

func TestVerifyFindsEveryTampering(t *testing.T) {
	tests := []struct {
		name       string
		statements []string
		rebuild    bool // and all hashes computed anew
		kind       FaultKind
		seq        int64
	}{
		{"a name changed", []string{`UPDATE audit_entry SET name = 'X' WHERE seq = 7`}, false, Changed, 7},
		{"a leaf hash changed", []string{`UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE position = 0)
			WHERE position = (SELECT MAX(position) FROM audit_hash)`}, false, Changed, 25},
		{"a leaf hash removed", []string{`DELETE FROM audit_hash WHERE position = 0`}, false, Changed, 1},
		{"an inner hash changed", []string{`UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE position = 0)
			WHERE position = 2`}, false, Tree, 2},
		{"one removed", []string{`DELETE FROM audit_entry WHERE seq = 12`}, false, Missing, 12},
		{"the first removed", []string{`DELETE FROM audit_entry WHERE seq = 1`}, false, Missing, 1},
		{"the last removed", []string{`DELETE FROM audit_entry WHERE seq > 23`}, false, Missing, 24},
		{"all removed", []string{`DELETE FROM audit_entry`}, false, Missing, 1},
		{"one removed and numbers closed up", []string{`DELETE FROM audit_entry WHERE seq = 24`,
			`UPDATE audit_entry SET seq = 24 WHERE seq = 25`}, false, Reordered, 24},
		{"two exchanged", []string{`UPDATE audit_entry SET seq = 99 WHERE seq = 5`, `UPDATE audit_entry SET seq = 5 WHERE seq = 6`,
			`UPDATE audit_entry SET seq = 6 WHERE seq = 99`}, false, Reordered, 5},
		{"one added behind", []string{copyRow}, false, Added, 26},
		{"one added before", []string{copyRow, `UPDATE audit_entry SET seq = 0 WHERE seq = 26`}, false, Added, 0},
		{"a copy added behind and counted", []string{copyRow, `UPDATE audit_head SET size = 26`}, false, Reordered, 26},
		{"a hash added", []string{`INSERT INTO audit_hash SELECT 999, hash FROM audit_hash WHERE position = 0`}, false, Tree, 0},
		{"the head gone", []string{`DELETE FROM audit_head`}, false, Unreadable, 0},
		{"the head set back", []string{`UPDATE audit_head SET size = 22`}, false, Added, 23},
		{"a checkpoint forged", []string{`UPDATE audit_checkpoint SET note = 'x'`}, false, Unsigned, 0},
		{"changed and hashed anew", []string{`UPDATE audit_entry SET name = 'X' WHERE seq = 15`}, true, Rewritten, 11},
		{"changed early and hashed anew", []string{`UPDATE audit_entry SET name = 'X' WHERE seq = 4`}, true, Rewritten, 1},
		{"cut below the stored checkpoint", []string{`DELETE FROM audit_entry WHERE seq > 18`}, true, Missing, 19},
		{"cut below the outside checkpoint, stored ones too", []string{`DELETE FROM audit_entry WHERE seq > 9`,
			`DELETE FROM audit_checkpoint`}, true, Missing, 10},
	}
	for _, column := range strings.Split(columns, ",") {
		column = strings.TrimSpace(column)
		value := map[string]string{"seq": "", "at": "1", "outcome": "'failed'"}[column]
		if value == "" {
			value = "'x'"
		}
		if column != "seq" {
			tests = append(tests, tests[0])
			last := &tests[len(tests)-1]
			last.name, last.statements = "column "+column, []string{`UPDATE audit_entry SET ` + column + ` = ` + value + ` WHERE seq = 7`}
		}
	}
	database.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		outside := story(t, d, l)
		for _, tt := range tests {
			back := save(t, d)
			exec(t, d, tt.statements...)
			if tt.rebuild {
				rebuild(t, d)
			}
			r, err := l.Verify(ctx, outside)
			if err != nil || r.Fault == nil || r.Fault.Kind != tt.kind || r.Fault.Seq != tt.seq {
				t.Errorf("%s: got %+v, %v, want %s at %d", tt.name, r.Fault, err, tt.kind, tt.seq)
			}
			back()
		}
		if r, err := l.Verify(ctx, outside); err != nil || r.Fault != nil || r.Size != 25 || r.Anchored != 20 {
			t.Errorf("untouched: got %+v %+v, %v, want 25 entries, 20 anchored", r, r.Fault, err)
		}
	})
}

// save copies the four tables; the function returned puts them back.
func save(t *testing.T, d *db.DB) func() {
	t.Helper()
	tables := []string{"audit_entry", "audit_hash", "audit_head", "audit_checkpoint"}
	for _, name := range tables {
		exec(t, d, `CREATE TABLE saved_`+name+` AS SELECT * FROM `+name)
	}
	return func() {
		for _, name := range tables {
			exec(t, d, `DELETE FROM `+name, `INSERT INTO `+name+` SELECT * FROM saved_`+name, `DROP TABLE saved_`+name)
		}
	}
}

// What nobody vouches for yet can be forged by who writes the database; the
// report says how far the log is anchored.
func TestVerifySaysHowFarItIsAnchored(t *testing.T) {
	d := database.Open(t, database.SQLite)
	l := open(t, d)
	outside := story(t, d, l)
	exec(t, d, `UPDATE audit_entry SET name = 'X' WHERE seq = 22`)
	rebuild(t, d)
	if r, err := l.Verify(ctx, outside); err != nil || r.Fault != nil || r.Anchored != 20 || r.Size != 25 {
		t.Errorf("got %+v %+v, %v", r, r.Fault, err)
	}
	text, err := l.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := l.Verify(ctx, outside+"\n"+text); err != nil || r.Anchored != 25 {
		t.Errorf("two notes in one file: got %+v %+v, %v, want 25 anchored", r, r.Fault, err)
	}
	foreign := open(t, database.Open(t, database.SQLite))
	theirs, err := foreign.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := l.Verify(ctx, theirs); err != nil || r.Fault == nil || r.Fault.Kind != Unsigned {
		t.Errorf("a checkpoint of another key: got %+v, %v, want Unsigned", r.Fault, err)
	}
}

func TestVerifyEmpty(t *testing.T) {
	l := open(t, database.Open(t, database.SQLite))
	text, err := l.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	empty, _ := tlog.TreeHash(0, nil)
	if r, err := l.Verify(ctx, text); err != nil || r.Fault != nil || r.Root != empty {
		t.Errorf("got %+v, %v", r, err)
	}
}
