package api

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/detect/alert/reach"
	"ward/kit/web"
)

// wishOperations are what a person says of how he is reached.
func (h handler) wishOperations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/me/reach", "account.self", "Shows how you are reached.", h.wishes),
		web.Do("PUT", "/api/v1/me/reach", "account.self", "Changes how you are reached.", h.setWishes),
		web.Op("POST", "/api/v1/me/reach/preview", "account.self", "Counts what such wishes would have brought in the last 30 days; stores nothing.", h.foresee),
		web.Do("PUT", "/api/v1/me/reach/key", "account.self", "Encrypts mail to you to an OpenPGP public key.", h.setKey),
		web.Do("POST", "/api/v1/me/reach/key/fetch", "account.self", "Looks for your OpenPGP key at your mail provider (Web Key Directory).", h.fetchKey),
		web.Do("DELETE", "/api/v1/me/reach/key", "account.self", "Forgets your OpenPGP key.", h.dropKey),
		web.Op("GET", "/api/v1/me/digests", "account.self", "Lists your last digest periods.", h.digests),
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

func wishWire(w reach.Wishes) WireWish {
	return WireWish{Every: string(w.Rule.Every), Hour: w.Rule.Hour, Weekday: int(w.Rule.Weekday), QuietFrom: period.ClockOf(w.Rule.Quiet, w.Rule.Quiet.From),
		QuietUntil: period.ClockOf(w.Rule.Quiet, w.Rule.Quiet.Until), Urgent: string(w.Urgent), SMS: string(w.SMS), Phone: w.Phone}
}

func (w WireWish) wishes() reach.Wishes {
	quiet := period.ParseQuiet(w.QuietFrom, w.QuietUntil)
	return reach.Wishes{Rule: period.Rule{Every: period.Every(w.Every), Hour: w.Hour, Weekday: time.Weekday(w.Weekday), Quiet: quiet},
		Urgent: reach.Urgent(w.Urgent), SMS: reach.Texting(w.SMS), Phone: w.Phone}
}

func (h handler) wishes(ctx context.Context, a ward.Actor, _ *struct{}) (*wireWishes, error) {
	w, err := h.svc.Reach().Wishes(ctx, a)
	if err != nil {
		return nil, err
	}
	return &wireWishes{WireWish: wishWire(w), Zone: w.Rule.Zone.String(), Fingerprint: w.Print, KeyExpires: web.Moment(w.Expires), Next: web.Moment(w.Open().Until)}, nil
}

type wishInput struct{ Body WireWish }

func (h handler) setWishes(ctx context.Context, a ward.Actor, in *wishInput) error {
	return h.svc.Reach().SetWishes(ctx, a, in.Body.wishes())
}

type wireForesight struct {
	Since  time.Time `json:"since"`
	Alerts int       `json:"alerts" doc:"raised for your organisation and worth a mail"`
	Mails  int       `json:"mails"`
	Texts  int       `json:"texts" doc:"short messages"`
	AtOnce int       `json:"at_once" doc:"of the mails, those of urgent alerts"`
}

func (h handler) foresee(ctx context.Context, a ward.Actor, in *wishInput) (*wireForesight, error) {
	f, err := h.svc.Reach().Foresee(ctx, a, in.Body.wishes())
	return &wireForesight{f.Since.UTC(), f.Alerts, f.Mails, f.Texts, f.AtOnce}, err
}

type keyInput struct {
	Body struct {
		Key string `json:"key" maxLength:"131072" doc:"armoured public key"`
	}
}

func (h handler) setKey(ctx context.Context, a ward.Actor, in *keyInput) error {
	return h.svc.Reach().SetKey(ctx, a, []byte(in.Body.Key))
}

func (h handler) fetchKey(ctx context.Context, a ward.Actor, _ *struct{}) error {
	return h.svc.Reach().FetchKey(ctx, a)
}

func (h handler) dropKey(ctx context.Context, a ward.Actor, _ *struct{}) error {
	return h.svc.Reach().DropKey(ctx, a)
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

func (h handler) digests(ctx context.Context, a ward.Actor, _ *struct{}) (*wireDigests, error) {
	all, err := h.svc.Reach().Digests(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &wireDigests{Digests: make([]wireDigest, len(all))}
	for i, d := range all {
		out.Digests[i] = wireDigest{d.From.UTC(), d.Until.UTC(), d.Covered, string(d.State), web.Moment(d.Sent), d.Error}
	}
	return out, nil
}
