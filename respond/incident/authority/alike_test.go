package authority

import (
	"slices"
	"testing"
	"time"
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

// What is told hides small numbers and never tells an exact one.
func TestTold(t *testing.T) {
	for n, want := range map[int]struct {
		told int
		ok   bool
	}{0: {0, true}, 1: {0, false}, Few - 1: {5, false}, Few: {10, true}, 14: {10, true}, 15: {15, true}} {
		if told, ok := (Count{N: n}).Told(); ok != want.ok || ok && told != want.told {
			t.Errorf("%d is told as %d, %t", n, told, ok)
		}
	}
}
