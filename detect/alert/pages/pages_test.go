package pages_test

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert/api"
	"ward/detect/alert/pages"
	"ward/kit/clock"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/database"
	"ward/test/faults/house"
)

var ctx = context.Background()

var night = time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC)

// site is the alerts behind the real server; the cookie "actor" says who asks.
type site struct {
	*httptest.Server
	*house.House
	t      testing.TB
	actors map[string]ward.Actor
	clock  *clock.Fake
	doors  map[string]string // see as
}

func serve(t testing.TB, w *house.World) site {
	t.Helper()
	s := site{t: t, clock: clock.NewFake(night), doors: map[string]string{}, actors: map[string]ward.Actor{
		"manager":   {Person: "p1", Name: "Marija Kovač", Org: house.Org(0), OrgName: "KBC Rijeka", Country: "HR", Kind: ward.KindHospital, Role: ward.RoleManager},
		"member":    {Person: "p2", Name: "Luka", Org: house.Org(0), Country: "HR", Kind: ward.KindHospital, Role: ward.RoleMember},
		"neighbour": {Person: "p3", Name: "Nena", Org: house.Org(1), Country: "SI", Kind: ward.KindHospital, Role: ward.RoleManager},
		"csirt":     {Person: "p4", Name: "Ivo", Org: "csirt-hr", Country: "HR", Kind: ward.KindCSIRT, Role: ward.RoleCSIRT},
		"centre":    {Person: "p5", Name: "Eva", Org: "centre", Kind: ward.KindCentre, Role: ward.RoleCentre},
		"operator":  {Person: "p6", Name: "Otto", Org: "centre", Role: ward.RoleOperator}}}
	var err error
	if s.House, err = house.Open(ctx, database.Open(t, database.SQLite), w, house.Options{Folder: t.TempDir(), Clock: s.clock.Now}); err != nil {
		t.Fatal(err)
	}
	srv, err := web.New(web.Config{Log: slog.New(slog.DiscardHandler), Clock: clock.System(), Texts: s.Texts, Guard: s.Guard, IDs: id.Counted(),
		Zone: i18n.ZoneOf("HR"), Pages: pages.Routes(s.Alerts, s.Live), API: api.Operations(s.Alerts), Menu: pages.Menu(),
		UserMenu: func(c *web.Call) *ui.UserMenu { return &ui.UserMenu{Name: c.Actor.Name, Hat: c.Actor.OrgName} },
		Authenticate: func(r *http.Request) (ward.Actor, error) {
			c, err := r.Cookie("actor")
			if err != nil {
				return ward.Actor{}, nil
			}
			return s.actors[c.Value], nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(srv.Handler())
	t.Cleanup(func() {
		s.Server.CloseClientConnections() // an open stream would be waited for
		s.Server.Close()
		if err := s.House.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := s.House.Start(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends one request; a body makes it a form. Redirects are not followed.
func (s site) ask(actor, method, path string, form url.Values) (int, string, http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "actor", Value: actor})
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	if _, err := bufio.NewReader(res.Body).WriteTo(&b); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, b.String(), res.Header
}

func (s site) raise(id ward.AdvisoryID) {
	s.t.Helper()
	if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: id, Why: "new"}); err != nil {
		s.t.Fatal(err)
	}
	limit, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := s.Idle(limit); err != nil {
		s.t.Fatal(err)
	}
}

// rich is a world with long texts and everything that a page can show.
func rich() *house.World {
	w := house.Europe(6)
	for i := range 5 {
		w.Hold(house.Org(0), house.Pump, []string{"Intensive care", "Anaesthesia and surgical recovery", "Paediatrics", "Internal medicine", "Emergency"}[i])
	}
	a := w.Publish("adv-1", "Ysera Infusor 5, Infusor 7 and Gateway: commands from the network are accepted without authentication, which lets an attacker change the rate of an infusion (Update B)",
		ward.TLPGreen, []string{"CVE-2026-1", "CVE-2026-2"}, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected, house.Archive: ward.Review})
	a.Findings[1].Finding.Reason, a.Findings[1].Finding.Identity = "version_missing", "fuzzy"
	a.Head.Severity, a.Head.Score, a.Head.Exploited = ward.SeverityCritical, 9.8, ward.ExploitationExploited
	a.Head.PatientRisk = "An attacker could change the rate of an infusion, which can harm the patient."
	a.Head.Published, a.Head.FetchedAt, a.Head.StoredAt = night.Add(-2*time.Hour), night.Add(-time.Minute), night.Add(-50*time.Second)
	a.Advice = []ward.Advice{{Category: "mitigation", Text: "Block port 8100 at the ward's switch."},
		{Category: "vendor_fix", Text: "Install firmware 4.11 after your biomedical engineer has checked it.", URL: "https://psirt.example/4.11"},
		{Category: "vendor_fix", Text: "Never a link", URL: "javascript:alert(1)"}}
	w.Publish("adv-2", "Umbra Archive lets a visitor read studies", ward.TLPAmber, []string{"CVE-2026-7"}, map[ward.ProductID]ward.Verdict{house.Archive: ward.Review})
	return w
}

// An alert says that a catalogue took an entry back, and whether another stands.
func TestDelisted(t *testing.T) {
	w := rich()
	gone := ward.Listing{Catalogue: "kev-cisa", Listed: night.AddDate(0, -1, 0), Withdrawn: night.AddDate(0, 0, -2)}
	w.Listed = map[string][]ward.Listing{"CVE-2026-1": {gone}, "CVE-2026-2": {gone, {Catalogue: "kev-eu", Listed: night}}}
	s := serve(t, w)
	s.raise("adv-1")
	_, body, _ := s.ask("manager", "GET", "/alerts/1-1", nil)
	for _, want := range []string{"CVE-2026-1: listed as exploited 22 October 2026, taken back 20 November 2026 by: ", "It no longer counts as exploited",
		"CVE-2026-2: listed as exploited", "Another catalogue still lists it."} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if _, body, _ = s.ask("manager", "GET", "/api/v1/alerts/1-1", nil); !strings.Contains(body, `{"cve":"CVE-2026-1","catalogue":"kev-cisa","listed":"2026-10-22T02:04:00Z","withdrawn":"2026-11-20T02:04:00Z"}`) {
		t.Errorf("the API: %s", body)
	}
}

func TestPages(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	s.raise("adv-2")
	for _, tc := range []struct {
		actor, path string
		status      int
		want, not   []string
	}{
		{"manager", "/alerts", 200, []string{"2 alerts need you", "Ysera Infusor 5", "TLP:AMBER", "6 devices are affected. To be checked: 1.", `name="alert"`, "hx-sse:connect"}, []string{"alert.", "javascript:"}},
		{"manager", "/alerts?severity=critical&q=ysera", 200, []string{"Filter the list: 2 filters set", `value="ysera"`}, []string{"Umbra"}},
		{"manager", "/alerts?overdue=1", 200, []string{"No alert fits the filters", "Show all alerts"}, nil},
		{"manager", "/alerts/1-1", 200, []string{"Attackers use it now", "6 devices are affected", "Intensive care", "The maker has an update", "can harm the patient", "TLP:GREEN",
			"What to do, and by when", "Block port 8100", `href="https://psirt.example/4.11"`, "Ysera / product 1", "its maker and name", `&#34;4.10.2&#34; &lt; &#34;4.11&#34;`, `lang="en"`, "For a practice without IT"}, []string{"javascript:", "alert.", "match.reason"}},
		{"csirt", "/alerts", 200, []string{"HR", "See how far all alerts got"}, []string{`name="alert"`, "SI"}},
		{"csirt", "/alerts/1-1", 200, []string{"6 devices are affected"}, []string{"Intensive care", "Infusor 5</a>", "Answer this alert", "Save the answer"}},
		{"csirt", "/situation/alerts", 200, []string{"Ysera", "<progress"}, nil},
		{"csirt", "/situation/alerts/1", 200, []string{"Hospital", "tel:+3851234", "Not acknowledged", "organisations.csv"}, []string{"Intensive care", "/match"}},
		{"centre", "/situation/alerts/1", 200, []string{"Hospital", "/situation/alerts/1/match"}, []string{"tel:"}},
		{"manager", "/alerts", 200, []string{`action="/alerts/match"`}, nil},
		{"centre", "/situation/alerts/99", 404, nil, nil},
		{"centre", "/situation/alerts/x", 404, nil, nil},
		{"neighbour", "/alerts/1-1", 404, []string{"There is no such alert"}, []string{"Ysera"}},
		{"operator", "/alerts", 403, nil, []string{"Ysera"}},
		{"operator", "/alerts/1-1", 403, nil, []string{"Ysera"}},
		{"csirt", "/situation/alerts", 200, []string{`href="/situation/calls"`, `href="/situation/ladder"`}, nil},
		{"csirt", "/situation/calls", 200, []string{"Nobody to call"}, nil},
		{"csirt", "/situation/calls/1-1", 404, nil, nil},
		{"csirt", "/situation/ladder", 200, []string{`name="now_call"`, `value="2"`}, nil},
		{"csirt", "/situation/red", 200, []string{"tel:+3851234", "mailto:"}, nil},
		{"centre", "/situation/red", 200, nil, []string{"tel:"}},
		{"centre", "/situation/calls", 403, nil, nil},
		{"manager", "/situation/red", 403, nil, nil},
		{"manager", "/situation/ladder", 403, nil, nil},
		{"operator", "/situation/alerts", 403, nil, nil},
		{"manager", "/situation/alerts", 403, nil, nil},
		{"manager", "/alerts/channels", 200, []string{"Ana IT", "Add a webhook"}, nil},
		{"member", "/alerts/channels", 200, []string{"Ana IT"}, []string{"Add a webhook"}},
		{"manager", "/alerts/1-1x", 404, nil, nil},
		{"", "/alerts", 303, nil, nil},
	} {
		status, body, _ := s.ask(tc.actor, "GET", tc.path, nil)
		if status != tc.status {
			t.Errorf("%s %s: status %d, want %d", tc.actor, tc.path, status, tc.status)
		}
		_, main, _ := strings.Cut(body, "<main")
		for _, w := range tc.want {
			if !strings.Contains(main, w) {
				t.Errorf("%s %s lacks %q", tc.actor, tc.path, w)
			}
		}
		for _, w := range tc.not {
			if strings.Contains(main, w) {
				t.Errorf("%s %s shows %q", tc.actor, tc.path, w)
			}
		}
	}
}

// Forms answer with 303 when they are right, and with 422, the words and what
// was typed when they are not.
func TestForms(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	s.raise("adv-2")
	asset := string(s.World.Assets[house.Org(0)][0].Asset)
	for _, tc := range []struct {
		name, path, form string
		status           int
		want             string
	}{
		{"no reason", "/alerts/1-1/respond", "state=not_applicable&reason=", 422, "Write the reason in a few words."},
		{"a step that is none", "/alerts/1-1/respond", "state=obsolete", 409, "cannot go to this state"},
		{"another round", "/alerts/1-1/respond", "state=done&round=7", 409, ""},
		{"acknowledge", "/alerts/1-1/respond", "state=acknowledged&round=1", 303, "/alerts/1-1"},
		{"no device", "/alerts/1-1/assets", "asset_state=done", 422, "Tick at least one device."},
		{"device without reason", "/alerts/1-1/assets", "asset_state=not_applicable&asset=" + asset, 422, "Write the reason"},
		{"typed stays", "/alerts/1-1/assets", "asset_state=not_applicable&asset_reason=&asset_cve=CVE-2026-2&asset=" + asset, 422, `value="CVE-2026-2" selected`},
		{"foreign device", "/alerts/1-1/assets", "asset_state=done&asset=x", 404, ""},
		{"device", "/alerts/1-1/assets", "asset_state=done&asset_cve=CVE-2026-1&asset=" + asset, 303, "/alerts/1-1#devices"},
		{"empty comment", "/alerts/1-1/comment", "comment=+", 422, "Write the comment first."},
		{"comment", "/alerts/1-1/comment", "comment=Ordered", 303, "/alerts/1-1#history"},
		{"bulk, none", "/alerts/respond", "bulk_state=done", 422, "Tick at least one alert."},
		{"bulk, no reason", "/alerts/respond?view=all", "bulk_state=risk_accepted&alert=2-1", 422, "Write the reason"},
		{"bulk", "/alerts/respond?view=all", "bulk_state=in_progress&alert=2-1&alert=1-1", 303, "/alerts?view=all"},
		{"match", "/alerts/match", "", 303, "/alerts"},
		{"hook, no address", "/alerts/channels", "url=x&clearance=GREEN", 422, "begins with https://"},
		{"hook, RED", "/alerts/channels", "url=https%3A%2F%2Fx.example&clearance=RED", 422, "Choose TLP:CLEAR"},
		{"hook", "/alerts/channels", "url=https%3A%2F%2Fx.example&clearance=GREEN", 200, "whsec_"},
		{"hook of others", "/alerts/channels/00000000-0000-7000-8000-000000000000/state", "state=paused", 404, ""},
	} {
		form, err := url.ParseQuery(tc.form)
		if err != nil {
			t.Fatal(err)
		}
		status, body, head := s.ask("manager", "POST", tc.path, form)
		if status != tc.status {
			t.Errorf("%s: status %d, want %d", tc.name, status, tc.status)
		}
		if status == 303 && head.Get("Location") != tc.want || status != 303 && !strings.Contains(body, tc.want) {
			t.Errorf("%s: %q is not there (location %q)", tc.name, tc.want, head.Get("Location"))
		}
		if status == 422 && (!strings.Contains(body, `role="alert"`) || !strings.Contains(body, "<title>Error: ")) {
			t.Errorf("%s: no error summary", tc.name)
		}
	}
	if status, _, _ := s.ask("csirt", "POST", "/alerts/1-1/respond", url.Values{"state": {"done"}}); status != 403 {
		t.Errorf("a CSIRT answers for a hospital: %d", status)
	}
	hooks, err := s.Alerts.Hooks().List(ctx, s.actors["manager"])
	if err != nil || len(hooks) != 1 {
		t.Fatal(hooks, err)
	}
	if status, body, _ := s.ask("manager", "POST", "/alerts/channels/"+hooks[0].ID+"/secret", url.Values{}); status != 200 || !strings.Contains(body, "whsec_") || !strings.Contains(body, "The webhook was changed.") {
		t.Errorf("another secret: %d", status)
	}
	if status, _, _ := s.ask("neighbour", "POST", "/alerts/channels/"+hooks[0].ID+"/secret", nil); status != 404 {
		t.Errorf("a neighbour changes a webhook's secret: %d", status)
	}
	for _, path := range []string{"", "/delete", "/secret"} {
		if status, _, _ := s.ask("manager", "GET", "/alerts/channels/"+hooks[0].ID+path, nil); status != 200 {
			t.Errorf("webhook page %q: %d", path, status)
		}
	}
	if status, _, _ := s.ask("neighbour", "POST", "/alerts/channels/"+hooks[0].ID+"/delete", nil); status != 404 {
		t.Errorf("a neighbour deletes a webhook: %d", status)
	}
	if status, _, _ := s.ask("manager", "POST", "/alerts/channels/"+hooks[0].ID+"/delete", nil); status != 303 {
		t.Errorf("delete: %d", status)
	}
}

// The file has what the list has, no formula runs in it, and RED stays here.
func TestCSV(t *testing.T) {
	w := house.Europe(5)
	o := w.Orgs[house.Org(3)]
	o.Name = "=HYPERLINK(1)"
	w.Orgs[house.Org(3)] = o
	w.Publish("adv-1", "Pump", ward.TLPAmber, nil, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	w.Publish("adv-2", "Named", ward.TLPRed, nil, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	s := serve(t, w)
	s.raise("adv-1")
	s.raise("adv-2")
	status, body, head := s.ask("csirt", "GET", "/situation/alerts/1/organisations.csv", nil)
	if status != 200 || !strings.Contains(head.Get("Content-Disposition"), "alert-1.csv") {
		t.Fatalf("status %d, %v", status, head)
	}
	if n := strings.Count(body, "TLP:AMBER,Ivo"); n != 2 || !strings.Contains(body, "'=HYPERLINK(1)") {
		t.Errorf("%d rows with marking and name, want 2 of Croatia; %s", n, body)
	}
	if status, _, _ = s.ask("centre", "GET", "/situation/alerts/2/organisations.csv", nil); status != 403 {
		t.Errorf("RED as a file: %d", status)
	}
	if status, _, _ = s.ask("csirt", "GET", "/situation/alerts/2/organisations.csv", nil); status != 404 {
		t.Errorf("RED for a CSIRT: %d", status)
	}
}

func TestCards(t *testing.T) {
	s := serve(t, rich())
	for _, raised := range []bool{false, true} {
		if raised {
			s.raise("adv-1")
			s.clock.Advance(25 * time.Hour)
			s.raise("adv-2")
		}
		for _, name := range []string{"manager", "csirt", "centre"} {
			a := s.actors[name]
			for _, c := range pages.Cards(s.Alerts) {
				if len(c.Roles) > 0 && !contains(c.Roles, a.Role) {
					continue
				}
				body, err := c.Show(ctx, a, s.Texts.Printer(ward.English))
				if err != nil || body == nil {
					t.Fatalf("%s: %v", name, err)
				}
				var b strings.Builder
				if err := body.Render(ctx, &b); err != nil {
					t.Fatal(err)
				}
				want := map[string][2]string{"manager": {"No alert needs you", "Overdue"}, "csirt": {"Everybody was reached", "2 late"}, "centre": {"No alert in the last 24 hours", "Umbra"}}[name]
				if got := b.String(); raised && !strings.Contains(got, want[1]) || !raised && !strings.Contains(got, want[0]) || strings.Contains(got, "alert.card") {
					t.Errorf("%s, raised %v: %s", name, raised, got)
				}
			}
		}
	}
}

func contains[T comparable](all []T, x T) bool {
	for _, y := range all {
		if y == x {
			return true
		}
	}
	return false
}
