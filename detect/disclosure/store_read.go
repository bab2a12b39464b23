package disclosure

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

const caseColumns = `c.id, c.number, c.source, c.org, c.lang, c.state, c.edit, c.assignee, c.assignee_name, c.received_at, c.acknowledged_at,
	c.triaged_at, c.coordinated_at, c.told_at, c.heard_at, c.embargo_at, c.ended_at, c.waits, c.outcome, c.alert, c.alert_open, c.link, c.due_at, c.due_step,
	v.title, v.vendor, v.product, v.versions, v.fixed, v.cves, v.severity, v.exploited, v.impact, v.patients, v.mitigation, v.credit`

const caseFrom = ` FROM disclosure_case c JOIN disclosure_summary v ON v.case_id = c.id `

func scanCase(r db.Row) (c Case, err error) {
	var received, acknowledged, triaged, coordinated, told, heard, embargo, ended, due db.Time
	var waits, open int64
	var cves, severity string
	v := &c.Summary
	err = r.Scan(&c.ID, &c.Number, &c.Source, &c.Org, &c.Lang, &c.State, &c.Edit, &c.Assignee, &c.AssigneeName, &received, &acknowledged,
		&triaged, &coordinated, &told, &heard, &embargo, &ended, &waits, &c.Outcome, &c.Alert, &open, &c.Link, &due, &c.DueStep,
		&v.Title, &v.Vendor, &v.Product, &v.Versions, &v.Fixed, &cves, &severity, &v.Exploited, &v.Impact, &v.Patients, &v.Mitigation, &v.Credit)
	c.Received, c.Acknowledged, c.Triaged, c.Coordinated, c.Told = received.Time, acknowledged.Time, triaged.Time, coordinated.Time, told.Time
	c.Heard, c.Embargo, c.Ended, c.Due = heard.Time, embargo.Time, ended.Time, due.Time
	c.Waits, c.AlertOpen = waits != 0, open != 0
	v.CVEs = strings.Fields(cves)
	v.Severity, _ = ward.ParseSeverity(severity) // stored by String
	return c, err
}

func caseByID(ctx context.Context, tx *db.Tx, id string) (Case, error) {
	c, err := scanCase(tx.QueryRow(ctx, `SELECT `+caseColumns+caseFrom+`WHERE c.id = $1`, id))
	return c, db.OrMissing(err)
}

// caseByLink reads the case of a link that counts.
func caseByLink(ctx context.Context, tx *db.Tx, digest string) (Case, error) {
	c, err := scanCase(tx.QueryRow(ctx, `SELECT `+caseColumns+caseFrom+`JOIN disclosure_link l ON l.case_id = c.id WHERE l.digest = $1`, digest))
	return c, db.OrMissing(err)
}

// Filter chooses cases. The zero value chooses all that are open.
type Filter struct {
	State   State  // empty: every open one
	All     bool   // closed and published ones as well
	Overdue bool   // a step should have been made
	Mine    bool   // those that the reader took
	Text    string // in number, title, vendor or product
	After   string // id of the last case of the page before
	Limit   int    // 0 means 50
}

// listCases gives what a scope may see, the most urgent first: whose earliest
// step has the earliest time. What waits for nothing comes last.
func listCases(ctx context.Context, tx *db.Tx, f Filter, scope ward.Scope, reader ward.PersonID, now time.Time) ([]Case, error) {
	var args db.Args
	where := []string{args.Scope(scope, "c.org", "")}
	switch {
	case f.State != "":
		where = append(where, "c.state = "+args.Add(string(f.State)))
	case !f.All:
		where = append(where, "c.state IN ('received', 'triaged', 'coordinating')")
	}
	if f.Overdue {
		where = append(where, "c.due_at < "+args.Add(db.At(now)))
	}
	if f.Mine {
		where = append(where, "c.assignee = "+args.Add(string(reader)))
	}
	if f.Text != "" {
		t := args.Add("%" + likeSafe(strings.ToLower(f.Text)) + "%")
		where = append(where, `(LOWER(c.number) LIKE `+t+` ESCAPE '!' OR LOWER(v.title) LIKE `+t+` ESCAPE '!' OR LOWER(v.vendor) LIKE `+t+
			` ESCAPE '!' OR LOWER(v.product) LIKE `+t+` ESCAPE '!')`)
	}
	const never = `9223372036854775807`
	if f.After != "" {
		where = append(where, `(COALESCE(c.due_at, `+never+`), c.id) > (SELECT COALESCE(x.due_at, `+never+`), x.id FROM disclosure_case x WHERE x.id = `+args.Add(f.After)+`)`)
	}
	return db.Rows(ctx, tx, `SELECT `+caseColumns+caseFrom+`WHERE `+strings.Join(where, " AND ")+`
		ORDER BY COALESCE(c.due_at, `+never+`), c.id LIMIT `+args.Add(f.Limit), args, scanCase)
}

