package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"sync"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// waking is SQLite's driver with the listener that it lacks. All of a house on
// SQLite is one process, so what PostgreSQL tells by NOTIFY is told in memory: a
// job begins when its transaction is durable, and an idle house need not ask the
// database fifty times a second.
type waking struct {
	*riversqlite.Driver
	mu   sync.Mutex
	due  map[riverdriver.Notification]bool // told and not yet heard, each once
	news chan struct{}                     // holds one word while something is due
}

func newWaking(lite *sql.DB) *waking {
	return &waking{Driver: riversqlite.New(lite), due: map[riverdriver.Notification]bool{}, news: make(chan struct{}, 1)}
}

// River's names of what is told.
const (
	insertTopic  = "river_insert"
	controlTopic = "river_control"
)

// wake says that jobs of queues may be fetched. It never blocks.
func (w *waking) wake(queues ...string) {
	for _, q := range queues {
		w.tell(insertTopic, map[string]any{"queue": q})
	}
}

// stop says that a running job was cancelled.
func (w *waking) stop(queue string, id int64) {
	w.tell(controlTopic, map[string]any{"action": "cancel", "job_id": id, "queue": queue})
}

func (w *waking) tell(topic string, what map[string]any) {
	body, err := json.Marshal(what)
	if err != nil {
		panic("job: " + err.Error()) // strings and numbers
	}
	w.mu.Lock()
	w.due[riverdriver.Notification{Topic: topic, Payload: string(body)}] = true
	w.mu.Unlock()
	select {
	case w.news <- struct{}{}:
	default: // there is a word already
	}
}

// SupportsListener implements riverdriver.Driver. SQLite itself still has no
// NOTIFY, so SupportsListenNotify stays false.
func (w *waking) SupportsListener() bool { return true }

// GetListener implements riverdriver.Driver.
func (w *waking) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener { return ear{w} }

// ear is the listener: nothing to connect to and nothing that could break.
type ear struct{ *waking }

// Close implements riverdriver.Listener.
func (ear) Close(context.Context) error { return nil }

// Connect implements riverdriver.Listener.
func (ear) Connect(context.Context) error { return nil }

// Listen implements riverdriver.Listener: everything is heard; River picks.
func (ear) Listen(context.Context, string) error { return nil }

// Unlisten implements riverdriver.Listener.
func (ear) Unlisten(context.Context, string) error { return nil }

// Ping implements riverdriver.Listener.
func (ear) Ping(context.Context) error { return nil }

// Schema implements riverdriver.Listener.
func (ear) Schema() string { return "" }

// SetAfterConnectExec implements riverdriver.Listener.
func (ear) SetAfterConnectExec(string) {}

// WaitForNotification implements riverdriver.Listener.
func (e ear) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if n := e.next(); n != nil {
			return n, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-e.news:
		}
	}
}

func (w *waking) next() *riverdriver.Notification {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := range w.due {
		delete(w.due, n)
		return &n
	}
	return nil
}

// queuesOf names the queues of what is enqueued, each once.
func queuesOf(all []river.InsertManyParams) []string {
	var out []string
	for _, p := range all {
		if q := p.InsertOpts.Queue; !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}
