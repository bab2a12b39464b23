package picture

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

func weeklyOf(ctx context.Context, tx *db.Tx, c ward.Country, week int) (id string, err error) {
	err = db.OrMissing(tx.QueryRow(ctx, `SELECT id FROM picture_weekly WHERE country = $1 AND week = $2`, c, week).Scan(&id))
	if ward.CodeOf(err) == ward.NotFound {
		return "", nil
	}
	return id, err
}

func insertWeekly(ctx context.Context, tx *db.Tx, id string, c ward.Country, week int) error {
	_, err := tx.Exec(ctx, `INSERT INTO picture_weekly (id, country, week, state, version, published) VALUES ($1, $2, $3, 'draft', 1, 0)`, id, c, week)
	return err
}

func insertText(ctx context.Context, tx *db.Tx, id string, t WeeklyText) error {
	_, err := tx.Exec(ctx, `INSERT INTO picture_weekly_text (weekly, version, at, person, lang, body, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, t.Version, db.At(t.At), t.Person, t.Lang, t.Body, t.Note)
	return err
}

func setVersion(ctx context.Context, tx *db.Tx, id string, version int64) error {
	_, err := tx.Exec(ctx, `UPDATE picture_weekly SET version = $2 WHERE id = $1`, id, version)
	return err
}

func setPublished(ctx context.Context, tx *db.Tx, id string, version int64, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE picture_weekly SET published = $2, published_at = $3, state = 'published' WHERE id = $1`, id, version, db.At(at))
	return err
}

func scanWeekly(r db.Row) (w Weekly, err error) {
	var week int
	var at db.Time
	err = r.Scan(&w.ID, &w.Country, &week, &w.Version, &w.Published, &at)
	w.Week, w.PublishedAt = dayTime(week), at.Time
	return w, err
}

func weeklyByID(ctx context.Context, tx *db.Tx, id string) (Weekly, error) {
	w, err := scanWeekly(tx.QueryRow(ctx, `SELECT id, country, week, version, published, published_at FROM picture_weekly WHERE id = $1`, id))
	return w, db.OrMissing(err)
}

// weeklyShown bounds the list: three years.
const weeklyShown = 160

func listWeekly(ctx context.Context, tx *db.Tx, published bool) ([]Weekly, error) {
	return db.Rows(ctx, tx, `SELECT id, country, week, version, published, published_at FROM picture_weekly WHERE published >= $1 ORDER BY week DESC, id LIMIT $2`,
		[]any{db.Flag(published), weeklyShown}, scanWeekly)
}

func textsOf(ctx context.Context, tx *db.Tx, id string) ([]WeeklyText, error) {
	return db.Rows(ctx, tx, `SELECT version, at, person, lang, body, note FROM picture_weekly_text WHERE weekly = $1 ORDER BY version`, []any{id}, func(r db.Row) (t WeeklyText, err error) {
		var at db.Time
		err = r.Scan(&t.Version, &at, &t.Person, &t.Lang, &t.Body, &t.Note)
		t.At = at.Time
		return t, err
	})
}
