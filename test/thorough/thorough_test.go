package thorough_test

import (
	"slices"
	"testing"

	"ward/test/thorough"
)

func TestSome(t *testing.T) {
	all := []int{1, 2, 3, 4, 5}
	t.Setenv("WARD_WALK", "")
	seen := map[int]bool{}
	for turn := range 3 {
		part := thorough.Some(all, turn, 2)
		if len(part) != 2 {
			t.Errorf("turn %d took %v", turn, part)
		}
		for _, x := range part {
			seen[x] = true
		}
	}
	if len(seen) != len(all) {
		t.Errorf("three turns of two saw %v of five", seen)
	}
	t.Setenv("WARD_WALK", "whole")
	if got := thorough.Some(all, 1, 2); !slices.Equal(got, all) {
		t.Errorf("a whole run took %v", got)
	}
}
