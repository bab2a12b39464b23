package alert_test

import (
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// Who sees what: a hospital its own with its devices, a CSIRT its country's
// without them, the Centre all, the operator nothing.
func TestWhoSees(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(6)
		w.Publish("adv-1", "Open", ward.TLPAmber, []string{"CVE-2026-1"}, affected(house.Pump))
		w.Publish("adv-2", "Strict", ward.TLPAmberStrict, []string{"CVE-2026-2"}, affected(house.Pump))
		w.Publish("adv-3", "Named", ward.TLPRed, []string{"CVE-2026-3"}, affected(house.Pump))
		s := open(t, d, w)
		for _, id := range []ward.AdvisoryID{"adv-1", "adv-2", "adv-3"} {
			s.raise(t, id, "new", 6)
		}
		for name, tc := range map[string]struct {
			actor  ward.Actor
			alerts int
			issues int
		}{
			"hospital":        {hospital(house.Org(0), "HR"), 1, 0},
			"other hospital":  {hospital("x", "HR"), 0, 0},
			"csirt":           {csirt("HR"), 4, 2},
			"csirt elsewhere": {csirt("MT"), 0, 0},
			"centre":          {centre, 18, 3},
			"auditor":         {ward.Actor{Person: "a", Country: "HR", Role: ward.RoleAuditor}, 2, 1},
			"operator":        {operator, 0, 0},
			"maker":           {ward.Actor{Person: "m", Org: "maker", Role: ward.RoleMaker}, 0, 0},
			"nobody":          {ward.Actor{}, 0, 0},
		} {
			p, err := s.Alerts.List(ctx, tc.actor, alert.Filter{})
			if err != nil || len(p.Alerts) != tc.alerts {
				t.Errorf("%s: %d alerts (%v), want %d", name, len(p.Alerts), err, tc.alerts)
			}
			c, err := s.Alerts.Summary(ctx, tc.actor)
			if err != nil || c.Open != tc.alerts {
				t.Errorf("%s: counts %d (%v), want %d", name, c.Open, err, tc.alerts)
			}
			n, err := s.Alerts.Fresh(ctx, tc.actor, night.Add(-time.Hour))
			if err != nil || n != tc.alerts {
				t.Errorf("%s: %d fresh (%v), want %d", name, n, err, tc.alerts)
			}
			issues, err := s.Alerts.Overview(ctx, tc.actor, alert.OverviewFilter{})
			if err != nil || len(issues) != tc.issues {
				t.Errorf("%s: %d issues (%v), want %d", name, len(issues), err, tc.issues)
			}
		}
		me := hospital(house.Org(0), "HR")
		id := s.only(t, me).ID()
		for name, a := range map[string]ward.Actor{"other hospital": hospital(house.Org(3), "HR"), "csirt elsewhere": csirt("SI"), "operator": operator} {
			_, err := s.Alerts.Get(ctx, a, id)
			expect.Code(t, name+" opens it", err, ward.NotFound)
			expect.Code(t, name+" answers it", s.Alerts.Respond(ctx, a, id, alert.Response{State: stand.Done}), ward.NotFound)
			expect.Code(t, name+" comments", s.Alerts.Comment(ctx, a, id, "x"), ward.NotFound)
		}
		_, err := s.Alerts.Get(ctx, me, "2-1")
		expect.Code(t, "above the clearance", err, ward.NotFound)
		for name, a := range map[string]ward.Actor{"csirt": csirt("HR"), "centre": centre} {
			if got := s.get(t, a, id); len(got.Assets) != 0 || got.Affected != 1 {
				t.Errorf("%s: %d assets and %d affected, want none and 1", name, len(got.Assets), got.Affected)
			}
			expect.Code(t, name+" answers it", s.Alerts.Respond(ctx, a, id, alert.Response{State: stand.Done}), ward.Forbidden)
		}
		auditor := ward.Actor{Person: "a", Org: house.Org(0), Country: "HR", Role: ward.RoleAuditor}
		if got := s.get(t, auditor, id); len(got.Assets) != 0 {
			t.Errorf("an auditor of the hospital sees %d assets", len(got.Assets))
		}
	})
}

