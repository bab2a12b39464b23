package alert_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/subscription"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// wear gives a the hat under which he can make a feed of his own.
func (s stage) wear(a ward.Actor) ward.Actor {
	a.Lang = "en"
	s.World.Do(func() { s.World.Wardrobe["hat-"+string(a.Person)] = a })
	return a
}

func request(k subscription.Kind, clearance ward.TLP) subscription.Request {
	return subscription.Request{Kind: k, Name: " My  reader ", Clearance: clearance, Lang: "en"}
}

func (s stage) feed(t testing.TB, a ward.Actor, k subscription.Kind, clearance ward.TLP) subscription.Feed {
	t.Helper()
	f, err := s.Alerts.Feeds().Add(ctx, a, request(k, clearance))
	if err != nil || len(f.Secret) != 52 || f.Name != "My reader" {
		t.Fatalf("got %+v (%v)", f, err)
	}
	return f
}

func numbersIn(o alert.Opened) (out []string) {
	for _, x := range o.Items {
		out = append(out, string(x.ID()))
	}
	return out
}

// What a feed shows is cut by its own clearance, and by that of its reader: no
// word of what is narrower leaves, and nothing at all of what the hospital may
// not read. A calendar has no event that would tell how urgent it is.
func TestFeedMarking(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		marks := []ward.TLP{ward.TLPClear, ward.TLPGreen, ward.TLPAmber, ward.TLPAmberStrict, ward.TLPRed}
		for i, m := range marks {
			w.Publish(ward.AdvisoryID(fmt.Sprintf("adv-%d", i)), "Secret of "+m.String(), m, []string{fmt.Sprintf("CVE-2026-%d", i+1)}, affected(house.Pump))
		}
		s := open(t, d, w)
		for i := range marks {
			s.raise(t, ward.AdvisoryID(fmt.Sprintf("adv-%d", i)), "new", 1)
			s.clock.Advance(time.Minute)
		}
		me := s.wear(hospital(house.Org(0), "HR"))
		for _, kind := range []subscription.Kind{subscription.Personal, subscription.Shared} {
			for _, clearance := range []ward.TLP{ward.TLPClear, ward.TLPGreen, ward.TLPAmber} {
				f := s.feed(t, me, kind, clearance)
				news, err := s.Alerts.News(ctx, f.Secret, "192.0.2.1", "")
				if err != nil || !slices.Equal(numbersIn(news), []string{"3-1", "2-1", "1-1"}) {
					t.Fatalf("%s %s: shows %v (%v), want the three that hospitals may read", kind, clearance, numbersIn(news), err)
				}
				due, err := s.Alerts.DueDates(ctx, f.Secret, "192.0.2.1")
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range append(news.Items, due.Items...) {
					if open := x.TLP.Within(clearance); open == x.Closed || open != (x.Title == "Secret of "+x.TLP.String() && len(x.CVEs) == 1 && !x.Due.IsZero()) {
						t.Errorf("%s cleared for %s shows of %s: %+v", kind, clearance, x.TLP, x)
					}
				}
				if want := int(clearance-ward.TLPAmber)*-1 + 3; len(due.Items) != want {
					t.Errorf("%s cleared for %s: %d due times, want %d", kind, clearance, len(due.Items), want)
				}
			}
		}
	})
}

// Only the one who made it, or who manages the organisation, has a feed; what
// ends its right ends the feed; its secret is nowhere in the house.
func TestFeedsEnd(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 1)
		me := s.wear(hospital(house.Org(0), "HR"))
		member, other := me, hospital("x", "HR")
		member.Person, member.Role = "member", ward.RoleMember
		member = s.wear(member)
		mine, ours := s.feed(t, me, subscription.Personal, ward.TLPGreen), s.feed(t, me, subscription.Shared, ward.TLPGreen)
		opens := func(name string, f subscription.Feed, want ward.Code) {
			t.Helper()
			o, err := s.Alerts.News(ctx, f.Secret, "192.0.2.1", "")
			expect.Code(t, name, err, want)
			if want == "" && len(o.Items) != 1 {
				t.Errorf("%s: %d alerts, want 1", name, len(o.Items))
			}
		}
		opens("a person's", mine, "")
		opens("an organisation's", ours, "")
		opens("nobody's", subscription.Feed{Secret: strings.Repeat("a", 52)}, ward.NotFound)
		for name, tc := range map[string]struct {
			a    ward.Actor
			want int
		}{"who made them": {me, 2}, "a member": {member, 0}, "another hospital": {other, 0}} {
			all, err := s.Alerts.Feeds().List(ctx, tc.a)
			if err != nil || len(all) != tc.want || slices.ContainsFunc(all, func(f subscription.Feed) bool { return f.Secret != "" }) {
				t.Errorf("%s: %+v (%v), want %d without secrets", name, all, err, tc.want)
			}
			if tc.want == 0 {
				expect.Code(t, name+" ends it", s.Alerts.Feeds().Drop(ctx, tc.a, ours.ID), ward.NotFound)
				expect.Code(t, name+" ends it", s.Alerts.Feeds().Drop(ctx, tc.a, mine.ID), ward.NotFound)
			}
		}
		s.World.Do(func() {
			a := s.World.Wardrobe["hat-"+string(me.Person)]
			a.Role = ward.RoleMember
			s.World.Wardrobe["hat-"+string(me.Person)] = a
		})
		opens("under another role", mine, ward.NotFound)
		s.World.Do(func() { delete(s.World.Wardrobe, "hat-"+string(me.Person)) })
		opens("after he has left", mine, ward.NotFound)
		opens("the organisation's after he has left", ours, "")
		if err := s.Alerts.Feeds().Drop(ctx, me, ours.ID); err != nil {
			t.Fatal(err)
		}
		opens("revoked", ours, ward.NotFound)
		s.nowhere(t, d, mine.Secret)
	})
}

