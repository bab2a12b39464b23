package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/ui"
)

// people are the actors of the tests, by their bearer token.
var people = map[string]ward.Actor{
	"hospital": {Person: "p", Name: "P", Org: "h", Country: "HR", Role: ward.RoleMember},
	"operator": {Person: "o", Name: "O", Org: "m", Role: ward.RoleOperator},
	"german":   {Person: "g", Name: "G", Org: "h", Country: "DE", Role: ward.RoleMember, Lang: "de"},
}

func authenticate(r *http.Request) (ward.Actor, error) {
	t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ward.Actor{}, nil
	}
	if t == "limited" { // signed in, and not far enough
		return people["hospital"], ward.Fail(ward.Forbidden, "error.forbidden")
	}
	a, known := people[t]
	if !known {
		return ward.Actor{}, ward.Fail(ward.Forbidden, "error.sign_in")
	}
	return a, nil
}

func newSite(t *testing.T, pages []Page, api []Operation) *Server {
	t.Helper()
	guard, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), Texts()}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Clock: clock.System(), Texts: texts, Guard: guard, IDs: id.Counted(),
		Version: "test", Authenticate: authenticate, Ready: func(context.Context) error { return nil }, Pages: pages, API: api})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(s *Server, method, path, token string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(""))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func page(c *Call) error {
	return c.OK(ui.Shell{Title: i18n.Raw("Title")}, templ.Raw("<p>body</p>"))
}

func TestPages(t *testing.T) {
	s := newSite(t, []Page{
		Get("/open", Public, page),
		Get("/inventory", "inventory.read", page),
		Post("/inventory", "inventory.write", func(c *Call) error { return c.See("/inventory", "") }),
		Get("/gone", Public, func(*Call) error { return ward.Fail(ward.NotFound, "") }),
		Get("/large", Public, func(*Call) error { return ward.Wrap("read", &http.MaxBytesError{Limit: 1}) }),
		Get("/broken", Public, func(*Call) error { return errors.New("secret cause") }),
		Get("/panic", Public, func(*Call) error { panic("secret cause") }),
	}, nil)
	for name, tc := range map[string]struct {
		method, path, token string
		header              []string
		status              int
		contains            string
	}{
		"open to all":                {"GET", "/open", "", nil, 200, "<p>body</p>"},
		"a visitor must sign in":     {"GET", "/inventory", "", nil, 303, ""},
		"a hospital may":             {"GET", "/inventory", "hospital", nil, 200, "<p>body</p>"},
		"an operator may not":        {"GET", "/inventory", "operator", nil, 403, "Not allowed"},
		"a wrong token is no guest":  {"GET", "/inventory", "forged", nil, 403, ""},
		"nothing here":               {"GET", "/nowhere", "", nil, 404, "Reference of this error"},
		"wrong method":               {"POST", "/open", "", nil, 405, "Reference of this error"},
		"a visitor's HEAD is as GET": {"HEAD", "/inventory", "", nil, 303, ""},
		"a form that is too large":   {"GET", "/large", "", nil, 413, "too large"},
		"not found":                  {"GET", "/gone", "", nil, 404, "Error: Not found"},
		"internal hides the cause":   {"GET", "/broken", "", nil, 500, "went wrong on our side"},
		"a panic is an answer":       {"GET", "/panic", "", nil, 500, "reference"},
		"form of another site":       {"POST", "/inventory", "", []string{"Sec-Fetch-Site", "cross-site"}, 403, "sent from another site"},
		"form of this site":          {"POST", "/inventory", "hospital", []string{"Sec-Fetch-Site", "same-origin"}, 303, ""},
	} {
		w := ask(s, tc.method, tc.path, tc.token, tc.header...)
		if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.contains) {
			t.Errorf("%s: got %d %q, want %d with %q", name, w.Code, cutBody(w), tc.status, tc.contains)
		}
		if strings.Contains(w.Body.String(), "secret cause") {
			t.Errorf("%s: the cause is shown", name)
		}
		if csp := w.Header().Get("Content-Security-Policy"); csp != ui.CSP {
			t.Errorf("%s: policy is %q", name, csp)
		}
	}
}

