package room

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ward"
	"ward/kit/module"
	"ward/kit/web"
	"ward/test/expect"
)

// Site is the pages and the API of a service as Actor is shown them, by the real
// server and without scripts.
type Site struct {
	Actor   ward.Actor
	Handler http.Handler
	t       testing.TB
}

// Site serves a furnished service.
func (b *Base) Site(p module.Parts, menu []web.MenuItem, pages []web.Page) *Site {
	b.t.Helper()
	s := &Site{t: b.t}
	server, err := web.New(web.Config{Log: b.Log, Clock: b.Clock.Now, Texts: b.Texts, Guard: b.Guard, IDs: b.IDs, Version: "test", Ready: b.DB.Ping, Menu: menu,
		Authenticate: func(*http.Request) (ward.Actor, error) { return s.Actor, nil }, Pages: pages, API: p.API})
	expect.OK(b.t, err)
	s.Handler = server.Handler()
	return s
}

// Do asks, and fails for another status or an answer that does not say what is wanted.
func (s *Site) Do(r *http.Request, status int, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
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

// Get opens a page.
func (s *Site) Get(path string, status int, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.Do(httptest.NewRequest(http.MethodGet, path, nil), status, want...)
}

// Post sends a form.
func (s *Site) Post(path string, status int, form url.Values, want ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.Do(r, status, want...)
}
