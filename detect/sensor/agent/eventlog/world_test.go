package eventlog

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/follow"
	"ward/format/evtx"
)

var le = binary.LittleEndian

// writer writes an event log as the service does: into chunks, round and round when
// there is a most, with heads that are brought up to date.
type writer struct {
	t     *testing.T
	path  string
	next  uint64 // record
	chunk int    // that is written to
	at    int    // next free byte of it; 0 for none
	most  int    // chunks; 0 for any number
	tag   string // what events say beside their number
}

const firstChunk = 4096

// event is BinXML of <Event><System><EventRecordID>ID</…><Channel>TAG</…>, names
// standing where they are used.
func event(at int, id uint64, tag string) []byte {
	b := []byte{0x0f, 1, 1, 0}
	wide := func(s string) {
		for _, u := range utf16.Encode([]rune(s)) {
			b = le.AppendUint16(b, u)
		}
	}
	open := func(name string) {
		b = append(b, 0x01, 0xff, 0xff, 0, 0, 0, 0)
		b = le.AppendUint32(b, uint32(at+len(b)+4))
		b = append(b, 0, 0, 0, 0, 0, 0)
		b = le.AppendUint16(b, uint16(len(name)))
		wide(name)
		b = append(b, 0, 0, 0x02)
	}
	text := func(name, value string) {
		open(name)
		b = append(b, 0x05, 0x01)
		b = le.AppendUint16(b, uint16(len(value)))
		wide(value)
		b = append(b, 0x04)
	}
	open("Event")
	open("System")
	text("EventRecordID", fmt.Sprint(id))
	text("Channel", tag)
	return append(b, 0x04, 0x04, 0)
}

func (w *writer) file() *os.File {
	w.t.Helper()
	f, err := os.OpenFile(w.path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		w.t.Fatal(err)
	}
	head := make([]byte, firstChunk)
	copy(head, evtx.Magic)
	le.PutUint16(head[40:], firstChunk)
	le.PutUint64(head[24:], w.next)
	le.PutUint32(head[124:], crc32.ChecksumIEEE(head[:120]))
	w.put(f, head, 0)
	return f
}

func (w *writer) put(f *os.File, b []byte, at int64) {
	w.t.Helper()
	if _, err := f.WriteAt(b, at); err != nil {
		w.t.Fatal(err)
	}
}

// write adds events and gives what they say.
func (w *writer) write(n int) (want []string) {
	w.t.Helper()
	f := w.file()
	defer f.Close()
	for range n {
		w.next++
		body := event(w.at+24, w.next, w.tag)
		size := 24 + len(body) + 4
		if w.at == 0 || w.at+size > evtx.ChunkSize {
			if w.at > 0 {
				w.chunk++
			}
			if w.most > 0 {
				w.chunk %= w.most
			}
			w.at = 512
			body = event(w.at+24, w.next, w.tag)
			chunk := make([]byte, evtx.ChunkSize)
			copy(chunk, "ElfChnk\x00")
			le.PutUint64(chunk[24:], w.next)
			le.PutUint32(chunk[40:], 128)
			w.put(f, chunk, w.base())
		}
		rec := append([]byte("**\x00\x00"), make([]byte, 20)...)
		le.PutUint32(rec[4:], uint32(size))
		le.PutUint64(rec[8:], w.next)
		le.PutUint64(rec[16:], 134246160000000000+w.next)
		rec = le.AppendUint32(append(rec, body...), uint32(size))
		w.put(f, rec, w.base()+int64(w.at))
		w.at += size
		head := make([]byte, 12)
		le.PutUint64(head, w.next)
		w.put(f, head[:8], w.base()+32)
		le.PutUint32(head, uint32(w.at))
		w.put(f, head[:4], w.base()+48)
		want = append(want, fmt.Sprint(w.tag, " ", w.next))
	}
	return want
}

func (w *writer) base() int64 { return firstChunk + int64(w.chunk)*evtx.ChunkSize }

// anew is what the service does after it renamed or cleared a log.
func (w *writer) anew(next uint64) { w.next, w.chunk, w.at = next, 0, 0 }

// world is a folder with event logs and a follower that is stopped and killed at will.
type world struct {
	t       *testing.T
	dir     string
	pattern follow.Pattern
	skew    time.Duration
	f       *Follower
	saved   map[string]json.RawMessage
	got     []string // committed
	pending []string
}

func newWorld(t *testing.T, pattern string) *world {
	w := &world{t: t, dir: t.TempDir(), saved: map[string]json.RawMessage{}}
	w.pattern.Path = w.name(pattern)
	return w
}

func (w *world) name(s string) string { return filepath.Join(w.dir, s) }

func (w *world) log(name, tag string) *writer {
	return &writer{t: w.t, path: w.name(name), tag: tag}
}

func (w *world) start() {
	w.t.Helper()
	f, err := New(Config{Patterns: []follow.Pattern{w.pattern}, Saved: w.saved, Now: func() time.Time { return time.Now().Add(w.skew) }, Look: w.look})
	if err != nil {
		w.t.Fatal(err)
	}
	w.f = f
}

var said = regexp.MustCompile(`"EventRecordID":"(\d+)","Channel":"([^"]*)"`)

func (w *world) look(_ *agent.Growing, text []byte, _ int64, _ bool) {
	for _, m := range said.FindAllStringSubmatch(string(text), -1) {
		w.pending = append(w.pending, m[2]+" "+m[1])
	}
}

func (w *world) steps(n int) {
	for range n {
		for w.f.Step() {
			continue
		}
		for name, p := range w.f.Changed() {
			if string(p) == "null" {
				delete(w.saved, name)
			} else {
				w.saved[name] = p
			}
		}
		w.got, w.pending = append(w.got, w.pending...), nil
		w.skew += 3 * time.Second
	}
}

// kill loses what was not committed.
func (w *world) kill() {
	w.pending, w.saved = nil, maps.Clone(w.saved)
	w.start()
}

func (w *world) rename(from, to string) {
	w.t.Helper()
	if err := os.Rename(w.name(from), w.name(to)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) want(lines ...string) {
	w.t.Helper()
	n := map[string]int{}
	for _, l := range w.got {
		n[l]++
	}
	for _, l := range lines {
		n[l]--
	}
	var out []string
	for l, k := range n {
		if k != 0 {
			out = append(out, fmt.Sprintf("%s: %+d", l, k))
		}
	}
	if slices.Sort(out); len(out) > 0 {
		w.t.Errorf("got %d events, want %d; %s; %+v", len(w.got), len(lines), strings.Join(out[:min(len(out), 8)], ", "), w.f.Stats())
	}
}
