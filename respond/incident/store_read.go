package incident

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
)

const reportColumns = `id, number, org, org_name, country, reason, state, version, opened_at, saved_at, saved_by, first_at, answered_at, answer_by, crosses, asked_until, origin, trust, settled_at, settled_by, entered`

func scanReport(row db.Row) (r Report, err error) {
	var opened, saved, first, answered, by, asked, settled db.Time
	var crosses int64
	var entered Origin
	err = row.Scan(&r.ID, &r.Number, &r.Org, &r.OrgName, &r.Country, &r.Reason, &r.State, &r.Version, &opened, &saved, &r.SavedBy, &first, &answered, &by, &crosses, &asked,
		&r.Origin, &r.Trust, &settled, &r.SettleBy, &entered)
	r.Opened, r.Saved, r.First, r.Answered, r.AnswerBy, r.Asked = opened.Time, saved.Time, first.Time, answered.Time, by.Time, asked.Time
	r.Settled = settled.Time
	r.Crosses = crosses != 0
	if entered != "" {
		r.Origin = entered
	}
	return r, err
}

func reportByID(ctx context.Context, tx *db.Tx, id string) (Report, error) {
	r, err := scanReport(tx.QueryRow(ctx, `SELECT `+reportColumns+` FROM incident_report WHERE id = $1`, id))
	return r, db.OrMissing(err)
}

