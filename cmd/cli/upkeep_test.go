package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/app"
	"ward/kit/conf"
)

// command runs one command line.
func command(t *testing.T, want int, args ...string) (out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	if got := Main("test", args, strings.NewReader(""), &o, &e); got != want {
		t.Fatalf("ward %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, want, o.String(), e.String())
	}
	return o.String(), e.String()
}

// TestUpkeepFromTheCommandLine walks an operator's way: save, check, put back,
// move, ask the doctor.
func TestUpkeepFromTheCommandLine(t *testing.T) {
	folder := t.TempDir()
	old, file := filepath.Join(folder, "old"), filepath.Join(folder, "house.ward")
	command(t, exitFailed, "audit", "verify", "--data", old) // a look makes no house
	if _, err := os.Stat(old); err == nil {
		t.Errorf("a look made %s", old)
	}
	a, err := app.New(context.Background(), app.Config{Config: conf.Config{Data: old, Database: "sqlite:" + filepath.Join(old, "ward.db"), URL: "http://localhost"},
		Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	a.Close() //nolint:errcheck // an empty house is what is wanted
	out, _ := command(t, exitOK, "backup", file, "--data", old)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(out, "not encrypted") {
		t.Errorf("backup: got %v, %v and %q", info, err, out)
	}
	command(t, exitFailed, "backup", file, "--data", old)
	command(t, exitFailed, "backup", filepath.Join(folder, "x.ward"), "--data", filepath.Join(folder, "none"))
	piped, _ := command(t, exitOK, "backup", "-", "--data", old)
	if len(piped) < 1000 {
		t.Errorf("backup -: got %d bytes", len(piped))
	}
	out, _ = command(t, exitOK, "restore", "--check", "--json", file)
	var sum backupSummary
	if err := json.Unmarshal([]byte(out), &sum); err != nil || sum.Schema != "ward.restore-check/1" || sum.Rows == 0 {
		t.Errorf("restore --check --json: got %s, %v", out, err)
	}
	command(t, exitFailed, "restore", file, "--data", old)
	command(t, exitUsage, "restore", file, "--data", old, "--replace")
	command(t, exitOK, "restore", file, "--data", old, "--replace", "--yes", "--quiet")
	out, _ = command(t, exitOK, "migrate-database", "--data", old, "--to", "sqlite:"+filepath.Join(folder, "new.db"))
	if !strings.Contains(out, "database = ") {
		t.Errorf("migrate-database: got %q, want the next setting", out)
	}
	command(t, exitUsage, "migrate-database", "--data", old)
	command(t, exitFailed, "audit", "verify", "--data", old) // it moved out
	command(t, exitUsage, "migrate-database", "--data", old, "--release")
	command(t, exitOK, "migrate-database", "--data", old, "--release", "--yes")
	command(t, exitFailed, "migrate-database", "--data", old, "--release", "--yes") // nothing holds it any more
	out, _ = command(t, exitOK, "migrate-database", "--data", old, "--rehearse", "--json", "--to", "sqlite:"+filepath.Join(folder, "rehearsed.db"))
	if !strings.Contains(out, `"complete": false`) {
		t.Errorf("a rehearsal: got %s", out)
	}
	out, _ = command(t, exitOK, "doctor", "--json", "--data", old)
	var d struct {
		OK       bool
		Findings []struct{ Check, State, Next string }
	}
	if err := json.Unmarshal([]byte(out), &d); err != nil || !d.OK || len(d.Findings) < 10 {
		t.Errorf("doctor --json: got %s, %v", out, err)
	}
	if err := os.Chmod(filepath.Join(old, "account.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, _ = command(t, exitFailed, "doctor", "--data", old)
	if !strings.Contains(out, "broken   key account.key") || !strings.Contains(out, "next: chmod 0600") {
		t.Errorf("doctor: got %s", out)
	}
}

func TestShownHidesPasswords(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://ward:secret@db/ward":  "postgres://ward@db/ward",
		"postgres://ward@/ward?host=/run": "postgres://ward@/ward?host=/run",
		"sqlite:/var/lib/ward/ward.db":    "sqlite:/var/lib/ward/ward.db",
	} {
		if got := shown(address); got != want {
			t.Errorf("shown(%q): got %q, want %q", address, got, want)
		}
	}
}
