package follow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/ledger"
	"ward/format/logline"
)

// Pattern names files: a path, a pattern of path.Match, or a folder, of which all
// files are followed.
type Pattern struct {
	Path   string
	Format logline.Format
	Zone   *time.Location
	// FromEnd passes over what is there at the first start ever.
	FromEnd bool
}

// Config of New.
type Config struct {
	Patterns []Pattern
	// Saved are the positions of an earlier run, others' among them.
	Saved map[string]json.RawMessage
	Now   func() time.Time
	// Look gets text of a log, from offset on: whole lines, or a part of one that
	// does not fit. It is valid during the call.
	Look func(g *agent.Growing, text []byte, offset int64, whole bool)
}

// Stats say how following goes.
type Stats struct {
	Files int    `json:"files"` // followed, those read to their end left out
	Bytes int64  `json:"bytes"` // read by this process
	Lines int64  `json:"lines"`
	Long  int64  `json:"long"` // lines that do not fit, searched for indicators only
	Lost  int64  `json:"lost"` // logs of which the rest was gone before it was read
	Fault string `json:"fault,omitempty"`
}

const (
	// turn bounds what one file gives at a time, so that a large one does not keep
	// the others waiting.
	turn = 4 << 20
	// lookAgain is how often names are looked up.
	lookAgain = 2 * time.Second
	// grace is how long a log that was renamed may still be written to.
	grace = 10 * time.Second
	// patience is how many looks the rest of a log that vanished is worth, a quarter of
	// an hour of them: a clock that jumps must not end it.
	patience = 450
	// memory is how long a log that was read to its end is known again.
	memory = 14 * 24 * time.Hour
	// maxFiles bounds what is followed at once.
	maxFiles = 2000
)

// Follower is for one goroutine.
type Follower struct {
	cfg     Config
	files   map[uint64]*file
	byNode  map[node]*file
	grown   map[string]*agent.Growing // by first path
	kept    *ledger.Ledger[Position]
	present map[node]bool // files that the last look-up met
	copies  map[node]seal // looked at, and somebody else's content
	waits   map[node]wait
	last    uint64
	opened  int       // times that a file was opened
	next    time.Time // of looking up names
	first   bool      // start ever
	stats   Stats
	buf     []byte
}

// New goes on where the saved positions say.
func New(cfg Config) (*Follower, error) {
	kept := ledger.New[Position](prefix, begun)
	positions, again, err := kept.Read(cfg.Saved, Position.sound)
	if err != nil {
		return nil, err
	}
	f := &Follower{cfg: cfg, files: map[uint64]*file{}, byNode: map[node]*file{}, grown: map[string]*agent.Growing{}, kept: kept,
		copies: map[node]seal{}, waits: map[node]wait{}, first: !again, buf: make([]byte, agent.Room)}
	for id, p := range positions {
		x := &file{id: id, pos: p, since: cfg.Now(), lost: true}
		f.files[id] = x
		f.last = max(f.last, id)
	}
	return f, nil
}

// Step reads what there is, a few megabytes of each file. More says that there is
// more; else the caller may wait a second.
func (f *Follower) Step() (more bool) {
	now := f.cfg.Now()
	// What is open is read before names are looked up, so that the content of a
	// log is known when a copy of it is met.
	for _, id := range f.order() {
		if x := f.files[id]; x != nil && x.open() {
			more = f.read(x, now) || more
		}
	}
	if !now.Before(f.next) || now.Add(lookAgain).Before(f.next) { // a clock that was set back must not stop it
		f.stats.Fault = ""
		before := f.opened
		f.discover(now)
		f.next = now.Add(lookAgain)
		more = more || f.opened != before
	}
	return more
}

// order is that in which files were found: old logs before those that took their
// names.
func (f *Follower) order() []uint64 {
	out := make([]uint64, 0, len(f.files))
	for id := range f.files {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// Changed gives the positions that moved since the last call. Names with "null"
// are to be forgotten.
func (f *Follower) Changed() map[string]json.RawMessage {
	return f.kept.Take(func(id uint64) (Position, bool) {
		x, ok := f.files[id]
		if !ok {
			return Position{}, false
		}
		return x.pos, true
	})
}

// Stats counts.
func (f *Follower) Stats() Stats {
	s := f.stats
	s.Files = 0
	for _, x := range f.files {
		if x.open() {
			s.Files++
		}
	}
	return s
}

// Close lets all files go. Positions stay as Changed gave them.
func (f *Follower) Close() {
	for _, x := range f.files {
		x.close()
	}
}

// fault keeps the first thing that went wrong for people to see.
func (f *Follower) fault(path string, err error) {
	if f.stats.Fault == "" {
		if pe, ok := err.(*fs.PathError); ok { //nolint:errorlint // only the outermost repeats the path
			err = pe.Err
		}
		f.stats.Fault = fmt.Sprintf("%s: %v", path, err)
	}
}

// add follows a new log.
func (f *Follower) add(p Position) *file {
	f.last++
	x := &file{id: f.last, pos: p, since: f.cfg.Now()}
	f.files[x.id] = x
	f.kept.Move(x.id)
	return x
}

func (f *Follower) forget(x *file) {
	x.close()
	delete(f.files, x.id)
	f.kept.Forget(x.id)
	for n, y := range f.byNode {
		if y == x {
			delete(f.byNode, n)
		}
	}
}

// growing gives the state of a log's lines: a successor goes on with what
// correlations remember.
func (f *Follower) growing(path string) *agent.Growing {
	g := f.grown[path]
	if g != nil {
		g = g.Successor()
	} else {
		p := f.pattern(path)
		g = agent.NewGrowing(path, p.Format, p.Zone)
	}
	f.grown[path] = g
	return g
}

// show hands text on and counts its lines.
func (f *Follower) show(x *file, text []byte, whole bool) {
	f.stats.Bytes += int64(len(text))
	at := x.pos.Offset
	x.pos.Offset += int64(len(text))
	if x.r == nil {
		if at == 0 { // as it was read: the file may be cut before it is looked at again
			x.pos.Head = mark(text[:min(len(text), markSize)])
		}
		x.tail = append(x.tail, text[max(0, len(text)-markSize):]...)
		x.tail = append(x.tail[:0], x.tail[max(0, len(x.tail)-markSize):]...)
	}
	text = x.pos.Wide.text(text, at == 0)
	f.cfg.Look(x.g, text, at, whole)
	if x.pos.Wide == narrow { // elsewhere places in what is looked at are others than in the log
		x.pos.Heading = x.g.Heading()
	}
	f.stats.Lines += int64(bytes.Count(text, []byte{'\n'}))
	f.kept.Move(x.id)
}
