package bulletin

import (
	"context"

	"ward"
	"ward/kit/db"
)

const bulletinColumns = `b.id, b.number, b.live, b.withdrawn, b.origin, b.created_at`

func scanBulletin(r db.Row) (b Bulletin, err error) {
	var created db.Time
	var withdrawn int64
	err = r.Scan(&b.ID, &b.Number, &b.Live, &withdrawn, &b.Origin, &created)
	b.Withdrawn, b.Created = withdrawn != 0, created.Time
	return b, err
}

func bulletinByID(ctx context.Context, tx *db.Tx, id string) (Bulletin, error) {
	b, err := scanBulletin(tx.QueryRow(ctx, `SELECT `+bulletinColumns+` FROM bulletin b WHERE b.id = $1`, id))
	return b, db.OrMissing(err)
}

// bulletinByOrigin reads the alert that was begun from a case.
func bulletinByOrigin(ctx context.Context, tx *db.Tx, origin string) (Bulletin, error) {
	b, err := scanBulletin(tx.QueryRow(ctx, `SELECT `+bulletinColumns+` FROM bulletin b WHERE b.origin = $1 AND b.origin <> ''`, origin))
	return b, db.OrMissing(err)
}

func bulletinByNumber(ctx context.Context, tx *db.Tx, number string) (Bulletin, error) {
	b, err := scanBulletin(tx.QueryRow(ctx, `SELECT `+bulletinColumns+` FROM bulletin b WHERE b.number = $1 AND b.number <> ''`, number))
	return b, db.OrMissing(err)
}

const revisionColumns = `r.id, r.bulletin, r.version, r.state, r.edit, r.content, r.submitted_at, r.submitted_by, r.approver,
	r.publish_at, r.published_at, r.updated_at, r.orgs, r.countries`

func scanRevision(row db.Row) (r Revision, err error) {
	var content string
	var submitted, publish, published, updated db.Time
	if err = row.Scan(&r.ID, &r.Bulletin, &r.Version, &r.State, &r.Edit, &content, &submitted, &r.By, &r.Approver,
		&publish, &published, &updated, &r.Orgs, &r.Countries); err != nil {
		return r, err
	}
	r.Submitted, r.PublishAt, r.Published, r.Updated = submitted.Time, publish.Time, published.Time, updated.Time
	r.Content, err = unpackContent(content)
	return r, err
}

// withAuthors reads whose hands are in a revision.
func withAuthors(ctx context.Context, tx *db.Tx, r Revision, err error) (Revision, error) {
	if err != nil {
		return r, db.OrMissing(err)
	}
	r.Authors, err = db.Rows(ctx, tx, `SELECT person FROM bulletin_hand WHERE revision = $1 ORDER BY person LIMIT 1000`, []any{r.ID},
		func(x db.Row) (p ward.PersonID, err error) { err = x.Scan(&p); return p, err })
	return r, err
}

func revisionByID(ctx context.Context, tx *db.Tx, id string) (Revision, error) {
	r, err := scanRevision(tx.QueryRow(ctx, `SELECT `+revisionColumns+` FROM bulletin_revision r WHERE r.id = $1`, id))
	return withAuthors(ctx, tx, r, err)
}

// revisionByVersion reads a published revision.
func revisionByVersion(ctx context.Context, tx *db.Tx, bulletin string, version int) (Revision, error) {
	r, err := scanRevision(tx.QueryRow(ctx, `SELECT `+revisionColumns+` FROM bulletin_revision r
		WHERE r.bulletin = $1 AND r.version = $2 AND r.state = 'published'`, bulletin, version))
	return withAuthors(ctx, tx, r, err)
}

// openOf reads an alert and its open revision; Conflict when none is open.
func openOf(ctx context.Context, tx *db.Tx, id string) (Bulletin, Revision, error) {
	b, err := bulletinByID(ctx, tx, id)
	if err != nil {
		return b, Revision{}, err
	}
	r, err := scanRevision(tx.QueryRow(ctx, `SELECT `+revisionColumns+` FROM bulletin_revision r
		WHERE r.bulletin = $1 AND r.state IN ('draft', 'submitted', 'approved')`, id))
	r, err = withAuthors(ctx, tx, r, err)
	if ward.CodeOf(err) == ward.NotFound {
		err = ward.Fail(ward.Conflict, "bulletin.error.step")
	}
	return b, r, err
}

