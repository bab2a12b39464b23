package sensor

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ward"
	"ward/format/detection"
	"ward/format/tally"
	"ward/kit/db"
)

func answerOf(ctx context.Context, tx *db.Tx, org ward.OrgID, u *detection.Upload) (answer string, err error) {
	err = tx.QueryRow(ctx, `SELECT answer FROM sensor_batch WHERE org = $1 AND sensor = $2 AND batch = $3`, org, u.Sensor.ID, u.Batch).Scan(&answer)
	return answer, err
}

// batchesSince counts what all replicas took in from an organisation.
func batchesSince(ctx context.Context, tx *db.Tx, org ward.OrgID, since time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM sensor_batch WHERE at > $1 AND org = $2`, db.At(since), org).Scan(&n)
	return n, err
}

func insertBatch(ctx context.Context, tx *db.Tx, org ward.OrgID, u *detection.Upload, at time.Time, answer string) error {
	_, err := tx.Exec(ctx, `INSERT INTO sensor_batch (org, sensor, batch, at, answer) VALUES ($1, $2, $3, $4, $5)`, org, u.Sensor.ID, u.Batch, db.At(at), answer)
	return err
}

// sightedWithin reports whether an organisation sent a hit of a thing since a time.
func sightedWithin(ctx context.Context, tx *db.Tx, org ward.OrgID, about string, since time.Time) (bool, error) {
	var n int64
	err := tx.QueryRow(ctx, `SELECT 1 FROM sensor_hit WHERE about = $1 AND org = $2 AND received_at > $3 LIMIT 1`, about, org, db.At(since)).Scan(&n)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return n == 1, err
}

// toldOf lists what of the collection of an item an organisation was told since a time.
func toldOf(ctx context.Context, tx *db.Tx, org ward.OrgID, item string, since time.Time) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT DISTINCT h.about FROM sensor_hit h JOIN sensor_item i ON i.id = h.item
		WHERE h.org = $1 AND h.told_at > $2 AND i.collection = (SELECT collection FROM sensor_item WHERE id = $3) LIMIT $4`,
		[]any{org, db.At(since), item, 4 * alone}, func(r db.Row) (about string, err error) { return about, r.Scan(&about) })
}

func markTold(ctx context.Context, tx *db.Tx, hit string, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE sensor_hit SET told_at = $2 WHERE id = $1`, hit, db.At(at)))
}

// beside counts what of the collection of an item an organisation has open hits of and
// was never told.
func beside(ctx context.Context, tx *db.Tx, org ward.OrgID, item string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(DISTINCT h.about) FROM sensor_hit h JOIN sensor_item i ON i.id = h.item
		WHERE h.org = $1 AND i.collection = (SELECT collection FROM sensor_item WHERE id = $2) AND h.state IN ('new', 'looking', 'confirmed')
		AND h.about NOT IN (SELECT about FROM sensor_hit WHERE org = $1 AND told_at IS NOT NULL)`, org, item).Scan(&n)
	return n, err
}

// countCap keeps a sum far from the end of its column.
const countCap = 1_000_000_000_000_000

// putHit writes a hit, or adds it to the one of that hour; it gives the id under
// which it is kept.
func putHit(ctx context.Context, tx *db.Tx, h Hit) (id string, err error) {
	fields, err := json.Marshal(h.Fields)
	if err != nil {
		return "", err
	}
	err = tx.QueryRow(ctx, `INSERT INTO sensor_hit (id, org, country, about, kind, type, value, title, level, source, item, subject, hour_at, first_at, last_at,
			count, sensor, fields, redacted, clock, state, received_at, updated_at, seen_before)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 'new', $21, $21, $23)
		ON CONFLICT (org, about, subject, hour_at) DO UPDATE SET
			count = CASE WHEN sensor_hit.count > $22 THEN sensor_hit.count ELSE sensor_hit.count + excluded.count END,
			first_at = CASE WHEN excluded.first_at < sensor_hit.first_at THEN excluded.first_at ELSE sensor_hit.first_at END,
			last_at = CASE WHEN excluded.last_at > sensor_hit.last_at THEN excluded.last_at ELSE sensor_hit.last_at END,
			redacted = sensor_hit.redacted + excluded.redacted, updated_at = excluded.updated_at
		RETURNING id`,
		h.ID, h.Org, h.Country, h.about(), string(h.Kind), h.Type, h.Value, h.Title, h.Level, h.Source, h.Item, h.Subject, db.At(h.Hour), db.At(h.First), db.At(h.Last),
		h.Count, h.Sensor, string(fields), h.Redacted, string(h.Clock), db.At(h.Received), int64(countCap), h.Before).Scan(&id)
	return id, err
}

