package inventory

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"

	"ward"
	"ward/kit/db"
	"ward/kit/id"
	"ward/prevent/inventory/upload"
)

const importColumns = `id, org, person, person_name, file, format, bytes, state, mapping, removing, total, progress,
	added, changed, removed, unchanged, report, fail, created_at, confirmed_at, finished_at`

// scanImport is the one scan of an import.
func scanImport(r db.Row) (Import, error) {
	var m Import
	var columns, report string
	var removing int
	var created, confirmed, finished db.Time
	err := r.Scan(&m.ID, &m.Org, &m.Person, &m.Name, &m.File, &m.Format, &m.Bytes, &m.State, &columns, &removing, &m.Total, &m.Progress,
		&m.Added, &m.Changed, &m.Removed, &m.Unchanged, &report, &m.Fail, &created, &confirmed, &finished)
	if err != nil {
		return m, err
	}
	m.Removing, m.Created, m.Confirmed, m.Finished = removing == 1, created.Time, confirmed.Time, finished.Time
	return m, errors.Join(json.Unmarshal([]byte(columns), &m.Columns), json.Unmarshal([]byte(report), &m.Report))
}

// jsonText is JSON for a column that SQL does not look into. What is stored so
// are our own structs of texts and numbers, which always encode.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}

// bit is a boolean as both databases keep it.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// insertImport stores a new import.
func insertImport(ctx context.Context, tx *db.Tx, m Import) error {
	return insert(ctx, tx, `INSERT INTO inventory_import (`+importColumns+`)`, [][]any{{m.ID, string(m.Org), string(m.Person), m.Name, m.File,
		m.Format, m.Bytes, string(m.State), jsonText(m.Columns), bit(m.Removing), m.Total, m.Progress, m.Added, m.Changed, m.Removed,
		m.Unchanged, jsonText(m.Report), m.Fail, db.At(m.Created), db.At(m.Confirmed), db.At(m.Finished)}})
}

// updateImport writes all that may change.
func updateImport(ctx context.Context, tx *db.Tx, m Import) error {
	_, err := tx.Exec(ctx, `
		UPDATE inventory_import SET format = $1, state = $2, mapping = $3, removing = $4, total = $5, progress = $6, added = $7, changed = $8,
			removed = $9, unchanged = $10, report = $11, fail = $12, confirmed_at = $13, finished_at = $14
		WHERE id = $15`, m.Format, string(m.State), jsonText(m.Columns), bit(m.Removing), m.Total, m.Progress, m.Added, m.Changed, m.Removed,
		m.Unchanged, jsonText(m.Report), m.Fail, db.At(m.Confirmed), db.At(m.Finished), m.ID)
	return err
}

// readImport finds an import; NotFound when there is none.
func readImport(ctx context.Context, tx *db.Tx, id string) (Import, error) {
	m, err := scanImport(tx.QueryRow(ctx, `SELECT `+importColumns+` FROM inventory_import WHERE id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return m, ward.Fail(ward.NotFound, "inventory.error.no_import")
	}
	return m, err
}

// deleteImport takes back an import that only said what would happen.
func deleteImport(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM inventory_import WHERE id = $1 AND state = 'preview'`, id)
	return err
}

// moveImport changes the state if it still is what the caller saw; Conflict if not.
func moveImport(ctx context.Context, tx *db.Tx, id string, from, to State) error {
	n, err := tx.Exec(ctx, `UPDATE inventory_import SET state = $1 WHERE id = $2 AND state = $3`, string(to), id, string(from))
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "inventory.error.import_moved")
	}
	return err
}

// setProgress tells how many rows are prepared.
func setProgress(ctx context.Context, tx *db.Tx, id string, rows int) error {
	_, err := tx.Exec(ctx, `UPDATE inventory_import SET progress = $1 WHERE id = $2`, rows, id)
	return err
}

