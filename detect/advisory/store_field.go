package advisory

import (
	"context"

	"ward"
	"ward/detect/advisory/term"
	"ward/kit/db"
)

// putFields replaces the field values of an advisory.
func putFields(ctx context.Context, tx *db.Tx, id ward.AdvisoryID, values []term.Value) error {
	if _, err := tx.Exec(ctx, `DELETE FROM advisory_field WHERE advisory_id = $1`, string(id)); err != nil {
		return err
	}
	return insertBeside(ctx, tx, `INSERT INTO advisory_field (field, value, advisory_id) VALUES `, id, values, func(args *db.Args, v term.Value) string {
		return args.Add(string(v.Field)) + ", " + args.Add([]byte(v.Text))
	})
}

// firstValue is the least value that an advisory has in a field, no bytes for none:
// the key of an order.
func firstValue(args *db.Args, f term.Field) string {
	return `COALESCE((SELECT v.value FROM advisory_field v WHERE v.advisory_id = advisory.id AND v.field = ` + args.Add(string(f)) + ` ORDER BY v.value LIMIT 1), ` + args.Add([]byte{}) + `)`
}

// keyOf reads the key of one advisory in the order by a field.
func keyOf(ctx context.Context, tx *db.Tx, id ward.AdvisoryID, f term.Field) (key []byte, err error) {
	var args db.Args
	err = tx.QueryRow(ctx, `SELECT `+firstValue(&args, f)+` FROM advisory WHERE id = `+args.Add(string(id)), args...).Scan(&key)
	return key, db.OrMissing(err)
}

// saying is the condition that a field of an advisory begins with a text.
func saying(args *db.Args, f term.Field, text string) string {
	from, to := term.Span(term.Sortable(f, text))
	return `id IN (SELECT advisory_id FROM advisory_field WHERE field = ` + args.Add(string(f)) + ` AND value >= ` + args.Add(from) + ` AND value < ` + args.Add(to) + `)`
}

// withoutFields lists live advisories of which no field is stored: they came in
// before fields were.
func withoutFields(ctx context.Context, tx *db.Tx, limit int) ([]Revision, error) {
	return db.Rows(ctx, tx, `
		SELECT id, revision_id FROM advisory
		WHERE deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM advisory_field f WHERE f.advisory_id = advisory.id)
		ORDER BY id LIMIT $1`, []any{limit},
		func(r db.Row) (v Revision, err error) { err = r.Scan(&v.Advisory, &v.ID); return v, err })
}
