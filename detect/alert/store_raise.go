package alert

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/id"
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

// issuesWithCVE gives the founding CVEs of every issue that shares one of cves.
func issuesWithCVE(ctx context.Context, tx *db.Tx, cves []string) (map[int64][]string, error) {
	out := map[int64][]string{}
	for _, cve := range cves {
		numbers, err := db.Rows(ctx, tx, `SELECT issue FROM alert_issue_cve WHERE cve = $1 ORDER BY issue LIMIT $2`,
			[]any{cve, candidateLimit}, scanInt)
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

const matchColumns = `product, verdict, reason, identity_rule, version_rule, leaf, path, detail, cves, ref, remedy`

func matchesOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) ([]match, error) {
	return db.Rows(ctx, tx, `SELECT `+matchColumns+` FROM alert_match WHERE advisory = $1 ORDER BY product`, []any{advisory}, scanMatch)
}

// matchesOfIssue are the verdicts of all advisories of an issue.
func matchesOfIssue(ctx context.Context, tx *db.Tx, issue int64) ([]match, error) {
	return db.Rows(ctx, tx, `SELECT `+matchColumns+` FROM alert_match WHERE advisory IN
		(SELECT advisory FROM alert_issue_advisory WHERE issue = $1) ORDER BY advisory, product`, []any{issue}, scanMatch)
}

func matchMap(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (map[ward.ProductID]match, error) {
	stored, err := matchesOf(ctx, tx, advisory)
	out := make(map[ward.ProductID]match, len(stored))
	for _, m := range stored {
		out[m.Product] = m
	}
	return out, err
}

func scanMatch(r db.Row) (match, error) {
	var m match
	var verdict, cves, ref string
	err := r.Scan(&m.Product, &verdict, &m.Finding.Reason, &m.Finding.Identity, &m.Finding.Version, &m.Finding.Leaf,
		&m.Finding.Path, &m.Finding.Detail, &cves, &ref, &m.Remedy)
	if err != nil {
		return m, err
	}
	m.Finding.Verdict, _ = ward.ParseVerdict(verdict)
	return m, errors.Join(json.Unmarshal([]byte(cves), &m.CVEs), json.Unmarshal([]byte(ref), &m.Ref))
}

// replaceMatches stores the verdicts of one advisory: what is unchanged stays,
// what was seen before and is no longer found goes. Verdicts that came in while
// the matching ran are not in m.seen and stay.
func replaceMatches(ctx context.Context, tx *db.Tx, m matching, before map[ward.ProductID]match) error {
	var changed []match
	found := map[ward.ProductID]bool{}
	for _, x := range m.matches {
		found[x.Product] = true
		if old, had := before[x.Product]; !had || !old.equal(x) {
			changed = append(changed, x)
		}
	}
	for _, p := range m.seen {
		if found[p] {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM alert_match WHERE advisory = $1 AND product = $2`, m.head.ID, p); err != nil {
			return err
		}
	}
	return insertMatches(ctx, tx, m.head.ID, changed, m.at)
}

func (m match) equal(o match) bool {
	return m.Finding == o.Finding && m.Remedy == o.Remedy && slices.Equal(m.CVEs, o.CVEs)
}

func insertMatches(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID, all []match, at time.Time) error {
	rows := make([][]any, 0, len(all))
	for _, m := range all {
		cves, err := json.Marshal(m.CVEs)
		if err != nil {
			return err
		}
		ref, err := json.Marshal(m.Ref)
		if err != nil {
			return err
		}
		f := m.Finding
		rows = append(rows, []any{advisory, m.Product, f.Verdict.String(), f.Reason, f.Identity, f.Version, f.Leaf, f.Path,
			f.Detail, string(cves), string(ref), m.Remedy, db.At(at)})
	}
	_, err := tx.Bulk(ctx, "alert_match",
		[]string{"advisory", "product", "verdict", "reason", "identity_rule", "version_rule", "leaf", "path", "detail", "cves", "ref", "remedy", "since"},
		[]string{"TEXT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT"}, rows,
		`ON CONFLICT (advisory, product) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason,
			identity_rule = excluded.identity_rule, version_rule = excluded.version_rule, leaf = excluded.leaf,
			path = excluded.path, detail = excluded.detail, cves = excluded.cves, ref = excluded.ref, remedy = excluded.remedy`)
	return err
}

// issueFace is what people see of an issue; nil for number zero.
func issueFace(ctx context.Context, tx *db.Tx, no int64) (*Issue, error) {
	if no == 0 {
		return nil, nil
	}
	i := Issue{No: no}
	var score, withdrawn int64
	err := tx.QueryRow(ctx, `SELECT title, severity, score, exploited, tlp, withdrawn FROM alert_issue WHERE no = $1`, no).
		Scan(&i.Title, &i.Severity, &score, &i.Exploited, &i.TLP, &withdrawn)
	i.Score, i.Withdrawn = float64(score)/10, withdrawn != 0
	return &i, err
}

func insertIssue(ctx context.Context, tx *db.Tx, f Issue, cves []string, at time.Time) (int64, error) {
	var no int64
	err := tx.QueryRow(ctx, `INSERT INTO alert_issue (title, severity, score, exploited, tlp, withdrawn, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING no`,
		f.Title, int64(f.Severity), int64(f.Score*10+0.5), f.Exploited, int64(f.TLP), flag(f.Withdrawn), db.At(at)).Scan(&no)
	for i := 0; err == nil && i < len(cves); i++ {
		_, err = tx.Exec(ctx, `INSERT INTO alert_issue_cve (cve, issue) VALUES ($1, $2) ON CONFLICT DO NOTHING`, cves[i], no)
	}
	return no, err
}

func updateIssue(ctx context.Context, tx *db.Tx, no int64, f Issue, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_issue SET title = $2, severity = $3, score = $4, exploited = $5, tlp = $6,
		withdrawn = $7, updated_at = $8 WHERE no = $1`,
		no, f.Title, int64(f.Severity), int64(f.Score*10+0.5), f.Exploited, int64(f.TLP), flag(f.Withdrawn), db.At(at))
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func putSource(ctx context.Context, tx *db.Tx, issue int64, h ward.AdvisoryHead, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_issue_advisory (advisory, issue, revision, published_at, fetched_at, stored_at, matched_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (advisory) DO UPDATE SET revision = excluded.revision, published_at = excluded.published_at,
			fetched_at = excluded.fetched_at, stored_at = excluded.stored_at, matched_at = excluded.matched_at`,
		h.ID, issue, h.Revision, db.At(h.Published), db.At(h.FetchedAt), db.At(h.StoredAt), db.At(at))
	return err
}

func orgNumbers(ctx context.Context, tx *db.Tx) (map[ward.OrgID]int64, error) {
	out := map[ward.OrgID]int64{}
	err := tx.Query(ctx, `SELECT no, org FROM alert_org`, nil, func(r db.Row) error {
		var no int64
		var org ward.OrgID
		err := r.Scan(&no, &org)
		out[org] = no
		return err
	})
	return out, err
}

func insertOrgs(ctx context.Context, tx *db.Tx, orgs map[ward.OrgID]ward.Organisation) error {
	rows := make([][]any, 0, len(orgs))
	for id, o := range orgs {
		rows = append(rows, []any{id, o.Country})
	}
	_, err := tx.Bulk(ctx, "alert_org", []string{"org", "country"}, []string{"TEXT", "TEXT"}, rows,
		"ON CONFLICT (org) DO UPDATE SET country = excluded.country")
	return err
}

func standings(ctx context.Context, tx *db.Tx, issue int64) (map[int64]*standing, error) {
	out := map[int64]*standing{}
	err := tx.Query(ctx, `SELECT org, state, affected, review, round, due_at FROM alert WHERE issue = $1`, []any{issue}, func(r db.Row) error {
		var st standing
		var due db.Time
		err := r.Scan(&st.OrgNo, &st.State, &st.Affected, &st.Review, &st.Round, &due)
		st.Due = due.Time
		out[st.OrgNo] = &st
		return err
	})
	return out, err
}

// alertWriter collects the changes of one raising and writes them in bulk.
type alertWriter struct {
	issue   int64
	at      time.Time
	rows    [][]any
	entries [][]any
	told    int // new and reopened
	changed int
}

func newAlertWriter(issue int64, at time.Time) *alertWriter {
	return &alertWriter{issue: issue, at: at}
}

func (w *alertWriter) add(org int64, had *standing, c change) {
	if c.Kind == keep {
		return
	}
	w.changed++
	round := int64(1)
	if had != nil {
		round = had.Round
	}
	if c.Kind == raise || c.Kind == reopen {
		w.told++
	}
	if c.Kind == reopen {
		round++
	}
	due := db.At(c.Due)
	if c.Due.IsZero() {
		due = db.Time{}
	}
	w.rows = append(w.rows, []any{w.issue, org, string(c.State), c.Affected, c.Review, due, round, c.Why, db.At(w.at), db.At(w.at), int64(c.Kind)})
	if c.Kind == reopen || c.Kind == finish {
		w.entries = append(w.entries, []any{w.issue, org, c.Why, string(had.State), string(c.State)})
	}
}

// flush writes the alerts. A count leaves the reason and the time of raising as
// they are; reopening clears who had acknowledged.
func (w *alertWriter) flush(ctx context.Context, tx *db.Tx, ids id.Source) error {
	var fresh, counts [][]any
	for _, r := range w.rows {
		kind := changeKind(r[10].(int64))
		if kind == count {
			counts = append(counts, r[:10])
		} else {
			fresh = append(fresh, r[:10])
		}
	}
	columns := []string{"issue", "org", "state", "affected", "review", "due_at", "round", "why", "raised_at", "updated_at"}
	kinds := []string{"BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT"}
	if _, err := tx.Bulk(ctx, "alert", columns, kinds, fresh, `ON CONFLICT (issue, org) DO UPDATE SET
		state = excluded.state, affected = excluded.affected, review = excluded.review, due_at = excluded.due_at,
		round = excluded.round, why = excluded.why, raised_at = excluded.raised_at, updated_at = excluded.updated_at,
		acked_at = NULL, done_at = NULL`); err != nil {
		return err
	}
	if _, err := tx.Bulk(ctx, "alert", columns, kinds, counts, `ON CONFLICT (issue, org) DO UPDATE SET
		affected = excluded.affected, review = excluded.review, updated_at = excluded.updated_at`); err != nil {
		return err
	}
	for i, e := range w.entries {
		detail, err := json.Marshal(map[string]string{"why": e[2].(string), "from": e[3].(string), "to": e[4].(string)})
		if err != nil {
			return err
		}
		w.entries[i] = []any{ids(), e[0], e[1], db.At(w.at), "raised", "", string(detail), ""}
	}
	_, err := tx.Bulk(ctx, "alert_entry", []string{"id", "issue", "org", "at", "kind", "person", "detail", "comment"},
		[]string{"TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT"}, w.entries, "")
	return err
}

func standingOf(ctx context.Context, tx *db.Tx, issue, org int64) (*standing, error) {
	st := standing{OrgNo: org}
	var due db.Time
	err := tx.QueryRow(ctx, `SELECT state, affected, review, round, due_at FROM alert WHERE issue = $1 AND org = $2`, issue, org).
		Scan(&st.State, &st.Affected, &st.Review, &st.Round, &due)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	st.Due = due.Time
	return &st, err
}

func issuesOfOrg(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]int64, error) {
	return db.Rows(ctx, tx, `SELECT a.issue FROM alert a JOIN alert_org o ON o.no = a.org WHERE o.org = $1 ORDER BY a.issue`,
		[]any{org}, scanInt)
}
