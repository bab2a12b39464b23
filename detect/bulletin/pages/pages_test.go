package pages

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/bulletin"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/database"
	"ward/test/expect"
)

var (
	ctx    = context.Background()
	writer = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
	second = ward.Actor{Person: "p2", Name: "Ben Second", Org: "c", Role: ward.RoleCentre}
)

// lake is a care provider that an audience can name.
var lake = ward.Organisation{ID: "00000000-0000-7000-8000-000000000001", Kind: ward.KindHospital, Name: "Lake hospital", Country: "AT"}

// site is the pages behind the real server; it answers the questions itself.
type site struct {
	t       *testing.T
	svc     *bulletin.Service
	handler http.Handler
	actor   ward.Actor
	texts   *i18n.Catalogue
}

func (s *site) Addressed(context.Context, ward.Audience) ([]ward.Organisation, error) {
	return []ward.Organisation{lake}, nil
}
func (s *site) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	return map[ward.OrgID]ward.Organisation{lake.ID: lake}, nil
}
func (s *site) Publishable(context.Context, string) (ward.Reported, error) {
	return ward.Reported{Case: "case-1", Title: "The pump takes commands", Vendor: "Acme", Product: "Pump", Impact: "The rate changes.", Credit: "Rosa R."}, nil
}
func (s *site) Match(_ context.Context, c []ward.Claim) ([]ward.ProductFinding, error) {
	return make([]ward.ProductFinding, len(c)), nil
}
func (s *site) Holdings(context.Context, []ward.ProductVerdict) ([]ward.Holding, error) {
	return nil, nil
}
func (s *site) CareServices() []string { return []string{"emergency", "surgery"} }
func (s *site) Named(_ context.Context, words string) ([]ward.Organisation, error) {
	if strings.Contains("lake hospital", words) {
		return []ward.Organisation{lake}, nil
	}
	return nil, nil
}
func (s *site) SampleLetter(ward.AdvisoryHead, []ward.Guidance, ward.Lang) (subject, text string) {
	return "Subject", "Text"
}

func open(t *testing.T) *site {
	t.Helper()
	d := database.Open(t, database.SQLite)
	now := clock.NewFake(time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)).Now
	guard, err := auth.New()
	expect.OK(t, err)
	log, err := audit.New(audit.Config{DB: d, Clock: now})
	expect.OK(t, err)
	ids, queue, quiet := id.New(now), new(job.Queue), slog.New(slog.DiscardHandler)
	s := &site{t: t, actor: writer}
	s.svc, err = bulletin.New(bulletin.Config{DB: d, Clock: now, IDs: ids, Guard: guard, Bus: &event.Bus{Clock: now, IDs: ids}, Queue: queue, Audit: log, Log: quiet,
		Registry: s, Cases: s, Publisher: "Centre", Namespace: "https://centre.example", URL: "https://centre.example"})
	expect.OK(t, err)
	parts := s.svc.Parts(s)
	expect.OK(t, d.Migrate(ctx, now(), []db.Migrations{audit.Migrations(), {Owner: parts.Name, Files: parts.Migrations}}))
	expect.OK(t, job.Migrate(ctx, d))
	expect.OK(t, queue.Open(job.Config{DB: d, Replica: "test", Log: quiet}, parts.Jobs, nil))
	s.texts, err = i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), parts.Texts}})
	expect.OK(t, err)
	server, err := web.New(web.Config{Log: quiet, Clock: now, Texts: s.texts, Guard: guard, IDs: ids, Version: "test", Ready: d.Ping, Menu: Menu(),
		Authenticate: func(*http.Request) (ward.Actor, error) { return s.actor, nil }, Pages: Routes(s.svc, s, s, s), API: parts.API})
	expect.OK(t, err)
	s.handler = server.Handler()
	return s
}

// ask sends a request; pairs make it a form. The page must say want.
func (s *site) ask(method, path string, status int, pairs []string, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	for _, x := range want {
		if !strings.Contains(w.Body.String(), x) {
			s.t.Errorf("%s %s does not say %q", method, path, x)
		}
	}
	return w
}

// filled is the editor with all that a second person wants to see.
func filled(edit string, more ...string) []string {
	return append([]string{"edit", edit, "title", "Block the <port>", "summary", "S", "it", "I", "devices", "D", "practice", "P", "severity", "high", "exploited", "none",
		"tlp", "clear", "countries", "AT", "credits", "Rosa R.\nTeam Blue"}, more...)
}

