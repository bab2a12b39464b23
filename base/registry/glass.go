package registry

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/job"
	"ward/kit/mail"
)

// This file is what the registry does for printed codes, which the account
// service keeps: it says who may be entering, whom to call, and tells the
// managers when a code was used.

// Staff lists who works in an organisation, by name.
func (s *Service) Staff(ctx context.Context, org ward.OrgID) ([]ward.Seat, error) {
	var out []ward.Seat
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := affiliations(ctx, tx, org)
		out = nil
		for _, f := range list {
			out = append(out, ward.Seat{Hat: f.ID, Person: f.Person.ID, Name: f.Person.Name, Role: f.Role})
		}
		return err
	})
	return out, ward.Wrap("staff", err)
}

// Desk is the response team of a country and its duty numbers: those that the
// team keeps here itself come first, then that of the directory.
func (s *Service) Desk(ctx context.Context, c ward.Country) (ward.Desk, error) {
	e := s.directory.Authority(c)
	d := ward.Desk{Country: c, Team: e.CSIRT}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		numbers, err := dutyNumbers(ctx, tx, c)
		d.Numbers = nil
		for _, n := range numbers {
			d.Numbers = append(d.Numbers, ward.DeskNumber{Number: n, Sure: "team"})
		}
		return err
	})
	known := slices.ContainsFunc(d.Numbers, func(n ward.DeskNumber) bool { return digits(n.Number) == digits(e.Phone) })
	if e.Phone != "" && !known {
		d.Numbers = append(d.Numbers, ward.DeskNumber{Number: e.Phone, Sure: string(e.PhoneConfidence)})
	}
	return d, ward.Wrap("desk", err)
}

// digits tells whether two ways of writing are one number.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}

// tellGlass writes to one manager that a printed code was used. It may run
// twice: the message keeps its id.
type tellGlass struct {
	Event  string              `json:"event"`
	Person ward.PersonID       `json:"person"` // who is written to
	Used   ward.BreakGlassUsed `json:"used"`
	At     time.Time           `json:"at"`
}

// Kind implements job.Args.
func (tellGlass) Kind() string { return "registry_tell_glass" }

func (s *Service) glassTeller() job.Worker {
	return job.Handle(job.Options{Timeout: time.Minute}, func(ctx context.Context, t tellGlass) error { return s.tellOfGlass(ctx, t) })
}

func (s *Service) onGlass() event.Subscription {
	return event.On("registry.on_break_glass", s.heardGlass)
}

// heardGlass makes one job for each manager: a mailbox that refuses keeps no
// other from being told.
func (s *Service) heardGlass(ctx context.Context, m event.Meta, f ward.BreakGlassUsed) error {
	return ward.Wrap("hear of a printed code", s.db.Write(ctx, func(tx *db.Tx) error {
		list, err := affiliations(ctx, tx, f.Org)
		if err != nil {
			return err
		}
		var jobs []job.Args
		for _, x := range list {
			if manages(x.Role) {
				jobs = append(jobs, tellGlass{Event: string(m.ID), Person: x.Person.ID, Used: f, At: m.At})
			}
		}
		return s.enqueue(ctx, tx, jobs...)
	}))
}

func (s *Service) tellOfGlass(ctx context.Context, t tellGlass) error {
	to, err := s.Person(ctx, t.Person)
	if err != nil || to.Email == "" {
		return err
	}
	who, err := s.Person(ctx, t.Used.Person)
	if err != nil && ward.CodeOf(err) != ward.NotFound {
		return err
	}
	org, err := s.Organisation(ctx, t.Used.Org)
	if err != nil {
		return err
	}
	p := s.printer(to.Lang)
	lines := []string{p.T("registry.mail.glass_text").String(), "",
		p.T("registry.mail.organisation", "name", mail.Quoted(org.Name)).String(),
		p.T("registry.mail.glass_code", "number", strconv.Itoa(t.Used.Number)).String(),
		p.T("registry.mail.glass_who", "name", mail.Quoted(who.Name)).String(),
		p.T("registry.mail.glass_when", "time", p.Zone(i18n.ZoneOf(org.Country)).Time(t.At)).String(), "",
		p.T("registry.mail.glass_next").String(), s.url + "/break-glass"}
	err = s.mail.Send(ctx, mail.Message{ID: "glass-" + t.Event + "-" + string(t.Person), To: to.Email,
		Subject: p.T("registry.mail.glass").String(), Text: strings.Join(lines, "\n") + "\n"})
	if mail.Permanent(err) {
		return job.Cancel(err)
	}
	return ward.Wrap("tell of a printed code", err)
}
