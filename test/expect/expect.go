// Package expect says what many tests want of an error.
package expect

import (
	"strings"
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

// Fields wants faults of exactly these fields, in this order, separated by blanks.
func Fields(t testing.TB, what string, err error, want string) {
	t.Helper()
	var got []string
	for _, e := range ward.All(err) {
		got = append(got, e.Field)
	}
	if got := strings.Join(got, " "); got != want {
		t.Errorf("%s: faults at %q, want %q", what, got, want)
	}
}
