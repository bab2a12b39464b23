// Package acmedirectory is a small ACME authority (RFC 8555) for tests, with the
// challenge TLS-ALPN-01 (RFC 8737). It checks what an authority must check:
// signatures, fresh nonces, the visit to the name, the names of the request.
package acmedirectory

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// Authority is one that runs. Its fields do not change.
type Authority struct {
	URL  string            // of its directory
	Root *x509.Certificate // whom readers trust

	site string // where it visits every name, in the place of port 443
	key  *ecdsa.PrivateKey
	base string

	mu         sync.Mutex
	nonces     map[string]bool
	accounts   []account
	orders     []order
	challenges int
	serial     int64
}

type account struct {
	key     jwk
	contact []string
}

// order is one with a single name, and so a single authorisation.
type order struct {
	name, token string
	status      string // of the authorisation: pending, valid, invalid
	fault       string
	cert        []byte // PEM, once it is issued
}

// Open starts an authority that visits every name at site, and ends it with the test.
func Open(t testing.TB, site string) *Authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Authority of a test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	a := &Authority{site: site, key: key, nonces: map[string]bool{}, serial: 1}
	if a.Root, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.handler())
	t.Cleanup(server.Close)
	a.base = server.URL
	a.URL = server.URL + "/directory"
	return a
}

// Counts are what was asked of it since it runs.
func (a *Authority) Counts() (accounts, orders, challenges int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.accounts), len(a.orders), a.challenges
}

// Contact is the one of the first account.
func (a *Authority) Contact() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.accounts) == 0 || len(a.accounts[0].contact) == 0 {
		return ""
	}
	return a.accounts[0].contact[0]
}

func (a *Authority) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /directory", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"newNonce": a.base + "/nonce", "newAccount": a.base + "/account", "newOrder": a.base + "/order",
			"meta": map[string]any{"termsOfService": a.base + "/terms"}})
	})
	mux.HandleFunc("/nonce", func(w http.ResponseWriter, _ *http.Request) { a.nonce(w) })
	mux.HandleFunc("POST /account", a.signed(a.newAccount))
	mux.HandleFunc("POST /order", a.signed(a.newOrder))
	for path, fn := range map[string]func(http.ResponseWriter, call, *order){"order": a.showOrder, "authorisation": a.showAuthorisation,
		"challenge": a.challenge, "finalize": a.finalize, "certificate": a.certificate} {
		mux.HandleFunc("POST /"+path+"/{no}", a.signed(func(w http.ResponseWriter, c call) {
			var no int
			if _, err := fmt.Sscan(c.request.PathValue("no"), &no); err != nil || no < 0 || no >= len(a.orders) {
				refuse(w, http.StatusNotFound, "malformed", "no such order")
				return
			}
			c.no = no
			fn(w, c, &a.orders[no])
		}))
	}
	return mux
}

func (a *Authority) newAccount(w http.ResponseWriter, c call) {
	var in struct {
		Contact []string `json:"contact"`
		Agreed  bool     `json:"termsOfServiceAgreed"`
	}
	if err := json.Unmarshal(c.payload, &in); err != nil || !in.Agreed || c.fresh == nil {
		refuse(w, http.StatusBadRequest, "malformed", "terms not agreed, or no key")
		return
	}
	a.accounts = append(a.accounts, account{*c.fresh, in.Contact})
	w.Header().Set("Location", fmt.Sprintf("%s/account/%d", a.base, len(a.accounts)-1))
	answer(w, http.StatusCreated, map[string]any{"status": "valid", "contact": in.Contact})
}

func (a *Authority) newOrder(w http.ResponseWriter, c call) {
	var in struct {
		Identifiers []struct{ Type, Value string } `json:"identifiers"`
	}
	if err := json.Unmarshal(c.payload, &in); err != nil || len(in.Identifiers) != 1 || in.Identifiers[0].Type != "dns" {
		refuse(w, http.StatusBadRequest, "malformed", "want one name")
		return
	}
	a.orders = append(a.orders, order{name: in.Identifiers[0].Value, token: random(), status: "pending"})
	c.no = len(a.orders) - 1
	w.Header().Set("Location", a.place("order", c.no))
	answer(w, http.StatusCreated, a.orderWire(c.no))
}

func (a *Authority) place(kind string, no int) string {
	return fmt.Sprintf("%s/%s/%d", a.base, kind, no)
}

