package account

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/base/account/issuer"
	"ward/base/account/throttle"
	"ward/kit/db"
	"ward/kit/web"
)

// Outside is a sign-in at an outside issuer that belongs to a person.
type Outside struct {
	Issuer string // id; empty when it is not in the settings any more
	Name   string
	Linked time.Time // zero: not linked
	Used   time.Time // zero: never

	url string
}

// Issuers lists who else signs people in, in the order of the settings.
func (s *Service) Issuers() []Outside {
	out := make([]Outside, len(s.issuers))
	for i, x := range s.issuers {
		out[i] = Outside{Issuer: x.ID, Name: x.Name, url: x.URL}
	}
	return out
}

func (s *Service) issuer(id string) (*issuer.Issuer, error) {
	i := slices.IndexFunc(s.issuers, func(x *issuer.Issuer) bool { return x.ID == id })
	if i < 0 {
		return nil, missing()
	}
	return s.issuers[i], nil
}

// Way is the way to an issuer. Text stays with the browser until it comes back.
type Way struct {
	Location string // of the issuer, with what it must know
	Text     string
	Expires  time.Time
}

// Kinds of ceremonies at an issuer.
const (
	ceremonyOutside = "outside enter"
	ceremonyLink    = "outside link"
)

// GoOutside begins to sign in at an issuer. NotFound for one that is not in the
// settings, Unavailable for one that does not answer as it should.
func (s *Service) GoOutside(ctx context.Context, id, next string) (Way, error) {
	w, err := s.way(ctx, id, ceremony{Kind: ceremonyOutside, Next: nextPath(next)})
	return w, ward.Wrap("go to issuer", err)
}

// LinkOutside begins to add a sign-in at an issuer to a's account. The password
// is asked for where there is one.
func (s *Service) LinkOutside(ctx context.Context, a ward.Actor, id, password string) (Way, error) {
	if _, err := s.self(a); err != nil {
		return Way{}, ward.Wrap("link issuer", err)
	}
	if err := s.knows(ctx, a, password, "password"); err != nil {
		return Way{}, ward.Wrap("link issuer", err)
	}
	w, err := s.way(ctx, id, ceremony{Kind: ceremonyLink, Person: a.Person, Session: a.Session})
	return w, ward.Wrap("link issuer", err)
}

func (s *Service) way(ctx context.Context, id string, c ceremony) (Way, error) {
	i, err := s.issuer(id)
	if err != nil {
		return Way{}, err
	}
	location, asked, err := i.Ask(ctx, s.callback(i))
	if err != nil {
		return Way{}, s.away(ctx, i, err)
	}
	text, expires, err := s.sealed(c, asked)
	return Way{Location: location, Text: text, Expires: expires}, err
}

// callback is an address of its own for each issuer: what one of them sends
// cannot be taken for another's (RFC 9700, 4.4.2).
func (s *Service) callback(i *issuer.Issuer) string {
	return s.cfg.Origin + "/signin/with/" + i.ID + "/back"
}

// EnterFromOutside signs in whoever comes back from an issuer. An identity that
// nobody has is linked to the account of an invited person with the address
// that the issuer verified, if that account has no way to sign in yet.
func (s *Service) EnterFromOutside(ctx context.Context, b Back, c Client) (Entry, error) {
	e, err := s.enterFromOutside(ctx, b, c)
	return e, ward.Wrap("enter from issuer", err)
}

func (s *Service) enterFromOutside(ctx context.Context, b Back, c Client) (Entry, error) {
	gates := passwordGates("", web.Network(c.Address))[2:]
	if err := s.attempt(ctx, gates); err != nil {
		return Entry{}, err
	}
	p, err := s.proven(ctx, b, ceremonyOutside)
	var person ward.PersonID
	var fresh bool
	if err == nil {
		person, fresh, err = s.personFrom(ctx, p)
	}
	if err != nil {
		return Entry{}, s.refused(ctx, ward.Actor{}, deed{"account.self", "sign_in", string(person), ""}, err)
	}
	right := func(tx *db.Tx) error {
		if err := p.ceremony.spend(ctx, tx); err != nil {
			return err
		}
		if fresh {
			if err := s.linkTo(ctx, tx, p, person); err != nil {
				return err
			}
		}
		return errFirst(usedOutside(ctx, tx, p.issuer.URL, p.Subject, p.MFA, s.cfg.Clock()), throttle.Forgive(ctx, tx, gates))
	}
	f, err := s.factors(ctx, person)
	switch {
	case err != nil:
		return Entry{}, err
	case !p.MFA && f.second(): // what is on here is asked for here
		return s.challenge(ctx, person, p.ceremony.Next, right)
	}
	return s.enter(ctx, person, f, c, p.ceremony.Next, p.MFA, right)
}

