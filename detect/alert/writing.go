package alert

import (
	"fmt"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/letter"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/detect/alert/stand"
	"ward/kit/mail"
)

func (s *Service) writer() letter.Writer { return letter.Writer{URL: s.cfg.URL} }

// written is a as letters tell it to a reader at org.
func (a Alert) written(org ward.OrgID) letter.Alert {
	return letter.Alert{ID: a.ID(), Title: a.Title, Severity: a.Severity, Score: a.Score, Used: a.Used(), TLP: a.TLP, Affected: a.Affected,
		Review: a.Review, Addressed: a.Addressed, Sighted: a.Sighted != "", Abroad: org != a.Org, Raised: a.Raised, Due: a.Due}
}

// letter writes the mail of one delivery in the contact's language. x is as it was
// before this try: it knows whether one went before.
func (s *Service) letter(d Detail, x Delivery, c ward.Contact, w reach.Wishes, ack string) mail.Message {
	now := s.cfg.Clock()
	text := s.writer().Mail(s.cfg.Printer(c.Lang).Zone(reach.Zone(c.Zone, d.Country)), letter.Mail{Alert: d.Alert.written(c.Org), Guidance: d.Guidance,
		Beside: d.Beside, Departments: d.Departments(), Climbed: climbed(d, x, c), Repeat: x.repeat(), Ack: ack,
		Named:   marking.Of(marking.Mail, d.TLP, marking.MailClearance) == marking.Content,
		Content: marking.Of(marking.Mail, d.TLP, clearance(w, now)) == marking.Content})
	return s.message(messageID(d.Alert, x), c.Email, text, w.PublicKey(now))
}

func (s *Service) message(id, to string, t letter.Text, key mail.PublicKey) mail.Message {
	return mail.Message{ID: id, To: to, Subject: t.Subject, Text: t.Text, HTML: t.HTML, ListID: s.writer().ListID(), Seal: key}
}

// climbed reports whether c gets the mail as a rung of the ladder.
func climbed(d Detail, x Delivery, c ward.Contact) bool {
	return d.State == stand.Unseen && (c.Duty == ward.DutyManagement || c.Duty == ward.DutyPhone) && x.Queued.Sub(d.Raised) >= time.Minute
}

// messageID is the same for a repeat, so that the receiver can drop it.
func messageID(a Alert, x Delivery) string {
	return fmt.Sprintf("alert-%s-%d-%s", a.ID(), x.Round, x.Target)
}

// digestLetter writes the mail of a digest in its person's language and zone, the
// worst first as linked has them.
func (s *Service) digestLetter(d reach.Digest, list []told, p ward.Person, w reach.Wishes) mail.Message {
	now := s.cfg.Clock()
	w = w.In(p.Zone, "")
	out := letter.Digest{From: d.From, Until: d.Until, Repeat: d.Repeat()}
	for _, x := range slices.DeleteFunc(slices.Clone(list), func(x told) bool { return x.end != Sent }) {
		out.Alerts = append(out.Alerts, letter.Item{Alert: x.alert.written(x.alert.Org), Ack: x.secret,
			Content: marking.Of(marking.Mail, x.alert.TLP, clearance(w, now)) == marking.Content})
	}
	text := s.writer().Digest(s.cfg.Printer(p.Lang).Zone(w.Rule.Zone), out)
	return s.message(fmt.Sprintf("digest-%s-%d", d.Person, d.Until.Unix()), p.Email, text, w.PublicKey(now))
}

// SampleLetter is the mail that an organisation without a device in question
// would get of an advisory: for its writers, before it is published. It is
// written as the real ones are.
func (s *Service) SampleLetter(head ward.AdvisoryHead, said []ward.Guidance, lang ward.Lang) (subject, text string) {
	d := Detail{Guidance: said, Alert: Alert{Issue: 1, OrgNo: 1, Title: head.Title, Lang: head.Lang, Severity: head.Severity, Score: head.Score,
		Exploited: head.Exploited, TLP: head.TLP, State: stand.Unseen, Addressed: true, Round: 1}}
	d.Due = s.cfg.Clock().Add(d.Urgency().Within())
	m := s.letter(d, Delivery{Channel: marking.Mail, Round: 1}, ward.Contact{Lang: lang}, reach.Wishes{}, "")
	return m.Subject, m.Text
}
