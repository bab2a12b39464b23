package alert

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/detect/alert/secret"
	"ward/detect/alert/stand"
	"ward/kit/audit"
	"ward/kit/db"
)

const permAck ward.Permission = "alert.acknowledge"

// Acknowledgement is what the page behind a mail's link shows. Without Content
// the alert is marked above what mails may carry: then only its number, marking
// and state are for showing.
type Acknowledgement struct {
	Alert
	CVEs    []string
	Contact ward.Contact
	Content bool
	Used    time.Time // when this link acknowledged; zero before
}

// Open reports whether the button still does something.
func (a Acknowledgement) Open() bool { return a.Used.IsZero() && a.State == stand.Unseen }

// Zone is where the page shows its times: where the mail showed them.
func (a Acknowledgement) Zone() *time.Location { return reach.Zone(a.Contact.Zone, a.Country) }

// LookAt shows what a mail's link is for and changes nothing: scanners of mail
// open every link. address is the reader's, for the limit on guesses. NotFound
// for a link that no longer works.
func (s *Service) LookAt(ctx context.Context, word, address string) (Acknowledgement, error) {
	x, _, err := s.lookAt(ctx, word, address)
	return x, ward.Wrap("look at acknowledgement", err)
}

func (s *Service) lookAt(ctx context.Context, word, address string) (x Acknowledgement, l secret.Link, err error) {
	now := s.cfg.Clock()
	if err := s.guesses.May(ctx, address); err != nil {
		return x, l, err
	}
	guessed := true
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if l, err = secret.Find(ctx, tx, word); err != nil {
			return err
		}
		guessed = false
		if x.Alert, err = alertByKey(ctx, tx, l.Issue, l.OrgNo); err != nil {
			return err
		}
		x.CVEs, err = cvesOf(ctx, tx, l.Issue)
		return err
	})
	if err == nil && (!now.Before(l.Expires) || l.Round != x.Round || x.State == stand.Obsolete) {
		err = secret.Dead()
	}
	if err == nil {
		x.Contact, err = s.ackContact(ctx, x.Org, l.Contact)
	}
	if err == nil && !s.cfg.Guard.Decide(asContact(x.Contact, x.Alert), permAck, x.Object()).Allowed {
		err = secret.Dead() // marked since above what a contact may know of
	}
	if ward.CodeOf(err) == ward.NotFound {
		if guessed { // whoever opens old mails has guessed nothing: a hospital has one network
			s.guesses.Missed(ctx, address)
		}
		return Acknowledgement{}, l, secret.Dead()
	}
	x.Used, x.Content = l.Used, marking.Of(marking.Mail, x.TLP, marking.MailClearance) == marking.Content
	return x, l, err
}

// ackContact is the contact of a link, who may have left since.
func (s *Service) ackContact(ctx context.Context, org ward.OrgID, id string) (ward.Contact, error) {
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{org})
	if err != nil {
		return ward.Contact{}, err
	}
	i := slices.IndexFunc(all[org], func(c ward.Contact) bool { return c.ID == id })
	if i < 0 {
		return ward.Contact{}, secret.Dead()
	}
	return all[org][i], nil
}

// asContact is who acts by a link in a mail: the contact, with the one right
// that the policies give to contacts.
func asContact(c ward.Contact, a Alert) ward.Actor {
	person := c.Person
	if person == "" {
		person = ward.PersonID(c.ID)
	}
	return ward.Actor{Person: person, Name: c.Name, Org: a.Org, Country: a.Country, Role: ward.RoleContact, Lang: c.Lang}
}

// Acknowledge is the button behind a mail's link. It works once; pressed again,
// or after somebody else was faster, it changes nothing and says so.
func (s *Service) Acknowledge(ctx context.Context, word, address string) (Acknowledgement, error) {
	x, l, err := s.lookAt(ctx, word, address)
	if err != nil || !x.Open() {
		return x, ward.Wrap("acknowledge by mail", err)
	}
	at := s.cfg.Clock()
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		al, err := alertByKey(ctx, tx, l.Issue, l.OrgNo)
		if err != nil {
			return err
		}
		if al.Round != l.Round || al.State != stand.Unseen {
			return ward.Fail(ward.Conflict, "")
		}
		a := asContact(x.Contact, al)
		d, err := s.cfg.Guard.Check(a, permAck, al.Object())
		if err != nil {
			return err
		}
		if spent, err := secret.Spend(ctx, tx, word, at); err != nil || !spent {
			return orConflict(err)
		}
		if err := setState(ctx, tx, al, stand.Acknowledged, at); err != nil {
			return err
		}
		if err := s.note(ctx, tx, a, al, entry{Kind: "state", From: string(al.State), To: string(stand.Acknowledged)}); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permAck), Object: al.Object(), Outcome: audit.Done, Policy: d.Policy,
			Detail: map[string]string{"to": string(stand.Acknowledged), "by": "mail", "contact": x.Contact.ID}})
	})
	if err != nil && ward.CodeOf(err) != ward.Conflict {
		return x, ward.Wrap("acknowledge by mail", err)
	}
	x, _, err = s.lookAt(ctx, word, address) // as it is now, whoever was first
	return x, ward.Wrap("acknowledge by mail", err)
}

// orConflict is err, or that somebody else was first.
func orConflict(err error) error {
	if err == nil {
		err = ward.Fail(ward.Conflict, "")
	}
	return err
}
