package cli

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/watch"
	"ward/format/detection"
)

// aCentre answers for the key and the bundle.
func aCentre(t *testing.T) (url string, public ed25519.PublicKey, sent *[]detection.Hit) {
	t.Helper()
	sent = &[]detection.Hit{}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public, _ = key.Public().(ed25519.PublicKey)
	now := time.Now().UTC().Truncate(time.Second)
	b := detection.Bundle{Version: 1, ID: "b", Issued: now, Expires: now.Add(time.Hour), Centre: "Test Centre", TLP: "GREEN", Indicators: []detection.Indicator{{Type: "domain", Value: "evil.example", Source: "x"}}}
	bundle, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	pinned, err := detection.KeyOf(public, "Test Centre").Encode()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer tok":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == detection.KeyPath:
			_, _ = w.Write(pinned)
		case r.URL.Path == detection.BundlePath:
			w.Header().Set(detection.SignatureHeader, detection.Sign(key, bundle))
			_, _ = w.Write(bundle)
		case r.URL.Path == detection.HitsPath:
			data, _ := io.ReadAll(r.Body)
			u, err := detection.DecodeUpload(data)
			if err != nil {
				t.Error(err)
				return
			}
			if strings.HasPrefix(u.Batch, "scan-") != (u.Sensor.ID == detection.ByHand) {
				t.Errorf("batch %s under the name of %s", u.Batch, u.Sensor.ID)
			}
			*sent = append(*sent, u.Hits...)
			_, _ = fmt.Fprintf(w, `{"accepted":%d,"duplicate":0,"refused":[]}`, len(u.Hits))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, public, sent
}

// TestEnrollThenCheck: enrolment pins the key that people compare, and writes
// settings that check takes.
func TestEnrollThenCheck(t *testing.T) {
	url, public, _ := aCentre(t)
	dir := put(t, map[string]string{"token": "tok\n", "wrong": "x", "a.log": "x\n"})
	file := filepath.Join(dir, "sensor.toml")
	enroll := []string{"sensor", "enroll", "--url", url, "--token-file", filepath.Join(dir, "token"), "--config", file}
	if code, _, e := ward2(t, "", append(enroll, "--fingerprint", "00")...); code != exitDenied {
		t.Errorf("another fingerprint: %d %s", code, e)
	}
	if code, out, e := ward2(t, "", append(enroll, "--fingerprint", detection.Fingerprint(public))...); code != 0 || !strings.Contains(out, detection.Fingerprint(public)) {
		t.Fatalf("enroll: %d %s %s", code, out, e)
	}
	if code, _, e := ward2(t, "", enroll...); code != exitFailed || !strings.Contains(e, "already") {
		t.Errorf("twice: %d %s", code, e)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	settings := strings.Replace(string(text), `"/var/log/auth.log", "/var/log/syslog"`, `"`+filepath.Join(dir, "*.log")+`"`, 1)
	settings = "state = \"" + filepath.Join(dir, "state") + "\"\n" + settings
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, e := ward2(t, "", "sensor", "check", "--config", file); code != 0 || !strings.Contains(out, "1 can be read") || !strings.Contains(out, "signature right: 1 indicators") {
		t.Errorf("check: %d %s %s", code, out, e)
	}
	if code, _, _ := ward2(t, "", "sensor", "status", "--config", file); code != exitFailed {
		t.Errorf("status of a sensor that never ran: %d", code)
	}
	if err := os.Remove(filepath.Join(dir, "a.log")); err != nil {
		t.Fatal(err)
	}
	if code, _, e := ward2(t, "", "sensor", "check", "--config", file); code != exitPartly || !strings.Contains(e, "no log") {
		t.Errorf("nothing to read: %d %s", code, e)
	}
	wrong := strings.Replace(settings, filepath.Join(dir, "token"), filepath.Join(dir, "wrong"), 1)
	if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, e := ward2(t, "", "sensor", "check", "--config", file); code != exitUnreachable || !strings.Contains(e, detection.Scope) {
		t.Errorf("a wrong token: %d %s", code, e)
	}
	if _, err := watch.Read(file); err != nil {
		t.Error(err)
	}
}

// TestScanSends: only with the flag, once for each value and computer, and no name.
func TestScanSends(t *testing.T) {
	url, public, sent := aCentre(t)
	line := "Nov 29 10:00:01 srv-1 sshd[77]: Failed password for Anna Huber from 203.0.113.9 port 22 ssh2\n"
	dir := put(t, map[string]string{"token": "tok\n", "list.txt": "203.0.113.9\n", "a.log": line + line})
	file := filepath.Join(dir, "sensor.toml")
	if code, _, e := ward2(t, "", "sensor", "enroll", "--url", url, "--token-file", filepath.Join(dir, "token"), "--config", file, "--fingerprint", detection.Fingerprint(public)); code != 0 {
		t.Fatal(e)
	}
	scan := []string{"scan", "--indicators", filepath.Join(dir, "list.txt"), filepath.Join(dir, "a.log")}
	if code, _, e := ward2(t, "", scan...); code != 0 || len(*sent) != 0 {
		t.Fatalf("%d %s, %d sent", code, e, len(*sent))
	}
	code, out, e := ward2(t, "", append(scan, "--send="+file)...)
	if code != 0 || !strings.Contains(e, "1 taken") || strings.Count(out, "Huber") != 2 {
		t.Errorf("%d %s %s", code, out, e)
	}
	if len(*sent) != 1 || (*sent)[0].Count != 2 || (*sent)[0].Subject != "srv-1" || strings.Contains(fmt.Sprint(*sent), "Huber") {
		t.Errorf("sent %+v", *sent)
	}
	ctx, stop := context.WithCancel(t.Context()) // interrupted: what goes on there does not find these again
	stop()
	env := &env{err: io.Discard}
	s, err := env.sender(file)
	if err != nil {
		t.Fatal(err)
	}
	s.take(&agent.Hit{Indicator: "203.0.113.9", Type: "ipv4", Host: "srv-2"})
	if err := s.send(ctx, env); err != nil || len(*sent) != 2 {
		t.Errorf("of an interrupted scan: %v, sent %+v", err, *sent)
	}
}
