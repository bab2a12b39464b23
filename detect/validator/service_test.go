package validator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/validator"
	"ward/detect/validator/pages"
	"ward/format/csaf"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/i18n"
	"ward/kit/i18n/keycheck"
	"ward/kit/ui"
	"ward/kit/web"
)

// site is the validator behind the real server; address is where requests come from.
type site struct {
	http.Handler
	t       *testing.T
	clock   *clock.Fake
	address string
	texts   fs.FS
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, clock: clock.NewFake(time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)), address: "192.0.2.1"}
	svc, err := validator.New(validator.Config{Clock: s.clock.Now, Client: func(*http.Request) string { return s.address }})
	if err != nil {
		t.Fatal(err)
	}
	parts := svc.Parts()
	s.texts = parts.Texts
	guard, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New(i18n.Config{Texts: []fs.FS{web.Texts(), ui.Texts(), parts.Texts}})
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Config{Log: slog.New(slog.DiscardHandler), Clock: s.clock.Now, Texts: catalogue, Guard: guard,
		IDs: func() string { return "request" }, Version: "test", Zone: time.UTC, Pages: pages.Routes(svc), API: parts.API, Menu: pages.Menu(),
		Authenticate: func(*http.Request) (ward.Actor, error) { return ward.Actor{}, nil }, Ready: func(context.Context) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = server.Handler()
	return s
}

func (s *site) do(method, path, kind string, body []byte) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// form is what a browser sends: the fields, and a file if one was chosen.
func (s *site) form(file []byte, fields url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k := range fields {
		if err := m.WriteField(k, fields.Get(k)); err != nil {
			s.t.Fatal(err)
		}
	}
	if file != nil {
		w, err := m.CreateFormFile("file", "<advisory>.json")
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := w.Write(file); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		s.t.Fatal(err)
	}
	return s.do("POST", "/validator", m.FormDataContentType(), b.Bytes())
}

func advisory(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../cmd/cli/testdata/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

type answer struct {
	Schema, Edition, Level, Key string
	Valid                       bool
	Tests                       int
	Counts                      map[string]int
	Findings                    []struct {
		Test, Level, Place, Means, Detail, Clause string
	}
}

func (s *site) validate(query string, body []byte) (answer, *httptest.ResponseRecorder) {
	s.t.Helper()
	w := s.do("POST", "/api/v1/csaf/validate"+query, "application/json", body)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		s.t.Fatalf("%d: %v in %s", w.Code, err, w.Body)
	}
	return a, w
}