// sendingsOf reads what was sent of a report, oldest first, with its deliveries.
func sendingsOf(ctx context.Context, tx *db.Tx, report string) ([]Sending, error) {
	list, err := db.Rows(ctx, tx, `SELECT id, stage, version, at, person, receipt, request FROM incident_sending WHERE report_id = $1 ORDER BY id LIMIT 200`, []any{report},
		func(row db.Row) (x Sending, err error) {
			var at db.Time
			err = row.Scan(&x.ID, &x.Stage, &x.Version, &at, &x.By, &x.Receipt, &x.Request)
			x.At = at.Time
			return x, err
		})
	if err != nil {
		return nil, err
	}
	deliveries, err := db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM incident_delivery WHERE report_id = $1 ORDER BY id LIMIT 2000`, []any{report}, scanDelivery)
	for i := range list {
		for _, d := range deliveries {
			if d.Sending == list[i].ID {
				list[i].Deliveries = append(list[i].Deliveries, d)
			}
		}
	}
	return list, err
}

const deliveryColumns = `id, sending_id, receiver, role, name, title, way, portal, email, lang, duties, confidence, state, at, tries`

func scanDelivery(row db.Row) (d Delivery, err error) {
	var at db.Time
	var duties string
	var confidence string
	err = row.Scan(&d.ID, &d.Sending, &d.Key, &d.Role, &d.Name, &d.Title, &d.Way, &d.Portal, &d.Email, &d.Lang, &duties, &confidence, &d.State, &at, &d.Tries)
	d.At, d.Duties, d.Confidence = at.Time, strings.Fields(duties), rule.Confidence(confidence)
	return d, err
}

func deliveryByID(ctx context.Context, tx *db.Tx, id string) (d Delivery, report string, err error) {
	err = tx.QueryRow(ctx, `SELECT report_id FROM incident_delivery WHERE id = $1`, id).Scan(&report)
	if err != nil {
		return d, "", db.OrMissing(err)
	}
	d, err = scanDelivery(tx.QueryRow(ctx, `SELECT `+deliveryColumns+` FROM incident_delivery WHERE id = $1`, id))
	return d, report, err
}

func marksOf(ctx context.Context, tx *db.Tx, report string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := tx.Query(ctx, `SELECT duty, at FROM incident_mark WHERE report_id = $1 ORDER BY duty LIMIT 200`, []any{report}, func(row db.Row) error {
		var duty string
		var at db.Time
		err := row.Scan(&duty, &at)
		out[duty] = at.Time
		return err
	})
	return out, err
}

// Line is one report in a list, without its answers.
type Line struct {
	Report
	Care  bool      // care of patients is hit
	Next  time.Time // the hospital's next deadline; zero for none
	Duty  string    // of Next
	Title string    // of Duty, as people call it; for the hospital alone
	Waits int       // words of the other side since the reader's own last word

	// Same is the earlier report of the same incident, when the team said so; for
	// the team alone.
	Same, SameNumber string
}

// listed is which reports a list holds.
type listed string

// Lists. The team's is read in two parts, so that no flood of calls by strangers pushes
// a hospital's report out of it.
const (
	listOwn     listed = "own"
	listSent    listed = "sent"
	listStrange listed = "strange" // without a card, as long as nobody confirmed them
)

// listReports gives what a scope may see. The hospital reads its own, newest
// first; the team reads what was sent, by its own clock, answered ones last.
func listReports(ctx context.Context, tx *db.Tx, scope ward.Scope, which listed, side Side, skip, limit int) ([]Line, error) {
	var args db.Args
	where, order, told := args.Scope(scope, "r.org", ""), "r.id DESC", ""
	if which != listOwn {
		not := map[listed]string{listSent: "NOT "}[which]
		where = args.Scope(scope, "r.org", "r.country") + " AND r.state <> 'draft' AND " + not + "(r.origin = 'call' AND r.trust = 'unconfirmed')"
		order = "CASE WHEN r.state = 'reported' THEN 0 WHEN r.state = 'acknowledged' THEN 1 ELSE 2 END, COALESCE(r.answer_by, 9223372036854775807), r.id DESC"
		// deadlines follow what the hospital writes: the team reads them while that is what was sent
		told = " AND r.version = (SELECT s.version FROM incident_sending s WHERE s.report_id = r.id ORDER BY s.id DESC LIMIT 1)"
	}
	mine := args.Add(string(side))
	columns := "r." + strings.ReplaceAll(reportColumns, ", ", ", r.")
	return db.Rows(ctx, tx, `SELECT `+columns+`, r.care,
			(SELECT MIN(d.due_at) FROM incident_deadline d WHERE d.report_id = r.id`+told+`),
			COALESCE((SELECT d.duty FROM incident_deadline d WHERE d.report_id = r.id`+told+` ORDER BY d.due_at, d.duty LIMIT 1), ''),
			(SELECT COUNT(*) FROM incident_message m WHERE m.report_id = r.id AND m.side <> `+mine+`
				AND m.id > COALESCE((SELECT MAX(o.id) FROM incident_message o WHERE o.report_id = r.id AND o.side = `+mine+`), ''))
		FROM incident_report r WHERE `+where+` ORDER BY `+order+` LIMIT `+args.Add(limit)+` OFFSET `+args.Add(skip), args, scanLine)
}

// unanswered counts the words of the other side since the last ones of a side.
func unanswered(ctx context.Context, tx *db.Tx, report string, mine Side) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM incident_message m WHERE m.report_id = $1 AND m.side <> $2
		AND m.id > COALESCE((SELECT MAX(o.id) FROM incident_message o WHERE o.report_id = $1 AND o.side = $2), '')`, report, string(mine)).Scan(&n)
	return n, err
}

// lineRow reads the columns behind a report's own.
type lineRow struct {
	db.Row
	more []any
}

// Scan implements db.Row.
func (l lineRow) Scan(dest ...any) error { return l.Row.Scan(append(dest, l.more...)...) }

func scanLine(row db.Row) (l Line, err error) {
	var care int64
	var next db.Time
	l.Report, err = scanReport(lineRow{row, []any{&care, &next, &l.Duty, &l.Waits}})
	l.Care, l.Next = care != 0, next.Time
	return l, err
}

func entriesOf(ctx context.Context, tx *db.Tx, report string) ([]Entry, error) {
	return db.Rows(ctx, tx, `SELECT at, person, kind, detail FROM incident_entry WHERE report_id = $1 ORDER BY id DESC LIMIT 500`, []any{report},
		func(row db.Row) (e Entry, err error) {
			var at db.Time
			err = row.Scan(&at, &e.Person, &e.Kind, &e.Detail)
			e.At = at.Time
			return e, err
		})
}

// sealedMessage is a message as it lies in the table.
type sealedMessage struct {
	Message
	sealed []byte
}

