package watch

import (
	"context"
	"errors"
	"sync"
	"time"

	"ward/detect/sensor/agent/client"
	"ward/format/detection"
)

// others starts what runs beside the reading.
func (w *watcher) others(ctx context.Context, all *sync.WaitGroup) {
	if w.s.Journal.Read {
		cursor := w.cursor
		all.Go(func() { w.s.journal(ctx, cursor, w.jour, func(err error) { w.fault("journal", err) }) })
	}
	for _, l := range w.listens {
		all.Go(func() { l.run(ctx) })
	}
	if len(w.s.Local.Indicators)+len(w.s.Local.Rules) > 0 {
		mark := w.localMark
		all.Go(func() { w.watchLocal(ctx, mark) })
	}
	all.Go(func() { w.tellStatus(ctx) })
	if w.s.Status != "" {
		all.Go(func() { w.repeat(ctx, "status page", time.Second, w.serve) })
	}
	if w.client == nil {
		return
	}
	all.Go(func() { w.repeat(ctx, "bundle", time.Duration(w.s.Centre.Every), w.pull) })
	all.Go(func() { w.repeat(ctx, "health", healthEvery, w.health) })
	if *w.s.Centre.Send {
		every := time.Duration(w.s.Centre.SendEvery)
		if w.cfg.Drain {
			every = rest
		}
		all.Go(func() { w.repeat(ctx, "send", every, w.send) })
	}
}

const healthEvery = 5 * time.Minute

// repeat does something now and then, and after failures later each time.
func (w *watcher) repeat(ctx context.Context, what string, every time.Duration, do func(context.Context) error) {
	wait := client.Wait{Least: min(5*time.Second, every)}
	for {
		err := do(ctx)
		if ctx.Err() != nil {
			return
		}
		w.fault(what, err)
		pause := every
		if err != nil {
			pause = wait.Failed(err)
		} else {
			wait.OK()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// ErrOlder says that a Centre offers a bundle from before the one that is in use.
var ErrOlder = errors.New("the Centre offers a bundle that is older than the one in use; it is not taken")

// pull asks for a new bundle and compiles it.
func (w *watcher) pull(ctx context.Context) error {
	old, _ := w.s.stored() // one that is damaged is replaced
	etag := ""
	if old != nil {
		etag = old.ETag
	}
	p, err := w.client.Bundle(ctx, etag)
	if errors.Is(err, client.ErrUnchanged) {
		return w.expired(old)
	}
	if err != nil {
		return err
	}
	if old != nil && p.Bundle.Issued.Before(old.Bundle.Issued) {
		return ErrOlder
	}
	if err := w.take(p); err != nil {
		return err
	}
	w.say("bundle " + p.Bundle.ID + " of " + p.Bundle.Centre + " is in use")
	return w.expired(p)
}

// expired tells that a bundle is old. It stays in use: old indicators are better
// than none, and a clock that jumped must not stop the looking.
func (w *watcher) expired(p *client.Pulled) error {
	if p != nil && w.cfg.Now().After(p.Bundle.Expires) {
		return errors.New("the bundle ran out at " + p.Bundle.Expires.Format(stamp) + " and the Centre has no newer one; it stays in use")
	}
	return nil
}

// send hands over what the spool holds, the oldest first.
func (w *watcher) send(ctx context.Context) error {
	if err := w.spool.Seal(); err != nil {
		return err
	}
	for {
		batches, err := w.spool.Waiting()
		if err != nil || len(batches) == 0 {
			return err
		}
		for _, b := range batches {
			a, err := w.client.Send(ctx, b.ID, b.Hits)
			if errors.Is(err, client.ErrRefused) { // what waits behind it must not wait for ever
				a = detection.Answer{Refused: make([]detection.Refusal, len(b.Hits))}
				w.say(err.Error())
			} else if err != nil {
				return err
			}
			w.mu.Lock()
			w.status.Sent += int64(a.Accepted)
			w.status.Refused += int64(len(a.Refused))
			w.mu.Unlock()
			if len(a.Refused) > 0 && err == nil {
				w.say("the Centre refused a hit: " + a.Refused[0].Reason)
			}
		}
		w.spool.Sent(batches[0].Segment())
	}
}

// health tells the Centre counts.
func (w *watcher) health(ctx context.Context) error {
	st := w.snapshot()
	h := detection.Health{Bundle: st.Target.Bundle, UptimeSeconds: st.Uptime, Lines: st.Lines, Hits: st.Hits, Spooled: st.Spool.Waiting, Dropped: st.Dropped, Sources: st.sources(w.s)}
	return w.client.Health(ctx, h)
}
