package alert_test

import (
	"strings"
	"testing"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

// own puts an alert of the Centre into the world, to four hospitals that hold
// nothing of it and are addressed.
func own(w *house.World, verdicts map[ward.ProductID]ward.Verdict) *house.Advisory {
	a := w.Publish("hsc-1", "Attackers call help desks", ward.TLPGreen, []string{"CVE-2026-1"}, verdicts)
	a.Head.Own, a.Head.Tracking, a.Prints[""] = true, "HSC-2026-001", "said-1"
	a.Guidance = []ward.Guidance{
		{Lang: "en", Title: a.Head.Title, Summary: "They ask for a reset.", IT: "Call back on a known number. See evil.example.", Practice: "Hang up."},
		{Lang: "de", Title: "Angreifer rufen an", Summary: "Sie verlangen ein neues Kennwort.", IT: "Rufen Sie zurück."}}
	for i := range 4 {
		a.Audience = append(a.Audience, house.Org(i))
	}
	return a
}

func TestAudienceIsToldWithoutDevices(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(6)
		a := own(w, nil)
		w.People[house.Org(1)][0].Lang = "de"
		s := open(t, d, w).run(t)
		if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "hsc-1", Revision: "1", Why: "new"}); err != nil {
			t.Fatal(err)
		}
		s.idle(t)
		me := hospital(house.Org(0), "HR")
		al := s.only(t, me)
		if al.Affected != 0 || !al.Addressed || al.State != stand.Unseen {
			t.Errorf("got %+v", al)
		}
		if got := s.get(t, me, al.ID()).Guidance; len(got) != 2 || got[0].IT == "" {
			t.Errorf("guidance: %+v", got)
		}
		mails := s.box.Sent()
		if len(mails) != 4 {
			t.Fatalf("%d mails, want one to each addressed hospital", len(mails))
		}
		for _, m := range mails {
			want := []string{"They ask for a reset.", "Call back on a known number.", "Hang up."}
			if strings.Contains(m.To, "0002.example") {
				want = []string{"Angreifer rufen an", "Rufen Sie zurück.", "Für die IT"}
			}
			for _, x := range want {
				if !strings.Contains(m.Text, x) {
					t.Errorf("the mail to %s lacks %q: %s", m.To, x, m.Text)
				}
			}
			if strings.Contains(m.Text, "evil.example") {
				t.Errorf("a host in the text can be followed: %s", m.Text)
			}
		}
		s.revise(t, a)
	})
}

// revise: other steps tell again, the same do not; taken back it ends.
func (s stage) revise(t *testing.T, a *house.Advisory) {
	me := hospital(house.Org(0), "HR")
	a.Head.Revision = "2"
	s.raise(t, "hsc-1", "revised", 0)
	a.Head.Revision, a.Prints[""] = "3", "said-2"
	s.raise(t, "hsc-1", "revised", 4)
	s.idle(t)
	if got := s.only(t, me); got.Round != 2 || got.Why != stand.WhyRevised {
		t.Errorf("other steps: %+v", got)
	}
	if err := s.Tell(ctx, ward.InventoryChanged{Org: house.Org(0)}); err != nil {
		t.Fatal(err)
	}
	s.idle(t)
	if got := s.only(t, me); got.State != stand.Unseen || got.Round != 2 {
		t.Errorf("an import touched the alert of an addressed hospital: %+v", got)
	}
	a.Head.Revision, a.Head.Withdrawn = "4", true
	s.raise(t, "hsc-1", "revised", 4)
	if got := s.only(t, me); got.State != stand.Obsolete || got.Why != stand.WhyWithdrawn {
		t.Errorf("taken back: %+v", got)
	}
}

// On a weakness that a maker spoke of before, the Centre's word reaches its
// audience and the holders, in one alert under the Centre's title; taken back,
// the maker's stands.
func TestAudienceJoinsAnIssue(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(6)
		w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Archive)) // held by 0, 2, 4
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 3)
		a := own(w, nil)
		s.raise(t, "hsc-1", "new", 5) // 0 to 3 and 4
		for i, country := range []ward.Country{"HR", "SI"} {
			if got := s.only(t, hospital(house.Org(i), country)); got.Title != a.Head.Title || !got.Addressed || got.TLP != ward.TLPGreen {
				t.Errorf("hospital %d: %+v", i, got)
			}
		}
		a.Head.Revision, a.Head.Withdrawn = "2", true
		s.raise(t, "hsc-1", "revised", 4)
		if got := s.only(t, hospital(house.Org(0), "HR")); got.State != stand.Unseen || got.Addressed || got.Title != "Pump" {
			t.Errorf("a holder after the Centre took its word back: %+v", got)
		}
		if got := s.only(t, hospital(house.Org(1), "SI")); got.State != stand.Obsolete || got.Why != stand.WhyWithdrawn {
			t.Errorf("who holds nothing, after the Centre took its word back: %+v", got)
		}
	})
}

// A document of others that says the same is no word of the Centre.
func TestOthersAddressNobody(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(4)
		own(w, nil).Head.Own = false
		s := open(t, d, w)
		s.raise(t, "hsc-1", "new", 0)
	})
}
