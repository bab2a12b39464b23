package incident

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/job"
	"ward/kit/mail"
)

// deliver brings one delivery to its receiver by mail.
type deliver struct {
	Delivery string `json:"delivery"`
}

// Kind implements job.Args.
func (deliver) Kind() string { return "incident.deliver" }

// remind looks for deadlines that come up or have passed.
type remind struct{}

// Kind implements job.Args.
func (remind) Kind() string { return "incident.remind" }

// deliverTries keeps a receiver that is down for days: the waits between twenty
// tries add up to a week.
const deliverTries = 20

func (s *Service) jobs() []job.Worker {
	return []job.Worker{job.Handle(job.Options{Queue: job.Deliver, Attempts: deliverTries}, s.onDeliver),
		job.Handle(job.Options{Queue: job.Deliver}, s.onTellTeam), job.Handle(job.Options{Queue: job.Deliver}, s.onTellHospital),
		job.Handle(job.Options{Queue: job.Deliver}, s.onTellForwarded), job.Handle(job.Options{Queue: job.Deliver}, s.onTellDeadline),
		job.Handle(job.Options{}, func(ctx context.Context, _ remind) error { return s.remind(ctx) })}
}

func (s *Service) periodic() []job.Periodic {
	return []job.Periodic{{Every: 10 * time.Minute, Make: func() job.Args { return remind{} }}}
}

// onDeliver sends the mail of one delivery. The try is counted before the first
// byte leaves, and the message has the id of the delivery: a repeat after a
// crash says that it is one, and the receiver's program may drop it.
func (s *Service) onDeliver(ctx context.Context, j deliver) error {
	var d Delivery
	var r Report
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		var id string
		var err error
		if d, id, err = deliveryByID(ctx, tx, j.Delivery); err != nil {
			return err
		}
		if r, err = s.load(ctx, tx, id); err != nil {
			return err
		}
		return countTry(ctx, tx, d.ID)
	})
	if err != nil || d.State != Waiting {
		return ward.Wrap("deliver report", err)
	}
	doc, err := s.document(ctx, r, d.Sending)
	if err != nil {
		return ward.Wrap("deliver report", err)
	}
	fault := s.post(ctx, s.letter(doc.For(d), d), d)
	to, kind := Delivered, "delivered"
	switch last := d.Tries+1 >= deliverTries; {
	case fault != nil && mail.Permanent(fault):
		to, kind = Failed, "undelivered"
	case fault != nil && last: // nobody is left waiting for a try that does not come
		to, kind = Failed, "given_up"
	case fault != nil:
		return ward.Wrap("deliver report", fault)
	}
	return ward.Wrap("deliver report", s.delivered(ctx, r, d, to, kind))
}

// delivered ends a delivery and lets the deadlines follow, in one transaction.
func (s *Service) delivered(ctx context.Context, r Report, d Delivery, to DeliveryState, kind string) error {
	from, err := s.sender(ctx, r)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, owner("report", r.ID)); err != nil {
			return err
		}
		ended, err := settleDelivery(ctx, tx, d.ID, to, s.cfg.Clock())
		if err != nil || !ended {
			return err
		}
		now, err := s.load(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if err := s.settleClocks(ctx, tx, &now, from.Standing); err != nil {
			return err
		}
		if err := s.put(ctx, tx, &now, now.Version); err != nil {
			return err
		}
		if err := insertEntry(ctx, tx, s.cfg.IDs(), r.ID, Entry{At: s.cfg.Clock(), Kind: kind, Detail: d.Key}); err != nil || to == Delivered {
			return err
		}
		return s.cfg.Queue.Enqueue(ctx, tx, tellHospital{Report: r.ID, ID: s.cfg.IDs(), Undelivered: d.Sending})
	})
}

// post sends a letter, encrypted where the receiver's key is known. With a key that
// cannot be used any more nothing leaves, for it would leave readable: the delivery
// fails, and a person carries the document.
func (s *Service) post(ctx context.Context, m mail.Message, d Delivery) error {
	var key []byte
	var err error
	if s.cfg.Keys != nil {
		if key, err = s.cfg.Keys.KeyOf(ctx, d.Key); err != nil {
			return err
		}
	}
	if key != nil {
		if m.Seal, err = mail.ReadKey(key, s.cfg.Clock()); err != nil {
			s.cfg.Log.WarnContext(ctx, "a receiver's OpenPGP key cannot be used", "receiver", d.Key, "error", err)
			return &mail.Error{Permanent: true, Err: err}
		}
	}
	return s.cfg.Mail.Send(ctx, m)
}

// letter is the mail of a delivery in the receiver's language: the document as
// text, without anything that opens a page.
func (s *Service) letter(doc Document, d Delivery) mail.Message {
	p := s.cfg.Printer(d.Lang).Zone(i18n.ZoneOf(doc.Country))
	text := doc.Text(p)
	if d.Tries > 0 {
		text = p.T("incident.mail.again").String() + "\n\n" + text
	}
	return mail.Message{ID: "incident-" + d.ID, To: d.Email, Subject: p.T("incident.mail.subject", "number", doc.Number, "stage", p.T("incident.stage."+i18n.Key(doc.Stage)).String()).String(),
		Text: text}
}

// onRansom lets the team of the country know that it was given a ransom record. Of
// a fact that is heard twice the messages have the same id.
func (s *Service) onRansom(ctx context.Context, m event.Meta, f ward.RansomShared) error {
	return ward.Wrap("tell of ransom record", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Queue.EnqueueOnce(ctx, tx, tellTeam{Report: f.Report, ID: string(m.ID), Ransom: true})
	}))
}

// head reads a report without its answers.
func (s *Service) head(ctx context.Context, id string) (r Report, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = reportByID(ctx, tx, id)
		return err
	})
	return r, err
}
