package account

import (
	"context"

	"ward"
	"ward/base/account/throttle"
	"ward/kit/db"
)

// newHash checks a new password of a person and gives what is stored of it.
func (s *Service) newHash(ctx context.Context, id ward.PersonID, password string) (string, error) {
	p, err := s.cfg.People.Person(ctx, id)
	if err != nil {
		return "", err
	}
	if err := s.hash.Check(password, p.Name, p.Email); err != nil {
		return "", err
	}
	return s.hash.Make(ctx, password)
}

// ChangePassword sets a's password; current is asked for where there is one.
// All other sessions end: whoever knew the old one is out.
func (s *Service) ChangePassword(ctx context.Context, a ward.Actor, current, next string) error {
	if _, err := s.self(a); err != nil {
		return ward.Wrap("change password", err)
	}
	if err := s.knows(ctx, a, current, "current"); err != nil {
		return ward.Wrap("change password", err)
	}
	hash, err := s.newHash(ctx, a.Person, next)
	if err != nil {
		return ward.Wrap("change password", err)
	}
	return ward.Wrap("change password", s.own(ctx, a, "password_changed", string(a.Person), func(tx *db.Tx) error {
		if err := savePassword(ctx, tx, a.Person, hash, s.cfg.Clock()); err != nil {
			return err
		}
		return deleteSessions(ctx, tx, a.Person, a.Session)
	}))
}

// knows asks for the password again before something that a stranger at an open
// screen must not do. Whoever has none yet is not asked.
func (s *Service) knows(ctx context.Context, a ward.Actor, password, field string) error {
	hash := ""
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		hash, err = passwordHash(ctx, tx, a.Person)
		return err
	})
	if err != nil || hash == "" {
		return err
	}
	gates := []throttle.Gate{{Name: throttle.Name("again", string(a.Person)), Free: 5, Most: passwordGates("", "")[0].Most}}
	if err := s.attempt(ctx, gates); err != nil {
		return err
	}
	ok, err := s.hash.Match(ctx, password, hash)
	if err != nil {
		return err
	}
	if !ok {
		return ward.Fail(ward.Invalid, "account.error.current").At(field)
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return throttle.Forgive(ctx, tx, gates) })
}

// Enrolment is a second factor on its way: what the authenticator app needs.
// On says that it is in use; then the secret is not shown any more.
type Enrolment struct {
	On     bool
	Secret string // in groups of four; empty when nothing was started
	URI    string // otpauth://…
}

// TOTP gives the state of a's second factor.
func (s *Service) TOTP(ctx context.Context, a ward.Actor) (Enrolment, error) {
	if _, err := s.self(a); err != nil {
		return Enrolment{}, ward.Wrap("second factor", err)
	}
	var e Enrolment
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		plain, on, _, err := s.totp(ctx, tx, a.Person)
		if ward.CodeOf(err) == ward.NotFound {
			return nil
		}
		e.On = on
		if !on && err == nil {
			e.Secret = plain
		}
		return err
	})
	if e.Secret != "" && err == nil {
		e, err = s.enrolment(ctx, a, e.Secret)
	}
	return e, ward.Wrap("second factor", err)
}

// enrolment shows a secret in both forms, for the hand and for the app.
func (s *Service) enrolment(ctx context.Context, a ward.Actor, plain string) (Enrolment, error) {
	p, err := s.cfg.People.Person(ctx, a.Person)
	return Enrolment{Secret: grouped(plain), URI: totpURI(plain, p.Email)}, err
}

// StartTOTP makes a new secret; it counts once ConfirmTOTP has seen a code of it.
// Conflict when a second factor is on already.
func (s *Service) StartTOTP(ctx context.Context, a ward.Actor) (Enrolment, error) {
	plain, err := newTOTP(string(a.Person))
	if err != nil {
		return Enrolment{}, ward.Wrap("start second factor", err)
	}
	err = s.own(ctx, a, "totp_started", string(a.Person), func(tx *db.Tx) error {
		f, err := factorsOf(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		if f.TOTP {
			return ward.Fail(ward.Conflict, "account.error.totp_on")
		}
		return saveTOTP(ctx, tx, a.Person, s.box.Seal(plain, string(a.Person)))
	})
	if err != nil {
		return Enrolment{}, ward.Wrap("start second factor", err)
	}
	e, err := s.enrolment(ctx, a, plain)
	return e, ward.Wrap("start second factor", err)
}

// ConfirmTOTP turns the second factor on with the first right code; the session
// counts as signed in with it.
func (s *Service) ConfirmTOTP(ctx context.Context, a ward.Actor, code string) error {
	if err := s.attempt(ctx, codeGate(a.Person)); err != nil {
		return ward.Wrap("confirm second factor", err)
	}
	return ward.Wrap("confirm second factor", s.own(ctx, a, "totp_on", string(a.Person), func(tx *db.Tx) error {
		_, on, _, err := s.totp(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		if on {
			return ward.Fail(ward.Conflict, "account.error.totp_on")
		}
		if err := s.useCode(ctx, tx, a.Person, code); err != nil {
			return err
		}
		if err := confirmTOTP(ctx, tx, a.Person, s.cfg.Clock()); err != nil {
			return err
		}
		if err := throttle.Forgive(ctx, tx, codeGate(a.Person)); err != nil {
			return err
		}
		return markMFA(ctx, tx, a.Session)
	}))
}

// DropTOTP turns the second factor off; the password is asked for again.
func (s *Service) DropTOTP(ctx context.Context, a ward.Actor, password string) error {
	if _, err := s.self(a); err != nil {
		return ward.Wrap("drop second factor", err)
	}
	if err := s.knows(ctx, a, password, "password"); err != nil {
		return ward.Wrap("drop second factor", err)
	}
	return ward.Wrap("drop second factor", s.own(ctx, a, "totp_off", string(a.Person), func(tx *db.Tx) error {
		return deleteTOTP(ctx, tx, a.Person)
	}))
}

// totp reads and opens the secret; NotFound if nothing was started.
func (s *Service) totp(ctx context.Context, tx *db.Tx, p ward.PersonID) (plain string, on bool, step int64, err error) {
	sealed, on, step, err := totpOf(ctx, tx, p)
	if err != nil {
		return "", false, 0, err
	}
	plain, err = s.box.Open(sealed, string(p))
	return plain, on, step, err
}

// useCode checks a code and uses its step up, so that the same code read over a
// shoulder or from the wire opens nothing (RFC 6238 section 5.2).
func (s *Service) useCode(ctx context.Context, tx *db.Tx, p ward.PersonID, code string) error {
	plain, _, last, err := s.totp(ctx, tx, p)
	if err != nil {
		return err
	}
	step, ok := stepOf(plain, code, s.cfg.Clock())
	if !ok {
		return wrongCode()
	}
	if step <= last {
		return ward.Fail(ward.Forbidden, "account.error.replay").At("code")
	}
	spent, err := spendStep(ctx, tx, p, step)
	if err == nil && !spent { // another replica was faster with the same code
		err = ward.Fail(ward.Forbidden, "account.error.replay").At("code")
	}
	return err
}
