package account

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"ward"
	"ward/base/account/password"
	"ward/base/account/throttle"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/seal"
	"ward/kit/web"
	"ward/test/database"
)

// crowd answers the questions of the account service in tests.
type crowd struct {
	mu     sync.Mutex
	people map[ward.PersonID]ward.Person
	hats   map[ward.PersonID][]ward.Hat
	ops    []ward.PersonID
}

func (c *crowd) Person(_ context.Context, id ward.PersonID) (ward.Person, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.people[id]; ok {
		return p, nil
	}
	return ward.Person{}, missing()
}

func (c *crowd) PersonByEmail(_ context.Context, email string) (ward.Person, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		if p.Email == strings.ToLower(strings.TrimSpace(email)) {
			return p, nil
		}
	}
	return ward.Person{}, missing()
}

func (c *crowd) Operators(context.Context) ([]ward.PersonID, error) { return c.ops, nil }

func (c *crowd) Hats(_ context.Context, p ward.PersonID) ([]ward.Hat, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hats[p], nil
}

func (c *crowd) Wear(_ context.Context, p ward.PersonID, hat string) (ward.Actor, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hats[p] {
		if h.ID == hat {
			return ward.Actor{Person: p, Name: c.people[p].Name, Org: h.Org.ID, OrgName: h.Org.Name, Kind: h.Org.Kind,
				Country: h.Org.Country, Role: h.Role, Lang: ward.English}, nil
		}
	}
	return ward.Actor{}, missing()
}

func (c *crowd) MayVouch(_ context.Context, a ward.Actor, p ward.PersonID) (string, error) {
	if a.System || a.Role == ward.RoleManager {
		return "manager-manages-own", nil
	}
	return "", ward.Fail(ward.Forbidden, "error.forbidden")
}

func (c *crowd) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out := map[ward.OrgID]ward.Organisation{}
	for _, id := range ids {
		out[id] = ward.Organisation{ID: id, Name: "House " + string(id)}
	}
	return out, nil
}

func (c *crowd) Staff(_ context.Context, org ward.OrgID) (out []ward.Seat, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for p, hats := range c.hats {
		for _, h := range hats {
			if h.Org.ID == org {
				out = append(out, ward.Seat{Hat: h.ID, Person: p, Name: c.people[p].Name, Role: h.Role})
			}
		}
	}
	return out, nil
}

func (c *crowd) Desk(_ context.Context, at ward.Country) (ward.Desk, error) {
	return ward.Desk{Country: at, Team: "CERT.hr", Numbers: []ward.DeskNumber{{Number: "+385 1 1111", Sure: "team"}}}, nil
}

func (c *crowd) end(p ward.PersonID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hats[p] = nil
}

const (
	ana       = ward.PersonID("ana")
	ben       = ward.PersonID("ben")
	anaMail   = "ana@zagreb.example"
	goodWords = "seven purple herons"
)

// world is a service on an empty database: ana has two hats, ben one.
type world struct {
	*Service
	crowd *crowd
	now   *clock.Fake
	audit *audit.Log
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	hospital := ward.Organisation{ID: "h", Kind: ward.KindHospital, Name: "Zagreb", Country: "HR"}
	other := ward.Organisation{ID: "o", Kind: ward.KindHospital, Name: "Split", Country: "HR"}
	c := &crowd{people: map[ward.PersonID]ward.Person{ana: {ID: ana, Name: "Ana Horvat", Email: anaMail}, ben: {ID: ben, Name: "Ben", Email: "ben@zagreb.example"}},
		hats: map[ward.PersonID][]ward.Hat{ana: {{ID: "hat-1", Org: hospital, Role: ward.RoleManager}, {ID: "hat-2", Org: other, Role: ward.RoleMember}},
			ben: {{ID: "hat-3", Org: hospital, Role: ward.RoleMember}}}, ops: []ward.PersonID{ana}}
	now := clock.NewFake(time.Date(2026, 11, 22, 3, 4, 0, 0, time.UTC))
	w := &world{Service: newService(t, d, c, now.Now), crowd: c, now: now}
	w.audit = w.cfg.Audit
	return w
}

