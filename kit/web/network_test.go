package web_test

import (
	"testing"

	"ward/kit/web"
)

func TestNetwork(t *testing.T) {
	for in, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "unknown", "@": "unknown"} {
		if got := web.Network(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
