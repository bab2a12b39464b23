package pages_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/base/registry"
	"ward/base/registry/pages"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/database"
)

// site is the registry behind the real server; the actor of a request is the
// one whose name stands in its X-Actor header.
type site struct {
	svc    *registry.Service
	web    *web.Server
	actors map[string]ward.Actor
	texts  *i18n.Catalogue
}

func newSite(t *testing.T) *site {
	t.Helper()
	ctx := context.Background()
	d := database.Open(t, database.SQLite)
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
	svc, err := registry.New(registry.Config{DB: d, Clock: now.Now, IDs: ids, Guard: g, Bus: &event.Bus{Clock: now.Now, IDs: ids}, Audit: log})
	if err != nil {
		t.Fatal(err)
	}
	parts := svc.Parts()
	if err := d.Migrate(ctx, now.Now(), []db.Migrations{audit.Migrations(), {Owner: parts.Name, Files: parts.Migrations}}); err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), parts.Texts}})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{svc: svc, actors: map[string]ward.Actor{}, texts: texts}
	s.web, err = web.New(web.Config{Log: slog.New(slog.DiscardHandler), Clock: now.Now, Texts: texts, Guard: g, IDs: ids, Version: "test", Zone: time.UTC,
		Authenticate: func(r *http.Request) (ward.Actor, error) { return s.actors[r.Header.Get("X-Actor")], nil },
		Ready:        func(context.Context) error { return nil }, Menu: pages.Menu(), Pages: pages.Routes(svc), API: parts.API})
	if err != nil {
		t.Fatal(err)
	}
	s.people(t)
	return s
}

