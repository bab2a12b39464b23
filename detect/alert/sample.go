package alert

import (
	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
)

// SampleLetter is the mail that an organisation without a device in question
// would get of an advisory: for its writers, before it is published. It is
// written as the real ones are.
func (s *Service) SampleLetter(head ward.AdvisoryHead, said []ward.Guidance, lang ward.Lang) (subject, text string) {
	d := Detail{Guidance: said, Alert: Alert{Issue: 1, OrgNo: 1, Title: head.Title, Lang: head.Lang, Severity: head.Severity, Score: head.Score,
		Exploited: head.Exploited, TLP: head.TLP, State: Unseen, Addressed: true, Round: 1}}
	d.Due = s.cfg.Clock().Add(d.Urgency().Within())
	m := s.letter(d, Delivery{Channel: marking.Mail, Round: 1}, ward.Contact{Lang: lang}, reach.Wishes{}, "")
	return m.Subject, m.Text
}
