package app

import (
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the reverse proxies whose word on the client's address counts.
type proxies []netip.Prefix

// newProxies reads addresses and prefixes that the settings have checked.
func newProxies(all []string) proxies {
	var out proxies
	for _, s := range all {
		if p, err := netip.ParsePrefix(s); err == nil {
			out = append(out, p)
		} else if a, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}

func (p proxies) has(a netip.Addr) bool {
	for _, x := range p {
		if x.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// client walks X-Forwarded-For from the right past our own proxies: what stands
// further left was written by whoever came to them.
func (p proxies) client(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := at.Addr()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.has(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next
	}
	return addr.Unmap().String()
}
