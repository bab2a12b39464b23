package alert_test

import (
	"strings"
	"testing"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/escalation"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// sighted is a world in which an indicator may be seen, with a team in Croatia.
func sighted(n int, tlp ward.TLP) *house.World {
	w := house.Europe(n)
	w.Seen = map[string]ward.Sighted{"i-1": {Subject: "i-1", Title: "Addresses of X: evil.example", Lang: "en", TLP: tlp, Severity: ward.SeverityHigh,
		Summary: "They were used.", Advice: "Take the machine off the network."}}
	w.Orgs["team"] = ward.Organisation{ID: "team", Kind: ward.KindCSIRT, Name: "CSIRT HR", Country: "HR"}
	w.People["team"] = []ward.Contact{{ID: "c-team", Org: "team", Name: "Duty", Email: "team@csirt.example", Duty: ward.DutyIT, Lang: "en"}}
	return w
}

func (s stage) sight(t testing.TB, org ward.OrgID) {
	t.Helper()
	expect.OK(t, s.Tell(ctx, ward.SightingRecorded{Org: org, Subject: "i-1", Hit: "h"}))
	s.idle(t)
}

// TestSighting: one alert for an organisation and an indicator, whatever is seen
// how often; the hospital and its national team are mailed, nobody else is.
func TestSighting(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, sighted(6, ward.TLPGreen)).run(t)
		me, other := hospital(house.Org(0), "HR"), hospital(house.Org(3), "HR")
		s.sight(t, house.Org(0))
		s.sight(t, house.Org(0))
		al := s.only(t, me)
		if al.Why != stand.WhySighted || al.Round != 1 || al.Sighted != "i-1" || al.Urgency() != escalation.ActNow || !al.Addressed {
			t.Errorf("alert %+v", al)
		}
		detail := s.get(t, me, al.ID())
		if len(detail.Guidance) != 1 || detail.Guidance[0].IT != "Take the machine off the network." || len(detail.Sources) != 0 {
			t.Errorf("detail %+v", detail)
		}
		mails := s.box.Sent()
		if len(mails) != 2 {
			t.Fatalf("%d mails, want one to the hospital and one to its team", len(mails))
		}
		for _, m := range mails {
			team := m.To == "team@csirt.example"
			if strings.Contains(m.Text, "/ack/") == team || strings.Contains(m.Text, "hospital in your country") != team || !strings.Contains(m.Text, "Take the machine") {
				t.Errorf("to %s: %s", m.To, m.Text)
			}
			if strings.Contains(m.Text, "Hospital ") {
				t.Errorf("a mail names the hospital: %s", m.Text)
			}
		}
		s.sight(t, house.Org(3)) // the same issue, an alert of its own
		if s.only(t, other).Issue != al.Issue || s.only(t, me).Round != 1 {
			t.Error("another hospital's sighting told the first again")
		}

		expect.OK(t, s.Alerts.Respond(ctx, me, al.ID(), alert.Response{State: stand.NotApplicable, Reason: "A scanner of ours"}))
		s.sight(t, house.Org(0))
		if got := s.only(t, me); got.Round != 1 || got.State != stand.NotApplicable {
			t.Errorf("what was called harmless is told again: %+v", got)
		}
		expect.OK(t, s.Alerts.Respond(ctx, me, al.ID(), alert.Response{State: stand.InProgress}))
		expect.OK(t, s.Alerts.Respond(ctx, me, al.ID(), alert.Response{State: stand.Done}))
		s.sight(t, house.Org(0))
		if got := s.only(t, me); got.Round != 2 || got.State != stand.Unseen {
			t.Errorf("seen after it was done: %+v", got)
		}
		expect.OK(t, s.Tell(ctx, ward.InventoryChanged{Org: house.Org(0)}))
		s.idle(t)
		for _, p := range must(s.Alerts.List(ctx, me, alert.Filter{})).Alerts {
			if p.Sighted != "" && p.State != stand.Unseen {
				t.Errorf("an inventory that changed ended it: %+v", p)
			}
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestManySightingsOfOneList: the mail and the page say how many more were seen that have
// no alert of their own.
func TestManySightingsOfOneList(t *testing.T) {
	w := sighted(2, ward.TLPGreen)
	w.SeenBeside = 4312
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	s.sight(t, house.Org(0))
	me := hospital(house.Org(0), "HR")
	if d := s.get(t, me, s.only(t, me).ID()); d.Beside != 4312 {
		t.Errorf("%d beside", d.Beside)
	}
	for _, m := range s.box.Sent() {
		if !strings.Contains(m.Text, "4,312 more") && !strings.Contains(m.Text, "4.312") && !strings.Contains(m.Text, "4312") {
			t.Errorf("to %s: %s", m.To, m.Text)
		}
	}
}

// TestWhoSeesSightings: the hospital and its CSIRT; neither the Centre nor an
// auditor, who read all other alerts.
func TestWhoSeesSightings(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, sighted(6, ward.TLPAmber)).run(t)
		s.sight(t, house.Org(0))
		me := hospital(house.Org(0), "HR")
		token := me
		token.Token, token.Scopes = true, []ward.Permission{"alert.read"}
		id := s.only(t, me).ID()
		for name, x := range map[string]struct {
			a    ward.Actor
			want int
		}{"hospital": {me, 1}, "its token": {token, 1}, "CSIRT": {csirt("HR"), 1}, "another CSIRT": {csirt("SI"), 0}, "another hospital": {hospital(house.Org(3), "HR"), 0},
			"Centre": {centre, 0}, "auditor": {ward.Actor{Person: "a", Country: "HR", Role: ward.RoleAuditor}, 0}, "operator": {operator, 0}} {
			p, err := s.Alerts.List(ctx, x.a, alert.Filter{})
			if err != nil || len(p.Alerts) != x.want {
				t.Errorf("%s lists %d (%v), want %d", name, len(p.Alerts), err, x.want)
			}
			c, err := s.Alerts.Summary(ctx, x.a)
			if err != nil || c.Open != x.want {
				t.Errorf("%s counts %d (%v), want %d", name, c.Open, err, x.want)
			}
			if o, err := s.Alerts.Overview(ctx, x.a, alert.OverviewFilter{}); err != nil || name != "hospital" && name != "its token" && len(o) != x.want {
				t.Errorf("%s overviews %d (%v), want %d", name, len(o), err, x.want)
			}
			_, err = s.Alerts.Get(ctx, x.a, id)
			if x.want == 0 {
				expect.Code(t, name, err, ward.NotFound)
			} else {
				expect.OK(t, err)
			}
		}
		for _, m := range s.box.Sent() { // AMBER: no word of it crosses the net
			if strings.Contains(m.Text+m.Subject, "evil") || strings.Contains(m.Text, "Take the machine") {
				t.Errorf("a mail to %s carries what is AMBER: %s", m.To, m.Text)
			}
		}
	})
}

// TestSightingOfWhatWasTakenBack wakes nobody.
func TestSightingOfWhatWasTakenBack(t *testing.T) {
	w := sighted(1, ward.TLPGreen)
	x := w.Seen["i-1"]
	x.Withdrawn = true
	w.Seen["i-1"] = x
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	s.sight(t, house.Org(0))
	expect.OK(t, s.Tell(ctx, ward.SightingRecorded{Org: house.Org(0), Subject: "i-2", Hit: "h"}))
	s.idle(t)
	if p := must(s.Alerts.List(ctx, hospital(house.Org(0), "HR"), alert.Filter{})); len(p.Alerts) != 0 {
		t.Errorf("raised %+v", p.Alerts)
	}
}
