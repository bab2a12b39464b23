package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
)

// matchesOf are the stored matches of one advisory, in the order of Product.
func matchesOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) ([]match, error) {
	var body []byte
	err := tx.QueryRow(ctx, `SELECT body FROM alert_matchbook WHERE advisory = $1`, advisory).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return unpackMatches(advisory, body)
}

// matchesOfIssue are the stored matches of all advisories of an issue.
func matchesOfIssue(ctx context.Context, tx *db.Tx, issue int64) ([]match, error) {
	books, err := db.Rows(ctx, tx, `SELECT b.advisory, b.body FROM alert_matchbook b JOIN alert_issue_advisory a ON a.advisory = b.advisory
		WHERE a.issue = $1 ORDER BY b.advisory`, []any{issue}, scanBook)
	return slices.Concat(books...), err
}

func scanBook(r db.Row) ([]match, error) {
	var advisory ward.AdvisoryID
	var body []byte
	if err := r.Scan(&advisory, &body); err != nil {
		return nil, err
	}
	return unpackMatches(advisory, body)
}

func productsMatched(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) ([]ward.ProductID, error) {
	stored, err := matchesOf(ctx, tx, advisory)
	out := make([]ward.ProductID, len(stored))
	for i, m := range stored {
		out[i] = m.Product
	}
	return out, err
}

func matchMap(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (map[ward.ProductID]match, error) {
	stored, err := matchesOf(ctx, tx, advisory)
	out := make(map[ward.ProductID]match, len(stored))
	for _, m := range stored {
		out[m.Product] = m
	}
	return out, err
}

// replaceMatches stores the verdicts of one advisory: what was seen before and
// is no longer found goes, and so does what is not affected, as nobody need know.
// Verdicts that came in while the matching ran are not in m.seen and stay.
func replaceMatches(ctx context.Context, tx *db.Tx, m matching, before map[ward.ProductID]match) error {
	after := make(map[ward.ProductID]match, len(before)+len(m.matches))
	for p, x := range before {
		after[p] = x
	}
	for _, p := range m.seen {
		delete(after, p)
	}
	for _, x := range m.matches {
		if x.Finding.Verdict == ward.NotAffected {
			delete(after, x.Product)
		} else {
			after[x.Product] = x
		}
	}
	if sameMatches(before, after) {
		return nil
	}
	return putMatches(ctx, tx, m.head.ID, after, m.at)
}

func sameMatches(before, after map[ward.ProductID]match) bool {
	if len(before) != len(after) {
		return false
	}
	for p, x := range after {
		if old, had := before[p]; !had || !old.equal(x) {
			return false
		}
	}
	return true
}

func (m match) equal(o match) bool {
	return m.Finding == o.Finding && m.Remedy == o.Remedy && slices.Equal(m.CVEs, o.CVEs)
}

func putMatches(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID, all map[ward.ProductID]match, at time.Time) error {
	sorted, reviews := make([]match, 0, len(all)), 0
	for _, x := range all {
		if x.Finding.Verdict == ward.Review {
			reviews++
		}
		sorted = append(sorted, x)
	}
	slices.SortFunc(sorted, func(a, b match) int { return int(int64(a.Product) - int64(b.Product)) })
	_, err := tx.Exec(ctx, `INSERT INTO alert_matchbook (advisory, reviews, changed_at, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (advisory) DO UPDATE SET reviews = excluded.reviews, changed_at = excluded.changed_at, body = excluded.body`,
		advisory, reviews, db.At(at), packMatches(sorted))
	return err
}

// reviewCases are what a person must decide, newest advisories first.
func reviewCases(ctx context.Context, tx *db.Tx, limit int) ([]ward.ReviewCase, error) {
	books, err := db.Rows(ctx, tx, `SELECT advisory, body FROM alert_matchbook WHERE reviews > 0
		ORDER BY changed_at DESC, advisory LIMIT $1`, []any{limit}, scanBook)
	var out []ward.ReviewCase
	for _, m := range slices.Concat(books...) {
		if m.Finding.Verdict == ward.Review && len(out) < limit {
			out = append(out, ward.ReviewCase{Advisory: m.Advisory, ProductFinding: m.ProductFinding})
		}
	}
	return out, err
}
