package epss

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ward/test/shared"
)

const sample = "#model_version:v2025.03.14,score_date:2025-12-26T12:55:00Z\ncve,epss,percentile\nCVE-1999-0001,0.01151,0.7802\nCVE-2024-12345,0.97,1\n"

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func TestRead(t *testing.T) {
	for _, in := range []string{sample, zipped(sample), strings.ReplaceAll(sample, "\n", "\r\n"),
		strings.Replace(sample, "cve,epss,percentile", `"cve", "epss", "percentile"`, 1)} {
		var got []Score
		head, err := Read(strings.NewReader(in), Limits{}, func(s Score) error { got = append(got, s); return nil })
		if err != nil || len(got) != 2 || got[1] != (Score{"CVE-2024-12345", 0.97, 1}) {
			t.Errorf("got %v, %v, want two scores", got, err)
		}
		if head.Model != "v2025.03.14" || head.Date.Format(time.DateOnly) != "2025-12-26" || head.Rows != 2 {
			t.Errorf("got %+v, want model and day", head)
		}
	}
}

func TestReadKeepsTheRest(t *testing.T) {
	for _, c := range []struct {
		name, in string
		lim      Limits
		rows     int
		want     string
	}{
		{"bad score", strings.Replace(sample, "0.01151", "1.5", 1), Limits{}, 1, "row 3: bounds"},
		{"not a number", strings.Replace(sample, "0.01151", "NaN", 1), Limits{}, 1, "row 3: bounds"},
		{"bad identifier", strings.Replace(sample, "CVE-1999-0001", "X", 1), Limits{}, 1, "row 3: pattern"},
		{"short row", strings.Replace(sample, ",0.7802", "", 1), Limits{}, 1, "row 3: columns"},
		{"no header", "a,b\nc,d\n", Limits{}, 0, "row 1: header"},
		{"empty", "", Limits{}, 0, "row 0: header"},
		{"too many", sample, Limits{Rows: 1}, 1, "row 4: count"},
		{"too large", sample, Limits{Bytes: 100}, 0, "row 1: size"},
		{"bomb", zipped(sample + strings.Repeat("\n", 1<<20)), Limits{Bytes: 1 << 10}, 0, ": size"},
		{"cut off", zipped(sample)[:60], Limits{}, 0, ": gzip"},
		{"long line", "cve,epss\n" + strings.Repeat("x", 5000), Limits{}, 0, ": size"},
	} {
		head, err := Read(strings.NewReader(c.in), c.lim, func(Score) error { return nil })
		got := ""
		if err != nil {
			got = err.Error()
		} else if len(head.Problems) > 0 {
			got = head.Problems[0].Error()
		}
		if head.Rows != c.rows || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %d rows and %q, want %d and %q", c.name, head.Rows, got, c.rows, c.want)
		}
	}
}

func TestSharedSample(t *testing.T) {
	data, err := os.ReadFile(shared.Path(t, "vuln/epss/epss_scores-sample.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if found := Validate(data); len(found) > 0 {
		t.Errorf("got %v, want a good file", found)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(zipped(sample)))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = Read(bytes.NewReader(data), Limits{Bytes: 1 << 16}, func(s Score) error {
			if !(s.EPSS >= 0 && s.EPSS <= 1 && s.Percentile >= 0 && s.Percentile <= 1) {
				t.Fatalf("got %+v, want shares", s)
			}
			return nil
		})
	})
}

func ExampleRead() {
	head, err := Read(strings.NewReader(sample), Limits{}, func(s Score) error {
		fmt.Println(s.CVE, s.EPSS)
		return nil
	})
	fmt.Println(head.Model, head.Rows, err)
	// Output:
	// CVE-1999-0001 0.01151
	// CVE-2024-12345 0.97
	// v2025.03.14 2 <nil>
}