const hitColumns = `h.id, h.org, h.country, h.kind, h.type, h.value, h.title, h.level, h.source, h.item, h.subject, h.hour_at, h.first_at, h.last_at,
	h.count, h.sensor, h.fields, h.redacted, h.clock, h.state, h.received_at, h.updated_at, h.seen_before`

func scanHit(r db.Row) (h Hit, err error) {
	var hour, first, last, received, updated db.Time
	var fields string
	if err = r.Scan(&h.ID, &h.Org, &h.Country, &h.Kind, &h.Type, &h.Value, &h.Title, &h.Level, &h.Source, &h.Item, &h.Subject, &hour, &first, &last,
		&h.Count, &h.Sensor, &fields, &h.Redacted, &h.Clock, &h.State, &received, &updated, &h.Before); err != nil {
		return h, err
	}
	h.Hour, h.First, h.Last, h.Received, h.Updated = hour.Time, first.Time, last.Time, received.Time, updated.Time
	return h, json.Unmarshal([]byte(fields), &h.Fields)
}

func hitByID(ctx context.Context, tx *db.Tx, id string) (Hit, error) {
	h, err := scanHit(tx.QueryRow(ctx, `SELECT `+hitColumns+` FROM sensor_hit h WHERE h.id = $1`, id))
	return h, db.OrMissing(err)
}

func hits(ctx context.Context, tx *db.Tx, scope ward.Scope, f HitFilter) ([]Hit, error) {
	var args db.Args
	where := args.Scope(scope, "h.org", "h.country")
	switch {
	case f.State != "":
		where += " AND h.state = " + args.Add(string(f.State))
	case !f.All:
		where += " AND h.state IN ('new', 'looking', 'confirmed')"
	}
	if f.Item != "" {
		where += " AND h.item = " + args.Add(f.Item)
	}
	if f.After != "" {
		where += " AND h.id < " + args.Add(f.After)
	}
	return db.Rows(ctx, tx, `SELECT `+hitColumns+` FROM sensor_hit h WHERE `+where+` ORDER BY h.id DESC LIMIT `+args.Add(f.Limit), args, scanHit)
}

func hitFigures(ctx context.Context, tx *db.Tx, scope ward.Scope) (f Figures, err error) {
	var args db.Args
	err = tx.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN h.state = 'new' THEN 1 ELSE 0 END), 0), COUNT(*), COUNT(DISTINCT h.org)
		FROM sensor_hit h WHERE h.state IN ('new', 'looking', 'confirmed') AND `+args.Scope(scope, "h.org", "h.country"), args...).Scan(&f.New, &f.Open, &f.Hospitals)
	return f, err
}

func moveHit(ctx context.Context, tx *db.Tx, h Hit, to HitState, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE sensor_hit SET state = $3, updated_at = $4 WHERE id = $1 AND state = $2`, h.ID, string(h.State), string(to), db.At(at)))
}

func insertHitEntry(ctx context.Context, tx *db.Tx, id, hit string, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO sensor_hit_entry (id, hit, at, person, state, comment) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, hit, db.At(e.At), e.Person, string(e.State), e.Comment)
	return err
}