func (a *Authority) orderWire(no int) map[string]any {
	o := &a.orders[no]
	out := map[string]any{"status": map[string]string{"pending": "pending", "valid": "ready", "invalid": "invalid"}[o.status],
		"identifiers":    []any{map[string]string{"type": "dns", "value": o.name}},
		"authorizations": []string{a.place("authorisation", no)}, "finalize": a.place("finalize", no)}
	if o.cert != nil {
		out["status"], out["certificate"] = "valid", a.place("certificate", no)
	}
	return out
}

func (a *Authority) showOrder(w http.ResponseWriter, c call, _ *order) {
	answer(w, http.StatusOK, a.orderWire(c.no))
}

func (a *Authority) challengeWire(no int) map[string]any {
	o := &a.orders[no]
	out := map[string]any{"type": "tls-alpn-01", "url": a.place("challenge", no), "token": o.token, "status": o.status}
	if o.fault != "" {
		out["error"] = map[string]any{"type": "urn:ietf:params:acme:error:connection", "detail": o.fault}
	}
	return out
}

func (a *Authority) showAuthorisation(w http.ResponseWriter, c call, o *order) {
	answer(w, http.StatusOK, map[string]any{"status": o.status, "identifier": map[string]string{"type": "dns", "value": o.name},
		"challenges": []any{a.challengeWire(c.no)}})
}

// challenge visits at once, so that the next question has the answer.
func (a *Authority) challenge(w http.ResponseWriter, c call, o *order) {
	if o.status == "pending" {
		a.challenges++
		o.status = "valid"
		if err := a.visit(o.name, o.token+"."+c.account.key.thumbprint()); err != nil {
			o.status, o.fault = "invalid", "the visit to the name failed: "+err.Error()
		}
	}
	answer(w, http.StatusOK, a.challengeWire(c.no))
}

// acmeIdentifier is the extension of RFC 8737, section 3.
var acmeIdentifier = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}

func (a *Authority) visit(name, authorisation string) error {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", a.site,
		&tls.Config{ServerName: name, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true}) //nolint:gosec // RFC 8737: the certificate is the answer, not a proof
	if err != nil {
		return err
	}
	defer conn.Close()
	state := conn.ConnectionState()
	leaf := state.PeerCertificates[0]
	if state.NegotiatedProtocol != "acme-tls/1" || !slices.Equal(leaf.DNSNames, []string{name}) {
		return fmt.Errorf("it spoke %q for %v", state.NegotiatedProtocol, leaf.DNSNames)
	}
	want := sha256.Sum256([]byte(authorisation))
	for _, e := range leaf.Extensions {
		var got []byte
		if e.Id.Equal(acmeIdentifier) && e.Critical {
			if _, err := asn1.Unmarshal(e.Value, &got); err == nil && slices.Equal(got, want[:]) {
				return nil
			}
		}
	}
	return errors.New("the answer is not for this order")
}

func (a *Authority) finalize(w http.ResponseWriter, c call, o *order) {
	var in struct {
		CSR string `json:"csr"`
	}
	if err := json.Unmarshal(c.payload, &in); err != nil || o.status != "valid" {
		refuse(w, http.StatusForbidden, "orderNotReady", "the name is not proven")
		return
	}
	der, err := base64.RawURLEncoding.DecodeString(in.CSR)
	if err != nil {
		refuse(w, http.StatusBadRequest, "badCSR", err.Error())
		return
	}
	if o.cert, err = a.issue(der, o.name); err != nil {
		refuse(w, http.StatusBadRequest, "badCSR", err.Error())
		return
	}
	w.Header().Set("Location", a.place("order", c.no))
	answer(w, http.StatusOK, a.orderWire(c.no))
}

func (a *Authority) issue(der []byte, name string) ([]byte, error) {
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, err
	}
	if err := request.CheckSignature(); err != nil {
		return nil, err
	}
	if !slices.Equal(request.DNSNames, []string{name}) {
		return nil, fmt.Errorf("asks for %v, proven is %s", request.DNSNames, name)
	}
	a.serial++
	form := &x509.Certificate{SerialNumber: big.NewInt(a.serial), DNSNames: request.DNSNames, NotBefore: time.Now().Add(-time.Minute),
		NotAfter: time.Now().Add(90 * 24 * time.Hour).Truncate(time.Second), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	leaf, err := x509.CreateCertificate(rand.Reader, form, a.Root, request.PublicKey, a.key)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf}), err
}

func (a *Authority) certificate(w http.ResponseWriter, _ call, o *order) {
	w.Header().Set("Content-Type", "application/pem-certificate-chain")
	w.Write(o.cert) //nolint:errcheck // the client sees that it is cut
}
