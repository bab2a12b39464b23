package disclosure

import (
	"context"
	"time"

	"ward/kit/db"
)

// The statements of this file are the only ones that touch the tables of the
// confidence. What other rooms are answered is in store_read.go.

func insertConfidence(ctx context.Context, tx *db.Tx, id string, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_confidence (case_id, sealed) VALUES ($1, $2)`, id, sealed)
	return err
}

func confidenceOf(ctx context.Context, tx *db.Tx, id string) (sealed []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM disclosure_confidence WHERE case_id = $1`, id).Scan(&sealed)
	return sealed, db.OrMissing(err)
}

// sealedMessage is a message as it lies in the table.
type sealedMessage struct {
	Message
	sealed []byte
}

func insertMessage(ctx context.Context, tx *db.Tx, caseID string, m sealedMessage) error {
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_message (id, case_id, at, side, person, sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, caseID, db.At(m.At), m.Side, m.Person, m.sealed)
	return err
}

// messagesOf lists the talk of a case, oldest first; with notes only for the Centre.
func messagesOf(ctx context.Context, tx *db.Tx, caseID string, notes bool) ([]sealedMessage, error) {
	return db.Rows(ctx, tx, `SELECT id, at, side, person, sealed FROM disclosure_message
		WHERE case_id = $1 AND (side <> 'note' OR $2 = 1) ORDER BY id LIMIT 1000`, []any{caseID, db.Flag(notes)},
		func(r db.Row) (m sealedMessage, err error) {
			var at db.Time
			err = r.Scan(&m.ID, &at, &m.Side, &m.Person, &m.sealed)
			m.At = at.Time
			return m, err
		})
}

// countWords counts what the reporter wrote since a time.
func countWords(ctx context.Context, tx *db.Tx, caseID string, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM disclosure_message WHERE case_id = $1 AND side = 'reporter' AND at > $2`, caseID, db.At(since)).Scan(&n)
	return n, err
}

// sealedFile is a file as it lies in the table.
type sealedFile struct {
	File
	name, sealed []byte
}

func insertFile(ctx context.Context, tx *db.Tx, caseID string, f sealedFile) error {
	_, err := tx.Exec(ctx, `INSERT INTO disclosure_file (id, case_id, at, size, sha256, name, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		f.ID, caseID, db.At(f.At), f.Size, f.SHA256, f.name, f.sealed)
	return err
}

// filesOf lists the attachments of a case without their bytes, oldest first.
func filesOf(ctx context.Context, tx *db.Tx, caseID string) ([]sealedFile, error) {
	return db.Rows(ctx, tx, `SELECT id, at, size, sha256, name FROM disclosure_file WHERE case_id = $1 ORDER BY id LIMIT 100`, []any{caseID},
		func(r db.Row) (f sealedFile, err error) {
			var at db.Time
			err = r.Scan(&f.ID, &at, &f.Size, &f.SHA256, &f.name)
			f.At = at.Time
			return f, err
		})
}

func fileByID(ctx context.Context, tx *db.Tx, caseID, id string) (f sealedFile, err error) {
	var at db.Time
	err = tx.QueryRow(ctx, `SELECT id, at, size, sha256, name, sealed FROM disclosure_file WHERE case_id = $1 AND id = $2`, caseID, id).
		Scan(&f.ID, &at, &f.Size, &f.SHA256, &f.name, &f.sealed)
	f.At = at.Time
	return f, db.OrMissing(err)
}

// filesSize counts the attachments of a case and their bytes.
func filesSize(ctx context.Context, tx *db.Tx, caseID string) (n int, size int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(size), 0) FROM disclosure_file WHERE case_id = $1`, caseID).Scan(&n, &size)
	return n, size, err
}
