package alert

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/kit/job"
	"ward/kit/sms"
)

// texting sends one short message.
type texting struct {
	Issue   int64  `json:"issue"`
	Org     int64  `json:"org"`
	Round   int64  `json:"round"`
	Contact string `json:"contact"`
}

// Kind implements job.Args.
func (texting) Kind() string { return "alert.sms" }

const smsTimeout = 45 * time.Second

// onTexting sends one short message, as onPosting calls one webhook.
func (s *Service) onTexting(ctx context.Context, j texting) error {
	var x Delivery
	var w reach.Wishes
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if x, err = textOf(ctx, tx, j); err != nil {
			return err
		}
		w, err = reach.WishesBy(ctx, tx, x.Person)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return job.Cancel(err) // planned by nobody
	}
	if err != nil || x.State != Queued && x.State != Sending {
		return err
	}
	var a Alert
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a, err = alertByKey(ctx, tx, j.Issue, j.Org)
		return err
	})
	if err != nil {
		return err
	}
	all, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{a.Org})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all[a.Org], func(c ward.Contact) bool { return c.ID == x.Target && c.Person == x.Person })
	switch {
	case i < 0 || w.Phone == "" || w.SMS == reach.TextNever || s.cfg.SMS == nil:
		return s.end(ctx, x, Failed, FaultContact)
	case a.Round != x.Round || a.State == stand.Obsolete:
		return s.end(ctx, x, Failed, FaultSuperseded)
	case marking.Of(marking.SMS, a.TLP, marking.SMSClearance) == marking.Withhold: // marked since it was planned
		return s.end(ctx, x, Withheld, "")
	}
	content := marking.Of(marking.SMS, a.TLP, marking.SMSClearance) == marking.Content
	text := s.writer().Short(s.cfg.Printer(all[a.Org][i].Lang), a.written(a.Org), content, x.repeat())
	return s.text(ctx, x, sms.Message{ID: messageID(a, x) + "-sms", To: w.Phone, Text: text})
}

func (s *Service) text(ctx context.Context, x Delivery, m sms.Message) error {
	ok, err := s.start(ctx, x)
	if err != nil || !ok {
		return err
	}
	err = s.cfg.SMS.Send(ctx, m)
	var refused *sms.Error
	errors.As(err, &refused)
	switch {
	case err == nil:
		return s.end(ctx, x, Sent, "")
	case refused != nil && refused.Permanent:
		return s.end(ctx, x, Failed, textWord(refused))
	case job.Attempt(ctx) >= textAttempts:
		return errors.Join(err, s.end(ctx, x, Failed, textWord(refused)))
	case refused != nil && refused.Status >= 400 && refused.Status < 500: // it answered that it did not take it
		return errors.Join(err, s.end(ctx, x, Queued, textWord(refused)))
	}
	return errors.Join(err, s.end(ctx, x, Sending, textWord(refused)))
}

// textWord is how a call of the gateway ended, for the page.
func textWord(e *sms.Error) string {
	switch {
	case e != nil && e.Status != 0:
		return strconv.Itoa(e.Status)
	case e != nil && e.Permanent:
		return FaultRefused
	}
	return FaultUnreachable
}
