package account

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/base/account/issuer"
)

// comeIn goes to the issuer and comes back.
func (w *world) comeIn(t testing.TB, f *fakeIssuer) (Entry, error) {
	t.Helper()
	x, err := w.GoOutside(context.Background(), "eu", "/alerts")
	if err != nil {
		return Entry{}, err
	}
	return w.EnterFromOutside(context.Background(), f.back(t, x), here)
}

func TestOutsideSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.cfg.Training = false
		f := newFakeIssuer(t, w.now.Now)
		w.with(f)
		e, err := w.comeIn(t, f) // Ben was invited and has no way to sign in yet
		if err != nil || e.Next != "/alerts" {
			t.Fatalf("got %+v, %v", e, err)
		}
		if a := actor(t, w.Service, e.Session); a.Person != ben || a.MFA {
			t.Errorf("actor %+v", a)
		}
		f.claims = map[string]any{"email": "renamed@elsewhere.example", "amr": []string{"pwd", "mfa"}} // the subject counts, not the address
		if e, err = w.comeIn(t, f); err != nil || actor(t, w.Service, e.Session).Person != ben || !actor(t, w.Service, e.Session).MFA {
			t.Errorf("again: %+v, %v", e, err)
		}
		// An account with a password is never linked silently.
		w.give(t, ana, goodWords)
		f.claims = map[string]any{"sub": "5678", "email": anaMail}
		_, err = w.comeIn(t, f)
		wantKey(t, err, "account.error.outside_unknown")
		a := w.as(t, anaMail)
		_, err = w.LinkOutside(ctx, a, "eu", "wrong wrong wrong")
		wantKey(t, err, "account.error.current")
		x, err := w.LinkOutside(ctx, a, "eu", goodWords)
		if err != nil {
			t.Fatal(err)
		}
		b := f.back(t, x)
		stranger := ward.Actor{Person: ben, Org: "h", Country: "HR", Role: ward.RoleMember, Session: "x"}
		wantKey(t, w.AddOutside(ctx, stranger, b), "account.error.ceremony")
		if err := w.AddOutside(ctx, a, b); err != nil {
			t.Fatal(err)
		}
		if e, err = w.comeIn(t, f); err != nil || actor(t, w.Service, e.Session).Person != ana {
			t.Errorf("linked: %+v, %v", e, err)
		}
		if list, err := w.Outsides(ctx, a); err != nil || len(list) != 1 || list[0].Linked.IsZero() || list[0].Used.IsZero() {
			t.Errorf("got %+v, %v", list, err)
		}
		if err := w.RemoveOutside(ctx, a, "eu", goodWords); err != nil {
			t.Fatal(err)
		}
		_, err = w.comeIn(t, f)
		wantKey(t, err, "account.error.outside_unknown")
	})
}

// What is on here is asked for here, unless the issuer asked for two factors.
func TestOutsideAndSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := newFakeIssuer(t, w.now.Now)
		w.with(f)
		e, err := w.comeIn(t, f)
		if err != nil {
			t.Fatal(err)
		}
		start, err := w.StartTOTP(context.Background(), actor(t, w.Service, e.Session))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.ConfirmTOTP(context.Background(), actor(t, w.Service, e.Session), w.code(t, strings.ReplaceAll(start.Secret, " ", ""))); err != nil {
			t.Fatal(err)
		}
		if e, err = w.comeIn(t, f); err != nil || e.Session != "" || e.Challenge == "" {
			t.Errorf("one factor there: %+v, %v", e, err)
		}
		f.claims = map[string]any{"amr": []string{"mfa"}}
		if e, err = w.comeIn(t, f); err != nil || e.Session == "" {
			t.Errorf("two factors there: %+v, %v", e, err)
		}
	})
}