// nowhere checks that no row of the feeds holds the secret itself.
func (s stage) nowhere(t testing.TB, d *db.DB, secret string) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) error {
		var n int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM alert_feed WHERE id || digest || name || hat LIKE $1`, "%"+secret+"%").Scan(&n)
		if n != 0 {
			t.Errorf("%d rows hold the secret", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhoMakesFeeds(t *testing.T) {
	s := open(t, database.Open(t, database.SQLite), house.Europe(1))
	me := s.wear(hospital(house.Org(0), "HR"))
	member, token := me, me
	member.Person, member.Role = "member", ward.RoleMember
	member, token.Token, token.Scopes = s.wear(member), true, []ward.Permission{"account.self", "alert.read", "channel.write"}
	for name, tc := range map[string]struct {
		a    ward.Actor
		in   subscription.Request
		want ward.Code
	}{
		"a member his own":         {member, request(subscription.Personal, ward.TLPGreen), ""},
		"a member the hospital's":  {member, request(subscription.Shared, ward.TLPGreen), ward.Forbidden},
		"a csirt":                  {s.wear(csirt("HR")), request(subscription.Personal, ward.TLPGreen), ""},
		"an operator":              {s.wear(operator), request(subscription.Personal, ward.TLPGreen), ward.Forbidden},
		"a maker":                  {s.wear(ward.Actor{Person: "m", Org: "maker", Role: ward.RoleMaker}), request(subscription.Shared, ward.TLPGreen), ward.Forbidden},
		"a token":                  {token, request(subscription.Shared, ward.TLPGreen), ward.Forbidden},
		"nobody":                   {ward.Actor{}, request(subscription.Personal, ward.TLPGreen), ward.Forbidden},
		"what may not leave":       {me, request(subscription.Personal, ward.TLPAmberStrict), ward.Invalid},
		"without a name":           {me, subscription.Request{Kind: subscription.Personal, Clearance: ward.TLPClear, Lang: "en"}, ward.Invalid},
		"of no kind":               {me, request("x", ward.TLPClear), ward.Invalid},
		"in a language of nobody":  {me, subscription.Request{Kind: subscription.Personal, Name: "x", Clearance: ward.TLPClear, Lang: "tlh"}, ward.Invalid},
		"under a hat that has end": {hospital("gone", "HR"), request(subscription.Personal, ward.TLPClear), ward.Forbidden},
	} {
		_, err := s.Alerts.Feeds().Add(ctx, tc.a, tc.in)
		expect.Code(t, name, err, tc.want)
	}
	for range 10 {
		s.feed(t, me, subscription.Shared, ward.TLPClear)
	}
	_, err := s.Alerts.Feeds().Add(ctx, me, request(subscription.Shared, ward.TLPClear))
	expect.Code(t, "the eleventh", err, ward.Conflict)
}

// A reader that follows the cursor sees every alert once, the newest change
// first; a national team sees those of its country by their names.
func TestFeedParts(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(3)
		const issues = 60
		for i := range issues {
			w.Publish(ward.AdvisoryID(fmt.Sprintf("adv-%d", i)), "Pump", ward.TLPClear, []string{fmt.Sprintf("CVE-2026-%d", i+1)}, affected(house.Pump))
		}
		s := open(t, d, w)
		for i := range issues {
			s.raise(t, ward.AdvisoryID(fmt.Sprintf("adv-%d", i)), "new", 3)
		}
		if err := s.Alerts.Expand(ctx, issues); err != nil {
			t.Fatal(err)
		}
		for _, a := range []ward.Actor{hospital(house.Org(0), "HR"), csirt("HR"), centre} {
			f := s.feed(t, s.wear(a), subscription.Personal, ward.TLPClear)
			seen, after := map[ward.AlertID]bool{}, ""
			for parts := 0; parts == 0 || after != ""; parts++ {
				o, err := s.Alerts.News(ctx, f.Secret, "192.0.2.1", after)
				if err != nil || parts > 9 || !slices.IsSortedFunc(o.Items, func(x, y alert.FeedItem) int { return int(y.Seq - x.Seq) }) {
					t.Fatalf("part %d: %v (%v)", parts, numbersIn(o), err)
				}
				for _, x := range o.Items {
					if seen[x.ID()] || (x.Name != "") != (x.Org != a.Org) {
						t.Errorf("%s is there twice, or has the wrong name %q", x.ID(), x.Name)
					}
					seen[x.ID()] = true
				}
				after = o.Next
			}
			if want := map[bool]int{true: 3 * issues, false: issues}[a.Role == ward.RoleCentre]; len(seen) != want {
				t.Errorf("%s: %d alerts, want %d", a.Role, len(seen), want)
			}
		}
	})
}
