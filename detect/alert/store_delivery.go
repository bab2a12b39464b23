package alert

import (
	"context"
	"errors"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

const alertColumns = `a.issue, a.org, o.org, o.country, i.title, i.lang, i.severity, i.score, i.exploited, i.tlp, a.state, a.affected,
	a.review, a.due_at, a.round, a.why, a.raised_at, a.updated_at, a.acked_at, a.done_at, a.addressed, i.sighted`

// alertFrom is for one issue or for lists over many organisations, inboxFrom for
// those of single ones.
const (
	alertFrom = ` FROM alert a JOIN alert_org o ON o.no = a.org JOIN alert_issue i ON i.no = a.issue `
	inboxFrom = ` FROM alert_inbox x JOIN alert a ON a.issue = x.issue AND a.org = x.org JOIN alert_org o ON o.no = x.org
	JOIN alert_issue i ON i.no = x.issue `
)

func scanAlert(r db.Row) (Alert, error) {
	var a Alert
	var score, addressed int64
	var due, raised, updated, acked, done db.Time
	err := r.Scan(&a.Issue, &a.OrgNo, &a.Org, &a.Country, &a.Title, &a.Lang, &a.Severity, &score, &a.Exploited, &a.TLP, &a.State,
		&a.Affected, &a.Review, &due, &a.Round, &a.Why, &raised, &updated, &acked, &done, &addressed, &a.Sighted)
	a.Addressed = addressed != 0
	a.Score = float64(score) / 10
	a.Due, a.Raised, a.Updated, a.Acked, a.DoneAt = due.Time, raised.Time, updated.Time, acked.Time, done.Time
	return a, err
}

// unexpanded are the alerts of an issue whose present round has no deliveries yet.
func unexpanded(ctx context.Context, tx *db.Tx, issue int64, limit int) ([]Alert, error) {
	return db.Rows(ctx, tx, `SELECT `+alertColumns+alertFrom+`WHERE a.issue = $1 AND a.expanded < a.round ORDER BY a.org LIMIT $2`,
		[]any{issue, limit}, scanAlert)
}

// setExpanded marks the rounds whose deliveries are written now and gives those
// that nobody else has marked. all are neighbours in the order of organisations.
// What is open of an older round ends: it would tell what is no longer so.
func setExpanded(ctx context.Context, tx *db.Tx, all []Alert) ([]Alert, error) {
	issue, from, to := all[0].Issue, all[0].OrgNo, all[len(all)-1].OrgNo
	marked := make(map[int64]int64, len(all))
	err := tx.Query(ctx, `UPDATE alert SET expanded = round WHERE issue = $1 AND org BETWEEN $2 AND $3 AND expanded < round
		RETURNING org, round`, []any{issue, from, to}, func(r db.Row) error {
		var org, round int64
		err := r.Scan(&org, &round)
		marked[org] = round
		return err
	})
	if err != nil {
		return nil, err
	}
	mine := make([]Alert, 0, len(all))
	again := false
	for _, a := range all {
		if marked[a.OrgNo] == a.Round {
			mine = append(mine, a)
			delete(marked, a.OrgNo)
			again = again || a.Round > 1
		}
	}
	for org := range marked { // raised since it was read: the next batch has it
		if _, err := tx.Exec(ctx, `UPDATE alert SET expanded = 0 WHERE issue = $1 AND org = $2`, issue, org); err != nil {
			return nil, err
		}
	}
	if !again {
		return mine, nil
	}
	_, err = tx.Exec(ctx, `UPDATE alert_delivery SET state = 'failed', error = $4 WHERE issue = $1 AND org BETWEEN $2 AND $3
		AND state IN ('queued', 'waiting') AND digest IS NULL AND round < (SELECT a.expanded FROM alert a WHERE a.issue = alert_delivery.issue AND a.org = alert_delivery.org)`,
		issue, from, to, FaultSuperseded)
	return mine, err
}

func insertDeliveries(ctx context.Context, tx *db.Tx, all []Delivery) error {
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{d.Issue, d.OrgNo, d.Round, string(d.Channel), d.Target, string(d.State), db.At(d.Queued), moment(d.SentAt),
			string(d.Person), string(d.Wait), moment(d.Until)}
	}
	_, err := tx.Bulk(ctx, "alert_delivery",
		[]string{"issue", "org", "round", "channel", "target", "state", "queued_at", "sent_at", "person", "wait", "until_at"},
		[]string{"BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "TEXT", "TEXT", "BIGINT"}, rows,
		"ON CONFLICT (issue, org, round, channel, target) DO NOTHING")
	return err
}

// moment is NULL for a time that has not come.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.At(t)
}

// insertInbox puts alerts into the inboxes of their organisations.
func insertInbox(ctx context.Context, tx *db.Tx, all []Alert) error {
	rows := make([][]any, len(all))
	for i, a := range all {
		rows[i] = []any{a.OrgNo, a.Issue}
	}
	_, err := tx.Bulk(ctx, "alert_inbox", []string{"org", "issue"}, []string{"BIGINT", "BIGINT"}, rows, "ON CONFLICT (org, issue) DO NOTHING")
	return err
}

