package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"ward/kit/db"
)

const columns = `seq, at, person, name, org, country, role, session, action,
	object_kind, object_id, object_org, object_country, outcome, policy, detail`

// rowsPerInsert keeps the bound values of one statement below the limit of
// either database (SQLite 32,766).
const rowsPerInsert = 500

// scanLeaf reads the columns in their order.
func scanLeaf(r db.Row) (leaf, error) {
	var f leaf
	return f, r.Scan(&f.Seq, &f.At, &f.Person, &f.Name, &f.Org, &f.Country, &f.Role, &f.Session, &f.Action,
		&f.Kind, &f.ID, &f.Owner, &f.State, &f.Outcome, &f.Policy, &f.Detail)
}

// data is what is hashed.
func (f leaf) data() []byte {
	b, err := json.Marshal(f)
	if err != nil { // a struct of texts and numbers always has a JSON form
		return nil
	}
	return b
}

// appendLeaves numbers, hashes and stores; the head's row lock makes it one at
// a time until tx ends.
func appendLeaves(ctx context.Context, tx *db.Tx, leaves []leaf) error {
	size, err := grow(ctx, tx, len(leaves))
	if err != nil {
		return err
	}
	fresh := map[int64]tlog.Hash{}
	position := tlog.StoredHashCount(size)
	read := tlog.HashReaderFunc(func(want []int64) ([]tlog.Hash, error) { return readHashes(ctx, tx, want, fresh) })
	var hashes []tlog.Hash
	for i := range leaves {
		leaves[i].Seq = size + int64(i) + 1
		more, err := tlog.StoredHashes(size+int64(i), leaves[i].data(), read)
		if err != nil {
			return err
		}
		for _, h := range more {
			fresh[position+int64(len(hashes))] = h
			hashes = append(hashes, h)
		}
	}
	if err := insertLeaves(ctx, tx, leaves); err != nil {
		return err
	}
	return insertHashes(ctx, tx, position, hashes)
}

// grow locks the head, adds n and gives the size before.
func grow(ctx context.Context, tx *db.Tx, n int) (int64, error) {
	var size int64
	err := tx.QueryRow(ctx, `UPDATE audit_head SET size = size + $1 WHERE one = 1 RETURNING size`, n).Scan(&size)
	if errors.Is(err, db.ErrNoRows) {
		return 0, errors.New("the head of the log is gone")
	}
	return size - int64(n), err
}

// readHashes gives the hashes at the wanted positions, of those not yet stored too.
func readHashes(ctx context.Context, tx *db.Tx, want []int64, have map[int64]tlog.Hash) ([]tlog.Hash, error) {
	var args db.Args
	var marks []string
	for _, p := range want {
		if _, ok := have[p]; !ok {
			marks = append(marks, args.Add(p))
		}
	}
	found := map[int64]tlog.Hash{}
	if len(marks) > 0 {
		err := tx.Query(ctx, `SELECT position, hash FROM audit_hash WHERE position IN (`+strings.Join(marks, ", ")+`)`, args,
			func(r db.Row) error { return scanHash(r, found) })
		if err != nil {
			return nil, err
		}
	}
	out := make([]tlog.Hash, len(want))
	for i, p := range want {
		h, ok := have[p]
		if !ok {
			h, ok = found[p]
		}
		if !ok {
			return nil, fmt.Errorf("hash %d of the log is gone", p)
		}
		out[i] = h
	}
	return out, nil
}

// scanHash leaves out a hash of a wrong length: it is as good as missing.
func scanHash(r db.Row, into map[int64]tlog.Hash) error {
	var position int64
	var hash []byte
	if err := r.Scan(&position, &hash); err != nil {
		return err
	}
	var h tlog.Hash
	if copy(h[:], hash) == tlog.HashSize && len(hash) == tlog.HashSize {
		into[position] = h
	}
	return nil
}

