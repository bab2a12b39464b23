package follow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
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

func (w *world) look(_ *agent.Growing, text []byte, _ int64, _ bool) {
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

func TestRenameAndCreate(t *testing.T) {
	w := newWorld(t, "app.log")
	a, la := lines(0, 100)
	w.write("app.log", a)
	w.start()
	w.steps(3)
	b, lb := lines(100, 150)
	w.write("app.log", b)
	w.rename("app.log", "app.log.1")
	c, lc := lines(150, 160)
	w.write("app.log.1", c) // the writer has it open still
	d, ld := lines(160, 170)
	w.write("app.log", d)
	w.steps(5)
	w.write("app.log.1", "late")
	w.steps(20)
	w.want(slices.Concat(la, lb, lc, ld, []string{"late"})...)
}

func TestRotatedWhileNobodyLooked(t *testing.T) {
	for _, packed := range []bool{false, true} {
		w := newWorld(t, "app.log")
		old, _ := lines(900, 950)
		w.write("app.log.1", old) // was there before, and nobody asked for it
		tick()
		a, la := lines(0, 100)
		w.write("app.log", a)
		w.start()
		w.steps(2)
		w.f.Close()
		tick()
		b, lb := lines(100, 150)
		w.write("app.log", b)
		w.rename("app.log.1", "app.log.3")
		w.rename("app.log", "app.log.2")
		tick()
		c, lc := lines(150, 200)
		w.write("app.log.1", c) // a whole log that came and went
		if packed {
			w.pack("app.log.2")
			w.pack("app.log.1")
		}
		tick()
		d, ld := lines(200, 210)
		w.write("app.log", d)
		w.skew += time.Minute
		w.start()
		w.steps(20)
		w.want(slices.Concat(la, lb, lc, ld)...)
	}
}

// tick lets the times of files differ.
func tick() { time.Sleep(10 * time.Millisecond) }

func TestCopyAndTruncate(t *testing.T) {
	for _, pattern := range []string{"app.log", "app.log*"} {
		w := newWorld(t, pattern)
		a, la := lines(0, 100)
		w.write("app.log", a)
		w.start()
		w.steps(2)
		b, lb := lines(100, 200)
		w.write("app.log", b)
		w.copyTruncate("app.log", "app.log.1")
		c, lc := lines(200, 700) // longer than before
		w.write("app.log", c)
		w.steps(20)
		w.pack("app.log.1")
		w.steps(20)
		w.want(slices.Concat(la, lb, lc)...)
	}
}

// TestPackedLogsAreNotCountedTwice: a pattern that names the packed ones too.
func TestPackedLogsAreNotCountedTwice(t *testing.T) {
	w := newWorld(t, "app.log*")
	a, la := lines(0, 300)
	w.write("app.log.1", a)
	w.pack("app.log.1")
	b, lb := lines(300, 500)
	w.write("app.log", b)
	w.skew = time.Minute
	w.start()
	w.steps(3)
	w.rename("app.log.1.gz", "app.log.2.gz")
	w.rename("app.log", "app.log.1")
	c, lc := lines(500, 510)
	w.write("app.log", c)
	w.steps(15)
	w.pack("app.log.1")
	w.steps(10)
	w.kill()
	w.steps(10)
	w.want(slices.Concat(la, lb, lc)...)
}

func TestFromEnd(t *testing.T) {
	w := newWorld(t, "*.log*")
	w.fromEnd = true
	w.write("app.log", "old\nbegun ")
	w.write("old.log.1", "older\n")
	w.pack("old.log.1")
	w.skew = time.Minute
	w.start()
	w.steps(2)
	w.write("app.log", "before\nnew\n")
	w.write("late.log", "all of it\n")
	w.steps(3)
	w.kill()
	w.steps(2)
	w.want("before", "new", "all of it")
}

// TestManyLogsThatBeginAlike: logs with the same first lines are still each their own.
func TestManyLogsThatBeginAlike(t *testing.T) {
	w := newWorld(t, "*.log")
	var want []string
	for i := range 5 {
		w.write(fmt.Sprint(i, ".log"), "begun\n")
		want = append(want, "begun", fmt.Sprint("then ", i))
	}
	w.start()
	w.steps(3)
	for i := range 5 {
		w.write(fmt.Sprint(i, ".log"), fmt.Sprint("then ", i, "\n"))
	}
	w.steps(3)
	w.want(want...)
}

// TestReplacedFile: an editor or rsync writes the whole log anew under its name.
func TestReplacedFile(t *testing.T) {
	w := newWorld(t, "app.log")
	a, la := lines(0, 100)
	w.write("app.log", a)
	w.start()
	w.steps(3)
	w.write("copy", a+"more\n")
	w.rename("copy", "app.log")
	w.steps(5)
	w.want(append(la, "more")...)
}

func TestLongLine(t *testing.T) {
	w := newWorld(t, "app.log")
	w.start()
	w.write("app.log", "a\n"+strings.Repeat("x ", 400_000)+"\nb\n")
	w.steps(3)
	w.kill()
	w.steps(3)
	var total int
	for _, l := range w.got {
		total += len(l)
	}
	if w.got[0] != "a" || w.got[len(w.got)-1] != "b" || total != 800_002 {
		t.Errorf("%d pieces, %d bytes", len(w.got), total)
	}
}

func TestWhatCannotBeFollowedIsNamed(t *testing.T) {
	w := newWorld(t, "*")
	w.write("a.zip", "PK\x03\x04xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
	w.start()
	w.steps(1)
	if s := w.f.Stats(); !strings.Contains(s.Fault, "a.zip") {
		t.Errorf("%+v", s)
	}
	if _, err := New(Config{Saved: map[string]json.RawMessage{"file/1": json.RawMessage(`{"offset":-1}`)}, Now: time.Now}); err == nil {
		t.Error("a damaged position was taken")
	}
}

// TestRandomRotation: whatever is done to a log at random, with kills between,
// each line comes once.
func TestRandomRotation(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t, []string{"app.log", "app.log*"}[seed%2])
			w.start()
			text, want := lines(0, 30) // what was rotated away before the first look is nobody's
			n := 30
			w.write("app.log", text)
			w.steps(1)
			for range 120 {
				switch k := rnd.IntN(12); {
				case k < 6:
					to := n + 1 + rnd.IntN(40)
					text, list := lines(n, to)
					w.write("app.log", text)
					want, n = append(want, list...), to
				case k == 6:
					if _, err := os.Stat(w.name("app.log")); err == nil {
						w.shift()
						if rnd.IntN(3) == 0 {
							w.copyTruncate("app.log", "app.log.1")
						} else {
							w.rename("app.log", "app.log.1")
						}
						tick()
					}
				case k == 7:
					w.kill()
				case k == 8: // work that a kill will lose
					w.f.Step()
				default:
					w.steps(1 + rnd.IntN(4))
				}
			}
			w.skew += time.Minute
			w.steps(20)
			w.want(want...)
		})
	}
}

// shift is what logrotate does to the older ones, packing the second.
func (w *world) shift() {
	w.t.Helper()
	for i := 8; i > 1; i-- {
		w.rename(fmt.Sprintf("app.log.%d.gz", i), fmt.Sprintf("app.log.%d.gz", i+1))
	}
	w.pack("app.log.1")
	w.rename("app.log.1.gz", "app.log.2.gz")
}

func FuzzSaved(f *testing.F) {
	f.Add("file/1", []byte(`{"path":"a","offset":5,"head":{"n":5,"sum":"x"},"tail":{"n":5,"sum":"x"}}`))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		got, _, err := saved(map[string]json.RawMessage{name: raw})
		for _, p := range got {
			p.holds(strings.NewReader("some log\n"))
			p.note(strings.NewReader("some log\n"), 9)
		}
		_ = err
	})
}
