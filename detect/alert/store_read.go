package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/stand"
	"ward/kit/db"
)

func sourcesOf(ctx context.Context, tx *db.Tx, issue int64) ([]Source, error) {
	return db.Rows(ctx, tx, `SELECT advisory, revision, published_at, fetched_at, stored_at, matched_at FROM alert_issue_advisory
		WHERE issue = $1 ORDER BY matched_at, advisory LIMIT 100`, []any{issue}, func(r db.Row) (Source, error) {
		var x Source
		var published, fetched, stored, matched db.Time
		err := r.Scan(&x.Advisory, &x.Revision, &published, &fetched, &stored, &matched)
		x.Hops = Hops{Published: published.Time, Fetched: fetched.Time, Stored: stored.Time, Matched: matched.Time}
		return x, err
	})
}

func entriesOf(ctx context.Context, tx *db.Tx, issue, org int64) ([]Entry, error) {
	// What the ladder and the callers did lies in their own tables: it is said once.
	return db.Rows(ctx, tx, `SELECT id, at, kind, person, detail, comment, '' AS about, CAST(NULL AS BIGINT) AS until_at FROM alert_entry WHERE issue = $1 AND org = $2
		UNION ALL SELECT id, at, 'rung', '', '{"to":"' || rung || '","count":"' || CAST(told AS TEXT) || '"}', '', '', NULL FROM alert_step WHERE issue = $1 AND org = $2
		UNION ALL SELECT id, at, 'muted', person, '{}', reason, '', until_at FROM alert_mute WHERE issue = $1 AND org = $2
		UNION ALL SELECT ended_id, ended_at, 'unmuted', ended_by, '{"why":"' || ended_why || '"}', '', '', NULL FROM alert_mute
			WHERE issue = $1 AND org = $2 AND ended_id <> ''
		UNION ALL SELECT id, at, 'call', person, '{"to":"' || result || '"}', note, contact, NULL FROM alert_call_try WHERE issue = $1 AND org = $2
		ORDER BY 1 DESC LIMIT 200`, []any{issue, org}, func(r db.Row) (Entry, error) {
		var e Entry
		var at, until db.Time
		var detail string
		if err := r.Scan(&e.ID, &at, &e.Kind, &e.Person, &detail, &e.Comment, &e.About, &until); err != nil {
			return e, err
		}
		var d struct{ Why, From, To, CVE, Count string }
		err := json.Unmarshal([]byte(detail), &d)
		e.At, e.Why, e.From, e.To, e.CVE = at.Time, d.Why, stand.State(d.From), stand.State(d.To), d.CVE
		e.Count, _ = strconv.Atoi(d.Count) // written by us; absent for most kinds
		e.Until = until.Time
		return e, err
	})
}

func insertEntry(ctx context.Context, tx *db.Tx, id string, al Alert, at time.Time, kind, person, detail, comment string) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_entry (id, issue, org, at, kind, person, detail, comment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, al.Issue, al.OrgNo, db.At(at), kind, person, detail, comment)
	return err
}

// setState moves an alert unless somebody else has moved it since it was read.
func setState(ctx context.Context, tx *db.Tx, al Alert, to stand.State, at time.Time) error {
	n, err := tx.Exec(ctx, `UPDATE alert SET state = $4, updated_at = $5, acked_at = COALESCE(acked_at, $5),
		done_at = CASE WHEN $6 = 1 THEN NULL ELSE $5 END WHERE issue = $1 AND org = $2 AND state = $3`,
		al.Issue, al.OrgNo, al.State, to, db.At(at), db.Flag(to.Open()))
	if err == nil && n == 0 {
		err = ward.Fail(ward.Conflict, "")
	}
	if err == nil { // somebody reacted: the ladder ends, nobody needs to call
		_, err = tx.Exec(ctx, `DELETE FROM alert_climb WHERE issue = $1 AND org = $2`, al.Issue, al.OrgNo)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE alert_call SET state = 'closed' WHERE issue = $1 AND org = $2 AND state = 'open'`, al.Issue, al.OrgNo)
	}
	if err == nil {
		_, err = endMute(ctx, tx, "", al.Issue, al.OrgNo, UnmuteAnswered, "", at)
	}
	return err
}

func putAssetState(ctx context.Context, tx *db.Tx, al Alert, asset ward.AssetID, cve string, st stand.State, person ward.PersonID, at time.Time) error {
	if cve == "" { // a word on all CVEs replaces what was said of single ones
		if _, err := tx.Exec(ctx, `DELETE FROM alert_asset WHERE issue = $1 AND org = $2 AND asset = $3`, al.Issue, al.OrgNo, asset); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO alert_asset (issue, org, asset, cve, state, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (issue, org, asset, cve) DO UPDATE SET state = excluded.state, person = excluded.person, at = excluded.at`,
		al.Issue, al.OrgNo, asset, cve, st, person, db.At(at))
	return err
}

