package fetch

import (
	"errors"
	"net"
	"net/netip"
	"testing"
)

// forbidden are addresses that no name may lead us to: each special-purpose
// range of IANA's registries by its first, last or a known member.
var forbidden = []string{
	"0.0.0.0", "0.1.2.3", "0.255.255.255", // this network
	"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", // private
	"100.64.0.1", "100.100.100.200", "100.127.255.255", // shared by providers; a cloud's metadata
	"127.0.0.1", "127.1.2.3", "127.255.255.255", // loopback
	"169.254.0.1", "169.254.169.254", "169.254.170.2", // link local; metadata of clouds
	"192.0.0.1", "192.0.0.170", "192.0.0.192", "192.0.2.1", "198.51.100.7", "203.0.113.9", // protocol, documentation
	"192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1", // AS112, AMT, 6to4 relays
	"198.18.0.1", "198.19.255.255", // benchmarks
	"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", // multicast, reserved, broadcast
	"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", // mapped
	"::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::808:808", "64:ff9b:1::1", // translated
	"100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:db8::1", // discard, Teredo, ORCHID
	"2002:7f00:1::", "2002:a9fe:a9fe::1", "2620:4f:8000::1", "3fff::1", "5f00::1", // 6to4, AS112, SRv6
	"fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::a9fe:a9fe%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
}

func TestGuardRefuses(t *testing.T) {
	for _, loopback := range []bool{false, true} {
		g := Guard(Config{Ports: []uint16{80, 443}, AllowLoopback: loopback})
		for _, a := range forbidden {
			network := "tcp6"
			if netip.MustParseAddr(a).Is4() {
				network = "tcp4"
			}
			err := g(network, net.JoinHostPort(a, "443"), nil)
			allowed := loopback && netip.MustParseAddr(a).Unmap().IsLoopback()
			if !allowed && !errors.Is(err, ErrForbiddenAddress) || allowed && err != nil {
				t.Errorf("%s (loopback allowed: %v): got %v", a, loopback, err)
			}
		}
	}
	if len(forbidden) < 60 {
		t.Errorf("the table has %d rows, want at least 60", len(forbidden))
	}
}

func TestGuardAllows(t *testing.T) {
	g := Guard(Config{Ports: []uint16{80, 443}})
	for _, tt := range []struct {
		network, address string
		want             bool
	}{
		{"tcp4", "8.8.8.8:443", true},
		{"tcp4", "192.0.1.1:80", true},
		{"tcp4", "172.32.0.1:443", true},
		{"tcp4", "100.128.0.1:443", true},
		{"tcp6", "[2606:4700::1111]:443", true},
		{"tcp6", "[2a00:1450:4001::1]:80", true},
		{"tcp4", "8.8.8.8:22", false},
		{"tcp4", "8.8.8.8:8443", false},
		{"tcp4", "8.8.8.8:0", false},
		{"udp4", "8.8.8.8:443", false},
		{"unix", "/var/run/docker.sock", false},
		{"tcp4", "not an address", false},
	} {
		if err := g(tt.network, tt.address, nil); (err == nil) != tt.want {
			t.Errorf("%s %s: got %v, want allowed %v", tt.network, tt.address, err, tt.want)
		}
	}
	if err := Guard(Config{Ports: []uint16{8443}})("tcp4", "8.8.8.8:8443", nil); err != nil {
		t.Errorf("a configured port: %v", err)
	}
}

// TestGuardLetsNamedNetworksThrough: a network that the settings name opens
// nothing beside itself, and no other port.
func TestGuardLetsNamedNetworksThrough(t *testing.T) {
	g := Guard(Config{Ports: []uint16{443}, Allow: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("fd12:3456::/32")}})
	for _, tt := range []struct {
		network, address string
		want             bool
	}{
		{"tcp4", "10.20.3.4:443", true},
		{"tcp4", "10.21.0.1:443", false},
		{"tcp4", "192.168.0.1:443", false},
		{"tcp4", "169.254.169.254:443", false},
		{"tcp4", "127.0.0.1:443", false},
		{"tcp4", "10.20.3.4:22", false},
		{"tcp6", "[fd12:3456::1]:443", true},
		{"tcp6", "[fd12:3457::1]:443", false},
		{"tcp6", "[::ffff:10.21.0.1]:443", false},
		{"tcp6", "[::1]:443", false},
		{"tcp4", "8.8.8.8:443", true},
	} {
		if err := g(tt.network, tt.address, nil); (err == nil) != tt.want {
			t.Errorf("%s: got %v, want it let through: %v", tt.address, err, tt.want)
		}
	}
}
