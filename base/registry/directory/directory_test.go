package directory_test

import (
	"testing"

	"ward/base/registry/directory"
)

// Nothing is guessed, least of all a number to call.
func TestDirectory(t *testing.T) {
	d, err := directory.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Entries {
		if e.Phone != "" {
			t.Errorf("%s: a phone number that nobody has verified", e.Country)
		}
		if (e.Health == "") != (e.HealthConfidence == "") {
			t.Errorf("%s: a statement and its confidence go together", e.Country)
		}
	}
}
