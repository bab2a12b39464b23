package picture

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// insertHeard notes an event; false when it was heard before.
func insertHeard(ctx context.Context, tx *db.Tx, event ward.EventID) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO picture_heard (event) VALUES ($1) ON CONFLICT (event) DO NOTHING`, event)
	return n == 1, err
}

// nextSerial numbers a change and holds its row until the end, so that who reads
// on from a number misses nothing.
func nextSerial(ctx context.Context, tx *db.Tx) (serial, cut int64, err error) {
	err = tx.QueryRow(ctx, `UPDATE picture_pace SET serial = serial + 1 WHERE one = 1 RETURNING serial, cut`).Scan(&serial, &cut)
	return serial, cut, err
}

func pace(ctx context.Context, tx *db.Tx) (serial, cut int64, err error) {
	err = tx.QueryRow(ctx, `SELECT serial, cut FROM picture_pace WHERE one = 1`).Scan(&serial, &cut)
	return serial, cut, err
}

func updateCut(ctx context.Context, tx *db.Tx, cut int64) error {
	_, err := tx.Exec(ctx, `UPDATE picture_pace SET cut = $1 WHERE one = 1`, cut)
	return err
}

// waiting counts the organisations of whose reports the cover does not know yet.
func waiting(ctx context.Context, tx *db.Tx, cut int64) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(DISTINCT org) FROM picture_case WHERE serial > $1 AND source = 'report'`, cut).Scan(&n)
	return n, err
}

const caseColumns = `mark, org, source, country, day, sector, reason, cause, family, impact, supplier, services, signs, aware_at, early_at, notification_at, final_at,
	told_at, told, known_at, born, serial`

var (
	caseNames = strings.Split(strings.Join(strings.Fields(caseColumns), ""), ",")
	caseKinds = []string{"TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT",
		"BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT"}
)

func (c Case) columns() []any {
	return []any{c.Mark, c.Org, string(c.Source), string(c.Country), int64(c.Day), c.Sector, c.Reason, c.Cause, c.Family, c.Impact, c.Supplier, strings.Join(c.Services, " "),
		strings.Join(c.Signs, " "), db.At(c.Aware), db.At(c.Early), db.At(c.Notification), db.At(c.Final), db.At(c.Told), c.Sending, db.At(c.Known), c.Born, c.Serial}
}

func scanCase(r db.Row) (c Case, err error) {
	var services, signs string
	var aware, early, notification, final, told, known db.Time
	err = r.Scan(&c.Mark, &c.Org, &c.Source, &c.Country, &c.Day, &c.Sector, &c.Reason, &c.Cause, &c.Family, &c.Impact, &c.Supplier, &services, &signs,
		&aware, &early, &notification, &final, &told, &c.Sending, &known, &c.Born, &c.Serial)
	c.Services, c.Signs = strings.Fields(services), strings.Fields(signs)
	c.Aware, c.Early, c.Notification, c.Final, c.Told, c.Known = aware.Time, early.Time, notification.Time, final.Time, told.Time, known.Time
	return c, err
}

func caseByMark(ctx context.Context, tx *db.Tx, mark string) (Case, error) {
	c, err := scanCase(tx.QueryRow(ctx, `SELECT `+caseColumns+` FROM picture_case WHERE mark = $1`, mark))
	return c, db.OrMissing(err)
}

// casesAfter reads what changed after a serial, in its order. A serial is read
// whole: many cases of history may share one.
func casesAfter(ctx context.Context, tx *db.Tx, serial int64) ([]Case, error) {
	return db.Rows(ctx, tx, `SELECT `+caseColumns+` FROM picture_case WHERE serial > $1 ORDER BY serial`, []any{serial}, scanCase)
}

func upsertCase(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := tx.Exec(ctx, `INSERT INTO picture_case (`+caseColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (mark) DO UPDATE SET country = excluded.country, day = excluded.day, sector = excluded.sector, reason = excluded.reason, cause = excluded.cause,
			family = excluded.family, impact = excluded.impact, supplier = excluded.supplier, services = excluded.services, signs = excluded.signs,
			aware_at = excluded.aware_at, early_at = excluded.early_at, notification_at = excluded.notification_at, final_at = excluded.final_at,
			told_at = excluded.told_at, told = excluded.told, serial = excluded.serial`, c.columns()...)
	return err
}

// insertHistory adds cases that are not there yet and counts them.
func insertHistory(ctx context.Context, tx *db.Tx, cases []Case) (int64, error) {
	rows := make([][]any, len(cases))
	for i, c := range cases {
		rows[i] = c.columns()
	}
	return tx.Bulk(ctx, "picture_case", caseNames, caseKinds, rows, "ON CONFLICT (mark) DO NOTHING")
}

// supplierSpread counts by country the organisations that named a supplier.
func supplierSpread(ctx context.Context, tx *db.Tx, supplier string) (map[ward.Country]int, error) {
	out := map[ward.Country]int{}
	err := tx.Query(ctx, `SELECT country, COUNT(DISTINCT org) FROM picture_case WHERE supplier = $1 AND source = 'report' GROUP BY country`, []any{supplier}, func(r db.Row) error {
		var c ward.Country
		var n int
		if err := r.Scan(&c, &n); err != nil {
			return err
		}
		out[c] = n
		return nil
	})
	return out, err
}

func insertSupplier(ctx context.Context, tx *db.Tx, mark, name string) error {
	_, err := tx.Exec(ctx, `INSERT INTO picture_supplier (mark, name) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING`, mark, name)
	return err
}

func supplierNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	return pairs(ctx, tx, `SELECT mark, name FROM picture_supplier`)
}

func sharingRules(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	return pairs(ctx, tx, `SELECT country, rule FROM picture_sharing`)
}

func pairs(ctx context.Context, tx *db.Tx, text string) (map[string]string, error) {
	out := map[string]string{}
	err := tx.Query(ctx, text, nil, func(r db.Row) error {
		var k, v string
		if err := r.Scan(&k, &v); err != nil {
			return err
		}
		out[k] = v
		return nil
	})
	return out, err
}

func upsertSharing(ctx context.Context, tx *db.Tx, c ward.Country, rule Sharing, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO picture_sharing (country, rule, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (country) DO UPDATE SET rule = excluded.rule, changed_at = excluded.changed_at`, c, rule, db.At(at))
	return err
}

// insertQuestion notes a question of a person's day and counts them.
func insertQuestion(ctx context.Context, tx *db.Tx, person ward.PersonID, day int, digest string) (n int, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO picture_question (person, day, digest) VALUES ($1, $2, $3) ON CONFLICT (person, day, digest) DO NOTHING`, person, day, digest); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM picture_question WHERE person = $1 AND day = $2`, person, day).Scan(&n)
	return n, err
}

func deleteQuestions(ctx context.Context, tx *db.Tx, before int) error {
	_, err := tx.Exec(ctx, `DELETE FROM picture_question WHERE day < $1`, before)
	return err
}
