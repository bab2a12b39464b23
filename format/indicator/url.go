package indicator

import (
	"bytes"
	"errors"
	"strings"
)

// maxURL bounds a canonical URL; longer ones are compared by their beginning.
const maxURL = 2048

var errNoURL = errors.New("not a URL with a host")

// URLOf is the canonical form of a URL: scheme and host in lower case, IDN as
// A-labels, without user, default port and fragment; an empty path is "/".
// A URL without scheme keeps none.
func urlOf(s string) (string, error) {
	scheme, rest := "", s
	if i := strings.Index(s, "://"); i >= 0 {
		scheme, rest = strings.ToLower(s[:i]), s[i+3:]
		if !isScheme(scheme) {
			return "", errNoURL
		}
	}
	authority, path := rest, "/"
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	host, port, _ := strings.Cut(authority, ":")
	if strings.HasPrefix(authority, "[") {
		return "", errors.New("URLs with an IPv6 address are not looked for")
	}
	name, err := hostOf(host)
	if err != nil {
		return "", errNoURL
	}
	if strings.Trim(port, "0123456789") != "" || len(port) > 5 {
		return "", errNoURL
	}
	path, _, _ = strings.Cut(path, "#")
	path = strings.ReplaceAll(path, "&amp;", "&") // copied out of XML
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	out := string(appendOrigin(nil, []byte(scheme), []byte(name), []byte(port))) + path
	if len(out) > maxURL || strings.ContainsFunc(out, func(r rune) bool { return r < 0x21 || r == '"' || r == '<' || r == '>' || r == 0x7f }) {
		return "", errNoURL
	}
	return out, nil
}

// hostOf is the canonical form of a host: an IPv4 address or a domain.
func hostOf(s string) (string, error) {
	if a, err := addressOf(s); err == nil && a.Is4() {
		return a.String(), nil
	}
	return domainOf(s)
}

func isScheme(s string) bool {
	if s == "" || len(s) > 16 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789+.-") == ""
}

// appendOrigin writes what stands before the path; a default port is left out
// where the scheme is known.
func appendOrigin(dst, scheme, host, port []byte) []byte {
	if len(scheme) > 0 {
		dst = append(dst, scheme...)
		dst = append(dst, "://"...)
	}
	dst = append(dst, host...)
	if len(port) == 0 || defaultPort(scheme, port) {
		return dst
	}
	return append(append(dst, ':'), port...)
}

func defaultPort(scheme, port []byte) bool {
	return bytes.Equal(scheme, []byte("http")) && bytes.Equal(port, []byte("80")) || bytes.Equal(scheme, []byte("https")) && bytes.Equal(port, []byte("443"))
}
