package rolie

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"ward/test/shared"
)

func open(t testing.TB, rel string) io.Reader {
	t.Helper()
	f, err := os.Open(shared.Path(t, rel))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestReadRealFeeds(t *testing.T) {
	for _, rel := range []string{"advisories/cisa-csaf/listing/cisa-csaf-it-feed-tlp-white.json", "advisories/cisa-csaf/listing/cisa-csaf-ot-feed-tlp-white.json",
		"advisories/oasis-examples/csaf_2.0/examples/ROLIE/example-01-feed-tlp-white.json", "advisories/oasis-examples/csaf_2.1/examples/ROLIE/example-01-feed-tlp-white.json"} {
		n := 0
		feed, err := ReadFeed(open(t, rel), Limits{}, func(e Entry) error {
			n++
			if e.ID == "" || e.Updated.IsZero() || !strings.HasPrefix(e.Source, "https://") || e.SHA512 == "" || e.Signature == "" {
				t.Errorf("%s: thin entry %+v", rel, e)
			}
			return nil
		})
		if err != nil || n == 0 || feed.Read != n || feed.Skipped > 0 || len(feed.Problems) > 0 || feed.ID == "" || feed.Title == "" {
			t.Errorf("ReadFeed(%s): %d entries, %+v, %v", rel, n, feed, err)
		}
	}
}

const goodEntry = `{"id":"A-1","updated":"2024-01-02T03:04:05Z","content":{"src":"https://x.example/a-1.json"},"link":[{"rel":"hash","href":"https://x.example/a-1.json.SHA256"}]}`

func TestReadFeedGoesOn(t *testing.T) {
	in := `{"feed":{"id":7,"entry":[null,` + goodEntry + `,{"id":"B"},{"id":["x"]},5,{"id":"C","updated":"yesterday","link":[{"rel":"self","href":"https://x.example/c.json"}]}],"updated":"2024-01-02T03:04:05","other":[1]}}`
	var got []string
	feed, err := ReadFeed(strings.NewReader(in), Limits{}, func(e Entry) error {
		got = append(got, e.ID+" "+e.Source+" "+e.SHA256)
		return nil
	})
	want := "A-1 https://x.example/a-1.json https://x.example/a-1.json.SHA256; C https://x.example/c.json "
	if strings.Join(got, "; ") != want || err != nil {
		t.Errorf("ReadFeed: got %q, %v, want %q", got, err, want)
	}
	var places []string
	for _, p := range feed.Problems {
		places = append(places, p.Place)
	}
	if got, want := strings.Join(places, " "), "/feed/id /feed/entry/0 /feed/entry/2 /feed/entry/3 /feed/entry/4 /feed/entry/5/updated"; got != want || feed.Skipped != 4 || feed.Read != 2 {
		t.Errorf("problems: got %s, want %s; %+v", got, want, feed)
	}
}

func TestReadFeedRefuses(t *testing.T) {
	stop := errors.New("stop")
	for _, row := range []struct {
		name, in string
		lim      Limits
		want     error
	}{
		{"empty", "", Limits{}, ErrSyntax},
		{"truncated", `{"feed":{"entry":[` + goodEntry, Limits{}, ErrSyntax},
		{"list", `[]`, Limits{}, ErrKind},
		{"other", `{"document":{}}`, Limits{}, ErrKind},
		{"entry object", `{"feed":{"entry":{}}}`, Limits{}, ErrKind},
		{"long entry", `{"feed":{"entry":[{"id":"` + strings.Repeat("x", 9000) + `"}]}}`, Limits{Entry: 8000}, ErrTooLarge},
		{"long value", `{"feed":{"x":"` + strings.Repeat("x", 9000) + `"}}`, Limits{Entry: 8000}, ErrTooLarge},
		{"many", `{"feed":{"entry":[` + goodEntry + "," + goodEntry + `]}}`, Limits{Entries: 1}, ErrTooMany},
		{"large", `{"feed":{"entry":[` + strings.Repeat(goodEntry+",", 100), Limits{Size: 5000}, ErrTooLarge},
	} {
		_, err := ReadFeed(strings.NewReader(row.in), row.lim, func(Entry) error { return nil })
		var e *Error
		if !errors.Is(err, row.want) || !errors.As(err, &e) {
			t.Errorf("%s: got %v, want %v", row.name, err, row.want)
		}
	}
	feed, err := ReadFeed(strings.NewReader(`{"feed":{"entry":[`+goodEntry+","+goodEntry+`]}}`), Limits{}, func(Entry) error { return stop })
	if err != stop || feed.Read != 1 {
		t.Errorf("stopped by the caller: got %v after %d", err, feed.Read)
	}
}

// endless writes a feed of n entries without holding it.
func endless(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		fmt.Fprint(w, `{"feed":{"id":"big","entry":[`)
		for i := range n {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, `{"id":"A-%d","title":%q,"updated":"2024-01-02T03:04:05Z","content":{"src":"https://x.example/a-%d.json"},"link":[{"rel":"hash","href":"https://x.example/a-%d.json.sha512"},{"rel":"signature","href":"https://x.example/a-%d.json.asc"}]}`,
				i, strings.Repeat("Vulnerability ", 20), i, i, i)
		}
		fmt.Fprint(w, `]}}`)
		w.Close()
	}()
	return r
}

// TestReadFeedMemory holds that the memory for a feed of 200,000 entries is
// that of one entry: the goal for the whole process is 256 MB.
func TestReadFeedMemory(t *testing.T) {
	n, peak := 0, uint64(0)
	_, err := ReadFeed(endless(200_000), Limits{}, func(Entry) error {
		if n++; n%20_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
		return nil
	})
	t.Logf("%d entries, peak live heap %.1f MB", n, float64(peak)/1e6)
	if err != nil || n != 200_000 || peak > 16<<20 {
		t.Errorf("got %d entries, peak %d bytes, %v", n, peak, err)
	}
}

func ExampleReadFeed() {
	in := `{"feed":{"id":"demo","entry":[null,` + goodEntry + `]}}`
	feed, err := ReadFeed(strings.NewReader(in), Limits{}, func(e Entry) error {
		fmt.Println(e.ID, e.Updated.Format("2006-01-02"), e.Source)
		return nil
	})
	fmt.Println(feed.Read, feed.Skipped, feed.Problems[0], err)
	// Output:
	// A-1 2024-01-02 https://x.example/a-1.json
	// 1 1 /feed/entry/0: null: null in place of an entry <nil>
}

func FuzzReadFeed(f *testing.F) {
	f.Add([]byte(`{"feed":{"id":"x","entry":[null,` + goodEntry + `]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = ReadFeed(strings.NewReader(string(data)), Limits{Entry: 4096, Entries: 100}, func(e Entry) error {
			if e.Source == "" {
				t.Errorf("entry without source: %+v", e)
			}
			return nil
		})
	})
}

func BenchmarkReadFeed(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFeed(endless(10_000), Limits{}, func(Entry) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
