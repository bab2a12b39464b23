package sigma

import (
	"bytes"
	"net/netip"
)

// inNet tells whether text is an address of the network. IPv4 written as IPv6
// counts as IPv4; a zone ("%eth0") and brackets do not matter.
func inNet(net netip.Prefix, text []byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) > 1 && text[0] == '[' && text[len(text)-1] == ']' {
		text = text[1 : len(text)-1]
	}
	if len(text) < 2 || len(text) > 64 || !addressLike(text) {
		return false
	}
	addr, err := netip.ParseAddr(view(text))
	return err == nil && net.Contains(addr.Unmap().WithZone(""))
}

// addressLike keeps text away from the parser that would make an error of it,
// which costs an allocation each.
func addressLike(text []byte) bool {
	dots, letters := 0, false
	for _, c := range text {
		switch {
		case c == ':':
			return true
		case c == '.':
			dots++
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			letters = true
		case c < '0' || c > '9':
			return false
		}
	}
	return dots == 3 && !letters
}

// stands tells whether the other field's value stands in mine where the
// predicate's pattern says: the whole, at the start, at the end, anywhere.
func (p *predicate) stands(mine, other []byte) bool {
	start, end := p.pattern[0].kind == star, p.pattern.last() == star
	switch {
	case start && end:
		return bytes.Contains(mine, other)
	case start:
		return bytes.HasSuffix(mine, other)
	case end:
		return bytes.HasPrefix(mine, other)
	}
	return bytes.Equal(mine, other)
}