// Whoever sits down next at a screen does not get the feed of the one before.
func TestFeedIsAskedForEachTime(t *testing.T) {
	s := open(t)
	head := s.ask("GET", "/hsc/feed", 200, nil, "<feed").Header()
	if vary := strings.Join(head.Values("Vary"), ", "); head.Get("Cache-Control") != "private, no-cache" || !strings.Contains(vary, "Cookie") || head.Get("ETag") == "" {
		t.Errorf("kept as %v", head)
	}
}

// An audience is chosen by names, without scripts and without losing what was typed.
func TestEditorChoosesByName(t *testing.T) {
	s := open(t)
	to := s.ask("POST", "/centre-alerts", 303, []string{"template", "blank"}).Header().Get("Location")
	s.ask("GET", to, 200, nil, `value="surgery"`, `name="find"`)
	found := s.ask("POST", to, 200, filled("1", "act", "find", "find", "lake", "services", "surgery"), "Lake hospital", `value="surgery" checked`, "Block the &lt;port&gt;")
	if strings.Contains(found.Body.String(), `value="`+string(lake.ID)+`" checked`) {
		t.Error("what was found is chosen already")
	}
	s.ask("POST", to, 303, filled("1", "orgs", string(lake.ID), "services", "surgery"))
	s.ask("GET", to, 200, nil, "Lake hospital", `value="`+string(lake.ID)+`" checked`, "Team Blue")
	s.ask("POST", to, 409, filled("1"))                           // somebody saved since
	s.ask("POST", to, 422, filled("2", "cves", "CVE-1"), "CVE-1") // wrong, and kept
}

// The writer hands over and cannot approve; the second person finds the alert on
// the first screen and approves it.
func TestApproval(t *testing.T) {
	s := open(t)
	edit := s.ask("POST", "/centre-alerts", 303, []string{"template", "blank"}).Header().Get("Location")
	one := strings.TrimSuffix(edit, "/edit")
	s.ask("POST", one+"/submit", 422, nil)
	s.ask("POST", edit, 303, filled("1"))
	s.ask("POST", one+"/submit", 303, nil)
	s.ask("GET", one, 200, nil, "HSC-2026-001")
	if body := s.ask("GET", one+"/approve", 200, nil).Body.String(); strings.Contains(body, `action="`+one+`/approve"`) {
		t.Error("the writer is offered to approve")
	}
	s.ask("POST", one+"/approve", 403, []string{"edit", "3"})
	s.ask("GET", one+"/preview", 200, nil, "Rosa R.", "Subject")

	s.actor = second
	shown, err := Cards(s.svc)[0].Show(ctx, second, s.texts.Printer(ward.English))
	expect.OK(t, err)
	var b strings.Builder
	expect.OK(t, shown.Render(ctx, &b))
	if !strings.Contains(b.String(), "Block the &lt;port&gt;") || !strings.Contains(b.String(), one) {
		t.Errorf("first screen: %s", b.String())
	}
	s.ask("POST", one+"/approve", 422, []string{"edit", "3", "at", "soon"})
	s.ask("POST", one+"/return", 422, []string{"comment", " "})
	s.ask("POST", one+"/approve", 409, []string{"edit", "1"})
	v, err := s.svc.Get(ctx, second, strings.TrimPrefix(one, "/centre-alerts/"))
	expect.OK(t, err)
	s.ask("POST", one+"/approve", 303, []string{"edit", number(v.Open().Edit)})
	if shown, err := Cards(s.svc)[0].Show(ctx, second, s.texts.Printer(ward.English)); err != nil || shown != nil {
		t.Errorf("nothing waits, and the first screen shows it (%v)", err)
	}
}

// One button begins the alert of a case, and finds it when it is pressed again.
func TestFromCase(t *testing.T) {
	s := open(t)
	if err := s.svc.Drop(ctx, writer, "none"); ward.CodeOf(err) != ward.NotFound {
		t.Fatal(err)
	}
	one := s.ask("POST", "/centre-alerts/from-case", 303, []string{"case", "case-1"}).Header().Get("Location")
	if again := s.ask("POST", "/centre-alerts/from-case", 303, []string{"case", "case-1"}).Header().Get("Location"); again != one {
		t.Errorf("pressed again: %s, before %s", again, one)
	}
	s.ask("GET", one, 200, nil, "The pump takes commands")
	s.ask("POST", one+"/drop", 303, nil)
	if next := s.ask("POST", "/centre-alerts/from-case", 303, []string{"case", "case-1"}).Header().Get("Location"); next == one {
		t.Error("an alert that was given up keeps the case")
	}
}