func TestResponders(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(9)
		w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 9)
		me := hospital(house.Org(0), "HR")
		al := s.only(t, me)
		if err := s.Alerts.Respond(ctx, me, al.ID(), alert.Response{State: stand.Done}); err != nil {
			t.Fatal(err)
		}
		all, err := s.Alerts.Responders(ctx, csirt("HR"), al.Issue, alert.GroupAll, "", 2)
		if err != nil || len(all.Rows) != 2 || all.Next == "" || all.Reach.Organisations != 3 || all.Reach.Done != 1 || all.Reach.Acknowledged != 1 {
			t.Fatalf("got %+v (%v)", all, err)
		}
		if c := all.Rows[0].Contacts; len(c) != 1 || c[0].Phone == "" || all.Rows[0].Organisation.Name == "" {
			t.Errorf("the CSIRT cannot call: %+v", all.Rows[0])
		}
		rest, err := s.Alerts.Responders(ctx, csirt("HR"), al.Issue, alert.GroupAll, all.Next, 2)
		if err != nil || len(rest.Rows) != 1 || rest.Rows[0].Org != house.Org(0) || rest.Next != "" {
			t.Errorf("the second part: %+v (%v), want the one that answered last", rest.Rows, err)
		}
		s.clock.Advance(8 * 24 * time.Hour)
		if x := mustOverview(t, s, centre); x.Reached+x.Waiting()+x.Failed != x.Organisations || x.Waiting() != 8 {
			t.Errorf("reached %d, waiting %d and failed %d of %d organisations", x.Reached, x.Waiting(), x.Failed, x.Organisations)
		}
		for g, want := range map[alert.Group]int{alert.GroupAll: 9, alert.GroupSilent: 8, alert.GroupOverdue: 8, alert.GroupFailed: 0} {
			got, err := s.Alerts.Responders(ctx, centre, al.Issue, g, "", 0)
			if err != nil || len(got.Rows) != want {
				t.Errorf("group %q: %d (%v), want %d", g, len(got.Rows), err, want)
			}
			if len(got.Rows) > 0 && len(got.Rows[0].Contacts) != 0 {
				t.Errorf("the Centre, which may not read people, sees contacts")
			}
		}
		_, err = s.Alerts.Responders(ctx, csirt("MT"), al.Issue, alert.GroupAll, "", 0)
		expect.Code(t, "an issue of other countries", err, ward.NotFound)
	})
}

func TestRespond(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(4)
		w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1", "CVE-2026-2"}, affected(house.Pump, house.Archive))
		w.Publish("adv-2", "Archive", ward.TLPClear, []string{"CVE-2026-9"}, affected(house.Archive))
		s := open(t, d, w)
		s.raise(t, "adv-1", "new", 4)
		s.raise(t, "adv-2", "new", 2)
		me := hospital(house.Org(0), "HR")
		page, err := s.Alerts.List(ctx, me, alert.Filter{})
		if err != nil || len(page.Alerts) != 2 {
			t.Fatal(page, err)
		}
		second, first := page.Alerts[0].ID(), page.Alerts[1].ID()
		respond := func(in alert.Response) error { return s.Alerts.Respond(ctx, me, first, in) }
		expect.Code(t, "no reason", respond(alert.Response{State: stand.NotApplicable}), ward.Invalid)
		expect.Code(t, "long reason", respond(alert.Response{State: stand.NotApplicable, Reason: strings.Repeat("ä", 4001)}), ward.Invalid)
		expect.Code(t, "unknown state", respond(alert.Response{State: "blue"}), ward.Conflict)
		expect.Code(t, "another round", respond(alert.Response{State: stand.Done, Round: 2}), ward.Conflict)
		expect.Code(t, "right", respond(alert.Response{State: stand.Acknowledged, Round: 1}), "")
		expect.Code(t, "no step back", respond(alert.Response{State: stand.Unseen}), ward.Conflict)
		own := s.get(t, me, first).Assets
		assets := func(in alert.Response, ids ...ward.AssetID) error { in.Assets = ids; return respond(in) }
		expect.Code(t, "foreign asset", assets(alert.Response{State: stand.Done}, w.Assets[house.Org(1)][0].Asset), ward.NotFound)
		expect.Code(t, "foreign CVE", assets(alert.Response{State: stand.Done, CVE: "CVE-2026-9"}, own[0].Asset), ward.Invalid)
		expect.Code(t, "no state of an asset", assets(alert.Response{State: stand.Acknowledged}, own[0].Asset), ward.Invalid)
		expect.Code(t, "one CVE", assets(alert.Response{State: stand.Done, CVE: "CVE-2026-1"}, own[0].Asset), "")
		got := s.get(t, me, first)
		if got.Assets[0].State != stand.Applicable || got.Assets[0].ByCVE["CVE-2026-1"] != stand.Done || got.Assets[1].State != stand.Applicable {
			t.Errorf("one CVE: %+v", got.Assets)
		}
		expect.Code(t, "all CVEs", assets(alert.Response{State: stand.InProgress}, own[0].Asset), "")
		got = s.get(t, me, first)
		if got.Assets[0].State != stand.InProgress || got.Assets[0].ByCVE != nil {
			t.Errorf("all CVEs: %+v", got.Assets[0])
		}
		if c := got.Counts(); c[stand.InProgress] != 1 || c[stand.Applicable] != 1 {
			t.Errorf("counts: %v", c)
		}
		expect.Code(t, "empty comment", s.Alerts.Comment(ctx, me, first, " \n"), ward.Invalid)
		expect.Code(t, "comment", s.Alerts.Comment(ctx, me, first, "Ordered the update"), "")
		n, err := s.Alerts.RespondAll(ctx, me, []ward.AlertID{first, second, "99-99", "x"}, alert.Response{State: stand.Acknowledged})
		if err != nil || n != 1 { // the first is acknowledged already
			t.Errorf("bulk: moved %d (%v), want 1", n, err)
		}
		_, err = s.Alerts.RespondAll(ctx, me, make([]ward.AlertID, 201), alert.Response{State: stand.Done})
		expect.Code(t, "too many", err, ward.Invalid)
		entries := s.get(t, me, first).Entries
		if len(entries) != 4 || entries[0].Kind != "comment" || entries[0].Person != "Marija" || entries[3].To != stand.Acknowledged || entries[2].CVE != "CVE-2026-1" {
			t.Errorf("history: %+v", entries)
		}
		if r, err := s.Audit.Verify(ctx); err != nil || r.Fault != nil {
			t.Errorf("audit: %+v (%v)", r, err)
		}
	})
}

