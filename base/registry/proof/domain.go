package proof

import (
	"net"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"ward"
	"ward/format/pattern"
)

var domainName = pattern.Of(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// Clean gives the one form of a domain, or Invalid: a registrable name or
// one below it, never a public suffix, an address or a local name.
func Clean(s string) (string, error) {
	bad := ward.Fail(ward.Invalid, "registry.error.domain").At("domain")
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), ".")
	ascii, err := idna.Lookup.ToASCII(s)
	if err != nil || len(ascii) > 253 || !domainName().MatchString(ascii) || net.ParseIP(ascii) != nil {
		return "", bad
	}
	if suffix, _ := publicsuffix.PublicSuffix(ascii); suffix == ascii {
		return "", bad
	}
	return ascii, nil
}
