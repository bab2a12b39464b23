package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ward/detect/sensor/agent/watch"
	"ward/format/detection"
)

// TestSensorFromTheCommandLine runs a sensor as the service does: a hit reaches
// the Centre, status tells of it, and what was seen is remembered after the end.
func TestSensorFromTheCommandLine(t *testing.T) {
	url, public, _ := aCentre(t)
	dir := put(t, map[string]string{"token": "tok\n", "seen.txt": "evil.example\nnever.example\n",
		"dns.log": "Nov 29 10:00:01 srv-1 dnsmasq[7]: query[A] evil.example from 10.0.0.5\n"})
	file := filepath.Join(dir, "sensor.toml")
	if code, _, e := ward2(t, "", "sensor", "enroll", "--url", url, "--token-file", filepath.Join(dir, "token"), "--config", file, "--fingerprint", detection.Fingerprint(public)); code != 0 {
		t.Fatal(e)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	settings := strings.Replace(string(text), `"/var/log/auth.log", "/var/log/syslog"`, `"`+filepath.Join(dir, "*.log")+`"`, 1)
	settings = strings.Replace("state = \""+filepath.Join(dir, "state")+"\"\n"+settings, "[centre]", "[centre]\nsend_every = \"1s\"", 1)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(os.Args[0], "sensor", "run", "--config", file)
	run.Env = append(os.Environ(), "WARD_TEST_MAIN=1")
	said := new(strings.Builder)
	run.Stderr = said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		run.Process.Kill() //nolint:errcheck // it may have ended
		run.Wait()         //nolint:errcheck // as above
	})
	st := watch.Status{}
	for end := time.Now().Add(90 * time.Second); st.Sent == 0; time.Sleep(200 * time.Millisecond) {
		if _, out, _ := ward2(t, "", "sensor", "status", "--config", file, "--json"); out != "" {
			if err := json.Unmarshal([]byte(out), &st); err != nil {
				t.Fatalf("status: %v in %s", err, out)
			}
		}
		if time.Now().After(end) {
			t.Fatalf("nothing was sent: %+v", st)
		}
	}
	if st.Lines != 1 || st.Hits != 1 || len(st.Faults) != 0 {
		t.Errorf("status: got %+v, want one line and one hit", st)
	}
	if code, out, _ := ward2(t, "", "sensor", "status", "--config", file); code != 0 || !strings.Contains(out, "1") {
		t.Errorf("status for people: %d %s", code, out)
	}
	if err := run.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := run.Wait(); err != nil {
		t.Errorf("the end: %v\n%s", err, said)
	}
	retro := []string{"sensor", "retro", "--config", file, "--indicators", filepath.Join(dir, "seen.txt")}
	code, out, e := ward2(t, "", append(retro, "--exit-code")...)
	if code != exitFindings || !strings.Contains(out, "evil.example: first seen") || strings.Contains(out, "never.example") || !strings.Contains(e, "1 of 2") {
		t.Errorf("retro: %d\n%s%s", code, out, e)
	}
}
