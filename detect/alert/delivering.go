package alert

import (
	"context"
	"slices"
	"time"

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

// expand writes the deliveries of the next batch and gives its size. Two that
// run at once share the alerts out: a round is expanded by whoever marks it.
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
	return len(waiting), s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		mine, err := setExpanded(ctx, tx, waiting)
		if err != nil {
			return err
		}
		if err := insertInbox(ctx, tx, mine); err != nil {
			return err
		}
		all := planAll(mine, contacts, hooks, s.cfg.Clock())
		if err := insertDeliveries(ctx, tx, all); err != nil {
			return err
		}
		if err := s.onLadder(ctx, tx, mine, all); err != nil {
			return err
		}
		if err := s.changed(ctx, tx, issue, numbersOfAlerts(mine)); err != nil {
			return err
		}
		return s.cfg.Queue.Enqueue(ctx, tx, jobsFor(issue, all)...)
	})
}

func numbersOfAlerts(all []Alert) []int64 {
	out := make([]int64, len(all))
	for i, a := range all {
		out[i] = a.OrgNo
	}
	return out
}

func planAll(alerts []Alert, contacts map[ward.OrgID][]ward.Contact, hooks map[ward.OrgID][]Hook, at time.Time) []Delivery {
	var all []Delivery
	for _, a := range alerts {
		for _, d := range plan(a, contacts[a.Org], hooks[a.Org]) {
			d.Queued = at
			if d.Channel == Inbox {
				d.SentAt = at
			}
			all = append(all, d)
		}
	}
	return all
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
			if carry(Mail, a.TLP, mailClearance) == Withhold {
				d.State = Withheld
			}
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

// mailing sends the mails of one issue to some organisations over one
// connection; posting is one call of one webhook, whose receiver may be slow.
type mailing struct {
	Issue int64   `json:"issue"`
	Orgs  []int64 `json:"orgs"` // numbers, ascending
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

// mailOrgs organisations share one mailing job.
const mailOrgs = 50

// jobsFor lists the jobs of planned deliveries, which are sorted by organisation.
func jobsFor(issue int64, all []Delivery) []job.Args {
	var out []job.Args
	var mails []int64
	for _, d := range all {
		switch {
		case d.State != Queued:
		case d.Channel == Webhook:
			out = append(out, posting{Issue: issue, Org: d.OrgNo, Round: d.Round, Hook: d.Target})
		case d.Channel == Mail && (len(mails) == 0 || mails[len(mails)-1] != d.OrgNo):
			mails = append(mails, d.OrgNo)
		}
	}
	for part := range slices.Chunk(mails, mailOrgs) {
		out = append(out, mailing{Issue: issue, Orgs: part})
	}
	return out
}

func (s *Service) jobs() []job.Worker {
	return []job.Worker{
		job.Handle(job.Options{Queue: job.Deliver, Attempts: deliveryAttempts, Timeout: mailTimeout}, s.onMailing),
		job.Handle(job.Options{Queue: job.Deliver, Attempts: deliveryAttempts, Timeout: hookTimeout}, s.onPosting),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onRematch),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onRunning),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onByHand),
		job.Handle(job.Options{Queue: job.Slow}, s.onSealing),
		job.Handle(job.Options{Queue: job.Alert, Timeout: climbTimeout}, s.onClimb),
		job.Handle(job.Options{Queue: job.Slow}, s.onTidying),
	}
}
