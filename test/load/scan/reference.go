package main

import (
	"bufio"
	"net/netip"
	"os"
	"regexp"
	"strings"
)

// reference is the exact matcher that a run must agree with. It is short enough
// to be believed: regular expressions cut a line, maps know the indicators. It is
// exact for the indicators and logs that generate.go makes.
type reference struct{ known map[string]bool }

var (
	names   = regexp.MustCompile(`[A-Za-z0-9._-]+`)
	urls    = regexp.MustCompile(`https?://[^\s"<>\\^{|}]+`)
	mails   = regexp.MustCompile(`[A-Za-z0-9._+-]+@[A-Za-z0-9._-]+`)
	address = regexp.MustCompile(`[0-9A-Fa-f:.]*::[0-9A-Fa-f:.]*`)
)

func (m reference) matches(line string) bool {
	for _, n := range names.FindAllString(line, -1) {
		n = strings.Trim(strings.ToLower(n), "._-")
		if m.known[n] {
			return true
		}
		if _, err := netip.ParseAddr(n); err == nil {
			continue
		}
		for strings.Contains(n, ".") {
			if m.known[n] {
				return true
			}
			_, n, _ = strings.Cut(n, ".")
		}
	}
	for _, re := range []*regexp.Regexp{urls, mails} {
		for _, u := range re.FindAllString(line, -1) {
			if m.known[u] {
				return true
			}
		}
	}
	for _, a := range address.FindAllString(line, -1) {
		if ip, err := netip.ParseAddr(a); err == nil && m.known[ip.String()] {
			return true
		}
	}
	return false
}

// lines are the numbers of the lines that match.
func (m reference) lines(path string) (map[int64]bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	out := map[int64]bool{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := int64(1); s.Scan(); n++ {
		if m.matches(s.Text()) {
			out[n] = true
		}
	}
	return out, s.Err()
}
