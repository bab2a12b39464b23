package account

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/db"
)

// passwordHash is "" for a person without one and for nobody.
func passwordHash(ctx context.Context, tx *db.Tx, p ward.PersonID) (hash string, err error) {
	err = tx.QueryRow(ctx, `SELECT hash FROM account_password WHERE person = $1`, string(p)).Scan(&hash)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return hash, err
}

func savePassword(ctx context.Context, tx *db.Tx, p ward.PersonID, hash string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_password (person, hash, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`,
		string(p), hash, db.At(now))
	return err
}

// renewPassword stores the same password under other parameters, unless it was
// changed meanwhile; it counts as no change.
func renewPassword(ctx context.Context, tx *db.Tx, p ward.PersonID, old, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE account_password SET hash = $1 WHERE person = $2 AND hash = $3`, hash, string(p), old)
	return err
}

// factorsOn are the ways to prove oneself that a person has set up, and what else
// a sign-in asks about him: all of it is read in one statement.
type factorsOn struct {
	Password bool
	hash     string // of the password, "" without one
	TOTP     bool   // confirmed
	Passkeys int
	Outside  int       // sign-ins at issuers
	hat      string    // worn last, "" if none was chosen
	began    time.Time // his time to set up a second factor, zero when it did not
}

// second reports whether something beside the password is asked for.
func (f factorsOn) second() bool { return f.TOTP || f.Passkeys > 0 }

func factorsOf(ctx context.Context, tx *db.Tx, p ward.PersonID) (factorsOn, error) {
	var m int
	var f factorsOn
	var began db.Time
	err := tx.QueryRow(ctx, `
		SELECT COALESCE((SELECT hash FROM account_password WHERE person = $1), ''),
			(SELECT COUNT(*) FROM account_totp WHERE person = $1 AND confirmed_at IS NOT NULL),
			(SELECT COUNT(*) FROM account_passkey WHERE person = $1),
			(SELECT COUNT(*) FROM account_outside WHERE person = $1),
			COALESCE((SELECT hat FROM account_hat WHERE person = $1), ''),
			(SELECT began_at FROM account_grace WHERE person = $1)`, string(p)).Scan(&f.hash, &m, &f.Passkeys, &f.Outside, &f.hat, &began)
	f.Password, f.TOTP, f.began = f.hash != "", m > 0, began.Time
	return f, err
}

func totpOf(ctx context.Context, tx *db.Tx, p ward.PersonID) (sealed []byte, on bool, step int64, err error) {
	var confirmed db.Time
	err = tx.QueryRow(ctx, `SELECT secret, confirmed_at, step FROM account_totp WHERE person = $1`, string(p)).Scan(&sealed, &confirmed, &step)
	return sealed, !confirmed.IsZero(), step, db.OrMissing(err)
}

// saveTOTP replaces a secret that was begun; the caller has checked that none is on.
func saveTOTP(ctx context.Context, tx *db.Tx, p ward.PersonID, sealed []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_totp (person, secret, step) VALUES ($1, $2, 0)
		ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, confirmed_at = NULL, step = 0`, string(p), sealed)
	return err
}

func confirmTOTP(ctx context.Context, tx *db.Tx, p ward.PersonID, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `UPDATE account_totp SET confirmed_at = $1 WHERE person = $2`, db.At(now), string(p)))
}

func deleteTOTP(ctx context.Context, tx *db.Tx, p ward.PersonID) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_totp WHERE person = $1`, string(p))
	return err
}

// spendStep uses a time step up; false if it or a later one was used already.
func spendStep(ctx context.Context, tx *db.Tx, p ward.PersonID, step int64) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE account_totp SET step = $1 WHERE person = $2 AND step < $1`, step, string(p))
	return n == 1, err
}

// challengeOf gives whom a challenge asks, while it lasts.
func challengeOf(ctx context.Context, tx *db.Tx, hash string, now time.Time) (p ward.PersonID, next string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT person, next FROM account_challenge WHERE hash = $1 AND expires_at > $2`, hash, db.At(now)).Scan(&p, &next)
	return p, next, db.OrMissing(err)
}

func insertChallenge(ctx context.Context, tx *db.Tx, hash string, p ward.PersonID, next string, expires time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_challenge (hash, person, next, expires_at) VALUES ($1, $2, $3, $4)`, hash, string(p), next, db.At(expires))
	return err
}

// deleteChallenge does nothing for the empty digest.
func deleteChallenge(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_challenge WHERE hash = $1`, hash)
	return err
}

// linkByHash gives one, live or not; the rule decides.
func linkByHash(ctx context.Context, tx *db.Tx, hash string) (storedLink, error) {
	var l storedLink
	var drop, reusable int
	var created, expires, used db.Time
	err := tx.QueryRow(ctx, `
		SELECT person, purpose, drop_totp, reusable, next, created_at, expires_at, used_at
		FROM account_link WHERE hash = $1`, hash).Scan(&l.Person, &l.Purpose, &drop, &reusable, &l.Next, &created, &expires, &used)
	l.DropTOTP, l.Reusable = drop == 1, reusable == 1
	l.Created, l.Expires, l.Used = created.Time, expires.Time, used.Time
	return l, db.OrMissing(err)
}

func insertLink(ctx context.Context, tx *db.Tx, hash string, l storedLink) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_link (hash, person, purpose, drop_totp, reusable, next, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		hash, string(l.Person), string(l.Purpose), db.Flag(l.DropTOTP), db.Flag(l.Reusable), l.Next, db.At(l.Created), db.At(l.Expires))
	return err
}

// spendLink uses a link up; false if it was used or has expired meanwhile.
func spendLink(ctx context.Context, tx *db.Tx, hash string, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE account_link SET used_at = $1
		WHERE hash = $2 AND used_at IS NULL AND expires_at > $1`, db.At(now), hash)
	return n == 1, err
}

// voidLinks makes the open links of a person void; those of training stay.
func voidLinks(ctx context.Context, tx *db.Tx, p ward.PersonID, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE account_link SET used_at = $1
		WHERE person = $2 AND used_at IS NULL AND reusable = 0`, db.At(now), string(p))
	return err
}

// deleteExpired removes what opens nothing any more.
func deleteExpired(ctx context.Context, tx *db.Tx, now, idle time.Time) error {
	for _, x := range []struct {
		text string
		args []any
	}{
		{`DELETE FROM account_session WHERE expires_at <= $1 OR seen_at <= $2`, []any{db.At(now), db.At(idle)}},
		{`DELETE FROM account_challenge WHERE expires_at <= $1`, []any{db.At(now)}},
		{`DELETE FROM account_spent WHERE expires_at <= $1`, []any{db.At(now)}},
		{`DELETE FROM account_link WHERE expires_at <= $1`, []any{db.At(now)}},
		{`DELETE FROM account_token WHERE expires_at <= $1`, []any{db.At(now)}},
	} {
		if _, err := tx.Exec(ctx, x.text, x.args...); err != nil {
			return err
		}
	}
	return nil
}

// startGrace starts it once: a second start changes nothing.
func startGrace(ctx context.Context, tx *db.Tx, p ward.PersonID, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_grace (person, began_at) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING`, string(p), db.At(now))
	return err
}
