// Package live tells open pages and other replicas that something changed. A
// signal carries a topic and an id, never content: whoever hears it reads again
// with its own rights. Signals are hints and may be lost or come twice; what
// must happen is a job.
//
// On PostgreSQL signals travel by NOTIFY inside the transaction, so that all
// replicas hear of it exactly when it is true. On SQLite there is one process
// and they go from hand to hand after the commit.
package live

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	"ward"
	"ward/kit/db"
)

// Signal says that the thing ID under Topic changed. The zero Signal says that
// signals were lost: anything may have changed, read all again.
type Signal struct{ Topic, ID string }

// Lost reports whether s stands for signals that were lost.
func (s Signal) Lost() bool { return s == Signal{} }

// backlog is how many signals a listener may be behind before they are replaced
// by a single "lost": a page that reads again needs no long list.
const backlog = 8

// payloadLimit is far below the 8000 bytes that NOTIFY can carry (PostgreSQL
// manual, NOTIFY): a topic and an id are short, and the queue in the server is
// shared by all.
const payloadLimit = 512

// Hub passes signals to listeners. Safe for concurrent use.
type Hub struct {
	db  *db.DB
	log *slog.Logger

	mu     sync.Mutex
	topics map[string]map[*listener]struct{}
	all    map[*listener]struct{}
	closed bool

	cancel context.CancelFunc
	done   chan struct{}
}

// listener is one open page. Only the hub sends on ch, under its lock.
type listener struct {
	ch     chan Signal
	topics []string
}

// New makes the hub of this process.
func New(d *db.DB, log *slog.Logger) *Hub {
	return &Hub{db: d, log: log, topics: map[string]map[*listener]struct{}{}, all: map[*listener]struct{}{}}
}

// Tell signals topic and id once tx commits. Both together are at most 512
// bytes without a line break; a longer or empty topic is Invalid.
func (h *Hub) Tell(ctx context.Context, tx *db.Tx, topic, id string) error {
	if topic == "" || strings.ContainsAny(topic+id, "\n\x00") || len(topic)+len(id) >= payloadLimit {
		return ward.Fail(ward.Invalid, "").At("topic")
	}
	if !h.db.Postgres() {
		tx.AfterCommit(func() { h.pass(Signal{topic, id}) })
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, topic+"\n"+id)
	return ward.Wrap("tell", err)
}

// Listen opens a channel of the signals of the topics, until stop or the end of
// the hub, which close it. A listener that is slow loses old signals and gets a
// Lost signal in their place; it never holds up others. stop may be called twice.
func (h *Hub) Listen(topics ...string) (ch <-chan Signal, stop func()) {
	l := &listener{ch: make(chan Signal, backlog), topics: topics}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(l.ch)
		return l.ch, func() {}
	}
	h.all[l] = struct{}{}
	for _, t := range topics {
		if h.topics[t] == nil {
			h.topics[t] = map[*listener]struct{}{}
		}
		h.topics[t][l] = struct{}{}
	}
	return l.ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drop(l)
	}
}

// drop ends l; the caller holds the lock.
func (h *Hub) drop(l *listener) {
	if _, ok := h.all[l]; !ok {
		return
	}
	delete(h.all, l)
	for _, t := range l.topics {
		delete(h.topics[t], l)
		if len(h.topics[t]) == 0 {
			delete(h.topics, t)
		}
	}
	close(l.ch)
}

// Listeners counts the open listeners, for the metrics.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all)
}

// pass gives s to the listeners of its topic only, so that a signal for one
// hospital does not wake the pages of all others.
func (h *Hub) pass(s Signal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.topics[s.Topic] {
		l.send(s)
	}
}

// lost tells everybody that signals may have been missed.
func (h *Hub) lost() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.all {
		l.send(Signal{})
	}
}

// send never waits. With a full channel the waiting signals give way to one that
// says so; there is room then, as nobody else sends.
func (l *listener) send(s Signal) {
	select {
	case l.ch <- s:
		return
	default:
	}
	for {
		select {
		case <-l.ch:
			continue
		default:
		}
		break
	}
	l.ch <- Signal{}
}