func assetStates(ctx context.Context, tx *db.Tx, issue, org int64) (map[ward.AssetID]map[string]stand.State, error) {
	out := map[ward.AssetID]map[string]stand.State{}
	err := tx.Query(ctx, `SELECT asset, cve, state FROM alert_asset WHERE issue = $1 AND org = $2`, []any{issue, org}, func(r db.Row) error {
		var a ward.AssetID
		var cve string
		var st stand.State
		if err := r.Scan(&a, &cve, &st); err != nil {
			return err
		}
		if out[a] == nil {
			out[a] = map[string]stand.State{}
		}
		out[a][cve] = st
		return nil
	})
	return out, err
}

// openStates are those of State.Open; exactly in these an alert has no done_at.
const openStates = `('new', 'acknowledged', 'applicable', 'in_progress')`

// listAlerts sorts open alerts by due time, so that the index on them gives the
// first page at once; a list of all by the newest raising. The key of a row is
// that time, the issue and the organisation.
func listAlerts(ctx context.Context, tx *db.Tx, v view, f Filter) (Page, error) {
	var args db.Args
	where := conditions(&args, v, f)
	at, compare, down := "a.due_at", ">", ""
	if !f.Open {
		at, compare, down = "a.raised_at", "<", " DESC"
	}
	if k, ok := parseKey(f.After); ok {
		where += fmt.Sprintf(" AND (%s, a.issue, a.org) %s (%s, %s, %s)", at, compare, args.Add(k[0]), args.Add(k[1]), args.Add(k[2]))
	}
	rows, err := db.Rows(ctx, tx, `SELECT `+alertColumns+v.from()+`WHERE `+where+` ORDER BY `+at+down+`, a.issue`+down+`, a.org`+down+
		` LIMIT `+args.Add(f.Limit+1), args, scanAlert)
	if err != nil || len(rows) <= f.Limit {
		return Page{Alerts: rows}, err
	}
	last := rows[f.Limit-1]
	t := last.Raised
	if f.Open {
		t = last.Due
	}
	return Page{Alerts: rows[:f.Limit], Next: fmt.Sprintf("%d.%d.%d", t.UnixMicro(), last.Issue, last.OrgNo)}, nil
}

func parseKey(s string) (k [3]int64, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return k, false
	}
	for i, p := range parts {
		n, err := strconv.ParseInt(p, 10, 64)
		if err != nil {
			return k, false
		}
		k[i] = n
	}
	return k, true
}

// from is where the rows of a list are found: an organisation's own in its
// inbox, which has them as soon as they are on their way.
func (v view) from() string {
	if !v.scope.Everything && len(v.scope.Countries) == 0 {
		return inboxFrom
	}
	return alertFrom
}

// visibleRows keeps a list within a view, over alertFrom.
func visibleRows(args *db.Args, v view) string {
	return args.Scope(v.scope, "o.org", "o.country") + " AND i.tlp >= " + args.Add(int64(v.clearance)) +
		" AND (i.sighted = '' OR " + args.Scope(v.sightings, "o.org", "o.country") + ")"
}

func conditions(args *db.Args, v view, f Filter) string {
	parts := []string{visibleRows(args, v)}
	if f.Open {
		parts = append(parts, "a.done_at IS NULL") // as the index says it
	}
	if len(f.States) > 0 {
		parts = append(parts, "a.state IN ("+db.In(args, f.States)+")")
	}
	if f.Severity > 0 {
		parts = append(parts, "i.severity >= "+args.Add(int64(f.Severity)))
	}
	if f.Used {
		parts = append(parts, "i.exploited IN ('exploited', 'ransomware')")
	}
	if f.Overdue {
		parts = append(parts, "a.due_at < "+args.Add(db.At(v.now)))
	}
	if !f.Since.IsZero() {
		parts = append(parts, "a.raised_at > "+args.Add(db.At(f.Since)))
	}
	if f.Org != "" {
		parts = append(parts, "o.org = "+args.Add(string(f.Org)))
	}
	if f.Country != "" {
		parts = append(parts, "o.country = "+args.Add(string(f.Country)))
	}
	if f.Issue != 0 {
		parts = append(parts, "a.issue = "+args.Add(f.Issue))
	}
	if f.Text != "" {
		parts = append(parts, "(LOWER(i.title) LIKE "+args.Add("%"+likeText(f.Text)+"%")+` ESCAPE '\'
			OR EXISTS (SELECT 1 FROM alert_issue_cve c WHERE c.issue = a.issue AND c.cve = `+args.Add(strings.ToUpper(f.Text))+"))")
	}
	return strings.Join(parts, " AND ")
}

// likeText keeps a reader's % and _ from being wildcards.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(s))
}

func countAlerts(ctx context.Context, tx *db.Tx, v view) (Count, error) {
	var args db.Args
	var c Count
	late, urgent := args.Add(db.At(v.now)), args.Add(db.At(v.now.Add(escalation.ActNow.Within())))
	err := tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN a.state = 'new' THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN a.due_at < `+late+` THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN a.due_at < `+urgent+` THEN 1 ELSE 0 END), 0)`+v.from()+
		`WHERE a.done_at IS NULL AND `+visibleRows(&args, v), args...).Scan(&c.Open, &c.New, &c.Overdue, &c.Urgent)
	return c, err
}

func countFresh(ctx context.Context, tx *db.Tx, v view, since time.Time, limit int) (n int, err error) {
	args := db.Args{db.At(since)}
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT a.org`+v.from()+`WHERE i.updated_at >= $1 AND a.raised_at > $1 AND a.state <> 'obsolete' AND `+
		visibleRows(&args, v)+` LIMIT `+args.Add(limit)+`) fresh`, args...).Scan(&n)
	return n, err
}

