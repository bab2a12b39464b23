package retro

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"

	"ward/format/indicator"
)

// Kinds part the hashes of values that look alike.
const (
	kindName  = 'n' // a name as it stands: domains and file names
	kindBelow = 'b' // a name below which something was seen
	kindIP    = 'i'
	kindNet   = 't' // the /24 of an IPv4 address
	kindHash  = 'h'
	kindMail  = 'm'
	kindURL   = 'u'
)

const (
	maxName = 253
	maxURL  = 2048
	// maxTokens bounds what one line may teach.
	maxTokens = 256
)

// tokens gives what of a line can be asked for, each with its kind. A value may
// come more than once; the bytes are valid during the call.
func tokens(line []byte, scratch []byte, give func(kind byte, value []byte)) {
	left := maxTokens
	for at := 0; at < len(line) && left > 0; {
		from := at
		for from < len(line) && !inToken[line[from]] {
			from++
		}
		to := from
		for to < len(line) && inToken[line[to]] {
			to++
		}
		if at = to; to > from {
			left -= token(line, from, to, scratch, give)
			if n := escape(line, from, to); n > 0 && left > 0 {
				left -= token(line, from+n, to, scratch, give)
			}
		}
	}
}

// inToken are the bytes of names, addresses and mail addresses.
var inToken = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(".-_:@+", byte(c)) >= 0 || c >= 0x80
	}
	return t
}()

// escape is how many bytes of a run belong to an escape that begins before it, as in
// "\t203.0.113.9" and "%2Fevil.example" (format/indicator says the same of a hit).
func escape(line []byte, from, to int) int {
	if from == 0 {
		return 0
	}
	digits := func(skip, n int) int {
		if to-from <= skip+n || !isHex(appendLower(nil, line[from+skip:from+skip+n])) {
			return 0
		}
		return skip + n
	}
	switch b := line[from]; {
	case line[from-1] == '%':
		return digits(0, 2)
	case line[from-1] != '\\':
	case b == 'n' || b == 'r' || b == 't' || b == 'b' || b == 'f':
		return 1
	case b == 'x':
		return digits(1, 2)
	case b == 'u':
		return digits(1, 4)
	}
	return 0
}

func token(line []byte, from, to int, scratch []byte, give func(byte, []byte)) int {
	t := bytes.Trim(line[from:to], ".-:@+_")
	if len(t) < 4 || len(t) > maxName+70 {
		return 0
	}
	low := appendLower(scratch[:0], t)
	if name, host, ok := bytes.Cut(low, []byte{'@'}); ok {
		if len(name) > 0 && bytes.IndexByte(host, '.') > 0 && bytes.IndexByte(host, ':') < 0 {
			give(kindMail, low)
			return 1 + names(host, give)
		}
		return 0
	}
	if bytes.Count(low, []byte{':'}) >= 2 {
		low = bytes.TrimPrefix(low, []byte("ipv6:")) // as mail servers write it (RFC 5321 section 4.1.3)
		if a, err := netip.ParseAddr(string(low)); err == nil {
			return address(a.Unmap().WithZone(""), give)
		}
	}
	if host, rest, ok := bytes.Cut(low, []byte{':'}); ok { // a port, or the scheme of a URL
		if bytes.IndexByte(host, '.') < 0 {
			if low = rest; slashes(line[to:]) {
				return webAddress(line, from, give)
			}
		} else {
			low = host
		}
	}
	if line[to-1] == ':' && slashes(line[to:]) {
		return webAddress(line, from, give)
	}
	return names(low, give)
}

// names gives a name with all that it lies below, an address, or a hash.
func names(low []byte, give func(byte, []byte)) int {
	switch len(low) {
	case 32, 40, 64:
		if isHex(low) {
			give(kindHash, low)
			return 1
		}
	}
	dot := bytes.IndexByte(low, '.')
	if dot <= 0 || len(low) > maxName {
		return 0
	}
	if low[0] >= '0' && low[0] <= '9' && bytes.Count(low, []byte{'.'}) == 3 {
		if a, err := netip.ParseAddr(string(low)); err == nil {
			return address(a, give)
		}
	}
	give(kindName, low)
	n := 1
	for rest := low[dot+1:]; n < 12; n++ {
		i := bytes.IndexByte(rest, '.')
		if i < 0 {
			break
		}
		give(kindBelow, rest)
		rest = rest[i+1:]
	}
	return n
}

