package clock_test

import (
	"testing"
	"time"

	"ward/kit/clock"
)

func TestSystemIsUTCInMicroseconds(t *testing.T) {
	before := time.Now().Add(-time.Second)
	got := clock.System()()
	if got.Location() != time.UTC || got.Nanosecond()%1000 != 0 || got.Before(before) || got.After(before.Add(time.Minute)) {
		t.Errorf("got %v", got)
	}
}

func TestFakeMovesWhenTold(t *testing.T) {
	f := clock.NewFake(time.Date(2026, 5, 4, 5, 2, 1, 1999, time.FixedZone("CEST", 7200)))
	want := time.Date(2026, 5, 4, 3, 2, 1, 1000, time.UTC)
	if got := f.Now(); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	f.Advance(time.Hour)
	if got := f.Now(); got != want.Add(time.Hour) {
		t.Errorf("an hour later: got %v", got)
	}
}

// TestDeadline: a socket that is asked in a house of another time still waits.
func TestDeadline(t *testing.T) {
	if d := time.Until(clock.Deadline(time.Minute)); d < 50*time.Second || d > time.Minute {
		t.Errorf("over in %v", d)
	}
}
