package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"ward"
	"ward/kit/clock"
)

// pingEvery keeps proxies from closing a silent stream.
const pingEvery = 25 * time.Second

// stuck is how long a reader may not take what is written: then he loses the stream.
const stuck = 10 * time.Second

// Message is one server-sent event. Data may have several lines.
type Message struct {
	ID   string
	Name string
	Data string
}

// Events answers with a stream of server-sent events until next is closed, the
// client goes or the house stops.
func (c *Call) Events(next <-chan Message) error { return c.events("", next) }

// hello is what a stream begins with. An id without data is no event, but what the
// client says when it comes again (WHATWG HTML section 9.2.6, Last-Event-ID).
func hello(id string) string {
	if id == "" {
		return "retry: 5000\n\n"
	}
	return "retry: 5000\nid: " + oneLine(id) + "\n\n"
}

func (c *Call) events(id string, next <-chan Message) error {
	rc := http.NewResponseController(c.W)
	if err := rc.SetWriteDeadline(time.Time{}); err != nil {
		return ward.Wrap("event stream", err)
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	c.W.WriteHeader(http.StatusOK)
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	text := hello(id)
	for {
		rc.SetWriteDeadline(clock.Deadline(stuck)) //nolint:errcheck // the write says it
		if _, err := fmt.Fprint(c.W, text); err != nil {
			return nil
		}
		if err := rc.Flush(); err != nil {
			return nil
		}
		select {
		case <-c.Context().Done():
			return nil
		case <-c.server.closing:
			return nil
		case <-ping.C:
			text = ": ping\n\n"
		case m, ok := <-next:
			if !ok {
				return nil
			}
			text = m.wire()
		}
	}
}

// Life says how long a stream lives.
type Life struct {
	For time.Duration // then it ends: the client comes again, and its rights are asked anew
	End func()        // is called once when the stream has ended, or could not begin
	ID  string        // what the client sends as Last-Event-ID when it comes again; empty for nothing
}

// Push answers with what say makes of the values of next, like Call.Events, and
// returns at once: the stream lives on without the request. Thousands of people
// leave pages open, and a request that waits holds 60 kB of buffers and stacks;
// a stream holds a connection and one small goroutine. say runs in it and keeps
// nothing of c. Over HTTP/2, where connections are shared, it is Call.Events.
func Push[T any](c *Call, life Life, next <-chan T, say func(T) Message) error {
	if c.R.ProtoMajor != 1 || c.R.Method != http.MethodGet {
		return c.relay(life, func(out chan<- Message, over <-chan struct{}) {
			for x := range next {
				select {
				case out <- say(x):
				case <-over:
					return
				}
			}
		})
	}
	head := c.streamHead()
	conn, _, err := http.NewResponseController(c.W).Hijack()
	if err != nil {
		life.End()
		return ward.Wrap("event stream", err)
	}
	if rec, ok := c.W.(*recorder); ok {
		rec.wrote = true
	}
	s := c.server
	s.streams.Add(1)
	go func() {
		defer s.streams.Done()
		defer life.End()
		defer conn.Close() //nolint:errcheck // it is over
		pump(s, conn, head+hello(life.ID), life.For, next, say)
	}()
	return nil
}

// relay is Push within its request.
func (c *Call) relay(life Life, feed func(chan<- Message, <-chan struct{})) error {
	defer life.End()
	ctx, cancel := context.WithTimeout(c.Context(), life.For)
	defer cancel()
	c.R = c.R.WithContext(ctx)
	if c.R.Method == http.MethodHead {
		c.W.Header().Set("Content-Type", "text/event-stream")
		return nil
	}
	out := make(chan Message)
	go func() {
		defer close(out)
		feed(out, ctx.Done())
	}()
	return c.events(life.ID, out)
}

// streamHead is the answer's head as the middleware prepared it.
func (c *Call) streamHead() string {
	h := c.W.Header().Clone()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set("Connection", "close") // its end is that of the connection
	h.Set("Date", c.server.cfg.Clock().UTC().Format(http.TimeFormat))
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\n")
	h.Write(&b) //nolint:errcheck // a builder takes everything
	return b.String() + "\r\n"
}

// pump writes a stream until it is over; head is what it begins with.
func pump[T any](s *Server, conn net.Conn, head string, life time.Duration, next <-chan T, say func(T) Message) {
	over, ping := time.NewTimer(life), time.NewTicker(pingEvery)
	defer over.Stop()
	defer ping.Stop()
	text := head
	for {
		conn.SetWriteDeadline(clock.Deadline(stuck)) //nolint:errcheck // the write says it
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		select {
		case <-over.C:
			return
		case <-s.closing:
			return
		case <-ping.C:
			text = ": ping\n\n"
		case x, ok := <-next:
			if !ok {
				return
			}
			text = say(x).wire()
		}
	}
}

func (m Message) wire() string {
	var b strings.Builder
	if m.ID != "" {
		b.WriteString("id: " + oneLine(m.ID) + "\n")
	}
	if m.Name != "" {
		b.WriteString("event: " + oneLine(m.Name) + "\n")
	}
	for _, line := range strings.Split(m.Data, "\n") {
		b.WriteString("data: " + oneLine(line) + "\n")
	}
	return b.String() + "\n"
}

func oneLine(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }
