package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ward/kit/clock"
	"ward/kit/id"
	"ward/test/process"
)

// run is what came of the reports of one run.
type run struct {
	mu          sync.Mutex
	begun, sent []time.Duration
	answered    []time.Time // when each sending was answered, in this order
	faults      int
	err         error
}

// submit sends reports at a steady rate, whatever the answers do, and watches how
// many of them the picture of the country's team counts.
func submit(ctx context.Context, o options, hospital, team *process.Client) error {
	before, err := total(ctx, team)
	if err != nil {
		return err
	}
	var r run
	ids := id.New(clock.System())
	var all sync.WaitGroup
	watched := make(chan watch, 1)
	go func() { watched <- follow(ctx, team, before, o.Reports, o.Span+time.Minute) }()
	begin := time.Now()
	tick := time.NewTicker(o.Span / time.Duration(o.Reports))
	defer tick.Stop()
	for range o.Reports {
		<-tick.C
		all.Add(1)
		go func() {
			defer all.Done()
			r.report(ctx, hospital, ids)
		}()
	}
	all.Wait()
	took := time.Since(begin)
	w := <-watched
	if err := errors.Join(r.err, w.err); err != nil {
		return fmt.Errorf("%d of %d reports: %w", r.faults, o.Reports, err)
	}
	fmt.Printf("%d reports in %v\n", o.Reports, took.Round(100*time.Millisecond))
	told("begin a report, until it is durable and answered", r.begun)
	told("send it: sending, receipt, deliveries, clocks, fact", r.sent)
	told("from the answer until the team's picture counts it", w.behind(r.answered))
	return nil
}

// report begins one and sends its early warning.
func (r *run) report(ctx context.Context, hospital *process.Client, ids id.Source) {
	now := time.Now()
	name := ids()
	err := hospital.Call(ctx, "POST", "/api/v1/incidents", process.Report(name, now.Add(-time.Hour), [2]string{"ransomware", "yes"}), nil)
	begun := time.Now()
	if err == nil {
		err = hospital.Call(ctx, "POST", "/api/v1/incidents/"+name+"/send", process.Sending(ids(), "early"), nil)
	}
	end := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.faults++
		r.err = err
		return
	}
	r.begun, r.sent, r.answered = append(r.begun, begun.Sub(now)), append(r.sent, end.Sub(begun)), append(r.answered, end)
}

// total is what the team's picture of its country counts.
func total(ctx context.Context, team *process.Client) (int, error) {
	var p struct{ Total struct{ Reports int } }
	err := team.Call(ctx, "GET", "/api/v1/picture?country=HR", nil, &p)
	return p.Total.Reports, err
}

// watch is when the picture counted how many.
type watch struct {
	at  []time.Time // of the nth report more
	err error
}

// follow looks at the picture five times a second until it counts all.
func follow(ctx context.Context, team *process.Client, before, want int, limit time.Duration) (w watch) {
	for end := time.Now().Add(limit); len(w.at) < want; time.Sleep(200 * time.Millisecond) {
		n, err := total(ctx, team)
		if now := time.Now(); err != nil || now.After(end) {
			w.err = errors.Join(fmt.Errorf("the picture counts %d of %d", len(w.at), want), err)
			return w
		}
		for now := time.Now(); len(w.at) < n-before; {
			w.at = append(w.at, now)
		}
	}
	return w
}

// behind is how much later than its answer each report was counted; the nth answer
// is held against the nth count.
func (w watch) behind(answered []time.Time) (out []time.Duration) {
	for i, at := range answered {
		out = append(out, max(0, w.at[i].Sub(at)))
	}
	return out
}
