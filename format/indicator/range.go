package indicator

import (
	"net/netip"
	"strings"
)

// maxRange bounds the networks of which a range is made up; the worst one of IPv4 has 62.
const maxRange = 256

// rangeOf reads 203.0.113.10-203.0.113.20, with blanks around the dash or without, as the
// networks that make it up.
func rangeOf(text string) (out []netip.Prefix, ok bool) {
	live, _ := refang(text)
	low, high, ok := strings.Cut(live, "-")
	a, errA := addressOf(strings.TrimSpace(low))
	b, errB := addressOf(strings.TrimSpace(high))
	if !ok || errA != nil || errB != nil || a.Is4() != b.Is4() || b.Less(a) {
		return nil, false
	}
	for a.IsValid() && !b.Less(a) && len(out) < maxRange {
		p, last := netip.PrefixFrom(a, a.BitLen()), a
		for p.Bits() > 0 {
			wider := netip.PrefixFrom(a, p.Bits()-1)
			end := lastOf(wider)
			if wider.Masked().Addr() != a || b.Less(end) {
				break
			}
			p, last = wider, end
		}
		out, a = append(out, p), last.Next()
	}
	return out, true
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().As16()
	for bit := p.Bits() + 128 - p.Addr().BitLen(); bit < 128; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	if a := netip.AddrFrom16(b); p.Addr().Is6() {
		return a
	}
	return netip.AddrFrom16(b).Unmap()
}

// takeRange takes a line that is a range of addresses.
func (in *intake) takeRange(n int, line string, networks []netip.Prefix) {
	for _, p := range networks {
		i, err := parseNetwork(p.String())
		if err != nil {
			in.refuse(Refused{Line: n, Text: line, Reason: err.Error()})
			continue
		}
		in.take(i, n, line)
	}
}
