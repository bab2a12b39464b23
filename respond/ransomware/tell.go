package ransomware

import (
	"context"
	"net/url"
	"strings"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/job"
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

// onReleased is safe to run twice: whoever was told is not listed again, and a
// job for the same watch and decryptor is kept once.
func (s *Service) onReleased(ctx context.Context, j released) error {
	return ward.Wrap("tell of decryptor", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		ids, err := waiting(ctx, tx, j.Decryptor, j.After, batch)
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

// onTell writes to the contacts of an organisation. A run that was cut off after
// a mail sends it again under the same Message-ID, so that it is seen as one.
func (s *Service) onTell(ctx context.Context, j tell) error {
	var w Watch
	var d Decryptor
	done := false
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if done, err = isTold(ctx, tx, j.Watch, j.Decryptor); err != nil || done {
			return err
		}
		if w, err = watchByID(ctx, tx, j.Watch); err != nil {
			return err
		}
		d, err = decryptorByID(ctx, tx, j.Decryptor)
		return err
	})
	if done || ward.CodeOf(err) == ward.NotFound || err == nil && d.State != Released {
		return nil // told, ended or withdrawn meanwhile
	}
	if err != nil {
		return ward.Wrap("tell of decryptor", err)
	}
	if err := s.write(ctx, w, d); err != nil {
		return ward.Wrap("tell of decryptor", err)
	}
	return ward.Wrap("tell of decryptor", s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return insertTold(ctx, tx, w.ID, d.ID, s.cfg.Clock()) }))
}

// write sends to every contact with an address: after years nobody knows who
// still works there. With none the job fails and is tried again, so that an
// operator sees it.
func (s *Service) write(ctx context.Context, w Watch, d Decryptor) error {
	contacts, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{w.Org})
	if err != nil {
		return err
	}
	sent, seen := 0, map[string]bool{}
	var refused error
	for _, c := range contacts[w.Org] {
		if c.Email == "" || seen[c.Email] {
			continue
		}
		seen[c.Email] = true
		m := s.letter(s.cfg.Printer(c.Lang), w, d)
		m.ID, m.To = "decryptor-"+w.ID+"-"+d.ID+"-"+c.ID, c.Email
		switch err := s.cfg.Mail.Send(ctx, m); {
		case mail.Permanent(err):
			refused = err
		case err != nil:
			return err
		default:
			sent++
		}
	}
	if sent == 0 {
		return job.Cancel(ward.Fail(ward.Unavailable, "ransomware.error.nobody").Because(refused))
	}
	return nil
}

// letter holds names as they were typed, each in a line of its own.
func (s *Service) letter(p *i18n.Printer, w Watch, d Decryptor) mail.Message {
	lines := []string{p.T("ransomware.mail.text", "family", d.Family).String(), ""}
	if w.Reference != "" {
		lines = append(lines, p.T("ransomware.mail.case", "reference", w.Reference).String())
	}
	lines = append(lines, p.T("ransomware.mail.maker", "maker", d.Maker).String())
	if d.Conditions != "" {
		lines = append(lines, p.T("ransomware.mail.conditions", "conditions", d.Conditions).String())
	}
	lines = append(lines, p.T("ransomware.mail.source", "source", d.Source).String())
	if d.SHA256 != "" {
		lines = append(lines, p.T("ransomware.mail.sha256", "sha256", d.SHA256).String())
	}
	lines = append(lines, "", p.T("ransomware.mail.care").String(), "", s.cfg.URL+"/help/ransomware/families?q="+url.QueryEscape(d.Family), s.cfg.URL+"/ransomware/watches")
	return mail.Message{Subject: p.T("ransomware.mail.subject", "family", d.Family).String(), Text: strings.Join(lines, "\n") + "\n"}
}
