package indicator

import (
	"fmt"
	"strings"
)

// patternTokens cuts a pattern into brackets, commas, operators, quoted
// strings and words; object paths are one word.
func patternTokens(s string) (out []string) {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c <= ' ':
			i++
		case strings.IndexByte("[](),", c) >= 0:
			out = append(out, s[i:i+1])
			i++
		case strings.IndexByte("=<>!", c) >= 0:
			n := 1
			if i+1 < len(s) && s[i+1] == '=' {
				n = 2
			}
			out = append(out, s[i:i+n])
			i += n
		case c == '\'':
			n := quoted(s[i:])
			out = append(out, s[i:i+n])
			i += n
		default:
			n := word(s[i:])
			out = append(out, s[i:i+n])
			i += n
		}
	}
	return out
}

// quoted is the length of a quoted string, or of all that is left.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return len(s)
}

// word is the length of a word or path; a path may hold quoted keys and [*].
func word(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'' && i > 0 && s[i-1] == '.':
			i += quoted(s[i:]) - 1
		case c == '[' && strings.Contains(s[:i], ":"):
			end := strings.IndexByte(s[i:], ']')
			if end < 0 {
				return len(s)
			}
			i += end
		case c <= ' ' || strings.IndexByte("[](),=<>!'", c) >= 0:
			return max(i, 1)
		}
	}
	return len(s)
}

// paths are the object paths that a log can answer.
var paths = map[string]Type{
	"ipv4-addr:value": IPv4, "ipv6-addr:value": IPv6, "domain-name:value": Domain, "url:value": URL, "email-addr:value": Email, "file:name": FileName,
	"network-traffic:dst_ref.value": IPv4, "network-traffic:src_ref.value": IPv4, "domain-name:resolves_to_refs[*].value": IPv4,
	"email-message:from_ref.value": Email, "email-message:sender_ref.value": Email, "email-message:to_refs[*].value": Email,
}

// kinds are the objects that one end of network traffic can be (STIX 2.1 section
// 6.12), as MISP names it beside each address.
var kinds = map[string]bool{"ipv4-addr": true, "ipv6-addr": true, "domain-name": true}

// hashPaths end a path to a hash, without quotes, dashes and case.
var hashPaths = map[string]Type{"md5": MD5, "sha1": SHA1, "sha256": SHA256}

// atom reads one comparison. What it says is exact: STIX compares whole values.
func atom(path, value string) term {
	if strings.HasPrefix(path, "network-traffic:") && strings.HasSuffix(path, "_ref.type") && kinds[value] {
		return term{} // the form of the address beside it says the same
	}
	t := paths[path]
	if object, key, ok := strings.Cut(path, ":hashes."); ok && (object == "file" || object == "artifact" || object == "x509-certificate") {
		t = hashPaths[strings.ReplaceAll(strings.ToLower(strings.Trim(key, "'\"")), "-", "")]
	}
	if t == 0 {
		return term{err: fmt.Errorf("%s is not looked for in logs", shorten(path))}
	}
	i, err := ParseAs(t, value)
	if err != nil && t == IPv4 { // a reference may lead to a name
		if d, domain := ParseAs(Domain, value); domain == nil {
			i, err = d, nil
		}
	}
	if err != nil {
		return term{err: fmt.Errorf("%s %q: %w", path, shorten(value), err)}
	}
	i.Exact = i.Type == Domain || i.Type == URL
	return term{parts: []Indicator{i}}
}

// split gives the indicators of one alternative. Hashes (and the name) of one
// file each say all of it, so a log that shows one of them shows the file.
func (t *term) split(text string) []Indicator {
	if len(t.parts) == 1 {
		return t.parts
	}
	var hashes []Indicator
	for _, p := range t.parts {
		switch p.Type {
		case MD5, SHA1, SHA256:
			p.Note = "one of the hashes that the pattern joins"
			hashes = append(hashes, p)
		case FileName:
		default:
			hashes = nil
			return []Indicator{{Type: t.parts[0].Type, Value: text, Exact: true, All: t.parts}}
		}
	}
	if len(hashes) > 0 {
		return hashes
	}
	return []Indicator{{Type: t.parts[0].Type, Value: text, Exact: true, All: t.parts}}
}
