package follow

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/detect/sensor/agent/ledger"
)

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

// TestACopyThatTakesItsTime: half a copy is no log of its own, whether a pattern names it
// or not, and however the clock jumps.
func TestACopyThatTakesItsTime(t *testing.T) {
	for _, pattern := range []string{"app.log", "app.log*"} {
		w := newWorld(t, pattern)
		a, la := lines(0, 500)
		w.write("app.log", a)
		w.start()
		w.steps(3)
		for at := 0; at < len(a); at += len(a)/3 + 1 {
			w.write("app.log.1", a[at:min(len(a), at+len(a)/3+1)])
			w.skew += time.Hour
			w.steps(4)
		}
		b, lb := lines(500, 520)
		w.write("app.log", b)
		w.write("app.log.1", b)
		if err := os.Truncate(w.name("app.log"), 0); err != nil {
			t.Fatal(err)
		}
		c, lc := lines(520, 600)
		w.write("app.log", c)
		w.steps(20)
		if !w.f.Settled() {
			t.Error("something is waited for")
		}
		w.want(slices.Concat(la, lb, lc)...)
	}
}

// TestAClockThatJumpsForgetsNothing: hours pass in a moment while the rest of a log that
// was copied and cut is looked for.
func TestAClockThatJumpsForgetsNothing(t *testing.T) {
	w := newWorld(t, "app.log")
	a, la := lines(0, 500)
	w.write("app.log", a)
	w.start()
	w.steps(3)
	b, lb := lines(500, 520)
	w.write("app.log", b)
	w.copyTruncate("app.log", "elsewhere") // the copy gets its name later
	c, lc := lines(520, 600)
	w.write("app.log", c)
	w.steps(2)
	w.skew += 3 * time.Hour
	w.steps(2)
	w.skew -= 5 * time.Hour
	w.steps(2)
	w.rename("elsewhere", "app.log.1")
	w.steps(8)
	w.want(slices.Concat(la, lb, lc)...)
}

// TestCutWhileItIsRead: a log is known in its copy by what was read of it, not by what
// stands in its place a moment later.
func TestCutWhileItIsRead(t *testing.T) {
	for _, again := range []int{0, 3, 900} {
		w := newWorld(t, "app.log")
		a, la := lines(0, 100)
		w.write("app.log", a)
		w.start()
		w.steps(2)
		b, lb := lines(100, 700)
		w.write("app.log", b)
		c, lc := lines(700, 700+again)
		w.during = func() {
			w.copyTruncate("app.log", "app.log.1")
			if again > 0 {
				w.write("app.log", c)
			}
		}
		w.steps(2)
		w.kill()
		w.steps(12)
		if again == 0 {
			lc = nil
		}
		w.want(slices.Concat(la, lb, lc)...)
	}
	w := newWorld(t, "app.log") // with its first look
	a, la := lines(0, 100)
	w.write("app.log", a)
	w.during = func() { w.copyTruncate("app.log", "app.log.1") }
	w.start()
	w.steps(2)
	w.kill()
	w.steps(12)
	w.want(la...)
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
		got, _, err := ledger.New[Position](prefix, begun).Read(map[string]json.RawMessage{name: raw}, Position.sound)
		for _, p := range got {
			p.holds(strings.NewReader("some log\n"))
			p.note(strings.NewReader("some log\n"), 9)
		}
		_ = err
	})
}
