package watch

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/retro"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/kit/clock"
	"ward/kit/fetch"
)

const childVariable = "WARD_SENSOR_CHILD"

// TestMain lets the binary be a sensor that a test kills.
func TestMain(m *testing.M) {
	path := os.Getenv(childVariable)
	if path == "" {
		os.Exit(m.Run())
	}
	s, err := Read(path)
	if err == nil {
		err = Run(context.Background(), Config{Settings: s, Version: "child", Now: clock.System(), Drain: os.Getenv(childVariable+"_DRAIN") != ""})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// settings writes a file of settings and gives its path and the folder of logs.
func settings(t testing.TB, c *centre, more string) (path, logs string) {
	t.Helper()
	dir := t.TempDir()
	logs = filepath.Join(dir, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "token"), "tok\n")
	path = filepath.Join(dir, "sensor.toml")
	put(t, path, fmt.Sprintf("state = %q\nsensor = \"s-1\"\n[centre]\nurl = %q\nkey = %q\ntoken_file = %q\nevery = \"200ms\"\nsend_every = \"100ms\"\n[limits]\ncpus = 2\n[[files]]\npaths = [%q]\n%s",
		filepath.Join(dir, "state"), c.server.URL, c.public(), filepath.Join(dir, "token"), filepath.Join(logs, "*.log"), more))
	return path, logs
}

func put(t testing.TB, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// sensor runs one until the test ends or stop is called.
func sensor(t *testing.T, path string) (s *Settings, stop func()) {
	t.Helper()
	s, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Config{Settings: s, Version: "test", Now: clock.System(), StatusEvery: 200 * time.Millisecond, Say: func(text string) { t.Log(text) }})
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return s, stop
}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("not within two minutes: %s", what)
}

const ssh = "Nov 29 10:00:01 srv-1 sshd[77]: Failed password for Anna Huber from 203.0.113.9 port 22 ssh2\n"

