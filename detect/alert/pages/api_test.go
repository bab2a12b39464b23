package pages_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ward/test/faults/house"
)

// call sends one request of the API.
func (s site) call(actor, method, path, body string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "actor", Value: actor})
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// Every act of the pages is an operation, with the same rights and answers.
func TestAPI(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	s.raise("adv-2")
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	defer hook.Close()
	asset := string(s.World.Assets[house.Org(0)][0].Asset)
	_, made := s.call("manager", "POST", "/api/v1/webhooks", `{"url":"`+hook.URL+`","clearance":"GREEN"}`)
	var h struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(made), &h); err != nil || !strings.HasPrefix(h.Secret, "whsec_") {
		t.Fatalf("%s (%v)", made, err)
	}
	for _, tc := range []struct {
		actor, method, path, body string
		status                    int
		want                      string
	}{
		{"manager", "GET", "/api/v1/alerts?limit=1", "", 200, `"next":"`},
		{"manager", "GET", "/api/v1/alerts?severity=purple", "", 422, ""},
		{"manager", "GET", "/api/v1/alerts/summary", "", 200, `"open":2`},
		{"manager", "GET", "/api/v1/alerts/1-1", "", 200, `"department":"Intensive care"`},
		{"csirt", "GET", "/api/v1/alerts/1-1", "", 200, `"assets":[]`},
		{"neighbour", "GET", "/api/v1/alerts/1-1", "", 404, "alert.error.not_found"},
		{"operator", "GET", "/api/v1/alerts", "", 403, ""},
		{"", "GET", "/api/v1/alerts", "", 401, ""},
		{"manager", "POST", "/api/v1/alerts/1-1/respond", `{"state":"acknowledged","round":1}`, 204, ""},
		{"manager", "POST", "/api/v1/alerts/1-1/respond", `{"state":"risk_accepted"}`, 422, "alert.error.reason"},
		{"manager", "POST", "/api/v1/alerts/1-1/respond", `{"state":"acknowledged"}`, 409, "alert.error.step"},
		{"csirt", "POST", "/api/v1/alerts/1-1/respond", `{"state":"done"}`, 403, ""},
		{"manager", "POST", "/api/v1/alerts/1-1/assets", `{"assets":["` + asset + `"],"state":"done","cve":"CVE-2026-1"}`, 204, ""},
		{"manager", "POST", "/api/v1/alerts/1-1/assets", `{"assets":["x"],"state":"done"}`, 404, "alert.error.no_asset"},
		{"manager", "POST", "/api/v1/alerts/1-1/comment", `{"comment":"Ordered"}`, 204, ""},
		{"manager", "POST", "/api/v1/alerts/respond", `{"alerts":["1-1","2-1"],"state":"in_progress"}`, 200, `"moved":2`},
		{"manager", "POST", "/api/v1/alerts/match", `{}`, 200, `"run":"`},
		{"manager", "POST", "/api/v1/alerts/match/advisories", `{"advisories":["adv-1"]}`, 403, ""},
		{"centre", "POST", "/api/v1/alerts/match/advisories", `{"advisories":["adv-1"]}`, 200, `"run":"`},
		{"csirt", "GET", "/api/v1/overview", "", 200, `"acknowledged":1`},
		{"csirt", "GET", "/api/v1/overview/1?group=silent", "", 200, `"phone":"+385 1 234"`},
		{"centre", "GET", "/api/v1/overview/1", "", 200, `"contacts":[]`},
		{"manager", "GET", "/api/v1/overview", "", 403, ""},
		{"manager", "GET", "/api/v1/webhooks", "", 200, h.ID},
		{"manager", "GET", "/api/v1/receivers", "", 200, "Ana IT"},
		{"manager", "POST", "/api/v1/webhooks/" + h.ID + "/test", "", 200, `"result":"202"`},
		{"manager", "GET", "/api/v1/webhooks/" + h.ID + "/calls", "", 200, `"calls":[`},
		{"neighbour", "GET", "/api/v1/webhooks/" + h.ID + "/calls", "", 404, ""},
		{"manager", "PATCH", "/api/v1/webhooks/" + h.ID, `{"state":"paused"}`, 204, ""},
		{"member", "DELETE", "/api/v1/webhooks/" + h.ID, "", 403, ""},
		{"neighbour", "DELETE", "/api/v1/webhooks/" + h.ID, "", 404, ""},
		{"manager", "DELETE", "/api/v1/webhooks/" + h.ID, "", 204, ""},
	} {
		status, body := s.call(tc.actor, tc.method, tc.path, tc.body)
		if status != tc.status || !strings.Contains(body, tc.want) {
			t.Errorf("%s %s %s: %d %.300s, want %d with %q", tc.actor, tc.method, tc.path, status, body, tc.status, tc.want)
		}
		if tc.method == "GET" && strings.Contains(body, h.Secret) {
			t.Errorf("%s shows the secret", tc.path)
		}
	}
}
