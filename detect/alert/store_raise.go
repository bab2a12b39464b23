package alert

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/stand"
	"ward/detect/alert/weakness"
	"ward/kit/db"
)

func issueOfAdvisory(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (int64, error) {
	var no int64
	err := tx.QueryRow(ctx, `SELECT issue FROM alert_issue_advisory WHERE advisory = $1`, advisory).Scan(&no)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return no, err
}

// candidateLimit bounds how many issues one CVE may be in before the search
// stops looking: a hostile feed could name one CVE in every document.
const candidateLimit = 2000

// issuesWithCVE gives the founding CVEs of every issue that shares one of cves
// and, as open says, may or may not be read by organisations.
func issuesWithCVE(ctx context.Context, tx *db.Tx, cves []string, open bool) (map[int64][]string, error) {
	compare := ">="
	if !open {
		compare = "<"
	}
	out := map[int64][]string{}
	for _, cve := range cves {
		numbers, err := db.Rows(ctx, tx, `SELECT c.issue FROM alert_issue_cve c JOIN alert_issue i ON i.no = c.issue
			WHERE c.cve = $1 AND i.tlp `+compare+` $2 ORDER BY c.issue LIMIT $3`,
			[]any{cve, int64(marking.OrganisationClearance), candidateLimit}, scanInt)
		if err != nil {
			return nil, err
		}
		for _, no := range numbers {
			if _, seen := out[no]; seen {
				continue
			}
			if out[no], err = cvesOf(ctx, tx, no); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func cvesOf(ctx context.Context, tx *db.Tx, issue int64) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT cve FROM alert_issue_cve WHERE issue = $1 ORDER BY cve`, []any{issue}, scanText)
}

func scanInt(r db.Row) (n int64, err error)   { err = r.Scan(&n); return n, err }
func scanText(r db.Row) (s string, err error) { err = r.Scan(&s); return s, err }

func advisoriesOf(ctx context.Context, tx *db.Tx, issue int64) ([]ward.AdvisoryID, error) {
	return db.Rows(ctx, tx, `SELECT advisory FROM alert_issue_advisory WHERE issue = $1 ORDER BY advisory`, []any{issue},
		func(r db.Row) (a ward.AdvisoryID, err error) { err = r.Scan(&a); return a, err })
}

// lastTurn numbers the newest matching that was settled; 0 before the first.
func lastTurn(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(MAX(turn), 0) FROM alert_issue_advisory`).Scan(&n)
	return n, err
}

// turnOf numbers the last matching of one advisory that was settled; 0 for none.
func turnOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(MAX(turn), 0) FROM alert_issue_advisory WHERE advisory = $1`, advisory).Scan(&n)
	return n, err
}

// clean takes out what PostgreSQL's texts cannot hold: documents and
// inventories are written by others.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// issueFace is what people see of an issue.
func issueFace(ctx context.Context, tx *db.Tx, no int64) (weakness.Face, error) {
	i := weakness.Face{No: no}
	var score, withdrawn int64
	err := tx.QueryRow(ctx, `SELECT title, lang, severity, score, exploited, tlp, withdrawn FROM alert_issue WHERE no = $1`, no).
		Scan(&i.Title, &i.Lang, &i.Severity, &score, &i.Exploited, &i.TLP, &withdrawn)
	if errors.Is(err, db.ErrNoRows) {
		err = ward.Fail(ward.NotFound, "alert.error.not_found")
	}
	i.Score, i.Withdrawn = float64(score)/10, withdrawn != 0
	return i, err
}

func insertIssue(ctx context.Context, tx *db.Tx, f weakness.Face, cves []string, at time.Time) (int64, error) {
	var no int64
	err := tx.QueryRow(ctx, `INSERT INTO alert_issue (title, lang, severity, score, exploited, tlp, withdrawn, created_at, updated_at)
		VALUES ($1, $8, $2, $3, $4, $5, $6, $7, $7) RETURNING no`,
		clean(f.Title), int64(f.Severity), int64(f.Score*10+0.5), f.Exploited, int64(f.TLP), db.Flag(f.Withdrawn), db.At(at), f.Lang).Scan(&no)
	for i := 0; err == nil && i < len(cves); i++ {
		_, err = tx.Exec(ctx, `INSERT INTO alert_issue_cve (cve, issue) VALUES ($1, $2) ON CONFLICT DO NOTHING`, cves[i], no)
	}
	return no, err
}

func updateIssue(ctx context.Context, tx *db.Tx, no int64, f weakness.Face, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_issue SET title = $2, severity = $3, score = $4, exploited = $5, tlp = $6,
		withdrawn = $7, updated_at = $8, lang = $9 WHERE no = $1`,
		no, clean(f.Title), int64(f.Severity), int64(f.Score*10+0.5), f.Exploited, int64(f.TLP), db.Flag(f.Withdrawn), db.At(at), f.Lang)
	return err
}

