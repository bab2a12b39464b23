package wkd_test

import (
	"slices"
	"testing"

	"ward/detect/alert/wkd"
)

// The first is the example of the draft's section 3.1.
func TestAddresses(t *testing.T) {
	for address, want := range map[string][]string{
		"Joe.Doe@Example.ORG": {
			"https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
			"https://example.org/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe"},
	} {
		if got, err := wkd.Addresses(address); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v (%v), want %v", address, got, err, want)
		}
	}
	for _, bad := range []string{"", "a", "@x.example", "a@", "a@localhost", "a@b@c.example", "a@x example", "a@x.example/../y", "a@x.example:8080", "a@[::1]"} {
		if got, err := wkd.Addresses(bad); err == nil {
			t.Errorf("%q: got %v, want an error", bad, got)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add("joe@example.org")
	f.Add("jö@münchen.example")
	f.Fuzz(func(t *testing.T, address string) {
		got, err := wkd.Addresses(address)
		if err == nil && len(got) != 2 {
			t.Fatalf("%q: %v", address, got)
		}
	})
}
