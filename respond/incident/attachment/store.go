package attachment

import (
	"context"

	"ward/kit/db"
	"ward/respond/incident"
)

// sealedFile is a file as it lies in the table.
type sealedFile struct {
	File
	sealed []byte
}

func insertFile(ctx context.Context, tx *db.Tx, r incident.Report, f File, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_file (id, report_id, org, at, person, size, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		f.ID, r.ID, r.Org, db.At(f.At), f.By, f.Size, sealed)
	return err
}

func insertPart(ctx context.Context, tx *db.Tx, file string, number int, sealed []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO incident_file_part (file_id, number, sealed) VALUES ($1, $2, $3)`, file, number, sealed)
	return err
}

func partOf(ctx context.Context, tx *db.Tx, file string, number int) (sealed []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT sealed FROM incident_file_part WHERE file_id = $1 AND number = $2`, file, number).Scan(&sealed)
	return sealed, db.OrMissing(err)
}

// filesOf lists the files of a report without their bytes, oldest first.
func filesOf(ctx context.Context, tx *db.Tx, report string) ([]sealedFile, error) {
	return db.Rows(ctx, tx, `SELECT id, at, person, size, sealed FROM incident_file WHERE report_id = $1 ORDER BY id LIMIT $2`, []any{report, maxFiles},
		func(row db.Row) (f sealedFile, err error) {
			var at db.Time
			err = row.Scan(&f.ID, &at, &f.By, &f.Size, &f.sealed)
			f.At = at.Time
			return f, err
		})
}

// sizes counts the files of a report, their bytes, and those of its hospital.
func sizes(ctx context.Context, tx *db.Tx, r incident.Report) (n int, report, org int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(size), 0) FROM incident_file WHERE report_id = $1`, r.ID).Scan(&n, &report)
	if err == nil {
		err = tx.QueryRow(ctx, `SELECT COALESCE(SUM(size), 0) FROM incident_file WHERE org = $1`, r.Org).Scan(&org)
	}
	return n, report, org, err
}

// deleteFile takes a file away with its parts.
func deleteFile(ctx context.Context, tx *db.Tx, report, file string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM incident_file WHERE report_id = $1 AND id = $2`, report, file)
	return n > 0, err
}
