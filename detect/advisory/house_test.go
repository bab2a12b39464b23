package advisory

import (
	"context"
	"io/fs"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/id"
	"ward/kit/job"
)

// house is a service on a database of its own, with what it told.
type house struct {
	*Service
	db    *db.DB
	clock *clock.Fake

	mu   sync.Mutex
	jobs []job.Args

	published ward.Published // what the house's own bulletins answer
}

// Published implements Bulletins.
func (h *house) Published(context.Context, string, int) (ward.Published, error) {
	return h.published, nil
}

// ownNamespace is the publisher namespace of the house in tests.
const ownNamespace = "https://centre.example"

var (
	analyst  = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "o1", Role: ward.RoleCentre}
	member   = ward.Actor{Person: "p2", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
	operator = ward.Actor{Person: "p3", Name: "Olga Operator", Org: "o1", Role: ward.RoleOperator}
)

func migrate(t testing.TB, d *db.DB, now time.Time) {
	t.Helper()
	ctx := context.Background()
	own, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	all := []db.Migrations{audit.Migrations(), {Owner: "advisory", Files: own}}
	if err := d.Migrate(ctx, now, all); err != nil {
		t.Fatal(err)
	}
	if err := job.Migrate(ctx, d); err != nil {
		t.Fatal(err)
	}
}

// open starts a house whose facts go nowhere but into told.
func openHouse(t testing.TB, d *db.DB, client *fetch.Client) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewFake(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))}
	migrate(t, d, h.clock.Now())
	guard, err := auth.New()
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{DB: d, Clock: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	ids := id.New(h.clock.Now)
	bus := &event.Bus{Clock: h.clock.Now, IDs: ids}
	quiet := slog.New(slog.DiscardHandler)
	queue, err := job.New(job.Config{DB: d, Replica: "test", Log: quiet}, []job.Worker{bus.Worker()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	bus.Connect(queue, []event.Subscription{
		event.On("test.published", func(context.Context, event.Meta, ward.AdvisoryPublished) error { return nil }),
		event.On("test.decided", func(context.Context, event.Meta, ward.DecisionMade) error { return nil })})
	h.Service, err = New(Config{DB: d, Clock: h.clock.Now, IDs: ids, Guard: guard, Bus: bus, Audit: log, Log: quiet, Fetch: client, Bulletins: h, Namespace: ownNamespace,
		Enqueue: func(_ context.Context, tx *db.Tx, jobs ...job.Args) error {
			tx.AfterCommit(func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.jobs = append(h.jobs, jobs...)
			})
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// facts reads the events that wait in the queue, as "fact body".
func (h *house) facts(t testing.TB) []string {
	t.Helper()
	var out []string
	err := h.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Query(context.Background(), `SELECT args FROM river_job WHERE kind = 'event' ORDER BY id`, nil, func(r db.Row) error {
			var args []byte
			err := r.Scan(&args)
			out = append(out, string(args))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