// listImports gives the newest imports before one (empty: from the newest).
func listImports(ctx context.Context, tx *db.Tx, scope ward.Scope, before string, limit int) ([]Import, error) {
	var args db.Args
	where := args.Scope(scope, "org", "")
	if before != "" {
		where += ` AND id < ` + args.Add(before)
	}
	return db.Rows(ctx, tx, `SELECT `+importColumns+` FROM inventory_import WHERE `+where+` ORDER BY id DESC LIMIT `+args.Add(limit), args, scanImport)
}

// openImports gives the unconfirmed imports of an organisation, newest first.
func openImports(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT id FROM inventory_import WHERE org = $1 AND state = 'preview' ORDER BY id DESC LIMIT 100`, []any{string(org)},
		func(r db.Row) (string, error) {
			var id string
			err := r.Scan(&id)
			return id, err
		})
}

// expireImports ends unconfirmed imports that began before a time and removes
// files that no open import has, also those of an upload that broke off.
func expireImports(ctx context.Context, tx *db.Tx, before, now db.Time) error {
	for _, step := range []struct {
		text string
		args []any
	}{
		{`UPDATE inventory_import SET state = 'expired', finished_at = $1 WHERE state = 'preview' AND created_at < $2`, []any{now, before}},
		// Confirmed a day ago and still not done: the process that had it is gone for good.
		{`UPDATE inventory_import SET state = 'failed', fail = 'inventory.error.import_failed', finished_at = $1
			WHERE state IN ('waiting', 'running') AND confirmed_at < $2`, []any{now, before}},
		{`DELETE FROM inventory_upload WHERE import NOT IN (SELECT id FROM inventory_import WHERE state IN ('preview', 'waiting', 'running'))
			AND import < $1`, []any{idBefore(before)}},
		{`DELETE FROM inventory_staged WHERE run < $1`, []any{idBefore(before)}},
	} {
		if _, err := tx.Exec(ctx, step.text, step.args...); err != nil {
			return err
		}
	}
	return nil
}

const uploadPart = 1 << 20 // bytes; a part is one short transaction

// insertPart stores one part of a file.
func insertPart(ctx context.Context, tx *db.Tx, id string, part int, body []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO inventory_upload (import, part, body) VALUES ($1, $2, $3)`, id, part, body)
	return err
}

// readUpload puts a file together; NotFound when parts are missing.
func readUpload(ctx context.Context, tx *db.Tx, id string, size int64) ([]byte, error) {
	out := make([]byte, 0, size)
	err := tx.Query(ctx, `SELECT body FROM inventory_upload WHERE import = $1 ORDER BY part`, []any{id}, func(r db.Row) error {
		var body []byte
		err := r.Scan(&body)
		out = append(out, body...)
		return err
	})
	if err == nil && int64(len(out)) != size {
		return nil, ward.Fail(ward.NotFound, "inventory.error.no_upload")
	}
	return out, err
}

// deleteUpload removes a file.
func deleteUpload(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM inventory_upload WHERE import = $1`, id)
	return err
}

// readMapping gives the columns as they were confirmed last for this header; nil
// if there is none.
func readMapping(ctx context.Context, tx *db.Tx, org ward.OrgID, shape string) ([]upload.Column, error) {
	var text string
	err := tx.QueryRow(ctx, `SELECT mapping FROM inventory_mapping WHERE org = $1 AND shape = $2`, string(org), shape).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	var out []upload.Column
	if err == nil {
		err = json.Unmarshal([]byte(text), &out)
	}
	return out, err
}

// rememberMapping keeps the columns as they were confirmed.
func rememberMapping(ctx context.Context, tx *db.Tx, org ward.OrgID, columns []upload.Column, now db.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO inventory_mapping (org, shape, mapping, used_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org, shape) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at`,
		string(org), upload.Shape(columns), jsonText(columns), now)
	return err
}

// idBefore is the smallest id that is made after t: ids sort by time.
func idBefore(t db.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(t.UnixMilli())<<16)
	return id.Format(b)
}
