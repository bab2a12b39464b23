package registry

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/job"
	"ward/kit/mail"
)

// tellFate writes to whoever asked how it was decided. It may run twice: the
// message keeps its id, and after told_at nothing is sent.
type tellFate struct {
	Request string `json:"request"`
}

// Kind implements job.Args.
func (tellFate) Kind() string { return "registry_tell" }

func (s *Service) teller() job.Worker {
	return job.Handle(job.Options{Timeout: time.Minute}, func(ctx context.Context, t tellFate) error { return s.tell(ctx, t.Request) })
}

func (s *Service) tell(ctx context.Context, request string) error {
	var r Request
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		r, err = requestByID(ctx, tx, request)
		return err
	})
	if ward.CodeOf(err) == ward.NotFound || err == nil && (r.State == RequestOpen || !r.Told.IsZero()) {
		return nil // forgotten meanwhile, or told by a run that was cut off
	}
	if err != nil {
		return ward.Wrap("tell a decision", err)
	}
	err = s.mail.Send(ctx, s.fateLetter(s.printer(r.Lang), r))
	if mail.Permanent(err) { // no repeat helps; the receipt still shows the decision
		return job.Cancel(err)
	}
	if err != nil {
		return ward.Wrap("tell a decision", err)
	}
	return ward.Wrap("tell a decision", s.db.Write(ctx, func(tx *db.Tx) error { return toldRequest(ctx, tx, r.ID, s.clock()) }))
}

// fateLetter quotes the reason as the authority wrote it; the name comes from the
// form of a stranger, who may have named somebody else's address.
func (s *Service) fateLetter(p *i18n.Printer, r Request) mail.Message {
	subject, lines := p.T("registry.mail.refused"), []string{p.T("registry.mail.refused_text").String()}
	if r.State == RequestAccepted {
		subject, lines = p.T("registry.mail.accepted"), []string{p.T("registry.mail.accepted_text").String()}
	}
	lines = append(lines, "", p.T("registry.mail.organisation", "name", mail.Quoted(r.Name)).String(), p.T("registry.mail.reason", "reason", r.Reason).String(),
		"", p.T("registry.mail.footer").String(), s.url)
	return mail.Message{ID: "request-" + r.ID, To: r.Email, Subject: subject.String(), Text: strings.Join(lines, "\n") + "\n"}
}

// remind tells the response team of a country once of each organisation that
// must be checked again soon.
func (s *Service) remind(ctx context.Context) error {
	if s.mail == nil || s.printer == nil {
		return nil
	}
	var due []reminder
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		due, err = reminders(ctx, tx, s.clock().Add(recheckAhead))
		return err
	})
	if err != nil {
		return ward.Wrap("remind", err)
	}
	for _, r := range due {
		p := s.printer(r.lang)
		text := p.N("registry.mail.due_text", r.count).String() + "\n\n" + s.url + "/requests\n"
		err := s.mail.Send(ctx, mail.Message{ID: "recheck-" + r.contact + "-" + s.clock().Format("20060102"), To: r.email,
			Subject: p.T("registry.mail.due").String(), Text: text})
		if err != nil && !mail.Permanent(err) {
			return ward.Wrap("remind", err)
		}
	}
	return ward.Wrap("remind", s.db.Write(ctx, func(tx *db.Tx) error { return reminded(ctx, tx, s.clock(), s.clock().Add(recheckAhead)) }))
}

// reminder is one mail: how many organisations of his country a contact's team
// must check again.
type reminder struct {
	contact string
	email   string
	lang    ward.Lang
	count   int
}