// likeSafe takes the meaning from the signs of a LIKE pattern.
func likeSafe(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Figures are the counts of a first screen.
type Figures struct {
	Open, New, Overdue int
	Soon               int // a step within a week, not overdue
}

func figuresOf(ctx context.Context, tx *db.Tx, scope ward.Scope, now time.Time) (f Figures, err error) {
	var args db.Args
	in := args.Scope(scope, "c.org", "")
	open := `c.state IN ('received', 'triaged', 'coordinating')`
	at, week := args.Add(db.At(now)), args.Add(db.At(now.Add(7*day)))
	err = tx.QueryRow(ctx, `SELECT COUNT(CASE WHEN `+open+` THEN 1 END), COUNT(CASE WHEN c.state = 'received' THEN 1 END),
			COUNT(CASE WHEN c.due_at < `+at+` THEN 1 END), COUNT(CASE WHEN c.due_at >= `+at+` AND c.due_at < `+week+` THEN 1 END)
		FROM disclosure_case c WHERE `+in, args...).Scan(&f.Open, &f.New, &f.Overdue, &f.Soon)
	return f, err
}

func entriesOf(ctx context.Context, tx *db.Tx, caseID string) ([]Entry, error) {
	return db.Rows(ctx, tx, `SELECT at, person, kind, detail FROM disclosure_entry WHERE case_id = $1 ORDER BY id DESC LIMIT 500`, []any{caseID},
		func(r db.Row) (e Entry, err error) {
			var at db.Time
			err = r.Scan(&at, &e.Person, &e.Kind, &e.Detail)
			e.At = at.Time
			return e, err
		})
}

// dueCases are those whose step comes up and was not reminded of lately.
func dueCases(ctx context.Context, tx *db.Tx, now time.Time) ([]Case, error) {
	return db.Rows(ctx, tx, `SELECT `+caseColumns+caseFrom+`
		WHERE c.due_at < $1 AND (c.reminded_at IS NULL OR (c.reminded_at < $2 AND c.due_at < $3)) ORDER BY c.due_at, c.id LIMIT 500`,
		[]any{db.At(now.Add(StepPublish.ahead())), db.At(now.Add(-remindAgain)), db.At(now)}, scanCase)
}

// silentCases wait long for the reporter's answer, who was not reminded yet.
func silentCases(ctx context.Context, tx *db.Tx, now time.Time) ([]Case, error) {
	return db.Rows(ctx, tx, `SELECT `+caseColumns+caseFrom+`
		WHERE c.waits = 1 AND c.nudged_at IS NULL AND c.told_at < $1 AND c.state IN ('received', 'triaged', 'coordinating') ORDER BY c.id LIMIT 500`,
		[]any{db.At(now.Add(-nudgeAfter))}, scanCase)
}

// creditsOf are the names under which reporters wished to be thanked for what is
// published to everybody, the newest first.
func creditsOf(ctx context.Context, tx *db.Tx) ([]Credit, error) {
	return db.Rows(ctx, tx, `SELECT v.credit, c.alert, c.ended_at FROM disclosure_case c JOIN disclosure_summary v ON v.case_id = c.id
		WHERE c.state = 'published' AND c.alert_open = 1 AND v.credit <> '' ORDER BY c.ended_at DESC, c.id LIMIT 500`, nil,
		func(r db.Row) (x Credit, err error) {
			var at db.Time
			err = r.Scan(&x.Name, &x.Alert, &at)
			x.At = at.Time
			return x, err
		})
}
