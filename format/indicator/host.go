package indicator

import (
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxName is the longest domain name (RFC 1035 section 2.3.4) in text.
const maxName = 253

// Reasons why a value is no indicator.
var (
	errNoDomain  = errors.New("not a domain name")
	errSuffix    = errors.New("a public suffix: it would cover every domain below it")
	errPrivate   = errors.New("a private or reserved address; it means something else in every network")
	errBroad     = errors.New("the network is too wide to be an indicator")
	errNoAddress = errors.New("not an address")
)

// toASCII maps a name as a resolver would (UTS 46), to A-labels.
func toASCII(name string) (string, error) {
	return idna.New(idna.MapForLookup(), idna.StrictDomainName(false), idna.Transitional(false)).ToASCII(name)
}

// domainOf is the canonical form of a domain: lower case, A-labels, no dot at
// its end.
func domainOf(s string) (string, error) {
	s = strings.TrimSuffix(s, ".")
	if !isASCII(s) {
		a, err := toASCII(s)
		if err != nil {
			return "", errNoDomain
		}
		s = a
	}
	s = strings.ToLower(s)
	if len(s) == 0 || len(s) > maxName || strings.Count(s, ".") == 0 {
		return "", errNoDomain
	}
	for label := range strings.SplitSeq(s, ".") {
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, nameBytes) != "" {
			return "", errNoDomain
		}
	}
	last := s[strings.LastIndexByte(s, '.')+1:]
	if strings.Trim(last, "0123456789") == "" || strings.Trim(last, "_") == "" || s[len(s)-1] == '_' {
		return "", errNoDomain
	}
	return s, nil
}

const nameBytes = "abcdefghijklmnopqrstuvwxyz0123456789-_"

// covers refuses a domain whose subdomains are other people's (the ICANN part
// of the public suffix list): nobody means all of co.uk.
func covers(domain string) error {
	if suffix, icann := publicsuffix.PublicSuffix(domain); suffix == domain && icann {
		return errSuffix
	}
	return nil
}

// knownSuffix reports whether a registry runs the top-level domain.
func knownSuffix(domain string) bool {
	_, icann := publicsuffix.PublicSuffix(domain)
	return icann
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// addressOf reads an address in any spelling; IPv4-mapped ones become IPv4.
func addressOf(s string) (netip.Addr, error) {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return a, errNoAddress
	}
	return a.Unmap(), nil
}

// prefixOf reads a network; host bits are cleared, as lists often carry them.
func prefixOf(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, errNoAddress
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	p = p.Masked()
	if p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 16 {
		return p, errBroad
	}
	return p, nil
}

// reserved are the networks whose addresses mean something else in every
// hospital: RFC 6890 without the documentation ranges, which no network carries
// and every exercise uses.
var reserved = parsePrefixes("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/4 240.0.0.0/4 " +
	"::/127 fe80::/10 fc00::/7 ff00::/8 fec0::/10")

func parsePrefixes(s string) (out []netip.Prefix) {
	for f := range strings.FieldsSeq(s) {
		out = append(out, netip.MustParsePrefix(f))
	}
	return out
}

// private reports whether all of the network is reserved.
func private(p netip.Prefix) bool {
	for _, r := range reserved {
		if r.Bits() <= p.Bits() && r.Contains(p.Addr()) {
			return true
		}
	}
	return false
}
