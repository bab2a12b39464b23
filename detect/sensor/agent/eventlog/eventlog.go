package eventlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/follow"
	"ward/detect/sensor/agent/ledger"
	"ward/format/evtx"
)

// Config of New.
type Config struct {
	Patterns []follow.Pattern
	// Saved are the positions of an earlier run, others' among them.
	Saved map[string]json.RawMessage
	Now   func() time.Time
	// Look gets events as lines of JSON, as follow.Config has it.
	Look func(g *agent.Growing, text []byte, offset int64, whole bool)
}

// Stats say how following goes; they are of this process.
type Stats struct {
	Files   int    `json:"files"`
	Lines   int64  `json:"events"`
	Lost    int64  `json:"lost"`    // events that were gone before they were read
	Damaged int64  `json:"damaged"` // that cannot be read
	Cleared int    `json:"cleared"` // logs that were cleared or replaced
	Note    string `json:"note,omitempty"`
	Fault   string `json:"-"`
}

const (
	// turn bounds what one log gives at a time.
	turn = 4 << 20
	// lookAgain is how often logs are looked at.
	lookAgain = 2 * time.Second
	// memory is how long the place in a log that vanished is kept.
	memory = 14 * 24 * time.Hour
	// maxFiles bounds what is followed at once.
	maxFiles = 2000
)

// log is one log that is followed.
type log struct {
	id    uint64
	pos   Position
	g     *agent.Growing
	mark  string    // of the last look, after which nothing was left
	stuck time.Time // since when a record cannot be read
	there time.Time // when it was last met
	after *log      // its older part under the name that rotation gave it, until that was read
}

// Follower is for one goroutine.
type Follower struct {
	cfg    Config
	logs   map[uint64]*log
	kept   *ledger.Ledger[Position]
	others map[string]string // siblings that are nobody's, by their mark
	last   uint64
	next   time.Time
	first  bool
	stats  Stats
	chunk  []byte
	text   []byte
}

// New goes on where the saved positions say.
func New(cfg Config) (*Follower, error) {
	kept := ledger.New[Position](prefix, begun)
	positions, again, err := kept.Read(cfg.Saved, Position.sound)
	if err != nil {
		return nil, err
	}
	f := &Follower{cfg: cfg, logs: map[uint64]*log{}, kept: kept, others: map[string]string{},
		first: !again, chunk: make([]byte, evtx.ChunkSize)}
	for id, p := range positions {
		f.logs[id] = &log{id: id, pos: p, there: cfg.Now()}
		f.last = max(f.last, id)
	}
	return f, nil
}

// Step reads what is new. More says that there is more at once.
func (f *Follower) Step() (more bool) {
	now := f.cfg.Now()
	if now.Before(f.next) && !now.Add(lookAgain).Before(f.next) {
		return false
	}
	f.stats.Fault = ""
	var lost []*log // whose file is another or gone
	f.stats.Files = 0
	for _, l := range f.order() {
		held, full := f.known(l, now)
		if !held {
			lost = append(lost, l)
		}
		more = more || full
	}
	for _, path := range f.unknown(lost) {
		if f.met(path, lost, now) {
			more = true
		}
	}
	for _, l := range lost {
		if f.anew(l, now) {
			more = true
		}
	}
	f.first = false
	if f.next = now.Add(lookAgain); more {
		f.next = now
	}
	return more
}

func (f *Follower) order() []*log {
	out := make([]*log, 0, len(f.logs))
	for _, l := range f.logs {
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *log) int { return int(a.id) - int(b.id) })
	return out
}

// fault keeps the first thing that went wrong for people to see.
func (f *Follower) fault(path string, err error) {
	if f.stats.Fault == "" && err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		f.stats.Fault = fmt.Sprintf("%s: %v", path, err)
	}
}

// view opens a log for one look; nil where that cannot be.
func (f *Follower) view(path string) *view {
	v, err := open(path, f.chunk)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNoLog) {
			f.fault(path, err)
		}
		return nil
	}
	return v
}

// known reads on in a log under its own name. Held is false where the file is not the
// log any more.
func (f *Follower) known(l *log, now time.Time) (held, more bool) {
	v := f.view(l.pos.Path)
	if v == nil {
		return false, false
	}
	defer v.close()
	f.stats.Files++
	l.there = now
	if l.mark != "" && v.mark() == l.mark {
		return true, false
	}
	held, err := v.holds(l.pos)
	f.fault(l.pos.Path, err)
	if held {
		more = f.read(l, v, now)
	}
	return held || err != nil, more
}