// TestFromTheLineToTheCentre: files, syslog, a new bundle, a Centre that is away and
// an answer that gets lost; and of the line only the least leaves.
func TestFromTheLineToTheCentre(t *testing.T) {
	c := newCentre(t)
	path, logs := settings(t, c, "[[syslog]]\nlisten = \"udp://127.0.0.1:0\"\n")
	put(t, filepath.Join(logs, "dns.log"), "29-Nov-2026 10:00:00.000 client @0x7f 192.0.2.7#5353 (www.evil.example): query: www.evil.example IN A + (192.0.2.1) Patient Maria Gruber\n")
	put(t, filepath.Join(logs, "auth.log"), ssh)
	s, stop := sensor(t, path)
	until(t, "both hits", func() bool {
		return c.count("evil.example at 192.0.2.7") == 1 && c.count("Failed password at srv-1") == 1
	})
	c.offer("b-2", "evil.example", "new.example")
	until(t, "the new bundle", func() bool {
		st, err := ReadStatus(s.State)
		return err == nil && st.Target.Bundle == "b-2"
	})
	c.setDown(true)
	put(t, filepath.Join(logs, "app.log"), "2026-11-29T10:00:00Z pc-9 app: GET http://a.new.example/x\n2026-11-29T10:00:01Z pc-9 app: GET http://good.example/\n")
	until(t, "the hit that waits, and a fault", func() bool {
		st, err := ReadStatus(s.State)
		return err == nil && st.Hits == 3 && st.Spool.Waiting == 1 && len(st.Faults) > 0
	})
	stop()
	if st, err := ReadStatus(s.State); err != nil || st.Spool.Waiting != 1 || st.Lines != 4 || st.Hits != 3 || len(st.Faults) == 0 {
		t.Errorf("while the Centre was away: %+v, %v", st, err)
	}
	c.setDown(false)
	c.mu.Lock()
	c.lose = 1
	c.mu.Unlock()
	_, stop = sensor(t, path)
	until(t, "the hit that waited", func() bool { return c.count("new.example at pc-9") == 1 })
	until(t, "health", func() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.health != nil })
	stop()
	m, err := retro.OpenMemory(s.RetroDir())
	if err != nil {
		t.Fatal(err)
	}
	old, err := m.Ask([]indicator.Indicator{{Type: indicator.Domain, Value: "new.example"}, {Type: indicator.IPv4, Value: "203.0.113.9"}, {Type: indicator.Domain, Value: "never.example"}})
	if err != nil || !old[0].Seen || old[0].Hosts[0] != "pc-9" || !old[1].Seen || old[2].Seen {
		t.Errorf("what is remembered: %+v, %v", old, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if raw := c.raw.String(); strings.Contains(raw, "Huber") || strings.Contains(raw, "Gruber") || len(c.counts) != 3 {
		t.Errorf("what left: %v %s", c.counts, raw)
	}
}

// TestSyslogIsLookedAt: over UDP, with the listener's own port.
func TestSyslogIsLookedAt(t *testing.T) {
	c := newCentre(t)
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.LocalAddr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	path, _ := settings(t, c, fmt.Sprintf("[[syslog]]\nlisten = \"udp://%s\"\n", address))
	_, stop := sensor(t, path)
	defer stop()
	until(t, "a message by syslog", func() bool {
		conn, err := net.Dial("udp", address)
		if err != nil {
			return false
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("<38>" + ssh))
		return c.count("Failed password at srv-1") > 0
	})
}

// TestJournalGoesOnAtItsCursor: with a program in place of journalctl, over a
// restart of it and of the sensor.
func TestJournalGoesOnAtItsCursor(t *testing.T) {
	c := newCentre(t)
	dir := t.TempDir()
	program := filepath.Join(dir, "journalctl")
	script := `#!/bin/sh
after=0
all=
for a; do case "$a" in --after-cursor=*) after=${a#--after-cursor=};; --all) all=1;; esac; done
[ -n "$all" ] || exit 2 # without it, long texts come as null
i=$after
while [ $i -lt 40 ]; do
  i=$((i+1))
  echo "{\"__CURSOR\":\"$i\",\"__REALTIME_TIMESTAMP\":\"1764410400000000\",\"_HOSTNAME\":\"srv-2\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"_PID\":\"5\",\"MESSAGE\":\"Failed password for x from 203.0.113.9\"}"
  [ $((i%7)) -eq 0 ] && exit 1
done
sleep 60
`
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	path, _ := settings(t, c, fmt.Sprintf("[journal]\nread = true\nprogram = %q\n", program))
	_, stop := sensor(t, path)
	until(t, "the first entries", func() bool { return c.count("Failed password at srv-2") >= 7 })
	stop()
	_, stop = sensor(t, path)
	until(t, "all entries", func() bool { return c.count("Failed password at srv-2") >= 40 })
	stop()
	if n := c.count("Failed password at srv-2"); n != 40 {
		t.Errorf("%d entries, want 40", n)
	}
}

// TestKilledAtAnyMoment: a process that is killed at random while logs are written
// and rotated has told each line once in the end.
func TestKilledAtAnyMoment(t *testing.T) {
	c := newCentre(t)
	path, logs := settings(t, c, "")
	rnd := rand.New(rand.NewPCG(4, 2))
	log := filepath.Join(logs, "app.log")
	want := map[string]int{}
	n := 0
	lines := func(k int) {
		var b strings.Builder
		for range k {
			n++
			host := fmt.Sprintf("pc-%d", rnd.IntN(5))
			if rnd.IntN(3) > 0 {
				fmt.Fprintf(&b, "2026-11-29T10:%02d:%02dZ %s app[1]: line %d says nothing\n", n/60%60, n%60, host, n)
				continue
			}
			want["evil.example at "+host]++
			fmt.Fprintf(&b, "2026-11-29T10:%02d:%02dZ %s app[1]: line %d asks for x.evil.example\n", n/60%60, n%60, host, n)
		}
		put(t, log, b.String())
	}
	lines(50)
	drain := func() {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+path, childVariable+"_DRAIN=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	drain() // what was rotated away before the first start is nobody's
	for round := range 8 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+path)
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			lines(rnd.IntN(2000))
			time.Sleep(time.Duration(rnd.IntN(150)) * time.Millisecond)
		}
		if round%3 == 1 {
			if err := os.Rename(log, fmt.Sprintf("%s.%d", log, round)); err != nil {
				t.Fatal(err)
			}
		}
		lines(rnd.IntN(300))
		time.Sleep(time.Duration(rnd.IntN(1500)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // killed
	}
	drain()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !maps.Equal(c.counts, want) {
		t.Errorf("got %v, want %v", c.counts, want)
	}
}

// TestHostileCentre: each lie is refused with its name, and nothing of it is used.
func TestHostileCentre(t *testing.T) {
	c := newCentre(t)
	good, err := c.bundle.Encode()
	if err != nil {
		t.Fatal(err)
	}
	other := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	for name, tt := range map[string]struct {
		serve http.HandlerFunc
		want  error
	}{
		"no signature": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(good) }, detection.ErrSignature},
		"other key": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(detection.SignatureHeader, detection.Sign(other, good))
			_, _ = w.Write(good)
		}, detection.ErrSignature},
		"ten gigabytes": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			_, _ = w.Write(good)
		}, fetch.ErrTooLarge},
		"endless": {endless, fetch.ErrTooLarge},
		"slow": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, fetch.ErrTooSlow},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		}, fetch.ErrRedirect},
		"token is wrong": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, client.ErrToken},
		"signed nonsense": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(detection.SignatureHeader, detection.Sign(c.key, []byte("{}")))
			_, _ = w.Write([]byte("{}"))
		}, detection.ErrVersion},
	} {
		server := httptest.NewServer(tt.serve)
		public, _ := c.key.Public().(ed25519.PublicKey)
		patience := time.Minute
		if errors.Is(tt.want, fetch.ErrTooSlow) {
			patience = time.Second
		}
		x, err := client.New(client.Config{URL: server.URL, Token: "tok", Key: public, Timeout: patience})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Bundle(context.Background(), ""); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		server.CloseClientConnections()
		server.Close()
	}
	for _, u := range []string{"http://centre.example", "https://centre.example/x", "ftp://centre.example", "https://a@centre.example", ""} {
		if _, err := client.New(client.Config{URL: u}); !errors.Is(err, client.ErrURL) {
			t.Errorf("%q: %v", u, err)
		}
	}
}

func endless(w http.ResponseWriter, r *http.Request) {
	chunk := make([]byte, 1<<20)
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// TestOlderBundleIsNotTaken: who holds the line may not bring old bundles back.
func TestOlderBundleIsNotTaken(t *testing.T) {
	c := newCentre(t)
	path, _ := settings(t, c, "")
	s, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(s.State, 0o700); err != nil {
		t.Fatal(err)
	}
	x, err := s.Client("test")
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{s: s, client: x, cfg: Config{Now: clock.System()}}
	c.offer("b-2", "evil.example")
	if err := w.pull(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.bundle.ID, c.bundle.Issued = "b-0", c.bundle.Issued.Add(-time.Hour)
	c.mu.Unlock()
	if err := w.pull(context.Background()); !errors.Is(err, ErrOlder) {
		t.Errorf("an older one: %v", err)
	}
	if p, err := s.stored(); err != nil || p.Bundle.ID != "b-2" {
		t.Errorf("stored: %v", err)
	}
}
