package provider

import (
	"context"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/db"
)

const documentColumns = `advisory_id, revision_id, shelf, tlp, why, detail, year, name, tracking, title, summary, version,
	categories, current_at, entered_at, changed_at, sha256, sha512, signature, signer, own`

func scanDocument(r db.Row) (d Document, err error) {
	var tlp, own int
	var categories string
	var current, entered, changed db.Time
	err = r.Scan(&d.Advisory, &d.Revision, &d.Shelf, &tlp, &d.Why, &d.Detail, &d.Year, &d.Name, &d.Tracking, &d.Title, &d.Summary,
		&d.Version, &categories, &current, &entered, &changed, &d.SHA256, &d.SHA512, &d.Signature, &d.Signer, &own)
	if err != nil {
		return d, err
	}
	d.TLP, d.Own = ward.TLP(tlp), own == 1
	d.Current, d.Entered, d.Changed = current.Time, entered.Time, changed.Time
	return d, json.Unmarshal([]byte(categories), &d.Categories)
}

// documentOf reads what is written of an advisory; NotFound if nothing is.
func documentOf(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) (Document, error) {
	d, err := scanDocument(tx.QueryRow(ctx, `SELECT `+documentColumns+` FROM provider_document WHERE advisory_id = $1`, string(id)))
	return d, notFound(err)
}

// documentAt reads the published document of a path.
func documentAt(ctx context.Context, tx *db.Tx, at place) (Document, error) {
	d, err := scanDocument(tx.QueryRow(ctx, `
		SELECT `+documentColumns+` FROM provider_document
		WHERE shelf = $1 AND tlp = $2 AND year = $3 AND name = $4 AND state = 'out'`, at.shelf, int(at.tlp), at.year, at.name))
	return d, notFound(err)
}

