package alert

import (
	"context"
	"fmt"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/kit/web"
)

// wishOperations are what a person says of how he is reached.
func (s *Service) wishOperations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/me/reach", permSelf, "Shows how you are reached.", s.apiWishes),
		web.Do("PUT", "/api/v1/me/reach", permSelf, "Changes how you are reached.", s.apiSetWishes),
		web.Op("POST", "/api/v1/me/reach/preview", permSelf, "Counts what such wishes would have brought in the last 30 days; stores nothing.", s.apiForesee),
		web.Do("PUT", "/api/v1/me/reach/key", permSelf, "Encrypts mail to you to an OpenPGP public key.", s.apiSetKey),
		web.Do("POST", "/api/v1/me/reach/key/fetch", permSelf, "Looks for your OpenPGP key at your mail provider (Web Key Directory).", s.apiFetchKey),
		web.Do("DELETE", "/api/v1/me/reach/key", permSelf, "Forgets your OpenPGP key.", s.apiDropKey),
		web.Op("GET", "/api/v1/me/digests", permSelf, "Lists your last digest periods.", s.apiDigests),
	}
}

// WireWish is what can be changed.
type WireWish struct {
	Every      string `json:"every" enum:"now,hourly,daily,weekly"`
	Hour       int    `json:"hour" minimum:"0" maximum:"23" doc:"daily and weekly: on your clock"`
	Weekday    int    `json:"weekday" minimum:"0" maximum:"6" doc:"weekly: Sunday is 0"`
	QuietFrom  string `json:"quiet_from" maxLength:"5" required:"false" doc:"15:04 on your clock; empty for none"`
	QuietUntil string `json:"quiet_until" maxLength:"5" required:"false"`
	Urgent     string `json:"urgent" enum:"both,critical,exploited,never" doc:"what breaks quiet hours and waits for no digest; both: critical and exploited"`
	SMS        string `json:"sms" enum:"never,urgent,always"`
	Phone      string `json:"phone" maxLength:"40" required:"false" doc:"E.164"`
}

type wireWishes struct {
	WireWish
	Zone        string     `json:"zone" doc:"IANA time zone of these hours; changed at /api/v1/me/details"`
	Fingerprint string     `json:"fingerprint,omitempty" doc:"of your OpenPGP key"`
	KeyExpires  *time.Time `json:"key_expires,omitempty"`
	Next        *time.Time `json:"next_digest,omitempty"`
}

func wishWire(w Wishes) WireWish {
	return WireWish{Every: string(w.Rule.Every), Hour: w.Rule.Hour, Weekday: int(w.Rule.Weekday), QuietFrom: ClockOf(w.Rule.Quiet, w.Rule.Quiet.From),
		QuietUntil: ClockOf(w.Rule.Quiet, w.Rule.Quiet.Until), Urgent: string(w.Urgent), SMS: string(w.SMS), Phone: w.Phone}
}

// ClockOf writes a minute of quiet hours as 15:04, empty where there are none.
func ClockOf(q period.Quiet, minute int) string {
	if q.None() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

// ParseQuiet reads quiet hours from two times of the day like 22:00; both empty
// are none. What is no time is -1: it is refused along with all else.
func ParseQuiet(from, until string) period.Quiet {
	if from == "" && until == "" {
		return period.Quiet{}
	}
	minute := func(s string) int {
		t, err := time.Parse("15:04", s)
		if err != nil {
			return -1
		}
		return t.Hour()*60 + t.Minute()
	}
	return period.Quiet{From: minute(from), Until: minute(until)}
}

func (w WireWish) wishes() Wishes {
	quiet := ParseQuiet(w.QuietFrom, w.QuietUntil)
	return Wishes{Rule: period.Rule{Every: period.Every(w.Every), Hour: w.Hour, Weekday: time.Weekday(w.Weekday), Quiet: quiet},
		Urgent: Urgent(w.Urgent), SMS: Texting(w.SMS), Phone: w.Phone}
}

func (s *Service) apiWishes(ctx context.Context, a ward.Actor, _ *struct{}) (*wireWishes, error) {
	w, err := s.Wishes(ctx, a)
	if err != nil {
		return nil, err
	}
	return &wireWishes{WireWish: wishWire(w), Zone: w.Rule.Zone.String(), Fingerprint: w.Print, KeyExpires: at(w.Expires), Next: at(w.Open().Until)}, nil
}

type wishInput struct{ Body WireWish }

func (s *Service) apiSetWishes(ctx context.Context, a ward.Actor, in *wishInput) error {
	return s.SetWishes(ctx, a, in.Body.wishes())
}

type wireForesight struct {
	Since  time.Time `json:"since"`
	Alerts int       `json:"alerts" doc:"raised for your organisation and worth a mail"`
	Mails  int       `json:"mails"`
	Texts  int       `json:"texts" doc:"short messages"`
	AtOnce int       `json:"at_once" doc:"of the mails, those of urgent alerts"`
}

func (s *Service) apiForesee(ctx context.Context, a ward.Actor, in *wishInput) (*wireForesight, error) {
	f, err := s.Foresee(ctx, a, in.Body.wishes())
	return &wireForesight{f.Since.UTC(), f.Alerts, f.Mails, f.Texts, f.AtOnce}, err
}

type keyInput struct {
	Body struct {
		Key string `json:"key" maxLength:"131072" doc:"armoured public key"`
	}
}

func (s *Service) apiSetKey(ctx context.Context, a ward.Actor, in *keyInput) error {
	return s.SetKey(ctx, a, []byte(in.Body.Key))
}

func (s *Service) apiFetchKey(ctx context.Context, a ward.Actor, _ *struct{}) error {
	return s.FetchKey(ctx, a)
}

func (s *Service) apiDropKey(ctx context.Context, a ward.Actor, _ *struct{}) error {
	return s.DropKey(ctx, a)
}

type wireDigest struct {
	From   time.Time  `json:"from" doc:"exclusive"`
	Until  time.Time  `json:"until" doc:"inclusive"`
	Alerts int        `json:"alerts"`
	State  string     `json:"state" enum:"empty,queued,sending,sent,failed"`
	Sent   *time.Time `json:"sent,omitempty"`
	Fault  string     `json:"fault,omitempty"`
}

type wireDigests struct {
	Digests []wireDigest `json:"digests"`
}

func (s *Service) apiDigests(ctx context.Context, a ward.Actor, _ *struct{}) (*wireDigests, error) {
	all, err := s.Digests(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &wireDigests{Digests: make([]wireDigest, len(all))}
	for i, d := range all {
		out.Digests[i] = wireDigest{d.From.UTC(), d.Until.UTC(), d.Covered, string(d.State), at(d.Sent), d.Error}
	}
	return out, nil
}
