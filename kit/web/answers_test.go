package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"ward"
	"ward/kit/ui"
)

// An upload that is longer than its route takes is answered 413 (RFC 9110 section
// 15.5.14), whoever noticed; one that is wrong otherwise is not.
func TestLargeUpload(t *testing.T) {
	for name, read := range map[string]func(io.Reader) error{
		"the server": func(r io.Reader) error {
			_, err := io.ReadAll(r)
			return ward.Wrap("read", err)
		},
		"the service": func(r io.Reader) error {
			b, _ := io.ReadAll(io.LimitReader(r, 9))
			return ward.When(len(b) > 8, ward.Fail(ward.Invalid, "error.too_large"))
		},
	} {
		s := newSite(t, nil, []Operation{Stream("POST", "/api/v1/files", Public, "Send.", "application/json", 9, func(c *Call) error {
			if err := read(c.R.Body); err != nil {
				return err
			}
			return ward.Fail(ward.Invalid, "")
		})})
		for body, want := range map[string]int{"x": 422, strings.Repeat("x", 20): 413} {
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/api/v1/files", strings.NewReader(body)))
			var p problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != want || p.Status != want {
				t.Errorf("%s notices, %d bytes: got %d %s, want %d", name, len(body), w.Code, w.Body, want)
			}
		}
	}
}

// Whoever follows the link of a mail under the wrong hat is offered the others,
// with the way back to what he asked for.
func TestOtherHats(t *testing.T) {
	s := newSite(t, []Page{
		Get("/alerts/{id}", Public, func(*Call) error { return ward.Fail(ward.NotFound, "") }),
		Post("/alerts/{id}", Public, func(*Call) error { return ward.Fail(ward.NotFound, "") }),
	}, nil)
	s.cfg.UserMenu = func(*Call) *ui.UserMenu {
		return &ui.UserMenu{Name: "P", Hats: []ui.Hat{{ID: "one", Text: "North", Current: true}, {ID: "two", Text: "South"}}}
	}
	const back = `name="next" value="/alerts/7?x=1"`
	for name, tc := range map[string]struct {
		method, path, token string
		offered             bool
	}{
		"a person with two hats":  {"GET", "/alerts/7?x=1", "hospital", true},
		"a form":                  {"POST", "/alerts/7?x=1", "hospital", false},
		"a visitor":               {"GET", "/alerts/7?x=1", "", false},
		"an address that is none": {"GET", "/nowhere", "hospital", false},
	} {
		w := ask(s, tc.method, tc.path, tc.token)
		page := w.Body.String()
		want := 0 // forms: one for each hat that is not worn
		if tc.offered {
			want = 1
		}
		if n := strings.Count(page, back); n != want || w.Code != 404 && w.Code != 405 {
			t.Errorf("%s: got %d with %d hats, want %d", name, w.Code, n, want)
		}
	}
}

// What the API tells of somebody is in no cache that is not told otherwise.
func TestAPIIsNotKept(t *testing.T) {
	s := newSite(t, nil, []Operation{
		Op("GET", "/api/v1/things", "inventory.read", "Things.", func(context.Context, ward.Actor, *struct{}) (*struct{}, error) { return &struct{}{}, nil }),
		Stream("GET", "/api/v1/key", Public, "A key.", "application/json", 0, func(c *Call) error {
			c.W.Header().Set("Cache-Control", "public, max-age=60")
			return nil
		}),
	})
	for path, want := range map[string]string{"/api/v1/things": "no-store", "/api/v1/nowhere": "no-store", "/api/v1/key": "public, max-age=60"} {
		if got := ask(s, "GET", path, "hospital").Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// Each operation says in which form any other answer comes.
func TestProblemsAreDocumented(t *testing.T) {
	s := newSite(t, nil, []Operation{
		Op("GET", "/api/v1/things", "inventory.read", "Things.", func(context.Context, ward.Actor, *struct{}) (*struct{}, error) { return &struct{}{}, nil }),
		Stream("GET", "/api/v1/things.csv", "inventory.read", "Things as CSV.", "text/csv", 0, func(*Call) error { return nil }),
	})
	var doc struct {
		Paths map[string]struct {
			Get struct {
				Responses map[string]struct {
					Content map[string]struct{ Schema map[string]string }
				}
			}
		}
	}
	if err := json.Unmarshal(ask(s, "GET", "/api/openapi.json", "").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths {
		if item.Get.Responses["default"].Content[problemType].Schema["$ref"] == "" {
			t.Errorf("%s: another answer is in no known form: %+v", path, item.Get.Responses)
		}
	}
}
