package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/matchbook"
	"ward/kit/db"
)

// matchesOf are the stored matches of one advisory, in the order of Product.
func matchesOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) ([]matchbook.Match, error) {
	var body []byte
	err := tx.QueryRow(ctx, `SELECT body FROM alert_matchbook WHERE advisory = $1`, advisory).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return matchbook.Unpack(advisory, body)
}

// matchesOfIssue are the stored matches of all advisories of an issue.
func matchesOfIssue(ctx context.Context, tx *db.Tx, issue int64) ([]matchbook.Match, error) {
	return matchesBeside(ctx, tx, issue, "")
}

// matchesBeside are the stored matches of an issue's advisories but one.
func matchesBeside(ctx context.Context, tx *db.Tx, issue int64, but ward.AdvisoryID) ([]matchbook.Match, error) {
	books, err := db.Rows(ctx, tx, `SELECT b.advisory, b.body FROM alert_matchbook b JOIN alert_issue_advisory a ON a.advisory = b.advisory
		WHERE a.issue = $1 AND b.advisory <> $2 ORDER BY b.advisory`, []any{issue, but}, scanBook)
	return slices.Concat(books...), err
}

func scanBook(r db.Row) ([]matchbook.Match, error) {
	var advisory ward.AdvisoryID
	var body []byte
	if err := r.Scan(&advisory, &body); err != nil {
		return nil, err
	}
	return matchbook.Unpack(advisory, body)
}

func productsMatched(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) ([]ward.ProductID, error) {
	stored, err := matchesOf(ctx, tx, advisory)
	out := make([]ward.ProductID, len(stored))
	for i, m := range stored {
		out[i] = m.Product
	}
	return out, err
}

// replaceMatches stores the verdicts of one advisory and gives them: before with
// what m has found.
func replaceMatches(ctx context.Context, tx *db.Tx, m matching, before []matchbook.Match) ([]matchbook.Match, error) {
	after := matchbook.Renewed(before, m.seen, m.matches)
	if slices.EqualFunc(before, after, matchbook.Match.Equal) {
		return after, nil
	}
	return after, putMatches(ctx, tx, m.head.ID, after, m.at)
}

// putMatches stores the matches of one advisory, in the order of Product.
func putMatches(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID, all []matchbook.Match, at time.Time) error {
	reviews := 0
	for i := range all {
		if all[i].Finding.Verdict == ward.Review {
			reviews++
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO alert_matchbook (advisory, reviews, changed_at, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (advisory) DO UPDATE SET reviews = excluded.reviews, changed_at = excluded.changed_at, body = excluded.body`,
		advisory, reviews, db.At(at), matchbook.Pack(all))
	return err
}

// reviewCases are what a person must decide, newest advisories first.
func reviewCases(ctx context.Context, tx *db.Tx, limit int) ([]ward.ReviewCase, error) {
	books, err := db.Rows(ctx, tx, `SELECT advisory, body FROM alert_matchbook WHERE reviews > 0
		ORDER BY changed_at DESC, advisory LIMIT $1`, []any{limit}, scanBook)
	var out []ward.ReviewCase
	for _, m := range slices.Concat(books...) {
		if m.Finding.Verdict == ward.Review && len(out) < limit {
			out = append(out, ward.ReviewCase{Advisory: m.Advisory, ProductFinding: *m.ProductFinding})
		}
	}
	return out, err
}
