package sensor

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ward"
	"ward/format/tally"
	"ward/test/expect"
)

func TestSpread(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c := h.given(t, ana, ward.TLPGreen)
		item := h.item(t, ana, c, "evil.example").ID
		several := func(a ward.Actor) bool {
			t.Helper()
			x, err := h.SpreadOf(ctx, a, item)
			expect.OK(t, err)
			if a.Role == ward.RoleMember && x.Told != nil {
				t.Errorf("a hospital is told numbers: %+v", x)
			}
			return x.Several
		}
		h1, h2, h3, h4 := hospital("h1", "AT"), hospital("h2", "AT"), hospital("h3", "AT"), hospital("h4", "SI")
		for _, a := range []ward.Actor{h1, h2, h3, h4} {
			h.send(t, a, seen("evil.example", start))
		}
		if several(ana) {
			t.Error("told within the day")
		}
		h.clock.Advance(24 * time.Hour)
		for who, want := range map[string]bool{"ana": true, "h1": true, "h4": false, "csirt": false, "csirt2": false, "far": true} {
			a := map[string]ward.Actor{"ana": ana, "h1": h1, "h4": h4, "csirt": csirt, "csirt2": csirt2, "far": hospital("h9", "DE")}[who]
			if got := several(a); got != want {
				t.Errorf("%s is told %v, want %v", who, got, want)
			}
		}
		x, err := h.SpreadOf(ctx, ana, item)
		expect.OK(t, err)
		if len(x.Told) != 0 {
			t.Errorf("four hospitals are told: %+v", x.Told)
		}
		for n := range 12 {
			h.send(t, hospital(ward.OrgID(fmt.Sprintf("x%d", n)), "DE"), seen("evil.example", h.clock.Now()))
		}
		h.clock.Advance(24 * time.Hour)
		x, err = h.SpreadOf(ctx, ana, item)
		expect.OK(t, err)
		if fmt.Sprint(x.Told) != "[{ 15}]" { // twelve of DE would tell of the other four
			t.Errorf("told %v", x.Told)
		}
		counts, err := h.Sensing(ctx, ana)
		expect.OK(t, err)
		if fmt.Sprint(counts) != "[{ 10} {DE 10}]" {
			t.Errorf("sensing %v", counts)
		}
		_, err = h.Sensing(ctx, h1)
		expect.Code(t, "a hospital counts", err, ward.Forbidden)
	})
}

// TestNobodyIsFoundByDifference plays a reader who asks about every item as often
// as he likes, knows his own circle, and subtracts: whether one hospital has sent
// a hit today makes no difference to any answer; what is said of the days before
// always hides at least three others in two countries.
func TestNobodyIsFoundByDifference(t *testing.T) {
	h := openHouse(t, sqlite(t))
	c := h.given(t, ana, ward.TLPGreen)
	item := h.item(t, ana, c, "evil.example").ID
	countries := []ward.Country{"AT", "SI", "DE", "HR"}
	sent := map[ward.OrgID]ward.Country{} // before today
	victim := 0
	rapid.Check(t, func(r *rapid.T) {
		var readers []ward.Actor
		for _, x := range countries {
			readers = append(readers, hospital(ward.OrgID("reader-"+x), x), ward.Actor{Person: "c", Org: ward.OrgID("csirt-" + x), Country: x, Role: ward.RoleCSIRT})
		}
		readers = append(readers, ana)
		ask := func() string {
			var all []any
			for _, a := range readers {
				x, err := h.SpreadOf(ctx, a, item)
				expect.OK(t, err)
				all = append(all, x)
				if x.Several {
					org, country := circle(a)
					hidden := tally.Tally{}
					for o, k := range sent {
						if o != org && k != country {
							hidden[k]++
						}
					}
					if hidden.All() < tally.Few || len(hidden) < tally.FewCountries {
						r.Fatalf("%s %s is told of %v", a.Role, a.Country, hidden)
					}
				}
				if a.Role != ward.RoleMember {
					counts, err := h.Sensing(ctx, a)
					expect.OK(t, err)
					all = append(all, counts)
				}
			}
			text, err := json.Marshal(all)
			expect.OK(t, err)
			return string(text)
		}
		before := ask()
		victim++
		who := hospital(ward.OrgID(fmt.Sprintf("victim-%d", victim)), rapid.SampledFrom(countries).Draw(r, "country"))
		h.send(t, who, seen("evil.example", h.clock.Now()))
		if after := ask(); after != before {
			r.Fatalf("the hit of one hospital shows:\n%s\n%s", before, after)
		}
		if rapid.Bool().Draw(r, "night") {
			h.clock.Advance(24 * time.Hour)
		}
		rest := h.today()
		for o, k := range h.senders(t) {
			if k.at.Before(rest) {
				sent[o] = k.country
			}
		}
	})
}

