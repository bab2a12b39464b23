package alert

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/period"
	"ward/detect/alert/reach"
	"ward/detect/alert/webhook"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/job"
)

// expandBatch alerts get their deliveries in one transaction.
const expandBatch = 500

// onRaised writes the deliveries of every alert of the issue that waits for
// them. What is written is marked by the alert's expanded round, so a repeat
// goes on where the last one ended. "None waits" is the end only after the roll is
// gone: a repeated raising may write its rows out between the two looks, unseen.
func (s *Service) onRaised(ctx context.Context, _ event.Meta, f ward.AlertsRaised) error {
	for {
		s.giveWay()
		n, err := s.expand(ctx, f.Issue)
		if err == nil && n == 0 {
			n, err = s.unroll(ctx, f.Issue)
		}
		if err == nil && n == 0 {
			n, err = s.expand(ctx, f.Issue)
		}
		if err != nil || n == 0 {
			return ward.Wrap("expand deliveries", err)
		}
	}
}

// A batch of deliveries steps back for alerts that are being raised here, at most
// waySteps times wayStep: these are not durable yet, and both need the one writer.
const (
	waySteps = 100
	wayStep  = 3 * time.Millisecond
)

func (s *Service) giveWay() {
	for range waySteps {
		if s.raising.Load() == 0 {
			return
		}
		time.Sleep(wayStep)
	}
}

// unrollBatch alerts get their rows in one transaction.
const unrollBatch = 500

// unroll writes the rows of the next alerts of an issue's roll and gives their number.
func (s *Service) unroll(ctx context.Context, issue int64) (n int, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, issueLock); err != nil {
			return err
		}
		n, err = writeOut(ctx, tx, issue, unrollBatch)
		return err
	})
	return n, err
}

