package alert

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/reach"
	"ward/kit/db"
)

// waiting is what waits for digests: see reach.Waiting.
type waiting struct{}

// For lists which of the people have deliveries that wait for a digest.
func (waiting) For(ctx context.Context, tx *db.Tx, people []ward.PersonID) (map[ward.PersonID]bool, error) {
	out := map[ward.PersonID]bool{}
	var args db.Args
	found, err := db.Rows(ctx, tx, `SELECT DISTINCT person FROM alert_delivery WHERE wait = 'digest' AND digest IS NULL AND state = 'waiting'
		AND person IN (`+db.In(&args, people)+`) ORDER BY person LIMIT `+args.Add(len(people)), args, scanPerson)
	for _, p := range found {
		out[p] = true
	}
	return out, err
}

// TakeUp gives the period what was queued before its end and waits for one.
func (waiting) TakeUp(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE alert_delivery SET digest = $2 WHERE person = $1 AND wait = 'digest' AND digest IS NULL AND state = 'waiting'
		AND queued_at <= $2`, string(p), db.At(until))
}

// PutOff moves what waits for a person's digest to another end of its period.
func (waiting) PutOff(ctx context.Context, tx *db.Tx, p ward.PersonID, until time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET until_at = $2 WHERE person = $1 AND wait = 'digest' AND digest IS NULL AND state = 'waiting'`,
		string(p), db.At(until))
	return err
}

// putOffLate moves on what was written while its period was being closed: its
// person has an open one, which ends later, and gets no mail beside his digests.
func putOffLate(ctx context.Context, tx *db.Tx, now time.Time) error {
	until := reach.OpenUntil("alert_delivery.person")
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET until_at = `+until+`
		WHERE wait = 'digest' AND digest IS NULL AND state = 'waiting' AND until_at <= $1 AND `+until+` > $1`, db.At(now))
	return err
}

func scanPerson(r db.Row) (p ward.PersonID, err error) {
	err = r.Scan(&p)
	return p, err
}

// putBack lets wait for the next digest what was too much for d.
func putBack(ctx context.Context, tx *db.Tx, d reach.Digest) error {
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

// covered are the deliveries that a digest takes along.
func covered(ctx context.Context, tx *db.Tx, d reach.Digest, limit int) ([]Delivery, error) {
	return db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM alert_delivery WHERE person = $1 AND digest = $2 AND wait = 'digest' AND state = 'waiting'
		ORDER BY issue, org, round, target LIMIT $3`, []any{string(d.Person), db.At(d.Until), limit}, scanDelivery)
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

// history are the raisings since a time that were worth a mail.
func history(ctx context.Context, tx *db.Tx, org ward.OrgID, since time.Time, limit int) ([]reach.Happening, error) {
	return db.Rows(ctx, tx, `SELECT d.queued_at, i.severity, i.exploited FROM alert_org o JOIN alert_inbox x ON x.org = o.no
		JOIN alert_issue i ON i.no = x.issue JOIN alert a ON a.issue = x.issue AND a.org = x.org
		JOIN alert_delivery d ON d.issue = x.issue AND d.org = x.org AND d.channel = 'inbox'
		WHERE o.org = $1 AND i.updated_at >= $2 AND d.queued_at >= $2
		AND (a.affected > 0 OR a.addressed = 1 OR i.severity >= $3 OR i.exploited <> 'none') ORDER BY d.queued_at, d.issue, d.round LIMIT $4`,
		[]any{string(org), db.At(since), int64(ward.SeverityHigh), limit},
		func(r db.Row) (reach.Happening, error) {
			var h reach.Happening
			var at db.Time
			err := r.Scan(&at, &h.Severity, &h.Exploited)
			h.At = at.Time
			return h, err
		})
}
