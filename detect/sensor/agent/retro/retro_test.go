package retro

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/detect/sensor/agent"
	"ward/format/indicator"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func opened(t testing.TB, cfg Config, now *time.Time) *Store {
	t.Helper()
	cfg.Now = func() time.Time { return *now }
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parsed(t testing.TB, v string) indicator.Indicator {
	t.Helper()
	in, err := indicator.Parse(v)
	if err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	return in
}

// TestSipHash: the vectors of the paper's authors; the kind is the first byte.
func TestSipHash(t *testing.T) {
	var key [16]byte
	for i := range key {
		key[i] = byte(i)
	}
	k := salt{binary.LittleEndian.Uint64(key[:]), binary.LittleEndian.Uint64(key[8:])}
	for n, want := range map[int]uint64{1: 0x74f839c593dc67fd, 8: 0x93f5f5799a932462, 15: 0xa129ca6149be45e5} {
		in := make([]byte, n)
		for i := range in {
			in[i] = byte(i)
		}
		if got := k.sum(in[0], in[1:]); got != want {
			t.Errorf("%d bytes: %x, want %x", n, got, want)
		}
	}
}

// TestWhatWasSeenIsAnswered: days, hosts, spellings; and what was not is not.
func TestWhatWasSeenIsAnswered(t *testing.T) {
	dir, now := t.TempDir(), noon.AddDate(0, 0, -19)
	s := opened(t, Config{Dir: dir}, &now)
	hash := strings.Repeat("ab", 32)
	s.See(&agent.Observation{Line: []byte("GET http://www.Evil.example/Gate.php?x=1 from=203.0.113.9:443 to [2001:DB8::1] mail=bob@mail.example " + strings.ToUpper(hash) + " C:\\tmp\\dropper.exe"), Host: "pc-1"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	now = noon
	s = opened(t, Config{Dir: dir}, &now)
	s.See(&agent.Observation{Line: []byte(`query: a.b.evil.example {"url":"http:\/\/json.example\/a"} relay=[IPv6:2001:db8::7]:25`), Host: "pc-2"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	m, err := OpenMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	ask := []indicator.Indicator{parsed(t, "evil.example"), parsed(t, "http://www.evil.example/Gate.php?x=1"), parsed(t, "203.0.113.9"), parsed(t, "203.0.113.0/25"), parsed(t, "203.0.112.0/22"),
		parsed(t, "2001:db8::1"), parsed(t, "bob@mail.example"), parsed(t, hash), parsed(t, "dropper.exe"), parsed(t, "http://json.example/a"), parsed(t, "2001:db8::7"),
		parsed(t, "notevil.example"), parsed(t, "203.0.113.8"), parsed(t, "gate.example")}
	got, err := m.Ask(ask)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range got {
		if a.Seen != (i < 11) {
			t.Errorf("%s: %+v", a.Indicator, a)
		}
	}
	if a := got[0]; a.Days != 2 || !slices.Equal(a.Hosts, []string{"pc-1", "pc-2"}) || noon.Sub(a.First) != 19*24*time.Hour {
		t.Errorf("%+v", a)
	}
	exact := ask[0]
	exact.Exact = true
	wide := parsed(t, "203.0.0.0/9")
	if got, err := m.Ask([]indicator.Indicator{exact, wide}); err != nil || got[0].Seen || got[1].Reason == "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestBoundsOfMemory: days and bytes go, the newest stay; many runs become one.
func TestBoundsOfMemory(t *testing.T) {
	dir, now := t.TempDir(), noon
	s := opened(t, Config{Dir: dir, Days: 10, MaxBytes: 20_000}, &now)
	for day := range 15 {
		for i := range 30 {
			s.See(&agent.Observation{Line: fmt.Appendf(nil, "query h%d.d%d.example", i, day), Host: fmt.Sprint("pc-", i)})
			if err := s.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		now = now.AddDate(0, 0, 1)
	}
	runs, err := s.runs()
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	perDay := map[string]int{}
	for _, r := range runs {
		total += r.size
		perDay[r.day]++
	}
	if total > 20_000 || len(perDay) < 3 || len(perDay) > 11 {
		t.Errorf("%d bytes of %d days", total, len(perDay))
	}
	for day, n := range perDay {
		if n > maxRuns+1 {
			t.Errorf("%s has %d runs", day, n)
		}
	}
	m, err := OpenMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Ask([]indicator.Indicator{parsed(t, "h7.d14.example"), parsed(t, "h7.d0.example"), parsed(t, "d14.example")})
	if err != nil || !got[0].Seen || got[1].Seen || !got[2].More || len(got[2].Hosts) < maxHosts {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestFindEqualsALoop: the search in the file finds what a look at all entries finds.
func TestFindEqualsALoop(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []entry
	for range 5000 {
		all = append(all, entry{key: rnd.Uint64N(2000), host: rnd.Uint32N(4)})
	}
	slices.SortFunc(all, func(a, b entry) int { return int(int64(a.key)-int64(b.key))*8 + int(a.host) - int(b.host) })
	data := encode(all)
	for key := range uint64(2001) {
		var got, want []entry
		if err := find(bytes.NewReader(data), int64(len(data)), key, make([]byte, block), func(e entry) { got = append(got, e) }); err != nil {
			t.Fatal(err)
		}
		for _, e := range decode(data) {
			if e.key == key {
				want = append(want, e)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("key %d: %v, want %v", key, got, want)
		}
	}
}

// TestEscapesBeforeValues: what an escape reaches into is remembered like a hit of the
// same line.
func TestEscapesBeforeValues(t *testing.T) {
	got := map[string]bool{}
	line := `"Message":"Address:\t203.0.113.9\r\nName:\u0009evil.example" q=%2Fother.example \x22x.example`
	tokens([]byte(line), make([]byte, 0, 64), func(kind byte, value []byte) { got[string(kind)+string(value)] = true })
	for _, want := range []string{"i\xcb\x00\x71\x09", "nevil.example", "nother.example", "nx.example"} {
		if !got[want] {
			t.Errorf("%q is not remembered: %v", want, got)
		}
	}
}

func FuzzTokens(f *testing.F) {
	f.Add([]byte("http://a.b:80/c?d [::1] x@y.z 1.2.3.4:5"))
	f.Fuzz(func(t *testing.T, line []byte) {
		n := 0
		tokens(line, make([]byte, 0, 64), func(byte, []byte) { n++ })
		if n > maxTokens+16 {
			t.Errorf("%d tokens", n)
		}
	})
}

// BenchmarkAsk asks for 40 indicators in 90 days of 100,000 values each.
func BenchmarkAsk(b *testing.B) {
	dir, now := b.TempDir(), noon.AddDate(0, 0, -89)
	s := opened(b, Config{Dir: dir}, &now)
	for day := range 90 {
		for i := range 50_000 { // a name and what it lies below
			s.See(&agent.Observation{Line: fmt.Appendf(nil, "query h%d.d%d.example", i, (i+day)%70_000), Host: fmt.Sprint("pc-", i%500)})
		}
		if err := s.Flush(); err != nil {
			b.Fatal(err)
		}
		now = now.AddDate(0, 0, 1)
	}
	var ask []indicator.Indicator
	for i := range 40 {
		ask = append(ask, parsed(b, fmt.Sprintf("h%d.d%d.example", i, i)))
	}
	b.ResetTimer()
	for b.Loop() {
		m, err := OpenMemory(dir)
		if err != nil {
			b.Fatal(err)
		}
		if got, err := m.Ask(ask); err != nil || !got[39].Seen {
			b.Fatal(err)
		}
	}
}

func BenchmarkSee(b *testing.B) {
	now := noon
	s := opened(b, Config{Dir: b.TempDir()}, &now)
	var lines [][]byte
	for i := range 2000 {
		lines = append(lines, fmt.Appendf(nil, "1764410400.123 52 192.0.2.%d TCP_MISS/200 4512 GET http://h%d.example.org/path/%d.html - HIER_DIRECT/198.51.100.%d text/html", i%250, i%300, i, i%200))
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range lines {
			s.See(&agent.Observation{Line: lines[i], Host: "pc-1"})
		}
	}
	b.ReportMetric(float64(b.N*len(lines))/b.Elapsed().Seconds(), "lines/s")
}
