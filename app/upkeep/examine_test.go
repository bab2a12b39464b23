package upkeep_test

import (
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ward/app/upkeep"
	"ward/base/home"
	"ward/kit/db"
	"ward/test/acmedirectory"
	"ward/test/database"
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

// The doctor names what a house lacks of its people, from a real database.
func TestExamineCare(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			cfg := house(t, kind)
			d := database.Dial(t, cfg.Database)
			var operator string
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return errors.Join(
					tx.QueryRow(ctx, `SELECT person FROM registry_affiliation WHERE role = 'operator' AND ended_at IS NULL`).Scan(&operator),
					once(tx.Exec(ctx, `DELETE FROM account_password`)),
					once(tx.Exec(ctx, `DELETE FROM account_totp`)),
					once(tx.Exec(ctx, `INSERT INTO account_password (person, hash, changed_at) VALUES ($1, 'x', 0)`, operator)),
					once(tx.Exec(ctx, `INSERT INTO advisory_source (id, kind, name, url, unmarked, every_s, state, role, metadata_url, problem, fails, created_at, created_by, lease)
						VALUES ('s1', 'csaf-provider', 'A maker', 'https://maker.example', 0, 3600, 'active', '', '', 'HTTP 404', 9, 0, '', '')`)))
			}); err != nil {
				t.Fatal(err)
			}
			got := states(upkeep.Examine(ctx, cfg, upkeep.Look{}))
			for check, want := range map[string]upkeep.State{"source A maker": upkeep.Broken, "second factor": upkeep.Notice, "backup": upkeep.Notice} {
				if got[check] != want {
					t.Errorf("%s: got %q, want %q", check, got[check], want)
				}
			}
			if err := errors.Join(upkeep.NoteSaved(cfg, upkeep.Saved{At: time.Now(), File: "/x.ward", Checked: true}), d.Write(ctx, func(tx *db.Tx) error {
				return errors.Join(
					once(tx.Exec(ctx, `INSERT INTO account_totp (person, secret, confirmed_at, step) VALUES ($1, $2, 1, 0)`, operator, []byte("x"))),
					once(tx.Exec(ctx, `UPDATE advisory_source SET fails = 0 WHERE id = 's1'`)))
			})); err != nil {
				t.Fatal(err)
			}
			got = states(upkeep.Examine(ctx, cfg, upkeep.Look{}))
			for _, check := range []string{"sources", "second factor", "backup"} {
				if got[check] != upkeep.Good {
					t.Errorf("%s after it was mended: got %q, want ok", check, got[check])
				}
			}
		})
	}
}

// once wants a statement to run.
func once(_ int64, err error) error { return err }

// With ACME the certificate lies in the database.
func TestExamineACME(t *testing.T) {
	cfg := house(t, database.SQLite)
	cfg.Demo, cfg.TLS.ACME.Domains = false, []string{"ward.example"}
	if got := states(upkeep.Examine(ctx, cfg, upkeep.Look{}))["certificate"]; got != upkeep.Broken {
		t.Errorf("before the first one: got %q, want broken", got)
	}
	authority := acmedirectory.Open(t, "127.0.0.1:1")
	key, err := os.ReadFile(filepath.Join(cfg.Data, "account.key"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := home.NewCertificates(database.Dial(t, cfg.Database), key, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Root.Raw}) // of one day
	if err := store.Put(ctx, "ward.example", append([]byte("-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----\n"), text...)); err != nil {
		t.Fatal(err)
	}
	if got := states(upkeep.Examine(ctx, cfg, upkeep.Look{}))["certificate"]; got != upkeep.Notice {
		t.Errorf("one that ends tomorrow: got %q, want a warning", got)
	}
}
