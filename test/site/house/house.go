// Package house builds a whole training house for tests: the app on a database
// of its own, a real listener, people of every role who came in by a link, and
// objects of several organisations to try doors with.
package house

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/app"
	"ward/kit/conf"
	"ward/test/shared"
)

// Config of Open. The zero value is an empty SQLite house with the devices and
// advisories of our own.
type Config struct {
	Data     string // folder; empty makes one
	Database string // empty is SQLite in Data
	Replica  string
	Public   string    // address that links begin with; empty is where it listens
	Real     bool      // with hospitals and advisories of the shared data where they are
	Empty    bool      // nothing is filled in
	CSAF     conf.CSAF // as a publisher; the zero value is that of a training house
	Loopback bool      // sources on this machine may be read
	// Inhabited is what a furnished house left; Data is a copy of its folder.
	Inhabited *Town
	Issuers   []conf.Issuer // sign people in; in a house that is empty only, as training knows none
	Log       io.Writer
}

// House is a running house.
type House struct {
	App    *app.App
	URL    string
	Data   string // its folder: keys, training outbox, SQLite file
	links  map[ward.Role]string
	t      testing.TB
	server *httptest.Server
}

// Open builds a house, fills it as the training house is filled, and works its
// jobs until the test ends.
func Open(t testing.TB, cfg Config) *House {
	t.Helper()
	if cfg.Data == "" {
		cfg.Data = t.TempDir()
	}
	if cfg.Database == "" {
		cfg.Database = "sqlite:" + filepath.Join(cfg.Data, "ward.db")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &House{t: t, URL: "http://" + strings.Replace(l.Addr().String(), "127.0.0.1", "localhost", 1), // a name: passkeys need one
		Data: cfg.Data, links: map[ward.Role]string{}}
	h.App, err = app.New(context.Background(), h.config(cfg))
	if err != nil {
		t.Fatalf("build the house: %v", err)
	}
	server := httptest.NewUnstartedServer(h.App.Handler().Handler())
	h.server = server
	server.Listener.Close()
	server.Listener = l
	server.Start()
	if err := h.App.Start(context.Background()); err != nil {
		t.Fatalf("start the house: %v", err)
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := h.App.Stop(); err != nil {
			t.Errorf("stop the house: %v", err)
		}
		h.App.Close()
	})
	if cfg.Inhabited != nil {
		for r, path := range cfg.Inhabited.links {
			h.links[r] = h.URL + path
		}
	} else if !cfg.Empty {
		h.fill()
	}
	return h
}

// Cut takes the house off the network, for good: nobody reaches it any more.
func (h *House) Cut() {
	h.server.Listener.Close()
	h.server.CloseClientConnections()
}

func (h *House) config(cfg Config) app.Config {
	if cfg.Log == nil {
		cfg.Log = io.Discard
	}
	if cfg.Public == "" {
		cfg.Public = h.URL
	}
	out := app.Config{Version: "test", Log: slog.New(slog.NewTextHandler(cfg.Log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Config: conf.Config{URL: cfg.Public, Data: cfg.Data, Database: cfg.Database, Demo: !cfg.Empty, Replica: cfg.Replica, CSAF: cfg.CSAF,
			SignIn: conf.SignIn{Issuers: cfg.Issuers},
			Fetch:  conf.Fetch{AllowLoopback: cfg.Loopback}}}
	if cfg.Real {
		out.Advisories, out.Hospitals = there("advisories", "cisa-csaf", "icsma"), there("geo")
	}
	return out
}

// there is a folder of the shared data, or empty.
func there(parts ...string) string {
	p := filepath.Join(append([]string{shared.Dir()}, parts...)...)
	if _, err := os.Stat(p); err != nil {
		return ""
	}
	return p
}

func (h *House) fill() {
	h.t.Helper()
	links, err := h.App.Demo(context.Background())
	if err != nil {
		h.t.Fatalf("fill the house: %v", err)
	}
	for _, l := range links {
		h.links[l.Role] = l.URL
	}
}

// settleLimit bounds the wait for jobs, on two busy cores.
const settleLimit = 90 * time.Second

// Settle waits until no job runs or could run.
func (h *House) Settle() {
	h.t.Helper()
	op, quiet := h.As(ward.RoleOperator), 0
	for end := time.Now().Add(settleLimit); quiet < 2; time.Sleep(50 * time.Millisecond) {
		var jobs struct {
			Waiting []struct{ Kind, State string }
		}
		op.MustJSON("GET", "/api/v1/jobs", nil, &jobs)
		if quiet++; len(jobs.Waiting) > 0 {
			quiet = 0
		}
		if time.Now().After(end) {
			h.t.Fatalf("jobs do not come to rest: %+v", jobs.Waiting)
		}
	}
}
