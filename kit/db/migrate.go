package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"

	"ward"
)

// Migrations are the numbered SQL files of one owner ("0001_name.sql"), applied
// in order, once, for ever: a file that was applied is never changed, a new one
// is added. Three words are ours: BYTES (BLOB or BYTEA), SERIAL KEY (a growing
// integer primary key) and CLUSTERED behind a table (rows lie in the order of
// the key: WITHOUT ROWID on SQLite). A statement ends with a semicolon at a
// line's end.
type Migrations struct {
	Owner string
	Files fs.FS // files at its top level or under migrations/
}

// migrationLock is the PostgreSQL advisory lock that lets one of many starting
// replicas migrate; any constant of ours does.
const migrationLock = 0x77617264

// Migrate applies what is missing, owner by owner in the given order.
func (d *DB) Migrate(ctx context.Context, now time.Time, all []Migrations) error {
	err := d.Write(ctx, func(tx *Tx) error {
		if d.pg != nil {
			if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, migrationLock); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, d.dialect(schemaTable)); err != nil {
			return err
		}
		for _, m := range all {
			if err := d.migrateOwner(ctx, tx, now, m); err != nil {
				return fmt.Errorf("%s: %w", m.Owner, err)
			}
		}
		return nil
	})
	return ward.Wrap("migrate", err)
}

const schemaTable = `CREATE TABLE IF NOT EXISTS schema_migration (
	owner TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (owner, file))`

func (d *DB) migrateOwner(ctx context.Context, tx *Tx, now time.Time, m Migrations) error {
	files, err := migrationFiles(m.Files)
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := fs.ReadFile(m.Files, f)
		if err != nil {
			return err
		}
		if err := d.apply(ctx, tx, now, m.Owner, path.Base(f), string(text)); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	return nil
}

func migrationFiles(files fs.FS) ([]string, error) {
	var out []string
	for _, pattern := range []string{"*.sql", "migrations/*.sql"} {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	sort.Strings(out)
	return out, nil
}

// apply runs one file unless its name was applied before; a changed text is an
// error, as the database would no longer be what the files say.
func (d *DB) apply(ctx context.Context, tx *Tx, now time.Time, owner, file, text string) error {
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:])
	var have string
	err := tx.QueryRow(ctx, `SELECT sha256 FROM schema_migration WHERE owner = $1 AND file = $2`, owner, file).Scan(&have)
	if err == nil {
		if have != hash {
			return errors.New("was changed after it had been applied; add a new file instead")
		}
		return nil
	}
	if !errors.Is(err, ErrNoRows) {
		return err
	}
	for _, statement := range statements(d.dialect(text)) {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO schema_migration (owner, file, sha256, applied_at) VALUES ($1, $2, $3, $4)`,
		owner, file, hash, At(now))
	return err
}

// dialect replaces our words by the database's own.
func (d *DB) dialect(text string) string {
	if d.pg != nil {
		return strings.NewReplacer(" BYTES", " BYTEA", "SERIAL KEY", "BIGSERIAL PRIMARY KEY", ") CLUSTERED", ")").Replace(text)
	}
	return strings.NewReplacer(" BYTES", " BLOB", "SERIAL KEY", "INTEGER PRIMARY KEY AUTOINCREMENT", ") CLUSTERED", ") WITHOUT ROWID").Replace(text)
}

// statements cuts a file at semicolons that end a line and drops comments.
func statements(text string) []string {
	var out []string
	var b strings.Builder
	for _, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "--")
		line = strings.TrimRight(line, " \t\r")
		b.WriteString(strings.TrimSuffix(line, ";") + "\n")
		if strings.HasSuffix(line, ";") {
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" {
		out = append(out, rest)
	}
	return out
}
