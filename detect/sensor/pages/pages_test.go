package pages

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/sensor"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	csirt  = ward.Actor{Person: "p1", Name: "Carl CSIRT", Org: "csirt-at", Country: "AT", Role: ward.RoleCSIRT}
	member = ward.Actor{Person: "p2", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
	other  = ward.Actor{Person: "p3", Name: "Olga Other", Org: "h2", Country: "AT", Role: ward.RoleMember}
	centre = ward.Actor{Person: "p4", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
)

// site is the pages behind the real server.
type site struct {
	*room.Site
	t   *testing.T
	svc *sensor.Service
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
	b := room.New(t, database.Open(t, database.SQLite), time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC))
	s := &site{t: t}
	var err error
	s.svc, err = sensor.New(sensor.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Audit: b.Audit, Log: b.Log, Registry: s,
		Centre: "Centre of Tests", Key: room.Key})
	expect.OK(t, err)
	parts := s.svc.Parts()
	b.Furnish(parts)
	s.Site = b.Site(parts, Menu(), Routes(s.svc))
	return s
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
	s.Do(r, status, want...)
}

// hits sends hits over the API, as a sensor does.
func (s *site) hits(a ward.Actor, batch, body string) {
	s.t.Helper()
	was := s.Actor
	s.Actor = a
	defer func() { s.Actor = was }()
	r := httptest.NewRequest("POST", "/api/v1/detection/hits", strings.NewReader(`{"version":1,"sensor":{"id":"s-1","version":"1.0"},"batch":"`+batch+`","hits":[`+body+`]}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	s.Do(r, 200, `"accepted":1`)
}

// TestAListUntilAVerdict goes the whole way without a script: a CSIRT publishes,
// a sensor sends, the hospital says what it was, and the author reads that.
func TestAListUntilAVerdict(t *testing.T) {
	s := open(t)
	s.Actor = csirt
	s.Get("/detection", 200, "Nothing is looked for yet")
	s.Get("/detection/new", 200, "TLP:AMBER+STRICT")
	s.Post("/detection/new", 422, url.Values{"title": {""}, "lang": {"en"}, "tlp": {"AMBER"}, "severity": {"high"}}, "Give it a title.")
	w := s.Post("/detection/new", 303, url.Values{"title": {"Addresses of X"}, "source": {"Report 7"}, "advice": {"Unplug it."}, "lang": {"en"}, "tlp": {"AMBER"}, "severity": {"high"}})
	one := w.Header().Get("Location")
	one, _, _ = strings.Cut(one, "?")
	s.upload(one+"/items", 200, map[string]string{"kind": "indicator", "text": "evil.example\nnot one !", "act": "look"}, "", "Nothing was kept", "not one !", "evil.example\nnot one !")
	s.Get(one, 200, "Nothing is in it yet")
	s.upload(one+"/items", 422, map[string]string{"kind": "indicator", "act": "add"}, "", "Add at least one")
	s.upload(one+"/items", 200, map[string]string{"kind": "indicator", "act": "add"}, "evil.example\n", "1 new item was added")
	s.upload(one+"/items", 422, map[string]string{"kind": "indicator", "act": "add"}, "{\"type\":\"bundle\"", "This is no list that can be read")
	edit := regexp.MustCompile(`name="edit" value="(\d+)"`).FindStringSubmatch(s.Get(one, 200).Body.String())
	s.Post(one+"/publish", 409, url.Values{"edit": {"1"}}, "Somebody changed it")
	s.Post(one+"/publish", 303, url.Values{"edit": {edit[1]}})

	s.hits(member, "b1", `{"time":"2026-11-30T09:00:00Z","subject":"pc-7","kind":"indicator","indicator":"evil.example","type":"domain","source":"Addresses of X","count":3,"fields":{"query":"www.evil.example","user":"maria.huber"}}`)
	s.Actor = member
	s.Get("/detection", 200, "Addresses of X")
	list := s.Get("/sightings", 200, "evil.example", "pc-7").Body.String()
	hit := regexp.MustCompile(`/sightings/[0-9a-f-]{36}`).FindString(list)
	page := s.Get(hit, 200, "Unplug it.", "Personal data was taken out", "www.evil.example", "Not seen in enough other hospitals").Body.String()
	if strings.Contains(page, "huber") {
		t.Error("the page names a person")
	}
	s.Post(hit+"/state", 422, url.Values{"state": {"false_positive"}}, "Say what it really was.")
	s.Post(hit+"/comment", 303, url.Values{"word": {"Our scanner?"}})
	s.Post(hit+"/state", 303, url.Values{"state": {"false_positive"}, "comment": {"It is our own scanner"}, "tell": {"1"}})
	s.Post(hit+"/state", 409, url.Values{"state": {"closed"}}, "not possible in its present state")
	s.Get(hit, 200, "Our scanner?", "It is our own scanner", "False alarm")
	s.Get("/sightings", 200, "Nothing was seen")
	s.Get("/sightings?state=all", 200, "evil.example")
	s.Get("/sensors", 200, "s-1", "Its fingerprint")

	s.Actor = other
	s.Get(hit, 404)
	s.Get("/sightings?state=all", 200, "Nothing was seen")
	s.Post(hit+"/state", 404, url.Values{"state": {"looking"}})

	s.Actor = csirt
	page = s.Get(one, 200, "It is our own scanner", "False alarms that hospitals told").Body.String()
	if strings.Contains(page, "NAME-") || strings.Contains(page, "Max") || strings.Contains(page, "pc-7") {
		t.Error("the author reads who it was")
	}
	s.Get(hit, 200, "NAME-h1", "It is our own scanner")
	s.Post(hit+"/state", 403, url.Values{"state": {"looking"}})
	s.Post(one+"/withdraw", 422, url.Values{}, "Say why.")
	s.Post(one+"/withdraw", 303, url.Values{"reason": {"It was harmless"}})

	s.Actor = member
	s.Get(one, 404)
	s.Get(hit, 200, "evil.example") // one's own hit stays

	s.Actor = centre
	s.Get(hit, 403)
	s.Get("/sightings", 403)
	s.Get("/detection", 200, "Too few to be told")
	s.Get(one, 404)
}

// TestBundleOverHTTP: signature, tag, and "nothing has changed" in one line.
func TestBundleOverHTTP(t *testing.T) {
	s := open(t)
	s.Actor = member
	w := s.Get("/api/v1/detection/bundle", 200, `"centre":"Centre of Tests"`)
	if !strings.HasPrefix(w.Header().Get("ETag"), "W/") { // it leaves compressed too (RFC 9110 section 8.8.3.3)
		t.Errorf("tag %q", w.Header().Get("ETag"))
	}
	if w.Header().Get("Ward-Signature") == "" || w.Header().Get("Cache-Control") != "private, no-cache" {
		t.Errorf("headers %v", w.Header())
	}
	r := httptest.NewRequest("GET", "/api/v1/detection/bundle", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	s.Do(r, 304)
	s.Actor = centre
	s.Get("/api/v1/detection/bundle", 403)
	s.Actor = ward.Actor{}
	s.Get("/api/v1/detection/key", 200, `"algorithm":"ed25519"`)
	s.Get("/api/v1/detection/bundle", 401)
}

// TestSeenBeforeIsShown: what a sensor's memory knew says so, in the list and on its page.
func TestSeenBeforeIsShown(t *testing.T) {
	s := open(t)
	s.hits(member, "b1", `{"time":"2026-11-11T09:00:00Z","subject":"pc-7","kind":"indicator","indicator":"evil.example","type":"domain","source":"own","count":3,"before":{"last":"2026-11-20T00:00:00Z","hosts":2}}`)
	s.hits(member, "b2", `{"time":"2026-11-30T09:00:00Z","subject":"pc-8","kind":"indicator","indicator":"now.example","type":"domain","source":"own","count":1}`)
	s.Actor = member
	list := s.Get("/sightings", 200, "Seen before", "first seen 19 days earlier", "on 2 computers").Body.String()
	if n := strings.Count(list, "Seen before"); n != 1 {
		t.Errorf("%d are said to be seen before", n)
	}
	hit := regexp.MustCompile(`/sightings/[0-9a-f-]{36}`).FindAllString(list, -1)
	s.Get(hit[len(hit)-1], 200, "seen before it was known to be bad", "Days on which it was seen", "first seen 19 days earlier")
}
