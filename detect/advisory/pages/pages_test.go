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
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/advisory"
	"ward/format/match"
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
	analyst  = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "o1", Role: ward.RoleCentre}
	member   = ward.Actor{Person: "p2", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
	operator = ward.Actor{Person: "p3", Name: "Olga Operator", Org: "o1", Role: ward.RoleOperator}
)

// site is the pages and operations of the service behind the real server.
type site struct {
	handler http.Handler
	svc     *advisory.Service
	actor   ward.Actor
	cases   []ward.ReviewCase
}

// Reviews implements advisory.Reviews.
func (s *site) Reviews(context.Context, int) ([]ward.ReviewCase, error) { return s.cases, nil }

func open(t *testing.T) *site {
	t.Helper()
	ctx := context.Background()
	d := database.Open(t, database.SQLite)
	now := clock.NewFake(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)).Now
	guard, err := auth.New()
	expect.OK(t, err)
	log, err := audit.New(audit.Config{DB: d, Clock: now})
	expect.OK(t, err)
	ids := id.New(now)
	quiet := slog.New(slog.DiscardHandler)
	svc, err := advisory.New(advisory.Config{DB: d, Clock: now, IDs: ids, Guard: guard, Bus: &event.Bus{Clock: now, IDs: ids}, Audit: log,
		Log: quiet, Enqueue: func(context.Context, *db.Tx, ...job.Args) error { return nil }})
	expect.OK(t, err)
	parts := svc.Parts()
	expect.OK(t, d.Migrate(ctx, now(), []db.Migrations{audit.Migrations(), {Owner: parts.Name, Files: parts.Migrations}}))
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), parts.Texts}})
	expect.OK(t, err)
	s := &site{svc: svc, actor: analyst}
	server, err := web.New(web.Config{Log: quiet, Clock: now, Texts: texts, Guard: guard, IDs: ids, Version: "test",
		Authenticate: func(*http.Request) (ward.Actor, error) { return s.actor, nil }, Ready: d.Ping,
		Menu: Menu(), Pages: Routes(svc, s), API: append(parts.API, svc.ReviewOperations(s)...)})
	expect.OK(t, err)
	s.handler = server.Handler()
	return s
}

func (s *site) do(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code == http.StatusInternalServerError {
		t.Errorf("%s %s: %d %s", r.Method, r.URL, w.Code, w.Body)
	}
	return w
}

func (s *site) get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	return s.do(t, httptest.NewRequest("GET", path, nil))
}

func (s *site) post(t *testing.T, path string, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(t, r)
}

func (s *site) upload(t *testing.T, name string, body []byte, fields ...string) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		expect.OK(t, m.WriteField(fields[i], fields[i+1]))
	}
	if name != "" {
		w, err := m.CreateFormFile("file", name)
		expect.OK(t, err)
		_, err = w.Write(body)
		expect.OK(t, err)
	}
	expect.OK(t, m.Close())
	r := httptest.NewRequest("POST", "/advisories/new", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.do(t, r)
}

// paper is a small valid document with hostile words in every text.
const paper = `{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"<script>alert(1)</script> pump",
"publisher":{"category":"vendor","name":"Acme & Sons","namespace":"https://acme.example"},
"distribution":{"tlp":{"label":"TLPHERE"}},
"tracking":{"id":"A-1","status":"final","version":"VERSIONHERE","initial_release_date":"2026-11-01T00:00:00Z","current_release_date":"2026-11-01T00:00:00Z",
"revision_history":[{"number":"1","date":"2026-11-01T00:00:00Z","summary":"first"}]},
"references":[{"category":"external","summary":"evil","url":"javascript:alert(1)"},{"category":"self","summary":"self","url":"https://acme.example/a-1"}],
"notes":[{"category":"summary","text":"It could harm patients during therapy."}]},
"product_tree":{"branches":[{"category":"vendor","name":"Acme","branches":[{"category":"product_name","name":"Pump <b>","branches":[
{"category":"product_version_range","name":"built before spring","product":{"name":"Pump","product_id":"P1"}}]}]}]},
"vulnerabilities":[{"cve":"CVE-2026-1000","product_status":{"known_affected":["P1"]},
"remediations":[{"category":"vendor_fix","details":"Install 2.0.","url":"https://acme.example/fix","product_ids":["P1"]}]}]}`