// revisionsOf lists the revisions of an alert, the newest first.
func revisionsOf(ctx context.Context, tx *db.Tx, id string) ([]Revision, error) {
	list, err := db.Rows(ctx, tx, `SELECT `+revisionColumns+` FROM bulletin_revision r WHERE r.bulletin = $1
		ORDER BY r.updated_at DESC, r.id DESC LIMIT 100`, []any{id}, scanRevision)
	for i := range list {
		if list[i].State.Open() && err == nil {
			list[i], err = withAuthors(ctx, tx, list[i], nil)
		}
	}
	return list, err
}

// historyOf lists the published revisions, the first one first.
func historyOf(ctx context.Context, tx *db.Tx, id string) ([]issued, error) {
	return db.Rows(ctx, tx, `SELECT `+revisionColumns+` FROM bulletin_revision r WHERE r.bulletin = $1 AND r.state = 'published'
		ORDER BY r.version LIMIT 1000`, []any{id}, func(row db.Row) (issued, error) {
		r, err := scanRevision(row)
		summary := r.Content.Change
		if summary == "" {
			summary = "First publication"
		}
		return issued{r.Version, r.Published, summary}, err
	})
}

func entriesOf(ctx context.Context, tx *db.Tx, id string) ([]Entry, error) {
	return db.Rows(ctx, tx, `SELECT at, person, kind, version, comment FROM bulletin_entry WHERE bulletin = $1 ORDER BY id DESC LIMIT 200`,
		[]any{id}, func(r db.Row) (e Entry, err error) {
			var at db.Time
			err = r.Scan(&at, &e.Person, &e.Kind, &e.Version, &e.Comment)
			e.At = at.Time
			return e, err
		})
}

func documentOf(ctx context.Context, tx *db.Tx, revision string) (doc []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT document FROM bulletin_revision WHERE id = $1 AND document IS NOT NULL`, revision).Scan(&doc)
	return doc, db.OrMissing(err)
}

func recipientsOf(ctx context.Context, tx *db.Tx, revision string) ([]ward.OrgID, error) {
	return db.Rows(ctx, tx, `SELECT org FROM bulletin_recipient WHERE revision = $1 ORDER BY org LIMIT 1000000`, []any{revision},
		func(r db.Row) (o ward.OrgID, err error) { err = r.Scan(&o); return o, err })
}

// rowColumns are those of the newest revision of each alert.
const rowFrom = ` FROM bulletin b JOIN bulletin_revision r ON r.bulletin = b.id AND r.id =
	(SELECT x.id FROM bulletin_revision x WHERE x.bulletin = b.id ORDER BY x.updated_at DESC, x.id DESC LIMIT 1) `

// listRows gives the alerts whose newest revision is in one of the states; all
// for none. The last changed come first.
func listRows(ctx context.Context, tx *db.Tx, states []State, limit int) ([]Row, error) {
	var args db.Args
	where := "1 = 1"
	if len(states) > 0 {
		where = "r.state IN (" + db.In(&args, states) + ")"
	}
	return db.Rows(ctx, tx, `SELECT `+bulletinColumns+`, `+revisionColumns+rowFrom+`WHERE `+where+` ORDER BY r.updated_at DESC, r.id DESC LIMIT `+args.Add(limit),
		args, scanBoth)
}

// liveRows gives the published alerts within a clearance, the newest first.
func liveRows(ctx context.Context, tx *db.Tx, clearance ward.TLP, limit int) ([]Row, error) {
	return db.Rows(ctx, tx, `SELECT `+bulletinColumns+`, `+revisionColumns+` FROM bulletin b
		JOIN bulletin_revision r ON r.bulletin = b.id AND r.version = b.live AND r.state = 'published'
		WHERE b.live > 0 AND b.tlp >= $1 ORDER BY b.live_at DESC, b.id DESC LIMIT $2`, []any{int64(clearance), limit}, scanBoth)
}

// scanBoth reads the columns of an alert and of its revision.
func scanBoth(row db.Row) (x Row, err error) {
	var content string
	var created, submitted, publish, published, updated db.Time
	var withdrawn int64
	b, r := &x.Bulletin, &x.Revision
	if err = row.Scan(&b.ID, &b.Number, &b.Live, &withdrawn, &b.Origin, &created, &r.ID, &r.Bulletin, &r.Version, &r.State, &r.Edit, &content, &submitted,
		&r.By, &r.Approver, &publish, &published, &updated, &r.Orgs, &r.Countries); err != nil {
		return x, err
	}
	b.Withdrawn, b.Created = withdrawn != 0, created.Time
	r.Submitted, r.PublishAt, r.Published, r.Updated = submitted.Time, publish.Time, published.Time, updated.Time
	r.Content, err = unpackContent(content)
	return x, err
}
