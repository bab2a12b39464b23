package app

import (
	"errors"
	"testing"

	"ward/kit/conf"
	"ward/kit/fetch"
)

// TestInside: an address of the settings is reached on its own port; within the
// house's network only where the settings open it.
func TestInside(t *testing.T) {
	const gateway = "https://sms.house.example:9443/send"
	for _, tt := range []struct {
		names   []string
		address string
		want    bool
	}{
		{nil, "8.8.8.8:9443", true},
		{nil, "8.8.8.8:9444", false},
		{nil, "10.20.0.5:9443", false},
		{[]string{"10.20.0.5"}, "10.20.0.5:9443", true},
		{[]string{"10.20.0.5"}, "10.20.0.6:9443", false},
		{[]string{"10.20.0.0/24"}, "10.20.0.6:9443", true},
		{[]string{"10.20.0.0/24"}, "10.20.0.6:22", false},
		{[]string{"fd12:3456::/32"}, "[fd12:3456::7]:9443", true},
	} {
		var cfg Config
		cfg.Fetch = conf.Fetch{Inside: tt.names}
		network := "tcp4"
		if tt.address[0] == '[' {
			network = "tcp6"
		}
		err := Guard(cfg, gateway)(network, tt.address, nil)
		if (err == nil) != tt.want || err != nil && !errors.Is(err, fetch.ErrForbiddenAddress) {
			t.Errorf("%v, %s: got %v, want it reached: %v", tt.names, tt.address, err, tt.want)
		}
	}
}
