package retro

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"ward/detect/sensor/agent"
	"ward/format/indicator"
)

// TestWhatIsAsked: what was never looked for is asked for all time, what comes again for
// the time between, what is looked for not at all; over restarts.
func TestWhatIsAsked(t *testing.T) {
	dir := t.TempDir()
	a, first, err := OpenAsked(dir)
	if err != nil || !first {
		t.Fatal(first, err)
	}
	again := func() {
		t.Helper()
		if err := a.Save(); err != nil {
			t.Fatal(err)
		}
		if a, first, err = OpenAsked(dir); err != nil || first {
			t.Fatal(first, err)
		}
	}
	if got := a.Missing([]uint64{1, 5}); !reflect.DeepEqual(got, []New{{Key: 1}, {Key: 5}}) {
		t.Errorf("at the beginning: %v", got)
	}
	a.Add([]uint64{1, 5})
	again()
	if got := a.Missing([]uint64{1, 3, 5}); !reflect.DeepEqual(got, []New{{Key: 3}}) {
		t.Errorf("one more: %v", got)
	}
	a.Add([]uint64{3})
	if !a.End([]uint64{3}, noon) || a.End([]uint64{3}, noon.Add(time.Hour)) {
		t.Error("an end is noted once")
	}
	again()
	if got := a.Missing([]uint64{1, 3}); !reflect.DeepEqual(got, []New{{1, noon}}) {
		t.Errorf("come again: %v", got)
	}
	a.Add([]uint64{1})
	if got := a.Missing([]uint64{1, 3}); got != nil {
		t.Errorf("asked twice: %v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "asked"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenAsked(dir); !errors.Is(err, ErrAsked) {
		t.Errorf("a damaged list: %v", err)
	}
}

// TestReadingThroughFindsWhatASearchFinds: many keys are answered by reading files once,
// few by searching in them; both give the same.
func TestReadingThroughFindsWhatASearchFinds(t *testing.T) {
	dir, now := t.TempDir(), noon.AddDate(0, 0, -5)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 6 {
		s := opened(t, Config{Dir: dir}, &now)
		for range 3000 {
			s.See(&agent.Observation{Line: fmt.Appendf(nil, "query: n%d.example", rnd.IntN(4000)), Host: fmt.Sprint("pc-", rnd.IntN(12))})
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		now = now.Add(24 * time.Hour)
	}
	m, err := OpenMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []indicator.Indicator
	for i := range 4500 {
		list = append(list, parsed(t, fmt.Sprintf("n%d.example", i)))
	}
	all, err := m.Ask(list)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i := 0; i < len(list); i += 7 {
		one, err := m.Ask(list[i : i+1])
		if err != nil || !reflect.DeepEqual(one[0], all[i]) {
			t.Fatalf("%s: %+v, want %+v, %v", list[i].Value, all[i], one[0], err)
		}
		if one[0].Seen {
			seen++
			if one[0].Days == 0 || len(one[0].Places) != len(one[0].Hosts) || one[0].Places[0].Days == 0 {
				t.Errorf("%+v", one[0])
			}
		}
	}
	if seen < 100 || all[4400].Seen {
		t.Errorf("%d were seen", seen)
	}
	since := make([]time.Time, len(list)) // nothing before the last day
	for i := range since {
		since[i] = noon
	}
	p := m.Start(list, since)
	for p.Next() {
		continue
	}
	for i, a := range p.Seen {
		if a.First.Before(noon) || a.Days != 1 || slices.ContainsFunc(a.Places, func(x Place) bool { return x.First.Before(noon) }) {
			t.Fatalf("%s: %+v", list[i].Value, a)
		}
	}
	if len(p.Seen) == 0 || len(p.Seen) >= seen*7 {
		t.Errorf("%d since the last day", len(p.Seen))
	}
}

func FuzzAsked(f *testing.F) {
	f.Add([]byte(askedHead))
	f.Add([]byte(askedHead + "12345678\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := decodeTerms(data)
		if err != nil {
			return
		}
		a := Asked{list: list}
		a.Missing([]uint64{1, 2, 1 << 60})
		a.Add([]uint64{1, 1 << 60})
		a.End([]uint64{1}, noon)
		if !slices.IsSortedFunc(a.list, func(x, y term) int {
			if x.key < y.key {
				return -1
			}
			return 1
		}) {
			t.Error("not in order")
		}
	})
}
