package live

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"ward"
)

// channel is the one NOTIFY channel of the house; the topic is in the payload,
// as a LISTEN per topic would be a statement per opened page.
const channel = "ward_live"

const (
	firstPause = 100 * time.Millisecond // between two tries to reconnect; doubles
	lastPause  = 10 * time.Second
	silence    = 30 * time.Second // without a word for so long we ask whether the server is there
)

// Start begins to hear other replicas. On SQLite there are none. It returns
// when signals are heard, or an error when the database does not answer.
func (h *Hub) Start(ctx context.Context) error {
	if !h.db.Postgres() {
		return nil
	}
	conn, err := h.connect(ctx)
	if err != nil {
		return ward.Wrap("start live", err)
	}
	ctx, h.cancel = context.WithCancel(context.WithoutCancel(ctx))
	h.done = make(chan struct{})
	go h.run(ctx, conn)
	return nil
}

// Stop closes all listeners, so that open pages end and the server can drain.
func (h *Hub) Stop() {
	if h.cancel != nil {
		h.cancel()
		<-h.done
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for l := range h.all {
		h.drop(l)
	}
}

// connect makes a connection of its own: one of the pool would be missing there.
func (h *Hub) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, h.db.Pool().Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// run hears until ctx ends, over as many connections as it takes.
func (h *Hub) run(ctx context.Context, conn *pgx.Conn) {
	defer close(h.done)
	for {
		err := h.hear(ctx, conn)
		conn.Close(context.WithoutCancel(ctx))
		if ctx.Err() != nil {
			return
		}
		h.log.Warn("live updates interrupted", "error", err)
		if conn = h.reconnect(ctx); conn == nil {
			return
		}
		h.lost()
	}
}

// reconnect tries until it succeeds; nil means that ctx ended.
func (h *Hub) reconnect(ctx context.Context) *pgx.Conn {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if conn, err := h.connect(ctx); err == nil {
			return conn
		}
	}
}

// hear passes on what comes and returns when the connection is dead.
func (h *Hub) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		wait, cancel := context.WithTimeout(ctx, silence)
		n, err := conn.WaitForNotification(wait)
		cancel()
		switch {
		case err == nil:
			topic, id, _ := strings.Cut(n.Payload, "\n")
			h.pass(Signal{topic, id})
		case ctx.Err() == nil && pgconn.Timeout(err):
			if err := ping(ctx, conn); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func ping(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return conn.Ping(ctx)
}