// insertLeaves stores many entries with few statements: each statement of a
// batch holds the head's lock for a round trip.
func insertLeaves(ctx context.Context, tx *db.Tx, leaves []leaf) error {
	for len(leaves) > 0 {
		n := min(len(leaves), rowsPerInsert)
		var args db.Args
		rows := make([]string, n)
		for i, f := range leaves[:n] {
			rows[i] = row(&args, f.Seq, f.At, f.Person, f.Name, f.Org, f.Country, f.Role, f.Session, f.Action,
				f.Kind, f.ID, f.Owner, f.State, string(f.Outcome), f.Policy, f.Detail)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO audit_entry (`+columns+`) VALUES `+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
		leaves = leaves[n:]
	}
	return nil
}

// insertHashes stores hashes at consecutive positions from position on.
func insertHashes(ctx context.Context, tx *db.Tx, position int64, hashes []tlog.Hash) error {
	for len(hashes) > 0 {
		n := min(len(hashes), rowsPerInsert)
		var args db.Args
		rows := make([]string, n)
		for i, h := range hashes[:n] {
			rows[i] = row(&args, position+int64(i), h[:])
		}
		if _, err := tx.Exec(ctx, `INSERT INTO audit_hash (position, hash) VALUES `+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
		hashes, position = hashes[n:], position+int64(n)
	}
	return nil
}

// row binds the values of one row and gives its place holders.
func row(args *db.Args, values ...any) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = args.Add(v)
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// listLeaves reads by the primary key backwards from before, never by OFFSET.
func listLeaves(ctx context.Context, tx *db.Tx, f Filter, limit int, before int64) ([]leaf, error) {
	var args db.Args
	where := []string{"(" + args.Scope(f.Scope, "org", "country") + " OR " + args.Scope(f.Scope, "object_org", "object_country") + ")"}
	for _, c := range []struct{ column, value string }{{"person", string(f.Person)}, {"action", f.Action},
		{"object_kind", f.Kind}, {"object_id", f.ID}} {
		if c.value != "" {
			where = append(where, c.column+" = "+args.Add(c.value))
		}
	}
	if before > 0 {
		where = append(where, "seq < "+args.Add(before))
	}
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM audit_entry WHERE `+strings.Join(where, " AND ")+`
		ORDER BY seq DESC LIMIT `+args.Add(limit), args, scanLeaf)
}

// leavesBetween are the entries of these places that are there, in order.
func leavesBetween(ctx context.Context, tx *db.Tx, from, to int64) ([]leaf, error) {
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM audit_entry WHERE seq BETWEEN $1 AND $2 ORDER BY seq LIMIT $3`,
		[]any{from, to, to - from + 1}, scanLeaf)
}

// hashesBetween are the hashes of these positions that are there.
func hashesBetween(ctx context.Context, tx *db.Tx, from, to int64) (map[int64]tlog.Hash, error) {
	out := map[int64]tlog.Hash{}
	err := tx.Query(ctx, `SELECT position, hash FROM audit_hash WHERE position BETWEEN $1 AND $2`, []any{from, to},
		func(r db.Row) error { return scanHash(r, out) })
	return out, err
}

// extent is what the tables hold at the same moment.
type extent struct {
	size     int64 // of the head; -1 when its row is gone
	low, end int64 // lowest and highest place of an entry; 0 for none
	hashes   int64 // number of hashes
}

// readExtent is one statement, so that an append in between cannot part the figures.
func readExtent(ctx context.Context, tx *db.Tx) (e extent, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE((SELECT size FROM audit_head WHERE one = 1), -1),
		COALESCE((SELECT MIN(seq) FROM audit_entry), 0), COALESCE((SELECT MAX(seq) FROM audit_entry), 0),
		(SELECT COUNT(*) FROM audit_hash)`).Scan(&e.size, &e.low, &e.end, &e.hashes)
	return e, err
}

// insertCheckpoint keeps the first checkpoint of a size: a second one says the same.
func insertCheckpoint(ctx context.Context, tx *db.Tx, size int64, at db.Time, note string) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING`,
		size, at, note)
	return err
}

// checkpointNotes are all stored checkpoints, smallest first. They are as many as
// times that somebody asked for one: some dozens a year.
func checkpointNotes(ctx context.Context, tx *db.Tx) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT note FROM audit_checkpoint ORDER BY size`, nil,
		func(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err })
}
