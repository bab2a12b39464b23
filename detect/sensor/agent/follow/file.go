package follow

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"ward/detect/sensor/agent"
	"ward/format/logline"
	"ward/format/pack"
)

// file is one log that is followed, or was.
type file struct {
	id    uint64
	pos   Position
	f     *os.File
	size  int64     // when it was last looked at
	r     io.Reader // unpacks it; nil for a plain one
	end   func()    // of unpacking
	rest  []byte    // unpacked, behind the last line
	g     *agent.Growing
	since time.Time // nothing new came, or it vanished
	lost  bool      // where its content lies now is not known
	looks int       // for it, since it was lost
	tail  []byte    // of a plain one: the last bytes before Offset, as they were read
	met   seal      // of the file when its content was compared
}

func (x *file) open() bool { return x.f != nil }

func (x *file) close() {
	if x.end != nil {
		x.end()
	}
	if x.f != nil {
		_ = x.f.Close() // read only
	}
	x.f, x.r, x.end, x.rest = nil, nil, nil, nil
}

// start opens a file for reading on.
func (f *Follower) start(x *file, handle *os.File, kind pack.Kind) {
	f.opened++
	x.f, x.lost, x.looks, x.since, x.pos.Packed = handle, false, 0, f.cfg.Now(), kind != pack.Plain
	if x.g == nil {
		x.g = f.growing(x.pos.Path)
	}
	if kind != pack.Plain {
		var in io.Reader
		in, x.end = unpack(handle)
		r := bufio.NewReaderSize(in, logline.SampleSize)
		x.r = r
		if x.pos.Offset == 0 {
			head, _ := r.Peek(2) // what is damaged is told when it is read
			x.pos.Wide, _ = wideOf(head)
		} else if err := f.skip(x, r); err != nil {
			f.fault(x.pos.Path, err)
		}
		return
	}
	x.tail = nil
	if x.pos.Offset > 0 {
		x.tail = make([]byte, min(x.pos.Offset, markSize))
		if _, err := handle.ReadAt(x.tail, x.pos.Offset-int64(len(x.tail))); err != nil && err != io.EOF {
			f.fault(x.pos.Path, err)
		}
		f.learnHead(x, logline.SampleSize)
		if x.pos.Heading > 0 {
			head := make([]byte, min(logline.SampleSize, x.pos.Offset-x.pos.Heading))
			n, _ := handle.ReadAt(head, x.pos.Heading)
			x.g.Relearn(head[:n], x.pos.Heading)
		}
	}
}

// skip passes over what was read of a packed log, up to what names its columns and on.
func (f *Follower) skip(x *file, r *bufio.Reader) error {
	head, _ := r.Peek(logline.SampleSize) // what is damaged is told when it is read
	x.g.Learn(x.pos.Wide.text(head, true), f.cfg.Now())
	_, err := io.CopyN(io.Discard, r, x.pos.Heading)
	if head, _ = r.Peek(logline.SampleSize); x.pos.Heading > 0 {
		x.g.Relearn(head, x.pos.Heading)
	}
	if err == nil {
		_, err = io.CopyN(io.Discard, r, x.pos.Offset-x.pos.Heading)
	}
	return err
}

// learnHead shows the first bytes of a plain log to what reads its lines.
func (f *Follower) learnHead(x *file, size int64) {
	head := make([]byte, size)
	n, _ := x.f.ReadAt(head, 0) // what cannot be read there is told when the rest is
	if text := x.pos.Wide.text(head[:n], true); len(text) > 0 {
		x.g.Learn(text, f.cfg.Now())
	}
}

// read gives the new lines of a file on.
func (f *Follower) read(x *file, now time.Time) (more bool) {
	if x.r != nil {
		return f.readPacked(x)
	}
	info, err := x.f.Stat()
	if err != nil {
		f.fault(x.pos.Path, err)
		return false
	}
	size := info.Size()
	if size < x.pos.Offset || size != x.size && !x.pos.holds(x.f) {
		f.truncated(x)
	}
	if size == x.pos.Offset || size == x.size && len(f.unread(x, size)) == 0 {
		f.idle(x, size, now)
		return false
	}
	if x.pos.Offset == 0 {
		if !f.sniff(x) {
			return false
		}
		f.learnHead(x, min(size, logline.SampleSize))
	}
	limit := x.pos.Offset + turn
	for x.pos.Offset < min(size, limit) {
		text := f.unread(x, size)
		if len(text) == 0 {
			break
		}
		f.lines(x, text, false)
	}
	if x.size != size {
		x.since, x.size = now, size
	}
	f.learn(x)
	x.note(size)
	f.kept.Move(x.id)
	return x.pos.Offset >= limit
}