func putDocument(ctx context.Context, tx *db.Tx, d *Document) error {
	categories, err := json.Marshal(d.Categories)
	if err != nil {
		return err
	}
	state, own := "out", 0
	if d.Why != "" {
		state = "held"
	}
	if d.Own {
		own = 1
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO provider_document (advisory_id, revision_id, shelf, tlp, state, why, detail, year, name, tracking, title,
			summary, version, categories, current_at, entered_at, changed_at, sha256, sha512, signature, signer, own)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (advisory_id) DO UPDATE SET revision_id = excluded.revision_id, shelf = excluded.shelf, tlp = excluded.tlp,
			state = excluded.state, why = excluded.why, detail = excluded.detail, year = excluded.year, name = excluded.name,
			tracking = excluded.tracking, title = excluded.title, summary = excluded.summary, version = excluded.version,
			categories = excluded.categories, current_at = excluded.current_at, entered_at = excluded.entered_at,
			changed_at = excluded.changed_at, sha256 = excluded.sha256, sha512 = excluded.sha512,
			signature = excluded.signature, signer = excluded.signer, own = excluded.own`,
		string(d.Advisory), d.Revision, d.Shelf, int(d.TLP), state, string(d.Why), d.Detail, d.Year, d.Name, d.Tracking, d.Title,
		d.Summary, d.Version, string(categories), db.At(orChanged(d.Current, d.Changed)), db.At(d.Entered), db.At(d.Changed), d.SHA256, d.SHA512,
		append([]byte{}, d.Signature...), d.Signer, own)
	return err
}

// orChanged stands in for a date that cannot be read: such a document is held back.
func orChanged(t, changed time.Time) time.Time {
	if t.IsZero() {
		return changed
	}
	return t
}

func dropDocument(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) error {
	_, err := tx.Exec(ctx, `DELETE FROM provider_document WHERE advisory_id = $1`, string(id))
	return err
}

// taken reports whether another advisory has the path of d.
func taken(ctx context.Context, tx *db.Tx, d *Document) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `
		SELECT COUNT(*) FROM provider_document
		WHERE shelf = $1 AND tlp = $2 AND year = $3 AND name = $4 AND state = 'out' AND advisory_id <> $5`,
		d.Shelf, int(d.TLP), d.Year, d.Name, string(d.Advisory)).Scan(&n)
	return n > 0, err
}

// place is a folder, a year in it, or a file.
type place struct {
	shelf string
	tlp   ward.TLP
	year  string
	name  string
}

// documentsAfter lists a folder's documents, the newest current_release_date
// first; the zero Document starts at the top.
func documentsAfter(ctx context.Context, tx *db.Tx, at place, last *Document, limit int) ([]Document, error) {
	args := db.Args{}
	where := `shelf = ` + args.Add(at.shelf) + ` AND tlp = ` + args.Add(int(at.tlp)) + ` AND state = 'out'`
	if at.year != "" {
		where += ` AND year = ` + args.Add(at.year)
	}
	if last.Advisory != "" {
		where += ` AND (current_at, advisory_id) < (` + args.Add(db.At(last.Current)) + `, ` + args.Add(string(last.Advisory)) + `)`
	}
	return db.Rows(ctx, tx, `SELECT `+documentColumns+` FROM provider_document WHERE `+where+`
		ORDER BY current_at DESC, advisory_id DESC LIMIT `+args.Add(limit), args, scanDocument)
}

// years lists the years of a folder, the newest first.
func years(ctx context.Context, tx *db.Tx, at place) ([]string, error) {
	return db.Rows(ctx, tx, `
		SELECT DISTINCT year FROM provider_document WHERE shelf = $1 AND tlp = $2 AND state = 'out' ORDER BY year DESC LIMIT 200`,
		[]any{at.shelf, int(at.tlp)}, func(r db.Row) (y string, err error) { err = r.Scan(&y); return y, err })
}

// categoryTexts lists the terms of a folder's documents as they are stored, at
// most those of its newest 2,000.
func categoryTexts(ctx context.Context, tx *db.Tx, at place) ([]string, error) {
	return db.Rows(ctx, tx, `
		SELECT categories FROM provider_document WHERE shelf = $1 AND tlp = $2 AND state = 'out'
		ORDER BY current_at DESC, advisory_id DESC LIMIT 2000`,
		[]any{at.shelf, int(at.tlp)}, func(r db.Row) (t string, err error) { err = r.Scan(&t); return t, err })
}

// latest lists documents within a clearance, the last change first: published
// ones or those that are held back.
func latest(ctx context.Context, tx *db.Tx, clearance ward.TLP, state string, limit int) ([]Document, error) {
	return db.Rows(ctx, tx, `
		SELECT `+documentColumns+` FROM provider_document
		WHERE state = $1 AND tlp >= $2 ORDER BY changed_at DESC, advisory_id DESC LIMIT $3`, []any{state, int(clearance), limit}, scanDocument)
}

// Folder is one folder of a shelf with its feed.
type Folder struct {
	Shelf   string
	TLP     ward.TLP
	Tag     string // new after each change
	Changed time.Time
	Entries int
}

// folders lists every folder that had documents, those that lost them too.
func folders(ctx context.Context, tx *db.Tx) ([]Folder, error) {
	return db.Rows(ctx, tx, `
		SELECT f.shelf, f.tlp, f.tag, f.changed_at, COALESCE(d.n, 0)
		FROM provider_folder f LEFT JOIN (SELECT shelf, tlp, COUNT(*) AS n FROM provider_document WHERE state = 'out' GROUP BY shelf, tlp) d
			ON d.shelf = f.shelf AND d.tlp = f.tlp
		ORDER BY f.shelf, f.tlp DESC LIMIT 2000`, nil,
		func(r db.Row) (f Folder, err error) {
			var tlp int
			var changed db.Time
			err = r.Scan(&f.Shelf, &tlp, &f.Tag, &changed, &f.Entries)
			f.TLP, f.Changed = ward.TLP(tlp), changed.Time
			return f, err
		})
}

// touch gives a folder a new tag. changed_at only grows, so that Last-Modified
// never goes back.
func touch(ctx context.Context, tx *db.Tx, shelf string, tlp ward.TLP, tag string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO provider_folder (shelf, tlp, tag, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (shelf, tlp) DO UPDATE SET tag = excluded.tag,
			changed_at = CASE WHEN excluded.changed_at > provider_folder.changed_at THEN excluded.changed_at ELSE provider_folder.changed_at END`,
		shelf, int(tlp), tag, db.At(at))
	return err
}

// writtenAfter lists written advisories above an id, for comparing with the stock.
func writtenAfter(ctx context.Context, tx *db.Tx, after ward.AdvisoryID, limit int) ([]Document, error) {
	return db.Rows(ctx, tx, `SELECT `+documentColumns+` FROM provider_document WHERE advisory_id > $1 ORDER BY advisory_id LIMIT $2`,
		[]any{string(after), limit}, scanDocument)
}
