package account

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ward/base/account/issuer"
	"ward/kit/conf"
	"ward/kit/db"
	"ward/kit/fetch"
	"ward/test/database"
)

// fakeIssuer is an OpenID provider of this machine. A test changes what it says.
type fakeIssuer struct {
	*httptest.Server
	mu     sync.Mutex
	key    *rsa.PrivateKey
	kid    string
	claims map[string]any                                // over the right ones
	header map[string]any                                // over the right one
	sign   func(signed string) []byte                    // instead of RS256 with key
	doc    func(map[string]any)                          // changes the discovery document
	serve  func(http.ResponseWriter, *http.Request) bool // true: it has answered
	nonce  string
	verify string // the challenge of PKCE that was sent
	asked  map[string]int
	now    func() time.Time
}

func newFakeIssuer(t testing.TB, now func() time.Time) *fakeIssuer {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeIssuer{key: k, kid: "one", asked: map[string]int{}, now: now}
	f.Server = httptest.NewServer(http.HandlerFunc(f.ServeHTTP))
	t.Cleanup(f.Close)
	return f
}

func (f *fakeIssuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[r.URL.Path]++
	if f.serve != nil && f.serve(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		doc := map[string]any{"issuer": f.URL, "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}}
		if f.doc != nil {
			f.doc(doc)
		}
		json.NewEncoder(w).Encode(doc) //nolint:errcheck // a test sees it
	case "/keys":
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "kid": f.kid, //nolint:errcheck // a test sees it
			"n": b64(f.key.N.Bytes()), "e": b64(big.NewInt(int64(f.key.E)).Bytes())}}})
	case "/token":
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if b64(sum[:]) != f.verify || r.FormValue("code") != "good" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": f.token()}) //nolint:errcheck // a test sees it
	}
}

// token is an ID token, right in all but what the test changed.
func (f *fakeIssuer) token() string {
	now := f.now().Unix()
	c := map[string]any{"iss": f.URL, "sub": "1234", "aud": "ward", "exp": now + 300, "iat": now, "nonce": f.nonce, "email": "ben@zagreb.example", "email_verified": true}
	h := map[string]any{"alg": "RS256", "kid": f.kid, "typ": "JWT"}
	for k, v := range f.claims {
		c[k] = v
	}
	for k, v := range f.header {
		h[k] = v
	}
	part := func(v any) string { b, _ := json.Marshal(v); return b64(b) }
	signed := part(h) + "." + part(c)
	if f.sign != nil {
		return signed + "." + b64(f.sign(signed))
	}
	return signed + "." + b64(rs256(f.key, signed))
}

func rs256(k *rsa.PrivateKey, signed string) []byte {
	sum := sha256.Sum256([]byte(signed))
	sig, _ := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	return sig
}

func hs256(key []byte, signed string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(signed))
	return h.Sum(nil)
}

// with gives the world this issuer, named "eu".
func (w *world) with(f ...*fakeIssuer) {
	client := fetch.New(fetch.Config{AllowLoopback: true, Timeout: time.Minute, HeaderTimeout: time.Minute})
	w.issuers = nil
	for i, x := range f {
		w.issuers = append(w.issuers, issuer.New(issuer.Config{Issuer: conf.Issuer{ID: []string{"eu", "other"}[i], Name: "EU Login", URL: x.URL, ClientID: "ward", Secret: "hush", SecondFactor: []string{"mfa"}},
			Fetch: client, Clock: w.now.Now, Fresh: challengeLife}))
	}
}

// back is what the browser brings back after the issuer let somebody in: it
// keeps what we sent along.
func (f *fakeIssuer) back(t testing.TB, x Way) Back {
	t.Helper()
	u, err := url.Parse(x.Location)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.nonce, f.verify = q.Get("nonce"), q.Get("code_challenge")
	if q.Get("code_challenge_method") != "S256" || !strings.HasPrefix(x.Location, f.URL+"/auth?") || q.Get("redirect_uri") != testOrigin+"/signin/with/eu/back" {
		t.Errorf("asked by %s", x.Location)
	}
	return Back{Issuer: "eu", Text: x.Text, State: q.Get("state"), Code: "good"}
}

// otherKey is the key of somebody else, as JSON Web Key Sets of attackers hold.
func otherKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// openOne is a database for tests that are not about databases.
func openOne(t testing.TB) *db.DB { t.Helper(); return database.Open(t, database.SQLite) }

// An issuer of the house's own network is asked there; what it names elsewhere is
// asked as any address of strangers.
func TestIssuerInside(t *testing.T) {
	for name, row := range map[string]struct {
		doc  func(map[string]any)
		want string
	}{
		"all at one host": {nil, ""},
		"keys at another private address": {func(d map[string]any) {
			d["jwks_uri"] = strings.Replace(d["jwks_uri"].(string), "127.0.0.1", "127.0.0.2", 1)
		}, "account.error.outside_refused"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, openOne(t))
			f := newFakeIssuer(t, w.now.Now)
			f.doc = row.doc
			w.issuers = []*issuer.Issuer{issuer.New(issuer.Config{Issuer: conf.Issuer{ID: "eu", Name: "EU Login", URL: f.URL, ClientID: "ward", Secret: "hush"},
				Fetch: fetch.New(fetch.Config{}), Inside: fetch.New(fetch.Config{AllowLoopback: true}), Clock: w.now.Now, Fresh: challengeLife})}
			if _, err := w.comeIn(t, f); key(err) != row.want {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}
