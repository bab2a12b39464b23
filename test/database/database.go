// Package database gives tests a database of their own, on SQLite and on
// PostgreSQL, so that every store is held to both.
//
// PostgreSQL comes from WARD_TEST_POSTGRES, the address of a server on which
// tests may create databases. Without it, each test binary starts a private
// server from the programs of a local installation (see Start). Where neither
// can be had, the PostgreSQL half is left out (see test/leave); an address that
// does not answer fails.
package database

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ward/kit/db"
	"ward/test/leave"
)

// Kind is which database.
type Kind string

// The two databases of the house.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// Each runs fn once on either database, each time on an empty one.
func Each(t *testing.T, fn func(*testing.T, *db.DB)) {
	t.Helper()
	for _, kind := range []Kind{SQLite, Postgres} {
		t.Run(string(kind), func(t *testing.T) { fn(t, Open(t, kind)) })
	}
}

// Open gives an empty database of that kind, which ends with the test.
func Open(t testing.TB, kind Kind) *db.DB {
	t.Helper()
	return Dial(t, URL(t, kind))
}

// Dial opens url and closes it when the test ends: for tests with several
// replicas on one database.
func Dial(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), url)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// URL is the address of an empty database of that kind, which ends with the test.
func URL(t testing.TB, kind Kind) string {
	t.Helper()
	if kind == SQLite {
		return "sqlite:" + filepath.Join(t.TempDir(), "ward.db")
	}
	server, err := postgres()
	if err != nil {
		if os.Getenv("WARD_TEST_POSTGRES") != "" {
			t.Fatalf("a server was named that does not answer: %v", err)
		}
		leave.Out(t, "the PostgreSQL half cannot run: %v", err)
	}
	address, err := create(t, server)
	if err != nil {
		t.Fatalf("create test database: %v", err)
	}
	return address
}

// postgres is the server of this test binary. A private one ends by itself
// when the process does, however it ends.
var postgres = sync.OnceValues(func() (string, error) {
	if address := os.Getenv("WARD_TEST_POSTGRES"); address != "" {
		return address, nil
	}
	c, err := Start()
	if err != nil {
		return "", err
	}
	return c.URL, nil
})

// create makes a database and drops it when the test ends.
func create(t testing.TB, server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("ward_test_%d_%s", os.Getpid(), strings.ToLower(rand.Text()[:12]))
	if err := admin(server, `CREATE DATABASE `+name); err != nil {
		return "", err
	}
	t.Cleanup(func() {
		if err := admin(server, `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	u.Path = "/" + name
	if _, timed := t.(*testing.B); !timed { // a process for each connection that nobody uses costs a test more than it gives
		q := u.Query()
		q.Set("pool_min_conns", "0")
		u.RawQuery = q.Encode()
	}
	return u.String(), nil
}

// admin runs one statement on the server's own database. Creating copies the
// template, which nobody else may copy at that moment: it is tried again.
func admin(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for {
		_, err = c.Exec(ctx, statement)
		if err == nil || !strings.Contains(err.Error(), "being accessed by other users") {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// Texts are all texts and bytes that lie in the tables of d, a line each, with how
// many tables there are: for tests of what must not be readable there.
func Texts(t testing.TB, d *db.DB) (texts string, tables int) {
	t.Helper()
	ctx := context.Background()
	var all strings.Builder
	err := d.Read(ctx, func(tx *db.Tx) error {
		list, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, table := range list {
			tables++
			err = errors.Join(err, tx.Dump(ctx, table, func(row []any) error {
				for _, v := range row {
					switch v := v.(type) {
					case []byte:
						all.WriteString(string(v) + "\n")
					case string:
						all.WriteString(v + "\n")
					}
				}
				return nil
			}))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String(), tables
}
