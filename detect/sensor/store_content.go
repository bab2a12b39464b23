package sensor

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// one turns "somebody was faster" into Conflict.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "sensor.error.edit")
	}
	return err
}

const collectionColumns = `c.id, c.org, c.country, c.title, c.summary, c.advice, c.source, c.lang, c.tlp, c.severity, c.state, c.edit, c.reason,
	c.updated_at, c.published_at,
	(SELECT COUNT(*) FROM sensor_item i WHERE i.collection = c.id AND i.kind = 'indicator'),
	(SELECT COUNT(*) FROM sensor_item i WHERE i.collection = c.id AND i.kind = 'rule'),
	(SELECT COUNT(*) FROM sensor_item i WHERE i.collection = c.id AND i.kind = 'harmless')`

func scanCollection(r db.Row) (c Collection, err error) {
	var updated, published db.Time
	err = r.Scan(&c.ID, &c.Org, &c.Country, &c.Title, &c.Summary, &c.Advice, &c.Source, &c.Lang, &c.TLP, &c.Severity, &c.State, &c.Edit, &c.Reason,
		&updated, &published, &c.Indicators, &c.Rules, &c.Harmless)
	c.Updated, c.Published = updated.Time, published.Time
	return c, err
}

func collectionByID(ctx context.Context, tx *db.Tx, id string) (Collection, error) {
	c, err := scanCollection(tx.QueryRow(ctx, `SELECT `+collectionColumns+` FROM sensor_collection c WHERE c.id = $1`, id))
	if err != nil {
		return c, db.OrMissing(err)
	}
	c.Authors, err = db.Rows(ctx, tx, `SELECT person FROM sensor_hand WHERE collection = $1 ORDER BY person`, []any{id},
		func(r db.Row) (p ward.PersonID, err error) { err = r.Scan(&p); return p, err })
	return c, err
}

// listLimit bounds the collections of a list and of a bundle.
const listLimit = 500

// collections lists the newest first: only published ones when live says so.
func collections(ctx context.Context, tx *db.Tx, live bool) ([]Collection, error) {
	where := "1 = 1"
	if live {
		where = "c.state = 'published'"
	}
	return db.Rows(ctx, tx, `SELECT `+collectionColumns+` FROM sensor_collection c WHERE `+where+` ORDER BY c.updated_at DESC, c.id LIMIT $1`,
		[]any{listLimit}, scanCollection)
}

// contentMark changes whenever something that is given out does.
func contentMark(ctx context.Context, tx *db.Tx) (n, newest int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(SUM(edit), 0), COALESCE(MAX(updated_at), 0) FROM sensor_collection`).Scan(&n, &newest)
	return n, newest, err
}

func insertCollection(ctx context.Context, tx *db.Tx, c Collection, by ward.PersonID) error {
	_, err := tx.Exec(ctx, `INSERT INTO sensor_collection (id, org, country, title, summary, advice, source, lang, tlp, severity, state, edit, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', 1, $11)`,
		c.ID, c.Org, c.Country, c.Title, c.Summary, c.Advice, c.Source, c.Lang, int64(c.TLP), int64(c.Severity), db.At(c.Updated))
	if err != nil {
		return err
	}
	return insertHand(ctx, tx, c.ID, by)
}

func insertHand(ctx context.Context, tx *db.Tx, collection string, by ward.PersonID) error {
	_, err := tx.Exec(ctx, `INSERT INTO sensor_hand (collection, person) VALUES ($1, $2) ON CONFLICT DO NOTHING`, collection, by)
	return err
}

