package reach

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

const digestColumns = `person, from_at, until_at, covered, state, attempts, repeats, started_at, sent_at, error`

func scanDigest(r db.Row) (Digest, error) {
	var d Digest
	var from, until, started, sent db.Time
	err := r.Scan(&d.Person, &from, &until, &d.Covered, &d.State, &d.Attempts, &d.Repeats, &started, &sent, &d.Error)
	d.From, d.Until, d.started, d.Sent = from.Time, until.Time, started.Time, sent.Time
	return d, err
}

// insertDigests writes periods. That one stands there already is an error: the
// caller has moved the person's open period on in the same transaction.
func insertDigests(ctx context.Context, tx *db.Tx, all []Digest) error {
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{string(d.Person), db.At(d.From), db.At(d.Until), int64(d.Covered), string(d.State)}
	}
	_, err := tx.Bulk(ctx, "alert_digest", []string{"person", "from_at", "until_at", "covered", "state"},
		[]string{"TEXT", "BIGINT", "BIGINT", "BIGINT", "TEXT"}, rows, "")
	return err
}

// DigestBy is the digest of a person's period that ended at until; db.ErrNoRows for none.
func DigestBy(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) (Digest, error) {
	return scanDigest(tx.QueryRow(ctx, `SELECT `+digestColumns+` FROM alert_digest WHERE person = $1 AND until_at = $2`, string(p), db.At(until)))
}

// digestsOf are a person's last periods, the newest first; sent leaves out the empty ones.
func digestsOf(ctx context.Context, tx *db.Tx, p ward.PersonID, limit int) ([]Digest, error) {
	return db.Rows(ctx, tx, `SELECT `+digestColumns+` FROM alert_digest WHERE person = $1 ORDER BY until_at DESC LIMIT $2`,
		[]any{string(p), limit}, scanDigest)
}

// StartDigest notes that d is being sent, before the first byte leaves; false when
// somebody else does.
func StartDigest(ctx context.Context, tx *db.Tx, d Digest, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_digest SET state = 'sending', attempts = attempts + 1,
		repeats = repeats + CASE WHEN started_at IS NULL THEN 0 ELSE 1 END, started_at = $3
		WHERE person = $1 AND until_at = $2 AND state IN ('queued', 'sending') AND attempts = $4`,
		string(d.Person), db.At(d.Until), db.At(at), int64(d.Attempts))
	return n == 1, err
}

// EndDigest notes how a try to send d ended.
func EndDigest(ctx context.Context, tx *db.Tx, d Digest, state DigestState, at time.Time, fault string) error {
	var sent any
	if state == DigestSent {
		sent = db.At(at)
	}
	again := int64(0)
	if state == DigestQueued {
		again = 1
	}
	_, err := tx.Exec(ctx, `UPDATE alert_digest SET state = $3, sent_at = $4, error = $5,
		started_at = CASE WHEN $6 = 1 THEN NULL ELSE started_at END WHERE person = $1 AND until_at = $2 AND state <> 'sent'`,
		string(d.Person), db.At(d.Until), string(state), sent, fault, again)
	return err
}

// dropEmpty forgets periods without news that ended before at, some at a time.
func dropEmpty(ctx context.Context, tx *db.Tx, at time.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM alert_digest WHERE state = 'empty' AND (person, until_at) IN
		(SELECT person, until_at FROM alert_digest WHERE state = 'empty' AND until_at < $1 ORDER BY until_at LIMIT $2)`, db.At(at), limit)
}
