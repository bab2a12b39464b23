package webhook

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/db"
)

const hookColumns = `id, org, url, secret, clearance, state, failures, last_at, last_status, created_at, former, former_until`

func scanHook(r db.Row) (Hook, error) {
	var h Hook
	var last, created, until db.Time
	err := r.Scan(&h.ID, &h.Org, &h.URL, &h.Secret, &h.Clearance, &h.State, &h.Failures, &last, &h.LastState, &created, &h.former, &until)
	h.LastAt, h.Created, h.until = last.Time, created.Time, until.Time
	return h, err
}

// hookLimit bounds the webhooks of one organisation.
const hookLimit = 20

func hooksOf(ctx context.Context, tx *db.Tx, orgs []ward.OrgID) (map[ward.OrgID][]Hook, error) {
	out := map[ward.OrgID][]Hook{}
	if len(orgs) == 0 {
		return out, nil
	}
	var args db.Args
	where := args.Scope(ward.Scope{Orgs: orgs}, "org", "")
	all, err := db.Rows(ctx, tx, `SELECT `+hookColumns+` FROM alert_webhook WHERE `+where+` ORDER BY org, id LIMIT `+
		args.Add(hookLimit*len(orgs)), args, scanHook)
	for _, h := range all {
		out[h.Org] = append(out[h.Org], h)
	}
	return out, err
}

func hookByID(ctx context.Context, tx *db.Tx, id string) (Hook, error) {
	h, err := scanHook(tx.QueryRow(ctx, `SELECT `+hookColumns+` FROM alert_webhook WHERE id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		err = missing()
	}
	return h, err
}

func insertHook(ctx context.Context, tx *db.Tx, h Hook) error {
	_, err := tx.Exec(ctx, `INSERT INTO alert_webhook (id, org, url, secret, clearance, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		h.ID, h.Org, h.URL, h.Secret, int64(h.Clearance), h.State, db.At(h.Created))
	return err
}

// openSecrets are webhooks whose secret stands unsealed.
func openSecrets(ctx context.Context, tx *db.Tx, limit int) ([]Hook, error) {
	return db.Rows(ctx, tx, `SELECT `+hookColumns+` FROM alert_webhook WHERE secret LIKE $1 ORDER BY id LIMIT $2`,
		[]any{openMark + "%", limit}, scanHook)
}

// setSecret replaces a secret that is still the one that was read.
func setSecret(ctx context.Context, tx *db.Tx, id, was, secret string) error {
	_, err := tx.Exec(ctx, `UPDATE alert_webhook SET secret = $3 WHERE id = $1 AND secret = $2`, id, was, secret)
	return err
}

// changeSecret gives a webhook another secret and keeps the one before until a time.
func changeSecret(ctx context.Context, tx *db.Tx, id, secret, former string, until time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_webhook SET secret = $2, former = $3, former_until = $4 WHERE id = $1`, id, secret, former, db.At(until))
	return err
}

func setState(ctx context.Context, tx *db.Tx, id string, state State) error {
	_, err := tx.Exec(ctx, `UPDATE alert_webhook SET state = $2, failures = 0 WHERE id = $1`, id, state)
	return err
}

func deleteHook(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM alert_webhook WHERE id = $1`, id)
	return err
}

// noteCall counts how a call ended; enough failures in a row disable the hook.
func noteCall(ctx context.Context, tx *db.Tx, id, status string, ok bool, at time.Time) error {
	flag := int64(0)
	if ok {
		flag = 1
	}
	_, err := tx.Exec(ctx, `UPDATE alert_webhook SET last_at = $2, last_status = $3,
		failures = CASE WHEN $4 = 1 THEN 0 ELSE failures + 1 END,
		state = CASE WHEN $4 = 0 AND state = 'active' AND failures + 1 >= $5 THEN 'disabled' ELSE state END WHERE id = $1`,
		id, db.At(at), status, flag, maxFailures)
	return err
}

// noteTest keeps how a test call ended, which counts as no failure.
func noteTest(ctx context.Context, tx *db.Tx, id, status string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE alert_webhook SET last_at = $2, last_status = $3 WHERE id = $1`, id, db.At(at), status)
	return err
}
