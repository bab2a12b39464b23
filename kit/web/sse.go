package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"ward"
)

// pingEvery keeps proxies from closing a silent stream.
const pingEvery = 25 * time.Second

// Message is one server-sent event. Data may have several lines.
type Message struct {
	ID   string
	Name string
	Data string
}

// Events answers with a stream of server-sent events until next is closed, the
// client goes or the house stops.
func (c *Call) Events(next <-chan Message) error {
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
	text := "retry: 5000\n\n"
	for {
		rc.SetWriteDeadline(c.server.cfg.Clock().Add(10 * time.Second)) //nolint:errcheck // a reader that is stuck loses the stream
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