func address(a netip.Addr, give func(byte, []byte)) int {
	b := a.AsSlice()
	give(kindIP, b)
	if a.Is4() {
		give(kindNet, b[:3])
		return 2
	}
	return 1
}

// slashes are those behind a scheme, also as JSON may write them.
func slashes(b []byte) bool {
	return bytes.HasPrefix(b, []byte("//")) || bytes.HasPrefix(b, []byte(`\/\/`))
}

// webAddress gives a URL in the form in which indicators are compared. Its host is
// a token of its own and comes by itself.
func webAddress(line []byte, from int, give func(byte, []byte)) int {
	u := line[from:min(len(line), from+maxURL)]
	if bytes.Contains(u[:min(len(u), 32)], []byte(`:\/\/`)) {
		u = bytes.ReplaceAll(u, []byte(`\/`), []byte("/"))
	}
	if bytes.Contains(u, []byte(`\u00`)) {
		for _, sign := range [...][2]string{{`\u0026`, "&"}, {`\u003d`, "="}, {`\u003D`, "="}, {`\u002b`, "+"}, {`\u002B`, "+"}} {
			u = bytes.ReplaceAll(u, []byte(sign[0]), []byte(sign[1]))
		}
	}
	if i := bytes.IndexAny(u, " \t\"'<>\\^`{|}"); i >= 0 {
		u = u[:i]
	}
	u = bytes.TrimRight(u, ".,;:)]")
	if in, err := indicator.ParseAs(indicator.URL, string(u)); err == nil {
		give(kindURL, []byte(in.Value))
	}
	return 1
}

func appendLower(out, b []byte) []byte {
	for _, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		out = append(out, c)
	}
	return out
}

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// keys are the values to look up for an indicator; ok is false where hashes cannot
// answer, with the reason.
func keys(in indicator.Indicator, give func(kind byte, value []byte)) (reason string) {
	v := strings.ToLower(in.Value)
	switch in.Type {
	case indicator.IPv4, indicator.IPv6:
		a, err := netip.ParseAddr(v)
		if err != nil {
			return "no address"
		}
		give(kindIP, a.Unmap().AsSlice())
	case indicator.CIDR:
		return network(v, give)
	case indicator.Domain:
		if give(kindName, []byte(v)); !in.Exact {
			give(kindBelow, []byte(v))
		}
	case indicator.FileName:
		if strings.ContainsAny(v, `\/ `) {
			return "a file name with blanks or folders"
		}
		give(kindName, []byte(v))
	case indicator.MD5, indicator.SHA1, indicator.SHA256:
		if raw, err := hex.DecodeString(v); err != nil || len(raw) == 0 {
			return "no hash"
		}
		give(kindHash, []byte(v))
	case indicator.Email:
		give(kindMail, []byte(v))
	case indicator.URL:
		give(kindURL, []byte(in.Value))
	default:
		return "a pattern of several parts"
	}
	return ""
}

// network asks for each address, or for each /24, of a network.
func network(v string, give func(byte, []byte)) string {
	p, err := netip.ParsePrefix(v)
	if err != nil || !p.Addr().Is4() || p.Bits() < 12 {
		return "only IPv4 networks of /12 and smaller can be asked for"
	}
	a := p.Masked().Addr()
	for p.Contains(a) {
		b := a.As4()
		if p.Bits() >= 24 {
			give(kindIP, b[:])
			a = a.Next()
			continue
		}
		give(kindNet, b[:3])
		n := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]) + 1
		a = netip.AddrFrom4([4]byte{byte(n >> 16), byte(n >> 8), byte(n), 0})
	}
	return ""
}
