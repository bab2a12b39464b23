// Package issuer is an OpenID provider (OpenID Connect Core 1.0) for tests with a
// browser: a page with one button, the code flow with PKCE, signed ID tokens.
package issuer

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// What the house is called here, and its secret.
const (
	Client = "ward"
	Secret = "hush, a secret of a test"
)

// Issuer is one that runs. It lets one person in: Subject with Address.
type Issuer struct {
	URL              string
	Subject, Address string

	mu    sync.Mutex
	key   *rsa.PrivateKey // published
	signs *rsa.PrivateKey // used; another one makes the issuer a false one
	codes map[string]asked
	visit int // times that its page was shown
}

// asked is what the house sent along with the browser.
type asked struct{ nonce, challenge, back string }

// Open starts an issuer and ends it with the test.
func Open(t testing.TB, subject, address string) *Issuer {
	t.Helper()
	i := &Issuer{Subject: subject, Address: address, key: newKey(t), codes: map[string]asked{}}
	i.signs = i.key
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorise", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}, "token_endpoint_auth_methods_supported": []string{"client_secret_basic"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "kid": "one", "n": text(i.key.N.Bytes()),
			"e": text(big.NewInt(int64(i.key.E)).Bytes())}}})
	})
	mux.HandleFunc("GET /authorise", i.page)
	mux.HandleFunc("POST /token", i.token)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	i.URL = server.URL
	return i
}

func newKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Forge makes it sign with a key that it does not publish, as somebody between it
// and the house would; false makes it honest again.
func (i *Issuer) Forge(t testing.TB, on bool) {
	t.Helper()
	other := newKey(t)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.signs = i.key; on {
		i.signs = other
	}
}

// Visits is how often its page was shown.
func (i *Issuer) Visits() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.visit
}

// page asks the person. What the house must send is checked: without PKCE, nonce
// and state there is no button.
func (i *Issuer) page(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.visit++
	q := r.URL.Query()
	if q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" {
		http.Error(w, "the house asked wrongly: "+r.URL.RawQuery, http.StatusBadRequest)
		return
	}
	code := rand.Text()
	i.codes[code] = asked{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri")}
	back := q.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Issuer</title><main><h1>Sign in to %s?</h1><a id="yes" href="%s">Yes, as %s</a></main></html>`,
		Client, html.EscapeString(back), html.EscapeString(i.Address))
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	name, secret, _ := r.BasicAuth()
	plain, err := url.QueryUnescape(secret) // RFC 6749, section 2.3.1
	code := r.PostFormValue("code")
	a, known := i.codes[code]
	delete(i.codes, code) // a code is good once
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if err != nil || name != Client || plain != Secret || !known || text(sum[:]) != a.challenge || r.PostFormValue("redirect_uri") != a.back {
		w.WriteHeader(http.StatusBadRequest)
		say(w, map[string]any{"error": "invalid_grant"})
		return
	}
	now := time.Now().Unix()
	signed := part(map[string]any{"alg": "RS256", "kid": "one", "typ": "JWT"}) + "." + part(map[string]any{"iss": i.URL, "sub": i.Subject, "aud": Client,
		"exp": now + 300, "iat": now, "nonce": a.nonce, "email": i.Address, "email_verified": true})
	hash := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.signs, crypto.SHA256, hash[:])
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	say(w, map[string]any{"access_token": "unused", "token_type": "Bearer", "id_token": signed + "." + text(signature)})
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func part(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "" // maps of strings and numbers only
	}
	return text(b)
}

func say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the house sees that it is cut
}
