package alert

import (
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/kit/mail"
)

// Reach is how people are reached.
func (s *Service) Reach() *reach.Service { return s.reach }

// MailKey is the key that the house signs encrypted mail with; without a
// fingerprint where it signs none.
func (s *Service) MailKey() mail.House { return s.cfg.MailKey }

// clearance is the narrowest marking whose text a mail to w may carry: more where
// only the receiver can open it.
func clearance(w reach.Wishes, at time.Time) ward.TLP {
	if w.Sealed(at) {
		return marking.OrganisationClearance
	}
	return marking.MailClearance
}