func TestListPagesAndFilters(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		s := open(t, d, w)
		for i, tc := range []struct {
			title string
			s     ward.Severity
			x     ward.Exploitation
		}{{"Alpha", ward.SeverityLow, ward.ExploitationNone}, {"Beta 100%", ward.SeverityCritical, ward.ExploitationNone},
			{"Gamma_x", ward.SeverityHigh, ward.ExploitationExploited}, {"Delta", ward.SeverityMedium, ward.ExploitationNone}, {"Epsilon", ward.SeverityHigh, ward.ExploitationNone}} {
			id := ward.AdvisoryID("adv-" + tc.title)
			a := w.Publish(id, tc.title, ward.TLPClear, []string{"CVE-2026-" + string(rune('1'+i))}, affected(house.Pump))
			a.Head.Severity, a.Head.Exploited = tc.s, tc.x
			s.raise(t, id, "new", 1)
			s.clock.Advance(time.Minute)
		}
		me := hospital(house.Org(0), "HR")
		titles := func(f alert.Filter) string {
			var out []string
			for {
				p, err := s.Alerts.List(ctx, me, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range p.Alerts {
					out = append(out, strings.Fields(a.Title)[0])
				}
				if f.After = p.Next; p.Next == "" {
					return strings.Join(out, " ")
				}
			}
		}
		since := night.Add(90 * time.Second)
		for name, tc := range map[string]struct {
			f    alert.Filter
			want string
		}{
			"open by due time":  {alert.Filter{Open: true}, "Gamma_x Beta Epsilon Alpha Delta"},
			"the same in parts": {alert.Filter{Open: true, Limit: 2}, "Gamma_x Beta Epsilon Alpha Delta"},
			"all, newest first": {alert.Filter{Limit: 2}, "Epsilon Delta Gamma_x Beta Alpha"},
			"severity":          {alert.Filter{Open: true, Severity: ward.SeverityHigh}, "Gamma_x Beta Epsilon"},
			"exploited":         {alert.Filter{Open: true, Used: true}, "Gamma_x"},
			"text":              {alert.Filter{Text: "ALPHA"}, "Alpha"},
			"a reader's %":      {alert.Filter{Text: "%"}, "Beta"},
			"a reader's _":      {alert.Filter{Text: "_"}, "Gamma_x"},
			"a CVE":             {alert.Filter{Text: "cve-2026-4"}, "Delta"},
			"since":             {alert.Filter{Since: since}, "Epsilon Delta Gamma_x"},
			"state":             {alert.Filter{States: []stand.State{stand.Done}}, ""},
			"overdue":           {alert.Filter{Overdue: true}, ""},
			"a forged cursor":   {alert.Filter{Open: true, After: "a.b.c"}, "Gamma_x Beta Epsilon Alpha Delta"},
		} {
			if got := titles(tc.f); got != tc.want {
				t.Errorf("%s: got %q, want %q", name, got, tc.want)
			}
		}
		s.clock.Advance(4 * 24 * time.Hour)
		if got := titles(alert.Filter{Overdue: true}); got != "Gamma_x Beta" {
			t.Errorf("overdue: got %q", got)
		}
		if c, err := s.Alerts.Summary(ctx, me); err != nil || c != (alert.Count{Open: 5, New: 5, Overdue: 2, Urgent: 2}) {
			t.Errorf("summary: %+v (%v)", c, err)
		}
	})
}

// mustOverview is the newest issue as a sees it.
func mustOverview(t *testing.T, s stage, a ward.Actor) alert.Reach {
	t.Helper()
	all, err := s.Alerts.Overview(ctx, a, alert.OverviewFilter{Limit: 1})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}
