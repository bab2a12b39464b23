package incident

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/rule"
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

// tellTeam tells the team of the country that something was reported.
type tellTeam struct {
	Report string `json:"report"`
	ID     string `json:"id"`               // of the message; a repeat has the same
	Ransom bool   `json:"ransom,omitempty"` // a ransom record was given to it
}

// Kind implements job.Args.
func (tellTeam) Kind() string { return "incident.tell_team" }

// tellHospital tells the hospital that the team wrote, that somebody reported in
// its name, or that it has to bring a document to its receiver itself.
type tellHospital struct {
	Report      string `json:"report"`
	ID          string `json:"id"`
	Undelivered string `json:"undelivered,omitempty"` // a sending that did not reach a receiver by mail
	Entered     bool   `json:"entered,omitempty"`     // the team put a report in that had reached it otherwise
}

// Kind implements job.Args.
func (tellHospital) Kind() string { return "incident.tell_hospital" }

// TellForwarded tells a team that another one passed something on to it.
type TellForwarded struct {
	Forward string     `json:"forward"`
	Org     ward.OrgID `json:"org"`
}

// Kind implements job.Args.
func (TellForwarded) Kind() string { return "incident.tell_forwarded" }

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
		job.Handle(job.Options{Queue: job.Deliver}, s.onTellForwarded),
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
	fault := s.post(ctx, s.letter(doc, d), d)
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
		if err := updateReport(ctx, tx, now, now.Version, hitsCare(now.Answers)); err != nil {
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
	if key, known := s.cfg.Keys[d.Key]; known {
		var err error
		if m.Seal, err = mail.ReadKey(key, s.cfg.Clock()); err != nil {
			s.cfg.Log.WarnContext(ctx, "a receiver's OpenPGP key cannot be used", "receiver", d.Key, "error", err)
			return &mail.Error{Permanent: true, Err: err}
		}
	}
	return s.cfg.Mail.Send(ctx, m)
}

// checkKeys refuses to start with what is no key, or is of a receiver that no
// country pack names; one that has expired shows when it is used, as time goes on
// under a running house as well.
func checkKeys(cfg Config, book *rule.Book) error {
	for receiver, key := range cfg.Keys {
		country, id, _ := strings.Cut(receiver, "/")
		pack, ok := book.Country(ward.Country(country))
		if !ok || !slices.ContainsFunc(pack.Authority, func(a rule.Authority) bool { return a.ID == id }) {
			return fmt.Errorf("OpenPGP key of %s: no country pack names this authority", receiver)
		}
		if _, err := mail.ReadKey(key, cfg.Clock()); err != nil && !errors.Is(err, mail.ErrKeyExpired) {
			return fmt.Errorf("OpenPGP key of %s: %w", receiver, err)
		}
	}
	return nil
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

// onTellTeam writes to the team's contacts: the number and a link, no word of
// the report.
func (s *Service) onTellTeam(ctx context.Context, j tellTeam) error {
	r, err := s.head(ctx, j.Report)
	if err != nil {
		return ward.Wrap("tell team", err)
	}
	teams, err := s.cfg.Registry.Teams(ctx, r.Country)
	if err != nil {
		return ward.Wrap("tell team", err)
	}
	word, path := "team", "/incident-queue/"+r.ID
	if j.Ransom {
		word, path = "ransom", path+"/ransom"
	}
	return ward.Wrap("tell team", s.tell(ctx, teams, word, j.ID, path, "number", r.Number))
}

// onTellHospital writes to the hospital's contacts that the team wrote, or that
// somebody without an account reported in its name.
func (s *Service) onTellHospital(ctx context.Context, j tellHospital) error {
	r, err := s.head(ctx, j.Report)
	if err != nil {
		return ward.Wrap("tell hospital", err)
	}
	if r.Org == "" { // nobody knows yet which one it is
		return nil
	}
	word, path := "hospital", "/incidents/"+r.ID+"/messages"
	if j.Undelivered != "" {
		word, path = "undelivered", "/incidents/"+r.ID+"/sent/"+j.Undelivered
	} else if r.Origin.Entered() && j.Entered {
		word, path = "entered", "/incidents/"+r.ID
	} else if r.Trust == Unconfirmed {
		word, path = "outside", "/incidents/"+r.ID
	}
	return ward.Wrap("tell hospital", s.tell(ctx, []ward.OrgID{r.Org}, word, j.ID, path, "number", r.Number))
}

// onTellForwarded writes to the receiving team's contacts: a link, no word of the
// report.
func (s *Service) onTellForwarded(ctx context.Context, j TellForwarded) error {
	return ward.Wrap("tell team", s.tell(ctx, []ward.OrgID{j.Org}, "forwarded", j.Forward, "/incident-forwarded/"+j.Forward))
}

// head reads a report without its answers.
func (s *Service) head(ctx context.Context, id string) (r Report, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = reportByID(ctx, tx, id)
		return err
	})
	return r, err
}

// tell mails a short word to the contacts of organisations, each once and in his
// language. Ids are made of the job's, so that a repeat has the same.
func (s *Service) tell(ctx context.Context, orgs []ward.OrgID, word, id, path string, args ...string) error {
	contacts, err := s.cfg.Registry.Contacts(ctx, orgs)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, org := range orgs {
		for _, c := range contacts[org] {
			if c.Email == "" || told[c.Email] {
				continue
			}
			told[c.Email] = true
			p := s.cfg.Printer(c.Lang).Zone(i18n.ZoneOf(""))
			key := i18n.Key("incident.mail." + word)
			text := p.T(key+"_text", args...).String() + "\n\n" + s.cfg.URL + path + "\n"
			if job.Attempt(ctx) > 1 {
				text = p.T("incident.mail.again").String() + "\n\n" + text
			}
			err := s.cfg.Mail.Send(ctx, mail.Message{ID: "incident-" + id + "-" + c.ID, To: c.Email, Subject: p.T(key, args...).String(), Text: text})
			if err != nil && !mail.Permanent(err) {
				return err
			}
		}
	}
	return nil
}
