package watch

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"sync"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/eventlog"
	"ward/detect/sensor/agent/follow"
	"ward/detect/sensor/agent/retro"
	"ward/detect/sensor/agent/spool"
	"ward/format/detection"
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
	// StatusEvery is how often the file of the status is written; 0 is ten seconds.
	StatusEvery time.Duration
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
	events   *eventlog.Follower
	looker   *agent.Looker
	retro    *retro.Store // nil when it is off
	asked    *retro.Asked // as retro
	recalled Recalled
	redact   *redact.Redactor // nil leaves hits as they are
	target   *target
	bag      client.Bag
	cursor   string // of the journal, looked at
	moved    bool   // cursor is not committed
	logs     map[string]*agent.Growing
	listens  []*listener
	base     counters // of earlier runs
	hits     int64
	over     int64 // of these, more than one turn may hold
	extra    int64 // lines that came by syslog and the journal
	owed     map[string]json.RawMessage
	due      time.Time // of the next commit
	began    time.Time

	next      current
	making    sync.Mutex // one target at a time
	localMark string     // of the lists that the first target was made of
	queue     chan []byte
	jour      chan entry

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
	_ = json.Unmarshal(saved[recalledName], &w.recalled)
	patterns, err := w.s.patterns()
	if err == nil {
		look := func(g *agent.Growing, text []byte, offset int64, whole bool) {
			w.looker.Look(g, text, offset, whole, w.tell)
		}
		w.follower, err = follow.New(follow.Config{Patterns: patterns, Saved: saved, Now: w.cfg.Now, Look: look})
		if err == nil {
			w.events, err = eventlog.New(eventlog.Config{Patterns: patterns, Saved: saved, Now: w.cfg.Now, Look: look})
		}
	}
	var pulled *client.Pulled
	if err == nil && w.s.Centre.URL != "" {
		w.client, err = w.s.Client(w.cfg.Version)
		if pulled, _ = w.s.stored(); pulled == nil { // one that is damaged is pulled again
			w.say("no bundle yet; it is pulled now")
		}
	}
	if err == nil && !w.s.Retro.Off {
		w.retro, err = retro.Open(retro.Config{Dir: w.s.RetroDir(), Days: w.s.Retro.Days, MaxBytes: int64(w.s.Retro.Size), Now: w.cfg.Now})
	}
	if err == nil {
		w.localMark = w.s.localMark()
		w.target, err = w.compile(pulled)
	}
	if err == nil && w.retro != nil {
		err = w.openAsked(saved)
	}
	if err != nil {
		return errors.Join(err, w.spool.Close())
	}
	if *w.s.Redact {
		w.redact = redact.New(redact.Options{})
	}
	for i := range w.s.Syslog {
		w.listens = append(w.listens, &listener{w: w, set: &w.s.Syslog[i], part: "syslog " + w.s.Syslog[i].Listen})
	}
	w.look()
	return nil
}

// look makes a looker for the target.
func (w *watcher) look() {
	c := agent.LookConfig{Index: w.target.index, Engine: w.target.engine, Redact: w.redact, Now: w.cfg.Now}
	if w.retro != nil {
		c.Seen = w.retro.See
	}
	w.looker = agent.NewLooker(c)
	w.mu.Lock()
	w.status.Target, w.status.Recalled = w.target.found, w.recalled
	w.mu.Unlock()
}

func (w *watcher) close() {
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
	w.recall(ctx, w.target)
	w.look()
	for ctx.Err() == nil {
		var other bool
		if w.target, other = w.next.swap(w.target); other {
			w.commit(ctx, true) // a line that is read again must not be asked for as well
			w.recall(ctx, w.target)
			w.look()
		}
		more := false
		if w.ready() {
			more = w.follower.Step()
			more = w.events.Step() || more
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

// ready reports whether there is something to look for: the first bundle, or lists of
// the hospital. Before that lines would pass unseen; they wait where they are. For
// indicators of a bundle that comes later the memory answers.
func (w *watcher) ready() bool { return w.client == nil || w.target.bundle != "" || w.target.local }

// settled reports whether all is read, committed and sent.
func (w *watcher) settled() bool {
	return (w.client == nil || w.target.bundle != "") && w.follower.Settled() && w.bag.Len() == 0 && w.owed == nil && (w.client == nil || !*w.s.Centre.Send || w.spool.Stats().Waiting == 0)
}

// tell takes a hit up; its line stays here.
func (w *watcher) tell(h *agent.Hit) {
	w.hits++
	if w.bag.Len() >= maxBag {
		w.over++
		return
	}
	w.bag.Add(client.HitOf(h, w.cfg.Now()))
}

// Bounds of what waits for a commit.
const (
	commitEvery = time.Second
	commitHits  = 2000
	// maxBag bounds the memory of hits of one turn: whoever writes into a log may write
	// a thousand known names into each line, each at another computer.
	maxBag = 20_000
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
	maps.Copy(positions, w.events.Changed())
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
	if w.keep(ctx, positions, hits) {
		w.owed = nil
	}
}

// keep makes positions and hits durable, and tries until it can or ctx ends: what was
// not committed is read again after the next start.
func (w *watcher) keep(ctx context.Context, positions map[string]json.RawMessage, hits []detection.Hit) bool {
	for {
		err := w.spool.Commit(positions, hits)
		if half := len(hits) / 2; errors.Is(err, spool.ErrLarge) && half > 0 { // lines that somebody made for it; the position comes last
			if !w.keep(ctx, nil, hits[:half]) {
				return false
			}
			hits = hits[half:]
			continue
		}
		w.fault("spool", err)
		if err == nil {
			return true
		}
		w.publish()
		select {
		case <-ctx.Done():
			return false
		case <-time.After(5 * time.Second):
		}
	}
}

func (w *watcher) counters() counters {
	c := w.base
	files, events := w.follower.Stats(), w.events.Stats()
	c.Lines += files.Lines + events.Lines + w.extra
	c.Hits += w.hits
	c.Dropped += w.spool.Stats().Dropped + w.over
	for _, l := range w.listens {
		c.Dropped += l.dropped()
	}
	w.mu.Lock()
	w.status.Lines, w.status.Hits, w.status.Dropped = c.Lines, c.Hits, c.Dropped
	w.status.Files, w.status.Events = files, events
	w.mu.Unlock()
	or(&files.Fault, events.Fault)
	w.fault("files", faultOf(files.Fault))
	return c
}

func faultOf(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}
