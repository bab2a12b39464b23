package clients_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward"
)

// front serves the house over TLS under its name, and lets programs reach it
// there: the proxy that their environment names sends every connection to it.
func (s *scene) front(t *testing.T) {
	t.Helper()
	cert, authority := certificate(t)
	server := httptest.NewUnstartedServer(s.App.Handler().Handler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { tunnel(w, r, server.Listener.Addr().String()) }))
	t.Cleanup(proxy.Close)
	file := filepath.Join(s.dir, "authority.pem")
	if err := os.WriteFile(file, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = []string{"HTTPS_PROXY=" + proxy.URL, "https_proxy=" + proxy.URL, "NO_PROXY=", "no_proxy=", "SSL_CERT_FILE=" + file, "SSL_CERT_DIR=" + t.TempDir()}
	s.proxy, s.roots = proxy.URL, x509.NewCertPool()
	s.roots.AppendCertsFromPEM(authority)
}

// tunnel is CONNECT to one address, whatever was asked for.
func tunnel(w http.ResponseWriter, r *http.Request, address string) {
	if r.Method != http.MethodConnect {
		http.Error(w, "only https", http.StatusMethodNotAllowed)
		return
	}
	there, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n") //nolint:errcheck // the client went away
	go io.Copy(there, here)                         //nolint:errcheck // ends with the connection
	io.Copy(here, there)                            //nolint:errcheck // ends with the connection
}

// certificate is good for the house's name and its DNS path (section 7.1.10).
func certificate(t *testing.T) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name, "csaf.data.security." + name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// browser is a session over TLS: the house's cookies go nowhere else.
type browser struct{ *http.Client }

func (s *scene) secured(t *testing.T, r ward.Role) browser {
	t.Helper()
	via, err := url.Parse(s.proxy)
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil) // never fails
	b := browser{&http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{Proxy: http.ProxyURL(via), TLSClientConfig: &tls.Config{RootCAs: s.roots}}}}
	res, err := b.PostForm(s.Link(r), url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("come in by a link: %d", res.StatusCode)
	}
	return b
}

// token makes an API token that may read advisories.
func (b browser) token(t *testing.T) string {
	t.Helper()
	res, err := b.Post("https://"+name+"/api/v1/me/tokens", "application/json", strings.NewReader(`{"name":"csaf","days":1,"scopes":["advisory.read"]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	_, rest, found := strings.Cut(string(body), `"secret":"`)
	secret, _, _ := strings.Cut(rest, `"`)
	if err != nil || !found {
		t.Fatalf("token: %d %s, %v", res.StatusCode, body, err)
	}
	return secret
}
