// Package thorough says how much a test run looks at: the ordinary run, which a
// person waits for, takes a part of each long list in turn; CI takes all of it.
package thorough

import (
	"os"
	"time"
)

// Whole reports whether the run leaves nothing out; WARD_WALK=whole asks for it.
func Whole() bool { return os.Getenv("WARD_WALK") == "whole" }

// Some gives n of all, beginning behind those of the turn before, so that the
// turns together see everything; all of them in a whole run.
func Some[T any](all []T, turn, n int) []T {
	if Whole() || n >= len(all) {
		return all
	}
	out := make([]T, n)
	for i := range out {
		out[i] = all[(turn*n+i)%len(all)]
	}
	return out
}

// Today is Some in the turn of the day.
func Today[T any](all []T, n int) []T { return Some(all, time.Now().YearDay(), n) }
