package registry

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/test/database"
)

// world is a service on an empty database with a few actors.
type world struct {
	*Service
	db    *db.DB
	audit *audit.Log
	now   *clock.Fake
}

var house = ward.Actor{System: true}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	ctx := context.Background()
	now := clock.NewFake(time.Date(2026, 11, 22, 3, 4, 0, 0, time.UTC))
	g, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{DB: d, Clock: now.Now})
	if err != nil {
		t.Fatal(err)
	}
	ids := id.New(now.Now)
	s, err := New(Config{DB: d, Clock: now.Now, IDs: ids, Guard: g, Bus: &event.Bus{Clock: now.Now, IDs: ids}, Audit: log})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(ctx, now.Now(), []db.Migrations{audit.Migrations(), {Owner: "registry", Files: migrations}}); err != nil {
		t.Fatal(err)
	}
	return &world{s, d, log, now}
}

// add registers one organisation as the house.
func (w *world) add(t testing.TB, k ward.OrgKind, name string, c ward.Country) Profile {
	t.Helper()
	r, err := w.Register(context.Background(), house, []NewOrganisation{{Details: Details{Kind: k, Name: name, Country: c, City: "City"}}})
	if err != nil || len(r.Faults) > 0 {
		t.Fatal(err, r.Faults)
	}
	v, err := w.Show(context.Background(), house, r.IDs[0])
	if err != nil {
		t.Fatal(err)
	}
	return v.Profile
}

// join takes a person in as the house and gives the actor under that hat.
func (w *world) join(t testing.TB, p Profile, role ward.Role, email string) ward.Actor {
	t.Helper()
	f, err := w.Invite(context.Background(), house, p.ID, Invitation{Name: "Person " + email, Email: email, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Wear(context.Background(), f.Person.ID, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// hat finds the affiliation of a in its organisation.
func (w *world) hat(t testing.TB, a ward.Actor) string {
	t.Helper()
	hats, err := w.Hats(context.Background(), a.Person)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hats {
		if h.Org.ID == a.Org {
			return h.ID
		}
	}
	t.Fatalf("no hat of %s in %s", a.Name, a.OrgName)
	return ""
}

func want(t testing.TB, err error, code ward.Code) {
	t.Helper()
	if got := ward.CodeOf(err); got != code {
		t.Errorf("got code %q (%v), want %q", got, err, code)
	}
}

func key(err error) string {
	var e *ward.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestVisibility(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		zagreb, vienna := w.add(t, ward.KindHospital, "Zagreb", "HR"), w.add(t, ward.KindHospital, "Vienna", "AT")
		member := w.join(t, zagreb, ward.RoleMember, "m@zagreb.example")
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		centre := w.join(t, w.add(t, ward.KindCentre, "Centre", ""), ward.RoleCentre, "c@centre.example")
		for name, tc := range map[string]struct {
			actor ward.Actor
			org   Profile
			read  ward.Code
			write ward.Code
		}{
			"member at home":      {member, zagreb, "", ward.Forbidden},
			"member abroad":       {member, vienna, ward.NotFound, ward.NotFound},
			"csirt in country":    {csirt, zagreb, "", ""},
			"csirt abroad":        {csirt, vienna, ward.NotFound, ward.NotFound},
			"centre everywhere":   {centre, vienna, "", ward.Forbidden},
			"nobody":              {ward.Actor{}, zagreb, ward.NotFound, ward.NotFound},
			"the house":           {house, zagreb, "", ""},
			"manager of no house": {ward.Actor{Person: "x", Role: ward.RoleManager}, zagreb, ward.NotFound, ward.NotFound},
		} {
			t.Run(name, func(t *testing.T) {
				v, err := w.Show(ctx, tc.actor, tc.org.ID)
				want(t, err, tc.read)
				_, err = w.SaveSite(ctx, tc.actor, Site{Org: tc.org.ID, Name: "North"})
				want(t, err, tc.write)
				if err := w.Update(ctx, tc.actor, tc.org.ID, v.Version, tc.org.Details); tc.write != "" {
					want(t, err, tc.write)
				}
			})
		}
		page, err := w.List(ctx, csirt, Filter{})
		if err != nil || len(page.Rows) != 2 {
			t.Errorf("the CSIRT lists %d organisations, %v; want the 2 of its country", len(page.Rows), err)
		}
		if page, _ = w.List(ctx, ward.Actor{}, Filter{}); len(page.Rows) != 0 {
			t.Errorf("nobody lists %d organisations", len(page.Rows))
		}
	})
}

func TestPaging(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		var rows []NewOrganisation
		for i := range 25 {
			rows = append(rows, NewOrganisation{Details: Details{Kind: ward.KindHospital, Name: fmt.Sprintf("Haus %02d", i%20), Country: "AT"}})
		}
		rows[7].Name = "Čakovec 100%_Spital"
		if _, err := w.Register(ctx, house, rows); err != nil {
			t.Fatal(err)
		}
		var forward, back []string
		f := Filter{Limit: 10}
		for n := 0; ; n++ {
			p, err := w.List(ctx, house, f)
			if err != nil || n > 5 {
				t.Fatal(n, err)
			}
			for _, r := range p.Rows {
				forward = append(forward, string(r.ID))
			}
			if p.Next == "" {
				for q := p; q.Previous != ""; {
					if q, err = w.List(ctx, house, Filter{Limit: 10, Before: q.Previous}); err != nil {
						t.Fatal(err)
					}
					for i := range q.Rows {
						back = append(back, string(q.Rows[len(q.Rows)-1-i].ID))
					}
				}
				break
			}
			f.After = p.Next
		}
		if len(forward) != 25 || len(back) != 20 {
			t.Fatalf("forward %d, back %d rows; want 25 and 20", len(forward), len(back))
		}
		for i, id := range back {
			if id != forward[19-i] {
				t.Fatalf("row %d backwards is not row %d forwards", i, 19-i)
			}
		}
		for search, n := range map[string]int{"cakovec": 1, "SPITAL čak": 1, "100%_": 1, "%": 1, "haus 1": 12, "nowhere": 0} {
			p, err := w.List(ctx, house, Filter{Search: search, Limit: 100})
			if err != nil || len(p.Rows) != n {
				t.Errorf("search %q: got %d, %v; want %d", search, len(p.Rows), err, n)
			}
		}
		_, err := w.List(ctx, house, Filter{After: "not a place"})
		want(t, err, ward.Invalid)
	})
}

func TestRegister(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		good := NewOrganisation{Details: Details{Kind: ward.KindHospital, Name: " Klinikum\tNord ", Country: "DE"}, Source: "atlas", SourceKey: "1",
			Sites: []Site{{Name: "Main"}}, Services: []Care{{Code: "dialysis"}, {Code: "emergency"}},
			Contacts: []ward.Contact{{Name: "Night desk", Phone: "+49 30 1", Duty: ward.DutyPhone}, {Name: "IT", Email: "IT@nord.example", Duty: ward.DutyIT}}}
		rows := []NewOrganisation{good, {Details: Details{Kind: "castle", Name: "x", Country: "DE"}}, {Details: Details{Kind: ward.KindLab, Name: "Lab", Country: "US"}}, good}
		r, err := w.Register(ctx, house, rows)
		if err != nil {
			t.Fatal(err)
		}
		if r.New != 1 || len(r.Faults) != 2 || r.IDs[0] == "" || r.IDs[3] != r.IDs[0] || r.IDs[1] != "" {
			t.Errorf("got %+v, want one new, two faults, the repeat known", r)
		}
		again, err := w.Register(ctx, house, []NewOrganisation{good})
		if err != nil || again.New != 0 || again.IDs[0] != r.IDs[0] {
			t.Errorf("again: %+v, %v", again, err)
		}
		v, err := w.Show(ctx, house, r.IDs[0])
		if err != nil {
			t.Fatal(err)
		}
		if v.Name != "Klinikum Nord" || len(v.Sites) != 1 || len(v.Services) != 2 || v.Services[0].Code != "emergency" {
			t.Errorf("got %+v", v)
		}
		if len(v.Contacts) != 2 || v.Contacts[0].Duty != ward.DutyIT || v.Contacts[0].Email != "it@nord.example" {
			t.Errorf("contacts %+v, want IT first with a lower-case address", v.Contacts)
		}
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		r, err = w.Register(ctx, csirt, []NewOrganisation{{Details: Details{Kind: ward.KindLab, Name: "Lab", Country: "SI"}}, {Details: Details{Kind: ward.KindLab, Name: "Lab", Country: "HR"}}})
		if err != nil || r.New != 1 || len(r.Faults) != 1 || ward.CodeOf(r.Faults[0].Err) != ward.Forbidden {
			t.Errorf("the CSIRT registers at home only: %+v, %v", r, err)
		}
	})
}

