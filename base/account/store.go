package account

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

const sessionColumns = `id, person, hat, mfa, device, address, created_at, seen_at, expires_at, sheet`

// scanSession reads sessionColumns and what more is selected after them.
func scanSession(r db.Row, more ...any) (Session, error) {
	var s Session
	var mfa int
	var created, seen, expires db.Time
	err := r.Scan(append([]any{&s.ID, &s.Person, &s.Hat, &mfa, &s.Device, &s.Address, &created, &seen, &expires, &s.Sheet}, more...)...)
	s.MFA, s.Created, s.Seen, s.Expires = mfa == 1, created.Time, seen.Time, expires.Time
	return s, err
}

// sessionByHash gives one, live or not; the rule decides. began is when its
// person's time to set up a second factor started, zero when it did not.
func sessionByHash(ctx context.Context, tx *db.Tx, hash string) (s Session, began time.Time, err error) {
	var at db.Time
	s, err = scanSession(tx.QueryRow(ctx, `
		SELECT `+sessionColumns+`, (SELECT began_at FROM account_grace g WHERE g.person = account_session.person)
		FROM account_session WHERE hash = $1`, hash), &at)
	return s, at.Time, db.OrMissing(err)
}

func insertSession(ctx context.Context, tx *db.Tx, hash string, s Session) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_session (hash, `+sessionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		hash, s.ID, string(s.Person), s.Hat, db.Flag(s.MFA), cut(s.Device, 100), cut(s.Address, 64), db.At(s.Created), db.At(s.Seen), db.At(s.Expires), s.Sheet)
	return err
}

// cut bounds what comes from a header.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

func sessionsOf(ctx context.Context, tx *db.Tx, p ward.PersonID, now, idle time.Time) ([]Session, error) {
	return db.Rows(ctx, tx, `
		SELECT `+sessionColumns+` FROM account_session
		WHERE person = $1 AND expires_at > $2 AND seen_at > $3
		ORDER BY seen_at DESC, id DESC LIMIT 200`, []any{string(p), db.At(now), db.At(idle)}, func(r db.Row) (Session, error) { return scanSession(r) })
}

// touchSession moves the idle limit.
func touchSession(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE account_session SET seen_at = $1 WHERE id = $2`, db.At(now), id)
	return err
}

func markMFA(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE account_session SET mfa = 1 WHERE id = $1`, id)
	return err
}

// turnSession gives a session another secret and hat: the old secret is void.
func turnSession(ctx context.Context, tx *db.Tx, p ward.PersonID, id, hash, hat string) (Session, error) {
	s, err := scanSession(tx.QueryRow(ctx, `
		UPDATE account_session SET hash = $1, hat = $2
		WHERE id = $3 AND person = $4 RETURNING `+sessionColumns, hash, hat, id, string(p)))
	return s, db.OrMissing(err)
}

// deleteSession names the person too: another's id deletes nothing.
func deleteSession(ctx context.Context, tx *db.Tx, p ward.PersonID, id string) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM account_session WHERE person = $1 AND id = $2`, string(p), id))
}

// deleteSessions ends all sessions of a person but the one with id keep.
func deleteSessions(ctx context.Context, tx *db.Tx, p ward.PersonID, keep string) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_session WHERE person = $1 AND id <> $2`, string(p), keep)
	return err
}

// hatOfSession is the affiliation that a session acts under.
func hatOfSession(ctx context.Context, tx *db.Tx, p ward.PersonID, id string) (hat string, err error) {
	err = tx.QueryRow(ctx, `SELECT hat FROM account_session WHERE person = $1 AND id = $2`, string(p), id).Scan(&hat)
	return hat, db.OrMissing(err)
}

// saveHat remembers the choice for the next sign-in.
func saveHat(ctx context.Context, tx *db.Tx, p ward.PersonID, hat string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO account_hat (person, hat) VALUES ($1, $2)
		ON CONFLICT (person) DO UPDATE SET hat = excluded.hat`, string(p), hat)
	return err
}

const tokenColumns = `id, hat, name, scopes, created_at, expires_at, used_at`

// scanToken reads tokenColumns and what more is selected after them.
func scanToken(r db.Row, more ...any) (Token, error) {
	var t Token
	var scopes string
	var created, expires, used db.Time
	if err := r.Scan(append([]any{&t.ID, &t.Hat, &t.Name, &scopes, &created, &expires, &used}, more...)...); err != nil {
		return t, err
	}
	t.Created, t.Expires, t.Used = created.Time, expires.Time, used.Time
	return t, json.Unmarshal([]byte(scopes), &t.Scopes)
}

// owner is whose token it is, and how he stands with his second factor.
type owner struct {
	Person ward.PersonID
	Factor bool      // he has one
	Began  time.Time // of his time to set one up; zero when it does not run
}

func tokenByHash(ctx context.Context, tx *db.Tx, hash string) (Token, owner, error) {
	var o owner
	var factors int
	var began db.Time
	t, err := scanToken(tx.QueryRow(ctx, `
		SELECT `+tokenColumns+`, person,
			(SELECT COUNT(*) FROM account_totp f WHERE f.person = account_token.person AND f.confirmed_at IS NOT NULL)
				+ (SELECT COUNT(*) FROM account_passkey k WHERE k.person = account_token.person)
				+ (SELECT COUNT(*) FROM account_outside o WHERE o.person = account_token.person AND o.mfa = 1),
			(SELECT began_at FROM account_grace g WHERE g.person = account_token.person)
		FROM account_token WHERE hash = $1`, hash), &o.Person, &factors, &began)
	o.Factor, o.Began = factors > 0, began.Time
	return t, o, db.OrMissing(err)
}

func tokensOf(ctx context.Context, tx *db.Tx, p ward.PersonID) ([]Token, error) {
	return db.Rows(ctx, tx, `
		SELECT `+tokenColumns+` FROM account_token
		WHERE person = $1 ORDER BY id DESC LIMIT 200`, []any{string(p)}, func(r db.Row) (Token, error) { return scanToken(r) })
}

func insertToken(ctx context.Context, tx *db.Tx, hash string, p ward.PersonID, t Token) error {
	scopes, err := json.Marshal(t.Scopes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO account_token (id, hash, person, hat, name, scopes, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.ID, hash, string(p), t.Hat, t.Name, string(scopes), db.At(t.Created), db.At(t.Expires))
	return err
}

func touchToken(ctx context.Context, tx *db.Tx, id string, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE account_token SET used_at = $1 WHERE id = $2`, db.At(now), id)
	return err
}

// deleteToken names the person too: another's id deletes nothing.
func deleteToken(ctx context.Context, tx *db.Tx, p ward.PersonID, id string) error {
	return db.Changed(tx.Exec(ctx, `DELETE FROM account_token WHERE person = $1 AND id = $2`, string(p), id))
}

// counts gives how many sessions and tokens of a person are alive.
func counts(ctx context.Context, tx *db.Tx, p ward.PersonID, now, idle time.Time) (sessions, tokens int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT (SELECT COUNT(*) FROM account_session WHERE person = $1 AND expires_at > $2 AND seen_at > $3),
			(SELECT COUNT(*) FROM account_token WHERE person = $1 AND expires_at > $2)`,
		string(p), db.At(now), db.At(idle)).Scan(&sessions, &tokens)
	return sessions, tokens, err
}
