package main

import (
	"os"
	"testing"
)

// TestMain lets the binary be the sensor.
func TestMain(m *testing.M) {
	if child() {
		return
	}
	os.Exit(m.Run())
}

// TestSoak is the short form: seconds instead of hours.
func TestSoak(t *testing.T) {
	r, err := soak(t.TempDir(), 30_000, 3)
	t.Log(r)
	if err != nil || r.fault() != nil || r.want == 0 || r.rotations == 0 || r.kills == 0 || r.outages == 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
