package weakness

import (
	"testing"

	"ward"
)

func TestSame(t *testing.T) {
	thirty := make([]string, 30)
	for i := range thirty {
		thirty[i] = string(rune('a' + i))
	}
	for name, tc := range map[string]struct {
		founding, other []string
		want            bool
	}{
		"the same one":        {[]string{"a"}, []string{"a"}, true},
		"one of a bundle":     {thirty, []string{"a"}, true},
		"bundle of one":       {[]string{"a"}, thirty, true},
		"half of the smaller": {[]string{"a", "b"}, []string{"b", "x"}, true},
		"a third":             {[]string{"a", "b", "c"}, []string{"c", "x", "y"}, false},
		"one of two bundles":  {thirty, append([]string{"1", "2", "3"}, "a"), false},
		"nothing shared":      {[]string{"a"}, []string{"b"}, false},
		"no CVE":              {nil, []string{"a"}, false},
		"neither":             {nil, nil, false},
	} {
		if got := same(tc.founding, tc.other); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if got := Best(map[int64][]string{9: {"a"}, 4: {"a"}, 7: {"a", "b"}}, []string{"a", "b"}); got != 7 {
		t.Errorf("best: got %d, want 7, which shares most", got)
	}
	if got := Best(map[int64][]string{9: {"a"}, 4: {"a"}}, []string{"a", "b"}); got != 4 {
		t.Errorf("best of equals: got %d, want 4, the older", got)
	}
	if got := Best(map[int64][]string{9: {"x"}}, []string{"a"}); got != 0 {
		t.Errorf("best of none: got %d, want 0", got)
	}
}

func TestFold(t *testing.T) {
	low := ward.AdvisoryHead{Title: "low", Severity: ward.SeverityLow, Score: 2, TLP: ward.TLPClear, Exploited: ward.ExploitationExploited}
	high := ward.AdvisoryHead{Title: "high", Severity: ward.SeverityHigh, Score: 8, TLP: ward.TLPGreen, Exploited: ward.ExploitationNone}
	got := Fold([]ward.AdvisoryHead{low, high})
	if got.Title != "high" || got.Severity != ward.SeverityHigh || got.TLP != ward.TLPGreen || got.Exploited != ward.ExploitationExploited || got.Withdrawn {
		t.Errorf("got %+v", got)
	}
	high.Withdrawn = true
	if got = Fold([]ward.AdvisoryHead{low, high}); got.Title != "low" || got.Withdrawn {
		t.Errorf("one withdrawn: got %+v", got)
	}
	if got = Fold([]ward.AdvisoryHead{high}); got.Title != "high" || !got.Withdrawn {
		t.Errorf("all withdrawn: got %+v", got)
	}
}
