package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ward/kit/clock"
	"ward/kit/id"
	"ward/test/process"
)

// sending is one stage that the server answered for.
type sending struct {
	ID, Receipt string
	Deliveries  []struct{ ID, Way string }
}

// filed is one report of a hospital and what was answered.
type filed struct {
	ID      string
	Country string
	Sent    map[string]sending // by stage
}

// hospital sends one report after the other, whatever becomes of the server: a
// request without an answer is made again, word for word.
type hospital struct {
	country string
	client  *process.Client
	ids     id.Source
	filed   []filed
}

// crowd is all hospitals at work.
type crowd struct {
	stop    chan struct{}
	down    atomic.Bool     // nobody need ask
	answers chan string     // a step that was just answered: "begin", "early", "notification"
	asked   map[string]bool // requests without an answer yet
	mu      sync.Mutex
	wait    sync.WaitGroup
	failed  chan error
}

func newHospital(country string, c *process.Client) *hospital {
	return &hospital{country: country, client: c, ids: id.New(clock.System())}
}

// patience is how long a hospital asks again.
const patience = 2 * time.Minute

// insist calls until there is an answer.
func (h *hospital) insist(ctx context.Context, c *crowd, path string, in, out any) error {
	end := time.Now().Add(patience)
	for {
		var refused *process.Refused
		err := errors.New("down")
		if !c.down.Load() {
			err = h.client.Call(ctx, "POST", path, in, out)
		}
		switch {
		case err == nil:
			return nil
		case errors.As(err, &refused) && refused.Status < http.StatusInternalServerError:
			return err
		case ctx.Err() != nil || time.Now().After(end):
			return err
		}
		time.Sleep(3 * time.Millisecond)
	}
}

// report tells one incident: begun, early warning, notification.
func (h *hospital) report(ctx context.Context, c *crowd) error {
	f := filed{ID: h.ids(), Country: h.country, Sent: map[string]sending{}}
	err := h.insist(ctx, c, "/api/v1/incidents", process.Report(f.ID, time.Now().Add(-time.Hour), [2]string{"patient_data_stolen", "yes"}, [2]string{"risk_unlikely", "no"}), nil)
	if err != nil {
		return err
	}
	c.tell("begin")
	for _, stage := range []string{"early", "notification"} {
		request, out := h.ids(), sending{}
		c.ask(request, true)
		if err := h.insist(ctx, c, "/api/v1/incidents/"+f.ID+"/send", process.Sending(request, stage), &out); err != nil {
			return fmt.Errorf("report %s: %w", f.ID, err)
		}
		c.ask(request, false)
		f.Sent[stage] = out
		c.tell(stage)
	}
	h.filed = append(h.filed, f)
	return nil
}

// work reports until the crowd is told to stop.
func (h *hospital) work(ctx context.Context, c *crowd) {
	defer c.wait.Done()
	for {
		select {
		case <-c.stop:
			return
		default:
		}
		if err := h.report(ctx, c); err != nil {
			c.failed <- err
			return
		}
	}
}

// tell says that a step was answered, to whoever listens just then.
func (c *crowd) tell(step string) {
	select {
	case c.answers <- step:
	default:
	}
}

// ask keeps which sendings wait for their answer.
func (c *crowd) ask(request string, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if waits {
		c.asked[request] = true
		return
	}
	delete(c.asked, request)
}
