// Package expect says what many tests want of an error.
package expect

import (
	"testing"

	"ward"
)

// OK ends the test where there is an error.
func OK(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Code wants an error of that code; what says of which act.
func Code(t testing.TB, what string, err error, want ward.Code) {
	t.Helper()
	if got := ward.CodeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}
