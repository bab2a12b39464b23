package pages_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/test/faults/house"
)

// A stream tells only of alerts that its reader may see and that are newer than
// his page; nothing of what they say. Who comes again with the id that he was
// given (Last-Event-ID) has missed none.
func TestStream(t *testing.T) {
	w := house.Europe(2)
	w.Publish("adv-1", "Old secret", ward.TLPClear, nil, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	w.Publish("adv-2", "New secret", ward.TLPClear, nil, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	w.Publish("adv-3", "For others", ward.TLPClear, nil, map[ward.ProductID]ward.Verdict{house.Archive: ward.Affected})
	s := serve(t, w)
	s.raise("adv-1")
	id := s.told(t, "", func() {
		s.clock.Advance(time.Minute)
		time.Sleep(100 * time.Millisecond) // the stream counts once when it opens
		s.raise("adv-3")                   // held by the first hospital only
		s.raise("adv-2")
	})
	s.clock.Advance(time.Minute)
	s.told(t, id, func() {})
}

// told opens a stream that goes on from id, acts, waits until one new alert is told
// of, and gives the id for the next time.
func (s site) told(t *testing.T, id string, act func()) string {
	t.Helper()
	read, stop := context.WithCancel(ctx)
	defer stop()
	r, err := http.NewRequestWithContext(read, "GET", s.URL+"/alerts/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "actor", Value: "neighbour"})
	r.Header.Set("Last-Event-ID", id)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	act()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		line := lines.Text()
		if strings.Contains(line, "secret") {
			t.Errorf("content in a stream: %s", line)
		}
		if v, ok := strings.CutPrefix(line, "id: "); ok {
			id = v
		}
		if strings.HasPrefix(line, "data: ") {
			if !strings.Contains(line, "Show 1 new alert") {
				t.Errorf("got %q, want one new alert", line)
			}
			return id
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
	return ""
}