// linkTo stores an identity; somebody may have been faster.
func (s *Service) linkTo(ctx context.Context, tx *db.Tx, p proven, person ward.PersonID) error {
	err := insertOutside(ctx, tx, p.issuer.URL, p.Subject, person, s.cfg.Clock())
	if db.Duplicate(err) {
		return ward.Fail(ward.Conflict, "account.error.outside_known")
	}
	return err
}

// personFrom finds whose an identity is; fresh says that it is to be linked. An
// unknown address, one that the issuer did not verify, and an account that has
// a way to sign in already are answered alike.
func (s *Service) personFrom(ctx context.Context, p proven) (person ward.PersonID, fresh bool, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		person, err = outsider(ctx, tx, p.issuer.URL, p.Subject)
		return err
	})
	if ward.CodeOf(err) != ward.NotFound {
		return person, false, err
	}
	stranger := ward.Fail(ward.Forbidden, "account.error.outside_unknown", "name", p.issuer.Name)
	if p.Email == "" {
		return "", false, stranger
	}
	invited, err := s.cfg.People.PersonByEmail(ctx, p.Email)
	if ward.CodeOf(err) == ward.NotFound {
		return "", false, stranger
	}
	if err != nil {
		return "", false, err
	}
	f, err := s.factors(ctx, invited.ID)
	if err == nil && (f.Password || f.second() || f.Outside > 0) {
		return invited.ID, false, stranger
	}
	return invited.ID, true, err
}

// AddOutside links the identity that a comes back with to a's own account.
func (s *Service) AddOutside(ctx context.Context, a ward.Actor, b Back) error {
	if _, err := s.self(a); err != nil {
		return ward.Wrap("add issuer", err)
	}
	p, err := s.proven(ctx, b, ceremonyLink)
	if err == nil && (p.ceremony.Person != a.Person || p.ceremony.Session != a.Session) {
		err = staleCeremony()
	}
	if err != nil {
		return ward.Wrap("add issuer", err)
	}
	return ward.Wrap("add issuer", s.own(ctx, a, "issuer_linked", p.issuer.ID, func(tx *db.Tx) error {
		return errFirst(p.ceremony.spend(ctx, tx), s.linkTo(ctx, tx, p, a.Person))
	}))
}

// Outsides lists the issuers with when a linked them, those that are not linked
// or not in the settings among them.
func (s *Service) Outsides(ctx context.Context, a ward.Actor) ([]Outside, error) {
	if _, err := s.self(a); err != nil {
		return nil, ward.Wrap("list issuers", err)
	}
	var linked []Outside
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		linked, err = outsideOf(ctx, tx, a.Person)
		return err
	})
	out := s.Issuers()
	for _, l := range linked {
		i := slices.IndexFunc(out, func(o Outside) bool { return o.url == l.url })
		if i < 0 {
			l.Name = l.url
			out = append(out, l)
			continue
		}
		out[i].Linked, out[i].Used = l.Linked, l.Used
	}
	return out, ward.Wrap("list issuers", err)
}

// RemoveOutside takes a sign-in at an issuer away; the password is asked for.
func (s *Service) RemoveOutside(ctx context.Context, a ward.Actor, id, password string) error {
	if _, err := s.self(a); err != nil {
		return ward.Wrap("remove issuer", err)
	}
	i, err := s.issuer(id)
	if err != nil {
		return ward.Wrap("remove issuer", err)
	}
	if err := s.knows(ctx, a, password, "password"); err != nil {
		return ward.Wrap("remove issuer", err)
	}
	return ward.Wrap("remove issuer", s.own(ctx, a, "issuer_removed", id, func(tx *db.Tx) error {
		return deleteOutside(ctx, tx, a.Person, i.URL)
	}))
}