func cutBody(w *httptest.ResponseRecorder) string {
	s := w.Body.String()
	return s[:min(len(s), 200)]
}

func TestAPI(t *testing.T) {
	type in struct {
		N int `query:"n" minimum:"1"`
	}
	type out struct {
		N int `json:"n"`
	}
	s := newSite(t, nil, []Operation{
		Op("GET", "/api/v1/things", "inventory.read", "Things.", func(_ context.Context, a ward.Actor, in *in) (*out, error) {
			if in.N == 13 {
				return nil, ward.Fail(ward.Conflict, "").At("n").Because(errors.New("secret cause"))
			}
			return &out{N: in.N}, nil
		}),
		Do("DELETE", "/api/v1/things/{id}", "inventory.write", "Drop a thing.", func(context.Context, ward.Actor, *struct {
			ID string `path:"id"`
		}) error {
			return nil
		}),
		Stream("GET", "/api/v1/things.csv", "inventory.read", "Things as CSV.", "text/csv", 0, func(c *Call) error {
			return ward.Fail(ward.Unavailable, "")
		}),
	})
	for name, tc := range map[string]struct {
		method, path, token string
		status              int
		contains            string
	}{
		"result":           {"GET", "/api/v1/things?n=7", "hospital", 200, `"n":7`},
		"nobody":           {"GET", "/api/v1/things?n=7", "", 401, `"code":"forbidden"`},
		"forged token":     {"GET", "/api/v1/things?n=7", "forged", 401, ""},
		"wrong role":       {"GET", "/api/v1/things?n=7", "operator", 403, `"code":"forbidden"`},
		"bad parameter":    {"GET", "/api/v1/things?n=0", "hospital", 422, `"location":"query.n"`},
		"value not echoed": {"GET", "/api/v1/things?n=s3cr3t", "hospital", 422, `"code":"invalid"`},
		"problem":          {"GET", "/api/v1/things?n=13", "hospital", 409, `"location":"n"`},
		"in his language":  {"GET", "/api/v1/things?n=0&lang=de", "hospital", 422, `"title":"An Ihrer Eingabe`},
		"no content":       {"DELETE", "/api/v1/things/1", "hospital", 204, ""},
		"stream's problem": {"GET", "/api/v1/things.csv", "hospital", 503, `"code":"unavailable"`},
		"stream, nobody":   {"GET", "/api/v1/things.csv", "", 401, `"code":"forbidden"`},
		"wrong method":     {"PUT", "/api/v1/things", "hospital", 405, `"title":"Method Not Allowed"`},
		"nothing here":     {"GET", "/api/v1/nowhere", "hospital", 404, `"code":"not_found"`},
	} {
		w := ask(s, tc.method, tc.path, tc.token)
		if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.contains) {
			t.Errorf("%s: got %d %q, want %d with %q", name, w.Code, cutBody(w), tc.status, tc.contains)
		}
		if got := w.Result().Header.Get("Content-Type"); tc.status >= 400 && got != "application/problem+json" {
			t.Errorf("%s: sent as %q", name, got)
		}
		if got := w.Result().Header.Get("WWW-Authenticate"); (got != "") != (tc.status == 401) {
			t.Errorf("%s: asks for %q", name, got)
		}
		if got := w.Result().Header.Get("Allow"); (got == "GET, HEAD") != (tc.status == 405) {
			t.Errorf("%s: allows %q", name, got)
		}
		if strings.Contains(w.Body.String(), "s3cr3t") || strings.Contains(w.Body.String(), "secret cause") {
			t.Errorf("%s: leaks: %s", name, w.Body)
		}
	}
}

