package disclosure

import (
	"context"
	"strings"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/job"
	"ward/kit/mail"
)

// Kinds of letters to a reporter: endings of the keys of their words.
const (
	letterReceipt = "receipt"
	letterNews    = "news"
	letterLink    = "link"
)

// letter is one mail to a reporter who gave an address. It carries ids: address
// and link are opened when it is sent, and no letter says what was reported.
type letter struct {
	Case string `json:"case"`
	Word string `json:"word"` // kind
	ID   string `json:"id"`   // of the message; a repeat has the same
}

// Kind implements job.Args.
func (letter) Kind() string { return "disclosure.letter" }

// tell enqueues a letter in the transaction of what it tells.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c Case, word string) error {
	return s.cfg.Queue.Enqueue(ctx, tx, letter{Case: c.ID, Word: word, ID: s.cfg.IDs()})
}

// onLetter sends one; nothing for a reporter without an address.
func (s *Service) onLetter(ctx context.Context, l letter) error {
	var c Case
	var k Confidence
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if c, err = caseByID(ctx, tx, l.Case); err != nil {
			return err
		}
		sealed, err := confidenceOf(ctx, tx, l.Case)
		if err == nil {
			k, err = s.openConfidence(sealed, l.Case)
		}
		return err
	})
	if ward.CodeOf(err) == ward.NotFound || err == nil && k.Email == "" {
		return nil
	}
	if err != nil {
		return ward.Wrap("write to reporter", err)
	}
	err = s.cfg.Mail.Send(ctx, s.letterOf(c, k, l))
	if mail.Permanent(err) { // the page of the case still says it
		return job.Cancel(ward.Fail(ward.Unavailable, "")) // the error may name the receiver
	}
	return ward.Wrap("write to reporter", err)
}

func (s *Service) letterOf(c Case, k Confidence, l letter) mail.Message {
	p := s.cfg.Printer(c.Lang)
	key := i18n.Key("disclosure.mail." + l.Word)
	lines := []string{p.T(key+"_text", "number", c.Number).String(), ""}
	switch {
	case k.MailLink || l.Word == letterLink:
		lines = append(lines, p.T("disclosure.mail.open").String(), s.cfg.URL+pathOf(s.secretOf(c)))
	case c.Org != "":
		lines = append(lines, p.T("disclosure.mail.open").String(), s.cfg.URL+"/reports/"+c.ID)
	default:
		lines = append(lines, p.T("disclosure.mail.keep").String())
	}
	lines = append(lines, "", p.T("disclosure.mail.footer").String(), s.cfg.URL)
	return mail.Message{ID: "disclosure-" + l.ID, To: k.Email, Subject: p.T(key, "number", c.Number).String(), Text: strings.Join(lines, "\n") + "\n"}
}
