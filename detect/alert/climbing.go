package alert

import (
	"context"
	"fmt"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/marking"
	"ward/detect/alert/secret"
	"ward/detect/alert/stand"
	"ward/kit/db"
)

// climbing looks for alerts whose next rung is due.
type climbing struct{}

// Kind implements job.Args.
func (climbing) Kind() string { return "alert.climb" }

const (
	climbEvery   = time.Minute // rungs are given in minutes
	climbBatch   = 200         // alerts of one transaction
	climbTimeout = 2 * time.Minute
)

// onClimb goes on until nothing is due. A rung is climbed in one transaction with
// all that follows from it, and its row can be written once: a restart, a second
// run and another replica find it done.
func (s *Service) onClimb(ctx context.Context, _ climbing) error {
	if err := s.pastMutes(ctx); err != nil {
		return ward.Wrap("end mutings", err)
	}
	for {
		n, err := s.climbDue(ctx)
		if err != nil || n == 0 {
			return ward.Wrap("climb ladder", err)
		}
	}
}

// Climb climbs what is due now, as the periodic job does.
func (s *Service) Climb(ctx context.Context) error { return s.onClimb(ctx, climbing{}) }

// climb is one rung of one alert that is being climbed.
type climb struct {
	Alert
	Rung escalation.Rung
	Told int // contacts who get a mail by it
}

// foot is an alert on the ladder as it was read.
type foot struct {
	Alert
	Next time.Time
}

func (s *Service) climbDue(ctx context.Context) (int, error) {
	var due []foot
	var set escalation.Ladders
	now := s.cfg.Clock()
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if due, err = dueFeet(ctx, tx, now, climbBatch); err != nil {
			return err
		}
		set, err = escalation.Set(ctx, tx)
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	orgs := make([]ward.OrgID, len(due))
	for i, f := range due {
		orgs[i] = f.Org
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, orgs)
	if err != nil {
		return 0, err
	}
	return len(due), s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, f := range due {
			if err := s.climbOne(ctx, tx, f, set.Of(f.Country), contacts[f.Org], now); err != nil {
				return err
			}
		}
		return nil
	})
}

// climbOne climbs what is due of one alert. A rung on which nobody stands is
// passed at once: time must not go by for an empty place.
func (s *Service) climbOne(ctx context.Context, tx *db.Tx, f foot, l escalation.Ladder, contacts []ward.Contact, now time.Time) error {
	al, err := alertByKey(ctx, tx, f.Issue, f.OrgNo)
	if err != nil {
		return err
	}
	if al.State != stand.Unseen || al.Round != f.Round {
		return dropFoot(ctx, tx, f)
	}
	climbed, err := stepsOf(ctx, tx, al)
	if err != nil {
		return err
	}
	mute, err := muteOf(ctx, tx, al, now)
	if err != nil {
		return err
	}
	al.Mute = mute
	told, later := f.Next.After(al.Raised), time.Time{} // see onLadder
	for _, r := range l.Ahead(al.Urgency(), climbed) {
		at := al.Raised.Add(l[al.Urgency()][r])
		if put := mute.rungs(r, at); put.After(at) { // its turn comes after the muting
			later = put
			continue
		}
		if told && at.After(now) {
			return moveFoot(ctx, tx, f, at)
		}
		n, err := s.step(ctx, tx, climb{Alert: al, Rung: r}, contacts, now)
		if err != nil {
			return err
		}
		told = n > 0
	}
	if !later.IsZero() {
		return moveFoot(ctx, tx, f, later)
	}
	return dropFoot(ctx, tx, f)
}

// step climbs one rung and gives how many it told; the list of calls counts as one.
func (s *Service) step(ctx context.Context, tx *db.Tx, c climb, contacts []ward.Contact, now time.Time) (int, error) {
	var mails []Delivery
	for _, x := range escalation.OnRung(c.Rung, contacts) {
		d := Delivery{Issue: c.Issue, OrgNo: c.OrgNo, Round: c.Round, Channel: marking.Mail, Target: x.ID, State: Queued, Queued: now}
		if marking.Of(marking.Mail, c.TLP, marking.MailClearance) == marking.Withhold {
			d.State = Withheld
		}
		mails = append(mails, d)
	}
	c.Told = len(mails)
	first, err := insertStep(ctx, tx, s.cfg.IDs(), c, now)
	if err != nil || !first { // another run was here: its mails are on their way
		return 1, err
	}
	if err := s.changed(ctx, tx, c.Issue, []int64{c.OrgNo}); err != nil {
		return 0, err
	}
	if err := s.cfg.Live.Tell(ctx, tx, Topic, fmt.Sprint(c.Issue)); err != nil {
		return 0, err
	}
	if c.Rung == escalation.RungCall {
		return 1, putCall(ctx, tx, c.Alert, now)
	}
	if err := insertDeliveries(ctx, tx, mails); err != nil {
		return 0, err
	}
	return c.Told, s.cfg.Queue.Enqueue(ctx, tx, jobsFor(c.Issue, mails)...)
}

// onLadder puts alerts that were just told at the foot of the ladder. Where
// there was nobody to tell the first rung is due at once, which its time says:
// that of the raising. Who wants to be told later is told.
func (s *Service) onLadder(ctx context.Context, tx *db.Tx, alerts []Alert, all []Delivery) error {
	set, err := escalation.Set(ctx, tx)
	if err != nil {
		return err
	}
	told := map[int64]bool{}
	for _, d := range all {
		told[d.OrgNo] = told[d.OrgNo] || d.Channel != marking.Inbox && d.State != Withheld
	}
	feet := make([]foot, 0, len(alerts))
	in := map[ward.Country]escalation.Ladder{}
	for _, a := range alerts {
		l, ok := in[a.Country]
		if !ok {
			l = set.Of(a.Country)
			in[a.Country] = l
		}
		wait, ok := l.First(a.Urgency())
		if !ok || !worthMail(a) {
			continue
		}
		f := foot{Alert: a, Next: a.Raised.Add(wait)}
		if !told[a.OrgNo] {
			f.Next = a.Raised
		}
		feet = append(feet, f)
	}
	return insertFeet(ctx, tx, feet)
}

// Ladders are what countries have set.
func (s *Service) Ladders() *escalation.Service { return s.ladders }

// tidying forgets links of mails and guesses that are over.
type tidying struct{}

// Kind implements job.Args.
func (tidying) Kind() string { return "alert.tidy" }

func (s *Service) onTidying(ctx context.Context, _ tidying) error {
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := secret.Forget(ctx, tx, s.cfg.Clock()); err != nil {
			return err
		}
		return secret.ForgetLinks(ctx, tx, s.cfg.Clock())
	})
}