type sender struct {
	country ward.Country
	at      time.Time
}

// senders are all hospitals with a hit, as nobody outside of this test sees them.
func (h *house) senders(t testing.TB) map[ward.OrgID]sender {
	t.Helper()
	out := map[ward.OrgID]sender{}
	for after := ""; ; {
		list, more, err := h.Hits(ctx, ward.Actor{System: true}, HitFilter{All: true, Limit: 200, After: after})
		expect.OK(t, err)
		for _, x := range list {
			out[x.Org], after = sender{x.Country, x.Received}, x.ID
		}
		if !more {
			return out
		}
	}
}

// TestNothingLeavesItsCircle: whatever somebody outside of a hospital's circle asks
// for, neither its name nor what it saw is in the answer.
func TestNothingLeavesItsCircle(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c := h.given(t, ana, ward.TLPGreen)
		item := h.item(t, ana, c, "evil.example").ID
		who := hospital("SECRET-ORG", "AT")
		x := seen("evil.example", start)
		x.Subject, x.Fields = "SECRET-PC", map[string]string{"query": "SECRET-FIELD.evil.example"}
		h.send(t, who, x)
		hit := h.hits(t, who)[0]
		expect.OK(t, h.Move(ctx, who, hit.ID, FalsePositive, "A scanner of ours, says maria.huber@klinik.example", true))
		expect.OK(t, h.Comment(ctx, who, hit.ID, "SECRET-COMMENT"))
		h.clock.Advance(25 * time.Hour)
		for name, a := range map[string]ward.Actor{"Centre": ana, "another hospital": hospital("h2", "AT"), "another CSIRT": csirt2} {
			var all []any
			collect := func(v any, err error) {
				if err == nil {
					all = append(all, v)
				}
			}
			v, err := h.Get(ctx, a, c, 0)
			collect(v, err)
			i, err := h.Item(ctx, a, item)
			collect(i, err)
			list, err := h.List(ctx, a)
			collect(list, err)
			hits, _, err := h.Hits(ctx, a, HitFilter{All: true})
			collect(hits, err)
			s, err := h.Sensors(ctx, a)
			collect(s, err)
			f, err := h.Figures(ctx, a)
			collect(f, err)
			if f.Open+f.New+f.Hospitals > 0 {
				t.Errorf("%s counts %+v", name, f)
			}
			text := fmt.Sprintf("%+v", all)
			for _, secret := range []string{"SECRET", "huber", "Max Member", hit.ID} {
				if strings.Contains(text, secret) {
					t.Errorf("%s reads %q in %s", name, secret, text)
				}
			}
			_, _, err = h.Hit(ctx, a, hit.ID)
			expect.Code(t, name+" opens the hit", err, ward.NotFound)
			expect.Code(t, name+" moves the hit", h.Move(ctx, a, hit.ID, Looking, "", false), ward.NotFound)
		}
		v, err := h.Get(ctx, ana, c, 0)
		expect.OK(t, err)
		if len(v.Feedback) != 1 || !strings.Contains(v.Feedback[0].Comment, "A scanner of ours") || v.Feedback[0].Day != start.Truncate(24*time.Hour) {
			t.Errorf("the author reads %+v", v.Feedback)
		}
		got, entries, err := h.Hit(ctx, csirt, hit.ID)
		if err != nil || got.Subject != "SECRET-PC" || len(entries) != 2 {
			t.Errorf("its CSIRT reads %+v %+v %v", got, entries, err)
		}
		expect.OK(t, h.Move(ctx, who, hit.ID, Looking, "", false))
		if v, err = h.Get(ctx, ana, c, 0); err != nil || len(v.Feedback) != 0 {
			t.Errorf("taken back, the author still reads %+v, %v", v.Feedback, err)
		}
	})
}
