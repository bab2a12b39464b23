package upkeep_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ward/app/upkeep"
)

func states(all []upkeep.Finding) map[string]upkeep.State {
	out := map[string]upkeep.State{}
	for _, f := range all {
		out[f.Check] = f.State
	}
	return out
}

// The doctor looks at an empty place without making anything in it.
func TestExamineMakesNothing(t *testing.T) {
	cfg := settings(t, t.TempDir(), "")
	got := states(upkeep.Examine(ctx, cfg, upkeep.Look{Deep: true}))
	if got["database"] != upkeep.Notice || got["data folder"] == upkeep.Broken || got["deep look"] != upkeep.Skipped {
		t.Errorf("got %v", got)
	}
	left, err := os.ReadDir(cfg.Data)
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

func TestExamineAHouse(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			cfg := house(t, kind)
			if err := os.Chmod(cfg.Data, 0o700); err != nil {
				t.Fatal(err)
			}
			all := upkeep.Examine(ctx, cfg, upkeep.Look{Deep: true})
			got := states(all)
			for _, check := range []string{"data folder", "key account.key", "key audit.key", "database", "migrations", "clock", "audit log, all of it", "inventory index"} {
				if got[check] != upkeep.Good {
					t.Errorf("%s: got %q, want ok in %v", check, got[check], all)
				}
			}
			if err := os.Chmod(filepath.Join(cfg.Data, "audit.key"), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(cfg.Data, "account.key"), []byte("short"), 0o600); err != nil {
				t.Fatal(err)
			}
			got = states(upkeep.Examine(ctx, cfg, upkeep.Look{}))
			if got["key account.key"] != upkeep.Broken || got["key audit.key"] != upkeep.Broken {
				t.Errorf("with bad keys: got %v", got)
			}
		})
	}
}

// The address of the database is never printed: it may hold a password.
func TestExamineTellsNoSecret(t *testing.T) {
	cfg := settings(t, t.TempDir(), "postgres://ward:hunter2@127.0.0.1:1/ward")
	all := upkeep.Examine(ctx, cfg, upkeep.Look{})
	if text := fmt.Sprint(all); strings.Contains(text, "hunter2") || states(all)["database"] != upkeep.Broken {
		t.Errorf("got %s", text)
	}
}

func TestExamineRelay(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for _, greeting := range []string{"220 relay.example ready\r\n", "554 go away\r\n"} {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(conn, greeting)
			conn.Close()
		}
	}()
	cfg := settings(t, t.TempDir(), "")
	_, port, _ := net.SplitHostPort(l.Addr().String())
	cfg.Mail.Host, cfg.Mail.TLS = "127.0.0.1", "none"
	cfg.Mail.Port, _ = strconv.Atoi(port)
	for _, want := range []upkeep.State{upkeep.Good, upkeep.Broken} {
		if got := states(upkeep.Examine(ctx, cfg, upkeep.Look{Connect: true}))["mail"]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := states(upkeep.Examine(ctx, cfg, upkeep.Look{}))["mail"]; got != upkeep.Skipped {
		t.Errorf("without being told to connect: got %q", got)
	}
}