func hitEntries(ctx context.Context, tx *db.Tx, hit string) ([]Entry, error) {
	return db.Rows(ctx, tx, `SELECT at, person, state, comment FROM sensor_hit_entry WHERE hit = $1 ORDER BY id DESC LIMIT 200`, []any{hit}, func(r db.Row) (e Entry, err error) {
		var at db.Time
		err = r.Scan(&at, &e.Person, &e.State, &e.Comment)
		e.At = at.Time
		return e, err
	})
}

func putFeedback(ctx context.Context, tx *db.Tx, id string, h Hit, day time.Time, comment string) error {
	_, err := tx.Exec(ctx, `INSERT INTO sensor_feedback (id, hit, item, day_at, comment) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (hit) DO UPDATE SET day_at = excluded.day_at, comment = excluded.comment`, id, h.ID, h.Item, db.At(day), comment)
	return err
}

func dropFeedback(ctx context.Context, tx *db.Tx, hit string) error {
	_, err := tx.Exec(ctx, `DELETE FROM sensor_feedback WHERE hit = $1`, hit)
	return err
}

// feedbackOf lists what was said of the items of a collection. Within a day the
// order is that of the text, which says nothing of who came first.
func feedbackOf(ctx context.Context, tx *db.Tx, collection string) ([]Feedback, error) {
	return db.Rows(ctx, tx, `SELECT f.day_at, f.comment, `+itemColumns+` FROM sensor_feedback f JOIN sensor_item i ON i.id = f.item
		WHERE i.collection = $1 ORDER BY f.day_at DESC, f.comment, f.id LIMIT 200`, []any{collection}, func(r db.Row) (f Feedback, err error) {
		var day db.Time
		var covers int64
		i := &f.Item
		err = r.Scan(&day, &f.Comment, &i.ID, &i.Collection, &i.Kind, &i.Type, &i.Value, &covers, &i.Ref, &i.Title, &i.Level, &i.Author, &i.YAML)
		i.Covers, f.Day = covers != 0, day.Time
		return f, err
	})
}

// sightings counts by country the organisations that sent a hit of a thing
// before a time, leaving out the reader's own circle.
func sightings(ctx context.Context, tx *db.Tx, about string, before time.Time, org ward.OrgID, country ward.Country) (tally.Tally, error) {
	out := tally.Tally{}
	err := tx.Query(ctx, `SELECT country, COUNT(DISTINCT org) FROM sensor_hit WHERE about = $1 AND received_at < $2 AND org <> $3 AND (country <> $4 OR country = '')
		GROUP BY country`, []any{about, db.At(before), org, country}, scanTally(out))
	return out, err
}

// sensing counts by country the organisations with a sensor that was heard of
// since a time, and that were there before another.
func sensing(ctx context.Context, tx *db.Tx, since, before time.Time) (tally.Tally, error) {
	out := tally.Tally{}
	err := tx.Query(ctx, `SELECT country, COUNT(DISTINCT org) FROM sensor_sensor WHERE last_at >= $1 AND first_at < $2 GROUP BY country`, []any{db.At(since), db.At(before)}, scanTally(out))
	return out, err
}

func scanTally(into tally.Tally) func(db.Row) error {
	return func(r db.Row) error {
		var c ward.Country
		var n int
		err := r.Scan(&c, &n)
		into[c] = n
		return err
	}
}

// tidyHits forgets batches and hits that are too old.
func tidyHits(ctx context.Context, tx *db.Tx, batches, old time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM sensor_batch WHERE at < $1`, db.At(batches)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM sensor_hit_entry WHERE hit IN (SELECT id FROM sensor_hit WHERE received_at < $1)`, db.At(old)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM sensor_feedback WHERE hit IN (SELECT id FROM sensor_hit WHERE received_at < $1)`, db.At(old)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM sensor_hit WHERE received_at < $1`, db.At(old))
	return err
}