const deliveryColumns = `issue, org, round, channel, target, state, attempts, repeats, queued_at, started_at, sent_at, error,
	person, wait, until_at, digest`

func scanDelivery(r db.Row) (Delivery, error) {
	var d Delivery
	var queued, started, sent, until, digest db.Time
	err := r.Scan(&d.Issue, &d.OrgNo, &d.Round, &d.Channel, &d.Target, &d.State, &d.Attempts, &d.Repeats, &queued, &started, &sent, &d.Error,
		&d.Person, &d.Wait, &until, &digest)
	d.Queued, d.Started, d.SentAt, d.Until, d.digest = queued.Time, started.Time, sent.Time, until.Time, digest.Time
	return d, err
}

// openMails are the mails of a job that are not yet sent. Only the alert's
// newest round is sent: an older one would tell what is no longer so.
func openMails(ctx context.Context, tx *db.Tx, j mailing) ([]Delivery, error) {
	args := db.Args{j.Issue}
	marks := make([]string, len(j.Orgs))
	for i, org := range j.Orgs {
		marks[i] = args.Add(org)
	}
	if len(marks) == 0 {
		return nil, nil
	}
	return db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM alert_delivery d
		WHERE issue = $1 AND org IN (`+strings.Join(marks, ", ")+`) AND channel = 'mail' AND state IN ('queued', 'sending')
		AND round = (SELECT a.round FROM alert a WHERE a.issue = d.issue AND a.org = d.org) ORDER BY org, target LIMIT `+args.Add(maxMails),
		args, scanDelivery)
}

// maxMails bounds one mailing job: contacts are few, but nobody checks how few.
const maxMails = 5000

func deliveryOf(ctx context.Context, tx *db.Tx, j posting) (Delivery, error) {
	return scanDelivery(tx.QueryRow(ctx, `SELECT `+deliveryColumns+` FROM alert_delivery
		WHERE issue = $1 AND org = $2 AND round = $3 AND channel = 'webhook' AND target = $4`, j.Issue, j.Org, j.Round, j.Hook))
}

func textOf(ctx context.Context, tx *db.Tx, j texting) (Delivery, error) {
	return scanDelivery(tx.QueryRow(ctx, `SELECT `+deliveryColumns+` FROM alert_delivery
		WHERE issue = $1 AND org = $2 AND round = $3 AND channel = 'sms' AND target = $4`, j.Issue, j.Org, j.Round, j.Contact))
}

func deliveriesOf(ctx context.Context, tx *db.Tx, issue, org int64) ([]Delivery, error) {
	return db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM alert_delivery WHERE issue = $1 AND org = $2
		ORDER BY round DESC, queued_at, channel, target LIMIT 200`, []any{issue, org}, scanDelivery)
}

// startDelivery writes that the first byte is about to leave. It reports false
// when somebody else has tried d since it was read: then what we would send does
// not know whether it is a repeat.
func startDelivery(ctx context.Context, tx *db.Tx, d Delivery, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE alert_delivery SET state = 'sending', attempts = attempts + 1,
		repeats = repeats + CASE WHEN started_at IS NULL THEN 0 ELSE 1 END, started_at = $6
		WHERE issue = $1 AND org = $2 AND round = $3 AND channel = $4 AND target = $5 AND state IN ('queued', 'sending') AND attempts = $7`,
		d.Issue, d.OrgNo, d.Round, d.Channel, d.Target, db.At(at), d.Attempts)
	return n == 1, err
}

// endDelivery writes how a try ended. A try that surely did not reach anybody
// goes back to the queue as if it had not been made: its repeat is none. What was
// sent stays so, whatever a slower try says.
func endDelivery(ctx context.Context, tx *db.Tx, d Delivery, state DeliveryState, at time.Time, fault string) error {
	var sent db.Time
	if state == Sent {
		sent = db.At(at)
	}
	_, err := tx.Exec(ctx, `UPDATE alert_delivery SET state = $6, sent_at = $7, error = $8,
		started_at = CASE WHEN $9 = 1 THEN NULL ELSE started_at END
		WHERE issue = $1 AND org = $2 AND round = $3 AND channel = $4 AND target = $5 AND state <> 'sent'`,
		d.Issue, d.OrgNo, d.Round, d.Channel, d.Target, state, sent, fault, db.Flag(state == Queued))
	return err
}

func alertByKey(ctx context.Context, tx *db.Tx, issue, org int64) (Alert, error) {
	a, err := scanAlert(tx.QueryRow(ctx, `SELECT `+alertColumns+alertFrom+`WHERE a.issue = $1 AND a.org = $2`, issue, org))
	if errors.Is(err, db.ErrNoRows) {
		err = ward.Fail(ward.NotFound, "alert.error.not_found")
	}
	return a, err
}

// callsOf are the last deliveries of one webhook.
func callsOf(ctx context.Context, tx *db.Tx, hook string, limit int) ([]Delivery, error) {
	return db.Rows(ctx, tx, `SELECT `+deliveryColumns+` FROM alert_delivery WHERE channel = 'webhook' AND target = $1
		ORDER BY queued_at DESC, issue DESC, org LIMIT $2`, []any{hook, limit}, scanDelivery)
}
