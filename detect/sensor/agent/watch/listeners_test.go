package watch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/format/detection"
)

// TestListenersThatFailAreToldAndTriedAgain: a port that somebody has, and a certificate
// that is not there, cost nothing else, and work as soon as they can.
func TestListenersThatFailAreToldAndTriedAgain(t *testing.T) {
	c := newCentre(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plain, sealed := taken.Addr().String(), free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	path, logs := settings(t, c, fmt.Sprintf("[[syslog]]\nlisten = \"tcp://%s\"\n[[syslog]]\nlisten = \"tls://%s\"\ncert = %q\nkey = %q\n", plain, sealed, cert, key))
	put(t, filepath.Join(logs, "auth.log"), ssh)
	s, stop := sensor(t, path)
	defer stop()
	until(t, "the log, beside the listeners", func() bool { return c.count("Failed password at srv-1") == 1 })
	until(t, "both faults", func() bool {
		st, err := ReadStatus(s.State)
		return err == nil && strings.Contains(st.Faults["syslog tcp://"+plain], "in use") && strings.Contains(st.Faults["syslog tls://"+sealed], "cert.pem")
	})
	st, err := ReadStatus(s.State)
	if err != nil {
		t.Fatal(err)
	}
	failing := 0
	for _, x := range st.sources(s) {
		if x.Kind == "syslog" && x.State == detection.StateFailing {
			failing++
		}
	}
	if failing != 2 {
		t.Errorf("the Centre hears of %d that fail", failing)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	selfSigned(t, cert, key, time.Now().Add(time.Hour))
	sends := func(dial func() (net.Conn, error)) func() bool {
		before := c.count("Failed password at srv-1")
		return func() bool {
			conn, err := dial()
			if err != nil {
				return false
			}
			defer conn.Close()
			_, _ = conn.Write([]byte("<38>" + ssh))
			return c.count("Failed password at srv-1") > before
		}
	}
	until(t, "a message by TCP", sends(func() (net.Conn, error) { return net.Dial("tcp", plain) }))
	until(t, "a message by TLS", sends(func() (net.Conn, error) {
		return tls.Dial("tcp", sealed, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // self-signed, in this test
	}))
	until(t, "no fault", func() bool { st, err := ReadStatus(s.State); return err == nil && len(st.Faults) == 0 })
}

// selfSigned writes a certificate that ends at a time.
func selfSigned(t *testing.T, cert, key string, end time.Time) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{SerialNumber: big.NewInt(end.UnixNano()), NotBefore: end.Add(-24 * time.Hour), NotAfter: end, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, x, x, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: private}, cert: {Type: "CERTIFICATE", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCertificateOfAListener: one that ran out is told and stays in use, one that was
// renewed on the disk is taken.
func TestCertificateOfAListener(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	set := &Syslog{Listen: "tls://127.0.0.1:6514", Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	if _, err := set.certificate(); err == nil {
		t.Error("a certificate that is not there was read")
	}
	selfSigned(t, set.Cert, set.Key, now.Add(time.Hour))
	c, err := set.certificate()
	if err != nil || c.trouble(now) != nil {
		t.Fatal(err, c.trouble(now))
	}
	if err := c.trouble(now.Add(2 * time.Hour)); err == nil || !strings.Contains(err.Error(), "ran out") || c.now.Load() == nil {
		t.Errorf("one that ran out: %v", err)
	}
	selfSigned(t, set.Cert, set.Key, now.Add(48*time.Hour))
	if err := c.trouble(now.Add(2 * time.Hour)); err != nil {
		t.Errorf("one that was renewed: %v", err)
	}
	if err := os.WriteFile(set.Cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.trouble(now); err == nil || c.now.Load() == nil {
		t.Error("one that is being written: not told, or the old one is gone")
	}
}
