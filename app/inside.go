package app

import (
	"net/netip"
	"net/url"
	"strconv"
	"syscall"

	"ward/kit/fetch"
)

// inside says what addresses that the settings name, a gateway or an issuer, may
// lead to: they are the operator's own choice, with their ports, and may lie in
// those parts of the house's network that he names, too, where what others chose
// must not lead.
func inside(cfg Config, addresses ...string) fetch.Config {
	ports := append([]uint16{80, 443}, cfg.Fetch.Ports...)
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil {
			continue // who asks it says so
		}
		if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil && n > 0 {
			ports = append(ports, uint16(n))
		}
	}
	return fetch.Config{AllowLoopback: cfg.Fetch.AllowLoopback, Agent: "Ward/" + cfg.Version, Ports: ports,
		Allow: []netip.Prefix(newProxies(cfg.Fetch.Inside))}
}

// Guard refuses, as a dialer's control, where the house would not connect to reach
// an address of its settings: for upkeep, which tries that.
func Guard(cfg Config, address string) func(network, address string, _ syscall.RawConn) error {
	return fetch.Guard(inside(cfg, address))
}

func issuerURLs(cfg Config) (out []string) {
	for _, x := range issuers(cfg) {
		out = append(out, x.URL)
	}
	return out
}