// unknown are files that patterns name and that are not followed, and those beside
// logs that are not where they were.
func (f *Follower) unknown(lost []*log) []string {
	have := map[string]bool{}
	for _, l := range f.logs {
		have[l.pos.Path] = true
	}
	var out []string
	take := func(path string) {
		if !have[path] && follow.EventLog(path) {
			have[path] = true
			out = append(out, path)
		}
	}
	for _, p := range f.cfg.Patterns {
		for _, path := range p.Paths(func(string, error) {}) { // package follow names what cannot be read
			take(path)
		}
	}
	for _, l := range lost {
		siblings, err := filepath.Glob(filepath.Join(filepath.Dir(l.pos.Path), "*"+filepath.Ext(l.pos.Path)))
		if err == nil { // a folder whose name is a pattern has none
			for _, path := range siblings {
				take(path)
			}
		}
	}
	return out
}

// met decides about a file that is not followed: a log under a new name, of which the
// rest is read; a copy of one; or a new log.
func (f *Follower) met(path string, lost []*log, now time.Time) (more bool) {
	v := f.view(path)
	if v == nil {
		return false
	}
	defer v.close()
	if mark := v.mark(); f.others[path] == mark {
		return false
	} else if len(f.others) < maxFiles {
		f.others[path] = mark
	}
	wanted := f.wanted(path)
	for _, l := range f.order() {
		if filepath.Dir(l.pos.Path) != filepath.Dir(path) || l.pos.Record == 0 {
			continue
		}
		held, err := v.holds(l.pos)
		f.fault(path, err)
		switch {
		case held && slices.Contains(lost, l): // renamed
			x := f.add(Position{path, l.pos.Record, l.pos.Sum}, now)
			x.g, l.after = l.g, x
			return f.read(x, v, now)
		case held || f.copied(l, v):
			if wanted != nil {
				f.skip(f.add(Position{Path: path}, now), v)
			}
			return false
		}
	}
	if wanted == nil {
		return false
	}
	if len(f.logs) >= maxFiles {
		f.fault(path, fmt.Errorf("more than %d event logs; this one is not followed", maxFiles))
		return false
	}
	l := f.add(Position{Path: path}, now)
	if f.first && wanted.FromEnd {
		f.skip(l, v)
		return false
	}
	return f.read(l, v, now)
}

// copied reports whether a file is an older state of a log that is followed.
func (f *Follower) copied(l *log, v *view) bool {
	last := v.last()
	if last == 0 || last > l.pos.Record {
		return false
	}
	own := f.view(l.pos.Path)
	if own == nil {
		return false
	}
	defer own.close()
	a, err := own.sum(last)
	if err != nil || a == "" {
		return false
	}
	b, err := v.sum(last)
	return err == nil && a == b
}

// skip passes over what a log holds now.
func (f *Follower) skip(l *log, v *view) {
	if last := v.last(); last > 0 {
		s, err := v.sum(last)
		if f.fault(l.pos.Path, err); s != "" {
			l.pos.Record, l.pos.Sum = last, s
		}
	}
}

// wanted is the pattern that names a path; nil for none.
func (f *Follower) wanted(path string) *follow.Pattern {
	for i, p := range f.cfg.Patterns {
		if slices.Contains(p.Paths(func(string, error) {}), path) {
			return &f.cfg.Patterns[i]
		}
	}
	return nil
}

func (f *Follower) add(p Position, now time.Time) *log {
	f.last++
	l := &log{id: f.last, pos: p, there: now}
	f.logs[l.id] = l
	f.kept.Move(l.id)
	delete(f.others, p.Path)
	return l
}

// anew reads a file that took the name of a log: the next part of it where numbers go
// on, and one that was cleared or replaced where they do not.
func (f *Follower) anew(l *log, now time.Time) (more bool) {
	v := f.view(l.pos.Path)
	if v == nil {
		if now.Sub(l.there) > memory {
			f.forget(l)
		}
		return false
	}
	defer v.close()
	if len(v.spans) == 0 || l.after != nil && l.after.mark == "" && now.Sub(l.after.there) < time.Minute {
		return false // just made, or its older part is still read
	}
	rotated := l.after != nil
	if rotated {
		l.pos.Record, l.pos.Sum, l.after = l.after.pos.Record, l.after.pos.Sum, nil
	}
	switch {
	case v.spans[0].First > l.pos.Record:
	case rotated:
		l.pos.Record, l.pos.Sum = 0, ""
	default:
		f.stats.Cleared++
		f.stats.Note = fmt.Sprintf("%s was cleared or replaced, noticed %s; it is read from its beginning", l.pos.Path, now.UTC().Format("2006-01-02 15:04"))
		l.pos.Record, l.pos.Sum = 0, ""
	}
	f.kept.Move(l.id)
	return f.read(l, v, now)
}

func (f *Follower) forget(l *log) {
	delete(f.logs, l.id)
	f.kept.Forget(l.id)
}

// Changed gives the positions that moved since the last call. Names with "null" are to
// be forgotten.
func (f *Follower) Changed() map[string]json.RawMessage {
	return f.kept.Take(func(id uint64) (Position, bool) {
		l, ok := f.logs[id]
		if !ok {
			return Position{}, false
		}
		return l.pos, true
	})
}

// Stats counts.
func (f *Follower) Stats() Stats { return f.stats }
