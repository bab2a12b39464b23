package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ward/kit/clock"
)

// issue writes a self-signed pair with that serial number into folder.
func issue(t *testing.T, folder string, serial int64, at time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"ward.example"}, NotAfter: at.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestCertificateIsReadAgain(t *testing.T) {
	start := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	folder, now := t.TempDir(), clock.NewFake(start)
	c := &certificate{now: now.Now}
	c.cert, c.key = issue(t, folder, 1, start)
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	var faults int
	serial := func() int64 {
		return c.current(func(_ *tls.Certificate, err error) {
			if err != nil {
				faults++
			}
		}).Leaf.SerialNumber.Int64()
	}
	issue(t, folder, 2, start.Add(time.Second))
	if got := serial(); got != 1 {
		t.Errorf("before the next look: got %d, want 1", got)
	}
	now.Advance(certificateLook)
	if got := serial(); got != 2 {
		t.Errorf("after it: got %d, want 2", got)
	}
	if err := os.WriteFile(c.key, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	now.Advance(certificateLook)
	if got := serial(); got != 2 || faults != 1 {
		t.Errorf("with a damaged key: got %d and %d faults, want 2 and one", got, faults)
	}
}

func TestSecured(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a := &App{cfg: Config{Clock: clock.System()}}
	a.door = newDoor(a.cfg)
	if got, err := a.secured(t.Context(), l); err != nil || got != l {
		t.Errorf("without a certificate: got %v, %v", got, err)
	}
	a.cfg.TLS.Cert, a.cfg.TLS.Key = "none.pem", "none.pem"
	a.door = newDoor(a.cfg)
	if _, err := a.secured(t.Context(), l); err == nil {
		t.Error("with files that are not there: got no error")
	}
}
