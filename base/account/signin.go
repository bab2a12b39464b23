package account

import (
	"context"
	"strings"

	"ward"
	"ward/base/account/throttle"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/web"
)

// Credentials are what a person types to come in. Code may be empty: then a
// person with a second factor gets a challenge.
type Credentials struct {
	Email    string
	Password string
	Code     string
	Next     string // where to go on to; anything but a path of this site becomes "/"
	Client   Client
}

// SignIn takes the first step, or both when a code is given. Wrong name, wrong
// password and an account without one give the same Forbidden error at the same
// cost. Too many attempts give Throttled with the time to wait.
func (s *Service) SignIn(ctx context.Context, in Credentials) (Entry, error) {
	e, err := s.signIn(ctx, in)
	return e, ward.Wrap("sign in", err)
}

// doors are the sign-ins by password under way at once. Hashes take nearly all of
// the time and have turns of their own; more of the rest at once would only make
// the database open a connection for each.
const doors = 8

// signIn counts first, looks then, and forgives in the transaction that lets in.
func (s *Service) signIn(ctx context.Context, in Credentials) (Entry, error) {
	done, err := s.doors.Take(ctx)
	if err != nil {
		return Entry{}, err
	}
	defer done()
	gates := passwordGates(foldEmail(in.Email), web.Network(in.Client.Address))
	if err := s.attempt(ctx, gates); err != nil {
		return Entry{}, err
	}
	person, f, err := s.verified(ctx, in)
	if err != nil { // written down alike for accounts that exist and that do not: it must take the same time
		return Entry{}, s.refused(ctx, ward.Actor{}, deed{"account.self", "sign_in", string(person.ID), ""}, err)
	}
	next, renewed := nextPath(in.Next), s.hash.Renew(ctx, in.Password, f.hash)
	right := func(tx *db.Tx) error {
		if renewed != "" {
			if err := renewPassword(ctx, tx, person.ID, f.hash, renewed); err != nil {
				return err
			}
		}
		return throttle.Forgive(ctx, tx, gates)
	}
	switch {
	case !f.second():
		return s.enter(ctx, person.ID, f, in.Client, next, false, right)
	case in.Code != "" && f.TOTP:
		return s.enterWithCode(ctx, person.ID, f, in.Code, in.Client, next, "", right)
	}
	return s.challenge(ctx, person.ID, next, right)
}

// verified does the same work whether or not the person exists.
func (s *Service) verified(ctx context.Context, in Credentials) (ward.Person, factorsOn, error) {
	person, err := s.cfg.People.PersonByEmail(ctx, in.Email)
	if err != nil && ward.CodeOf(err) != ward.NotFound {
		return person, factorsOn{}, err
	}
	f, err := s.factors(ctx, person.ID)
	if err != nil {
		return person, f, err
	}
	ok, err := s.hash.Match(ctx, in.Password, f.hash)
	if err == nil && !ok {
		err = ward.Fail(ward.Forbidden, "account.error.credentials")
	}
	return person, f, err
}

// challenge asks for the second factor. before runs in the same transaction.
func (s *Service) challenge(ctx context.Context, person ward.PersonID, next string, before func(*db.Tx) error) (Entry, error) {
	key := newSecret()
	expires := s.cfg.Clock().Add(challengeLife)
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := before(tx); err != nil {
			return err
		}
		return insertChallenge(ctx, tx, key.digest(), person, next, expires)
	})
	return Entry{Challenge: string(key), Expires: expires, Next: next}, err
}

// SecondStep answers a challenge with a code of the authenticator app. Each code
// counts once. Forbidden for a wrong code, NotFound when the challenge is gone.
func (s *Service) SecondStep(ctx context.Context, challenge, code string, c Client) (Entry, error) {
	f, person, next, err := s.challenged(ctx, challenge)
	if err == nil && !f.TOTP { // codes of an app that was only begun open nothing
		err = wrongCode()
	}
	if err != nil {
		return Entry{}, ward.Wrap("second step", err)
	}
	e, err := s.enterWithCode(ctx, person, f, code, c, next, secret(challenge).digest(), func(*db.Tx) error { return nil })
	return e, ward.Wrap("second step", err)
}

// enterWithCode signs in after a right code; challenge is the digest of the one
// that it answers, or empty.
func (s *Service) enterWithCode(ctx context.Context, person ward.PersonID, f factorsOn, code string, c Client, next, challenge string, before func(*db.Tx) error) (Entry, error) {
	gates := codeGate(person)
	if err := s.attempt(ctx, gates); err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, person, f, c, next, true, func(tx *db.Tx) error {
		if err := s.useCode(ctx, tx, person, code); err != nil {
			return err
		}
		if err := deleteChallenge(ctx, tx, challenge); err != nil {
			return err
		}
		return errFirst(throttle.Forgive(ctx, tx, gates), before(tx))
	})
}

// enter opens a session under the hat worn last. before runs in the same
// transaction and may refuse.
func (s *Service) enter(ctx context.Context, person ward.PersonID, f factorsOn, c Client, next string, mfa bool, before func(*db.Tx) error) (Entry, error) {
	hat, err := s.hatFor(ctx, person, f.hat)
	if err != nil {
		return Entry{}, err
	}
	a, err := s.cfg.Hats.Wear(ctx, person, hat)
	if err != nil {
		return Entry{}, err
	}
	key := newSecret()
	sn := s.newSession(person, hat, mfa, c)
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := before(tx); err != nil {
			return err
		}
		if err := insertSession(ctx, tx, key.digest(), sn); err != nil {
			return err
		}
		if end := s.deadline(a, mfa, f.began, sn.Created); !end.IsZero() && !sn.Created.Before(end) {
			next = "/me" // nothing else opens
		}
		a.Session, a.MFA = sn.ID, mfa
		return s.record(ctx, tx, a, deed{"account.self", "signed_in", sn.ID, ownPolicy})
	})
	return Entry{Session: string(key), Expires: sn.Expires, Next: next}, err
}

func (s *Service) newSession(person ward.PersonID, hat string, mfa bool, c Client) Session {
	now := s.cfg.Clock()
	return Session{ID: s.cfg.IDs(), Person: person, Hat: hat, MFA: mfa, Device: device(c.Agent), Address: c.Address,
		Created: now, Seen: now, Expires: now.Add(sessionMost)}
}

// hatFor is the hat worn last if it lasts, else the oldest.
func (s *Service) hatFor(ctx context.Context, person ward.PersonID, last string) (string, error) {
	hats, err := s.cfg.Hats.Hats(ctx, person)
	if err != nil {
		return "", err
	}
	if len(hats) == 0 {
		return "", ward.Fail(ward.Forbidden, "account.error.no_hat")
	}
	for _, h := range hats {
		if h.ID == last {
			return last, nil
		}
	}
	return hats[0].ID, nil
}

// nextPath keeps a reader on this site and out of circles.
func nextPath(s string) string {
	switch p := i18n.LocalPath(s); p {
	case "/signin", "/signout":
		return "/"
	default:
		return p
	}
}

// ownPolicy is the policy behind whatever a person does to his own account.
const ownPolicy = "person-keeps-own-account"

// foldEmail is the form in which addresses are counted; a long one is cut, as
// it is nobody's.
func foldEmail(s string) string { return cut(strings.ToLower(strings.TrimSpace(s)), 254) }
