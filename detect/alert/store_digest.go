package alert

import (
	"context"
	"strings"
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

// waitingFor lists which of the people have deliveries that wait for a digest.
func waitingFor(ctx context.Context, tx *db.Tx, people []ward.PersonID) (map[ward.PersonID]bool, error) {
	out := map[ward.PersonID]bool{}
	var args db.Args
	marks := make([]string, len(people))
	for i, p := range people {
		marks[i] = args.Add(string(p))
	}
	found, err := db.Rows(ctx, tx, `SELECT DISTINCT person FROM alert_delivery WHERE wait = 'digest' AND digest IS NULL AND state = 'waiting'
		AND person IN (`+strings.Join(marks, ", ")+`) ORDER BY person LIMIT `+args.Add(len(people)), args,
		func(r db.Row) (p ward.PersonID, err error) { err = r.Scan(&p); return p, err })
	for _, p := range found {
		out[p] = true
	}
	return out, err
}

// takeUp gives the period what was queued before its end and waits for one.
func takeUp(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE alert_delivery SET digest = $2 WHERE person = $1 AND wait = 'digest' AND digest IS NULL AND state = 'waiting'
		AND queued_at <= $2`, string(p), db.At(until))
}

// putOff moves what waits for a person's digest to another end of its period.
func putOff(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET until_at = $2 WHERE person = $1 AND wait = 'digest' AND digest IS NULL AND state = 'waiting'`,
		string(p), db.At(until))
	return err
}

// putOffLate moves on what was written while its period was being closed: its
// person has an open one, which ends later, and gets no mail beside his digests.
func putOffLate(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET until_at = (SELECT r.next_at FROM alert_reach r WHERE r.person = alert_delivery.person)
		WHERE wait = 'digest' AND digest IS NULL AND state = 'waiting' AND until_at <= $1
		AND EXISTS (SELECT 1 FROM alert_reach r WHERE r.person = alert_delivery.person AND r.next_at > $1)`, db.At(now))
	return err
}

// putBack lets wait for the next digest what was too much for d.
func putBack(ctx context.Context, tx *db.Tx, d Digest) error {
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET digest = NULL WHERE person = $1 AND digest = $2 AND wait = 'digest' AND state = 'waiting'`,
		string(d.Person), db.At(d.Until))
	return err
}

// overdue are deliveries that have waited as long as was foreseen.
func overdue(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]Delivery, error) {
	return db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM alert_delivery WHERE state = 'waiting' AND digest IS NULL AND until_at <= $1
		ORDER BY until_at, issue, org, channel, target LIMIT $2`, []any{db.At(now), limit}, scanDelivery)
}

// release ends the wait of d; false when somebody else did.
func release(ctx context.Context, tx *db.Tx, d Delivery) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_delivery SET state = 'queued' WHERE issue = $1 AND org = $2 AND round = $3 AND channel = $4 AND target = $5
		AND state = 'waiting' AND digest IS NULL`, d.Issue, d.OrgNo, d.Round, string(d.Channel), d.Target)
	return n == 1, err
}

func digestBy(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) (Digest, error) {
	return scanDigest(tx.QueryRow(ctx, `SELECT `+digestColumns+` FROM alert_digest WHERE person = $1 AND until_at = $2`, string(p), db.At(until)))
}

// digestsOf are a person's last periods, the newest first; sent leaves out the empty ones.
func digestsOf(ctx context.Context, tx *db.Tx, p ward.PersonID, limit int) ([]Digest, error) {
	return db.Rows(ctx, tx, `SELECT `+digestColumns+` FROM alert_digest WHERE person = $1 ORDER BY until_at DESC LIMIT $2`,
		[]any{string(p), limit}, scanDigest)
}

// covered are the deliveries that a digest takes along.
func covered(ctx context.Context, tx *db.Tx, d Digest, limit int) ([]Delivery, error) {
	return db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM alert_delivery WHERE person = $1 AND digest = $2 AND wait = 'digest' AND state = 'waiting'
		ORDER BY issue, org, round, target LIMIT $3`, []any{string(d.Person), db.At(d.Until), limit}, scanDelivery)
}

// startDigest is startDelivery for a digest.
func startDigest(ctx context.Context, tx *db.Tx, d Digest, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_digest SET state = 'sending', attempts = attempts + 1,
		repeats = repeats + CASE WHEN started_at IS NULL THEN 0 ELSE 1 END, started_at = $3
		WHERE person = $1 AND until_at = $2 AND state IN ('queued', 'sending') AND attempts = $4`,
		string(d.Person), db.At(d.Until), db.At(at), int64(d.Attempts))
	return n == 1, err
}

// endDigest is endDelivery for a digest.
func endDigest(ctx context.Context, tx *db.Tx, d Digest, state DigestState, at time.Time, fault string) error {
	var sent any
	if state == DigestSent {
		sent = db.At(at)
	}
	_, err := tx.Exec(ctx, `UPDATE alert_digest SET state = $3, sent_at = $4, error = $5,
		started_at = CASE WHEN $6 = 1 THEN NULL ELSE started_at END WHERE person = $1 AND until_at = $2 AND state <> 'sent'`,
		string(d.Person), db.At(d.Until), string(state), sent, fault, flag(state == DigestQueued))
	return err
}

// endCovered ends one delivery that a digest took along.
func endCovered(ctx context.Context, tx *db.Tx, x Delivery, state DeliveryState, at time.Time, fault string) error {
	var sent any
	if state == Sent {
		sent = db.At(at)
	}
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET state = $6, sent_at = $7, error = $8, attempts = attempts + 1
		WHERE issue = $1 AND org = $2 AND round = $3 AND channel = $4 AND target = $5 AND state = 'waiting'`,
		x.Issue, x.OrgNo, x.Round, string(x.Channel), x.Target, string(state), sent, fault)
	return err
}

// dropEmpty forgets periods without news that ended before at, some at a time.
func dropEmpty(ctx context.Context, tx *db.Tx, at time.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM alert_digest WHERE state = 'empty' AND (person, until_at) IN
		(SELECT person, until_at FROM alert_digest WHERE state = 'empty' AND until_at < $1 ORDER BY until_at LIMIT $2)`, db.At(at), limit)
}

// happening is one raising of an alert of an organisation, as its receivers heard of it.
type happening struct {
	At        time.Time
	Severity  ward.Severity
	Exploited ward.Exploitation
}

// history are the raisings since a time that were worth a mail.
func history(ctx context.Context, tx *db.Tx, org ward.OrgID, since time.Time, limit int) ([]happening, error) {
	return db.Rows(ctx, tx, `SELECT d.queued_at, i.severity, i.exploited FROM alert_org o JOIN alert_inbox x ON x.org = o.no
		JOIN alert_issue i ON i.no = x.issue JOIN alert a ON a.issue = x.issue AND a.org = x.org
		JOIN alert_delivery d ON d.issue = x.issue AND d.org = x.org AND d.channel = 'inbox'
		WHERE o.org = $1 AND i.updated_at >= $2 AND d.queued_at >= $2
		AND (a.affected > 0 OR a.addressed = 1 OR i.severity >= $3 OR i.exploited <> 'none') ORDER BY d.queued_at, d.issue, d.round LIMIT $4`,
		[]any{string(org), db.At(since), int64(ward.SeverityHigh), limit},
		func(r db.Row) (happening, error) {
			var h happening
			var at db.Time
			err := r.Scan(&at, &h.Severity, &h.Exploited)
			h.At = at.Time
			return h, err
		})
}