func document(tlp, version string) []byte {
	return []byte(strings.NewReplacer("TLPHERE", tlp, "VERSIONHERE", version).Replace(paper))
}

var paperPath = "/advisories/" + string(advisory.IDOf("https://acme.example", "A-1"))

// The way of an analyst through all pages.
func TestJourney(t *testing.T) {
	s := open(t)
	if w := s.get(t, "/advisories"); !strings.Contains(w.Body.String(), "No advisory is here yet.") {
		t.Errorf("an empty list does not say so: %d", w.Code)
	}
	for _, version := range []string{"1", "2"} {
		w := s.upload(t, "a.json", document("WHITE", version), "kind", "csaf")
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != paperPath {
			t.Fatalf("upload: %d to %q %s", w.Code, w.Header().Get("Location"), w.Body)
		}
	}
	page := s.get(t, paperPath).Body.String()
	for _, want := range []string{"It could harm patients during therapy.", "CVE-2026-1000", "Install 2.0.", "built before spring", "Acme &amp; Sons", "TLP:CLEAR"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<script>alert", "Pump <b>", `href="javascript:`} {
		if strings.Contains(page, never) {
			t.Errorf("the page holds %q", never)
		}
	}
	for _, path := range []string{"/advisories?text=pump&severity=&sort=title", paperPath + "/changes", "/advisories/new", "/sources", "/sources/new",
		"/sources/" + advisory.UploadSource, "/review", "/decisions"} {
		if w := s.get(t, path); w.Code != http.StatusOK || strings.Contains(w.Body.String(), ">advisory.") {
			t.Errorf("%s: %d, or a key without words", path, w.Code)
		}
	}
	if w := s.get(t, paperPath+"/document"); w.Body.String() != string(document("WHITE", "2")) {
		t.Error("the original is not what came")
	}
	if w := s.post(t, paperPath+"/notes", "note", ""); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an empty note: %d, want 422", w.Code)
	}
	if w := s.post(t, paperPath+"/notes", "note", "Checked with the maker."); w.Code != http.StatusSeeOther {
		t.Errorf("a note: %d, want 303", w.Code)
	}
	s.actor = member
	if w := s.get(t, paperPath); !strings.Contains(w.Body.String(), "Checked with the maker.") || strings.Contains(w.Body.String(), "Add a note") {
		t.Error("a member must read the note and not write one")
	}
}

func TestUploadForm(t *testing.T) {
	s := open(t)
	for name, tc := range map[string]struct {
		file   string
		body   []byte
		fields []string
		status int
		where  string
		words  string
	}{
		"nothing":            {"", nil, []string{"kind", "csaf"}, 422, "", "Choose a file or enter an address."},
		"a refused document": {"b.json", []byte(`{"document":{"tracking":{"id":"x"}}}`), []string{"kind", "csaf"}, 303, "/sources/" + advisory.UploadSource, ""},
		"broken archive":     {"b.zip", []byte("PK\x03\x04nonsense"), []string{"kind", "csaf"}, 422, "", "The archive is damaged."},
		"wrong list":         {"k.json", []byte(`[]`), []string{"kind", "kev-cisa"}, 422, "", "This is another list."},
		"no list":            {"k.json", []byte(`hello`), []string{"kind", "epss"}, 422, "", "The file cannot be read as this kind."},
		"unknown kind":       {"k.json", []byte(`[]`), []string{"kind", "soup"}, 422, "", "Choose a kind."},
		"inner address":      {"", nil, []string{"kind", "csaf", "url", "http://169.254.169.254/x"}, 422, "", "The address gives no file."},
	} {
		w := s.upload(t, tc.file, tc.body, tc.fields...)
		if w.Code != tc.status || w.Header().Get("Location") != tc.where || !strings.Contains(w.Body.String(), tc.words) {
			t.Errorf("%s: got %d to %q, want %d to %q with %q", name, w.Code, w.Header().Get("Location"), tc.status, tc.where, tc.words)
		}
	}
}

func TestReview(t *testing.T) {
	s := open(t)
	s.upload(t, "a.json", document("WHITE", "1"), "kind", "csaf")
	c := ward.ReviewCase{Advisory: advisory.IDOf("https://acme.example", "A-1"), Organisations: 3, Assets: 9, ProductFinding: ward.ProductFinding{
		Product: 5, Ref: ward.ProductRef{Vendor: "ACME", Name: "Pump", Version: "B7"},
		Finding: ward.Finding{Reason: match.ReasonRangeUnreadable, Leaf: "P1", Path: "Acme / Pump / built before spring"}}}
	s.cases = []ward.ReviewCase{c}
	path := "/review/" + c.Key()
	if body := s.get(t, "/review").Body.String(); !strings.Contains(body, path) || !strings.Contains(body, "3 organisations hold it") {
		t.Error("the queue does not lead to the case")
	}
	if body := s.get(t, path).Body.String(); !strings.Contains(body, "This version is affected") || !strings.Contains(body, "built before spring") {
		t.Error("the case lacks its question or evidence")
	}
	if w := s.post(t, path, "answer", "affected", "reason", ""); w.Code != 422 || !strings.Contains(w.Body.String(), "Give the reason") {
		t.Errorf("without a reason: %d", w.Code)
	}
	if w := s.post(t, path, "answer", "", "reason", "typed before"); w.Code != 422 || !strings.Contains(w.Body.String(), "typed before") {
		t.Errorf("without an answer: %d, or the typed words are lost", w.Code)
	}
	if w := s.post(t, path, "answer", "affected", "reason", "B7 is of winter"); w.Code != 303 {
		t.Fatalf("decide: %d %s", w.Code, w.Body)
	}
	list := s.get(t, "/decisions").Body.String()
	undo := regexp.MustCompile(`/decisions/[0-9a-f-]{36}/undo`).FindString(list)
	if undo == "" || !strings.Contains(list, "B7 is of winter") {
		t.Fatal("the decision is not listed")
	}
	if w := s.get(t, undo); w.Code != 200 {
		t.Errorf("undo form: %d", w.Code)
	}
	if w := s.post(t, undo, "reason", "wrong"); w.Code != 303 {
		t.Errorf("undo: %d", w.Code)
	}
	if w := s.post(t, undo, "reason", "wrong"); w.Code != 422 {
		t.Errorf("undo twice: %d, want 422", w.Code)
	}
}

func TestSourcePages(t *testing.T) {
	s := open(t)
	if w := s.post(t, "/sources/new", "kind", "csaf-provider", "url", "ftp://x", "unmarked", "CLEAR"); w.Code != 422 || !strings.Contains(w.Body.String(), "ftp://x") {
		t.Errorf("a bad address: %d, or the typed words are lost", w.Code)
	}
	w := s.post(t, "/sources/new", "kind", "csaf-provider", "url", "provider.example", "unmarked", "CLEAR", "every", "10")
	at := w.Header().Get("Location")
	if w.Code != 303 || !strings.HasPrefix(at, "/sources/") {
		t.Fatalf("add: %d to %q", w.Code, at)
	}
	if body := s.get(t, at).Body.String(); !strings.Contains(body, "https://provider.example") || !strings.Contains(body, "10 minutes") {
		t.Error("the source lacks its address or interval")
	}
	for _, act := range []string{"/fetch", "/pause"} {
		if w := s.post(t, at+act, "paused", "1"); w.Code != 303 {
			t.Errorf("%s: %d", act, w.Code)
		}
	}
	s.actor = operator
	if w := s.get(t, at); w.Code != 200 || strings.Contains(w.Body.String(), "Fetch now") {
		t.Errorf("an operator: %d, or sees a button that is not for him", w.Code)
	}
}

// Who sees what: each route answers each role as the policies say, and what is
// marked too narrowly is as if it were not there.
func TestAccess(t *testing.T) {
	s := open(t)
	s.upload(t, "a.json", document("RED", "1"), "kind", "csaf")
	for _, tc := range []struct {
		actor  ward.Actor
		path   string
		status int
	}{
		{analyst, paperPath, 200}, {member, paperPath, 404}, {member, paperPath + "/document", 404}, {member, paperPath + "/changes", 404},
		{member, "/advisories/new", 403}, {member, "/sources", 403}, {member, "/review", 403}, {member, "/decisions", 403},
		{operator, "/advisories", 403}, {operator, "/sources", 200}, {operator, "/review", 403},
		{member, "/api/v1/advisories", 200}, {member, "/api/v1" + paperPath, 404}, {member, "/api/v1" + paperPath + "/advice", 404},
		{member, "/api/v1/sources", 403}, {member, "/api/v1/decisions", 403}, {member, "/api/v1/reviews", 403}, {analyst, "/api/v1/reviews", 200},
	} {
		s.actor = tc.actor
		if w := s.get(t, tc.path); w.Code != tc.status {
			t.Errorf("%s as %s: got %d, want %d", tc.path, tc.actor.Role, w.Code, tc.status)
		}
	}
	s.actor = member
	if w := s.get(t, "/api/v1/advisories?text=pump"); strings.Contains(w.Body.String(), "A-1") {
		t.Error("a member finds a RED advisory by a word in it")
	}
}

func TestAPI(t *testing.T) {
	s := open(t)
	r := httptest.NewRequest("POST", "/api/v1/advisories?name=a.json", bytes.NewReader(document("WHITE", "1")))
	if w := s.do(t, r); w.Code != 200 || !strings.Contains(w.Body.String(), `"new":1`) {
		t.Fatalf("upload: %d %s", w.Code, w.Body)
	}
	r = httptest.NewRequest("POST", "/api/v1/advisories?name=b.json", strings.NewReader(`{"document":{"tracking":{"id":"x"}}}`))
	if w := s.do(t, r); w.Code != 422 || !strings.Contains(w.Body.String(), `"key":"advisory.upload.error.none"`) || !strings.Contains(w.Body.String(), `"name":"b.json","kind":"`) {
		t.Errorf("all refused: %d %s", w.Code, w.Body)
	}
	for path, want := range map[string]string{
		"/api/v1/advisories?severity=low":         `"advisories":[]`,
		"/api/v1/advisories?text=a-1":             `"tracking_id":"A-1"`,
		"/api/v1" + paperPath:                     `"signature":"unchecked"`,
		"/api/v1" + paperPath + "/advice?leaf=P1": `"vendor_fix"`,
		"/api/v1/sources":                         `"kind":"upload"`,
		"/api/v1/decisions":                       `"decisions":[]`,
	} {
		if w := s.get(t, path); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
	body := `{"kind":"alias","name":"Pump","claim_names":["Pump <b>"],"same":true,"reason":"same"}`
	r = httptest.NewRequest("POST", "/api/v1/decisions", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if w := s.do(t, r); w.Code != 200 {
		t.Errorf("decide: %d %s", w.Code, w.Body)
	}
}

// Every key that the code names has words in English, and the other languages
// that exist have the same keys.
func TestTexts(t *testing.T) {
	used := map[string]bool{}
	key := regexp.MustCompile(`"(advisory(?:\.[a-z_0-9-]+)+[a-z0-9])"`)
	for _, pattern := range []string{"*.go", "*.templ", "../*.go"} {
		files, err := filepath.Glob(pattern)
		expect.OK(t, err)
		for _, f := range files {
			b, err := os.ReadFile(f)
			expect.OK(t, err)
			for _, m := range key.FindAllStringSubmatch(string(b), -1) {
				if !strings.HasSuffix(f, "_test.go") {
					used[m[1]] = true
				}
			}
		}
	}
	s := open(t)
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), s.svc.Parts().Texts}})
	expect.OK(t, err)
	english := texts.Printer(ward.English)
	for k := range used {
		// Names of permissions and jobs have the same form.
		if !english.Has(i18n.Key(k)) && !map[string]bool{"advisory.read": true, "advisory.write": true, "advisory.delete": true, "advisory.fetch": true, "advisory.due": true, "advisory.refill": true, "advisory.on_bulletin": true}[k] {
			t.Errorf("%s has no words", k)
		}
	}
	own, err := i18n.New(i18n.Config{Texts: []fs.FS{s.svc.Parts().Texts}})
	expect.OK(t, err)
	for _, lang := range []ward.Lang{"de", "fr"} {
		if r := own.Complete(lang); !r.OK() {
			t.Errorf("%s: missing %v, unknown %v, faults %v", r, r.Missing, r.Unknown, r.Faults)
		}
	}
}
