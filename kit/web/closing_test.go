package web

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
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
	s := newSite(t, []Page{stream}, []Operation{await})
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
	if _, err := io.ReadAll(open.Body); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
}
