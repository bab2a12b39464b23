package eventlog

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/format/evtx"
)

// TestAnEventLogThatGrows: within a chunk, over chunks, with a process that is killed.
func TestAnEventLogThatGrows(t *testing.T) {
	w := newWorld(t, "Security.evtx")
	l := w.log("Security.evtx", "a")
	want := l.write(3)
	w.start()
	w.steps(2)
	for i := range 12 {
		want = append(want, l.write(1+i*120)...)
		if i%3 == 1 {
			w.f.Step() // work that the kill loses
			w.kill()
		}
		w.steps(1)
	}
	w.kill()
	w.steps(2)
	w.want(want...)
	if s := w.f.Stats(); s.Lost+s.Damaged != 0 || s.Cleared != 0 || s.Fault != "" {
		t.Errorf("%+v", s)
	}
}

// TestALogThatGoesRound: the oldest chunk is written over; what was gone before it was
// read is counted.
func TestALogThatGoesRound(t *testing.T) {
	w := newWorld(t, "*.evtx")
	l := w.log("System.evtx", "a")
	l.most = 3
	var want []string
	w.start()
	for range 20 {
		want = append(want, l.write(200)...)
		w.steps(1)
	}
	w.want(want...)
	if s := w.f.Stats(); s.Lost != 0 || s.Cleared != 0 {
		t.Errorf("%+v", s)
	}
	l.write(3000)
	w.steps(1)
	if s := w.f.Stats(); s.Lost == 0 || s.Cleared != 0 || int64(len(w.got))+s.Lost != int64(l.next) {
		t.Errorf("%d events of %d, %+v", len(w.got), l.next, s)
	}
}

// TestALogThatIsRenamedWhenFull: as the service archives; numbers go on, or begin anew.
func TestALogThatIsRenamedWhenFull(t *testing.T) {
	for _, anew := range []bool{false, true} {
		for _, pattern := range []string{"Security.evtx", "*.evtx"} {
			w := newWorld(t, pattern)
			l := w.log("Security.evtx", "a")
			want := l.write(400)
			w.start()
			w.steps(1)
			for i := range 3 {
				want = append(want, l.write(300)...) // not read before the renaming
				w.rename("Security.evtx", fmt.Sprintf("Archive-Security-%d.evtx", i))
				next := l.next
				if anew {
					next, l.tag = 0, fmt.Sprint("b", i)
				}
				l.anew(next)
				if i%2 == 0 {
					w.steps(1) // nothing has its name
				}
				want = append(want, l.write(50+i*500)...)
				w.steps(2)
				w.kill()
				w.steps(1)
			}
			w.want(want...)
			if s := w.f.Stats(); s.Lost != 0 || s.Cleared != 0 {
				t.Errorf("%+v", s)
			}
		}
	}
}

// TestALogThatIsCleared: it is told, and read from its beginning, also where it holds
// more than before by then.
func TestALogThatIsCleared(t *testing.T) {
	for _, n := range []int{2, 900} {
		w := newWorld(t, "Security.evtx")
		l := w.log("Security.evtx", "a")
		want := l.write(500)
		w.start()
		w.steps(2)
		if err := os.Remove(l.path); err != nil {
			t.Fatal(err)
		}
		l.anew(0)
		l.tag = "b"
		want = append(want, l.write(n)...)
		w.steps(2)
		w.kill()
		w.steps(1)
		w.want(want...)
	}
	w := newWorld(t, "Security.evtx")
	l := w.log("Security.evtx", "a")
	l.write(5)
	w.start()
	w.steps(1)
	if err := os.Remove(l.path); err != nil {
		t.Fatal(err)
	}
	l.anew(0)
	l.tag = "b"
	l.write(2)
	w.steps(1)
	if s := w.f.Stats(); s.Cleared != 1 || !strings.Contains(s.Note, "Security.evtx was cleared") {
		t.Errorf("%+v", s)
	}
}

