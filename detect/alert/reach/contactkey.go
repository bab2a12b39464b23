package reach

import (
	"context"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/wkd"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/mail"
)

// KeySource is where the key of a contact comes from.
type KeySource string

// The sources.
const (
	KeyGiven KeySource = "given" // pasted by who manages the channels
	KeyFound KeySource = "wkd"   // published by the contact's mail provider
)

// ContactKey is the OpenPGP key of a contact without a login. People with one say
// themselves how they are reached: see Wishes.
type ContactKey struct {
	Contact, Email string // the address that it was given for, lower case
	Org            ward.OrgID
	Key            []byte
	Print          string // fingerprint, hexadecimal in lower case
	Expires        time.Time
	Source         KeySource
	At             time.Time
	Person         string // who gave it
}

// of reports whether mail to c is meant: a key does not follow a changed address,
// and whoever has got a login since speaks for himself.
func (k ContactKey) of(c ward.Contact) bool {
	return k.Contact == c.ID && c.Person == "" && k.Email == strings.ToLower(c.Email)
}

// Holds reports whether mail is encrypted to k at that time.
func (k ContactKey) Holds(at time.Time) bool {
	return k.Print != "" && (k.Expires.IsZero() || at.Before(k.Expires))
}

// Keyed gives the wishes that count for mail to c: a contact without a login has
// none, but may have a key.
func (w Wishes) Keyed(c ward.Contact, keys map[string]ContactKey) Wishes {
	if k, ok := keys[c.ID]; ok && k.of(c) {
		w.Key, w.Print, w.Expires = k.Key, k.Print, k.Expires
	}
	return w
}

// OrgsOf are the organisations whose keys may be needed.
func OrgsOf(all ...map[ward.OrgID][]ward.Contact) []ward.OrgID {
	var out []ward.OrgID
	for _, m := range all {
		for _, list := range m {
			for _, c := range list {
				if c.Person == "" && c.Email != "" {
					out = append(out, c.Org)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// KeyedContact is a contact without a login, with its key; the zero key is none.
type KeyedContact struct {
	ward.Contact
	Key ContactKey
}

// ContactKeys lists the contacts of a's organisation who have an address and no login.
func (s *Service) ContactKeys(ctx context.Context, a ward.Actor) ([]KeyedContact, error) {
	if _, err := s.cfg.Guard.Check(a, permRead, contactObject(a)); err != nil {
		return nil, err
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	if err != nil {
		return nil, ward.Wrap("contact keys", err)
	}
	var keys map[string]ContactKey
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		keys, err = ContactKeys(ctx, tx, []ward.OrgID{a.Org})
		return err
	})
	var out []KeyedContact
	for _, c := range contacts[a.Org] {
		if c.Person != "" || c.Email == "" {
			continue
		}
		x := KeyedContact{Contact: c}
		if k := keys[c.ID]; k.of(c) {
			x.Key = k
		}
		out = append(out, x)
	}
	return out, ward.Wrap("contact keys", err)
}

func contactObject(a ward.Actor) ward.Object {
	return ward.Object{Kind: "contact", Org: a.Org, Country: a.Country}
}

// ContactKeyOf is one of them. NotFound for a contact of another organisation.
func (s *Service) ContactKeyOf(ctx context.Context, a ward.Actor, contact string) (KeyedContact, error) {
	all, err := s.ContactKeys(ctx, a)
	if err != nil {
		return KeyedContact{}, err
	}
	i := slices.IndexFunc(all, func(k KeyedContact) bool { return k.ID == contact })
	if i < 0 {
		return KeyedContact{}, ward.Fail(ward.NotFound, "alert.error.no_contact")
	}
	return all[i], nil
}

// SetContactKey makes mail to a contact encrypted to an OpenPGP public key, armoured or not.
func (s *Service) SetContactKey(ctx context.Context, a ward.Actor, contact string, data []byte) error {
	c, err := s.mayKey(ctx, a, contact)
	if err != nil {
		return ward.Wrap("set contact key", err)
	}
	k, err := mail.ReadKey(data, s.cfg.Clock())
	if err != nil {
		return ward.Wrap("set contact key", keyFault(err))
	}
	return ward.Wrap("set contact key", s.keepContactKey(ctx, a, c, KeyGiven, k))
}

// FetchContactKey looks for a contact's key where its mail provider publishes it.
// Only a key that names the address is taken. NotFound if there is none.
func (s *Service) FetchContactKey(ctx context.Context, a ward.Actor, contact string) error {
	c, err := s.mayKey(ctx, a, contact)
	if err != nil {
		return ward.Wrap("fetch contact key", err)
	}
	k, err := s.published(ctx, strings.ToLower(c.Email))
	if ward.CodeOf(err) == ward.NotFound {
		err = ward.Fail(ward.NotFound, "alert.error.ckey_nowhere").Because(err).At("key")
	}
	if err != nil {
		return ward.Wrap("fetch contact key", err)
	}
	return ward.Wrap("fetch contact key", s.keepContactKey(ctx, a, c, KeyFound, k))
}

// DropContactKey forgets the key: mail above its clearance is a link from then on.
func (s *Service) DropContactKey(ctx context.Context, a ward.Actor, contact string) error {
	c, err := s.mayKey(ctx, a, contact)
	if err != nil {
		return ward.Wrap("drop contact key", err)
	}
	return ward.Wrap("drop contact key", s.keepContactKey(ctx, a, c, "", mail.PublicKey{}))
}

// published is the key of an address at its mail provider.
func (s *Service) published(ctx context.Context, address string) (mail.PublicKey, error) {
	data, err := wkd.Fetch(ctx, s.cfg.Fetch, address, mail.KeyLimit)
	if err != nil {
		return mail.PublicKey{}, ward.Fail(ward.NotFound, "alert.error.key_nowhere").Because(err).At("key")
	}
	k, err := mail.ReadKey(data, s.cfg.Clock())
	if err == nil && !slices.Contains(k.Addresses, address) { // draft-koch-openpgp-webkey-service, section 3.1
		return k, ward.Fail(ward.Invalid, "alert.error.key_other").At("key")
	}
	return k, keyFault(err)
}

// mayKey checks the right and finds the contact, who has no login.
func (s *Service) mayKey(ctx context.Context, a ward.Actor, contact string) (ward.Contact, error) {
	if _, err := s.cfg.Guard.Check(a, permWrite, contactObject(a)); err != nil {
		return ward.Contact{}, err
	}
	k, err := s.ContactKeyOf(ctx, a, contact)
	return k.Contact, err
}

// keepContactKey writes a key, or forgets it when source is empty.
func (s *Service) keepContactKey(ctx context.Context, a ward.Actor, c ward.Contact, source KeySource, k mail.PublicKey) error {
	row := ContactKey{Contact: c.ID, Org: c.Org, Email: strings.ToLower(c.Email), Print: k.Fingerprint, Expires: k.Expires, Source: source,
		At: s.cfg.Clock(), Person: a.Name}
	act := map[string]string{"contact": c.ID, "key": k.Fingerprint, "source": string(source)}
	if source != "" {
		raw, err := k.Bytes()
		if err != nil {
			return err
		}
		row.Key = raw
	}
	o := contactObject(a)
	o.ID = c.ID
	d, err := s.cfg.Guard.Check(a, permWrite, o)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := putContactKey(ctx, tx, row); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permWrite), Object: o, Outcome: audit.Done, Policy: d.Policy, Detail: act})
	})
}
