package pages_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ward"
	"ward/base/account"
	"ward/kit/i18n"
	"ward/kit/web"
)

func TestStory(t *testing.T) {
	b := open(t)
	b.get("/me", 303)
	l, err := b.svc.MakeLink(context.Background(), ward.Actor{System: true}, "ana", account.LinkRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // looking uses nothing up
		if text := b.get(l.Path, 200); !strings.Contains(text, "Ana &lt;b&gt;") || strings.Contains(text, "<b>") {
			t.Error("the link's page does not greet, or lets markup through")
		}
	}
	if text := b.post(l.Path, form("password", "short"), 422, ""); !strings.Contains(text, `href="#password"`) {
		t.Error("a short password: no summary")
	}
	b.post(l.Path, form("password", words), 303, "/")
	b.get(l.Path, 404)
	if text := b.get("/", 200); !strings.Contains(text, "Zagreb, Manager") || !strings.Contains(text, `value="2"`) {
		t.Error("the menu does not show the hat and the switch")
	}
	before := b.jar[web.SessionCookie]
	b.post("/session/hat", form("hat", "2"), 303, "/")
	if b.jar[web.SessionCookie] == before {
		t.Error("the session secret stays the same under another hat")
	}
	if text := b.get("/", 200); !strings.Contains(text, "Split, Member") {
		t.Error("the hat was not switched")
	}
	b.post("/session/hat", form("hat", "3"), 404, "")
	b.post("/signout", nil, 303, "/signin")
	if b.jar[web.SessionCookie] != "" {
		t.Error("the cookie stays after signing out")
	}
	b.get("/signin?next=%2Fme", 200)
	if text := b.post("/signin", form("email", "ana@x.example", "password", "wrong wrong wrong", "next", "/me"), 422, ""); !strings.Contains(text, `value="ana@x.example"`) || strings.Contains(text, "wrong wrong") {
		t.Error("the address is not kept, or the password is")
	}
	b.post("/signin", form("email", "ana@x.example", "password", words, "next", "https://evil.example"), 303, "/")
	b.post("/signin", form("email", "ana@x.example", "password", words, "next", "/me/tokens"), 303, "/me/tokens")
	for _, path := range []string{"/me", "/me/password", "/me/sessions", "/me/tokens", "/me/tokens/new", "/me/totp", "/me/totp/off"} {
		b.get(path, 200)
	}
	b.get("/signin?next=%2Fme", 303)
}

