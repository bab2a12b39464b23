package account

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// LinkRequest says which link to make. The zero value is a link that lets the
// person choose a password.
type LinkRequest struct {
	Purpose  Purpose // empty means Password
	DropTOTP bool    // also takes codes and passkeys away: the phone is lost
	Next     string  // where it leads; empty is the first page
	Reusable bool    // works again and for a year; only in training, and only the house itself makes it
}

// NewLink is a link that was made. Its path is shown once: only a digest is stored.
type NewLink struct {
	Path    string // "/link/…"
	Expires time.Time
}

// MakeLink makes a link that lets person in, once, within 24 hours. Only
// whoever may manage every hat of the person makes one, and nobody for himself.
// A new link for the same purpose makes the older ones void.
func (s *Service) MakeLink(ctx context.Context, a ward.Actor, person ward.PersonID, in LinkRequest) (NewLink, error) {
	policy, err := s.cfg.Hats.MayVouch(ctx, a, person)
	switch {
	case err != nil:
		return NewLink{}, ward.Wrap("make link", s.refused(ctx, a, deed{"person.write", "link_made", string(person), policy}, err))
	case a.Person == person, in.Reusable && !(s.cfg.Training && a.System):
		return NewLink{}, ward.Wrap("make link", ward.Fail(ward.Forbidden, "account.error.own_link"))
	}
	l, err := s.makeLink(ctx, a, person, in, policy)
	return l, ward.Wrap("make link", err)
}

// makeLink is MakeLink after the decision; the first start comes here directly.
func (s *Service) makeLink(ctx context.Context, a ward.Actor, person ward.PersonID, in LinkRequest, policy string) (NewLink, error) {
	if in.Purpose == "" {
		in.Purpose = Password
	}
	if in.Purpose != Password && in.Purpose != Enter {
		return NewLink{}, ward.Fail(ward.Invalid, "account.error.purpose").At("purpose")
	}
	key, now := newSecret(), s.cfg.Clock()
	life := linkLife
	if in.Reusable {
		life = trainingLife
	}
	l := storedLink{Person: person, Purpose: in.Purpose, DropTOTP: in.DropTOTP, Reusable: in.Reusable, Next: nextPath(in.Next),
		Created: now, Expires: now.Add(life)}
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := voidLinks(ctx, tx, person, now); err != nil {
			return err
		}
		if err := insertLink(ctx, tx, key.digest(), l); err != nil {
			return err
		}
		return s.record(ctx, tx, a, deed{"person.write", "link_made", string(person), policy})
	})
	return NewLink{Path: "/link/" + string(key), Expires: l.Expires}, err
}

// Access is what whoever makes a link for a person must know.
type Access struct {
	Person   ward.Person
	Password bool // there is one
	TOTP     bool // codes of an app are on
	Passkeys int
}

// Second reports whether there is a second factor that a link can take away.
func (x Access) Second() bool { return x.TOTP || x.Passkeys > 0 }

// AccessOf shows how a person signs in, to those who may make a link for him.
func (s *Service) AccessOf(ctx context.Context, a ward.Actor, person ward.PersonID) (Access, error) {
	if _, err := s.cfg.Hats.MayVouch(ctx, a, person); err != nil {
		return Access{}, ward.Wrap("access of person", err)
	}
	p, err := s.cfg.People.Person(ctx, person)
	if err != nil {
		return Access{}, ward.Wrap("access of person", err)
	}
	x := Access{Person: p}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		f, err := factorsOf(ctx, tx, person)
		x.Password, x.TOTP, x.Passkeys = f.Password, f.TOTP, f.Passkeys
		return err
	})
	return x, ward.Wrap("access of person", err)
}

// storedLink is a link as it is kept.
type storedLink struct {
	Person           ward.PersonID
	Purpose          Purpose
	DropTOTP         bool
	Reusable         bool
	Next             string
	Created, Expires time.Time
	Used             time.Time
}

// live reports whether l still opens anything at now.
func (l storedLink) live(now time.Time) bool {
	return now.Before(l.Expires) && (l.Reusable || l.Used.IsZero())
}

