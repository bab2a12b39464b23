package follow

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ward/format/pack"
)

// discover looks up all names: new logs are followed, known ones found again under
// the names that rotation gave them.
func (f *Follower) discover(now time.Time) {
	list := f.candidates()
	f.present = map[node]bool{}
	var unknown []candidate
	for _, c := range list {
		f.present[c.node] = true
		if x := f.known(c); x != nil {
			f.meet(x, c)
		} else {
			unknown = append(unknown, c)
		}
	}
	f.missing()
	// older ones first: a log's beginning is told before what came after
	slices.SortStableFunc(unknown, func(a, b candidate) int { return a.info.ModTime().Compare(b.info.ModTime()) })
	for _, c := range unknown {
		if err := f.unknown(c, now); err != nil {
			f.fault(c.path, err)
		}
	}
	f.first = false
	f.tidy(now)
	gone := func(n node) bool { return !f.present[n] }
	maps.DeleteFunc(f.copies, func(n node, _ seal) bool { return gone(n) })
	maps.DeleteFunc(f.waits, func(n node, _ wait) bool { return gone(n) })
}

// known finds the log that lies in a file. The number of a file is believed while
// it is open: later, and after a restart, another may have it, and the content has
// to say so.
func (f *Follower) known(c candidate) *file {
	now := c.seal()
	if x := f.byNode[c.node]; x != nil {
		if x.open() || x.met == now || f.compare(x, c) {
			x.met = now
			return x
		}
		delete(f.byNode, c.node)
	}
	var found *file // of several the one that was read farthest
	for _, id := range f.order() {
		x := f.files[id]
		if x.lost && x.pos.Dev == c.node.dev && x.pos.Ino == c.node.ino && (found == nil || x.pos.Offset > found.pos.Offset) && f.compare(x, c) {
			found = x
		}
	}
	if found == nil {
		return nil
	}
	f.byNode[c.node] = found
	found.met, found.lost, found.looks = now, false, 0
	if !found.pos.Done {
		f.reopen(found, c)
	}
	return found
}

// compare asks a file's content whether it is that of a log.
func (f *Follower) compare(x *file, c candidate) bool {
	handle, err := os.Open(c.path)
	if err != nil {
		f.fault(c.path, err)
		return false
	}
	defer handle.Close() //nolint:errcheck // read only
	kind, ok := kindOf(handle)
	if !ok || (kind != pack.Plain) != x.pos.Packed {
		return false
	}
	switch {
	case x.pos.Head.N == 0: // nothing to know it by, and nothing read: it is a new log
		return false
	case kind == pack.Plain:
		return x.pos.holds(handle)
	}
	same, err := x.pos.begins(handle)
	return err == nil && same
}

// reopen goes on reading a known file.
func (f *Follower) reopen(x *file, c candidate) {
	handle, err := os.Open(c.path)
	if err != nil {
		f.fault(c.path, err)
		return
	}
	kind, _ := kindOf(handle)
	f.start(x, handle, kind)
}

// meet notes the name under which a known file was found.
func (f *Follower) meet(x *file, c candidate) {
	if away := c.path != x.pos.Path; away && !x.pos.Away && !f.stillAt(x) {
		x.pos.Away, x.since = true, f.cfg.Now()
		f.kept.Move(x.id)
	}
	if x.pos.Done && !x.pos.Packed && c.info.Size() > x.pos.Offset && x.pos.Offset > 0 {
		x.pos.Done, x.size = false, 0 // written to after all
		f.reopen(x, c)
	}
}

// stillAt reports whether a log's own name still is its.
func (f *Follower) stillAt(x *file) bool {
	info, err := os.Stat(x.pos.Path)
	return err == nil && nodeOf(x.pos.Path, info) == node{x.pos.Dev, x.pos.Ino}
}

// missing looks after logs that no name leads to.
func (f *Follower) missing() {
	for _, x := range f.files {
		n := node{x.pos.Dev, x.pos.Ino}
		if x.open() && !x.pos.Away && !f.present[n] {
			x.pos.Away, x.since = true, f.cfg.Now() // deleted; what is open can be read to its end
			f.kept.Move(x.id)
		}
	}
}

