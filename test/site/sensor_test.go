package site_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/cmd/cli"
	"ward/test/site/house"
)

// A hospital enrols with its Centre by the command line, looks through a log that
// stays where it lies, and hands over what was seen: the person in the line not.
func TestHitsReachTheCentre(t *testing.T) {
	h := house.Open(t, house.Config{})
	c := h.As(ward.RoleManager)
	var token struct{ Secret string }
	c.MustJSON("POST", "/api/v1/me/tokens", map[string]any{"name": "sensor", "days": 1, "scopes": []string{"sensor.send"}}, &token)
	dir := t.TempDir()
	put := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	log := put("auth.log", "Nov 29 10:00:01 srv-1 sshd[77]: Failed password for Anna Huber from 203.0.113.201 port 22 ssh2\n")
	settings := filepath.Join(dir, "sensor.toml")
	run := func(args ...string) (string, string) {
		t.Helper()
		var out, said bytes.Buffer
		if code := cli.Main("test", args, strings.NewReader(""), &out, &said); code != 0 {
			t.Fatalf("ward %s: exit %d: %s%s", strings.Join(args, " "), code, &out, &said)
		}
		return out.String(), said.String()
	}
	run("sensor", "enroll", "--url", h.URL, "--token-file", put("token", token.Secret+"\n"), "--config", settings)
	scan := []string{"scan", "--indicators", put("list.txt", "203.0.113.201\n"), "--private", "--send=" + settings, log}
	if _, said := run(scan...); !strings.Contains(said, "1 taken") {
		t.Errorf("the scan says %q", said)
	}
	run(scan...) // a second time adds no second hit
	h.Settle()
	a := c.Get("/api/v1/detection/sightings")
	var list struct {
		Hits []struct {
			Value, Subject string
			Count          int
		}
	}
	if err := json.Unmarshal(a.Body, &list); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, x := range list.Hits {
		if x.Value == "203.0.113.201" && x.Subject == "srv-1" {
			found++
		}
	}
	if found != 1 || bytes.Contains(a.Body, []byte("Huber")) {
		t.Errorf("%d hits, want 1 without a name: %s", found, a.Body)
	}
	database, err := os.Open(filepath.Join(h.Data, "ward.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	if all, err := io.ReadAll(database); err != nil || bytes.Contains(all, []byte("Huber")) {
		t.Errorf("the person is in the Centre's database (%v)", err)
	}
}
