package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/follow"
	"ward/detect/sensor/agent/listen"
	"ward/detect/sensor/agent/retro"
	"ward/detect/sensor/agent/spool"
	"ward/format/logline"
	"ward/format/redact"
	"ward/kit/clock"
)

// Config of Run.
type Config struct {
	Settings *Settings
	Version  string
	Now      clock.Clock
	// Say gets one sentence for people when something changes.
	Say func(string)
	// Drain ends Run when everything that is there was read and sent; for tests and
	// for reading once.
	Drain bool
}

// counters are those of all runs; they are kept with the positions.
type counters struct {
	Lines   int64 `json:"lines"`
	Hits    int64 `json:"hits"`
	Dropped int64 `json:"dropped"` // messages of syslog, and hits, that were lost to a bound
}

// Names of what is kept beside the positions of files.
const (
	countersName = "counters"
	journalName  = "journal"
)

// watcher is one Run under way. Everything up to mu belongs to the goroutine that
// reads.
type watcher struct {
	cfg      Config
	s        *Settings
	spool    *spool.Spool
	client   *client.Client // nil without a Centre
	follower *follow.Follower
	looker   *agent.Looker
	retro    *retro.Store // nil when it is off
	target   *target
	bag      client.Bag
	cursor   string // of the journal, looked at
	moved    bool   // cursor is not committed
	logs     map[string]*agent.Growing
	listens  []*listen.Listener
	base     counters // of earlier runs
	hits     int64
	extra    int64 // lines that came by syslog and the journal
	owed     map[string]json.RawMessage
	due      time.Time // of the next commit
	began    time.Time

	next  current
	queue chan []byte
	jour  chan entry

	mu     sync.Mutex
	status Status
}

