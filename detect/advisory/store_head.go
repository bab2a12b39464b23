package advisory

import (
	"context"
	"slices"
	"strings"

	"ward"
	"ward/kit/db"
)

const headColumns = `id, namespace, tracking, revision_id, version, status, category, title, lang, publisher, url, tlp,
	severity, score, vector, own_score, exploited, own_exploited, epss, withdrawn, patient_risk, initial_at, published_at, fetched_at, stored_at`

// scanHead reads one row of headColumns; CVEs are read apart (withCVEs).
func scanHead(r db.Row) (a Advisory, err error) {
	var tlp, severity, own, withdrawn int
	var initial, published, fetched, stored db.Time
	err = r.Scan(&a.ID, &a.Namespace, &a.Tracking, &a.RevisionID, &a.Revision, &a.Status, &a.Category, &a.Title, &a.Lang,
		&a.Publisher, &a.URL, &tlp, &severity, &a.Score, &a.Vector, &own, &a.Exploited, &a.own, &a.EPSS, &withdrawn,
		&a.PatientRisk, &initial, &published, &fetched, &stored)
	a.TLP, a.Severity = ward.TLP(tlp), ward.Severity(severity)
	if l, ok := ward.ParseLang(a.Lang); ok {
		a.AdvisoryHead.Lang = l
	}
	a.OwnScore, a.Withdrawn = own == 1, withdrawn == 1
	a.Initial, a.Published, a.FetchedAt, a.StoredAt = initial.Time, published.Time, fetched.Time, stored.Time
	return a, err
}

// headsByID reads at most a few hundred heads, in no order.
func headsByID(ctx context.Context, tx *db.Tx, ids []ward.AdvisoryID) ([]Advisory, error) {
	var args db.Args
	return db.Rows(ctx, tx, `SELECT `+headColumns+` FROM advisory WHERE id IN (`+db.In(&args, ids)+`)`, args, scanHead)
}

// putHead writes the head of a revision that became the newest.
func putHead(ctx context.Context, tx *db.Tx, a *Advisory) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory (id, namespace, tracking, revision_id, version, status, category, title, title_key, lang,
			publisher, url, tlp, severity, score, vector, own_score, exploited, own_exploited, epss, withdrawn,
			patient_risk, initial_at, published_at, fetched_at, stored_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
		ON CONFLICT (id) DO UPDATE SET revision_id = excluded.revision_id, version = excluded.version,
			status = excluded.status, category = excluded.category, title = excluded.title, title_key = excluded.title_key,
			lang = excluded.lang, publisher = excluded.publisher, url = excluded.url, tlp = excluded.tlp,
			severity = excluded.severity, score = excluded.score, vector = excluded.vector, own_score = excluded.own_score,
			exploited = excluded.exploited, own_exploited = excluded.own_exploited, epss = excluded.epss,
			withdrawn = excluded.withdrawn, patient_risk = excluded.patient_risk, initial_at = excluded.initial_at,
			published_at = excluded.published_at, fetched_at = excluded.fetched_at, stored_at = excluded.stored_at,
			deleted_at = NULL, deleted_by = '', deleted_name = '', deleted_reason = '', barred = 0`,
		string(a.ID), a.Namespace, a.Tracking, a.RevisionID, a.Revision, a.Status, a.Category, a.Title, titleKey(a.Title),
		a.Lang, a.Publisher, a.URL, int(a.TLP), int(a.Severity), a.Score, a.Vector, db.Flag(a.OwnScore), string(a.Exploited),
		string(a.own), a.EPSS, db.Flag(a.Withdrawn), a.PatientRisk, db.At(a.Initial), db.At(a.Published), db.At(a.FetchedAt), db.At(a.StoredAt))
	return err
}

// titleKey sorts titles without regard to case; the column is short, so that
// its index is.
func titleKey(title string) string {
	key := strings.ToLower(title)
	if len(key) > 120 {
		key = strings.ToValidUTF8(key[:120], "")
	}
	return key
}

// putCVEs replaces the CVEs of an advisory.
func putCVEs(ctx context.Context, tx *db.Tx, id ward.AdvisoryID, cves []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM advisory_cve WHERE advisory_id = $1`, string(id)); err != nil {
		return err
	}
	return insertPairs(ctx, tx, `INSERT INTO advisory_cve (cve, advisory_id) VALUES `, id, cves)
}

// putTokens replaces the search words of an advisory.
func putTokens(ctx context.Context, tx *db.Tx, id ward.AdvisoryID, tokens []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM advisory_token WHERE advisory_id = $1`, string(id)); err != nil {
		return err
	}
	raw := make([][]byte, len(tokens))
	for i, t := range tokens {
		raw[i] = []byte(t)
	}
	return insertPairs(ctx, tx, `INSERT INTO advisory_token (token, advisory_id) VALUES `, id, raw)
}

// insertPairs inserts (value, id) rows.
func insertPairs[T any](ctx context.Context, tx *db.Tx, head string, id ward.AdvisoryID, values []T) error {
	return insertBeside(ctx, tx, head, id, values, func(args *db.Args, v T) string { return args.Add(v) })
}

// insertBeside inserts rows that end with the id of their advisory; columns binds
// what stands before it. 200 in a statement: on SQLite a statement costs more than
// its rows.
func insertBeside[T any](ctx context.Context, tx *db.Tx, head string, id ward.AdvisoryID, values []T, columns func(*db.Args, T) string) error {
	for batch := range slices.Chunk(values, 200) {
		args := db.Args{}
		owner := args.Add(string(id))
		rows := make([]string, len(batch))
		for i, v := range batch {
			rows[i] = "(" + columns(&args, v) + ", " + owner + ")"
		}
		if _, err := tx.Exec(ctx, head+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// cvesOf reads the CVEs of several advisories, each list sorted.
func cvesOf(ctx context.Context, tx *db.Tx, ids []ward.AdvisoryID) (map[ward.AdvisoryID][]string, error) {
	out := map[ward.AdvisoryID][]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var args db.Args
	err := tx.Query(ctx, `
		SELECT advisory_id, cve FROM advisory_cve
		WHERE advisory_id IN (`+db.In(&args, ids)+`) ORDER BY advisory_id, cve`, args,
		func(r db.Row) error {
			var id ward.AdvisoryID
			var cve string
			err := r.Scan(&id, &cve)
			out[id] = append(out[id], cve)
			return err
		})
	return out, err
}

// withCVEs fills in the CVEs of heads.
func withCVEs(ctx context.Context, tx *db.Tx, list []Advisory) error {
	ids := make([]ward.AdvisoryID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	cves, err := cvesOf(ctx, tx, ids)
	for i := range list {
		list[i].CVEs = cves[list[i].ID]
	}
	return err
}
