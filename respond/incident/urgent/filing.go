package urgent

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/plain"
	"ward/kit/db"
	"ward/kit/id"
	"ward/respond/incident"
)

// What comes in without an account at most. Guesses cannot find a code of 75 bits;
// the limit keeps them from costing anything.
const (
	hour, day      = time.Hour, 24 * time.Hour
	networkTries   = 30  // an hour, right or wrong
	networkReports = 6   // a day
	cardReports    = 5   // a day
	houseReports   = 300 // a day, without a card: each is a call for somebody
)

// Filing is what somebody without an account typed. Either Code or Hospital and
// Country say whose incident it is.
type Filing struct {
	Form     string // of the page, so that the same twice is one report
	Code     string
	Hospital string
	Country  ward.Country
	Answers  incident.Answers
}

const (
	phoneDigits = 6 // fewest of a number that a team can call
	maxHospital = 200
	maxForm     = 64
)

// File takes a report in and gives the secret of the link by which its sender
// sees it again. Throttled above the measure of a network, a card or the house;
// Invalid at "code" for a code that opens nothing, and at "contact" without a
// number to call.
func (s *Service) File(ctx context.Context, in Filing, address string) (secret string, err error) {
	secret, err = s.file(ctx, in, s.network(address))
	return secret, ward.Wrap("report without account", err)
}

func (s *Service) file(ctx context.Context, in Filing, network string) (string, error) {
	now := s.cfg.Clock()
	if in.Form == "" || len(in.Form) > maxForm {
		in.Form = s.NewForm()
	}
	try := s.cfg.IDs()
	if err := s.try(ctx, try, network, in.Code != ""); err != nil {
		return "", err
	}
	out, card, err := s.whose(ctx, in)
	if err != nil {
		return "", err
	}
	// A program may choose the text of another one: a form is one report of one hospital.
	whose := strings.Join([]string{in.Form, card, out.OrgName, string(out.Country)}, "\x00")
	secret, form := s.secretOf(whose), s.digest("form", whose)
	if known, err := s.sentBefore(ctx, form); err != nil || known {
		return secret, err
	}
	_, err = s.cfg.Reports.TakeIn(ctx, out, func(tx *db.Tx) error { return s.admit(ctx, tx, network, card) },
		func(tx *db.Tx, r incident.Report) error {
			if err := markFiled(ctx, tx, try); err != nil {
				return err
			}
			return insertOutside(ctx, tx, outside{r.ID, form, s.digest("link", secret), card, now})
		})
	return secret, err
}

// whose says whose report it is, by the card or by what was typed.
func (s *Service) whose(ctx context.Context, in Filing) (out incident.Outside, card string, err error) {
	out = incident.Outside{Origin: incident.Call, OrgName: plain.Line(in.Hospital), Country: in.Country, Answers: in.Answers}
	if in.Code == "" {
		return out, "", CheckCall(in)
	}
	c, err := s.cardOf(ctx, in.Code)
	out.Origin, out.Org, out.Country = incident.Card, c.Org, c.Country
	return out, c.ID, err
}

// try counts an attempt before it is looked at, so that guesses that are sent at
// the same time are all counted.
func (s *Service) try(ctx context.Context, id, network string, carded bool) error {
	now := s.cfg.Clock()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "incident try "+network); err != nil {
			return err
		}
		if err := forgetTries(ctx, tx, now.Add(-2*day)); err != nil {
			return err
		}
		if n, err := triesOf(ctx, tx, network, now.Add(-hour), false); err != nil || n >= networkTries {
			return orFull(err, "often", hour)
		}
		return insertTry(ctx, tx, id, network, carded, now)
	})
}

// orFull is err, or that a measure is full and how long until the next.
func orFull(err error, key string, wait time.Duration) error {
	if err != nil {
		return err
	}
	return ward.Fail(ward.Throttled, "incident.error."+key).After(wait)
}

// CheckCall wants a hospital, a country and a number to call back of whoever has
// no card.
func CheckCall(in Filing) error {
	name := plain.Line(in.Hospital)
	_, known := ward.ParseCountry(string(in.Country))
	digits := 0
	for _, r := range in.Answers["contact"].Text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return errors.Join(
		ward.When(name == "", ward.Fail(ward.Invalid, "incident.error.whose").At("code")),
		ward.When(utf8.RuneCountInString(name) > maxHospital,
			ward.Fail(ward.Invalid, "incident.error.hospital_name", "max", strconv.Itoa(maxHospital)).At("hospital")),
		ward.When(!known, ward.Fail(ward.Invalid, "incident.error.country").At("country")),
		ward.When(digits < phoneDigits, ward.Fail(ward.Invalid, "incident.error.callback").At("contact")))
}

// cardOf finds the card of a code. One that is revoked or has ended is told from
// one that never was: its holder should use the other way.
func (s *Service) cardOf(ctx context.Context, typed string) (c Card, err error) {
	code, ok := id.ReadPrinted(typed)
	if !ok {
		return c, ward.Fail(ward.Invalid, "incident.error.code").At("code")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		c, err = cardByDigest(ctx, tx, s.digest("card", code))
		return err
	})
	switch {
	case ward.CodeOf(err) == ward.NotFound:
		err = ward.Fail(ward.Invalid, "incident.error.code").At("code")
	case err == nil && !c.Live(s.cfg.Clock()):
		err = ward.Fail(ward.Invalid, "incident.error.card_void").At("code")
	}
	return c, err
}

// admit refuses what goes beyond the day's measure. The locks are taken in one
// order, so that reports at the same time on two replicas are all counted.
func (s *Service) admit(ctx context.Context, tx *db.Tx, network, card string) error {
	since, full, key := s.cfg.Clock().Add(-day), cardReports, "card_often"
	if card == "" {
		full, key = houseReports, "busy"
	}
	if err := tx.Lock(ctx, "incident outside "+card); err != nil {
		return err
	}
	if n, err := usesOf(ctx, tx, card, since); err != nil || n >= full {
		return orFull(err, key, day)
	}
	if err := tx.Lock(ctx, "incident try "+network); err != nil {
		return err
	}
	if n, err := triesOf(ctx, tx, network, since, true); err != nil || n >= networkReports {
		return orFull(err, "often", day)
	}
	return nil
}

// secretOf makes the secret of the link from the form's, 160 bits: the same form
// leads to the same page, and only a hash of it is stored.
func (s *Service) secretOf(form string) string { return s.digest("receipt", form)[:40] }

func (s *Service) sentBefore(ctx context.Context, form string) (known bool, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		known, err = formKnown(ctx, tx, form)
		return err
	})
	return known, err
}

// Sent shows a report to who made it. NotFound for a link that leads nowhere.
func (s *Service) Sent(ctx context.Context, secret string, lang ward.Lang) (v incident.View, err error) {
	var report string
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		report, err = reportOfLink(ctx, tx, s.digest("link", secret))
		return err
	})
	if err == nil {
		v, err = s.cfg.Reports.Follow(ctx, report, lang)
	}
	return v, ward.Wrap("show what was reported", err)
}