// Each row is an issuer, or somebody between it and us, that must let nobody in.
func TestHostileIssuers(t *testing.T) {
	const refused, away, stale = "account.error.outside_refused", "account.error.outside_away", "account.error.ceremony"
	other := otherKey(t)
	claim := func(k string, v any) func(*world, *fakeIssuer) {
		return func(_ *world, f *fakeIssuer) { f.claims = map[string]any{k: v} }
	}
	answer := func(path string, say func(http.ResponseWriter, *http.Request)) func(*world, *fakeIssuer) {
		return func(_ *world, f *fakeIssuer) {
			f.serve = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == path {
					say(w, r)
				}
				return r.URL.Path == path
			}
		}
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte(strings.Repeat(" ", 4096))); err != nil {
				return
			}
		}
	}
	const discovery = "/.well-known/openid-configuration"
	for _, row := range []struct {
		name  string
		setup func(*world, *fakeIssuer)
		turn  func(*testing.T, *world, *fakeIssuer, Back) Back
		want  string
	}{
		{"an unsigned token", func(_ *world, f *fakeIssuer) {
			f.header, f.sign = map[string]any{"alg": "none"}, func(string) []byte { return nil }
		}, nil, refused},
		{"signed with the public key as a secret", func(_ *world, f *fakeIssuer) {
			f.header, f.sign = map[string]any{"alg": "HS256"}, func(s string) []byte { return hs256(f.key.N.Bytes(), s) }
		}, nil, refused},
		{"signed with the client secret", func(_ *world, f *fakeIssuer) {
			f.header, f.sign = map[string]any{"alg": "HS256"}, func(s string) []byte { return hs256([]byte("hush"), s) }
		}, nil, refused},
		{"signed with another key", func(_ *world, f *fakeIssuer) { f.sign = func(s string) []byte { return rs256(other, s) } }, nil, refused},
		{"a key of its own in the header", func(_ *world, f *fakeIssuer) {
			f.header = map[string]any{"jwk": map[string]any{"kty": "RSA", "n": b64(other.N.Bytes()), "e": "AQAB"}}
			f.sign = func(s string) []byte { return rs256(other, s) }
		}, nil, refused},
		{"an algorithm that it did not announce", func(_ *world, f *fakeIssuer) { f.header = map[string]any{"alg": "RS384"} }, nil, refused},
		{"a nonce that was heard before", claim("nonce", "heard"), nil, refused},
		{"no nonce", claim("nonce", nil), nil, refused},
		{"made for another client", claim("aud", "somebody"), nil, refused},
		{"made for many, by nobody in particular", claim("aud", []string{"ward", "somebody"}), nil, refused},
		{"made for another party", claim("azp", "somebody"), nil, refused},
		{"another issuer's token", claim("iss", "https://login.example"), nil, refused},
		{"expired", claim("exp", time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC).Unix()), nil, refused},
		{"from the future", claim("iat", time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC).Unix()), nil, refused},
		{"made long ago", claim("iat", time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC).Unix()), nil, refused},
		{"about nobody", claim("sub", ""), nil, refused},
		{"about a very long name", claim("sub", strings.Repeat("a", 300)), nil, refused},
		{"an access token that does not belong to it", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), nil, refused},
		{"an address that was not verified", claim("email_verified", false), nil, "account.error.outside_unknown"},
		{"an address of nobody", claim("email", "eve@x.example"), nil, "account.error.outside_unknown"},
		{"a mix-up: the answer names another issuer", nil, func(_ *testing.T, _ *world, _ *fakeIssuer, b Back) Back { b.Iss = "https://login.example"; return b }, refused},
		{"a mix-up: the answer comes to another issuer's address", nil, func(_ *testing.T, w *world, f *fakeIssuer, b Back) Back {
			w.issuers[0].URL += "/" // what the browser was sent for was another
			return b
		}, refused},
		{"it promises to name itself and does not", func(_ *world, f *fakeIssuer) {
			f.doc = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
		}, nil, refused},
		{"a code of another browser", nil, func(t *testing.T, w *world, f *fakeIssuer, b Back) Back {
			x, err := w.GoOutside(context.Background(), "eu", "")
			if err != nil {
				t.Fatal(err)
			}
			b.Text = x.Text
			return b
		}, refused},
		{"a code without the verifier of this browser", nil, func(_ *testing.T, _ *world, f *fakeIssuer, b Back) Back { f.verify = "x"; return b }, refused},
		{"no cookie", nil, func(_ *testing.T, _ *world, _ *fakeIssuer, b Back) Back { b.Text = ""; return b }, stale},
		{"no state", nil, func(_ *testing.T, _ *world, _ *fakeIssuer, b Back) Back { b.State = ""; return b }, refused},
		{"no code", nil, func(_ *testing.T, _ *world, _ *fakeIssuer, b Back) Back { b.Code = ""; return b }, refused},
		{"the person said no", nil, func(_ *testing.T, _ *world, _ *fakeIssuer, b Back) Back { b.Error = "access_denied"; return b }, "account.error.outside_denied"},
		{"too late", nil, func(_ *testing.T, w *world, _ *fakeIssuer, b Back) Back { w.now.Advance(challengeLife); return b }, stale},
		{"discovery in another's name", func(_ *world, f *fakeIssuer) {
			f.doc = func(d map[string]any) { d["issuer"] = "https://login.example" }
		}, nil, away},
		{"discovery sends on to a private address", answer(discovery, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		}), nil, away},
		{"discovery without end", answer(discovery, endless), nil, away},
		{"keys at a private address", func(_ *world, f *fakeIssuer) {
			f.doc = func(d map[string]any) { d["jwks_uri"] = "http://169.254.169.254/keys" }
		}, nil, refused},
		{"tokens from a private address", func(_ *world, f *fakeIssuer) {
			f.doc = func(d map[string]any) { d["token_endpoint"] = "http://10.0.0.1/token" }
		}, nil, refused},
		{"keys that are no address", func(_ *world, f *fakeIssuer) { f.doc = func(d map[string]any) { d["jwks_uri"] = "file:///etc/passwd" } }, nil, away},
		{"a set of keys without end", answer("/keys", endless), nil, refused},
		{"a huge set of keys", answer("/keys", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"keys":[`+strings.Repeat(`{"kty":"oct"},`, 50_000)+`{}]}`)
		}), nil, refused},
		{"a token without end", answer("/token", endless), nil, refused},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t, openOne(t))
			f := newFakeIssuer(t, w.now.Now)
			w.with(f)
			if row.setup != nil {
				row.setup(w, f)
			}
			x, err := w.GoOutside(context.Background(), "eu", "")
			var e Entry
			if err == nil {
				b := f.back(t, x)
				if row.turn != nil {
					b = row.turn(t, w, f, b)
				}
				e, err = w.EnterFromOutside(context.Background(), b, here)
			}
			if key(err) != row.want || e.Session != "" || e.Challenge != "" {
				t.Errorf("got %+v, %v, want %s", e, err, row.want)
			}
		})
	}
}

// An answer counts once, and keys may change at any moment: an unknown key id is
// asked for, but not for ever, however many tokens name one.
func TestReplayAndRotation(t *testing.T) {
	w := newWorld(t, openOne(t))
	f := newFakeIssuer(t, w.now.Now)
	w.with(f)
	x, err := w.GoOutside(context.Background(), "eu", "")
	if err != nil {
		t.Fatal(err)
	}
	b := f.back(t, x)
	if _, err := w.EnterFromOutside(context.Background(), b, here); err != nil {
		t.Fatal(err)
	}
	_, err = w.EnterFromOutside(context.Background(), b, here)
	wantKey(t, err, "account.error.ceremony")

	f.key, f.kid = otherKey(t), "two"
	if _, err := w.comeIn(t, f); err != nil {
		t.Errorf("right after the rotation: %v", err)
	}
	f.header = map[string]any{"kid": "of nobody"}
	for range 2 * issuer.AskedMost {
		_, err := w.comeIn(t, f)
		wantKey(t, err, "account.error.outside_refused")
	}
	if f.asked["/keys"] != issuer.AskedMost {
		t.Errorf("%d requests for keys within a minute, want %d", f.asked["/keys"], issuer.AskedMost)
	}
	f.key, f.kid, f.header = otherKey(t), "three", nil
	w.now.Advance(issuer.AskedAgain)
	if _, err := w.comeIn(t, f); err != nil {
		t.Errorf("after the next rotation: %v", err)
	}
	if f.asked["/.well-known/openid-configuration"] != 1 {
		t.Errorf("discovery was asked for %d times", f.asked["/.well-known/openid-configuration"])
	}
}