func TestSecondFactorStory(t *testing.T) {
	b := open(t)
	b.enter("ana")
	b.post("/me/totp/start", nil, 303, "/me/totp")
	text := b.get("/me/totp", 200)
	secret := strings.ReplaceAll(regexp.MustCompile(`([A-Z2-7]{4} ){7}[A-Z2-7]{4}`).FindString(text), " ", "")
	if !strings.Contains(text, `href="otpauth://totp/Ward:ana@x.example?`) {
		t.Error("no address for the app")
	}
	code := func() string {
		c, err := totp.GenerateCode(secret, b.now.Now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	b.post("/me/totp", form("code", "000000"), 422, "")
	b.post("/me/totp", form("code", code()), 303, "/me")
	b.now.Advance(time.Minute)
	b.post("/signout", nil, 303, "/signin")
	b.get("/signin/code", 303)
	b.post("/signin", form("email", "ana@x.example", "password", words, "next", "/me"), 303, "/signin/code")
	b.get("/me", 303)
	b.get("/signin/code", 200)
	b.post("/signin/code", form("code", "000000"), 422, "")
	b.post("/signin/code", form("code", code()), 303, "/me")
	b.get("/me", 200)
	b.post("/me/totp/off", form("password", "wrong"), 422, "")
	b.post("/me/totp/off", form("password", words), 303, "/me")
	for range 5 {
		b.post("/signin", form("email", "ben@x.example", "password", "x"), 422, "")
	}
	b.post("/signin", form("email", "ben@x.example", "password", "x"), 429, "")
}

func TestOwnPages(t *testing.T) {
	b := open(t)
	b.enter("ana")
	b.post("/me/password", form("current", "no", "password", "nine yellow otters"), 422, "")
	b.post("/me/password", form("current", words, "password", "nine yellow otters"), 303, "/me")
	b.post("/me/tokens/new", form("name", "Import"), 422, "")
	text := b.post("/me/tokens/new", form("name", "Import", "scopes", "inventory.read", "days", "30"), 200, "")
	token := regexp.MustCompile(`wrd_[a-z2-9]{52}`).FindString(text)
	if token == "" {
		t.Fatal("the token is not shown")
	}
	w := b.do("GET", "/api/v1/me", nil, "Authorization", "Bearer "+token)
	if w.Code != 403 { // account.self is not among its scopes
		t.Errorf("the token opens the account: %d", w.Code)
	}
	text = b.get("/me/tokens", 200)
	revoke := regexp.MustCompile(`/me/tokens/[0-9a-f-]{36}/revoke`).FindString(text)
	if strings.Contains(text, token) || revoke == "" {
		t.Fatal("the token is shown again, or cannot be revoked")
	}
	b.get(revoke, 200)
	b.post(revoke, nil, 303, "/me/tokens")
	b.get(revoke, 404)
	first := b.jar[web.SessionCookie]
	b.post("/signin", form("email", "ana@x.example", "password", "nine yellow otters"), 303, "/")
	text = b.get("/me/sessions", 200)
	other := regexp.MustCompile(`/me/sessions/[0-9a-f-]{36}/revoke`).FindString(text)
	b.post(other, nil, 303, "/me/sessions")
	b.jar[web.SessionCookie] = first
	b.get("/me", 303)
}

func TestAccessPages(t *testing.T) {
	b := open(t)
	b.enter("ana")
	b.get("/people/ben/link?back=%2Forg", 200)
	b.get("/people/nobody/link", 404)
	if text := b.get("/people/ana/link?back=//evil.example", 200); strings.Contains(text, `href="//evil`) || strings.Contains(text, `name="purpose"`) {
		t.Error("a link for oneself is offered, or the way back leads elsewhere")
	}
	text := b.post("/people/ben/link", form("purpose", "enter", "back", "/org"), 200, "")
	link := regexp.MustCompile(`https://ward\.example(/link/[a-z2-9]{52})`).FindStringSubmatch(text)
	if link == nil {
		t.Fatal("no link is shown")
	}
	b.post("/people/ben/link", form("purpose", "fly"), 422, "")
	other := open(t)
	other.web, other.svc = b.web, b.svc
	other.get(link[1], 200)
	other.post(link[1], nil, 303, "/")
	if text := other.get("/people/ana/link", 403); strings.Contains(text, "/link/") {
		t.Error("a member makes links")
	}
}

func TestAPI(t *testing.T) {
	b := open(t)
	b.enter("ana")
	b.jar = map[string]string{}
	type m = map[string]any
	call := func(method, path string, body any, status int) m {
		t.Helper()
		w := b.do(method, path, body)
		if w.Code != status {
			t.Errorf("%s %s: got %d %s, want %d", method, path, w.Code, w.Body, status)
		}
		out := m{}
		json.Unmarshal(w.Body.Bytes(), &out) //nolint:errcheck // 204 has no body
		return out
	}
	call("POST", "/api/v1/session", m{"email": "ana@x.example", "password": "wrong"}, 403)
	if got := call("POST", "/api/v1/session", m{"email": "ana@x.example", "password": words}, 200); got["signed_in"] != true {
		t.Errorf("got %v", got)
	}
	if got := call("GET", "/api/v1/me", nil, 200); got["role"] != "hospital_manager" || len(got["hats"].([]any)) != 2 {
		t.Errorf("got %v", got)
	}
	call("PUT", "/api/v1/session/hat", m{"hat": "2"}, 200)
	if got := call("GET", "/api/v1/me", nil, 200); got["organisation"] != "o" {
		t.Errorf("got %v", got)
	}
	call("PUT", "/api/v1/session/hat", m{"hat": "1"}, 200)
	made := call("POST", "/api/v1/me/tokens", m{"name": "x", "scopes": []string{"alert.read"}, "days": 7}, 200)
	if !strings.HasPrefix(made["secret"].(string), "wrd_") {
		t.Errorf("got %v", made)
	}
	call("GET", "/api/v1/me/tokens", nil, 200)
	call("DELETE", "/api/v1/me/tokens/"+made["token"].(m)["id"].(string), nil, 204)
	call("GET", "/api/v1/me/sessions", nil, 200)
	call("DELETE", "/api/v1/me/sessions", nil, 204)
	call("DELETE", "/api/v1/me/sessions/nothing", nil, 404)
	started := call("POST", "/api/v1/me/totp", m{}, 200)
	code, err := totp.GenerateCode(strings.ReplaceAll(started["secret"].(string), " ", ""), b.now.Now())
	if err != nil {
		t.Fatal(err)
	}
	call("PUT", "/api/v1/me/totp", m{"code": code}, 204)
	if got := call("GET", "/api/v1/me/totp", nil, 200); got["on"] != true {
		t.Errorf("got %v", got)
	}
	call("POST", "/api/v1/me/totp/off", m{"password": words}, 204)
	call("PUT", "/api/v1/me/password", m{"current": words, "password": "nine yellow otters"}, 204)
	link := call("POST", "/api/v1/people/ben/links", m{"purpose": "enter"}, 200)["path"].(string)
	call("GET", "/api/v1/links/"+strings.TrimPrefix(link, "/link/"), nil, 200)
	call("DELETE", "/api/v1/session", nil, 204)
	call("GET", "/api/v1/me", nil, 401)
	call("POST", "/api/v1/links/"+strings.TrimPrefix(link, "/link/"), m{}, 200)
	if got := call("GET", "/api/v1/me", nil, 200); got["person"] != "ben" {
		t.Errorf("got %v", got)
	}
}

func TestTexts(t *testing.T) {
	b := open(t)
	c := catalogue(t, b.svc.Parts().Texts)
	for _, l := range i18n.Required() {
		r := c.Complete(l)
		for _, k := range append(r.Missing, r.Unknown...) {
			if strings.HasPrefix(string(k), "account.") {
				t.Errorf("%s: %s is missing or unknown", l, k)
			}
		}
		for _, f := range r.Faults {
			if strings.HasPrefix(f, "account.") {
				t.Errorf("%s: %s", l, f)
			}
		}
	}
}