// deadLink is what a used, void, old or unknown link says: the same.
func deadLink() error { return ward.Fail(ward.NotFound, "account.error.link") }

// LookAt shows what is behind a link and uses nothing up: mail scanners open links.
func (s *Service) LookAt(ctx context.Context, key string) (Link, error) {
	l, err := s.link(ctx, key)
	if err != nil {
		return Link{}, ward.Wrap("look at link", err)
	}
	p, err := s.cfg.People.Person(ctx, l.Person)
	return Link{Person: p, Purpose: l.Purpose, Expires: l.Expires}, ward.Wrap("look at link", err)
}

// link finds a live link by its secret.
func (s *Service) link(ctx context.Context, key string) (storedLink, error) {
	var l storedLink
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		l, err = linkByHash(ctx, tx, secret(key).digest())
		return err
	})
	if err == nil && !l.live(s.cfg.Clock()) || ward.CodeOf(err) == ward.NotFound {
		err = deadLink()
	}
	return l, err
}

// OpenLink uses a link up and signs in; password is the new one for a link that
// asks for it, and only a good one uses the link up. A second factor that is
// set up stays asked for, unless the link takes it away.
func (s *Service) OpenLink(ctx context.Context, key, password string, c Client) (Entry, error) {
	e, err := s.openLink(ctx, key, password, c)
	return e, ward.Wrap("open link", err)
}

// openLink checks the password before the link is spent: a weak one costs nobody
// a new link.
func (s *Service) openLink(ctx context.Context, key, password string, c Client) (Entry, error) {
	l, err := s.link(ctx, key)
	if err != nil {
		return Entry{}, err
	}
	hash := ""
	if l.Purpose == Password {
		if hash, err = s.newHash(ctx, l.Person, password); err != nil {
			return Entry{}, err
		}
	}
	f, err := s.factors(ctx, l.Person)
	if err != nil {
		return Entry{}, err
	}
	use := func(tx *db.Tx) error { return s.useLink(ctx, tx, key, l, hash) }
	if !f.second() || l.DropTOTP {
		return s.enter(ctx, l.Person, f, c, l.Next, false, use)
	}
	return s.challenge(ctx, l.Person, l.Next, use)
}

// useLink spends the link first: of two who open it at once one changes nothing.
func (s *Service) useLink(ctx context.Context, tx *db.Tx, key string, l storedLink, hash string) error {
	now := s.cfg.Clock()
	if !l.Reusable {
		used, err := spendLink(ctx, tx, secret(key).digest(), now)
		if err != nil {
			return err
		}
		if !used {
			return deadLink()
		}
	}
	if l.DropTOTP {
		if err := errFirst(deleteTOTP(ctx, tx, l.Person), deletePasskeys(ctx, tx, l.Person)); err != nil {
			return err
		}
	}
	if hash == "" {
		return nil
	}
	if err := savePassword(ctx, tx, l.Person, hash, now); err != nil {
		return err
	}
	return deleteSessions(ctx, tx, l.Person, "")
}

// Bootstrap lets the first operator in: while no operator has a password and an
// address to enter it with, it makes a fresh link, which leads him to naming the
// house and himself; the older one is void. done says that there is nothing to do.
// The registry must have founded the house before.
func (s *Service) Bootstrap(ctx context.Context) (link string, done bool, err error) {
	ops, err := s.cfg.People.Operators(ctx)
	if err == nil && len(ops) == 0 {
		err = ward.Fail(ward.NotFound, "account.error.no_operator")
	}
	if err != nil {
		return "", false, ward.Wrap("bootstrap", err)
	}
	for _, p := range ops {
		f, err := s.factors(ctx, p)
		if err != nil {
			return "", false, ward.Wrap("bootstrap", err)
		}
		who, err := s.cfg.People.Person(ctx, p)
		if err != nil || f.Password && who.Email != "" {
			return "", err == nil, ward.Wrap("bootstrap", err)
		}
	}
	l, err := s.makeLink(ctx, ward.Actor{System: true}, ops[0], LinkRequest{Next: "/setup"}, "house-works")
	return l.Path, false, ward.Wrap("bootstrap", err)
}