func TestAPI(t *testing.T) {
	s := open(t)
	good := advisory(t)
	if a, w := s.validate("", good); w.Code != 200 || !a.Valid || a.Level != "mandatory" || a.Tests != 43 || len(a.Findings) != 0 {
		t.Errorf("a valid document: %d %+v", w.Code, a)
	}
	a, _ := s.validate("?level=optional", good)
	if !a.Valid || a.Level != "recommended" || a.Counts["recommended"] == 0 || a.Counts["mandatory"] != 0 {
		t.Errorf("the second level: %+v", a)
	}
	a, _ = s.validate("?level=informative", bytes.Replace(good, []byte(`["P1"]`), []byte(`["P2"]`), 1))
	if a.Valid || len(a.Findings) == 0 || a.Findings[0].Test != "6.1.1" || a.Findings[0].Place != "/vulnerabilities/0/product_status/known_affected/0" ||
		a.Findings[0].Means == "" || !strings.HasSuffix(a.Findings[0].Clause, "#611-missing-definition-of-product-id") {
		t.Errorf("an unknown product: %+v", a)
	}
	for body, key := range map[string]string{"": "validator.error.empty", " \n": "validator.error.empty", "PK\x03\x04xx": "validator.error.packed",
		strings.Repeat(" ", validator.MaxDocument+1): "validator.error.large"} {
		want := 422
		if len(body) > validator.MaxDocument {
			want = 413
		}
		if a, w := s.validate("", []byte(body)); w.Code != want || a.Key != key {
			t.Errorf("%.10q: %d %q, want %q", body, w.Code, a.Key, key)
		}
	}
	if a, w := s.validate("?level=all", good); w.Code != 422 || a.Key != "validator.error.level" {
		t.Errorf("an unknown level: %d %+v", w.Code, a)
	}
	if a, w := s.validate("", good[:100]); w.Code != 200 || a.Valid || a.Findings[0].Test != "syntax" {
		t.Errorf("a document cut off: %d %+v", w.Code, a)
	}
	w := s.do("GET", "/api/v1/csaf/conformance", "", nil)
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"9.1.16"`) {
		t.Errorf("conformance: %d %s", w.Code, w.Body)
	}
}

// TestGate: one network that asks without end is told when to come back; others
// do not notice, and it may go on after the wait.
func TestGate(t *testing.T) {
	s := open(t)
	good := advisory(t)
	passed := 0
	var refused *httptest.ResponseRecorder
	for range 200 {
		_, w := s.validate("", good)
		if w.Code == http.StatusTooManyRequests {
			refused = w
			break
		}
		passed++
	}
	if refused == nil || passed < 10 || passed > 60 {
		t.Fatalf("%d tests passed, refused: %t", passed, refused != nil)
	}
	wait, err := strconv.Atoi(refused.Header().Get("Retry-After"))
	if err != nil || wait < 1 || wait > 60 {
		t.Errorf("Retry-After %q", refused.Header().Get("Retry-After"))
	}
	if w := s.form(good, url.Values{"level": {"mandatory"}}); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("the page goes around the gate: %d %q", w.Code, w.Header().Get("Retry-After"))
	}
	s.address = "192.0.2.2"
	if _, w := s.validate("", good); w.Code != 200 {
		t.Errorf("another network: %d", w.Code)
	}
	s.address = "192.0.2.1"
	s.clock.Advance(time.Duration(wait) * time.Second)
	if _, w := s.validate("", good); w.Code != 200 {
		t.Errorf("after the wait: %d", w.Code)
	}
	s.address = "2001:db8::1"
	for range 100 { // addresses of one connection are one network
		s.validate("", good)
	}
	s.address = "2001:db8::2"
	if _, w := s.validate("", good); w.Code != http.StatusTooManyRequests {
		t.Errorf("a neighbour in the same /64: %d", w.Code)
	}
}

// TestLargeCostsMore: a network cannot buy more time with large documents.
func TestLargeCostsMore(t *testing.T) {
	s := open(t)
	large := append([]byte(`{"a":"`), bytes.Repeat([]byte("x"), 9<<20)...)
	n := 0
	for ; n < 30; n++ {
		if _, w := s.validate("", large); w.Code == http.StatusTooManyRequests {
			break
		}
	}
	if n > 4 {
		t.Errorf("%d documents of 9 MB passed at once", n)
	}
}

func TestPages(t *testing.T) {
	s := open(t)
	good := advisory(t)
	if w := s.do("GET", "/validator", "", nil); w.Code != 200 || !strings.Contains(w.Body.String(), `name="file"`) {
		t.Errorf("form: %d", w.Code)
	}
	broken := bytes.Replace(good, []byte(`["P1"]`), []byte(`["<b>"]`), 1)
	for name, tc := range map[string]struct {
		file   []byte
		fields url.Values
		code   int
		want   []string
	}{
		"valid file":    {good, url.Values{"level": {"mandatory"}}, 200, []string{"The document is valid.", "&lt;advisory&gt;.json", "CSAF 2.0"}},
		"valid, hints":  {good, url.Values{"level": {"recommended"}}, 200, []string{"The document is valid.", "Test 6.2.3", "An affected product should have a score."}},
		"undecided":     {good, url.Values{"level": {"informative"}}, 200, []string{"Not decided", "6.3.6"}},
		"pasted":        {nil, url.Values{"level": {"mandatory"}, "text": {string(broken)}}, 200, []string{"The document is not valid.", "#611-missing-definition-of-product-id", "/vulnerabilities/0/product_status/known_affected/0"}},
		"markup":        {broken, url.Values{"level": {"mandatory"}}, 200, []string{"&lt;b&gt;"}},
		"nothing":       {nil, url.Values{"level": {"mandatory"}}, 422, []string{"Choose a file or paste"}},
		"unknown level": {good, url.Values{"level": {"x"}}, 422, []string{"Choose mandatory"}},
		"no JSON":       {nil, url.Values{"text": {"hello"}, "level": {"mandatory"}}, 200, []string{"JSON syntax"}},
		"too large":     {bytes.Repeat([]byte(" "), validator.MaxDocument+100<<10), nil, 422, []string{"larger than 15 MB"}},
	} {
		t.Run(name, func(t *testing.T) {
			s.clock.Advance(time.Hour)
			w := s.form(tc.file, tc.fields)
			if w.Code != tc.code {
				t.Errorf("got %d, want %d", w.Code, tc.code)
			}
			for _, want := range tc.want {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("the page does not say %q", want)
				}
			}
			if strings.Contains(w.Body.String(), "<b>") {
				t.Error("text of the document is markup")
			}
		})
	}
	w := s.do("GET", "/conformance", "", nil)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "TestAgainstSchemas") || !strings.Contains(w.Body.String(), "#9114-conformance-clause-14") {
		t.Errorf("conformance: %d", w.Code)
	}
}

func TestTexts(t *testing.T) {
	s := open(t)
	keycheck.Service(t, ".", s.texts, []fs.FS{ui.Texts(), web.Texts()})
}

// TestEveryTestHasWords: a new test of the standard cannot come without saying
// what it means.
func TestEveryTestHasWords(t *testing.T) {
	s := open(t)
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{s.texts}})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range append(ids(), "schema", "syntax") {
		for _, lang := range []ward.Lang{"en", "de", "fr"} {
			if got := validator.Means(texts.Printer(lang), id).String(); got == "" || strings.HasPrefix(got, "validator.") {
				t.Errorf("%s: test %s has no words: %q", lang, id, got)
			}
		}
	}
}

func ids() []string {
	var out []string
	for _, t := range csaf.Tests() {
		out = append(out, t.ID)
	}
	return out
}
