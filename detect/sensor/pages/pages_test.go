package pages

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/sensor"
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
	csirt  = ward.Actor{Person: "p1", Name: "Carl CSIRT", Org: "csirt-at", Country: "AT", Role: ward.RoleCSIRT}
	member = ward.Actor{Person: "p2", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
	other  = ward.Actor{Person: "p3", Name: "Olga Other", Org: "h2", Country: "AT", Role: ward.RoleMember}
	centre = ward.Actor{Person: "p4", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
)

// site is the pages behind the real server.
type site struct {
	t       *testing.T
	svc     *sensor.Service
	handler http.Handler
	actor   ward.Actor
}

// Organisations implements sensor.Registry.
func (s *site) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out := map[ward.OrgID]ward.Organisation{}
	for _, o := range ids {
		out[o] = ward.Organisation{ID: o, Name: "Hospital NAME-" + string(o)}
	}
	return out, nil
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
	bus := &event.Bus{Clock: now, IDs: ids}
	s := &site{t: t}
	s.svc, err = sensor.New(sensor.Config{DB: d, Clock: now, IDs: ids, Guard: guard, Bus: bus, Audit: log, Log: quiet, Registry: s, Centre: "Centre of Tests", Key: bytes.Repeat([]byte{7}, 32)})
	expect.OK(t, err)
	parts := s.svc.Parts()
	expect.OK(t, d.Migrate(ctx, now(), []db.Migrations{audit.Migrations(), {Owner: parts.Name, Files: parts.Migrations}}))
	expect.OK(t, job.Migrate(ctx, d))
	expect.OK(t, queue.Open(job.Config{DB: d, Replica: "test", Log: quiet}, append(parts.Jobs, bus.Worker()), nil))
	expect.OK(t, bus.Connect(queue, nil))
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), parts.Texts}})
	expect.OK(t, err)
	server, err := web.New(web.Config{Log: quiet, Clock: now, Texts: texts, Guard: guard, IDs: ids, Version: "test", Ready: d.Ping, Menu: Menu(),
		Authenticate: func(*http.Request) (ward.Actor, error) { return s.actor, nil }, Pages: Routes(s.svc), API: parts.API})
	expect.OK(t, err)
	s.handler = server.Handler()
	return s
}

func (s *site) do(r *http.Request, status int, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != status {
		s.t.Fatalf("%s %s: %d, want %d: %s", r.Method, r.URL, w.Code, status, w.Body)
	}
	for _, x := range want {
		if !strings.Contains(w.Body.String(), x) {
			s.t.Errorf("%s %s does not say %q", r.Method, r.URL, x)
		}
	}
	return w
}

func (s *site) get(path string, status int, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(httptest.NewRequest("GET", path, nil), status, want...)
}

func (s *site) post(path string, status int, form url.Values, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.do(r, status, want...)
}

// upload sends the form of a list as a browser does.
func (s *site) upload(path string, status int, fields map[string]string, file string, want ...string) {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		expect.OK(s.t, m.WriteField(k, v))
	}
	if file != "" {
		w, err := m.CreateFormFile("file", "list.txt")
		expect.OK(s.t, err)
		_, err = w.Write([]byte(file))
		expect.OK(s.t, err)
	}
	expect.OK(s.t, m.Close())
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	s.do(r, status, want...)
}

