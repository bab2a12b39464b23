package ransomware

import (
	"context"
	"net/url"
	"strings"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// released finds out who waits for a decryptor.
type released struct {
	Decryptor string `json:"decryptor"`
	After     string `json:"after"` // watch that the last batch ended with
}

// Kind implements job.Args.
func (released) Kind() string { return "ransomware.released" }

// tell writes to one organisation about one decryptor.
type tell struct {
	Watch     string `json:"watch"`
	Decryptor string `json:"decryptor"`
}

// Kind implements job.Args.
func (tell) Kind() string { return "ransomware.tell" }

// batch is how many watches one run hands on.
const batch = 500

// letter goes to one contact: a repeat for one whose mail server was busy reaches
// nobody else a second time.
type letter struct {
	Watch     string `json:"watch"`
	Decryptor string `json:"decryptor"`
	Contact   string `json:"contact"`
	Recall    bool   `json:"recall,omitempty"` // tells that it is withdrawn
}

// Kind implements job.Args.
func (letter) Kind() string { return "ransomware.letter" }

// onReleased is safe to run twice: whoever was told is not listed again, and a
// job for the same watch and decryptor is kept once.
func (s *Service) onReleased(ctx context.Context, j released) error {
	return ward.Wrap("tell of decryptor", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := decryptorByID(ctx, tx, j.Decryptor)
		if ward.CodeOf(err) == ward.NotFound || err == nil && d.State != Released {
			return nil
		}
		if err != nil {
			return err
		}
		ids, err := waiting(ctx, tx, s.keys(d.Family), j.Decryptor, j.After, batch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.cfg.Queue.EnqueueOnce(ctx, tx, tell{Watch: id, Decryptor: j.Decryptor}); err != nil {
				return err
			}
		}
		if len(ids) < batch {
			return nil
		}
		return s.cfg.Queue.EnqueueOnce(ctx, tx, released{Decryptor: j.Decryptor, After: ids[len(ids)-1]})
	}))
}

// open reads what a letter is about; false when the wait was ended or the decryptor
// withdrawn meanwhile.
func (s *Service) open(ctx context.Context, watch, decryptor string) (w Watch, d Decryptor, ok bool, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if w, err = watchByID(ctx, tx, watch); err != nil {
			return err
		}
		d, err = decryptorByID(ctx, tx, decryptor)
		return err
	})
	if ward.CodeOf(err) == ward.NotFound {
		return w, d, false, nil
	}
	return w, d, err == nil && d.State == Released, err
}

// onTell notes that an organisation is told of a decryptor and has a letter go to
// every contact with an address, in one transaction and once: after years nobody
// knows who still works there. With none it fails and is tried again, and an
// operator sees it.
func (s *Service) onTell(ctx context.Context, j tell) error {
	w, d, ok, err := s.open(ctx, j.Watch, j.Decryptor)
	if err != nil || !ok {
		return ward.Wrap("tell of decryptor", err)
	}
	letters, err := s.letters(ctx, w, d, false)
	if err != nil {
		return ward.Wrap("tell of decryptor", err)
	}
	return ward.Wrap("tell of decryptor", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		first, err := insertTold(ctx, tx, w.ID, d.ID, s.cfg.Clock())
		if err != nil || !first {
			return err
		}
		return s.cfg.Queue.Enqueue(ctx, tx, letters...)
	}))
}

// onLetter writes to one contact. A run that was cut off after the mail sends it
// again under the same Message-ID, so that it is seen as one.
func (s *Service) onLetter(ctx context.Context, j letter) error {
	w, d, ok, err := s.open(ctx, j.Watch, j.Decryptor)
	if j.Recall {
		w, d, ok, err = s.openTold(ctx, j.Watch, j.Decryptor)
	}
	if err != nil || !ok {
		return ward.Wrap("write of decryptor", err)
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{w.Org})
	if err != nil {
		return ward.Wrap("write of decryptor", err)
	}
	for _, c := range contacts[w.Org] {
		if c.ID != j.Contact || c.Email == "" {
			continue
		}
		m := s.letter(s.cfg.Printer(c.Lang), w, d)
		m.ID, m.To = "decryptor-"+w.ID+"-"+d.ID+"-"+c.ID, c.Email
		if j.Recall {
			m.ID = "recall-" + m.ID
		}
		return ward.Wrap("write of decryptor", s.cfg.Mail.Send(ctx, m))
	}
	return nil // left the house meanwhile
}

// letter holds names as they were typed, each in a line of its own.
func (s *Service) letter(p *i18n.Printer, w Watch, d Decryptor) mail.Message {
	subject, lines := p.T("ransomware.mail.subject", "family", d.Family), []string{p.T("ransomware.mail.text", "family", d.Family).String(), ""}
	if d.State == Withdrawn {
		subject, lines[0] = p.T("ransomware.mail.recall_subject", "family", d.Family), p.T("ransomware.mail.recall_text", "family", d.Family, "reason", d.Reason).String()
	}
	if w.Reference != "" {
		lines = append(lines, p.T("ransomware.mail.case", "reference", w.Reference).String())
	}
	lines = append(lines, p.T("ransomware.mail.maker", "maker", d.Maker).String())
	if d.Conditions != "" && d.State != Withdrawn {
		lines = append(lines, p.T("ransomware.mail.conditions", "conditions", d.Conditions).String())
	}
	lines = append(lines, p.T("ransomware.mail.source", "source", d.Source).String())
	if d.SHA256 != "" {
		lines = append(lines, p.T("ransomware.mail.sha256", "sha256", d.SHA256).String())
	}
	if d.State != Withdrawn {
		lines = append(lines, "", p.T("ransomware.mail.care").String())
	}
	lines = append(lines, "", s.cfg.URL+"/help/ransomware/families?q="+url.QueryEscape(d.Family), s.cfg.URL+"/ransomware/watches")
	return mail.Message{Subject: subject.String(), Text: strings.Join(lines, "\n") + "\n"}
}
