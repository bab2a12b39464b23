package alert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/letter"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/detect/alert/secret"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/kit/job"
	"ward/kit/mail"
)

// digestLimit bounds what one digest takes along, and with it the memory that it
// needs. It is above what the first import of a large inventory raises at once:
// the rest waits for the next one, which may be a week away.
const digestLimit = 20000

// told is one delivery of a digest with how it ends and, when it is sent, the
// alert that it tells of.
type told struct {
	Delivery
	alert Alert
	end   DeliveryState
	fault string
	// secret of the link that acknowledges it, empty where nothing waits for that.
	secret string
}

// onDigest sends one digest, if it has anything left to tell.
func (s *Service) onDigest(ctx context.Context, j reach.Due) error {
	var d reach.Digest
	var all []Delivery
	var w reach.Wishes
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if d, err = reach.DigestBy(ctx, tx, ward.PersonID(j.Person), time.UnixMicro(j.Until).UTC()); err != nil {
			return err
		}
		if w, err = reach.WishesBy(ctx, tx, d.Person); err != nil {
			return err
		}
		all, err = covered(ctx, tx, d, digestLimit)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return job.Cancel(err) // closed by nobody
	}
	if err != nil || d.State != reach.DigestQueued && d.State != reach.DigestSending {
		return err
	}
	people, err := s.cfg.Registry.Persons(ctx, []ward.PersonID{d.Person})
	if err != nil {
		return err
	}
	p := people[d.Person]
	list, err := s.gather(ctx, all, clearance(w, s.cfg.Clock()))
	if err != nil {
		return err
	}
	open := slices.ContainsFunc(list, func(x told) bool { return x.end == Sent })
	switch {
	case !open:
		return s.endDigest(ctx, d, reach.DigestEmpty, "", list)
	case p.Email == "":
		return s.endDigest(ctx, d, reach.DigestFailed, FaultContact, list)
	}
	linked(list)
	return s.mailDigest(ctx, d, list, s.digestLetter(d, list, p, w))
}

// linked puts what is told first, the worst of it before, and gives what the mail
// shows of it and nobody has seen a link to acknowledge by.
func linked(list []told) {
	slices.SortStableFunc(list, func(a, b told) int {
		return cmp.Or(cmp.Compare(db.Flag(b.end == Sent), db.Flag(a.end == Sent)), cmp.Compare(b.alert.Severity, a.alert.Severity))
	})
	for i := range list[:min(len(list), letter.Shown)] {
		if list[i].end == Sent && list[i].alert.State == stand.Unseen {
			list[i].secret = secret.New()
		}
	}
}

// gather says of each delivery how it ends: who left an organisation is not told
// of its alerts, and what is no longer so is not told at all.
func (s *Service) gather(ctx context.Context, all []Delivery, clearance ward.TLP) ([]told, error) {
	out := make([]told, len(all))
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		for i, x := range all {
			out[i] = told{Delivery: x, end: Sent}
			if out[i].alert, err = alertByKey(ctx, tx, x.Issue, x.OrgNo); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var orgs []ward.OrgID
	for _, x := range out {
		orgs = append(orgs, x.alert.Org)
	}
	slices.Sort(orgs)
	contacts, err := s.cfg.Registry.Contacts(ctx, slices.Compact(orgs))
	for i, x := range out {
		a := x.alert
		switch {
		case !slices.ContainsFunc(contacts[a.Org], func(c ward.Contact) bool { return c.ID == x.Target && c.Person == x.Person }):
			out[i].end, out[i].fault = Failed, FaultContact
		case a.Round != x.Round || a.State == stand.Obsolete:
			out[i].end, out[i].fault = Failed, FaultSuperseded
		case marking.Of(marking.Mail, a.TLP, clearance) == marking.Withhold: // marked since it was planned
			out[i].end = Withheld
		}
	}
	return out, err
}

// mailDigest sends m. Before the first byte it writes that it is sending, as for
// a single alert.
func (s *Service) mailDigest(ctx context.Context, d reach.Digest, list []told, m mail.Message) error {
	var ok bool
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		at := s.cfg.Clock()
		if ok, err = reach.StartDigest(ctx, tx, d, at); err != nil || !ok {
			return err
		}
		for _, x := range list {
			if x.secret == "" {
				continue
			}
			if err := secret.Put(ctx, tx, x.secret, secret.Link{Issue: x.Issue, OrgNo: x.OrgNo, Round: x.Round, Contact: x.Target}, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !ok {
		return err
	}
	err = s.cfg.Mail.Send(ctx, m)
	switch {
	case err == nil:
		return s.endDigest(ctx, d, reach.DigestSent, "", list)
	case mail.Permanent(err):
		return s.endDigest(ctx, d, reach.DigestFailed, FaultRefused, list)
	case job.Attempt(ctx) >= deliveryAttempts:
		return errors.Join(err, s.endDigest(ctx, d, reach.DigestFailed, FaultUnreachable, list))
	}
	state := reach.DigestSending
	if afterFault(err) == Queued {
		state = reach.DigestQueued
	}
	return errors.Join(err, s.endDigest(ctx, d, state, FaultUnreachable, nil))
}

// endDigest writes how a try ended, and with it how the deliveries of list did,
// even when the house is stopping. Without a list another try follows.
func (s *Service) endDigest(ctx context.Context, d reach.Digest, state reach.DigestState, fault string, list []told) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer cancel()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		at := s.cfg.Clock()
		if err := reach.EndDigest(ctx, tx, d, state, at, fault); err != nil {
			return err
		}
		issues := map[int64]bool{}
		for _, x := range list {
			end, why := x.end, x.fault
			if end == Sent && state == reach.DigestFailed {
				end, why = Failed, fault
			}
			if err := endCovered(ctx, tx, x.Delivery, end, at, why); err != nil {
				return err
			}
			issues[x.Issue] = true
		}
		if len(list) == digestLimit {
			if err := putBack(ctx, tx, d); err != nil {
				return err
			}
		}
		for issue := range issues {
			if err := s.cfg.Live.Tell(ctx, tx, Topic, fmt.Sprint(issue)); err != nil {
				return err
			}
		}
		return nil
	})
}
