package advisory

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

func putRead(ctx context.Context, tx *db.Tx, person ward.PersonID, id ward.AdvisoryID, revision string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_read (person_id, advisory_id, revision_id, read_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id, advisory_id) DO UPDATE SET revision_id = excluded.revision_id, read_at = excluded.read_at`,
		string(person), string(id), revision, db.At(now))
	return err
}

func dropRead(ctx context.Context, tx *db.Tx, person ward.PersonID, id ward.AdvisoryID) error {
	_, err := tx.Exec(ctx, `DELETE FROM advisory_read WHERE person_id = $1 AND advisory_id = $2`, string(person), string(id))
	return err
}

// addRead marks those of a page whose newest revision the person has read.
func addRead(ctx context.Context, tx *db.Tx, person ward.PersonID, list []Advisory) error {
	if len(list) == 0 || person == "" {
		return nil
	}
	at := map[ward.AdvisoryID]*Advisory{}
	ids := make([]ward.AdvisoryID, len(list))
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	var args db.Args
	who := args.Add(string(person))
	return tx.Query(ctx, `SELECT advisory_id, revision_id FROM advisory_read
		WHERE person_id = `+who+` AND advisory_id IN (`+db.In(&args, ids)+`) ORDER BY advisory_id`, args, func(r db.Row) error {
		var id ward.AdvisoryID
		var revision string
		err := r.Scan(&id, &revision)
		if a := at[id]; a != nil {
			a.Read = a.RevisionID == revision
		}
		return err
	})
}