// TestCopiesAreNotCountedTwice: a backup of a log beside it, older or newer than what
// was read.
func TestCopiesAreNotCountedTwice(t *testing.T) {
	w := newWorld(t, "*.evtx")
	l := w.log("a.evtx", "a")
	want := l.write(300)
	w.start()
	w.steps(1)
	backup := func(name string) {
		data, err := os.ReadFile(l.path)
		if err == nil {
			err = os.WriteFile(w.name(name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	backup("same.evtx")
	w.steps(2)
	backup("old.evtx")
	want = append(want, l.write(300)...)
	w.steps(2)
	want = append(want, l.write(100)...)
	backup("new.evtx")
	w.steps(2)
	other := w.log("other.evtx", "o")
	want = append(want, other.write(10)...)
	w.steps(2)
	w.kill()
	w.steps(2)
	w.want(want...)
}

func TestEventsFromTheEnd(t *testing.T) {
	w := newWorld(t, "*.evtx")
	w.pattern.FromEnd = true
	l := w.log("a.evtx", "a")
	l.write(300)
	w.start()
	w.steps(2)
	want := l.write(5)
	late := w.log("late.evtx", "l")
	want = append(want, late.write(7)...)
	w.steps(2)
	w.want(want...)
}

// TestAnEventThatIsBeingWritten: half a record is waited for, and passed over when it
// stays so.
func TestAnEventThatIsBeingWritten(t *testing.T) {
	w := newWorld(t, "a.evtx")
	l := w.log("a.evtx", "a")
	want := l.write(3)
	w.start()
	w.steps(1)
	at := l.base() + int64(l.at)
	want = append(want, l.write(1)...)
	f, err := os.OpenFile(l.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	whole := make([]byte, 8)
	if _, err := f.ReadAt(whole, at); err != nil {
		t.Fatal(err)
	}
	l.put(f, make([]byte, 4), at+4)
	w.steps(1)
	l.put(f, whole, at)
	w.steps(1)
	w.want(want...)
	broken := l.base() + int64(l.at)
	l.write(1)
	l.put(f, make([]byte, 4), broken+4)
	want = append(want, l.write(4)...)
	w.steps(8)
	w.want(want...)
	want = append(want, l.write(4)...)
	w.steps(1) // the broken one is not waited for again
	w.want(want...)
	if s := w.f.Stats(); s.Damaged == 0 {
		t.Errorf("%+v", s)
	}
}

// TestRandomService: whatever the service does with a log, with kills between, each event
// comes once.
func TestRandomService(t *testing.T) {
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		w := newWorld(t, []string{"a.evtx", "*.evtx"}[seed%2])
		l := w.log("a.evtx", "a")
		want := l.write(1 + rnd.IntN(600))
		w.start()
		w.steps(1)
		for i := range 40 {
			switch k := rnd.IntN(10); {
			case k < 5:
				want = append(want, l.write(1+rnd.IntN(500))...)
			case k == 5:
				w.rename("a.evtx", fmt.Sprintf("Archive-%d.evtx", i))
				next := l.next
				if rnd.IntN(2) == 0 {
					next, l.tag = 0, fmt.Sprint("t", i)
				}
				l.anew(next)
				want = append(want, l.write(1+rnd.IntN(500))...)
				w.steps(2)
			case k == 6:
				w.f.Step()
				w.kill()
			default:
				w.steps(1)
			}
		}
		w.steps(4)
		w.want(want...)
	}
}

func TestSavedPlacesAreChecked(t *testing.T) {
	for _, bad := range []string{`{}`, `{"path":"a","record":3}`, `{"path":"a","sum":"x"}`, `[]`, `{"path":"a","record":18446744073709551615,"sum":"x"}`} {
		if _, err := New(Config{Saved: map[string]json.RawMessage{"evtx/1": json.RawMessage(bad)}, Now: time.Now}); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}

// FuzzEventLog: whatever lies in a file, in what order it changes, looking at it ends,
// and numbers only grow unless it was another log.
func FuzzEventLog(f *testing.F) {
	f.Add([]byte(evtx.Magic), uint16(0))
	f.Add(slices.Repeat([]byte("ElfChnk\x00**\x00\x00"), 40), uint16(600))
	f.Fuzz(func(t *testing.T, data []byte, at uint16) {
		w := newWorld(t, "a.evtx")
		l := w.log("a.evtx", "a")
		l.write(5)
		w.start()
		w.steps(1)
		file, err := os.OpenFile(l.path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		l.put(file, data, firstChunk+int64(at))
		w.steps(6)
		l.put(file, data, 0)
		w.steps(2)
		if s := w.f.Stats(); s.Lines < 5 || s.Lost < 0 {
			t.Errorf("%+v", s)
		}
	})
}
