package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/detect/alert/secret"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/kit/job"
	"ward/kit/mail"
)

// Limits of delivery jobs. A receiver that is down for two days is given up, after
// as many tries as fill them, and its CSIRT sees that; a short message that comes
// after half a day wakes nobody any more. A job that runs longer than the queue waits for a
// vanished replica may run twice at once; then the second try of a message is
// marked as a repeat.
const (
	deliveryAttempts = 16
	textAttempts     = 12
	mailTimeout      = 5 * time.Minute
	hookTimeout      = 45 * time.Second
	rematchTimeout   = 10 * time.Minute
)

// onMailing sends what is open of its organisations. One mail that fails leaves
// the others to go on; the job comes again for what is left.
func (s *Service) onMailing(ctx context.Context, j mailing) error {
	var open []Delivery
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		open, err = openMails(ctx, tx, j)
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	var faults error
	for _, group := range byOrg(open) {
		faults = errors.Join(faults, s.mailOrg(ctx, j.Issue, group, job.Attempt(ctx) >= deliveryAttempts))
	}
	return faults
}

// byOrg cuts deliveries, which are sorted, at each new organisation.
func byOrg(all []Delivery) [][]Delivery {
	var out [][]Delivery
	for i, d := range all {
		if i == 0 || d.OrgNo != all[i-1].OrgNo {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], d)
	}
	return out
}

func (s *Service) mailOrg(ctx context.Context, issue int64, group []Delivery, last bool) error {
	d, err := s.gist(ctx, issue, group[0].OrgNo)
	if err != nil {
		return err
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{d.Org})
	if err != nil {
		return err
	}
	teams, err := s.teamContacts(ctx, []Alert{d.Alert})
	if err != nil {
		return err
	}
	contacts[d.Org] = append(contacts[d.Org], teams[d.Org]...)
	var wishes map[ward.PersonID]reach.Wishes
	var keys map[string]reach.ContactKey
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if wishes, err = reach.WishesOf(ctx, tx, reach.People(contacts)); err != nil {
			return err
		}
		keys, err = reach.ContactKeys(ctx, tx, reach.OrgsOf(contacts))
		return err
	})
	if err != nil {
		return err
	}
	now := s.cfg.Clock()
	var faults error
	for _, x := range group {
		i := slices.IndexFunc(contacts[d.Org], func(c ward.Contact) bool { return c.ID == x.Target && c.Email != "" })
		w := wishes[x.Person]
		if i >= 0 {
			w = w.Keyed(contacts[d.Org][i], keys)
		}
		switch {
		case i < 0:
			err = s.end(ctx, x, Failed, FaultContact)
		case d.Round != x.Round || d.State == stand.Obsolete:
			err = s.end(ctx, x, Failed, FaultSuperseded)
		case marking.Of(marking.Mail, d.TLP, clearance(w, now)) == marking.Withhold: // marked since it was planned
			err = s.end(ctx, x, Withheld, "")
		default:
			err = s.mailOne(ctx, d, x, contacts[d.Org][i], w, last)
		}
		faults = errors.Join(faults, err)
	}
	return faults
}

// mailOne sends one mail. Before the first byte it writes that it is sending,
// so that a second try after a crash says that it is a repeat.
func (s *Service) mailOne(ctx context.Context, d Detail, x Delivery, c ward.Contact, w reach.Wishes, last bool) error {
	word := ""
	if d.State == stand.Unseen && c.Org == d.Org { // the hospital acknowledges, nobody for it
		word = secret.New()
	}
	m := s.letter(d, x, c, w, word)
	ok, err := s.startMail(ctx, x, word)
	if err != nil || !ok {
		return err
	}
	err = s.cfg.Mail.Send(ctx, m)
	switch {
	case err == nil:
		return s.end(ctx, x, Sent, "")
	case mail.Permanent(err):
		return s.end(ctx, x, Failed, FaultRefused)
	case last:
		return errors.Join(err, s.end(ctx, x, Failed, FaultUnreachable))
	}
	return errors.Join(err, s.end(ctx, x, afterFault(err), FaultUnreachable))
}

// afterFault is the state after a try that failed for now. Only an answer of
// the other side proves that it did not take the message; anything else may
// have reached it, so the next try is marked as a repeat.
func afterFault(err error) DeliveryState {
	var e *mail.Error
	if errors.As(err, &e) && e.Code != 0 {
		return Queued
	}
	return Sending
}

func (s *Service) start(ctx context.Context, x Delivery) (ok bool, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		ok, err = startDelivery(ctx, tx, x, s.cfg.Clock())
		return err
	})
	return ok, err
}

// startMail is start for a mail; with it the link in the mail begins to work.
// A repeat has a link of its own, as the first mail's secret is known to nobody.
func (s *Service) startMail(ctx context.Context, x Delivery, word string) (ok bool, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		at := s.cfg.Clock()
		if ok, err = startDelivery(ctx, tx, x, at); err != nil || !ok || word == "" {
			return err
		}
		return secret.Put(ctx, tx, word, secret.Link{Issue: x.Issue, OrgNo: x.OrgNo, Round: x.Round, Contact: x.Target}, at)
	})
	return ok, err
}

// endLimit is how long the end of a try may take to be written when the house stops.
const endLimit = 10 * time.Second

// end writes how a try ended, even when the house is stopping.
func (s *Service) end(ctx context.Context, x Delivery, state DeliveryState, fault string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer cancel()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return endDelivery(ctx, tx, x, state, s.cfg.Clock(), fault)
	})
}