// Run watches until ctx ends. What was found is on disk then.
func Run(ctx context.Context, cfg Config) error {
	w := &watcher{cfg: cfg, s: cfg.Settings, logs: map[string]*agent.Growing{}, queue: make(chan []byte, cfg.Settings.Limits.Queue), jour: make(chan entry, 256), began: cfg.Now()}
	w.status.Faults = map[string]string{}
	cfg.Settings.Limits.apply()
	if err := w.open(); err != nil {
		return err
	}
	defer w.close()
	if err := w.listen(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var others sync.WaitGroup
	w.others(ctx, &others)
	err := w.loop(ctx)
	stop()
	others.Wait()
	w.publish()
	return err
}

// open opens the spool and goes on where it says.
func (w *watcher) open() error {
	var err error
	w.spool, err = spool.Open(spool.Config{Dir: filepath.Join(w.s.State, "spool"), MaxBytes: int64(w.s.Limits.Spool), MaxAge: time.Duration(w.s.Limits.SpoolAge), Now: w.cfg.Now})
	if err != nil {
		return err
	}
	saved := w.spool.Positions()
	_ = json.Unmarshal(saved[countersName], &w.base) // none at the first start
	_ = json.Unmarshal(saved[journalName], &w.cursor)
	patterns, err := w.s.patterns()
	if err == nil {
		w.follower, err = follow.New(follow.Config{Patterns: patterns, Saved: saved, Now: w.cfg.Now, Look: func(g *agent.Growing, text []byte, offset int64, whole bool) {
			w.looker.Look(g, text, offset, whole, w.tell)
		}})
	}
	var pulled *client.Pulled
	if err == nil && w.s.Centre.URL != "" {
		w.client, err = w.s.Client(w.cfg.Version)
		if pulled, _ = w.s.stored(); pulled == nil { // one that is damaged is pulled again
			w.say("no bundle yet; it is pulled now")
		}
	}
	if err == nil {
		w.target, err = w.s.compile(pulled)
	}
	if err == nil && !w.s.Retro.Off {
		w.retro, err = retro.Open(retro.Config{Dir: w.s.RetroDir(), Days: w.s.Retro.Days, MaxBytes: int64(w.s.Retro.Size), Now: w.cfg.Now})
	}
	if err != nil {
		return errors.Join(err, w.spool.Close())
	}
	w.look()
	return nil
}

// look makes a looker for the target.
func (w *watcher) look() {
	c := agent.LookConfig{Index: w.target.index, Engine: w.target.engine, Now: w.cfg.Now}
	if *w.s.Redact {
		c.Redact = redact.New(redact.Options{})
	}
	if w.retro != nil {
		c.Seen = w.retro.See
	}
	w.looker = agent.NewLooker(c)
	w.mu.Lock()
	w.status.Target = w.target.found
	w.mu.Unlock()
}

func (w *watcher) listen(ctx context.Context) error {
	for _, x := range w.s.Syslog {
		c, err := x.tls()
		if err != nil {
			return err
		}
		l, err := listen.Open(ctx, listen.Config{Address: x.Listen, TLS: c, Queue: w.queue})
		if err != nil {
			return fmt.Errorf("syslog %s: %w", x.Listen, err)
		}
		w.listens = append(w.listens, l)
		w.say("listening on " + x.Listen + " (" + l.Addr().String() + ")")
	}
	return nil
}

func (w *watcher) close() {
	for _, l := range w.listens {
		_ = l.Close() // nothing is owed to a sender
	}
	w.follower.Close()
	if w.retro != nil {
		w.fault("retro", w.retro.Close())
	}
	_ = w.spool.Close()    // all commits are synced
	_ = w.target.closing() // only read
}

func (w *watcher) say(text string) {
	if w.cfg.Say != nil {
		w.cfg.Say(text)
	}
}

// rest is the pause when nothing is there.
const rest = 500 * time.Millisecond

// loop reads, looks and commits, in turns.
func (w *watcher) loop(ctx context.Context) error {
	for ctx.Err() == nil {
		var other bool
		if w.target, other = w.next.swap(w.target); other {
			w.look()
		}
		more := false
		if w.ready() {
			more = w.follower.Step()
			more = w.messages() || more
			more = w.entries() || more
		}
		w.commit(ctx, !more)
		if w.retro != nil {
			w.fault("retro", w.retro.Tick())
		}
		if more {
			continue
		}
		if w.cfg.Drain {
			if w.settled() {
				return nil
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
	if w.ready() {
		w.messages() // what a sender believes to be delivered
	}
	w.commit(context.WithoutCancel(ctx), true)
	return nil
}

// ready reports whether the first bundle is there: before it, lines would pass
// unseen. They wait where they are.
func (w *watcher) ready() bool { return w.client == nil || w.target.bundle != "" }

// settled reports whether all is read, committed and sent.
func (w *watcher) settled() bool {
	return w.ready() && w.bag.Len() == 0 && w.owed == nil && (w.client == nil || !*w.s.Centre.Send || w.spool.Stats().Waiting == 0)
}

// batch bounds what is looked at between two commits.
const batch = 2000

// messages looks at what syslog brought.
func (w *watcher) messages() bool {
	return w.drain("syslog", func() ([]byte, bool) {
		select {
		case m := <-w.queue:
			return m, true
		default:
			return nil, false
		}
	})
}

// entries looks at what the journal brought.
func (w *watcher) entries() bool {
	return w.drain("journal", func() ([]byte, bool) {
		select {
		case e := <-w.jour:
			w.cursor, w.moved = e.cursor, true
			return e.line, true
		default:
			return nil, false
		}
	})
}

// drain gathers lines and looks at them together.
func (w *watcher) drain(name string, next func() ([]byte, bool)) bool {
	g := w.logs[name]
	if g == nil {
		g = agent.NewGrowing(name, logline.Syslog, nil)
		g.Learn([]byte("-"), w.cfg.Now())
		w.logs[name] = g
	}
	var text []byte
	show := func() {
		if len(text) > 0 {
			w.looker.Look(g, text, 0, true, w.tell)
			w.extra += int64(bytes.Count(text, []byte{'\n'}))
		}
		text = text[:0]
	}
	for range batch {
		line, ok := next()
		if !ok {
			show()
			return false
		}
		if len(line) > agent.Room {
			line = append(line[:agent.Room-1], '\n')
		}
		if len(text)+len(line) > agent.Room {
			show()
		}
		text = append(text, line...)
	}
	show()
	return true
}

// tell takes a hit up; its line stays here.
func (w *watcher) tell(h *agent.Hit) {
	w.hits++
	w.bag.Add(client.HitOf(h, w.cfg.Now()))
}

// Bounds of what waits for a commit.
const (
	commitEvery = time.Second
	commitHits  = 2000
)

// commit makes what was found durable with the positions behind it. While the disk
// is full, reading waits: logs on disk keep what is not read.
func (w *watcher) commit(ctx context.Context, idle bool) {
	now := w.cfg.Now()
	if w.owed == nil && !idle && now.Before(w.due) && w.bag.Len() < commitHits && w.due.Sub(now) <= commitEvery {
		return
	}
	w.due = now.Add(commitEvery)
	positions := w.follower.Changed()
	if w.moved {
		positions[journalName], _ = json.Marshal(w.cursor) // a text
		w.moved = false
	}
	hits := w.bag.Empty()
	if len(positions) == 0 && len(hits) == 0 && w.owed == nil {
		w.fault("spool", nil)
		return
	}
	w.owed = positions
	positions[countersName], _ = json.Marshal(w.counters()) // numbers
	for {
		err := w.spool.Commit(positions, hits)
		w.fault("spool", err)
		if err == nil {
			w.owed = nil
			return
		}
		w.publish()
		select {
		case <-ctx.Done():
			return // what was not committed is read again after the next start
		case <-time.After(5 * time.Second):
		}
	}
}

func (w *watcher) counters() counters {
	c := w.base
	c.Lines += w.follower.Stats().Lines + w.extra
	c.Hits += w.hits
	c.Dropped += w.spool.Stats().Dropped
	for _, l := range w.listens {
		c.Dropped += l.Counts.Dropped.Load()
	}
	w.mu.Lock()
	w.status.Lines, w.status.Hits, w.status.Dropped = c.Lines, c.Hits, c.Dropped
	w.status.Files = w.follower.Stats()
	w.mu.Unlock()
	w.fault("files", faultOf(w.follower.Stats().Fault))
	return c
}

func faultOf(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}
