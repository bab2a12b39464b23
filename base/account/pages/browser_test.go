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

	"ward"
	"ward/base/account"
	"ward/base/account/pages"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
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
	svc, err := account.New(account.Config{DB: d, Clock: now.Now, IDs: ids, Guard: g, People: crowd{}, Hats: crowd{}, Houses: crowd{}, Bus: &event.Bus{}, Audit: log, Key: bytes.Repeat([]byte{1}, 32), Origin: "https://ward.example"})
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

func (crowd) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	return map[ward.OrgID]ward.Organisation{}, nil
}

func (crowd) Staff(context.Context, ward.OrgID) ([]ward.Seat, error) { return nil, nil }

func (crowd) Desk(context.Context, ward.Country) (ward.Desk, error) { return ward.Desk{}, nil }