func TestUpdate(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		p := w.add(t, ward.KindHospital, "Zagreb", "HR")
		manager := w.join(t, p, ward.RoleManager, "m@zagreb.example")
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		beds := int64(0)
		next := p.Details
		next.Facts.Beds, next.Address, next.Critical = &beds, "Street 1", true
		if err := w.Update(ctx, manager, p.ID, p.Version, next); err != nil {
			t.Fatal(err)
		}
		want(t, w.Update(ctx, manager, p.ID, p.Version, next), ward.Conflict)
		v, _ := w.Show(ctx, manager, p.ID)
		if v.Facts.Beds == nil || *v.Facts.Beds != 0 || v.Facts.Headcount != nil || v.Address != "Street 1" {
			t.Errorf("zero beds and unknown staff became %+v", v.Facts)
		}
		if s, err := w.Standing(ctx, p.ID); err != nil || !s.Critical || s.Maker {
			t.Errorf("other rooms hear %+v, %v", s, err)
		}
		for name, change := range map[string]func(*Details){
			"kind":    func(d *Details) { d.Kind = ward.KindCSIRT },
			"country": func(d *Details) { d.Country = "SI" },
			"name":    func(d *Details) { d.Name = "Another" },
		} {
			d := v.Details
			change(&d)
			if err := w.Update(ctx, manager, p.ID, v.Version, d); key(err) != "registry.error.verified" {
				t.Errorf("a manager changes the verified %s: %v", name, err)
			}
		}
		moved := v.Details
		moved.Country = "SI"
		if err := w.Update(ctx, csirt, p.ID, v.Version, moved); key(err) != "registry.error.verified" {
			t.Errorf("a CSIRT moves a hospital abroad: %v", err)
		}
		renamed := v.Details
		renamed.Name = "Zagreb East"
		if err := w.Update(ctx, csirt, p.ID, v.Version, renamed); err != nil {
			t.Errorf("a CSIRT renames at home: %v", err)
		}
	})
}
