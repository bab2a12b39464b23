package upkeep

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"ward"
	"ward/app"
	"ward/kit/db"
	"ward/kit/job"
)

// visit gives every row of table as its line, and adds it up.
func visit(ctx context.Context, tx *db.Tx, table db.Table, fn func(line []byte, row []any) error) (Sum, error) {
	var sum Sum
	var line []byte
	err := tx.Dump(ctx, table, func(row []any) (err error) {
		if line, err = appendRow(line[:0], table.Columns, row); err != nil {
			return fmt.Errorf("table %s, row %d: %w", table.Name, sum.Rows+1, err)
		}
		sum.add(line)
		return fn(line, row)
	})
	return sum, err
}

// totals adds up every table in one consistent view.
func totals(ctx context.Context, d *db.DB) (out []Total, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			sum, err := visit(ctx, tx, t, func([]byte, []any) error { return nil })
			if err != nil {
				return err
			}
			total := sum.total(t.Name)
			total.Last = t.Last
			out = append(out, total)
		}
		return nil
	})
	return out, ward.Wrap("add up tables", err)
}

// carry copies one consistent view of from into to, which has the same schema,
// in one transaction there: the tables named, or all where only is nil.
func carry(ctx context.Context, from, to *db.DB, only []string, tell func(string)) (out []Total, err error) {
	err = from.Read(ctx, func(tx *db.Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		fill := to.Fill
		if only != nil {
			tables = slices.DeleteFunc(tables, func(t db.Table) bool { return !slices.Contains(only, t.Name) })
			fill = func(ctx context.Context, fn func(*db.Filler) error) error { return to.Refill(ctx, only, fn) }
		}
		return fill(ctx, func(f *db.Filler) error {
			out = nil // a write may be run again
			for _, t := range tables {
				if err := f.Begin(ctx, t); err != nil {
					return err
				}
				sum, err := visit(ctx, tx, t, func(_ []byte, row []any) error { return f.Row(ctx, row) })
				if err != nil {
					return err
				}
				tell(fmt.Sprintf("%s: %d rows", t.Name, sum.Rows))
				total := sum.total(t.Name)
				total.Last = t.Last
				out = append(out, total)
			}
			return nil
		})
	})
	return out, ward.Wrap("copy tables", err)
}

// schema are the migrations of this version of the house. They are taken from a
// house in a folder that goes at once, as making one makes its keys.
func schema(ctx context.Context, cfg Config) (all []db.Migrations, err error) {
	folder, err := os.MkdirTemp("", "ward-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // nothing of worth is in it
	h := cfg.house()
	h.Data, h.Database, h.Audit.Key = folder, "sqlite:"+filepath.Join(folder, "empty.db"), ""
	a, err := app.Build(ctx, h)
	if err != nil {
		return nil, err
	}
	return a.Migrations(), a.Close()
}

// level is a set of migration files without those that a database has not seen.
type level struct {
	fs.FS
	seen map[string]bool
}

// Glob implements fs.GlobFS.
func (l level) Glob(pattern string) (out []string, err error) {
	all, err := fs.Glob(l.FS, pattern)
	for _, f := range all {
		if l.seen[path.Base(f)] {
			out = append(out, f)
		}
	}
	return out, err
}

// schemaAt are the migrations that made a database what it was when it had seen
// those of applied. Conflict where this version does not have one of them.
func schemaAt(all []db.Migrations, applied []db.Applied) ([]db.Migrations, error) {
	seen := map[string]map[string]bool{}
	for _, a := range applied {
		if err := known(all, a); err != nil {
			return nil, err
		}
		if seen[a.Owner] == nil {
			seen[a.Owner] = map[string]bool{}
		}
		seen[a.Owner][a.File] = true
	}
	var out []db.Migrations
	for _, m := range all {
		if seen[m.Owner] != nil {
			out = append(out, db.Migrations{Owner: m.Owner, Files: level{m.Files, seen[m.Owner]}})
		}
	}
	return out, nil
}

func known(all []db.Migrations, a db.Applied) error {
	hash, err := hashOf(all, a.Owner, a.File)
	switch {
	case err == nil && hash == a.SHA256:
		return nil
	case err == nil:
		err = fmt.Errorf("migration %s %s is not the one that this version knows", a.Owner, a.File)
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("migration %s %s is newer than this version of ward", a.Owner, a.File)
	}
	return ward.Fail(ward.Conflict, "").Because(errors.Join(err, errors.New("use the version of ward that the database was last opened with, or a later one")))
}

func hashOf(all []db.Migrations, owner, file string) (string, error) {
	for _, m := range all {
		if m.Owner != owner {
			continue
		}
		for _, name := range []string{file, "migrations/" + file} {
			if text, err := fs.ReadFile(m.Files, name); err == nil {
				sum := sha256.Sum256(text)
				return hex.EncodeToString(sum[:]), nil
			}
		}
	}
	return "", fs.ErrNotExist
}

// prepare makes the tables of that level in d, empty but for what the
// migrations write.
func prepare(ctx context.Context, cfg Config, d *db.DB, at []db.Migrations) error {
	if err := d.Migrate(ctx, cfg.Clock(), at); err != nil {
		return err
	}
	return job.Migrate(ctx, d)
}

// serving names the process that works on d; "" for none. Who was killed is
// named for some 15 seconds more.
func serving(ctx context.Context, cfg Config, d *db.DB) (string, error) {
	if empty, err := d.Empty(ctx); err != nil || empty {
		return "", err
	}
	s, err := job.ReadState(ctx, d, cfg.Clock())
	return s.Leader, err
}

// files counts the migration files of all owners.
func files(all []db.Migrations) (n int, err error) {
	for _, m := range all {
		for _, pattern := range []string{"*.sql", "migrations/*.sql"} {
			found, err := fs.Glob(m.Files, pattern)
			if err != nil {
				return n, err
			}
			n += len(found)
		}
	}
	return n, nil
}
