package sigma

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample is one event of a measure, seconds behind the start.
type sample struct {
	at    int
	host  string
	value string // as the event has it, "" for none
}

// measured tells samples to a correlation and gives what it said: host, values, measure.
func measured(t *testing.T, kind, condition string, samples []sample) []string {
	t.Helper()
	rules, refused := Parse(strings.NewReader(correlated+"title: M\ncorrelation: {type: "+kind+", rules: [failed], group-by: [Computer], timespan: 10s, condition: {field: Bytes, "+condition+"}}\n"), "m.yml")
	e, more := Compile(rules, Options{})
	if len(refused)+len(more) > 0 {
		t.Fatal(refused, more)
	}
	m, c := e.NewMatcher(), e.NewCorrelator()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var out []string
	note := func(list []Match) {
		for _, x := range list {
			out = append(out, fmt.Sprintf("%s %d %.6g", x.Correlated.Group[0].Value, x.Correlated.Count, x.Correlated.Measure))
		}
	}
	for _, s := range samples {
		value := ""
		if s.value != "" {
			value = `,"Bytes":` + s.value
		}
		matches, err := m.JSON(fmt.Appendf(nil, `{"Channel":"Security","EventID":4625,"Computer":%q%s}`, s.host, value))
		if err != nil {
			t.Fatal(err)
		}
		note(c.Add(m, matches, start.Add(time.Duration(s.at)*time.Second)))
	}
	note(c.Flush(start.Add(time.Hour * 24)))
	slices.Sort(out)
	return out
}

// TestMeasures: the types of the specification's version 2.1.0 that put numbers together.
func TestMeasures(t *testing.T) {
	at := func(values ...string) (out []sample) {
		for i, v := range values {
			out = append(out, sample{i, "h", v})
		}
		return out
	}
	for _, c := range []struct {
		kind, condition string
		samples         []sample
		want            string
	}{
		{"value_sum", "gt: 10000000", at("6000000", `"4000001"`), "h 2 1e+07"},
		{"value_sum", "gt: 10000000", at("6000000", "", `"much"`, "4000000"), ""},
		{"value_sum", "gte: 9", []sample{{0, "h", "5"}, {11, "h", "4"}, {12, "h", "5"}}, "h 2 9"},
		{"value_sum", "gte: 9", []sample{{0, "h", "5"}, {1, "g", "5"}}, ""},
		{"value_sum", "lt: 9", at("5", "3.5"), "h 2 8.5"},
		{"value_avg", "gt: 2.5", at("1", "5"), "h 2 3"},
		{"value_avg", "gt: 2.5", at("5", "-1"), ""},
		{"value_percentile", "percentile: 90, gte: 9", at("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), "h 10 9.1"},
		{"value_percentile", "percentile: 0, lte: 1", at("1", "2"), "h 2 1"},
		{"value_median", "eq: 3", at("2", "4", "100", "1"), "h 4 3"},
	} {
		if got := strings.Join(measured(t, c.kind, c.condition, c.samples), ";"); got != c.want {
			t.Errorf("%s %s of %v: %q, want %q", c.kind, c.condition, c.samples, got, c.want)
		}
	}
}

// TestMeasuresDifferential: the correlator says what trying every window says.
func TestMeasuresDifferential(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	for range 400 {
		var samples []sample
		for at := 0; len(samples) < 60; at += random.IntN(5) {
			value := fmt.Sprint(random.IntN(40) - 5)
			if random.IntN(10) == 0 {
				value = []string{"", `"x"`, "null"}[random.IntN(3)]
			}
			samples = append(samples, sample{at, string("gh"[random.IntN(2)]), value})
		}
		kind := []string{"value_sum", "value_avg", "value_percentile", "value_median"}[random.IntN(4)]
		percent := 50.0
		bound := Bound{[]string{"gt", "gte", "lt", "lte", "eq", "neq"}[random.IntN(6)], float64(random.IntN(60))}
		condition := fmt.Sprintf("%s: %v", bound.Op, bound.Count)
		if kind == "value_percentile" {
			percent = float64(random.IntN(101))
			condition += fmt.Sprintf(", percentile: %v", percent)
		}
		var want []string
		for _, host := range []string{"g", "h"} {
			want = append(want, plainMeasures(kind, percent, bound, host, samples)...)
		}
		slices.Sort(want)
		if got := measured(t, kind, condition, samples); !slices.Equal(got, want) {
			t.Fatalf("%s %s of %v: %q, want %q", kind, condition, samples, got, want)
		}
	}
}

// plainMeasures is the obvious way: each window of the samples of one host.
func plainMeasures(kind string, percent float64, bound Bound, host string, samples []sample) (out []string) {
	var times []int
	var values []float64
	tell := func(list []float64) bool {
		n := plainMeasure(kind, percent, list)
		if bound.holds(n) {
			out = append(out, fmt.Sprintf("%s %d %.6g", host, len(list), n))
			return true
		}
		return false
	}
	atOnce := kind == "value_sum" && (bound.Op == "gt" || bound.Op == "gte")
	for _, s := range samples {
		var v float64
		if _, err := fmt.Sscan(s.value, &v); s.host != host || err != nil {
			continue
		}
		if !atOnce && len(times) > 0 && s.at > times[0]+10 {
			tell(values)
			times, values = nil, nil
		}
		times, values = append(times, s.at), append(values, v)
		for i := 0; atOnce && i < len(times); i++ {
			if times[i] >= s.at-10 && tell(values[i:]) {
				times, values = nil, nil
			}
		}
	}
	if !atOnce && len(times) > 0 {
		tell(values)
	}
	return out
}

func plainMeasure(kind string, percent float64, list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	sorted := slices.Sorted(slices.Values(list))
	at := percent / 100 * float64(len(list)-1)
	low, high := sorted[int(math.Floor(at))], sorted[int(math.Ceil(at))]
	switch kind {
	case "value_sum":
		return sum
	case "value_avg":
		return sum / float64(len(list))
	}
	return low + (at-math.Floor(at))*(high-low)
}

// TestLongSums: a window with more events than are kept apart has the same sum.
func TestLongSums(t *testing.T) {
	var samples []sample
	for range 5 * maxSummed {
		samples = append(samples, sample{0, "h", "3"})
	}
	want := fmt.Sprintf("h %d %d", 5*maxSummed, 15*maxSummed)
	if got := measured(t, "value_sum", fmt.Sprintf("gte: %d", 15*maxSummed), samples); len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}