// expand writes the deliveries of the next batch and gives its size. Two that
// run at once share the alerts out: a round is expanded by whoever marks it.
func (s *Service) expand(ctx context.Context, issue int64) (int, error) {
	var waiting []Alert
	var hooks map[ward.OrgID][]webhook.Hook
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if waiting, err = unexpanded(ctx, tx, issue, expandBatch); err != nil {
			return err
		}
		hooks, err = s.hooks.Of(ctx, tx, orgsOf(waiting))
		return err
	})
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, orgsOf(waiting))
	if err != nil {
		return 0, err
	}
	teams, err := s.teamContacts(ctx, waiting)
	if err != nil {
		return 0, err
	}
	at := s.cfg.Clock()
	return len(waiting), s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		wishes, err := reach.WishesOf(ctx, tx, append(reach.People(contacts), reach.People(teams)...)) // here: what they change meanwhile counts
		if err != nil {
			return err
		}
		keys, err := reach.ContactKeys(ctx, tx, reach.OrgsOf(contacts, teams))
		if err != nil {
			return err
		}
		mine, err := setExpanded(ctx, tx, waiting)
		if err != nil {
			return err
		}
		if err := insertInbox(ctx, tx, mine); err != nil {
			return err
		}
		to := audience{contacts, hooks, wishes, keys, at, s.cfg.SMS != nil}
		all := planAll(mine, to)
		if err := s.onLadder(ctx, tx, mine, all); err != nil { // by what the hospital itself gets
			return err
		}
		all = append(all, planTeams(mine, to, teams)...)
		if err := insertDeliveries(ctx, tx, all); err != nil {
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

// audience is who may have to be told, and how.
type audience struct {
	contacts map[ward.OrgID][]ward.Contact
	hooks    map[ward.OrgID][]webhook.Hook
	wishes   map[ward.PersonID]reach.Wishes
	keys     map[string]reach.ContactKey
	at       time.Time
	sms      bool // there is a gateway
}

func planAll(alerts []Alert, to audience) []Delivery {
	all := make([]Delivery, 0, 4*len(alerts)) // most hospitals have an inbox and some contacts
	for _, a := range alerts {
		for _, d := range plan(a, to) {
			d.Queued = to.at
			if d.Channel == marking.Inbox {
				d.SentAt = to.at
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
func plan(a Alert, to audience) []Delivery {
	base := Delivery{Issue: a.Issue, OrgNo: a.OrgNo, Round: a.Round, State: Queued}
	inbox := base
	inbox.Channel, inbox.State = marking.Inbox, Sent
	out := []Delivery{inbox}
	if worthMail(a) {
		for _, c := range reach.Receivers(to.contacts[a.Org]) {
			out = append(out, planPerson(a, base, c, to)...)
		}
	}
	for _, h := range to.hooks[a.Org] {
		if h.State != webhook.Active {
			continue
		}
		d := base
		d.Channel, d.Target = marking.Webhook, h.ID
		if marking.Of(marking.Webhook, a.TLP, h.Clearance) == marking.Withhold {
			d.State = Withheld
		}
		out = append(out, d)
	}
	return out
}

// planPerson is the mail to one contact and the short message that he wants
// besides: at once, after his quiet hours, or with his digest.
func planPerson(a Alert, base Delivery, c ward.Contact, to audience) []Delivery {
	w, ok := to.wishes[c.Person]
	if !ok {
		w = reach.Plain()
	}
	w = w.In(c.Zone, a.Country).Keyed(c, to.keys)
	urgent := w.Urgent.Is(a.Severity, a.Exploited)
	base.Target, base.Person = c.ID, c.Person
	text := base
	text.Channel = marking.SMS
	base.Channel = marking.Mail
	if marking.Of(marking.Mail, a.TLP, clearance(w, to.at)) == marking.Withhold {
		base.State = Withheld
		return []Delivery{base}
	}
	if !urgent {
		base.waits(w, to.at, w.Rule.Every != period.Now)
		text.waits(w, to.at, false)
	}
	if to.sms && w.Phone != "" && (w.SMS == reach.TextAlways || w.SMS == reach.TextUrgent && urgent) {
		return []Delivery{base, text}
	}
	return []Delivery{base}
}

// waits puts d off to the end of the digest's period or of quiet hours.
func (d *Delivery) waits(w reach.Wishes, at time.Time, digest bool) {
	until, why := w.Rule.Quiet.End(at, w.Rule.Zone), WaitQuiet
	if digest {
		until, why = w.Rule.Next(at), WaitDigest
		if open := w.Open().Until; open.After(at) {
			until = open
		}
	}
	if until.After(at) {
		d.State, d.Wait, d.Until = Waiting, why, until
	}
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

// jobsFor lists the jobs of planned deliveries of an issue.
func jobsFor(issue int64, all []Delivery) []job.Args {
	var out []job.Args
	var mails []int64
	for _, d := range all {
		switch {
		case d.State != Queued:
		case d.Channel == marking.Webhook:
			out = append(out, posting{Issue: issue, Org: d.OrgNo, Round: d.Round, Hook: d.Target})
		case d.Channel == marking.SMS:
			out = append(out, texting{Issue: issue, Org: d.OrgNo, Round: d.Round, Contact: d.Target})
		case d.Channel == marking.Mail:
			mails = append(mails, d.OrgNo)
		}
	}
	slices.Sort(mails)
	for part := range slices.Chunk(slices.Compact(mails), mailOrgs) {
		out = append(out, mailing{Issue: issue, Orgs: part})
	}
	return out
}

func (s *Service) jobs() []job.Worker {
	return []job.Worker{
		job.Handle(job.Options{Queue: job.Deliver, Attempts: deliveryAttempts, Timeout: mailTimeout}, s.onMailing),
		job.Handle(job.Options{Queue: job.Call, Attempts: deliveryAttempts, Timeout: hookTimeout}, s.onPosting),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onRematch),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onRunning),
		job.Handle(job.Options{Queue: job.Slow, Timeout: rematchTimeout}, s.onByHand),
		job.Handle(job.Options{Queue: job.Alert, Timeout: climbTimeout}, s.onClimb),
		job.Handle(job.Options{Queue: job.Slow}, s.onTidying),
		job.Handle(job.Options{Queue: job.Alert, Timeout: releaseTimeout}, s.onReleasing),
		job.Handle(job.Options{Queue: job.Deliver, Attempts: deliveryAttempts, Timeout: mailTimeout}, s.onDigest),
		job.Handle(job.Options{Queue: job.Deliver, Attempts: textAttempts, Timeout: smsTimeout}, s.onTexting),
	}
}