// unknown decides about a file that is not followed: the rest of a log that was
// lost, a copy of one that is known, or a new log.
func (f *Follower) unknown(c candidate, now time.Time) error {
	s := c.seal()
	if old, ok := f.copies[c.node]; ok && old.size == s.size && old.mod == s.mod {
		if x := f.files[old.of]; x != nil && !x.lost && x.pos.Offset == old.offset {
			return nil
		}
	}
	handle, err := os.Open(c.path)
	if err != nil {
		return err
	}
	kind, ok := kindOf(handle)
	if !ok {
		err = fmt.Errorf("a file of kind %s is not followed; ward scan reads it", kind)
		if !c.wanted {
			err = nil
		}
		return errors.Join(err, handle.Close())
	}
	if kind == pack.Plain && binaryLog(handle) { // package eventlog reads it
		if c.wanted && !EventLog(c.path) {
			err = errors.New("an event log whose name does not end with .evtx is not followed; ward scan reads it")
		}
		return errors.Join(err, handle.Close())
	}
	if fresh := now.Sub(c.info.ModTime()); kind != pack.Plain && fresh >= 0 && fresh < settle || !f.rested(c, handle, kind) {
		return handle.Close() // may still be written
	}
	keep, err := f.decide(c, handle, kind, s)
	if !keep {
		err = errors.Join(err, handle.Close())
	}
	return err
}

// wait is a file that looks like the rotation of a log and may still be copied.
type wait struct {
	seal  seal
	looks int
}

// maxLooks is how often a file that a pattern names is waited for: it may be a log of
// its own, and never rest.
const maxLooks = 15

// rested reports whether a file that looks like a rotation is whole: half a copy is not
// known by its content, and would be read as a log of its own. It is when two looks find
// the same, whatever the clock says, and it is not the beginning of what was read.
func (f *Follower) rested(c candidate, handle *os.File, kind pack.Kind) bool {
	plain := kind == pack.Plain
	if f.first || plain && c.wanted && f.rotationOf(c.path) == "" {
		return true
	}
	w, now := f.waits[c.node], c.seal()
	if (w.looks > 0 && w.seal == now || plain && c.wanted && w.looks >= maxLooks) && !f.half(c, handle) {
		delete(f.waits, c.node)
		return true
	}
	f.waits[c.node] = wait{now, w.looks + 1}
	return false
}

// half reports whether a file begins as a log does of which more was read than it holds.
func (f *Follower) half(c candidate, handle *os.File) bool {
	head, ok := markAt(handle, 0, markSize)
	if !ok {
		return false
	}
	for _, x := range f.files {
		if x.pos.Head == head && x.pos.Offset > c.info.Size() && filepath.Dir(x.pos.Path) == filepath.Dir(c.path) {
			return true
		}
	}
	return false
}

// worthLooks is how often the rest of a log is looked for before nothing is waited for
// any more: a copy of it is read at the second look.
const worthLooks = 3

// Settled reports whether no file is waited for.
func (f *Follower) Settled() bool {
	for _, x := range f.files {
		if x.lost && !x.pos.Done && x.looks < worthLooks {
			return false
		}
	}
	for _, w := range f.waits {
		if w.looks < maxLooks {
			return false
		}
	}
	return true
}

// settle is how long a packed file must have rested.
const settle = 3 * time.Second

func (f *Follower) decide(c candidate, handle *os.File, kind pack.Kind, s seal) (keep bool, err error) {
	x, err := f.owner(c, handle, kind)
	switch {
	case err != nil:
		return false, err
	case x == nil:
		return f.begin(c, handle, kind)
	case x.lost && !x.pos.Done, f.replaced(x, c):
		x.close()
		f.byNode[c.node] = x
		x.pos.Dev, x.pos.Ino, x.pos.Done, x.size = c.node.dev, c.node.ino, false, 0
		x.pos.Away = c.path != x.pos.Path || kind != pack.Plain
		f.start(x, handle, kind)
		f.kept.Move(x.id)
		return x.open(), nil
	case kind == pack.Plain && x.pos.Offset < markSize && f.rotationOf(c.path) != x.pos.Path:
		return f.begin(c, handle, kind) // too little to tell that it is the same
	}
	s.of, s.offset = x.id, x.pos.Offset
	f.copies[c.node] = s // a copy of what is followed or was read
	return false, nil
}

