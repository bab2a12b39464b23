package main

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// share is how many hospitals have one receiver: a ticket service, a provider.
const share = 30

// Of a hundred receivers one answers nothing, one after five seconds, one with 500.
const (
	dead    = 17
	slow    = 47
	failing = 77
)

// receivers are hosts of this machine's loopback network, each with its own address.
type receivers struct {
	port   int
	hooks  int
	living int // webhooks whose receiver is well
	once   sync.Map
	called atomic.Int64 // living ones that were called
	others atomic.Int64
	twice  atomic.Int64
	lines  atomic.Int64
}

func kind(host int) int { return host % 100 }

func well(host int) bool { return kind(host) != dead && kind(host) != slow && kind(host) != failing }

func (r *receivers) address(i int) string {
	host := i / share
	return fmt.Sprintf("http://127.%d.%d.%d:%d/%d", 1+host/200/200, 1+host/200%200, 1+host%200, r.port, i)
}

func listen(hooks int) (*receivers, error) {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return nil, err
	}
	r := &receivers{port: l.Addr().(*net.TCPAddr).Port, hooks: hooks}
	for i := range hooks {
		if well(i / share) {
			r.living++
		}
	}
	srv := &http.Server{Handler: r, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			r.lines.Add(1)
		}
	}}
	go srv.Serve(l) //nolint:errcheck // ends with the program
	return r, nil
}

// ServeHTTP implements http.Handler.
func (r *receivers) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	var i int
	fmt.Sscanf(q.URL.Path, "/%d", &i) //nolint:errcheck // of our own making
	switch host := i / share; kind(host) {
	case dead:
		<-q.Context().Done()
		return
	case slow:
		time.Sleep(5 * time.Second)
	case failing:
		r.others.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if _, had := r.once.LoadOrStore(i, true); had {
		r.twice.Add(1)
		return
	}
	if well(i / share) {
		r.called.Add(1)
		return
	}
	r.others.Add(1)
}

// await prints when a half, 99 of 100 and all of the living were called.
func (r *receivers) await(begin time.Time) error {
	marks := []struct {
		name string
		n    int64
	}{{"half", int64(r.living / 2)}, {"99 of 100", int64(r.living * 99 / 100)}, {"all", int64(r.living)}}
	for len(marks) > 0 {
		if r.called.Load() >= marks[0].n {
			fmt.Printf("%s of %d living receivers called after %.1f s\n", marks[0].name, r.living, time.Since(begin).Seconds())
			marks = marks[1:]
			continue
		}
		if time.Since(begin) > 10*time.Minute {
			return fmt.Errorf("%d of %d living receivers called after ten minutes", r.called.Load(), r.living)
		}
		time.Sleep(5 * time.Millisecond)
	}
	fmt.Printf("%d webhooks, %d of them with a dead, slow or failing receiver; %d connections, %d called twice\n",
		r.hooks, r.hooks-r.living, r.lines.Load(), r.twice.Load())
	return nil
}
