package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"ward"
	"ward/base/account/throttle"
)

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		other, err := w.signIn(t, anaMail, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		b := actor(t, w.Service, other.Session)
		list, err := w.Sessions(ctx, a)
		if err != nil || len(list) < 2 || list[0].Device != "Firefox, Windows" {
			t.Fatalf("got %+v, %v", list, err)
		}
		stranger := ward.Actor{Person: ben, Org: "h", Country: "HR", Role: ward.RoleMember}
		if err := w.Revoke(ctx, stranger, b.Session); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another signs ana out: %v", err)
		}
		if err := w.Revoke(ctx, a, b.Session); err != nil {
			t.Fatal(err)
		}
		if got := actor(t, w.Service, other.Session); !got.Nobody() {
			t.Error("a revoked session is open")
		}
		if err := w.SignOut(ctx, a); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.give(t, ana, goodWords)
		e, _ := w.signIn(t, anaMail, goodWords)
		for range 13 { // seen every half day but a minute: the idle limit does not strike
			w.now.Advance(sessionIdle - time.Minute)
			if actor(t, w.Service, e.Session).Nobody() {
				t.Fatal("a session that is used ended")
			}
		}
		w.now.Advance(sessionIdle)
		if !actor(t, w.Service, e.Session).Nobody() {
			t.Error("a session lives longer than 7 days")
		}
		e, _ = w.signIn(t, anaMail, goodWords)
		w.now.Advance(sessionIdle)
		if !actor(t, w.Service, e.Session).Nobody() {
			t.Error("an idle session is open")
		}
		e, _ = w.signIn(t, anaMail, goodWords)
		w.crowd.end(ana)
		if !actor(t, w.Service, e.Session).Nobody() {
			t.Error("a session outlives the affiliation")
		}
		_, err := w.signIn(t, anaMail, goodWords)
		wantKey(t, err, "account.error.no_hat")
	})
}

func TestSwitchHat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.give(t, ana, goodWords)
		e, err := w.signIn(t, anaMail, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		a := actor(t, w.Service, e.Session)
		if there, err := w.SwitchHat(ctx, a, "hat-1", "//evil.example/"); err != nil || there.Next != "/" {
			t.Errorf("leads to %q, %v", there.Next, err)
		} else {
			a = actor(t, w.Service, there.Session)
		}
		next, err := w.SwitchHat(ctx, a, "hat-2", "/alerts/7-4?x=1")
		if err != nil || next.Session == e.Session || next.Next != "/alerts/7-4?x=1" {
			t.Fatal("the secret stays the same", err)
		}
		if got := actor(t, w.Service, next.Session); got.Org != "o" || got.Role != ward.RoleMember || got.Session != a.Session {
			t.Errorf("now %+v", got)
		}
		if !actor(t, w.Service, e.Session).Nobody() {
			t.Error("the old secret opens")
		}
		if _, err := w.SwitchHat(ctx, a, "hat-3", ""); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("ana wears Ben's hat: %v", err)
		}
		e, _ = w.signIn(t, anaMail, goodWords)
		if got := actor(t, w.Service, e.Session); got.Org != "o" {
			t.Errorf("the next sign-in wears %q, want the hat worn last", got.Org)
		}
	})
}

func bearer(t testing.TB, s *Service, text string) (ward.Actor, error) {
	t.Helper()
	r := httptest.NewRequest("GET", "/api/v1/alerts", nil)
	r.Header.Set("Authorization", "Bearer "+text)
	a, err := s.Authenticate(r)
	r.Header.Set("Authorization", "bearer  "+text) // is the same (RFC 9110 section 11.1)
	if b, other := s.Authenticate(r); b.Session != a.Session || (err == nil) != (other == nil) {
		t.Errorf("in lower case the scheme opens something else: %+v, %v", b, other)
	}
	return a, err
}