// replaced reports whether a file took the name of a log and goes on with its
// content, as editors and rsync do, while the log itself is deleted.
func (f *Follower) replaced(x *file, c candidate) bool {
	return c.path == x.pos.Path && x.pos.Offset >= markSize && !f.present[node{x.pos.Dev, x.pos.Ino}]
}

// owner finds the log whose content a file holds; those that are lost come first,
// and of several the one that was read farthest.
func (f *Follower) owner(c candidate, handle *os.File, kind pack.Kind) (*file, error) {
	var found *file
	for _, id := range f.order() {
		x := f.files[id]
		if x.pos.Head.N == 0 || filepath.Dir(x.pos.Path) != filepath.Dir(c.path) ||
			found != nil && (found.lost && !x.lost || found.lost == x.lost && found.pos.Offset >= x.pos.Offset) {
			continue
		}
		same, err := x.pos.same(handle, kind)
		if err != nil {
			return nil, err
		}
		if same {
			found = x
		}
	}
	return found, nil
}

// begin follows a log that nobody knows. Beside a wanted one that is a log which
// came and went while nobody looked; what is older than the first that was followed
// was there before.
func (f *Follower) begin(c candidate, handle *os.File, kind pack.Kind) (keep bool, err error) {
	path, away, first, changed := c.path, kind != pack.Plain, int64(0), c.info.ModTime().UnixNano()
	if !c.wanted {
		path, away = f.rotationOf(c.path), true
		if first = f.since(path); first == 0 || changed <= first {
			return false, nil
		}
	} else if first = f.since(path); first == 0 {
		first = changed
	}
	if open := f.Stats().Files; open >= maxFiles {
		return false, fmt.Errorf("more than %d files; this one is not followed", maxFiles)
	}
	x := f.add(Position{Path: path, Dev: c.node.dev, Ino: c.node.ino, Away: away, First: first})
	f.byNode[c.node] = x
	if f.first && f.pattern(path).FromEnd {
		f.passOver(x, handle, kind, c.info.Size())
	}
	if x.pos.Done {
		return false, nil
	}
	f.start(x, handle, kind)
	return x.open(), nil
}

// since is when the first log of a path that was followed had changed; 0 if none was.
func (f *Follower) since(path string) int64 {
	for _, x := range f.files {
		if x.pos.Path == path && x.pos.First > 0 {
			return x.pos.First
		}
	}
	return 0
}

// passOver leaves out what was there before the first start.
func (f *Follower) passOver(x *file, handle *os.File, kind pack.Kind, size int64) {
	if x.pos.Packed = kind != pack.Plain; x.pos.Packed {
		r, end := unpack(handle)
		head := make([]byte, markSize)
		n, _ := io.ReadFull(r, head)
		end()
		x.pos.Head = mark(head[:n])
		f.finish(x)
		return
	}
	head := make([]byte, 2)
	n, _ := handle.ReadAt(head, 0) // an empty log begins at its first byte
	x.pos.Wide, _ = wideOf(head[:n])
	unit := x.pos.Wide.unit()
	x.pos.Offset = size - size%unit
	if x.pos.Offset > 0 {
		last := make([]byte, unit)
		if _, err := handle.ReadAt(last, x.pos.Offset-unit); err == nil && x.pos.Wide.lastLine(last) == 0 {
			x.pos.Inside = true
		}
	}
	x.pos.note(handle, size)
}

// tidy forgets what is no longer looked for.
func (f *Follower) tidy(now time.Time) {
	for _, id := range f.order() {
		x := f.files[id]
		if now.Before(x.since) {
			x.since = now
		}
		switch {
		case x.pos.Done && now.Sub(x.since) > memory && f.nowhere(x):
			f.forget(x)
		case x.lost && !x.pos.Done:
			if x.looks++; x.looks <= patience {
				continue
			}
			if x.pos.Head.N > 0 {
				f.stats.Lost++
			}
			f.forget(x)
		}
	}
}

// nowhere reports whether no file that is there holds a log.
func (f *Follower) nowhere(x *file) bool {
	for _, s := range f.copies {
		if s.of == x.id {
			return false
		}
	}
	return !f.stillAt(x)
}