// learn shows more of the head of a young log.
func (f *Follower) learn(x *file) {
	if x.size > logline.SampleSize {
		return
	}
	f.learnHead(x, min(x.size, logline.SampleSize))
}

// unread gives what may be looked at: up to a line's end, or a whole buffer
// without one.
func (f *Follower) unread(x *file, size int64) []byte {
	room := x.pos.Wide.room()
	n, err := x.f.ReadAt(f.buf[:min(int64(room), size-x.pos.Offset)], x.pos.Offset)
	if err != nil && err != io.EOF {
		f.fault(x.pos.Path, err)
		return nil
	}
	text := f.buf[:n]
	if to := x.pos.Wide.lastLine(text); to > 0 {
		return text[:to]
	}
	if n < room {
		return nil // the line is still being written
	}
	return text[:x.pos.Wide.cut(text)]
}

// lines looks at text that ends with a line, or that is a part of one. last says
// that nothing comes behind it.
func (f *Follower) lines(x *file, text []byte, last bool) {
	if x.pos.Inside {
		to := x.pos.Wide.firstLine(text)
		if to == 0 {
			f.show(x, text, false)
			return
		}
		f.show(x, text[:to], false)
		x.pos.Inside = false
		text = text[to:]
	}
	if len(text) == 0 {
		return
	}
	if whole := last || x.pos.Wide.lastLine(text) == len(text); !whole {
		x.pos.Inside = true
		f.stats.Long++
		f.show(x, text, false)
		return
	}
	f.show(x, text, true)
}

// idle ends a log that was renamed and to which nobody writes any more.
func (f *Follower) idle(x *file, size int64, now time.Time) {
	if x.size != size {
		x.since, x.size = now, size
	}
	if now.Before(x.since) {
		x.since = now // the clock was set back
	}
	if !x.pos.Away || now.Sub(x.since) < grace {
		return
	}
	if n := size - x.pos.Offset; n > 0 { // a last line without an end
		m, _ := x.f.ReadAt(f.buf[:min(n, int64(x.pos.Wide.room()))], x.pos.Offset)
		f.lines(x, f.buf[:m], true)
		x.note(size)
		if x.pos.Offset < size {
			return
		}
	}
	x.close()
	f.finish(x)
}

// note marks what was read of a plain file: its end as it was read, its beginning only
// while the file still holds that end. It may be cut and written anew in between, and a
// log is known in its copy by what was read of it.
func (x *file) note(size int64) {
	head := x.pos
	head.note(x.f, size)
	x.pos.Tail = mark(x.tail)
	if head.Tail == x.pos.Tail {
		x.pos.Head = head.Head
	}
}

func (f *Follower) finish(x *file) {
	if x.pos.Head.N == 0 { // nothing to know it again by
		f.forget(x)
		return
	}
	x.pos.Done, x.lost, x.since = true, false, f.cfg.Now()
	f.kept.Move(x.id)
}

// truncated parts a log that was cut from what it held: the rest of that is
// looked for in a copy, and the file begins anew.
func (f *Follower) truncated(x *file) {
	old := f.add(x.pos)
	old.pos.Away, old.lost, old.g = true, true, x.g
	x.pos = Position{Path: x.pos.Path, Dev: x.pos.Dev, Ino: x.pos.Ino, Away: x.pos.Away, First: x.pos.First}
	x.g, x.size, x.tail = nil, 0, nil
	x.g = f.growing(x.pos.Path)
	if old.pos.Offset == 0 {
		f.forget(old)
	}
	f.kept.Move(x.id)
	for n, s := range f.copies {
		if s.of == x.id {
			delete(f.copies, n) // what was its copy is the rest of the old log now
		}
	}
	f.next = time.Time{} // the copy is there now
}

// readPacked gives on what was unpacked.
func (f *Follower) readPacked(x *file) (more bool) {
	for given := 0; given < turn; {
		n, err := io.ReadFull(x.r, f.buf[copy(f.buf, x.rest):x.pos.Wide.room()])
		text := f.buf[:len(x.rest)+n]
		x.rest = x.rest[:0]
		last := err != nil
		if last && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			f.fault(x.pos.Path, fmt.Errorf("damaged at byte %d: %w", x.pos.Offset+int64(n), err))
		}
		if len(text) > 0 {
			if x.pos.Head.N == 0 {
				x.g.Learn(x.pos.Wide.text(text[:min(len(text), logline.SampleSize)], true), f.cfg.Now())
				x.pos.Head = mark(text[:min(len(text), markSize)])
			}
			to := len(text)
			if !last {
				to = x.pos.Wide.whole(text)
			}
			x.rest = append(x.rest, text[to:]...)
			f.lines(x, text[:to], last)
			x.pos.Tail = mark(text[max(0, to-markSize):to])
			given += to
		}
		if last {
			x.close()
			f.finish(x)
			return false
		}
	}
	return true
}