func newService(t testing.TB, d *db.DB, c *crowd, now clock.Clock) *Service {
	t.Helper()
	g, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{DB: d, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{DB: d, Clock: now, IDs: id.New(now), Guard: g, People: c, Hats: c, Houses: c, Bus: &event.Bus{Clock: now, IDs: id.Counted()}, Audit: log, Key: bytes.Repeat([]byte{7}, seal.KeyBytes), Training: true, Origin: testOrigin})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background(), now(), []db.Migrations{audit.Migrations(), {Owner: "account", Files: migrations}}); err != nil {
		t.Fatal(err)
	}
	if _, bench := t.(*testing.B); !bench {
		if s.hash, err = password.New(cheap()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// cheap is the cost of hashes in tests that are not about them: next to nothing.
func cheap() *argon2id.Params {
	return &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

var (
	here  = Client{Address: "192.0.2.7", Agent: "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}
	house = ward.Actor{System: true}
)

// give gives a person a password, as a link would.
func (w *world) give(t testing.TB, p ward.PersonID, password string) {
	t.Helper()
	l, err := w.MakeLink(context.Background(), house, p, LinkRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.OpenLink(context.Background(), strings.TrimPrefix(l.Path, "/link/"), password, here); err != nil {
		t.Fatal(err)
	}
}

func (w *world) signIn(t testing.TB, email, password string) (Entry, error) {
	t.Helper()
	return w.SignIn(context.Background(), Credentials{Email: email, Password: password, Client: here})
}

// actor asks who a session secret is.
func actor(t testing.TB, s *Service, key string) ward.Actor {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: key})
	a, err := s.Authenticate(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// in signs ana in and gives her actor.
func (w *world) in(t testing.TB) ward.Actor {
	t.Helper()
	w.give(t, ana, goodWords)
	e, err := w.signIn(t, anaMail, goodWords)
	if err != nil {
		t.Fatal(err)
	}
	return actor(t, w.Service, e.Session)
}

func key(err error) string {
	var e *ward.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func wantKey(t testing.TB, err error, want string) {
	t.Helper()
	if got := key(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

// each runs fn on both databases with a fresh world.
func each(t *testing.T, fn func(*testing.T, *world)) {
	database.Each(t, func(t *testing.T, d *db.DB) { fn(t, newWorld(t, d)) })
}

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.give(t, ana, goodWords)
		e, err := w.SignIn(context.Background(), Credentials{Email: " ANA@zagreb.example ", Password: goodWords, Next: "//evil.example", Client: here})
		if err != nil || e.Session == "" || e.Next != "/" {
			t.Fatalf("got %+v, %v", e, err)
		}
		a := actor(t, w.Service, e.Session)
		if a.Person != ana || a.Org != "h" || a.MFA || a.Token || a.Session == "" {
			t.Errorf("actor %+v", a)
		}
		for name, c := range map[string]Credentials{"wrong password": {Email: anaMail, Password: "nonsense nonsense"}, "nobody": {Email: "eve@x.example", Password: goodWords},
			"no password yet": {Email: "ben@zagreb.example", Password: goodWords}, "empty": {}, "huge": {Email: anaMail, Password: strings.Repeat("a", 1<<20)}} {
			c.Client = Client{Address: name}
			_, err := w.SignIn(context.Background(), c)
			t.Run(name, func(t *testing.T) { wantKey(t, err, "account.error.credentials") })
		}
		r, err := w.audit.Verify(context.Background())
		if err != nil || r.Fault != nil || r.Size < 8 {
			t.Errorf("audit %+v, %v", r, err)
		}
	})
}

// The wall that a guesser sees must not depend on whether the account exists.
func TestNoEnumeration(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var err error
		if w.hash, err = password.New(password.Cost()); err != nil { // hashes at their real cost
			t.Fatal(err)
		}
		w.give(t, ana, goodWords)
		for _, email := range []string{anaMail, "nobody@zagreb.example"} {
			for i := range 12 {
				_, err := w.signIn(t, email, "wrong wrong wrong")
				want := "account.error.credentials"
				if i >= 5 {
					want = throttle.Key
				}
				wantKey(t, err, want)
			}
			w.now.Advance(throttle.ForgetAfter + time.Hour)
		}
		// The least times of a machine that is busy come near only in the end.
		known, unknown := time.Hour, time.Hour
		for range 20 {
			known, unknown = min(known, w.cost(t, anaMail)), min(unknown, w.cost(t, "nobody@zagreb.example"))
			if known < 3*unknown && unknown < 3*known {
				return
			}
			w.now.Advance(throttle.ForgetAfter + time.Hour)
		}
		t.Errorf("a known account costs %v, an unknown one %v", known, unknown)
	})
}

// cost is the time of a wrong attempt.
func (w *world) cost(t *testing.T, email string) time.Duration {
	t.Helper()
	start := time.Now()
	_, err := w.signIn(t, email, "wrong wrong wrong")
	wantKey(t, err, "account.error.credentials")
	return time.Since(start)
}

func TestThrottleIsSharedAndOpensAgain(t *testing.T) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			w := newWorld(t, database.Dial(t, url))
			w.give(t, ana, goodWords)
			second := w.Service
			if kind == database.Postgres { // a second replica
				second = newService(t, database.Dial(t, url), w.crowd, w.now.Now)
			}
			for i := range 6 {
				s := w.Service
				if i%2 == 1 {
					s = second
				}
				s.SignIn(context.Background(), Credentials{Email: anaMail, Password: "wrong wrong wrong", Client: here}) //nolint:errcheck // counted
			}
			if _, err := second.SignIn(context.Background(), Credentials{Email: anaMail, Password: goodWords, Client: here}); key(err) != throttle.Key {
				t.Errorf("the right password during the wait: %v", err)
			}
			if _, err := second.SignIn(context.Background(), Credentials{Email: anaMail, Password: goodWords, Client: Client{Address: "198.51.100.9"}}); err != nil {
				t.Errorf("the owner elsewhere is let in: %v", err)
			}
			w.now.Advance(2 * time.Second)
			if _, err := w.signIn(t, anaMail, goodWords); err != nil {
				t.Errorf("after the wait: %v", err)
			}
			for range 5 { // and all is forgiven
				_, err := w.signIn(t, anaMail, "wrong wrong wrong")
				wantKey(t, err, "account.error.credentials")
			}
		})
	}
}

// Guesses sent at the same time are all counted before one is looked at.
func TestThrottleCountsParallelGuesses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.give(t, ana, goodWords)
		var mu sync.Mutex
		looked := 0
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				_, err := w.signIn(t, anaMail, "wrong wrong wrong")
				mu.Lock()
				defer mu.Unlock()
				if key(err) == "account.error.credentials" {
					looked++
				}
			})
		}
		all.Wait()
		if looked != 5 {
			t.Errorf("%d of 30 guesses at once were looked at, want 5", looked)
		}
	})
}
