package alert

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/db"
)

const muteColumns = `m.issue, m.org, m.round, m.at, m.until_at, m.person, m.role, m.reason`

func scanMute(r db.Row) (m Mute, err error) {
	var at, until db.Time
	err = r.Scan(&m.Issue, &m.OrgNo, &m.Round, &at, &until, &m.Person, &m.Role, &m.Reason)
	m.At, m.Until = at.Time, until.Time
	return m, err
}

// muteOf is the muting of an alert that holds at now; nil for none.
func muteOf(ctx context.Context, tx *db.Tx, a Alert, now time.Time) (*Mute, error) {
	m, err := scanMute(tx.QueryRow(ctx, `SELECT `+muteColumns+` FROM alert_mute m
		WHERE m.issue = $1 AND m.org = $2 AND m.round = $3 AND m.ended_at IS NULL AND m.until_at > $4`, a.Issue, a.OrgNo, a.Round, db.At(now)))
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	return &m, err
}

// mutesOf are the mutings of alerts that hold at now.
func mutesOf(ctx context.Context, tx *db.Tx, all []*Alert, now time.Time) ([]Mute, error) {
	if len(all) == 0 {
		return nil, nil
	}
	args, issues, orgs := db.Args{db.At(now)}, numberSet{}, numberSet{}
	for _, a := range all {
		issues.add(&args, a.Issue)
	}
	for _, a := range all {
		orgs.add(&args, a.OrgNo)
	}
	return db.Rows(ctx, tx, `SELECT `+muteColumns+` FROM alert_mute m WHERE m.ended_at IS NULL AND m.until_at > $1 AND m.issue IN (`+
		strings.Join(issues.marks, ", ")+`) AND m.org IN (`+strings.Join(orgs.marks, ", ")+`) ORDER BY m.issue, m.org`, args, scanMute)
}

// numberSet writes each number once.
type numberSet struct {
	seen  []int64
	marks []string
}

func (s *numberSet) add(args *db.Args, n int64) {
	if !slices.Contains(s.seen, n) {
		s.seen, s.marks = append(s.seen, n), append(s.marks, args.Add(n))
	}
}

// insertMute starts a muting; false when one is under way.
func insertMute(ctx context.Context, tx *db.Tx, id string, m Mute) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO alert_mute (id, issue, org, round, at, until_at, person, role, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (issue, org) WHERE ended_at IS NULL DO NOTHING`,
		id, m.Issue, m.OrgNo, m.Round, db.At(m.At), db.At(m.Until), m.Person, m.Role, clean(m.Reason))
	return n == 1, err
}

// endMute ends the muting of an alert; false when there is none.
func endMute(ctx context.Context, tx *db.Tx, id string, issue, org int64, why Unmute, by string, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_mute SET ended_at = $3, ended_id = $4, ended_by = $5, ended_why = $6
		WHERE issue = $1 AND org = $2 AND ended_at IS NULL`, issue, org, db.At(at), id, by, why)
	return n == 1, err
}

// muted is a muting with what its alert is now.
type muted struct {
	Mute
	State stand.State
	Now   int64 // round
}

func scanMuted(r db.Row) (m muted, err error) {
	m.Mute, err = scanMute(prefixed{r, []any{&m.State, &m.Now}})
	return m, err
}

const mutedFrom = `SELECT a.state, a.round, ` + muteColumns + ` FROM alert_mute m JOIN alert a ON a.issue = m.issue AND a.org = m.org `

// mutedOf are the mutings of an issue that are under way.
func mutedOf(ctx context.Context, tx *db.Tx, issue int64) ([]muted, error) {
	return db.Rows(ctx, tx, mutedFrom+`WHERE m.issue = $1 AND m.ended_at IS NULL ORDER BY m.org`, []any{issue}, scanMuted)
}

// mutedPast are those whose time is over, the longest first.
func mutedPast(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]muted, error) {
	return db.Rows(ctx, tx, mutedFrom+`WHERE m.until_at <= $1 AND m.ended_at IS NULL ORDER BY m.until_at, m.issue, m.org LIMIT $2`,
		[]any{db.At(now), limit}, scanMuted)
}

// hurry makes what a muting had put off due now: the next rung and the call.
func hurry(ctx context.Context, tx *db.Tx, m Mute, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_climb SET next_at = $3 WHERE issue = $1 AND org = $2 AND next_at > $3`, m.Issue, m.OrgNo, db.At(at))
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE alert_call SET next_at = $3 WHERE issue = $1 AND org = $2 AND state = 'open' AND next_at = $4`,
			m.Issue, m.OrgNo, db.At(at), db.At(m.Until))
	}
	return err
}

// delayCall moves an open call to the end of a muting: until then nobody needs to ring.
func delayCall(ctx context.Context, tx *db.Tx, m Mute) error {
	_, err := tx.Exec(ctx, `UPDATE alert_call SET next_at = $3 WHERE issue = $1 AND org = $2 AND state = 'open' AND next_at < $3`,
		m.Issue, m.OrgNo, db.At(m.Until))
	return err
}

// revisionOf is the revision of an advisory that was settled last; empty for none.
func revisionOf(ctx context.Context, tx *db.Tx, advisory ward.AdvisoryID) (revision string, err error) {
	err = tx.QueryRow(ctx, `SELECT revision FROM alert_issue_advisory WHERE advisory = $1`, advisory).Scan(&revision)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return revision, err
}