// hits sends hits over the API, as a sensor does.
func (s *site) hits(a ward.Actor, batch, body string) {
	s.t.Helper()
	was := s.actor
	s.actor = a
	defer func() { s.actor = was }()
	r := httptest.NewRequest("POST", "/api/v1/detection/hits", strings.NewReader(`{"version":1,"sensor":{"id":"s-1","version":"1.0"},"batch":"`+batch+`","hits":[`+body+`]}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	s.do(r, 200, `"accepted":1`)
}

// TestAListUntilAVerdict goes the whole way without a script: a CSIRT publishes,
// a sensor sends, the hospital says what it was, and the author reads that.
func TestAListUntilAVerdict(t *testing.T) {
	s := open(t)
	s.actor = csirt
	s.get("/detection", 200, "Nothing is looked for yet")
	s.get("/detection/new", 200, "TLP:AMBER+STRICT")
	s.post("/detection/new", 422, url.Values{"title": {""}, "lang": {"en"}, "tlp": {"AMBER"}, "severity": {"high"}}, "Give it a title.")
	w := s.post("/detection/new", 303, url.Values{"title": {"Addresses of X"}, "source": {"Report 7"}, "advice": {"Unplug it."}, "lang": {"en"}, "tlp": {"AMBER"}, "severity": {"high"}})
	one := w.Header().Get("Location")
	one, _, _ = strings.Cut(one, "?")
	s.upload(one+"/items", 200, map[string]string{"kind": "indicator", "text": "evil.example\nnot one !", "act": "look"}, "", "Nothing was kept", "not one !", "evil.example\nnot one !")
	s.get(one, 200, "Nothing is in it yet")
	s.upload(one+"/items", 422, map[string]string{"kind": "indicator", "act": "add"}, "", "Add at least one")
	s.upload(one+"/items", 200, map[string]string{"kind": "indicator", "act": "add"}, "evil.example\n", "1 new item was added")
	s.upload(one+"/items", 422, map[string]string{"kind": "indicator", "act": "add"}, "{\"type\":\"bundle\"", "This is no list that can be read")
	edit := regexp.MustCompile(`name="edit" value="(\d+)"`).FindStringSubmatch(s.get(one, 200).Body.String())
	s.post(one+"/publish", 409, url.Values{"edit": {"1"}}, "Somebody changed it")
	s.post(one+"/publish", 303, url.Values{"edit": {edit[1]}})

	s.hits(member, "b1", `{"time":"2026-11-30T09:00:00Z","subject":"pc-7","kind":"indicator","indicator":"evil.example","type":"domain","source":"Addresses of X","count":3,"fields":{"query":"www.evil.example","user":"maria.huber"}}`)
	s.actor = member
	s.get("/detection", 200, "Addresses of X")
	list := s.get("/sightings", 200, "evil.example", "pc-7").Body.String()
	hit := regexp.MustCompile(`/sightings/[0-9a-f-]{36}`).FindString(list)
	page := s.get(hit, 200, "Unplug it.", "Personal data was taken out", "www.evil.example", "Not seen in enough other hospitals").Body.String()
	if strings.Contains(page, "huber") {
		t.Error("the page names a person")
	}
	s.post(hit+"/state", 422, url.Values{"state": {"false_positive"}}, "Say what it really was.")
	s.post(hit+"/comment", 303, url.Values{"word": {"Our scanner?"}})
	s.post(hit+"/state", 303, url.Values{"state": {"false_positive"}, "comment": {"It is our own scanner"}, "tell": {"1"}})
	s.post(hit+"/state", 409, url.Values{"state": {"closed"}}, "not possible in its present state")
	s.get(hit, 200, "Our scanner?", "It is our own scanner", "False alarm")
	s.get("/sightings", 200, "Nothing was seen")
	s.get("/sightings?state=all", 200, "evil.example")
	s.get("/sensors", 200, "s-1", "Its fingerprint")

	s.actor = other
	s.get(hit, 404)
	s.get("/sightings?state=all", 200, "Nothing was seen")
	s.post(hit+"/state", 404, url.Values{"state": {"looking"}})

	s.actor = csirt
	page = s.get(one, 200, "It is our own scanner", "False alarms that hospitals told").Body.String()
	if strings.Contains(page, "NAME-") || strings.Contains(page, "Max") || strings.Contains(page, "pc-7") {
		t.Error("the author reads who it was")
	}
	s.get(hit, 200, "NAME-h1", "It is our own scanner")
	s.post(hit+"/state", 403, url.Values{"state": {"looking"}})
	s.post(one+"/withdraw", 422, url.Values{}, "Say why.")
	s.post(one+"/withdraw", 303, url.Values{"reason": {"It was harmless"}})

	s.actor = member
	s.get(one, 404)
	s.get(hit, 200, "evil.example") // one's own hit stays

	s.actor = centre
	s.get(hit, 403)
	s.get("/sightings", 403)
	s.get("/detection", 200, "Too few to be told")
	s.get(one, 404)
}

// TestBundleOverHTTP: signature, tag, and "nothing has changed" in one line.
func TestBundleOverHTTP(t *testing.T) {
	s := open(t)
	s.actor = member
	w := s.get("/api/v1/detection/bundle", 200, `"centre":"Centre of Tests"`)
	if w.Header().Get("Ward-Signature") == "" || w.Header().Get("Cache-Control") != "private, no-cache" {
		t.Errorf("headers %v", w.Header())
	}
	r := httptest.NewRequest("GET", "/api/v1/detection/bundle", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	s.do(r, 304)
	s.actor = centre
	s.get("/api/v1/detection/bundle", 403)
	s.actor = ward.Actor{}
	s.get("/api/v1/detection/key", 200, `"algorithm":"ed25519"`)
	s.get("/api/v1/detection/bundle", 401)
}