// What became of an alert's newest round outside the inbox.
const (
	accepted = `EXISTS (SELECT 1 FROM alert_delivery d WHERE d.issue = a.issue AND d.org = a.org
		AND d.round = a.round AND d.channel <> 'inbox' AND d.state = 'sent')`
	refused = `EXISTS (SELECT 1 FROM alert_delivery d WHERE d.issue = a.issue AND d.org = a.org
		AND d.round = a.round AND d.state = 'failed')`
	reached = `(a.acked_at IS NOT NULL OR ` + accepted + `)`
	failed  = `(a.acked_at IS NULL AND ` + refused + ` AND NOT ` + accepted + `)`
)

// overview counts per issue within the view. Reached means that a receiver's
// side took a message, or that somebody acted. The issues are picked first, so
// that only those shown are counted.
func overview(ctx context.Context, tx *db.Tx, v view, f OverviewFilter) ([]Reach, error) {
	var args db.Args
	before := f.Before
	if before == 0 {
		before = 1 << 62
	}
	late, last := args.Add(db.At(v.now)), args.Add(before)
	rows := `a.state <> 'obsolete' AND ` + visibleRows(&args, v)
	issues := `i.no < ` + last
	if !f.Since.IsZero() { // an issue is renewed by each raising
		since := args.Add(db.At(f.Since))
		rows += " AND a.raised_at > " + since
		issues += " AND i.updated_at >= " + since
	}
	sum := func(condition string) string { return `SUM(CASE WHEN ` + condition + ` THEN 1 ELSE 0 END)` }
	return db.Rows(ctx, tx, `SELECT i.no, i.title, i.lang, i.severity, i.score, i.exploited, i.tlp, MIN(a.raised_at), COUNT(*), `+
		sum(reached)+`, `+sum(`a.acked_at IS NOT NULL`)+`, `+sum(`a.state IN ('done', 'not_applicable', 'risk_accepted')`)+`, `+
		sum(`a.done_at IS NULL AND a.due_at < `+late)+`, `+sum(failed)+alertFrom+
		`WHERE i.no IN (SELECT i.no FROM alert_issue i WHERE `+issues+` AND EXISTS (SELECT 1 FROM alert a
			JOIN alert_org o ON o.no = a.org WHERE a.issue = i.no AND `+rows+`) ORDER BY i.no DESC LIMIT `+args.Add(f.Limit)+`) AND `+rows+`
		GROUP BY i.no, i.title, i.lang, i.severity, i.score, i.exploited, i.tlp ORDER BY i.no DESC`, args, scanReach)
}

func responders(ctx context.Context, tx *db.Tx, v view, issue int64, g Group, after string, limit int) ([]Responder, error) {
	args := db.Args{issue}
	where := visibleRows(&args, v)
	switch g {
	case GroupSilent:
		where += " AND a.acked_at IS NULL"
	case GroupOverdue:
		where += " AND a.done_at IS NULL AND a.due_at < " + args.Add(db.At(v.now))
	case GroupFailed:
		where += " AND " + failed
	}
	const acked = "CASE WHEN a.acked_at IS NULL THEN 0 ELSE 1 END"
	if first, org, ok := parseResponderKey(after); ok {
		where += " AND (" + acked + ", a.org) > (" + args.Add(first) + ", " + args.Add(org) + ")"
	}
	return db.Rows(ctx, tx, `SELECT CASE WHEN `+reached+` THEN 1 ELSE 0 END, CASE WHEN `+failed+` THEN 1 ELSE 0 END, `+alertColumns+alertFrom+
		`WHERE a.issue = $1 AND a.state <> 'obsolete' AND `+where+` ORDER BY `+acked+`, a.org LIMIT `+args.Add(limit), args, scanResponder)
}

func scanResponder(r db.Row) (Responder, error) {
	var x Responder
	var reached, failed int64
	var err error
	x.Alert, err = scanAlert(prefixed{r, []any{&reached, &failed}})
	x.Reached, x.Failed = reached == 1, failed == 1
	return x, err
}

// prefixed scans some columns before those of the inner row.
type prefixed struct {
	db.Row
	first []any
}

// Scan implements db.Row.
func (p prefixed) Scan(dest ...any) error { return p.Row.Scan(append(p.first, dest...)...) }

func scanReach(r db.Row) (Reach, error) {
	var x Reach
	var score int64
	var raised db.Time
	err := r.Scan(&x.Issue.No, &x.Issue.Title, &x.Issue.Lang, &x.Issue.Severity, &score, &x.Issue.Exploited, &x.Issue.TLP, &raised, &x.Organisations,
		&x.Reached, &x.Acknowledged, &x.Done, &x.Overdue, &x.Failed)
	x.Issue.Score, x.Raised = float64(score)/10, raised.Time
	return x, err
}
