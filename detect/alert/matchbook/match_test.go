package matchbook

import (
	"slices"
	"testing"

	"ward"
)

func TestTouched(t *testing.T) {
	m := func(p ward.ProductID, v ward.Verdict, remedy string) Match {
		return Match{ProductFinding: &ward.ProductFinding{Product: p, Finding: ward.Finding{Verdict: v}}, Remedy: remedy}
	}
	before := []Match{m(1, ward.Affected, "a"), m(2, ward.Affected, "a"), m(3, ward.Review, "a"),
		m(4, ward.NotAffected, "a"), m(5, ward.Affected, "a"), m(7, ward.Affected, "a")}
	after := []Match{m(7, ward.Review, "a"), m(6, ward.Affected, "a"), m(5, ward.NotAffected, "b"), m(4, ward.Affected, "a"),
		m(3, ward.Affected, "a"), m(2, ward.Affected, "b"), m(1, ward.Affected, "a"), m(8, ward.NotAffected, "a")}
	// another remedy, decided, became affected, new; not: same, no longer affected, less sure, never concerned
	if got, want := Touched(before, after), []ward.ProductID{2, 3, 4, 6}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRenewed(t *testing.T) {
	m := func(p ward.ProductID, v ward.Verdict, remedy string) Match {
		return Match{ProductFinding: &ward.ProductFinding{Product: p, Finding: ward.Finding{Verdict: v}}, Remedy: remedy}
	}
	before := []Match{m(1, ward.Affected, "old"), m(2, ward.Affected, "old"), m(3, ward.Review, "old"), m(9, ward.Review, "meanwhile")}
	found := []Match{m(1, ward.Affected, "new"), m(2, ward.NotAffected, "new"), m(5, ward.Review, "new")}
	// found anew, no longer affected, no longer found; came in while the matching ran; new
	want := []Match{m(1, ward.Affected, "new"), m(5, ward.Review, "new"), m(9, ward.Review, "meanwhile")}
	if got := Renewed(before, []ward.ProductID{1, 2, 3}, found); !slices.EqualFunc(got, want, Match.Equal) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Renewed(nil, nil, nil); len(got) != 0 {
		t.Errorf("got %v of nothing", got)
	}
}

func TestWorst(t *testing.T) {
	m := func(p ward.ProductID, v ward.Verdict, a ward.AdvisoryID) Match {
		return Match{Advisory: a, ProductFinding: &ward.ProductFinding{Product: p, Finding: ward.Finding{Verdict: v}}}
	}
	all := []Match{m(2, ward.Review, "a"), m(3, ward.Affected, "a"), m(1, ward.NotAffected, "b"), m(2, ward.Affected, "b"), m(3, ward.Affected, "b")}
	want := []Match{m(1, ward.NotAffected, "b"), m(2, ward.Affected, "b"), m(3, ward.Affected, "a")}
	got := Worst(all)
	if !slices.EqualFunc(got, want, func(a, b Match) bool { return a.Equal(b) && a.Advisory == b.Advisory }) {
		t.Errorf("got %v, want %v", got, want)
	}
}
