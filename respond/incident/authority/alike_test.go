package authority

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ward"
)

func TestCompare(t *testing.T) {
	at := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
	base := Traits{Org: "h1", Aware: at, Supplier: "Pulsara GmbH, remote service", Family: "LockBit 3.0", Cause: "phishing", Class: "malicious-code", Indicators: []string{"198.51.100.7"}}
	for name, c := range map[string]struct {
		other Traits
		want  []Reason
		shown bool
	}{
		"same supplier, same family, same hour": {Traits{Org: "h2", Aware: at.Add(50 * time.Minute), Supplier: "pulsara", Family: "lockbit 3.0"}, []Reason{SameSupplier, SameFamily, SameHour}, true},
		"the same hospital again":               {Traits{Org: "h1", Aware: at.Add(5 * time.Hour)}, []Reason{SameHospital, SameDay}, true},
		"an indicator that both saw":            {Traits{Org: "h2", Indicators: []string{"203.0.113.1", "198.51.100.7"}}, []Reason{SameIndicator}, true},
		"a family alone":                        {Traits{Org: "h2", Family: "LOCKBIT-3.0"}, []Reason{SameFamily}, false},
		"words that name no supplier":           {Traits{Org: "h2", Supplier: "Other GmbH remote service", Aware: at}, []Reason{SameHour}, false},
		"a cause and a week":                    {Traits{Org: "h2", Cause: "phishing", Class: "malicious-code", Aware: at.AddDate(0, 0, 6)}, []Reason{SameCause, SameWeek}, false},
		"nothing known":                         {Traits{}, nil, false},
		"all of it":                             {base, []Reason{SameHospital, SameSupplier, SameFamily, SameIndicator, SameCause, SameHour}, true},
	} {
		got, back := Compare(base, c.other), Compare(c.other, base)
		if !slices.Equal(got.Reasons, c.want) || got.Score >= Enough != c.shown || got.Score > 100 {
			t.Errorf("%s: %+v, want %v, shown %t", name, got, c.want, c.shown)
		}
		if back.Score != got.Score || !slices.Equal(back.Reasons, got.Reasons) {
			t.Errorf("%s: the other way round it is %+v", name, back)
		}
	}
	if l := Compare(Traits{}, Traits{}); l.Score != 0 {
		t.Errorf("two reports of which nothing is known: %+v", l)
	}
	if !Compare(base, Traits{Org: "h1", Aware: at.Add(time.Hour)}).Duplicate() || Compare(base, Traits{Org: "h1", Aware: at.AddDate(0, 0, 3)}).Duplicate() {
		t.Error("what looks like one incident told twice is wrong")
	}
}

func TestQuarter(t *testing.T) {
	q, ok := ParseQuarter("2026-Q1")
	if !ok || !q.Start().Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) || !q.End().Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) || q.Before().String() != "2025-Q4" {
		t.Errorf("%v %t from %s to %s, before it %s", q, ok, q.Start(), q.End(), q.Before())
	}
	for _, s := range []string{"", "2026", "2026-Q5", "2026-Q0", "26-Q1", "2026-Q1x", "2026-q1", " 2026-Q1", "1999-Q1"} {
		if _, ok := ParseQuarter(s); ok {
			t.Errorf("%q is read as a quarter", s)
		}
	}
	if QuarterOf(time.Date(2026, 12, 31, 23, 59, 0, 0, time.UTC)) != (Quarter{2026, 4}) {
		t.Error("the last minute of the year")
	}
}

// What is told hides small numbers and never tells an exact one, nor leaves a small
// one over; ten reports of one hospital are one hospital's.
func TestTold(t *testing.T) {
	for name, row := range map[string]struct {
		reports, hospitals []int
		want               string
	}{
		"nobody":                      {[]int{0, 0}, []int{0, 0}, "0 0 "},
		"one":                         {[]int{1, 0}, []int{1, 0}, "- 0 "},
		"nine":                        {[]int{9}, []int{9}, "- "},
		"steps of five":               {[]int{10, 14, 15}, []int{10, 14, 15}, "10 10 15 "},
		"ten of one hospital":         {[]int{10}, []int{1}, "- "},
		"what is left over is small":  {[]int{40, 12, 3}, []int{40, 12, 3}, "40 - - "},
		"nothing else to hide behind": {[]int{11, 1, 0}, []int{11, 1, 0}, "- - 0 "},
		"enough is left over":         {[]int{40, 6, 7}, []int{40, 6, 7}, "40 - - "},
	} {
		counts, orgs, got := make([]Count, len(row.reports)), make([]map[ward.OrgID]bool, len(row.reports)), ""
		for i, n := range row.reports {
			counts[i].N, orgs[i] = n, map[ward.OrgID]bool{}
			for k := range row.hospitals[i] {
				orgs[i][ward.OrgID(fmt.Sprint(i, " ", k))] = true
			}
		}
		cover(counts, orgs)
		for _, c := range counts {
			if n, ok := c.Told(); ok {
				got += fmt.Sprint(n, " ")
			} else {
				got += "- "
			}
		}
		if got != row.want {
			t.Errorf("%s: told as %s, want %s", name, got, row.want)
		}
	}
}
