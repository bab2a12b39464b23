package web

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"ward"
)

// When the house stops, streams end and who waits is answered: long before the
// time that requests under way have.
func TestStopEndsWaiting(t *testing.T) {
	waits := make(chan struct{})
	stream := Get("/stream", Public, func(c *Call) error { return c.Events(make(chan Message)) })
	await := Op("GET", "/api/v1/await", Public, "Waits.", func(ctx context.Context, _ ward.Actor, _ *struct{}) (*struct{ Over bool }, error) {
		close(waits)
		<-Closing(ctx)
		return &struct{ Over bool }{ctx.Err() == nil}, nil
	})
	said, over := make(chan int, 1), make(chan struct{})
	push := Get("/push/stream", Public, func(c *Call) error {
		return Push(c, Life{For: time.Minute, End: func() { close(over) }}, said, func(n int) Message { return Message{Name: "count", Data: strconv.Itoa(n)} })
	})
	s := newSite(t, []Page{stream, push}, []Operation{await})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l, time.Minute) }()
	url := "http://" + l.Addr().String()
	open, err := http.Get(url + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Body.Close()
	if line, err := bufio.NewReader(open.Body).ReadString('\n'); err != nil || line != "retry: 5000\n" {
		t.Fatalf("%q %v", line, err)
	}
	pushed, err := http.Get(url + "/push/stream")
	if err != nil || pushed.StatusCode != 200 || pushed.Header.Get("Content-Type") != "text/event-stream" || pushed.Header.Get("Content-Security-Policy") == "" {
		t.Fatalf("%v %v", pushed, err)
	}
	defer pushed.Body.Close()
	said <- 7
	lines := bufio.NewReader(pushed.Body)
	for _, want := range []string{"retry: 5000", "", "event: count", "data: 7", ""} {
		if line, err := lines.ReadString('\n'); err != nil || line != want+"\n" {
			t.Fatalf("got %q (%v), want %q", line, err, want)
		}
	}
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get(url + "/api/v1/await")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-waits
	stop()
	if got := <-answer; !strings.Contains(got, `"Over":true`) {
		t.Errorf("who waits gets %s", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	<-over
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
		t.Errorf("the pushed stream ends with %q (%v)", rest, err)
	}
	if _, err := io.ReadAll(open.Body); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
}

// A stream that its client leaves or that has lived its time ends and says so.
func TestPushEnds(t *testing.T) {
	over := make(chan struct{}, 2)
	push := Get("/push/stream", Public, func(c *Call) error {
		return Push(c, Life{For: time.Millisecond, End: func() { over <- struct{}{} }}, make(chan int), func(int) Message { return Message{} })
	})
	srv := httptest.NewServer(newSite(t, []Page{push}, nil).Handler())
	defer srv.Close()
	for _, ask := range []func(string) (*http.Response, error){http.Get, http.Head} {
		res, err := ask(srv.URL + "/push/stream")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(res.Body); err != nil {
			t.Error(err)
		}
		res.Body.Close()
		<-over
	}
}
