package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/format/detection"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func hit(i int) detection.Hit {
	return detection.Hit{Time: noon, Subject: fmt.Sprint("pc-", i), Kind: detection.KindIndicator, Indicator: "evil.example", Type: "domain", Count: 1}
}

func opened(t *testing.T, cfg Config) *Spool {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(n int) map[string]json.RawMessage {
	return map[string]json.RawMessage{"a": json.RawMessage(fmt.Sprint(n))}
}

func commit(t *testing.T, s *Spool, n int, hits ...detection.Hit) {
	t.Helper()
	if err := s.Commit(at(n), hits); err != nil {
		t.Fatal(err)
	}
}

// taken empties a spool and gives the subjects.
func taken(t *testing.T, s *Spool) (subjects []string, ids []string) {
	t.Helper()
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	for {
		batches, err := s.Waiting()
		if err != nil {
			t.Fatal(err)
		}
		if len(batches) == 0 {
			return subjects, ids
		}
		for _, b := range batches {
			ids = append(ids, b.ID)
			for _, h := range b.Hits {
				subjects = append(subjects, h.Subject)
			}
		}
		s.Sent(batches[0].Segment())
	}
}

// TestCutAtAnyByte: wherever a kill cuts the last segment, positions and hits are
// those of a whole commit, and going on is possible.
func TestCutAtAnyByte(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, Config{Dir: dir})
	sizes := []int64{s.good}
	for i := range 5 {
		commit(t, s, i+1, hit(i))
		sizes = append(sizes, s.good)
	}
	path := s.path(s.n)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := int(sizes[0]); n <= len(whole); n++ {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		want := 0
		for want+1 < len(sizes) && sizes[want+1] <= int64(n) {
			want++
		}
		s := opened(t, Config{Dir: dir})
		got := string(s.Positions()["a"])
		if want > 0 && got != fmt.Sprint(want) || want == 0 && got != "" || s.Stats().Waiting != int64(want) {
			t.Fatalf("cut at %d: position %q, %d hits, want %d", n, got, s.Stats().Waiting, want)
		}
		commit(t, s, 99, hit(99))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = opened(t, Config{Dir: dir})
		if string(s.Positions()["a"]) != "99" || s.Stats().Waiting != int64(want)+1 {
			t.Fatalf("cut at %d: not gone on", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBatchesKeepTheirIDs: asked again, after a restart too, a segment gives the
// same batches, and ids differ between different hits.
func TestBatchesKeepTheirIDs(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, Config{Dir: dir})
	var hits []detection.Hit
	for i := range detection.MaxHits + 5 {
		hits = append(hits, hit(i))
	}
	commit(t, s, 1, hits...)
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	first, err := s.Waiting()
	if err != nil || len(first) != 2 || len(first[1].Hits) != 5 || first[0].ID == first[1].ID {
		t.Fatalf("%d batches, %v", len(first), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = opened(t, Config{Dir: dir})
	second, err := s.Waiting()
	if err != nil || second[0].ID != first[0].ID || second[1].ID != first[1].ID {
		t.Errorf("other ids after a restart: %v", err)
	}
	s.Sent(second[0].Segment())
	if got, _ := taken(t, s); len(got) != 0 || s.Stats().Waiting != 0 || string(s.Positions()["a"]) != "1" {
		t.Errorf("left: %v, %+v", got, s.Stats())
	}
}

// TestBounds: size and age give up the oldest hits, counted, and no position.
func TestBounds(t *testing.T) {
	now := noon
	s := opened(t, Config{Dir: t.TempDir(), MaxBytes: 20_000, MaxAge: time.Hour, Now: func() time.Time { return now }})
	total := 0
	for i := range 400 {
		commit(t, s, i+1, hit(i))
		total++
	}
	st := s.Stats()
	if st.Bytes > 20_000 || st.Dropped == 0 || st.Dropped+st.Waiting != int64(total) || string(s.Positions()["a"]) != "400" {
		t.Errorf("%+v", st)
	}
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Hour)
	commit(t, s, 401)
	if st := s.Stats(); st.Waiting != 0 || st.Dropped != int64(total) {
		t.Errorf("after two hours: %+v", st)
	}
}

// TestDamageCostsItself: a byte turned over in a sealed segment costs what stands
// behind it there.
func TestDamageCostsItself(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, Config{Dir: dir})
	commit(t, s, 1, hit(1))
	middle := s.good
	commit(t, s, 2, hit(2))
	path := s.path(s.n)
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	commit(t, s, 3, hit(3))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[middle+20] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := taken(t, s); strings.Join(got, " ") != "pc-1 pc-3" || s.Stats().Dropped != 1 {
		t.Errorf("%v, %+v", got, s.Stats())
	}
}

// TestFullDisk: what cannot be written is an error that leaves the last commit
// standing; when there is room again the next one works.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, Config{Dir: dir})
	commit(t, s, 1, hit(1))
	good := s.open
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.open = full
	if err := s.Commit(at(2), []detection.Hit{hit(2)}); !errors.Is(err, ErrDisk) || string(s.Positions()["a"]) != "1" {
		t.Errorf("on a full disk: %v", err)
	}
	if err := s.Commit(at(2), []detection.Hit{hit(2)}); !errors.Is(err, ErrDisk) {
		t.Errorf("still full: %v", err)
	}
	if err := full.Close(); err != nil {
		t.Fatal(err)
	}
	s.open = good
	commit(t, s, 2, hit(2))
	if got, _ := taken(t, s); strings.Join(got, " ") != "pc-1 pc-2" {
		t.Errorf("got %v", got)
	}
}

func TestOneSensorForAFolder(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, Config{Dir: dir})
	if _, err := Open(Config{Dir: dir, Now: time.Now}); !errors.Is(err, ErrBusy) {
		t.Errorf("a second one: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, Config{Dir: dir})
}

// FuzzFrames: no bytes crash the reader, and a segment of any bytes can be opened.
func FuzzFrames(f *testing.F) {
	good, err := pack(&frame{Positions: at(1), Hits: []detection.Hit{hit(1)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(append(good, good[:7]...))
	f.Add([]byte{255, 255, 255, 255, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := frames(data, func(*frame) {}); n < 0 || n > len(data) {
			t.Fatalf("%d of %d", n, len(data))
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "000000000007"+suffix), data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := opened(t, Config{Dir: dir})
		commit(t, s, 5)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
