package account

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/web"
)

// Sessions lists where a is signed in, last seen first.
func (s *Service) Sessions(ctx context.Context, a ward.Actor) ([]Session, error) {
	if _, err := s.self(a); err != nil {
		return nil, ward.Wrap("list sessions", err)
	}
	now := s.cfg.Clock()
	var out []Session
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = sessionsOf(ctx, tx, a.Person, now, now.Add(-sessionIdle))
		return err
	})
	return out, ward.Wrap("list sessions", err)
}

// Revoke signs one of a's sessions out; NotFound for another's.
func (s *Service) Revoke(ctx context.Context, a ward.Actor, session string) error {
	return ward.Wrap("revoke session", s.own(ctx, a, "session_revoked", session, func(tx *db.Tx) error {
		return deleteSession(ctx, tx, a.Person, session)
	}))
}

// RevokeOthers signs out everywhere but here.
func (s *Service) RevokeOthers(ctx context.Context, a ward.Actor) error {
	return ward.Wrap("revoke sessions", s.own(ctx, a, "sessions_revoked", string(a.Person), func(tx *db.Tx) error {
		return deleteSessions(ctx, tx, a.Person, a.Session)
	}))
}

// SignOut ends the session that a acts in.
func (s *Service) SignOut(ctx context.Context, a ward.Actor) error {
	d, err := s.cfg.Guard.Check(a, web.Leaving, ward.Object{Kind: "account", ID: string(a.Person), Org: a.Org, Country: a.Country})
	if err != nil {
		return ward.Wrap("sign out", err)
	}
	return ward.Wrap("sign out", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := deleteSession(ctx, tx, a.Person, a.Session); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{web.Leaving, "signed_out", a.Session, d.Policy})
	}))
}

// own is a recorded change of a's own account.
func (s *Service) own(ctx context.Context, a ward.Actor, did, id string, change func(*db.Tx) error) error {
	d, err := s.self(a)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"account.self", did, id, d.Policy})
	})
}

// SwitchHat lets a go on under another of his hats, with a new session secret, at
// back, which is a path of ours or empty for the first page.
// NotFound for a hat that is not his or has ended.
func (s *Service) SwitchHat(ctx context.Context, a ward.Actor, hat, back string) (Entry, error) {
	if _, err := s.self(a); err != nil {
		return Entry{}, ward.Wrap("switch hat", err)
	}
	next, err := s.cfg.Hats.Wear(ctx, a.Person, hat)
	if err != nil {
		return Entry{}, ward.Wrap("switch hat", err)
	}
	key := newSecret()
	var expires Session
	err = s.own(ctx, a, "hat_switched", string(next.Org), func(tx *db.Tx) error {
		var err error
		if expires, err = turnSession(ctx, tx, a.Person, a.Session, key.digest(), hat); err != nil {
			return err
		}
		return saveHat(ctx, tx, a.Person, hat)
	})
	return Entry{Session: string(key), Expires: expires.Expires, Next: nextPath(back)}, ward.Wrap("switch hat", err)
}

// Hats lists what a may act as.
func (s *Service) Hats(ctx context.Context, a ward.Actor) ([]ward.Hat, error) {
	return s.cfg.Hats.Hats(ctx, a.Person)
}

// Overview is what the page of one's own account shows.
type Overview struct {
	Person   ward.Person
	Hats     []ward.Hat
	Password bool // there is one
	TOTP     bool // codes of an app are on
	Passkeys int
	Outside  int // sign-ins at issuers
	Issuers  int // those in the settings
	// FactorBy is when the second factor that the role needs must be set up; zero
	// when one was given or none is needed.
	FactorBy time.Time
	Limited  bool // that time is over: nothing else opens
	Sessions int
	Tokens   int
}

// Me gives a's own account.
func (s *Service) Me(ctx context.Context, a ward.Actor) (Overview, error) {
	o, err := s.me(ctx, a)
	return o, ward.Wrap("me", err)
}

func (s *Service) me(ctx context.Context, a ward.Actor) (o Overview, err error) {
	if o.Person, err = s.cfg.People.Person(ctx, a.Person); err != nil {
		return o, err
	}
	if o.Hats, err = s.cfg.Hats.Hats(ctx, a.Person); err != nil {
		return o, err
	}
	o.Issuers = len(s.issuers)
	now := s.cfg.Clock()
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		f, err := factorsOf(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		o.Password, o.TOTP, o.Passkeys, o.Outside = f.Password, f.TOTP, f.Passkeys, f.Outside
		o.FactorBy, o.Limited = s.deadline(a, a.MFA, f.began, now), enrolling(a)
		o.Sessions, o.Tokens, err = counts(ctx, tx, a.Person, now, now.Add(-sessionIdle))
		return err
	})
	return o, err
}

// factors tells what a person has set up.
func (s *Service) factors(ctx context.Context, p ward.PersonID) (f factorsOn, err error) {
	err = s.cfg.DB.Glance(ctx, func(tx *db.Tx) error {
		f, err = factorsOf(ctx, tx, p)
		return err
	})
	return f, err
}