// A token as a password opens the files of a CSAF provider for reading, and
// nothing else: a browser would send it by itself.
func TestTokenAsPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.in(t)
		text, _, err := w.MakeToken(context.Background(), a, TokenRequest{"x", []ward.Permission{"inventory.read"}, 30})
		if err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			method, path, password string
			opens                  bool
		}{
			{"GET", "/.well-known/csaf/amber/index.txt", text, true},
			{"HEAD", "/.well-known/csaf-aggregator/aggregator.json", text, true},
			{"GET", "/.well-known/csaf/amber/index.txt", "wrong", false},
			{"POST", "/.well-known/csaf/amber/index.txt", text, false},
			{"GET", "/api/v1/inventory/assets", text, false},
		} {
			r := httptest.NewRequest(tc.method, tc.path, nil)
			r.SetBasicAuth("anybody", tc.password)
			if got, err := w.Authenticate(r); got.Nobody() == tc.opens || (err == nil) != tc.opens {
				t.Errorf("%s %s: got %+v, %v, want open %t", tc.method, tc.path, got, err, tc.opens)
			}
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		may := w.MayScope(a)
		if !slices.Contains(may, "inventory.write") || slices.Contains(may, "account.self") || slices.Contains(may, "advisory.write") {
			t.Errorf("a manager may scope %v", may)
		}
		for name, tc := range map[string]struct {
			in   TokenRequest
			want string
		}{
			"more than the role": {TokenRequest{"x", []ward.Permission{"advisory.write"}, 30}, "account.error.token_more"},
			"itself":             {TokenRequest{"x", []ward.Permission{"account.self"}, 30}, "account.error.token_more"},
			"no scopes":          {TokenRequest{"x", nil, 30}, "account.error.token_scopes"},
			"no name":            {TokenRequest{" ", []ward.Permission{"alert.read"}, 30}, "account.error.token_name"},
			"two years":          {TokenRequest{"x", []ward.Permission{"alert.read"}, 730}, "account.error.token_days"},
		} {
			_, _, err := w.MakeToken(ctx, a, tc.in)
			t.Run(name, func(t *testing.T) { wantKey(t, err, tc.want) })
		}
		text, tok, err := w.MakeToken(ctx, a, TokenRequest{"Import", []ward.Permission{"inventory.write"}, 30})
		if err != nil || !isToken(text) {
			t.Fatalf("%q, %v", text, err)
		}
		got, err := bearer(t, w.Service, text)
		if err != nil || !got.Token || got.Org != "h" || !slices.Equal(got.Scopes, tok.Scopes) {
			t.Fatalf("%+v, %v", got, err)
		}
		if w.cfg.Guard.May(got, "inventory.read") || !w.cfg.Guard.May(got, "inventory.write") {
			t.Error("a token does more or less than its scopes")
		}
		if _, _, err := w.MakeToken(ctx, got, TokenRequest{"More", []ward.Permission{"inventory.write"}, 30}); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a token makes tokens: %v", err)
		}
		if _, err := w.Sessions(ctx, got); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a token reads sessions: %v", err)
		}
		list, err := w.Tokens(ctx, a)
		if err != nil || len(list) != 1 || list[0].Used.IsZero() {
			t.Errorf("got %+v, %v", list, err)
		}
		if err := w.RevokeToken(ctx, ward.Actor{Person: ben, Org: "h", Role: ward.RoleMember}, tok.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another revokes ana's token: %v", err)
		}
		if err := w.RevokeToken(ctx, a, tok.ID); err != nil {
			t.Fatal(err)
		}
		_, err = bearer(t, w.Service, text)
		wantKey(t, err, "account.error.token")
		_, err = bearer(t, w.Service, "wrd_nonsense")
		wantKey(t, err, "account.error.token")
		text, _, err = w.MakeToken(ctx, a, TokenRequest{"Day", []ward.Permission{"inventory.write"}, 1})
		if err != nil {
			t.Fatal(err)
		}
		w.now.Advance(24 * time.Hour)
		_, err = bearer(t, w.Service, text)
		wantKey(t, err, "account.error.token")
	})
}

// A bearer header is never mixed with the cookie: requests with one skip the
// check against forged forms.
func TestBearerBeatsCookie(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.give(t, ana, goodWords)
		e, _ := w.signIn(t, anaMail, goodWords)
		r := httptest.NewRequest("POST", "/", nil)
		r.AddCookie(&http.Cookie{Name: "session", Value: e.Session})
		r.Header.Set("Authorization", "Bearer nonsense")
		a, err := w.Authenticate(r)
		if !a.Nobody() || key(err) != "account.error.token" {
			t.Errorf("got %+v, %v", a, err)
		}
	})
}

func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.in(t)
		w.now.Advance(throttle.ForgetAfter + sessionMost)
		if err := w.sweepNow(context.Background()); err != nil {
			t.Fatal(err)
		}
		if list, err := w.Sessions(context.Background(), a); err != nil || len(list) != 0 {
			t.Errorf("%d sessions, %v", len(list), err)
		}
	})
}

func TestNextPath(t *testing.T) {
	for in, want := range map[string]string{"/alerts?x=1": "/alerts?x=1", "": "/", "//evil": "/", "/\\evil": "/", "https://evil": "/", "/signin": "/", "/signout": "/", "javascript:x": "/", "/a\r\nb": "/"} {
		if got := nextPath(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
