package alert

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/stand"
	"ward/detect/alert/webhook"
	"ward/kit/db"
	"ward/kit/job"
)

// Hooks are the webhooks of organisations.
func (s *Service) Hooks() *webhook.Service { return s.hooks }

// callsShown bounds the log of a webhook.
const callsShown = 50

// Calls are the last deliveries of a webhook of the actor's organisation,
// newest first. NotFound for that of another.
func (s *Service) Calls(ctx context.Context, a ward.Actor, id string) ([]Delivery, error) {
	var out []Delivery
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if err = s.hooks.Readable(ctx, tx, a, id); err != nil {
			return err
		}
		out, err = callsOf(ctx, tx, id, callsShown)
		return err
	})
	return out, ward.Wrap("webhook log", err)
}

// onPosting calls one webhook.
func (s *Service) onPosting(ctx context.Context, j posting) error {
	x, h, d, err := s.loadPosting(ctx, j)
	if err != nil || x.State != Queued && x.State != Sending {
		return err
	}
	switch {
	case h.ID == "":
		return s.end(ctx, x, Failed, FaultDeleted)
	case d.Round != x.Round || d.State == stand.Obsolete:
		return s.end(ctx, x, Failed, FaultSuperseded)
	case h.State != webhook.Active:
		return s.end(ctx, x, Failed, FaultPaused)
	case marking.Of(marking.Webhook, d.TLP, h.Clearance) != marking.Content: // marked since it was planned
		return s.end(ctx, x, Withheld, "")
	case s.hooks.Crowded(h): // before anything is written: the others go first
		return job.Snooze(crowded + rand.N(2*crowded))
	}
	ok, err := s.start(ctx, x)
	if err != nil || !ok {
		return err
	}
	return s.endPosting(ctx, x, h, s.hooks.Call(ctx, h, messageID(d.Alert, x), s.payloadOf(d, x)))
}

// crowded is how long at least a call waits whose receiver has too many at its
// door. One receiver that many hospitals share and that is slow must not keep all
// workers.
const crowded = time.Second

// loadPosting reads a delivery, its webhook, which is zero when it was deleted, and
// of the alert what the call says.
func (s *Service) loadPosting(ctx context.Context, j posting) (x Delivery, h webhook.Hook, d Detail, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if x, err = deliveryOf(ctx, tx, j); err != nil {
			return err
		}
		if d.Alert, err = alertByKey(ctx, tx, j.Issue, j.Org); err != nil {
			return err
		}
		if d.CVEs, err = cvesOf(ctx, tx, j.Issue); err != nil {
			return err
		}
		h, err = s.hooks.Find(ctx, tx, j.Hook)
		if ward.CodeOf(err) == ward.NotFound {
			h, err = webhook.Hook{}, nil
		}
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		err = job.Cancel(err) // planned by nobody
	}
	return x, h, d, err
}

func (s *Service) payloadOf(d Detail, x Delivery) webhook.Payload {
	p := webhook.Payload{Type: webhook.TypeRaised, Timestamp: d.Raised, Data: webhook.Data{Alert: d.ID(), Round: x.Round, Repeat: x.repeat(), Why: d.Why,
		Title: d.Title, Severity: d.Severity.String(), Score: d.Score, Exploited: d.Exploited, CVEs: d.CVEs, Affected: d.Affected, Review: d.Review,
		TLP: d.TLP.String(), URL: s.writer().Link(d.ID())}}
	if !d.Due.IsZero() {
		p.Data.Due = &d.Due
	}
	return p
}

// endPosting records the call with the delivery and with the webhook.
func (s *Service) endPosting(ctx context.Context, x Delivery, h webhook.Hook, e webhook.End) error {
	last := job.Attempt(ctx) >= deliveryAttempts
	state := Sent
	switch {
	case e.Err == nil:
	case e.Gone || last:
		state = Failed
	case e.Declined:
		state = Queued
	default:
		state = Sending
	}
	if err := s.endCall(ctx, x, h, state, e); err != nil || state == Sent || e.Gone {
		return err
	}
	if e.RetryAfter > 0 && !last {
		return job.Snooze(min(e.RetryAfter, time.Hour))
	}
	return e.Err
}

// endCall keeps with the delivery and with the webhook how a call ended, even when
// the house is stopping.
func (s *Service) endCall(ctx context.Context, x Delivery, h webhook.Hook, state DeliveryState, e webhook.End) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer cancel()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		at := s.cfg.Clock()
		if err := s.hooks.Note(ctx, tx, h.ID, e, at); err != nil {
			return err
		}
		return endDelivery(ctx, tx, x, state, at, e.Word)
	})
}