func messagesOf(ctx context.Context, tx *db.Tx, report string) ([]sealedMessage, error) {
	return db.Rows(ctx, tx, `SELECT id, at, side, person, asks, sealed FROM incident_message WHERE report_id = $1 ORDER BY id LIMIT 1000`, []any{report},
		func(row db.Row) (m sealedMessage, err error) {
			var at db.Time
			var asks int64
			err = row.Scan(&m.ID, &at, &m.Side, &m.Person, &asks, &m.sealed)
			m.At, m.Asks = at.Time, asks != 0
			return m, err
		})
}

// deadlinesBefore are those whose end comes before a moment and of which less
// was reminded than reminded.
func deadlinesBefore(ctx context.Context, tx *db.Tx, before time.Time, reminded int64) ([]deadline, error) {
	return db.Rows(ctx, tx, `SELECT d.report_id, r.number, r.org, d.duty, d.stage, d.due_at, d.provisional, d.reminded
		FROM incident_deadline d JOIN incident_report r ON r.id = d.report_id
		WHERE d.due_at < $1 AND d.reminded < $2 AND r.state <> 'closed' ORDER BY d.due_at, d.report_id, d.duty LIMIT 500`, []any{db.At(before), reminded}, scanDeadline)
}

func scanDeadline(row db.Row) (d deadline, err error) {
	var due db.Time
	var provisional int64
	err = row.Scan(&d.Report, &d.Number, &d.Org, &d.Duty, &d.Stage, &due, &provisional, &d.Reminded)
	d.Due, d.Provisional = due.Time, provisional != 0
	return d, err
}

// Figures are counts alone.
type Figures struct {
	Sent       int // reports since the day asked for
	Care       int // of these, with care of patients hit
	Crosses    int // of these, that may concern another Member State
	Unanswered int // without the team's first answer
	Overdue    int // of these, past the team's own clock
	Drafts     int
}

func figuresOf(ctx context.Context, tx *db.Tx, scope ward.Scope, since, now time.Time) (f Figures, err error) {
	var args db.Args
	where := args.Scope(scope, "org", "country")
	from, at := args.Add(db.At(since)), args.Add(db.At(now))
	err = tx.QueryRow(ctx, `SELECT COUNT(CASE WHEN first_at >= `+from+` THEN 1 END), COUNT(CASE WHEN first_at >= `+from+` AND care = 1 THEN 1 END),
			COUNT(CASE WHEN first_at >= `+from+` AND crosses = 1 THEN 1 END), COUNT(CASE WHEN state = 'reported' THEN 1 END),
			COUNT(CASE WHEN state = 'reported' AND answer_by < `+at+` THEN 1 END), COUNT(CASE WHEN state = 'draft' THEN 1 END)
		FROM incident_report WHERE `+where, args...).Scan(&f.Sent, &f.Care, &f.Crosses, &f.Unanswered, &f.Overdue, &f.Drafts)
	return f, err
}

// readCases are the reports of a scope that were first sent in a window, oldest
// first, each with the answers of its last sending.
func readCases(ctx context.Context, tx *db.Tx, w caseWindow, scan func(db.Row) error) error {
	var args db.Args
	where := args.Scope(w.scope, "r.org", "r.country")
	from := args.Add(db.At(w.from))
	columns := "r." + strings.ReplaceAll(strings.ReplaceAll(reportColumns, "\n", ""), ", ", ", r.")
	return tx.Query(ctx, `SELECT `+columns+`, v.sealed FROM incident_report r JOIN incident_version v ON v.report_id = r.id
			AND v.version = (SELECT s.version FROM incident_sending s WHERE s.report_id = r.id ORDER BY s.id DESC LIMIT 1)
		WHERE `+where+` AND r.state <> 'draft' AND r.trust <> 'disowned' AND r.first_at < `+args.Add(db.At(w.to))+`
			AND (r.first_at > `+from+` OR r.first_at = `+from+` AND r.id > `+args.Add(w.after)+`)
		ORDER BY r.first_at, r.id LIMIT `+args.Add(casePage), args, scan)
}
