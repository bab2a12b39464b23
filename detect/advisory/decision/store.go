package decision

import (
	"context"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/db"
)

const columns = `id, kind, vendor, name, model, claim_vendor, claim_names, same, range_text, version_text, verdict,
	advisory_id, leaf, path, reason, author, author_name, author_org, created_at, undone_at, undone_by, undone_name, undone_reason`

func scan(r db.Row) (d Decision, err error) {
	var names, verdict string
	var same int
	var created, undone db.Time
	err = r.Scan(&d.ID, &d.Kind, &d.Vendor, &d.Name, &d.Model, &d.ClaimVendor, &names, &same, &d.Range, &d.Version, &verdict,
		&d.Advisory, &d.Leaf, &d.Path, &d.Reason, &d.Author, &d.AuthorName, &d.AuthorOrg, &created,
		&undone, &d.Undone.By, &d.Undone.Name, &d.Undone.Reason)
	if err != nil {
		return d, err
	}
	d.Same, d.At, d.Undone.At = same == 1, created.Time, undone.Time
	d.Verdict, _ = ward.ParseVerdict(verdict)
	return d, json.Unmarshal([]byte(names), &d.ClaimNames)
}

// Insert fails with a duplicate key where a decision on the same texts is
// in force (advisory_decision_active).
func Insert(ctx context.Context, tx *db.Tx, d *Decision) error {
	names, err := json.Marshal(d.ClaimNames)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO advisory_decision (id, kind, key, vendor, name, model, claim_vendor, claim_names, same, range_text,
			version_text, verdict, advisory_id, leaf, path, reason, author, author_name, author_org, created_at,
			undone_by, undone_name, undone_reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, '', '', '')`,
		d.ID, string(d.Kind), d.key(), d.Vendor, d.Name, d.Model, d.ClaimVendor, string(names), db.Flag(d.Same), d.Range,
		d.Version, d.Verdict.String(), string(d.Advisory), d.Leaf, d.Path, d.Reason, string(d.Author), d.AuthorName,
		string(d.AuthorOrg), db.At(d.At))
	return err
}

// Undo ends a decision; it reports false if it was ended before.
func Undo(ctx context.Context, tx *db.Tx, id string, u Undoing) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE advisory_decision SET undone_at = $2, undone_by = $3, undone_name = $4, undone_reason = $5
		WHERE id = $1 AND undone_at IS NULL`, id, db.At(u.At), string(u.By), u.Name, u.Reason)
	return n == 1, err
}

// ByID is NotFound for one that was never made.
func ByID(ctx context.Context, tx *db.Tx, id string) (Decision, error) {
	d, err := scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM advisory_decision WHERE id = $1`, id))
	return d, db.OrMissing(err)
}

// maxDecisions bounds what the matcher keeps; the product names of Europe's
// hospitals are some hundred thousand.
const maxDecisions = 1_000_000

func inForce(ctx context.Context, tx *db.Tx) ([]Decision, error) {
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM advisory_decision
		WHERE undone_at IS NULL AND kind <> 'note' ORDER BY created_at, id LIMIT $1`, []any{maxDecisions}, scan)
}

// Before is a page of all decisions, newest first.
func Before(ctx context.Context, tx *db.Tx, before time.Time, id string, limit int) ([]Decision, error) {
	var args db.Args
	where := ""
	if id != "" {
		where = `WHERE (created_at, id) < (` + args.Add(db.At(before)) + `, ` + args.Add(id) + `) `
	}
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM advisory_decision `+where+
		`ORDER BY created_at DESC, id DESC LIMIT `+args.Add(limit), args, scan)
}

// NotesOn lists the notes on the claims of an advisory, oldest first.
func NotesOn(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) ([]Decision, error) {
	return db.Rows(ctx, tx, `SELECT `+columns+` FROM advisory_decision
		WHERE advisory_id = $1 AND kind = 'note' AND undone_at IS NULL ORDER BY created_at, id LIMIT 200`, []any{string(id)}, scan)
}
