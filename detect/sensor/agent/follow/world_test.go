package follow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"ward/detect/sensor/agent"
)

// world is a folder in which something writes and rotates logs, and a follower
// that is stopped and killed at will.
type world struct {
	t       *testing.T
	dir     string
	skew    time.Duration
	path    string // pattern
	f       *Follower
	saved   map[string]json.RawMessage
	got     []string // committed
	pending []string
	fromEnd bool
	during  func() // once, while text is looked at
	shown   func(g *agent.Growing, text []byte, at int64, whole bool)
}

func newWorld(t *testing.T, pattern string) *world {
	w := &world{t: t, dir: t.TempDir(), saved: map[string]json.RawMessage{}}
	w.path = filepath.Join(w.dir, pattern)
	return w
}

func (w *world) now() time.Time { return time.Now().Add(w.skew) }

func (w *world) start() {
	w.t.Helper()
	f, err := New(Config{Patterns: []Pattern{{Path: w.path, FromEnd: w.fromEnd}}, Saved: w.saved, Now: w.now, Look: w.look})
	if err != nil {
		w.t.Fatal(err)
	}
	w.f = f
	w.t.Cleanup(f.Close)
}

func (w *world) look(g *agent.Growing, text []byte, at int64, whole bool) {
	if w.shown != nil {
		w.shown(g, text, at, whole)
	}
	if do := w.during; do != nil {
		w.during = nil
		do()
	}
	w.pending = append(w.pending, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")...)
}

// commit keeps positions and lines together, as the spool does.
func (w *world) commit() {
	for name, p := range w.f.Changed() {
		if string(p) == "null" {
			delete(w.saved, name)
		} else {
			w.saved[name] = p
		}
	}
	w.got, w.pending = append(w.got, w.pending...), nil
}

// kill loses what was not committed.
func (w *world) kill() {
	w.f.Close()
	w.pending = nil
	w.saved = maps.Clone(w.saved)
	w.start()
}

func (w *world) steps(n int) {
	for range n {
		for w.f.Step() {
			continue
		}
		w.commit()
		w.skew += time.Second
	}
}

func (w *world) name(s string) string { return filepath.Join(w.dir, s) }

func (w *world) write(name, text string) {
	w.t.Helper()
	f, err := os.OpenFile(w.name(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) rename(from, to string) {
	w.t.Helper()
	if err := os.Rename(w.name(from), w.name(to)); err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
}

func (w *world) read(name string) []byte {
	w.t.Helper()
	data, err := os.ReadFile(w.name(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

// pack compresses as gzip does: a new file with the old time, then the old is gone.
func (w *world) pack(name string) {
	w.t.Helper()
	info, err := os.Stat(w.name(name))
	if err != nil {
		return
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(w.read(name)); err != nil {
		w.t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.name(name+".gz"), b.Bytes(), 0o644); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Chtimes(w.name(name+".gz"), info.ModTime(), info.ModTime()); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Remove(w.name(name)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) copyTruncate(name, to string) {
	w.t.Helper()
	if err := os.WriteFile(w.name(to), w.read(name), 0o644); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Truncate(w.name(name), 0); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) want(lines ...string) {
	w.t.Helper()
	got := slices.Sorted(slices.Values(w.got))
	slices.Sort(lines)
	if !slices.Equal(got, lines) {
		w.t.Errorf("got %d lines, want %d; %s; fault %q", len(got), len(lines), difference(got, lines), w.f.Stats().Fault)
	}
}

// difference names lines that came too often or too rarely.
func difference(got, want []string) string {
	n := map[string]int{}
	for _, l := range want {
		n[l]--
	}
	for _, l := range got {
		n[l]++
	}
	var out []string
	for l, k := range n {
		if k != 0 {
			out = append(out, fmt.Sprintf("%.60s: %+d", l, k))
		}
	}
	slices.Sort(out)
	return strings.Join(out[:min(len(out), 8)], ", ")
}

func lines(from, to int) (text string, list []string) {
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprintf("line %d of this log, which is long enough to be one", i))
	}
	return strings.Join(list, "\n") + "\n", list
}
