package alert

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/kit/db"
)

const callColumns = `c.listed_at, c.next_at, c.tries, `

func scanCall(r db.Row) (Call, error) {
	var c Call
	var listed, next db.Time
	var err error
	c.Alert, err = scanAlert(prefixed{r, []any{&listed, &next, &c.Tries}})
	c.Listed, c.Next = listed.Time, next.Time
	return c, err
}

const callFrom = ` FROM alert_call c JOIN alert a ON a.issue = c.issue AND a.org = c.org JOIN alert_org o ON o.no = a.org
	JOIN alert_issue i ON i.no = a.issue `

// openCalls is read in the order of the index on those that are open.
func openCalls(ctx context.Context, tx *db.Tx, v view, after string, limit int) ([]Call, error) {
	var args db.Args
	where := `c.state = 'open' AND c.round = a.round AND a.state = 'new' AND ` + visibleRows(&args, v)
	if k, ok := parseKey(after); ok {
		where += fmt.Sprintf(" AND (c.next_at, c.issue, c.org) > (%s, %s, %s)", args.Add(k[0]), args.Add(k[1]), args.Add(k[2]))
	}
	return db.Rows(ctx, tx, `SELECT `+callColumns+alertColumns+callFrom+`WHERE `+where+` ORDER BY c.next_at, c.issue, c.org LIMIT `+args.Add(limit),
		args, scanCall)
}

func (c Call) key() string {
	return strconv.FormatInt(c.Next.UnixMicro(), 10) + "." + strconv.FormatInt(c.Issue, 10) + "." + strconv.FormatInt(c.OrgNo, 10)
}

func callOf(ctx context.Context, tx *db.Tx, a Alert) (Call, error) {
	c, err := scanCall(tx.QueryRow(ctx, `SELECT `+callColumns+alertColumns+callFrom+`WHERE c.issue = $1 AND c.org = $2`, a.Issue, a.OrgNo))
	if errors.Is(err, db.ErrNoRows) {
		err = ward.Fail(ward.NotFound, "alert.error.no_call")
	}
	return c, err
}

// putCall puts an alert on the list, or a newer round of it again.
// Whom a muting speaks for comes at its end.
func putCall(ctx context.Context, tx *db.Tx, a Alert, at time.Time) error {
	next := at
	if a.Mute != nil {
		next = a.Mute.Until
	}
	_, err := tx.Exec(ctx, `INSERT INTO alert_call (issue, org, round, state, listed_at, next_at) VALUES ($1, $2, $3, 'open', $4, $5)
		ON CONFLICT (issue, org) DO UPDATE SET round = excluded.round, state = excluded.state, listed_at = excluded.listed_at,
			next_at = excluded.next_at, tries = 0`, a.Issue, a.OrgNo, a.Round, db.At(at), db.At(next))
	return err
}

func insertTry(ctx context.Context, tx *db.Tx, id string, a Alert, t escalation.Try) error {
	var next any
	if !t.Next.IsZero() {
		next = db.At(t.Next)
	}
	_, err := tx.Exec(ctx, `INSERT INTO alert_call_try (id, issue, org, at, person, contact, result, note, next_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, a.Issue, a.OrgNo, db.At(t.At), t.Person, clean(t.Contact), t.Result, clean(t.Note), next)
	return err
}

// endTry moves a call to its next time, or takes it off the list.
func endTry(ctx context.Context, tx *db.Tx, a Alert, t escalation.Try) error {
	state, next := "open", t.Next
	if next.IsZero() {
		state, next = "closed", t.At
	}
	_, err := tx.Exec(ctx, `UPDATE alert_call SET state = $3, next_at = $4, tries = tries + 1 WHERE issue = $1 AND org = $2`,
		a.Issue, a.OrgNo, state, db.At(next))
	return err
}

func triesOf(ctx context.Context, tx *db.Tx, a Alert) ([]escalation.Try, error) {
	return db.Rows(ctx, tx, `SELECT at, person, contact, result, note, next_at FROM alert_call_try WHERE issue = $1 AND org = $2
		ORDER BY id DESC LIMIT 100`, []any{a.Issue, a.OrgNo}, func(r db.Row) (t escalation.Try, err error) {
		var at, next db.Time
		err = r.Scan(&at, &t.Person, &t.Contact, &t.Result, &t.Note, &next)
		t.At, t.Next = at.Time, next.Time
		return t, err
	})
}

// redOrgs counts red alerts by organisation, most silent ones first.
func redOrgs(ctx context.Context, tx *db.Tx, v view, since time.Time, after [2]int64, limit int) ([]RedOrg, error) {
	var args db.Args
	where := visibleRows(&args, v)
	aside := `(a.state IN ('not_applicable', 'risk_accepted') AND a.done_at > ` + args.Add(db.At(since)) + `)`
	silent := `(a.state = 'new' AND a.done_at IS NULL)`
	count := func(c string) string { return `SUM(CASE WHEN ` + c + ` THEN 1 ELSE 0 END)` }
	having := ""
	if after[1] > 0 {
		n, org := args.Add(after[0]), args.Add(after[1])
		having = ` HAVING ` + count(silent) + ` < ` + n + ` OR ` + count(silent) + ` = ` + n + ` AND a.org > ` + org
	}
	return db.Rows(ctx, tx, `SELECT a.org, o.org, o.country, `+count(silent)+`, `+count(aside)+`, MIN(a.raised_at)`+alertFrom+
		`WHERE `+redRows(&args)+` AND (`+silent+` OR `+aside+`) AND `+where+`
		GROUP BY a.org, o.org, o.country`+having+` ORDER BY 4 DESC, a.org LIMIT `+args.Add(limit), args, func(r db.Row) (x RedOrg, err error) {
		var first db.Time
		err = r.Scan(&x.No, &x.Organisation.ID, &x.Organisation.Country, &x.Silent, &x.Aside, &first)
		x.Since = first.Time
		return x, err
	})
}

// redRows keeps a list to what is critical or used by attackers.
func redRows(args *db.Args) string {
	return `(i.severity >= ` + args.Add(int64(ward.SeverityCritical)) + ` OR i.exploited IN ('exploited', 'ransomware'))`
}

// redMuted are the red alerts of organisations whose reminders are put off, the
// nearest end first.
func redMuted(ctx context.Context, tx *db.Tx, v view, orgs []RedOrg) ([]Alert, error) {
	if len(orgs) == 0 {
		return nil, nil
	}
	args, set := db.Args{db.At(v.now)}, numberSet{}
	for _, x := range orgs {
		set.add(&args, x.No)
	}
	return db.Rows(ctx, tx, `SELECT `+muteColumns+`, `+alertColumns+alertFrom+`JOIN alert_mute m ON m.issue = a.issue AND m.org = a.org
		WHERE m.ended_at IS NULL AND m.round = a.round AND m.until_at > $1 AND a.state = 'new' AND a.org IN (`+strings.Join(set.marks, ", ")+`) AND `+
		redRows(&args)+` AND `+visibleRows(&args, v)+` ORDER BY m.until_at, a.issue, a.org LIMIT 1000`, args, func(r db.Row) (Alert, error) {
		var m Mute
		var at, until db.Time
		a, err := scanAlert(prefixed{r, []any{&m.Issue, &m.OrgNo, &m.Round, &at, &until, &m.Person, &m.Role, &m.Reason}})
		m.At, m.Until = at.Time, until.Time
		a.Mute = &m
		return a, err
	})
}