func TestOpenAPI(t *testing.T) {
	s := newSite(t, nil, []Operation{Op("GET", "/api/v1/things", "inventory.read", "Things.",
		func(context.Context, ward.Actor, *struct{}) (*struct{}, error) { return &struct{}{}, nil })})
	w := ask(s, "GET", "/api/openapi.json", "")
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Permission  string `json:"x-ward-permission"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != 200 {
		t.Fatalf("got %d %v", w.Code, err)
	}
	op := doc.Paths["/api/v1/things"]["get"]
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || op.OperationID != "get-things" || op.Permission != "inventory.read" {
		t.Errorf("got OpenAPI %q, operation %+v", doc.OpenAPI, op)
	}
}

func TestUnknownPermissionDoesNotStart(t *testing.T) {
	guard, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []ward.Permission{"", "inventory.explode"} {
		_, err = New(Config{Guard: guard, Pages: []Page{Get("/x", p, page)}})
		if err == nil {
			t.Errorf("a route with permission %q started", p)
		}
	}
}

// A forged cookie shows no other message than one that ends in ".done".
func TestFlash(t *testing.T) {
	s := newSite(t, []Page{Get("/", Public, page)}, nil)
	for cookie, want := range map[string]bool{"error.forbidden": false, "error.disk_full": false, "no.such.done": false} {
		w := ask(s, "GET", "/", "", "Cookie", "flash="+cookie)
		if got := strings.Contains(w.Body.String(), "role=\"status\""); got != want {
			t.Errorf("cookie %q: shown %v", cookie, got)
		}
	}
}

func TestEvents(t *testing.T) {
	messages := make(chan Message, 2)
	messages <- Message{ID: "1", Data: "two\nlines"}
	close(messages)
	s := newSite(t, []Page{Get("/x/stream", Public, func(c *Call) error { return c.Events(messages) })}, nil)
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()
	client := http.Client{Timeout: time.Minute}
	res, err := client.Get(srv.URL + "/x/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if want := "retry: 5000\n\nid: 1\ndata: two\ndata: lines\n\n"; err != nil || string(body) != want {
		t.Errorf("got %q %v, want %q", body, err, want)
	}
}

// Whoever lacks something to be let in is nobody at an open door, too.
func TestLimitedIsNobodyAtOpenDoors(t *testing.T) {
	seen := ward.Actor{Person: "nobody asked"}
	s := newSite(t, []Page{Get("/open", Public, func(c *Call) error {
		seen = c.Actor
		return page(c)
	})}, []Operation{Op("GET", "/api/v1/open", Public, "Open", func(_ context.Context, a ward.Actor, _ *struct{}) (*struct{}, error) {
		seen = a
		return nil, nil
	})})
	for _, path := range []string{"/open", "/api/v1/open"} {
		if w := ask(s, "GET", path, "limited"); w.Code >= 300 || !seen.Nobody() {
			t.Errorf("%s: %d, seen as %+v", path, w.Code, seen)
		}
		if w := ask(s, "GET", path, "hospital"); w.Code >= 300 || seen.Person != "p" {
			t.Errorf("%s: %d, seen as %+v", path, w.Code, seen)
		}
	}
}

// TestActorSpeaksThePagesLanguage: services answer in the language that a reader chose
// for the page, not in that of his profile.
func TestActorSpeaksThePagesLanguage(t *testing.T) {
	s := newSite(t, []Page{Get("/said", Public, func(c *Call) error {
		return c.OK(ui.Shell{Title: i18n.Raw("Title")}, templ.Raw("<p>actor "+string(c.Actor.Lang)+", page "+string(c.Printer.Lang())+"</p>"))
	})}, nil)
	for name, v := range map[string]struct {
		token, want string
		header      []string
	}{
		"profile":                {"german", "actor de, page de", []string{"Accept-Language", "fr"}},
		"chosen on the page":     {"german", "actor pl, page pl", []string{"Cookie", i18n.CookieName + "=pl"}},
		"a visitor's browser":    {"", "actor fr, page fr", []string{"Accept-Language", "fr"}},
		"nothing that is spoken": {"", "actor en, page en", []string{"Accept-Language", "xx"}},
	} {
		if w := ask(s, "GET", "/said", v.token, v.header...); !strings.Contains(w.Body.String(), v.want) {
			t.Errorf("%s: does not say %q: %s", name, v.want, w.Body)
		}
	}
}
