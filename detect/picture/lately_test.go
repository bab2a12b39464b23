package picture

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/tally"
	"ward/test/expect"
)

// The live count of the Union is under the cover as the tables are: who takes his own
// country's reports off it does not learn how many came from elsewhere, neither of a
// few hospitals nor of one more.
func TestLatelyTellsNoFew(t *testing.T) {
	h := openHouse(t, sqlite(t))
	seen := func(a ward.Actor) string {
		p := h.look(t, a, Filter{})
		if w := wireOf(p).Yesterday; p.Recent.Told != (w != nil) || w != nil && w.Reports != p.Recent.Reports {
			t.Errorf("the API tells %+v, the page %+v", w, p.Recent)
		}
		return fmt.Sprint(p.Recent.Reports, p.Recent.Before, p.Recent.Cause, p.Recent.Family)
	}
	h.tell(t, report("h1", "HR"))
	h.tell(t, report("h2", "HR"))
	for i := range tally.Threshold - 1 {
		for who, want := range map[*ward.Actor]int{&team: 2, &abroad: 0, &centre: 0} {
			if r := h.look(t, *who, Filter{}).Recent; r.Reports != want || r.Cause+r.Family != "" {
				t.Errorf("%d hospitals elsewhere reported: %s of %s is told %+v", i, who.Role, who.Country, r)
			}
		}
		h.tell(t, report(fmt.Sprint("s", i), "SI"))
	}
	if own := h.look(t, team, Filter{Country: "HR"}).Recent; own.Reports != 2 || own.Cause == "" {
		t.Errorf("its own team is told %+v", own)
	}
	for i := range 12 {
		h.tell(t, report(fmt.Sprint("d", i), "DE"))
	}
	h.tell(t, report("x1", "SI")) // 24 are counted: three more move the cover
	for _, c := range []struct {
		a   ward.Actor
		own int
	}{{centre, 0}, {team, 2}, {abroad, 12}} {
		r := h.look(t, c.a, Filter{}).Recent
		if n := r.Reports - c.own; n != 0 && (n < tally.Step || n%tally.Step != 0) || r.Before != 0 {
			t.Errorf("%s %s is told %+v", c.a.Role, c.a.Country, r)
		}
	}
	if n := h.look(t, centre, Filter{}).Recent.Reports; n == 0 {
		t.Error("two dozen hospitals reported, and the Centre hears of nobody")
	}
	before := seen(centre)
	for i := range 2 {
		h.tell(t, report(fmt.Sprint("late", i), "SI"))
		if now := seen(centre); now != before {
			t.Errorf("one report more is seen: %s, then %s", before, now)
		}
		if !h.look(t, centre, Filter{}).Recent.Waiting {
			t.Error("nobody says that something came")
		}
	}
	for range 40 { // the window slides by the hour, not by the minute
		h.clock.Advance(time.Minute)
		if now := seen(centre); now != before {
			t.Errorf("a minute later: %s, then %s", before, now)
		}
	}
	if r := h.look(t, member, Filter{}).Recent; r.Told || r.Reports != 0 {
		t.Errorf("a hospital is told %+v", r)
	}
}

// A cluster does not tell a team of one hospital abroad by those that it knows itself,
// nor does a draft that hospitals will read tell of a few.
func TestClusterTellsNoFew(t *testing.T) {
	h := openHouse(t, sqlite(t))
	named := func(f *ward.IncidentReported) { f.Supplier, f.Paper = "labco", true }
	for i, c := range []ward.Country{"HR", "HR", "SI"} {
		h.tell(t, report(fmt.Sprint("h", i), c, named))
	}
	if x := h.look(t, centre, Filter{}).Clusters; len(x) != 1 || x[0].Organisations != 3 || x[0].Countries != 2 || x[0].Paper != 3 {
		t.Errorf("the Centre sees %+v", x)
	}
	if x := h.look(t, team, Filter{}).Clusters; len(x) != 0 {
		t.Errorf("a team that knows two of three sees %+v", x)
	}
	for i, c := range []ward.Country{"SI", "AT"} {
		h.tell(t, report(fmt.Sprint("n", i), c, named))
	}
	if x := h.look(t, team, Filter{}).Clusters; len(x) != 1 || x[0].Organisations != 5 || !x[0].Own || x[0].Paper != 5 {
		t.Errorf("three elsewhere: the team sees %+v", x)
	}
	h.clock.Advance(7 * 24 * time.Hour)
	id, err := h.Draft(ctx, centre, "")
	expect.OK(t, err)
	w, err := h.Weekly(ctx, centre, id)
	expect.OK(t, err)
	if strings.Contains(w.Body, "labco") {
		t.Errorf("the draft tells of five organisations:\n%s", w.Body)
	}
}

// Alerts of the Union are rounded beside a team's own, which it could take off.
func TestAlertsTellNoFew(t *testing.T) {
	h := openHouse(t, sqlite(t))
	own := ward.AlertsReached{Alerts: 3, Organisations: 8, Reached: 7, Acknowledged: 4}
	all := ward.AlertsReached{Alerts: 9, Organisations: 11, Reached: 10, Acknowledged: 5}
	if x := told(all, own); x != nil {
		t.Errorf("three elsewhere are told: %+v", x)
	}
	all.Organisations, all.Reached, all.Acknowledged = 8+13, 7+12, 4+6
	if x := told(all, own); x == nil || x.Organisations != 18 || x.Reached != 17 || x.Acknowledged != 9 {
		t.Errorf("thirteen elsewhere are told as %+v", x)
	}
	h.reach = all
	if x := h.look(t, team, Filter{Country: "HR"}).Alerts; x == nil || *x != all {
		t.Errorf("of its own country a team is told %+v", x)
	}
	if x := h.look(t, team, Filter{Country: "SI"}).Alerts; x == nil || x.Organisations != 20 {
		t.Errorf("of another country a team is told %+v", x)
	}
}
