package alert

import (
	"context"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/job"
)

// expandBatch alerts get their deliveries in one transaction.
const expandBatch = 500

// onRaised writes the deliveries of every alert of the issue that waits for
// them. What is written is marked by the alert's expanded round, so a repeat
// goes on where the last one ended.
func (s *Service) onRaised(ctx context.Context, _ event.Meta, f ward.AlertsRaised) error {
	for {
		n, err := s.expand(ctx, f.Issue)
		if err != nil || n == 0 {
			return ward.Wrap("expand deliveries", err)
		}
	}
}

func (s *Service) expand(ctx context.Context, issue int64) (int, error) {
	var waiting []Alert
	var hooks map[ward.OrgID][]Hook
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if waiting, err = unexpanded(ctx, tx, issue, expandBatch); err != nil {
			return err
		}
		hooks, err = hooksOf(ctx, tx, orgsOf(waiting))
		return err
	})
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, orgsOf(waiting))
	if err != nil {
		return 0, err
	}
	at := s.cfg.Clock()
	var all []Delivery
	for _, a := range waiting {
		for _, d := range plan(a, contacts[a.Org], hooks[a.Org]) {
			d.Queued = at
			if d.Channel == Inbox {
				d.SentAt = at
			}
			all = append(all, d)
		}
	}
	return len(waiting), s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := insertDeliveries(ctx, tx, all); err != nil {
			return err
		}
		if err := setExpanded(ctx, tx, waiting); err != nil {
			return err
		}
		return s.cfg.Queue.Enqueue(ctx, tx, jobsFor(issue, waiting, all)...)
	})
}

func orgsOf(all []Alert) []ward.OrgID {
	out := make([]ward.OrgID, len(all))
	for i, a := range all {
		out[i] = a.Org
	}
	return out
}

// plan lists the deliveries of one alert's round.
func plan(a Alert, contacts []ward.Contact, hooks []Hook) []Delivery {
	base := Delivery{Issue: a.Issue, OrgNo: a.OrgNo, Round: a.Round, State: Queued}
	inbox := base
	inbox.Channel, inbox.State = Inbox, Sent
	out := []Delivery{inbox}
	if worthMail(a) {
		for _, c := range receivers(contacts) {
			d := base
			d.Channel, d.Target = Mail, c.ID
			out = append(out, d)
		}
	}
	for _, h := range hooks {
		if h.State != HookActive {
			continue
		}
		d := base
		d.Channel, d.Target = Webhook, h.ID
		if carry(Webhook, a.TLP, h.Clearance) == Withhold {
			d.State = Withheld
		}
		out = append(out, d)
	}
	return out
}

// mailing sends the mails of one issue to a range of organisations over one
// connection; posting is one call of one webhook, whose receiver may be slow.
type mailing struct {
	Issue int64 `json:"issue"`
	From  int64 `json:"from"` // first and last organisation number
	To    int64 `json:"to"`
}

// Kind implements job.Args.
func (mailing) Kind() string { return "alert.mail" }

type posting struct {
	Issue int64  `json:"issue"`
	Org   int64  `json:"org"`
	Round int64  `json:"round"`
	Hook  string `json:"hook"`
}

// Kind implements job.Args.
func (posting) Kind() string { return "alert.webhook" }

// mailRange organisations share one mailing job.
const mailRange = 50

func jobsFor(issue int64, waiting []Alert, all []Delivery) []job.Args {
	var out []job.Args
	for _, d := range all {
		if d.Channel == Webhook && d.State == Queued {
			out = append(out, posting{Issue: issue, Org: d.OrgNo, Round: d.Round, Hook: d.Target})
		}
	}
	for i := 0; i < len(waiting); i += mailRange {
		last := waiting[min(i+mailRange, len(waiting))-1]
		out = append(out, mailing{Issue: issue, From: waiting[i].OrgNo, To: last.OrgNo})
	}
	return out
}

func (s *Service) jobs() []job.Worker {
	return []job.Worker{
		job.Handle(job.Options{Queue: job.Deliver, Attempts: deliveryAttempts, Timeout: mailTimeout}, s.onMailing),
		job.Handle(job.Options{Queue: job.Deliver, Attempts: deliveryAttempts, Timeout: hookTimeout}, s.onPosting),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onRematch),
	}
}
