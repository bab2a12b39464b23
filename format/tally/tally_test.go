package tally

import (
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func TestTold(t *testing.T) {
	for name, tc := range map[string]struct {
		in   Tally
		want map[ward.Country]int
	}{
		"nobody":                       {Tally{}, map[ward.Country]int{}},
		"few":                          {Tally{"AT": 9}, map[ward.Country]int{}},
		"ten in one country":           {Tally{"AT": 10}, map[ward.Country]int{"": 10, "AT": 10}},
		"small ones in sum":            {Tally{"AT": 4, "SI": 4, "HR": 4}, map[ward.Country]int{"": 10}},
		"a rest that would show":       {Tally{"AT": 30, "SI": 2}, map[ward.Country]int{"": 30}},
		"the smaller one gives way":    {Tally{"AT": 30, "HR": 12, "SI": 2}, map[ward.Country]int{"": 40, "AT": 30}},
		"a rest that hides itself":     {Tally{"AT": 30, "HR": 6, "SI": 7}, map[ward.Country]int{"": 40, "AT": 30}},
		"rounded down":                 {Tally{"AT": 19, "HR": 14}, map[ward.Country]int{"": 30, "AT": 15, "HR": 10}},
		"unknown country is no column": {Tally{"": 40}, map[ward.Country]int{"": 40}},
	} {
		got := tc.in.Told()
		if len(got) != len(tc.want) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
			continue
		}
		for c, n := range tc.want {
			if got[c] != n {
				t.Errorf("%s: got %v, want %v", name, got, tc.want)
			}
		}
	}
}

// TestNoDifferenceTells: whatever the counts are, no number below the threshold is
// told, and what is left when the told countries are taken from the Union is
// nobody or enough to hide in.
func TestNoDifferenceTells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Tally{}
		for _, c := range ward.Countries()[:rapid.IntRange(0, 12).Draw(t, "countries")] {
			in[c] = rapid.IntRange(0, 40).Draw(t, string(c))
		}
		out := in.Told()
		rest := in.All()
		for c, n := range out {
			if n < Threshold || n%Step != 0 {
				t.Fatalf("%q is told as %d: %v", c, n, in)
			}
			if c != "" {
				rest -= in[c]
				if n > in[c] {
					t.Fatalf("%s has %d, told %d", c, in[c], n)
				}
			}
		}
		if _, told := out[""]; told && len(out) > 1 && rest > 0 && rest < Threshold {
			t.Fatalf("the rest of %d shows: %v of %v", rest, out, in)
		}
	})
}

func TestSeveral(t *testing.T) {
	for name, tc := range map[string]struct {
		in   Tally
		want bool
	}{
		"nobody":                      {Tally{}, false},
		"two in two countries":        {Tally{"AT": 1, "SI": 1}, false},
		"three in one country":        {Tally{"AT": 3}, false},
		"three, one of nowhere":       {Tally{"AT": 2, "": 1}, false},
		"three in two countries":      {Tally{"AT": 2, "SI": 1}, true},
		"one in each of three":        {Tally{"AT": 1, "SI": 1, "HR": 1}, true},
		"an empty country is no more": {Tally{"AT": 5, "SI": 0}, false},
	} {
		if got := tc.in.Several(); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
