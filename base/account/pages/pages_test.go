package pages_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pquerna/otp/totp"

	"ward"
	"ward/base/account"
	"ward/base/account/pages"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/database"
)

// crowd is two people of one hospital: Ana manages it and another, Ben works there.
type crowd struct{}

var (
	here  = ward.Organisation{ID: "h", Kind: ward.KindHospital, Name: "Zagreb", Country: "HR"}
	there = ward.Organisation{ID: "o", Kind: ward.KindHospital, Name: "Split", Country: "HR"}
)

func missing() error { return ward.Fail(ward.NotFound, "") }

func (crowd) Person(_ context.Context, p ward.PersonID) (ward.Person, error) {
	switch p {
	case "ana":
		return ward.Person{ID: "ana", Name: "Ana <b>", Email: "ana@x.example", Lang: "hr"}, nil
	case "ben":
		return ward.Person{ID: "ben", Name: "Ben", Email: "ben@x.example", Lang: "en"}, nil
	}
	return ward.Person{}, missing()
}

func (c crowd) PersonByEmail(ctx context.Context, email string) (ward.Person, error) {
	name, _, _ := strings.Cut(email, "@")
	return c.Person(ctx, ward.PersonID(name))
}

func (crowd) Operators(context.Context) ([]ward.PersonID, error) { return nil, nil }

func (crowd) Hats(_ context.Context, p ward.PersonID) ([]ward.Hat, error) {
	if p == "ana" {
		return []ward.Hat{{ID: "1", Org: here, Role: ward.RoleManager}, {ID: "2", Org: there, Role: ward.RoleMember}}, nil
	}
	return []ward.Hat{{ID: "3", Org: here, Role: ward.RoleMember}}, nil
}

func (c crowd) Wear(ctx context.Context, p ward.PersonID, hat string) (ward.Actor, error) {
	hats, _ := c.Hats(ctx, p)
	who, _ := c.Person(ctx, p)
	for _, h := range hats {
		if h.ID == hat {
			return ward.Actor{Person: p, Name: who.Name, Org: h.Org.ID, OrgName: h.Org.Name, Kind: h.Org.Kind, Country: h.Org.Country, Role: h.Role, Lang: ward.English}, nil
		}
	}
	return ward.Actor{}, missing()
}

func (crowd) MayVouch(_ context.Context, a ward.Actor, p ward.PersonID) (string, error) {
	switch {
	case a.System || p == "ben":
		return "manager-manages-own", nil
	case p == "ana":
		return "", ward.Fail(ward.Forbidden, "account.error.own_link")
	}
	return "", missing()
}

// browser keeps cookies and asks the real server.
type browser struct {
	t   *testing.T
	web http.Handler
	jar map[string]string
	svc *account.Service
	now *clock.Fake
}

func open(t *testing.T) *browser {
	t.Helper()
	ctx := context.Background()
	d := database.Open(t, database.SQLite)
	now := clock.NewFake(time.Date(2026, 11, 22, 3, 4, 0, 0, time.UTC))
	g, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{DB: d, Clock: now.Now})
	if err != nil {
		t.Fatal(err)
	}
	ids := id.New(now.Now)
	svc, err := account.New(account.Config{DB: d, Clock: now.Now, IDs: ids, Guard: g, People: crowd{}, Hats: crowd{}, Audit: log, Key: bytes.Repeat([]byte{1}, 32), Origin: "https://ward.example"})
	if err != nil {
		t.Fatal(err)
	}
	parts := svc.Parts()
	if err := d.Migrate(ctx, now.Now(), []db.Migrations{audit.Migrations(), {Owner: parts.Name, Files: parts.Migrations}}); err != nil {
		t.Fatal(err)
	}
	w, err := web.New(web.Config{Log: slog.New(slog.DiscardHandler), Clock: now.Now, Texts: catalogue(t, parts.Texts), Guard: g, IDs: ids, Version: "test", Zone: time.UTC,
		Authenticate: svc.Authenticate, UserMenu: pages.UserMenu(svc), Ready: func(context.Context) error { return nil },
		Pages: append(pages.Routes(svc), web.Get("/{$}", web.SignedIn, func(c *web.Call) error { return c.OK(ui.Shell{Title: i18n.Raw("Home")}, i18n.Raw(c.Actor.OrgName)) })),
		API:   parts.API})
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, web: w.Handler(), jar: map[string]string{}, svc: svc, now: now}
}

// catalogue has the words of the registry that the account's pages use.
func catalogue(t *testing.T, own fs.FS) *i18n.Catalogue {
	t.Helper()
	roles := fstest.MapFS{"text/active.en.toml": {Data: []byte("[registry.role]\nhospital_manager = \"Manager\"\nhospital_member = \"Member\"\n")}}
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), own, roles}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *browser) do(method, path string, body any, header ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	var text, kind string
	switch v := body.(type) {
	case nil:
	case url.Values:
		text, kind = v.Encode(), "application/x-www-form-urlencoded"
	default:
		j, err := json.Marshal(v)
		if err != nil {
			b.t.Fatal(err)
		}
		text, kind = string(j), "application/json"
	}
	r := httptest.NewRequest(method, path, strings.NewReader(text))
	r.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range b.jar {
		if name != account.ChallengeCookie || strings.HasPrefix(path, "/signin") {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, r)
	for _, k := range w.Result().Cookies() {
		if k.MaxAge < 0 {
			delete(b.jar, k.Name)
		} else {
			b.jar[k.Name] = k.Value
		}
		if !k.HttpOnly || k.Name == web.SessionCookie && k.SameSite != http.SameSiteLaxMode {
			b.t.Errorf("cookie %s is open to scripts or other sites", k.Name)
		}
	}
	return w
}

var rawKey = regexp.MustCompile(`>\s*(account|registry|error|ui)\.[a-z_.]+\s*<`)

func (b *browser) get(path string, status int) string {
	b.t.Helper()
	w := b.do("GET", path, nil)
	if w.Code != status {
		b.t.Errorf("GET %s: got %d to %q, want %d", path, w.Code, w.Header().Get("Location"), status)
	}
	if k := rawKey.FindString(w.Body.String()); k != "" {
		b.t.Errorf("GET %s shows %q", path, k)
	}
	return w.Body.String()
}

func (b *browser) post(path string, f url.Values, status int, location string) string {
	b.t.Helper()
	w := b.do("POST", path, f)
	if w.Code != status || w.Header().Get("Location") != location {
		b.t.Errorf("POST %s: got %d to %q, want %d to %q", path, w.Code, w.Header().Get("Location"), status, location)
	}
	if k := rawKey.FindString(w.Body.String()); k != "" {
		b.t.Errorf("POST %s shows %q", path, k)
	}
	return w.Body.String()
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

const words = "seven purple herons"

// enter lets a person in through a link, choosing a password.
func (b *browser) enter(p ward.PersonID) {
	b.t.Helper()
	l, err := b.svc.MakeLink(context.Background(), ward.Actor{System: true}, p, account.LinkRequest{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.post(l.Path, form("password", words), 303, "/")
}

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
