package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"ward/format/indicator"
)

func indexOf(t testing.TB, values ...string) *indicator.Index {
	t.Helper()
	var b indicator.Builder
	for _, v := range values {
		i, err := indicator.Parse(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(i); err != nil {
			t.Fatal(err)
		}
	}
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func file(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// places runs a scan and gives "line@offset indicator" of each hit.
func places(t testing.TB, cfg Config, paths ...string) ([]string, Summary, Progress, error) {
	t.Helper()
	var got []string
	next := cfg.Hit
	cfg.Hit = func(h *Hit) error {
		got = append(got, fmt.Sprintf("%d@%d %s", h.Line, h.Offset, h.Indicator))
		if next != nil {
			return next(h)
		}
		return nil
	}
	sum, at, err := Scan(context.Background(), cfg, paths)
	return got, sum, at, err
}

// filler makes lines until the text has n bytes.
func filler(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "2026-11-29T12:00:00Z host%d query: www.good.example. 10.%d.2.3 ok\n", i, i%256)
	}
	return b.String()
}

// TestPiecesChangeNothing: hits at every place of a log of many pieces have the
// line and offset that counting gives, with one worker and with several.
func TestPiecesChangeNothing(t *testing.T) {
	var text strings.Builder
	var want []string
	line := int64(1)
	for i := range 40 {
		f := filler(50_000 + i*1771)
		text.WriteString(f)
		line += int64(strings.Count(f, "\n"))
		want = append(want, fmt.Sprintf("%d@%d evil.example", line, text.Len()))
		text.WriteString("x evil.example y evil.example\n")
		line++
	}
	want = append(want, fmt.Sprintf("%d@%d evil.example", line, text.Len()))
	text.WriteString("the last line evil.example")
	dir := t.TempDir()
	path := file(t, dir, "a.log", []byte(text.String()))
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write([]byte(text.String())); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	packed := file(t, dir, "b.log.gz", z.Bytes())
	for _, workers := range []int{1, 4} {
		for _, p := range []string{path, packed} {
			got, sum, _, err := places(t, Config{Index: indexOf(t, "evil.example"), Workers: workers}, p)
			if err != nil || !slices.Equal(got, want) || sum.Bytes != int64(text.Len()) || sum.Lines != line || sum.Files != 1 || !sum.Complete {
				t.Errorf("%s with %d workers: %d hits, want %d; %+v, %v", filepath.Base(p), workers, len(got), len(want), sum, err)
			}
		}
	}
}

// TestLongLines: a line of many pieces has one line number, one offset and each
// indicator once, and no name is cut.
func TestLongLines(t *testing.T) {
	part := strings.Repeat("http://www.good.example/x?a=b ", 20_000)
	text := "first\n" + part + "evil.example " + part + "evil.example bad.example " + part + "\nevil.example\n"
	second := int64(6 + 3*len(part) + len("evil.example evil.example bad.example ") + 1)
	path := file(t, t.TempDir(), "long.log", []byte(text))
	got, _, _, err := places(t, Config{Index: indexOf(t, "evil.example", "bad.example"), Workers: 2, Memory: minMemory}, path)
	want := []string{"2@6 evil.example", "2@6 bad.example", fmt.Sprintf("3@%d evil.example", second)}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	solid := "a.evil.example" + strings.Repeat("x", 3<<20) + ".evil.example\n" // no place to cut, and no name
	path = file(t, t.TempDir(), "solid.log", []byte(strings.Repeat("y", 2<<20)+solid))
	if got, _, _, err := places(t, Config{Index: indexOf(t, "b.example"), Workers: 1}, path); err != nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestInterruptedScanGoesOn: stopped at any hit, a second scan tells the rest
// and nothing twice.
func TestInterruptedScanGoesOn(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i := range 3 {
		paths = append(paths, file(t, dir, fmt.Sprintf("%d.log", i), []byte(filler(400_000)+"evil.example\n"+filler(700_000)+"evil.example\n")))
	}
	x := indexOf(t, "evil.example")
	all, whole, _, err := places(t, Config{Index: x, Workers: 1}, paths...)
	if err != nil || len(all) != 6 {
		t.Fatalf("%q, %v", all, err)
	}
	for stop := range 6 {
		ctx, cancel := context.WithCancel(context.Background())
		var got []string
		tell := func(h *Hit) error {
			got = append(got, fmt.Sprintf("%d@%d %s", h.Line, h.Offset, h.Indicator))
			if len(got) == stop+1 {
				cancel()
			}
			return nil
		}
		sum, at, err := Scan(ctx, Config{Index: x, Workers: 1, Hit: tell}, paths)
		if !errors.Is(err, context.Canceled) || sum.Complete {
			t.Fatalf("stop %d: %v", stop, err)
		}
		at.What = "x"
		if err := at.Write(filepath.Join(dir, "progress")); err != nil {
			t.Fatal(err)
		}
		from, err := ReadProgress(filepath.Join(dir, "progress"), "x")
		if err != nil {
			t.Fatal(err)
		}
		sum, _, err = Scan(context.Background(), Config{Index: x, Workers: 1, Hit: tell, From: from}, paths)
		if err != nil || !slices.Equal(got, all) || sum.Lines != whole.Lines || sum.Bytes != whole.Bytes || sum.Hits != whole.Hits || sum.Files != 3 {
			t.Errorf("stop %d: %q, %+v, %v; want %q, %+v", stop, got, sum, err, all, whole)
		}
	}
	if _, err := ReadProgress(filepath.Join(dir, "progress"), "other"); !errors.Is(err, ErrOther) {
		t.Errorf("a progress of another scan: %v", err)
	}
	if _, err := ReadProgress(paths[0], "x"); !errors.Is(err, ErrProgress) {
		t.Errorf("a log as progress: %v", err)
	}
}

// TestWhatIsNotLookedAt: vanished, broken, unreadable and growing files are
// named, and the rest is read.
func TestWhatIsNotLookedAt(t *testing.T) {
	dir := t.TempDir()
	big := []byte("evil.example\n" + filler(4<<20)) // more than is read ahead
	first := file(t, dir, "a.log", big)
	gone := file(t, dir, "b.log", []byte("evil.example\n"))
	growing := file(t, dir, "c.log", big)
	file(t, dir, "d.gz", []byte("\x1f\x8b\x08\x00broken"))
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Index: indexOf(t, "evil.example"), Workers: 1, Hit: func(h *Hit) error {
		if h.File == first {
			return os.Remove(gone)
		}
		if h.File == growing {
			f, err := os.OpenFile(growing, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("evil.example\n")
			return errors.Join(err, f.Close())
		}
		return nil
	}}
	got, sum, _, err := places(t, cfg, dir)
	var reasons []string
	for _, s := range sum.Skipped {
		reasons = append(reasons, filepath.Base(s.File)+": "+s.Reason)
	}
	all := strings.Join(reasons, "|")
	if err != nil || len(got) != 2 || !strings.Contains(all, "c.log: it grew by 13 bytes") || !strings.Contains(all, "loop: a link") || !strings.Contains(all, "d.gz: ") || !strings.Contains(all, "b.log: it vanished") {
		t.Errorf("%q, %s, %v", got, all, err)
	}
	if _, _, _, err := places(t, Config{Index: indexOf(t, "evil.example")}, filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a path that is not there: %v", err)
	}
	full := errors.New("disk full")
	if _, _, _, err := places(t, Config{Index: indexOf(t, "evil.example"), Hit: func(*Hit) error { return full }}, dir); !errors.Is(err, full) {
		t.Errorf("a hit that cannot be written: %v", err)
	}
}

// TestABombIsReadToItsBound: what stands before the bound is found, and the rest is
// named.
func TestABombIsReadToItsBound(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte("evil.example\n"))
	for range 128 {
		_, more := z.Write(make([]byte, 1<<20))
		err = errors.Join(err, more)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	file(t, dir, "bomb.gz", b.Bytes())
	got, sum, _, err := places(t, Config{Index: indexOf(t, "evil.example")}, dir)
	if err != nil || len(got) != 1 || sum.SkippedTotal != 1 || !strings.Contains(sum.Skipped[0].Reason, "unpacks to far more than it is") || sum.Bytes > 100<<20 {
		t.Errorf("%q, %+v, %v", got, sum, err)
	}
}

// Each file that cannot be read is told, also when several have the same reason.
func TestEachVanishedFileIsTold(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.log", "b.log", "c.log"} {
		file(t, dir, name, []byte("a line\n"))
	}
	vanish := func(*Progress) {
		os.Remove(filepath.Join(dir, "b.log")) //nolint:errcheck // the second time it is gone
		os.Remove(filepath.Join(dir, "c.log")) //nolint:errcheck // as above
	}
	_, sum, _, err := places(t, Config{Index: indexOf(t, "evil.example"), Workers: 1, Step: vanish}, dir)
	if err != nil || sum.SkippedTotal != 2 || len(sum.Skipped) != 2 || sum.Skipped[0].File == sum.Skipped[1].File {
		t.Errorf("%+v, %v", sum, err)
	}
}
