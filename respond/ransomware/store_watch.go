package ransomware

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

func insertWatch(ctx context.Context, tx *db.Tx, w Watch, family string) error {
	_, err := tx.Exec(ctx, `INSERT INTO ransomware_watch (id, org, family, name, reference, person, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		w.ID, w.Org, family, w.Family, w.Reference, w.Person, db.At(w.Created))
	if db.Duplicate(err) {
		return ward.Fail(ward.Conflict, "ransomware.error.again").At("family")
	}
	return err
}

func countWatches(ctx context.Context, tx *db.Tx, org ward.OrgID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM ransomware_watch WHERE org = $1 AND ended_at IS NULL`, org).Scan(&n)
	return n, err
}

const watchColumns = `w.id, w.org, w.name, w.reference, w.person, w.created_at,
	(SELECT COUNT(*) FROM ransomware_told t WHERE t.watch = w.id)`

func scanWatch(r db.Row) (w Watch, err error) {
	var created db.Time
	err = r.Scan(&w.ID, &w.Org, &w.Family, &w.Reference, &w.Person, &created, &w.Told)
	w.Created = created.Time
	return w, err
}

// watchByID gives an open watch.
func watchByID(ctx context.Context, tx *db.Tx, id string) (Watch, error) {
	w, err := scanWatch(tx.QueryRow(ctx, `SELECT `+watchColumns+` FROM ransomware_watch w WHERE w.id = $1 AND w.ended_at IS NULL`, id))
	return w, db.OrMissing(err)
}

// toldWatch gives a watch, open or ended.
func toldWatch(ctx context.Context, tx *db.Tx, id string) (Watch, error) {
	w, err := scanWatch(tx.QueryRow(ctx, `SELECT `+watchColumns+` FROM ransomware_watch w WHERE w.id = $1`, id))
	return w, db.OrMissing(err)
}

// toldOf lists the watches that were told of a decryptor, behind an id, in the order of ids.
func toldOf(ctx context.Context, tx *db.Tx, decryptor, after string, limit int) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT watch FROM ransomware_told WHERE decryptor = $1 AND watch > $2 ORDER BY watch LIMIT $3`, []any{decryptor, after, limit},
		func(r db.Row) (id string, err error) { err = r.Scan(&id); return id, err })
}

// watches lists the open ones of the organisations in scope, newest first.
func watches(ctx context.Context, tx *db.Tx, scope ward.Scope, limit int) ([]Watch, error) {
	var args db.Args
	where, most := args.Scope(scope, "w.org", ""), args.Add(limit)
	return db.Rows(ctx, tx, `SELECT `+watchColumns+` FROM ransomware_watch w WHERE w.ended_at IS NULL AND `+where+`
		ORDER BY w.created_at DESC, w.id DESC LIMIT `+most, args, scanWatch)
}

func endWatch(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE ransomware_watch SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, id, db.At(at)))
}

// waiting lists open watches of a family that were not told of a decryptor, behind
// an id, in the order of ids.
func waiting(ctx context.Context, tx *db.Tx, families []string, decryptor, after string, limit int) ([]string, error) {
	args := db.Args{decryptor, after}
	where, most := among(&args, "w.family", families), args.Add(limit)
	return db.Rows(ctx, tx, `SELECT w.id FROM ransomware_watch w WHERE w.ended_at IS NULL AND w.id > $2`+where+`
			AND NOT EXISTS (SELECT 1 FROM ransomware_told t WHERE t.watch = w.id AND t.decryptor = $1)
		ORDER BY w.id LIMIT `+most, args,
		func(r db.Row) (id string, err error) { err = r.Scan(&id); return id, err })
}

// insertTold is false when it was told already.
func insertTold(ctx context.Context, tx *db.Tx, watch, decryptor string, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO ransomware_told (watch, decryptor, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, watch, decryptor, db.At(at))
	return n > 0, err
}
