package incident

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/mail"
)

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

// tellDeadline reminds a hospital of a deadline.
type tellDeadline struct {
	Report string `json:"report"`
	ID     string `json:"id"`
	Word   string `json:"word"` // due, overdue
	Duty   string `json:"duty"`
}

// Kind implements job.Args.
func (tellDeadline) Kind() string { return "incident.tell_deadline" }

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

// onTellDeadline writes to the hospital's contacts that a deadline comes up, or has
// passed.
func (s *Service) onTellDeadline(ctx context.Context, j tellDeadline) error {
	r, err := s.head(ctx, j.Report)
	if err != nil || r.Org == "" {
		return ward.Wrap("remind of deadline", err)
	}
	return ward.Wrap("remind of deadline", s.tell(ctx, []ward.OrgID{r.Org}, j.Word, j.ID, "/incidents/"+r.ID, "number", r.Number, "duty", j.Duty))
}

// tell mails a short word to the contacts of organisations, each once and in his
// language. Who cannot be reached now does not keep the others waiting. Ids are made
// of the job's, so that a repeat has the same.
func (s *Service) tell(ctx context.Context, orgs []ward.OrgID, word, id, path string, args ...string) error {
	contacts, err := s.cfg.Registry.Contacts(ctx, orgs)
	if err != nil {
		return err
	}
	var faults []error
	told := map[string]bool{}
	for _, org := range orgs {
		for _, c := range contacts[org] {
			if c.Email == "" || told[c.Email] {
				continue
			}
			told[c.Email] = true
			p := s.cfg.Printer(c.Lang).Zone(i18n.ZoneOf(""))
			key := i18n.Key("incident.mail." + word)
			faults = append(faults, s.tellOne(ctx, id, c.ID, p, mail.Message{ID: "incident-" + id + "-" + c.ID, To: c.Email, Subject: p.T(key, args...).String(),
				Text: p.T(key+"_text", args...).String() + "\n\n" + s.cfg.URL + path + "\n"}))
		}
	}
	return errors.Join(faults...)
}

// tellOne sends one mail of a job. That it may leave is written before the first byte,
// and afterwards that it has: a job that is tried again leaves out whom it has told,
// and only a mail that may be on its way already says that it is a repeat.
func (s *Service) tellOne(ctx context.Context, id, contact string, p *i18n.Printer, m mail.Message) error {
	var before mailState
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
		before, err = startMail(ctx, tx, id, contact, s.cfg.Clock())
		return err
	})
	if err != nil || before == mailSent {
		return err
	}
	if before == mailStarted {
		m.Text = p.T("incident.mail.again").String() + "\n\n" + m.Text
	}
	if err := s.cfg.Mail.Send(ctx, m); err != nil && !mail.Permanent(err) {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return endMail(ctx, tx, id, contact) })
}

// keepMails is how long it is known which mails of a job left: longer than any job is
// tried.
const keepMails = 30 * 24 * time.Hour
