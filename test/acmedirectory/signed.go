package acmedirectory

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
)

// call is a request whose signature holds.
type call struct {
	request *http.Request
	payload []byte
	fresh   *jwk     // the key of a new account
	account *account // who asks otherwise
	no      int      // of the order
}

// jwk is an account's public key: P-256 alone.
type jwk struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// thumbprint is that of RFC 7638: the members above in their order.
func (k jwk) thumbprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":%q,"kty":%q,"x":%q,"y":%q}`, k.Crv, k.Kty, k.X, k.Y))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (k jwk) public() (*ecdsa.PublicKey, error) {
	x, err1 := base64.RawURLEncoding.DecodeString(k.X)
	y, err2 := base64.RawURLEncoding.DecodeString(k.Y)
	if err := errors.Join(err1, err2); err != nil || k.Crv != "P-256" || k.Kty != "EC" || len(x) != 32 || len(y) != 32 {
		return nil, errors.Join(err, errors.New("want a key on P-256"))
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
}

// signed runs fn, alone, for requests in the form of RFC 8555, section 6.
func (a *Authority) signed(fn func(http.ResponseWriter, call)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.nonce(w)
		a.mu.Lock()
		defer a.mu.Unlock()
		c, err := a.read(r)
		if errors.Is(err, errNonce) {
			refuse(w, http.StatusBadRequest, "badNonce", err.Error())
			return
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, "malformed", err.Error())
			return
		}
		fn(w, c)
	}
}

var errNonce = errors.New("the nonce is not fresh")

func (a *Authority) read(r *http.Request) (c call, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return c, err
	}
	var in struct{ Protected, Payload, Signature string }
	var head struct {
		Alg, Nonce, URL, Kid string
		JWK                  *jwk
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return c, err
	}
	text, err1 := base64.RawURLEncoding.DecodeString(in.Protected)
	signature, err2 := base64.RawURLEncoding.DecodeString(in.Signature)
	if c.payload, err = base64.RawURLEncoding.DecodeString(in.Payload); errors.Join(err1, err2, err) != nil {
		return c, errors.Join(err1, err2, err)
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return c, err
	}
	if !a.nonces[head.Nonce] {
		return c, errNonce
	}
	delete(a.nonces, head.Nonce)
	if head.URL != a.base+r.URL.Path || head.Alg != "ES256" || len(signature) != 64 {
		return c, fmt.Errorf("signed by %s for %s", head.Alg, head.URL)
	}
	c.request, c.fresh = r, head.JWK
	key := head.JWK
	if key == nil {
		if c.account, err = a.accountOf(head.Kid); err != nil {
			return c, err
		}
		key = &c.account.key
	}
	public, err := key.public()
	if err != nil {
		return c, err
	}
	sum := sha256.Sum256([]byte(in.Protected + "." + in.Payload))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return c, errors.New("the signature does not hold")
	}
	return c, nil
}

func (a *Authority) accountOf(kid string) (*account, error) {
	var no int
	if _, err := fmt.Sscan(strings.TrimPrefix(kid, a.base+"/account/"), &no); err != nil || no < 0 || no >= len(a.accounts) {
		return nil, errors.New("no such account")
	}
	return &a.accounts[no], nil
}

func (a *Authority) nonce(w http.ResponseWriter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := random()
	a.nonces[n] = true
	w.Header().Set("Replay-Nonce", n)
	w.Header().Set("Cache-Control", "no-store")
}

func random() string { return rand.Text() }

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the client sees that it is cut
}

func refuse(w http.ResponseWriter, status int, kind, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"type": "urn:ietf:params:acme:error:" + kind, "detail": detail, "status": status}) //nolint:errcheck // the client sees that it is cut
}