// putSource notes that an advisory speaks of the issue and was matched now. The
// time of matching is that of the revision's first one: a nightly repeat is no
// hop of an alert.
func putSource(ctx context.Context, tx *db.Tx, issue int64, m *matching) error {
	h := m.head
	turn, err := lastTurn(ctx, tx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO alert_issue_advisory (advisory, issue, revision, published_at, fetched_at, stored_at, matched_at, turn, said)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (advisory) DO UPDATE SET published_at = excluded.published_at, fetched_at = excluded.fetched_at,
			stored_at = excluded.stored_at, turn = excluded.turn, revision = excluded.revision,
			said = CASE WHEN excluded.said = '' THEN alert_issue_advisory.said ELSE excluded.said END, matched_at = CASE
			WHEN alert_issue_advisory.revision = excluded.revision THEN alert_issue_advisory.matched_at ELSE excluded.matched_at END`,
		h.ID, issue, h.Revision, db.At(h.Published), db.At(h.FetchedAt), db.At(h.StoredAt), db.At(m.at), turn+1, m.said)
	return err
}

// saidOf is the fingerprint of what an advisory told its readers when it was
// settled last; empty for nothing.
func saidOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (said string, err error) {
	err = tx.QueryRow(ctx, `SELECT said FROM alert_issue_advisory WHERE advisory = $1`, advisory).Scan(&said)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return said, err
}

// speaking are the advisories of an issue that tell their readers something,
// the newest first.
func speaking(ctx context.Context, tx *db.Tx, issue int64) ([]ward.AdvisoryID, error) {
	return db.Rows(ctx, tx, `SELECT advisory FROM alert_issue_advisory WHERE issue = $1 AND said <> '' ORDER BY stored_at DESC, advisory LIMIT 5`,
		[]any{issue}, func(r db.Row) (a ward.AdvisoryID, err error) { err = r.Scan(&a); return a, err })
}

// manyOrgs is the number from which reading all is cheaper than naming them.
const manyOrgs = 500

// numbersOf gives the numbers of orgs, perhaps of others too; those without one
// are absent.
func numbersOf(ctx context.Context, tx *db.Tx, orgs []ward.OrgID) (map[ward.OrgID]int64, error) {
	if len(orgs) >= manyOrgs {
		return allNumbers(ctx, tx)
	}
	var args db.Args
	return numbersWhere(ctx, tx, args.Scope(ward.Scope{Orgs: orgs}, "org", ""), args)
}

// allNumbers are those of everybody who has one.
func allNumbers(ctx context.Context, tx *db.Tx) (map[ward.OrgID]int64, error) {
	return numbersWhere(ctx, tx, "1 = 1", nil)
}

func numbersWhere(ctx context.Context, tx *db.Tx, where string, args db.Args) (map[ward.OrgID]int64, error) {
	out := map[ward.OrgID]int64{}
	err := tx.Query(ctx, `SELECT no, org FROM alert_org WHERE `+where, args, func(r db.Row) error {
		var no int64
		var org ward.OrgID
		err := r.Scan(&no, &org)
		out[org] = no
		return err
	})
	return out, err
}

func orgsNumbered(ctx context.Context, tx *db.Tx) ([]ward.OrgID, error) {
	return db.Rows(ctx, tx, `SELECT org FROM alert_org ORDER BY no`, nil,
		func(r db.Row) (o ward.OrgID, err error) { err = r.Scan(&o); return o, err })
}

func insertOrgs(ctx context.Context, tx *db.Tx, orgs map[ward.OrgID]ward.Organisation) error {
	rows := make([][]any, 0, len(orgs))
	for _, id := range slices.Sorted(maps.Keys(orgs)) { // numbers in the order of registration
		rows = append(rows, []any{id, orgs[id].Country})
	}
	_, err := tx.Bulk(ctx, "alert_org", []string{"org", "country"}, []string{"TEXT", "TEXT"}, rows,
		"ON CONFLICT (org) DO UPDATE SET country = excluded.country WHERE alert_org.country <> excluded.country")
	return err
}

// standings are the alerts of an issue by organisation; only that of one
// organisation when it is named.
func standings(ctx context.Context, tx *db.Tx, issue int64, only ...int64) (map[int64]*stand.Standing, error) {
	args := db.Args{issue}
	where := "issue = $1"
	for _, org := range only {
		where += " AND org = " + args.Add(org)
	}
	out := map[int64]*stand.Standing{}
	err := tx.Query(ctx, `SELECT org, state, affected, review, round, due_at, addressed FROM alert WHERE `+where, args, func(r db.Row) error {
		var st stand.Standing
		var due db.Time
		var addressed int64
		err := r.Scan(&st.OrgNo, &st.State, &st.Affected, &st.Review, &st.Round, &due, &addressed)
		st.Due, st.Addressed = due.Time, addressed != 0
		out[st.OrgNo] = &st
		return err
	})
	return out, err
}

// issuesOfOrg are the issues of which an organisation has an alert: those of its
// inbox, and those raised since that may not be there yet.
func issuesOfOrg(ctx context.Context, tx *db.Tx, org ward.OrgID, since time.Time) ([]int64, error) {
	return db.Rows(ctx, tx, `SELECT x.issue FROM alert_inbox x JOIN alert_org o ON o.no = x.org WHERE o.org = $1
		UNION SELECT a.issue FROM alert_issue i JOIN alert a ON a.issue = i.no JOIN alert_org o ON o.no = a.org
		WHERE i.updated_at >= $2 AND o.org = $1 ORDER BY 1`, []any{org, db.At(since)}, scanInt)
}

// touchIssue notes that alerts of an issue were raised.
func touchIssue(ctx context.Context, tx *db.Tx, no int64, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_issue SET updated_at = $2 WHERE no = $1`, no, db.At(at))
	return err
}
