package indicator

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// Reasons that ParseAs and Parse give.
var (
	errEmpty   = errors.New("empty")
	errNoHash  = errors.New("not a hash of that kind")
	errNoMail  = errors.New("not an e-mail address")
	errNoFile  = errors.New("a file name without an extension, or made of digits, would be found everywhere")
	errHolder  = errors.New("a file name with a placeholder in it")
	errNothing = errors.New("no indicator in it")
	errPath    = errors.New("a path without a host")
)

// Parse reads one value, defanged or not, and finds its type by its form. A
// name is a domain unless its extension belongs to files alone.
func Parse(s string) (Indicator, error) {
	s, _ = refang(strings.TrimSpace(s))
	s = strings.Trim(s, "\"'`<>,; \t")
	switch {
	case s == "":
		return Indicator{}, errEmpty
	case hashType(s) != 0:
		return ParseAs(hashType(s), s)
	case strings.Contains(s, "://"):
		return ParseAs(URL, s)
	case s[0] == '/' || strings.ContainsAny(s, " \t\\"):
		return Indicator{}, errNothingOrPath(s)
	}
	if strings.Contains(s, "@") && !strings.Contains(s, "/") {
		return ParseAs(Email, s)
	}
	if in, err := address(s); err == nil || errors.Is(err, errBroad) || errors.Is(err, errPrivate) {
		return in, err
	}
	if strings.ContainsAny(s, "/?") {
		return schemeless(s)
	}
	if name, port, ok := withPort(s); ok {
		in, err := ParseAs(Domain, name)
		in.Note = "port " + port
		return in, err
	}
	if fileOnly(s) {
		return ParseAs(FileName, s)
	}
	return ParseAs(Domain, s)
}

func errNothingOrPath(s string) error {
	if s[0] == '/' {
		return errPath
	}
	return errNothing
}

// address reads an address, with or without port, or a network.
func address(s string) (Indicator, error) {
	if strings.Contains(s, "/") {
		return ParseAs(CIDR, s)
	}
	if a, err := addressOf(s); err == nil {
		return ofAddress(a), nil
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		in := ofAddress(ap.Addr().Unmap())
		in.Note = fmt.Sprintf("port %d", ap.Port())
		return in, nil
	}
	return Indicator{}, errNoAddress
}

// schemeless reads host/path; the host must look like one, or half of any prose
// would be a URL.
func schemeless(s string) (Indicator, error) {
	host, _, _ := strings.Cut(s, "/")
	host, _, _ = strings.Cut(host, "?")
	host, _, _ = strings.Cut(host, ":")
	if _, err := addressOf(host); err != nil {
		if name, err := domainOf(host); err != nil || !strings.Contains(name, ".") {
			return Indicator{}, errNothing
		}
	}
	return ParseAs(URL, s)
}

func withPort(s string) (name, port string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 || i == len(s)-1 || len(s)-i > 6 || strings.Trim(s[i+1:], "0123456789") != "" {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

func hashType(s string) Type {
	if len(s) != 32 && len(s) != 40 && len(s) != 64 || strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return 0
	}
	return map[int]Type{32: MD5, 40: SHA1, 64: SHA256}[len(s)]
}

// ParseAs reads a live value of a known type into its canonical form. Private
// addresses are read like others; Read leaves them out.
func ParseAs(t Type, s string) (Indicator, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Indicator{}, errEmpty
	}
	switch t {
	case IPv4, IPv6, CIDR:
		return parseNetwork(s)
	case Domain:
		d, err := domainOf(strings.TrimPrefix(strings.TrimPrefix(s, "*."), "."))
		if err == nil {
			err = covers(d)
		}
		return Indicator{Type: Domain, Value: d}, err
	case URL:
		u, err := urlOf(s)
		return Indicator{Type: URL, Value: u}, err
	case Email:
		return parseMail(s)
	case MD5, SHA1, SHA256:
		if hashType(s) != t {
			return Indicator{}, errNoHash
		}
		return Indicator{Type: t, Value: strings.ToLower(s)}, nil
	case FileName:
		return parseFile(s)
	}
	return Indicator{}, errNothing
}

func ofAddress(a netip.Addr) Indicator {
	if a.Is4() {
		return Indicator{Type: IPv4, Value: a.String()}
	}
	return Indicator{Type: IPv6, Value: a.String()}
}

// parseNetwork reads an address or a network; one of full length is an address.
func parseNetwork(s string) (Indicator, error) {
	if !strings.Contains(s, "/") {
		a, err := addressOf(s)
		if err != nil {
			return Indicator{}, err
		}
		return ofAddress(a), nil
	}
	p, err := prefixOf(s)
	if err != nil {
		return Indicator{}, err
	}
	if p.IsSingleIP() {
		return ofAddress(p.Addr()), nil
	}
	return Indicator{Type: CIDR, Value: p.String()}, nil
}

func parseMail(s string) (Indicator, error) {
	s = strings.TrimPrefix(strings.Trim(s, "<>"), "mailto:")
	local, host, ok := strings.Cut(s, "@")
	name, err := domainOf(host)
	local = strings.ToLower(local)
	if !ok || err != nil || local == "" || len(local) > 64 || strings.Trim(local, nameBytes+".+") != "" || strings.Trim(local, ".-")[0] != local[0] {
		return Indicator{}, errNoMail
	}
	return Indicator{Type: Email, Value: local + "@" + name}, nil
}