// people are a hospital with manager and member, its CSIRT and an operator.
func (s *site) people(t *testing.T) {
	t.Helper()
	ctx, house := context.Background(), ward.Actor{System: true}
	r, err := s.svc.Register(ctx, house, []registry.NewOrganisation{
		{Details: registry.Details{Kind: ward.KindHospital, Name: "Zagreb <b>Hospital</b>", Country: "HR", City: "Zagreb"},
			Contacts: []ward.Contact{{Name: "Night desk", Phone: "+385 1 2345", Duty: ward.DutyPhone}}, Services: []registry.Care{{Code: "dialysis"}}, Sites: []registry.Site{{Name: "North"}}},
		{Details: registry.Details{Kind: ward.KindCSIRT, Name: "CERT", Country: "HR"}},
		{Details: registry.Details{Kind: ward.KindCentre, Name: "Centre"}},
		{Details: registry.Details{Kind: ward.KindHospital, Name: "Vienna", Country: "AT"}}})
	if err != nil || len(r.Faults) > 0 {
		t.Fatal(err, r.Faults)
	}
	for name, x := range map[string]struct {
		org  ward.OrgID
		role ward.Role
	}{"manager": {r.IDs[0], ward.RoleManager}, "member": {r.IDs[0], ward.RoleMember}, "csirt": {r.IDs[1], ward.RoleCSIRT},
		"operator": {r.IDs[2], ward.RoleOperator}, "foreign": {r.IDs[3], ward.RoleManager}} {
		f, err := s.svc.Invite(ctx, house, x.org, registry.Invitation{Name: name, Email: name + "@x.example", Role: x.role})
		if err != nil {
			t.Fatal(err)
		}
		if s.actors[name], err = s.svc.Wear(ctx, f.Person.ID, f.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// ask sends a request as actor; a body that is url.Values is a form, any other
// that is not nil is JSON.
func (s *site) ask(t *testing.T, actor, method, path string, body any) *httptest.ResponseRecorder {
	t.Helper()
	var r *http.Request
	switch b := body.(type) {
	case nil:
		r = httptest.NewRequest(method, path, nil)
	case url.Values:
		r = httptest.NewRequest(method, path, strings.NewReader(b.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		r = httptest.NewRequest(method, path, strings.NewReader(string(text)))
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("X-Actor", actor)
	w := httptest.NewRecorder()
	s.web.Handler().ServeHTTP(w, r)
	return w
}

// rawKey finds a message key that reached the page instead of its words.
var rawKey = regexp.MustCompile(`>\s*(registry|error|ui)\.[a-z_.]+\s*<`)

func (s *site) page(t *testing.T, actor, path string, status int) string {
	t.Helper()
	w := s.ask(t, actor, "GET", path, nil)
	if w.Code != status {
		t.Errorf("GET %s as %s: got %d, want %d", path, actor, w.Code, status)
	}
	text := w.Body.String()
	if k := rawKey.FindString(text); k != "" {
		t.Errorf("GET %s shows %q", path, k)
	}
	return text
}

func TestPagesShow(t *testing.T) {
	s := newSite(t)
	org := string(s.actors["manager"].Org)
	people, err := s.svc.People(context.Background(), s.actors["manager"], s.actors["manager"].Org)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := s.svc.Show(context.Background(), s.actors["manager"], s.actors["manager"].Org)
	for _, tc := range []struct {
		actor, path string
		status      int
	}{
		{"manager", "/org", 200}, {"member", "/org", 200}, {"manager", "/org/edit", 200}, {"member", "/org/edit", 403},
		{"manager", "/org/services", 200}, {"manager", "/org/sites/new", 200}, {"manager", "/org/sites/" + string(v.Sites[0].ID), 200},
		{"manager", "/org/sites/" + string(v.Sites[0].ID) + "/remove", 200}, {"manager", "/org/contacts/new?duty=it", 200},
		{"manager", "/org/contacts/" + v.Contacts[0].ID, 200}, {"manager", "/org/contacts/" + v.Contacts[0].ID + "/remove", 200},
		{"manager", "/org/people/new", 200}, {"manager", "/people/" + people[0].ID, 200}, {"manager", "/people/" + people[0].ID + "/end", 200},
		{"foreign", "/organisations/" + org, 404}, {"foreign", "/people/" + people[0].ID, 404}, {"foreign", "/organisations/" + org + "/edit", 404},
		{"csirt", "/organisations", 200}, {"csirt", "/organisations?q=zag&kind=hospital", 200}, {"csirt", "/organisations/new", 200},
		{"csirt", "/organisations/" + org, 200}, {"csirt", "/organisations/" + org + "/edit", 200}, {"manager", "/organisations/new", 403},
		{"operator", "/organisations", 200}, {"operator", "/setup", 200}, {"operator", "/setup/next", 200}, {"manager", "/setup", 403},
		{"manager", "/me/details", 200}, {"manager", "/org/sites/nothing", 404}, {"csirt", "/organisations?after=nonsense", 422}, {"nobody", "/org", 303},
	} {
		text := s.page(t, tc.actor, tc.path, tc.status)
		if strings.Contains(text, "<b>Hospital</b>") {
			t.Errorf("%s lets markup through", tc.path)
		}
	}
	text := s.page(t, "manager", "/org", 200)
	for _, want := range []string{`href="/org/contacts/new?duty=it"`, `href="tel:&#43;38512345"`, "Dialysis", "4 hours", "North", "Invite a person"} {
		if !strings.Contains(text, want) && !strings.Contains(text, strings.ReplaceAll(want, "&#43;", "+")) {
			t.Errorf("/org lacks %q", want)
		}
	}
	if text := s.page(t, "member", "/org", 200); strings.Contains(text, "Invite a person") || strings.Contains(text, "/org/edit") {
		t.Error("a member is shown what he may not do")
	}
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestFormsSave(t *testing.T) {
	s := newSite(t)
	post := func(actor, path string, f url.Values, status int, location string) string {
		t.Helper()
		w := s.ask(t, actor, "POST", path, f)
		if w.Code != status || !strings.HasPrefix(w.Header().Get("Location"), location) {
			t.Errorf("POST %s: got %d to %q, want %d to %q", path, w.Code, w.Header().Get("Location"), status, location)
		}
		return w.Body.String()
	}
	post("manager", "/org/edit", form("version", "1", "beds", "1 200", "headcount", "300", "city", "Zagreb", "address", "Street 1", "besides", "critical", "besides", "maker"), 303, "/org")
	if body := s.ask(t, "manager", "GET", "/org", nil).Body.String(); !strings.Contains(body, "A critical entity, A maker of products with digital elements") {
		t.Error("the profile does not say what the hospital is besides")
	}
	if body := s.ask(t, "csirt", "GET", "/org/edit", nil).Body.String(); strings.Contains(body, `value="critical" checked`) {
		t.Error("a team that is no critical entity is ticked as one")
	}
	post("manager", "/org/edit", form("version", "1", "city", "Other"), 409, "")
	text := post("manager", "/org/edit", form("version", "2", "turnover", "1.000.000", "city", "Typed town"), 422, "")
	if !strings.Contains(text, `href="#turnover"`) || !strings.Contains(text, "1.000.000") || !strings.Contains(text, "Typed town") || !strings.Contains(text, "<title>Error:") {
		t.Error("a wrong figure: summary, typed values or title missing")
	}
	post("manager", "/org/sites/new", form("name", "South"), 303, "/org")
	post("manager", "/org/sites/new", form("name", " "), 422, "")
	post("manager", "/org/contacts/new", form("duty", "it", "name", "Ivo", "email", "ivo@x.example", "lang", "hr"), 303, "/org")
	post("manager", "/org/contacts/new", form("duty", "it", "name", "Ivo", "lang", "hr"), 422, "")
	post("manager", "/org/services", form("care-acute", "emergency", "care-therapy", "dialysis", "outage-dialysis", "90"), 303, "/org")
	post("manager", "/org/services", form("care-therapy", "dialysis", "outage-dialysis", "x"), 422, "")
	post("manager", "/org/people/new", form("name", "Eva", "email", "eva@x.example", "role", "hospital_member", "lang", "hr"), 303, "/people/")
	post("manager", "/org/people/new", form("name", "Eva", "email", "eva@x.example", "role", "hospital_member", "lang", "hr"), 409, "")
	post("manager", "/org/people/new", form("name", "Bob", "email", "bob@x.example", "role", "operator", "lang", "hr"), 403, "")
	post("csirt", "/organisations/new", form("kind", "lab", "name", "Lab", "country", "HR"), 303, "/organisations/")
	post("csirt", "/organisations/new", form("kind", "lab", "name", "Lab", "country", "AT"), 403, "")
	post("manager", "/me/details", form("name", "Ana", "lang", "hr", "zone", "Europe/Zagreb"), 303, "/me")
	post("operator", "/setup", form("kind", "centre", "name", "The Centre", "person", "Olga", "email", "olga@x.example"), 303, "/setup/next")
	post("operator", "/setup", form("kind", "centre", "name", "", "person", "Olga", "email", "olga@x.example"), 422, "")
	post("member", "/org/sites/new", form("name", "South"), 403, "")
	v, err := s.svc.Show(context.Background(), s.actors["manager"], s.actors["manager"].Org)
	if err != nil || *v.Facts.Beds != 1200 || len(v.Sites) != 2 || len(v.Contacts) != 2 || v.Services[1].Limit() != 90 {
		t.Errorf("stored %+v, %v", v, err)
	}
	post("manager", "/org/sites/"+string(v.Sites[0].ID)+"/remove", nil, 303, "/org")
	post("manager", "/org/contacts/"+v.Contacts[0].ID+"/remove", nil, 303, "/org")
	post("foreign", "/organisations/"+string(v.ID)+"/contacts/"+v.Contacts[1].ID+"/remove", nil, 404, "")
	people, _ := s.svc.People(context.Background(), s.actors["manager"], v.ID)
	for _, f := range people {
		switch f.Person.Name {
		case "member":
			post("manager", "/people/"+f.ID, form("role", "hospital_manager", "title", "Deputy"), 303, "/people/")
			post("manager", "/people/"+f.ID+"/end", nil, 303, "/org")
		case "manager":
			post("csirt", "/people/"+f.ID+"/end", nil, 303, "/organisations/")
		}
	}
}

// A manager who takes his own house out of its group lands on a page that is there.
func TestTakesOutOwnHouse(t *testing.T) {
	s, ctx := newSite(t), context.Background()
	me := s.actors["manager"]
	g, err := s.svc.NewGroup(ctx, me, registry.Group{Kind: registry.GroupOwner, Name: "Clinics"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.svc.Group(ctx, me, g.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := s.ask(t, "manager", "POST", "/memberships/"+v.Own.ID+"/remove", form("group", g.ID))
	if to := w.Header().Get("Location"); w.Code != 303 || s.ask(t, "manager", "GET", to, nil).Code != 200 {
		t.Errorf("got %d to %q, where nothing is", w.Code, to)
	}
}

func TestAPI(t *testing.T) {
	s := newSite(t)
	org := string(s.actors["manager"].Org)
	ask := func(actor, method, path string, body any, status int) map[string]any {
		t.Helper()
		w := s.ask(t, actor, method, path, body)
		if w.Code != status {
			t.Errorf("%s %s as %s: got %d %s, want %d", method, path, actor, w.Code, w.Body, status)
		}
		out := map[string]any{}
		json.Unmarshal(w.Body.Bytes(), &out) //nolint:errcheck // 204 has no body
		return out
	}
	type m = map[string]any
	base := "/api/v1/organisations/" + org
	got := ask("manager", "GET", base, nil, 200)
	if got["organisation"].(m)["version"] != 1.0 || len(got["gaps"].([]any)) != 4 {
		t.Errorf("got %v", got)
	}
	ask("manager", "PUT", base, m{"version": 1, "kind": "hospital", "name": "Zagreb <b>Hospital</b>", "country": "HR", "facts": m{"beds": 10}}, 204)
	ask("manager", "PUT", base, m{"version": 1, "kind": "hospital", "name": "Zagreb <b>Hospital</b>", "country": "HR"}, 409)
	ask("foreign", "GET", base, nil, 404)
	ask("foreign", "PUT", base+"/services", m{"services": []m{}}, 404)
	ask("manager", "PUT", base+"/services", m{"services": []m{{"code": "dialysis", "outage_minutes": 5}}}, 204)
	site := ask("manager", "POST", base+"/sites", m{"name": "West"}, 200)["id"].(string)
	ask("manager", "PUT", base+"/sites/"+site, m{"name": "West 2"}, 204)
	ask("foreign", "DELETE", "/api/v1/organisations/"+string(s.actors["foreign"].Org)+"/sites/"+site, nil, 404)
	ask("manager", "DELETE", base+"/sites/"+site, nil, 204)
	contact := ask("manager", "POST", base+"/contacts", m{"duty": "it", "name": "Ivo", "email": "ivo@x.example"}, 200)["id"].(string)
	ask("manager", "PUT", base+"/contacts/"+contact, m{"duty": "it", "name": "Ivo", "phone": "112"}, 204)
	ask("manager", "DELETE", base+"/contacts/"+contact, nil, 204)
	hat := ask("manager", "POST", base+"/people", m{"name": "Eva", "email": "eva@x.example", "role": "hospital_member"}, 200)["hat"].(string)
	ask("manager", "PUT", "/api/v1/people/"+hat, m{"role": "hospital_manager"}, 204)
	ask("manager", "GET", "/api/v1/people/"+hat, nil, 200)
	ask("foreign", "GET", "/api/v1/people/"+hat, nil, 404)
	ask("manager", "DELETE", "/api/v1/people/"+hat, nil, 204)
	ask("manager", "GET", base+"/people", nil, 200)
	made := ask("csirt", "POST", "/api/v1/organisations", m{"organisations": []m{{"organisation": m{"kind": "lab", "name": "A", "country": "HR"}}, {"organisation": m{"kind": "lab", "name": "B", "country": "AT"}}}}, 200)
	if made["new"] != 1.0 || made["faults"].([]any)[0].(m)["code"] != "forbidden" {
		t.Errorf("got %v", made)
	}
	ask("csirt", "POST", "/api/v1/organisations", m{"organisations": []m{{"organisation": m{"kind": "lab", "name": "", "country": "HR"}}}}, 422)
	if list := ask("csirt", "GET", "/api/v1/organisations?limit=2", nil, 200); len(list["organisations"].([]any)) != 2 || list["next"] == nil {
		t.Errorf("got %v", list)
	}
	ask("nobody", "GET", "/api/v1/organisations", nil, 401)
	ask("manager", "GET", "/api/v1/care-services", nil, 200)
	ask("manager", "PUT", "/api/v1/me/details", m{"name": "Ana", "lang": "hr"}, 204)
	if me := ask("manager", "GET", "/api/v1/me/details", nil, 200); me["lang"] != "hr" {
		t.Errorf("got %v", me)
	}
	ask("operator", "PUT", "/api/v1/setup", m{"kind": "centre", "name": "C", "person": "O", "email": "o@x.example"}, 204)
	ask("manager", "PUT", "/api/v1/setup", m{"kind": "centre", "name": "C", "person": "O", "email": "o@x.example"}, 403)
}

func TestCard(t *testing.T) {
	s := newSite(t)
	p := s.texts.Printer(ward.English)
	card, err := pages.Cards(s.svc)[1].Show(context.Background(), s.actors["manager"], p)
	if err != nil || card == nil {
		t.Fatal("no card for a profile with gaps", err)
	}
	if w, err := pages.Cards(s.svc)[0].Show(context.Background(), s.actors["manager"], p); w != nil || err != nil {
		t.Errorf("nobody waits, and a card says so: %v", err)
	}
	var b strings.Builder
	if err := card.Render(context.Background(), &b); err != nil || strings.Count(b.String(), "<li>") != 3 {
		t.Errorf("got %s, %v", b.String(), err)
	}
}

// Who leaves before the house has a name finds the way back on the first screen.
func TestSetupCard(t *testing.T) {
	s, ctx := newSite(t), context.Background()
	id, err := s.svc.Found(ctx, ward.Actor{System: true})
	if err != nil {
		t.Fatal(err)
	}
	hats, err := s.svc.Hats(ctx, id)
	if err != nil || len(hats) != 1 {
		t.Fatal(hats, err)
	}
	operator, err := s.svc.Wear(ctx, id, hats[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	card := pages.Cards(s.svc)[2]
	var b strings.Builder
	if body, err := card.Show(ctx, operator, s.texts.Printer(ward.English)); err != nil || body == nil || body.Render(ctx, &b) != nil || !strings.Contains(b.String(), `href="/setup"`) {
		t.Errorf("got %s, %v", b.String(), err)
	}
	if err := s.svc.SetUp(ctx, operator, registry.Setup{Kind: ward.KindCentre, Name: "Centre", Person: "Olga", Email: "olga@centre.example"}); err != nil {
		t.Fatal(err)
	}
	if body, err := card.Show(ctx, operator, s.texts.Printer(ward.English)); err != nil || body != nil {
		t.Errorf("a house with a name is asked for one: %v", err)
	}
}

func TestTexts(t *testing.T) {
	s := newSite(t)
	for _, l := range i18n.Required() {
		if r := s.texts.Complete(l); !r.OK() {
			for _, k := range append(r.Missing, r.Unknown...) {
				if strings.HasPrefix(string(k), "registry.") {
					t.Errorf("%s: %s is missing or unknown", l, k)
				}
			}
			for _, f := range r.Faults {
				if strings.HasPrefix(f, "registry.") {
					t.Errorf("%s: %s", l, f)
				}
			}
		}
	}
}
