package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/kit/conf"
	"ward/test/acmedirectory"
)

const acmeName = "ward.example"

// acmeHouse is a house that serves TLS on l with certificates of the authority.
func acmeHouse(t *testing.T, folder string, l net.Listener, authority *acmedirectory.Authority) *App {
	t.Helper()
	settings, err := conf.Load(map[string]string{"data": folder, "database": "sqlite:" + filepath.Join(folder, "ward.db"), "url": "https://" + acmeName,
		"tls.acme_domains": acmeName, "tls.acme_directory": authority.URL, "tls.acme_email": "duty@ward.example"}, "", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Config{Config: settings, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the house ended with %v", err)
		}
		a.Close()
	})
	return a
}

func acmeListener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// visit asks for /healthz over TLS, trusting the authority's root alone.
func visit(t *testing.T, address string, authority *acmedirectory.Authority) (*x509.Certificate, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(authority.Root)
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}}}
	defer client.CloseIdleConnections()
	res, err := client.Get("https://" + acmeName + "/healthz")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
		t.Errorf("GET /healthz: got %s over %s, %v", res.Status, res.Proto, err)
	}
	return res.TLS.PeerCertificates[0], nil
}

// A house without a certificate asks the authority, answers its challenge on the
// port that serves pages, and has a certificate; after a restart it asks nobody.
func TestACMEFromFirstStart(t *testing.T) {
	l := acmeListener(t)
	authority := acmedirectory.Open(t, l.Addr().String())
	folder := t.TempDir()
	var serial string
	t.Run("first start", func(t *testing.T) {
		a := acmeHouse(t, folder, l, authority)
		leaf, err := visit(t, l.Addr().String(), authority)
		if err != nil {
			t.Fatal(err)
		}
		serial = leaf.SerialNumber.String()
		if err := leaf.VerifyHostname(acmeName); err != nil {
			t.Error(err)
		}
		if got := a.door.look(); got.Fault != "" || !got.Ends.Equal(leaf.NotAfter) || len(got.Names) != 1 {
			t.Errorf("the operator's page: got %+v", got)
		}
		if a, o, c := authority.Counts(); a != 1 || o != 1 || c != 1 {
			t.Errorf("got %d accounts, %d orders, %d challenges, want one of each", a, o, c)
		}
		if authority.Contact() != "mailto:duty@ward.example" {
			t.Errorf("contact: got %q", authority.Contact())
		}
		for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) { // kept for the others after it is served
			text, err := a.certificates.Get(t.Context(), acmeName)
			if err == nil && strings.Contains(string(text), "CERTIFICATE") {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("it is not kept: %v", err)
			}
		}
	})
	t.Run("second start", func(t *testing.T) {
		again := acmeListener(t)
		acmeHouse(t, folder, again, authority)
		leaf, err := visit(t, again.Addr().String(), authority)
		if err != nil {
			t.Fatal(err)
		}
		if got := leaf.SerialNumber.String(); got != serial {
			t.Errorf("got certificate %s, want the one that is kept, %s", got, serial)
		}
		if _, orders, _ := authority.Counts(); orders != 1 {
			t.Errorf("got %d orders, want the one of the first start", orders)
		}
	})
}

// Where the authority reaches somebody else under the name, there is no
// certificate, and the operator reads why.
func TestACMERefused(t *testing.T) {
	elsewhere := acmeListener(t)
	defer elsewhere.Close()
	go func() {
		for {
			conn, err := elsewhere.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	authority := acmedirectory.Open(t, elsewhere.Addr().String())
	l := acmeListener(t)
	a := acmeHouse(t, t.TempDir(), l, authority)
	if leaf, err := visit(t, l.Addr().String(), authority); err == nil {
		t.Errorf("got a certificate of %s", leaf.Subject)
	}
	for end := time.Now().Add(time.Minute); a.door.look().Fault == ""; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the operator is told nothing")
		}
	}
	if got := a.door.look(); !got.Ends.IsZero() || !strings.Contains(got.Fault, `for domain "`+acmeName+`"`) {
		t.Errorf("got %+v, want why", got)
	}
}
