package reach

import (
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/format/pattern"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// Urgent is what reaches a person at once, whatever else he chose: it breaks
// quiet hours and does not wait for a digest.
type Urgent string

// The choices. The zero value is read as UrgentBoth.
const (
	UrgentBoth      Urgent = "both" // critical, and attackers use it
	UrgentCritical  Urgent = "critical"
	UrgentExploited Urgent = "exploited"
	UrgentNever     Urgent = "never"
)

// Urgents lists the choices, the default first.
func Urgents() []Urgent { return []Urgent{UrgentBoth, UrgentCritical, UrgentExploited, UrgentNever} }

// Is reports whether an alert of that kind is urgent.
func (u Urgent) Is(v ward.Severity, e ward.Exploitation) bool {
	critical, used := v >= ward.SeverityCritical, e == ward.ExploitationExploited || e == ward.ExploitationRansomware
	switch u {
	case UrgentCritical:
		return critical
	case UrgentExploited:
		return used
	case UrgentNever:
		return false
	}
	return critical && used
}

// Texting is which alerts a person gets as a short message besides.
type Texting string

// The choices.
const (
	TextNever  Texting = "never"
	TextUrgent Texting = "urgent"
	TextAlways Texting = "always"
)

// Textings lists the choices, the default first.
func Textings() []Texting { return []Texting{TextNever, TextUrgent, TextAlways} }

// Wishes are how one person wants to be reached. Mail goes to the address of his account,
// in its language; without Wishes it goes at once.
type Wishes struct {
	Person  ward.PersonID
	Rule    period.Rule // Zone is the person's own, else that of his country
	Urgent  Urgent
	SMS     Texting
	Phone   string // E.164; needed for SMS
	Key     []byte // OpenPGP public key, empty for none
	Print   string // its fingerprint, hexadecimal in lower case
	Expires time.Time
	Changed time.Time // zero: never said anything
	home    string    // zone of the country
	open    period.Span
}

// Plain are the wishes of whoever said nothing.
func Plain() Wishes {
	return Wishes{Rule: period.Rule{Every: period.Now, Hour: 7, Weekday: time.Monday}, Urgent: UrgentBoth, SMS: TextNever}
}

// Open is the digest period that is open, zero where mail comes at once.
func (w Wishes) Open() period.Span { return w.open }

// In gives the Wishes with the person's own zone, or his country's.
func (w Wishes) In(own string, c ward.Country) Wishes {
	if own == "" {
		own = w.home
	}
	w.Rule.Zone = Zone(own, c)
	return w
}

// Sealed reports whether mail to w is encrypted at that time.
func (w Wishes) Sealed(at time.Time) bool {
	return len(w.Key) > 0 && (w.Expires.IsZero() || at.Before(w.Expires))
}

// PublicKey is the key for mail to w, none where there is none or it cannot be
// used any more.
func (w Wishes) PublicKey(at time.Time) mail.PublicKey {
	if !w.Sealed(at) {
		return mail.PublicKey{}
	}
	k, _ := mail.ReadKey(w.Key, at) // it was checked when it was stored: a fault is the zero key
	return k
}

// Zone is where a reader's times are shown: by his own wish, else in the capital of
// his organisation's country. Letters name the zone beside each time.
func Zone(own string, c ward.Country) *time.Location {
	if own != "" {
		if z, err := time.LoadLocation(own); err == nil {
			return z
		}
	}
	return i18n.ZoneOf(c)
}

// tidy cleans what was said and refuses what cannot be done.
func (w Wishes) tidy() (Wishes, error) {
	phone, ok := cleanPhone(w.Phone)
	if ok {
		w.Phone = phone
	}
	q, valid := w.Rule.Quiet, func(minute int) bool { return minute >= 0 && minute < period.Day }
	return w, errors.Join(
		flaw(!slices.Contains(period.Choices(), w.Rule.Every), "every", "every"),
		flaw(w.Rule.Hour < 0 || w.Rule.Hour > 23, "hour", "hour"),
		flaw(w.Rule.Weekday < time.Sunday || w.Rule.Weekday > time.Saturday, "weekday", "weekday"),
		flaw(!valid(q.From), "quiet", "quiet_from"), flaw(!valid(q.Until), "quiet", "quiet_until"),
		flaw(!slices.Contains(Urgents(), w.Urgent), "urgent", "urgent"),
		flaw(!slices.Contains(Textings(), w.SMS), "sms", "sms"),
		flaw(!ok || phone == "" && w.SMS != TextNever, "phone", "phone"))
}

// flaw is the fault of a field if there is one.
func flaw(wrong bool, key, field string) error {
	return ward.When(wrong, ward.Fail(ward.Invalid, "alert.error."+key).At(field))
}

// e164 is an international number (ITU-T E.164, clause 6.2.1): at most 15
// digits; shorter than 8 none is in use for mobiles of the Union.
var e164 = pattern.Of(`^\+[1-9][0-9]{7,14}$`)

// cleanPhone takes the signs away that people write into a number. Empty is right.
func cleanPhone(s string) (string, bool) {
	if len(s) > 40 {
		return "", false
	}
	s = strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", "(0)", "", "(", "", ")", "", "\u00a0", "").Replace(s)
	if rest, ok := strings.CutPrefix(s, "00"); ok {
		s = "+" + rest
	}
	return s, s == "" || e164().MatchString(s)
}
