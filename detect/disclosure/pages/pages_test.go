package pages

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/disclosure"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx     = context.Background()
	analyst = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
	maker   = ward.Actor{Person: "p2", Name: "Mia Maker", Org: "m1", OrgName: "Acme Medical", Country: "DE", Role: ward.RoleMaker}
)

// site is the pages behind the real server.
type site struct {
	*room.Site
	t   *testing.T
	svc *disclosure.Service
}

func (s *site) Analysts(context.Context) ([]ward.Person, error) { return nil, nil }
func (s *site) Send(context.Context, mail.Message) error        { return nil }

func open(t *testing.T) *site {
	t.Helper()
	b := room.New(t, database.Open(t, database.SQLite), time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC))
	s := &site{t: t}
	var err error
	s.svc, err = disclosure.New(disclosure.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: s, Mail: s,
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key, Client: func(*http.Request) string { return "192.0.2.1" }})
	expect.OK(t, err)
	parts := s.svc.Parts()
	b.Furnish(parts)
	s.Site = b.Site(parts, Menu(), Routes(s.svc))
	return s
}

// post sends a form as a browser does that has files to send; a pair whose name
// begins with @ is a file.
func (s *site) post(path string, status int, pairs []string, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, file := strings.CutPrefix(pairs[i], "@"); file {
			w, err := m.CreateFormFile("files", name)
			expect.OK(s.t, err)
			_, err = w.Write([]byte(pairs[i+1]))
			expect.OK(s.t, err)
			continue
		}
		expect.OK(s.t, m.WriteField(pairs[i], pairs[i+1]))
	}
	expect.OK(s.t, m.Close())
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.Do(r, status, want...)
}

// needed are the answers without which a report is none.
var needed = []string{"vendor", "Acme", "product", "Infusia", "title", "Takes <commands>", "impact", "The rate changes.", "exploited", "none", "source", "researcher"}

// A visitor reports, follows the link, is asked and answers; the analyst reads
// what is confidential and downloads the file as a file only.
func TestReportFollowAnswer(t *testing.T) {
	s := open(t)
	s.Get("/report", 200, "/report/new")
	s.Get("/report/new", 200, `enctype="multipart/form-data"`)
	kept := s.post("/report/new", 422, []string{"vendor", "Acme", "proof", "PROOF <b>"}, "PROOF &lt;b&gt;", `href="#title"`)
	if kept.Header().Get("Location") != "" {
		t.Error("an incomplete report was taken")
	}
	to := s.post("/report/new", 303, append([]string{"@proof.txt", "do this", "proof", "PROOF"}, needed...))
	link := to.Header().Get("Location")
	page := s.Get(link, 200, "CVD-2026-001", "Takes &lt;commands&gt;", "proof.txt")
	if page.Header().Get("Referrer-Policy") != "no-referrer" || strings.Contains(page.Body.String(), "page="+strings.ReplaceAll(link, "/", "%2F")) {
		t.Error("the address of the case goes to others")
	}
	s.Get(link+"x", 404)
	s.Actor = analyst
	list, _, err := s.svc.List(ctx, analyst, disclosure.Filter{})
	expect.OK(t, err)
	one := "/disclosures/" + list[0].ID
	if body := s.Get(one, 200, "Takes &lt;commands&gt;", one+"/confidential").Body.String(); strings.Contains(body, "PROOF") {
		t.Error("the page of the case shows what is confidential")
	}
	s.Get("/disclosures?state=received&q=infusia", 200, one)
	opened := s.Get(one+"/confidential", 200, "PROOF", "proof.txt").Body.String()
	_, file, _ := strings.Cut(opened, one+"/files/")
	file, _, _ = strings.Cut(file, `"`)
	down := s.Get(one+"/files/"+file, 200, "do this")
	for name, want := range map[string]string{"Content-Disposition": "attachment; filename=proof.txt", "X-Content-Type-Options": "nosniff",
		"Content-Type": "application/octet-stream", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"} {
		if got := down.Header().Get(name); got != want {
			t.Errorf("%s of a file: got %q, want %q", name, got, want)
		}
	}
	s.act(one+"/messages", 303, "text=Which+version%3F&ask=1")
	s.act(one+"/close", 422, "outcome=")
	s.act(one+"/triage", 303, "note=")
	s.act(one+"/coordinate", 422, "embargo=soon")
	s.act(one+"/coordinate", 303, "embargo=2027-02-01")
	s.Actor = ward.Actor{}
	s.Get(link, 200, "Which version?")
	s.post(link+"/messages", 422, []string{"text", "kept words", "@a.exe", "MZ"}, "kept words")
	s.post(link+"/messages", 303, []string{"text", "2.1", "@a.txt", "more"})
	s.Get(link, 200, "2.1", "a.txt")
	s.Get(one, 303) // to the sign-in
}

func (s *site) act(path string, status int, body string) {
	s.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.Do(r, status)
}

// A maker's people report signed in and find what their organisation reported.
func TestMakerReports(t *testing.T) {
	s := open(t)
	s.Actor = maker
	s.Get("/reports", 200, "/reports/new")
	if body := s.Get("/reports/new", 200).Body.String(); strings.Contains(body, `name="organisation"`) {
		t.Error("a maker who is signed in is asked who it is")
	}
	one := s.post("/reports/new", 303, needed).Header().Get("Location")
	s.Get(one, 200, "CVD-2026-001")
	s.Get("/reports", 200, one)
	s.post(one+"/messages", 303, []string{"text", "A fix is out."})
	s.Actor = ward.Actor{Person: "p9", Org: "m2", OrgName: "Rival", Role: ward.RoleMaker}
	s.Get(one, 404)
	s.post(one+"/messages", 404, []string{"text", "x"})
}

// The form is bounded: too many reports are 429 with a time, too large a body,
// too many parts and a body that was cut off are answered in words.
func TestFormIsBounded(t *testing.T) {
	s := open(t)
	s.post("/report/new", 422, append([]string{"@big.txt", strings.Repeat("x", disclosure.MaxFile+1)}, needed...))
	s.post("/report/new", 422, append([]string{"proof", strings.Repeat("x", maxFields)}, needed...))
	parts := append([]string{}, needed...)
	for range maxParts {
		parts = append(parts, "x", "y")
	}
	s.post("/report/new", 422, parts)
	s.post("/report/new", 422, append([]string{"@1.txt", "1", "@2.txt", "1", "@3.txt", "1", "@4.txt", "1", "@5.txt", "1", "@6.txt", "1"}, needed...))
	r := httptest.NewRequest("POST", "/report/new", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"vendor\"\r\n\r\nAc"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	s.Do(r, 422)
	for range 10 {
		s.post("/report/new", 303, needed)
	}
	if w := s.post("/report/new", 429, needed, "Takes &lt;commands&gt;"); w.Header().Get("Retry-After") != "86400" {
		t.Errorf("Retry-After: %q", w.Header().Get("Retry-After"))
	}
	api := httptest.NewRequest("POST", "/api/v1/reports", strings.NewReader(`{"source":"researcher","summary":{"title":"T","vendor":"V","product":"P","impact":"I"}}`))
	api.Header.Set("Content-Type", "application/json")
	if w := s.Do(api, 429); w.Header().Get("Retry-After") != "86400" {
		t.Errorf("Retry-After of the API: %q", w.Header().Get("Retry-After"))
	}
}