func updateHead(ctx context.Context, tx *db.Tx, c Collection, h Head, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE sensor_collection SET title = $3, summary = $4, advice = $5, source = $6, lang = $7, tlp = $8, severity = $9,
		edit = edit + 1, updated_at = $10 WHERE id = $1 AND edit = $2 AND state = 'draft'`,
		c.ID, c.Edit, h.Title, h.Summary, h.Advice, h.Source, h.Lang, int64(h.TLP), int64(h.Severity), db.At(at)))
}

// touchCollection notes that the items of a draft changed.
func touchCollection(ctx context.Context, tx *db.Tx, c Collection, at time.Time) error {
	return one(tx.Exec(ctx, `UPDATE sensor_collection SET edit = edit + 1, updated_at = $3 WHERE id = $1 AND edit = $2 AND state = 'draft'`, c.ID, c.Edit, db.At(at)))
}

// moveCollection makes a step of the table of transitions, unless somebody else
// moved or changed it since it was read.
func moveCollection(ctx context.Context, tx *db.Tx, c Collection, to State, reason string, at time.Time) error {
	if !c.State.May(to) {
		return ward.Fail(ward.Conflict, "sensor.error.step")
	}
	published := db.At(c.Published)
	if to == Published {
		published = db.At(at)
	}
	return one(tx.Exec(ctx, `UPDATE sensor_collection SET state = $4, edit = edit + 1, reason = $5, updated_at = $6, published_at = $7
		WHERE id = $1 AND edit = $2 AND state = $3`, c.ID, c.Edit, c.State, to, reason, db.At(at), published))
}

const itemColumns = `i.id, i.collection, i.kind, i.type, i.value, i.covers, i.ref, i.title, i.level, i.author, i.yaml`

func scanItem(r db.Row) (i Item, err error) {
	var covers int64
	err = r.Scan(&i.ID, &i.Collection, &i.Kind, &i.Type, &i.Value, &covers, &i.Ref, &i.Title, &i.Level, &i.Author, &i.YAML)
	i.Covers = covers != 0
	return i, err
}

// itemsOf lists what is in a collection, from a place on: by kind, then value.
func itemsOf(ctx context.Context, tx *db.Tx, collection string, limit, offset int) ([]Item, error) {
	return db.Rows(ctx, tx, `SELECT `+itemColumns+` FROM sensor_item i WHERE i.collection = $1 ORDER BY i.kind DESC, i.type, i.value, i.id LIMIT $2 OFFSET $3`,
		[]any{collection, limit, offset}, scanItem)
}

func itemByID(ctx context.Context, tx *db.Tx, id string) (Item, error) {
	i, err := scanItem(tx.QueryRow(ctx, `SELECT `+itemColumns+` FROM sensor_item i WHERE i.id = $1`, id))
	return i, db.OrMissing(err)
}

// itemsAbout finds a thing in published collections, the oldest publication first.
func itemsAbout(ctx context.Context, tx *db.Tx, about string) ([]Item, error) {
	return db.Rows(ctx, tx, `SELECT `+itemColumns+` FROM sensor_item i JOIN sensor_collection c ON c.id = i.collection
		WHERE i.about = $1 AND c.state = 'published' ORDER BY c.published_at, i.id LIMIT 50`, []any{about}, scanItem)
}

// insertItems adds what is not there yet and gives how many that were.
func insertItems(ctx context.Context, tx *db.Tx, items []Item) (int64, error) {
	rows := make([][]any, len(items))
	for n, i := range items {
		rows[n] = []any{i.ID, i.Collection, string(i.Kind), i.Type, i.Value, db.Flag(i.Covers), i.Ref, i.Title, i.Level, i.Author, i.YAML, i.about()}
	}
	return tx.Bulk(ctx, "sensor_item", []string{"id", "collection", "kind", "type", "value", "covers", "ref", "title", "level", "author", "yaml", "about"},
		[]string{"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT"}, rows, "ON CONFLICT DO NOTHING")
}

func deleteItem(ctx context.Context, tx *db.Tx, collection, id string) error {
	n, err := tx.Exec(ctx, `DELETE FROM sensor_item WHERE id = $1 AND collection = $2`, id, collection)
	if err == nil && n == 0 {
		err = ward.Fail(ward.NotFound, "")
	}
	return err
}
