package alert

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ward/kit/db"
)

// newestChange is the time of the last change within a view, whatever its
// marking; zero for none.
func newestChange(ctx context.Context, tx *db.Tx, v view) (time.Time, error) {
	var args db.Args
	var at db.Time
	in := args.Scope(v.scope, "o.org", "o.country")
	q := `SELECT MAX(c.at) FROM alert_org o JOIN alert_inbox x ON x.org = o.no JOIN alert_change c ON c.issue = x.issue AND c.org = x.org WHERE ` + in
	if v.from() == alertFrom { // of many organisations: down the index instead of over all of it
		q = `SELECT c.at FROM alert_change c JOIN alert_org o ON o.no = c.org WHERE ` + in + ` ORDER BY c.seq DESC, c.issue DESC, c.org DESC LIMIT 1`
	}
	err := tx.QueryRow(ctx, q, args...).Scan(&at)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return at.Time, err
}

// changesBefore reads the newest changes first, from a cursor on.
func changesBefore(ctx context.Context, tx *db.Tx, v view, after string, limit int) ([]Change, error) {
	var args db.Args
	where := visibleRows(&args, v)
	if k, ok := parseKey(after); ok {
		where += ` AND (c.seq, c.issue, c.org) < (` + args.Add(k[0]) + `, ` + args.Add(k[1]) + `, ` + args.Add(k[2]) + `)`
	}
	return changeRows(ctx, tx, v, where+` ORDER BY c.seq DESC, c.issue DESC, c.org DESC LIMIT `+args.Add(limit), args)
}

// dueChanges are alerts with something to do until some time, the nearest first.
func dueChanges(ctx context.Context, tx *db.Tx, v view, limit int) ([]Change, error) {
	var args db.Args
	where := visibleRows(&args, v) + ` AND a.done_at IS NULL AND a.due_at IS NOT NULL`
	return changeRows(ctx, tx, v, where+` ORDER BY a.due_at, a.issue, a.org LIMIT `+args.Add(limit), args)
}

// endedChanges are alerts that were done or ended after since, the last first.
func endedChanges(ctx context.Context, tx *db.Tx, v view, since time.Time, limit int) ([]Change, error) {
	var args db.Args
	where := visibleRows(&args, v) + ` AND a.done_at > ` + args.Add(db.At(since))
	return changeRows(ctx, tx, v, where+` ORDER BY a.done_at DESC, a.issue, a.org LIMIT `+args.Add(limit), args)
}

// issueChunk issues are asked for in one statement.
const issueChunk = 500

// cvesOfAll gives the CVEs of issues in their order, up to 20 of each.
func cvesOfAll(ctx context.Context, tx *db.Tx, issues []int64) (map[int64][]string, error) {
	out := map[int64][]string{}
	issues = slices.Clone(issues)
	slices.Sort(issues)
	for part := range slices.Chunk(slices.Compact(issues), issueChunk) {
		var args db.Args
		marks := make([]string, len(part))
		for i, no := range part {
			marks[i] = args.Add(no)
		}
		err := tx.Query(ctx, `SELECT issue, cve FROM alert_issue_cve WHERE issue IN (`+strings.Join(marks, ", ")+`) ORDER BY issue, cve LIMIT `+
			args.Add(20*issueChunk), args, func(r db.Row) error {
			var no int64
			var cve string
			err := r.Scan(&no, &cve)
			if len(out[no]) < 20 {
				out[no] = append(out[no], cve)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
