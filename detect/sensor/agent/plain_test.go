package agent

import (
	"net/netip"
	"regexp"
	"strings"
)

// plainMatcher is a second opinion of a few lines on what stands in a log: regular
// expressions cut a line, maps know the values. It shares nothing with the engine.
type plainMatcher struct {
	known map[string]bool // domains that are exact, addresses, hashes, mail addresses, URLs
	below map[string]bool // domains and URLs that cover what lies below
	nets  []netip.Prefix
}

var (
	plainName   = regexp.MustCompile(`[A-Za-z0-9._-]+`)
	plainV6     = regexp.MustCompile(`[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*`)
	plainURL    = regexp.MustCompile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s\"<>\\\\^`{|}]+")
	plainMail   = regexp.MustCompile(`[A-Za-z0-9._+-]+@[A-Za-z0-9._-]+`)
	plainHash   = regexp.MustCompile(`[0-9A-Za-z]+`)
	plainScheme = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://$`)
	plainEnd    = regexp.MustCompile("[\\x00-\\x20\"<>\\\\^`{|}]|$")
	plainHost   = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]*://)?[A-Za-z0-9._-]+`)
	plainEscape = regexp.MustCompile(`\\[nrtbf]|%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}`)
)

// values are the indicators that stand in a line.
func (m *plainMatcher) values(line string) map[string]bool {
	out := map[string]bool{}
	m.names(line, true, out)
	m.names(plainEscape.ReplaceAllString(line, " "), false, out)
	for _, at := range plainV6.FindAllStringIndex(line, -1) {
		text := strings.Trim(line[at[0]:at[1]], ".")
		if strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "::") {
			text = text[:len(text)-1]
		}
		if strings.HasPrefix(text, ":") && !strings.HasPrefix(text, "::") {
			text = text[1:]
		}
		if a, err := netip.ParseAddr(text); err == nil && !joinedTo(line[:at[0]], line[at[1]:]) {
			m.address(a.Unmap(), out)
		}
	}
	for _, v := range plainMail.FindAllString(line, -1) {
		m.take(strings.ToLower(strings.TrimLeft(strings.TrimRight(v, ".-_"), ".-")), m.known, out)
	}
	for _, v := range plainHash.FindAllString(line, -1) {
		m.take(strings.ToLower(v), m.known, out)
	}
	return out
}

func (m *plainMatcher) take(v string, of, out map[string]bool) {
	if of[v] {
		out[v] = true
	}
}

func (m *plainMatcher) address(a netip.Addr, out map[string]bool) {
	m.take(a.String(), m.known, out)
	for _, p := range m.nets {
		if p.Contains(a) {
			out[p.String()] = true
		}
	}
}

// names takes each name as an address, a domain, and the host of a URL.
func (m *plainMatcher) names(line string, urls bool, out map[string]bool) {
	for _, at := range plainName.FindAllStringIndex(line, -1) {
		n := strings.ToLower(strings.TrimLeft(strings.TrimRight(line[at[0]:at[1]], ".-_"), ".-"))
		if a, err := netip.ParseAddr(n); err == nil {
			m.address(a, out)
		}
		m.take(n, m.known, out)
		for ok := true; ok; _, n, ok = strings.Cut(n, ".") {
			m.take(n, m.below, out)
		}
		if !urls {
			continue
		}
		rest := line[at[0]:]
		rest = rest[:plainEnd.FindStringIndex(rest)[0]]
		m.url(rest, out)
		if scheme := plainScheme.FindString(line[:at[0]]); scheme != "" {
			m.url(scheme+rest, out)
		}
	}
}

// url takes what is a URL, or begins with one.
func (m *plainMatcher) url(u string, out map[string]bool) {
	host := plainHost.FindString(u)
	u = strings.ToLower(host) + u[len(host):]
	for i := 1; i <= len(u); i++ {
		ends := i == len(u) || strings.ContainsRune("#,;)]'*!", rune(u[i])) || strings.Trim(u[i:], ".:") == ""
		if ends {
			m.take(u[:i], m.known, out)
		}
		if i == len(host) && (ends || u[i] == '?') { // no path is "/"
			m.take(u[:i]+"/", m.below, out)
			if ends {
				m.take(u[:i]+"/", m.known, out)
			}
		}
		if ends || u[i-1] == '/' || strings.ContainsRune("/?#&", rune(u[i])) {
			m.take(u[:i], m.below, out)
		}
	}
}

func joinedTo(before, after string) bool {
	word := regexp.MustCompile(`^[0-9A-Za-z_-]$`)
	return before != "" && word.MatchString(before[len(before)-1:]) || after != "" && word.MatchString(after[:1])
}
