// Package due gives a hospital its legal deadlines as a calendar, by an address
// that is a secret: number and duty of each report with its end, no word of what
// was reported. It reads what the room of incident reports keeps.
package due

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"ward"
	"ward/format/icalendar"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/web"
)

// Rights of this package: those of the hospital's reports.
const (
	permRead  ward.Permission = "incident.read"
	permWrite ward.Permission = "incident.write"
)

// Config of New. All fields are needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	Guard   *auth.Guard
	Audit   *audit.Log
	Printer func(ward.Lang) *i18n.Printer
	URL     string // address of this site
	Key     []byte // 32 bytes: hashes secrets
}

// Service keeps the address of each hospital's calendar. Safe for concurrent use.
type Service struct{ cfg Config }

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Printer == nil || len(cfg.Key) != 32 {
		return nil, errors.New("due: a needed part is missing")
	}
	return &Service{cfg}, nil
}

// Feed is the address of a hospital's calendar, as far as it is kept.
type Feed struct {
	Org     ward.OrgID
	Country ward.Country
	Lang    ward.Lang
	By      string // name of who made it
	Made    time.Time
}

func (s *Service) digest(secret string) string {
	h := hmac.New(sha256.New, s.cfg.Key)
	h.Write([]byte("incident calendar\x00" + secret)) // apart from every other use of the key
	return hex.EncodeToString(h.Sum(nil))
}

func object(org ward.OrgID, country ward.Country) ward.Object {
	return ward.Object{Kind: "incident calendar", ID: string(org), Org: org, Country: country}
}

// Of tells whether the actor's hospital has a calendar; NotFound for none. Needs
// incident.read.
func (s *Service) Of(ctx context.Context, a ward.Actor) (f Feed, err error) {
	if _, err := s.cfg.Guard.Check(a, permRead, object(a.Org, a.Country)); err != nil {
		return f, ward.Wrap("show calendar", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = feedOf(ctx, tx, a.Org)
		return err
	})
	return f, ward.Wrap("show calendar", err)
}

// Make gives the hospital's calendar a new address; the one before leads nowhere.
// The address is given this once. Needs incident.write.
func (s *Service) Make(ctx context.Context, a ward.Actor) (address string, err error) {
	x, err := s.cfg.Guard.Check(a, permWrite, object(a.Org, a.Country))
	if err != nil {
		return "", ward.Wrap("make calendar", err)
	}
	secret := id.Secret(160)
	f := Feed{Org: a.Org, Country: a.Country, Lang: a.Lang, By: a.Name, Made: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := putFeed(ctx, tx, f, s.digest(secret)); err != nil {
			return err
		}
		return s.record(ctx, tx, a, "made", x.Policy)
	})
	return s.cfg.URL + Path(secret), ward.Wrap("make calendar", err)
}

// Path is where a calendar is read.
func Path(secret string) string { return "/incident-calendar/" + secret + "/deadlines.ics" }

// End ends the hospital's calendar; none is no error. Needs incident.write.
func (s *Service) End(ctx context.Context, a ward.Actor) error {
	x, err := s.cfg.Guard.Check(a, permWrite, object(a.Org, a.Country))
	if err != nil {
		return ward.Wrap("end calendar", err)
	}
	return ward.Wrap("end calendar", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := dropFeed(ctx, tx, a.Org); err != nil {
			return err
		}
		return s.record(ctx, tx, a, "ended", x.Policy)
	}))
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, act, policy string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permWrite), Object: object(a.Org, a.Country), Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": "calendar." + act}})
}

// end is one deadline that runs.
type end struct {
	Report, Number, Duty, Stage string
	Due, Saved                  time.Time
	Provisional                 bool
	Changes                     int64 // of the report; grows
}

// refresh is how often readers are asked to come again.
const refresh = time.Hour

// alarm reminds before a deadline, as the mail of the house does.
const alarm = 4 * time.Hour

// Calendar writes the deadlines that run, by the secret of an address. NotFound
// for one that leads nowhere.
func (s *Service) Calendar(ctx context.Context, secret string) ([]byte, error) {
	var list []end
	var f Feed
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if f, err = feedByDigest(ctx, tx, s.digest(secret)); err != nil {
			return err
		}
		reader := ward.Actor{Person: ward.PersonID("calendar:" + string(f.Org)), Org: f.Org, Country: f.Country, Role: ward.RoleMember, Token: true, Scopes: []ward.Permission{permRead}}
		if _, err := s.cfg.Guard.Check(reader, permRead, object(f.Org, f.Country)); err != nil {
			return err
		}
		list, err = endsOf(ctx, tx, f.Org)
		return err
	})
	if err != nil {
		return nil, ward.Wrap("read calendar", err)
	}
	p := s.cfg.Printer(f.Lang)
	c := icalendar.Calendar{Product: "-//Ward//Incident deadlines//EN", Name: p.T("incident.calendar.title").String(), Refresh: refresh}
	for _, e := range list {
		title := p.T("incident.calendar.event", "number", e.Number, "stage", stageWord(p, e.Stage), "duty", e.Duty).String()
		text := p.T("incident.calendar.text").String()
		if e.Provisional {
			text = p.T("incident.clock.provisional").String() + "\n" + text
		}
		c.Events = append(c.Events, icalendar.Event{UID: "incident-" + e.Report + "-" + e.Duty + "@ward", Sequence: e.Changes, Stamp: e.Saved, Start: e.Due, Summary: title, Description: text,
			URL: s.cfg.URL + "/incidents/" + e.Report, Private: true, Alarms: []icalendar.Alarm{{Before: alarm, Text: title}}})
	}
	b, err := c.Bytes()
	return b, ward.Wrap("write calendar", err)
}

// stageWord names a stage that has one; other duties are named by their number.
func stageWord(p *i18n.Printer, stage string) string {
	if key := i18n.Key("incident.stage." + stage); p.Has(key) {
		return p.T(key).String()
	}
	return p.T("incident.calendar.duty").String()
}

// Operations is the table of the API.
func (s *Service) Operations() []web.Operation {
	const path = "/api/v1/incident-calendar"
	return []web.Operation{
		web.Op("GET", path, permRead, "Tell whether your hospital has a calendar of its legal deadlines", s.apiOf),
		web.Op("POST", path, permWrite, "Give the calendar a new address, which is told this once; the one before leads nowhere", s.apiMake),
		web.Do("DELETE", path, permWrite, "End the calendar", func(ctx context.Context, a ward.Actor, _ *struct{}) error { return s.End(ctx, a) }),
	}
}

type calendarWire struct {
	Made    *time.Time `json:"made,omitempty"`
	By      string     `json:"by,omitempty"`
	Address string     `json:"address,omitempty" doc:"given once, when it is made"`
}

func (s *Service) apiOf(ctx context.Context, a ward.Actor, _ *struct{}) (*calendarWire, error) {
	f, err := s.Of(ctx, a)
	if ward.CodeOf(err) == ward.NotFound {
		return &calendarWire{}, nil
	}
	at := f.Made.UTC()
	return &calendarWire{Made: &at, By: f.By}, err
}

func (s *Service) apiMake(ctx context.Context, a ward.Actor, _ *struct{}) (*calendarWire, error) {
	address, err := s.Make(ctx, a)
	at := s.cfg.Clock().UTC()
	return &calendarWire{&at, a.Name, address}, err
}
