package indicator

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This is the slow, obvious matcher that says what the engine must find: for
// each line and each indicator the definition of doc.go, with strings and
// regular expressions, without hashes, filters and words of eight bytes. It
// shares with the engine only what makes an indicator canonical.

// referenceHits are the numbers of the indicators that stand in a line.
func referenceHits(line string, list []Indicator) (out []int) {
	l := newReferenceLine(line)
	for n, i := range list {
		if l.has(i) {
			out = append(out, n)
		}
	}
	return out
}

type referenceLine struct {
	text      string
	names     []referenceName
	addresses []netip.Addr
	words     []string
}

// referenceName is a name at [start,end) with the text to compare.
type referenceName struct {
	text, file string
	start, end int
}

var (
	referenceWord    = regexp.MustCompile(`[A-Za-z0-9]+`)
	referenceAddress = regexp.MustCompile(`[0-9A-Fa-f:.]+`)
	referenceLocal   = regexp.MustCompile(`[A-Za-z0-9._+-]+$`)
	referenceScheme  = regexp.MustCompile(`([A-Za-z0-9+.-]+):\\?/\\?/([^\x00-\x20"<>\\^` + "`" + `{|}\x7f/]*@)?$`)
	referenceEscape  = regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\\$`)
	referenceEscaped = regexp.MustCompile(`^(?:[nrtbf]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})`)
	referenceTag     = regexp.MustCompile(`(?:^|[^A-Za-z0-9_-])(?i:ipv)$`)
	referenceJoined  = regexp.MustCompile(`[A-Za-z0-9_-]`)
	referenceHex     = regexp.MustCompile(`^[0-9A-Fa-f]{2}`)
)

func newReferenceLine(line string) *referenceLine {
	l := &referenceLine{text: line, words: referenceWord.FindAllString(line, -1)}
	begin := 0
	for i := 0; i <= len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if r == utf8.RuneError && n == 1 {
			r = rune(line[i]) // Latin-1
		}
		if n > 0 && (r < 0x80 && strings.ContainsRune("._-", r) || r < 0x80 && referenceWord.MatchString(string(r)) ||
			r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))) {
			i += n
			continue
		}
		l.run(begin, i)
		i += max(n, 1)
		begin = i
	}
	for _, at := range referenceAddress.FindAllStringIndex(line, -1) {
		l.address(at[0], at[1])
	}
	return l
}

// run takes a longest run: with and without an escape at its beginning.
func (l *referenceLine) run(start, end int) {
	l.name(start, end)
	run, before := l.text[start:end], l.text[:start]
	if strings.HasSuffix(before, "%") && referenceHex.MatchString(run) {
		l.name(start+2, end)
	}
	if referenceEscape.MatchString(before) {
		l.name(start+len(referenceEscaped.FindString(run)), end)
	}
}

func (l *referenceLine) name(start, end int) {
	end = start + len(strings.TrimRight(l.text[start:end], ".-_"))
	start = end - len(strings.TrimLeft(l.text[start:end], ".-"))
	text := l.text[start:end]
	n := referenceName{start: start, end: end}
	if isASCII(text) {
		if len(text) > 253 {
			return
		}
		n.text = strings.ToLower(text)
		n.file = n.text
	} else {
		if len(text) > 4*253 {
			return
		}
		var wide strings.Builder
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				r = rune(text[i])
			}
			wide.WriteRune(unicode.ToLower(r))
			i += size
		}
		n.file = wide.String()
		if a, err := toASCII(n.file); err == nil && len(a) <= 253 {
			n.text = strings.ToLower(a)
		}
	}
	l.names = append(l.names, n)
}

func (l *referenceLine) address(start, end int) {
	run := l.text[start:end]
	if len(run) > 64 {
		return
	}
	trimmed := run
	for strings.HasPrefix(trimmed, ".") || strings.HasPrefix(trimmed, ":") && !strings.HasPrefix(trimmed, "::") {
		trimmed = trimmed[1:]
		start++
	}
	for strings.HasSuffix(trimmed, ".") || strings.HasSuffix(trimmed, ":") && !strings.HasSuffix(trimmed, "::") {
		trimmed = trimmed[:len(trimmed)-1]
		end--
	}
	if referenceTag.MatchString(l.text[:start]) && strings.HasPrefix(trimmed, "6:") {
		trimmed = trimmed[2:]
		if a, err := netip.ParseAddr(trimmed); err == nil && a.Is6() && !(end < len(l.text) && referenceJoined.MatchString(l.text[end:end+1])) {
			l.addresses = append(l.addresses, a.Unmap())
		}
		return
	}
	joins := func(s string) bool { return s != "" && strings.Trim(s, nameBytes+"ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }
	if start > 0 && joins(l.text[start-1:start]) || end < len(l.text) && joins(l.text[end:end+1]) {
		return
	}
	if a, err := netip.ParseAddr(trimmed); err == nil && a.Is6() {
		l.addresses = append(l.addresses, a.Unmap())
	}
}

// has says whether an indicator stands in the line.
func (l *referenceLine) has(i Indicator) bool {
	if len(i.All) > 0 {
		return !slices.ContainsFunc(i.All, func(p Indicator) bool { return !l.has(p) })
	}
	switch i.Type {
	case IPv4, IPv6, CIDR:
		return l.hasAddress(i)
	case MD5, SHA1, SHA256:
		return slices.ContainsFunc(l.words, func(w string) bool { return strings.EqualFold(w, i.Value) })
	}
	return slices.ContainsFunc(l.names, func(n referenceName) bool {
		switch i.Type {
		case Domain:
			return n.text == i.Value || !i.Exact && strings.HasSuffix(n.text, "."+i.Value)
		case FileName:
			return l.hasFile(n, i.Value)
		case Email:
			return l.hasMail(n, i.Value)
		case URL:
			return l.hasURL(n, i)
		}
		return false
	})
}

func (l *referenceLine) hasAddress(i Indicator) bool {
	all := slices.Clone(l.addresses)
	for _, n := range l.names {
		if a, err := netip.ParseAddr(n.text); err == nil && a.Is4() {
			all = append(all, a)
		}
	}
	p, err := netip.ParsePrefix(i.Value)
	if i.Type != CIDR {
		a := netip.MustParseAddr(i.Value)
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	return err == nil && slices.ContainsFunc(all, p.Contains)
}

func (l *referenceLine) hasFile(n referenceName, value string) bool {
	key := fileKey(value)
	if n.file != key {
		return false
	}
	before := strings.TrimSuffix(value, key)
	if before == "" {
		return true
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(before), "/", `[\\/]+`)
	at := regexp.MustCompile(`(?is)` + pattern + `$`).FindStringIndex(l.text[:n.start])
	if at == nil {
		return false
	}
	word := func(s string) bool { return referenceWord.MatchString(s) }
	return at[0] == 0 || !word(before[:1]) || !word(l.text[at[0]-1:at[0]])
}

func (l *referenceLine) hasMail(n referenceName, value string) bool {
	before, ok := strings.CutSuffix(l.text[:n.start], "@")
	local := strings.TrimLeft(referenceLocal.FindString(before), ".-")
	return ok && len(local) <= 64 && strings.ToLower(local)+"@"+n.text == value
}

// hasURL tries every end that the URL may have.
func (l *referenceLine) hasURL(n referenceName, i Indicator) bool {
	schemes := []string{""}
	if m := referenceScheme.FindStringSubmatch(l.text[:n.start]); m != nil {
		s := strings.ToLower(m[1])
		for len(s) > 16 {
			s = s[len(s)-16:]
		}
		if isScheme(s) {
			schemes = append(schemes, s)
		}
	}
	rest := l.text[n.end:]
	if strings.HasPrefix(rest, ".:") || strings.HasPrefix(rest, "./") {
		rest = rest[1:]
	}
	port := regexp.MustCompile(`^:([0-9]{1,5})(?:[^0-9]|$)`).FindStringSubmatch(rest)
	if port != nil {
		rest = rest[1+len(port[1]):]
	}
	for _, scheme := range schemes {
		origin := n.text
		standard := port != nil && (schemes[len(schemes)-1] == "http" && port[1] == "80" || schemes[len(schemes)-1] == "https" && port[1] == "443")
		if port != nil && !standard {
			origin += ":" + port[1]
		}
		if scheme != "" {
			origin = scheme + "://" + origin
		}
		if referenceURL(origin, rest, i) {
			return true
		}
	}
	return false
}

var (
	referenceHard = regexp.MustCompile(`^[\x00-\x20"<>\\^` + "`" + `{|}\x7f#]`)
	referenceSoft = regexp.MustCompile(`^[.:]*(?:$|[\x00-\x20"<>\\^` + "`" + `{|}\x7f#,;)\]'*!])`)
)

var (
	referenceSign  = regexp.MustCompile(`\\[/=]|\\u00(?:26|3[dD]|2[bB])|&amp;`)
	referenceSigns = map[string]string{`\/`: "/", `\=`: "=", `\u0026`: "&", `\u003d`: "=", `\u002b`: "+", "&amp;": "&"}
)

func referenceURL(origin, rest string, i Indicator) bool {
	rest = referenceSign.ReplaceAllStringFunc(rest, func(s string) string { return referenceSigns[strings.ToLower(s)] })
	soft := func(s string) bool { return referenceSoft.MatchString(s) }
	url := origin
	if !strings.HasPrefix(rest, "/") {
		if !strings.HasPrefix(rest, "?") && !soft(rest) {
			return false
		}
		url += "/"
		if url == i.Value && (soft(rest) || !i.Exact) {
			return true
		}
		if !strings.HasPrefix(rest, "?") {
			return false
		}
	}
	for rest != "" && !referenceHard.MatchString(rest) && len(url) <= maxURL {
		url, rest = url+rest[:1], rest[1:]
		goesOn := strings.HasSuffix(url, "/") || rest != "" && strings.Contains("/?&#", rest[:1])
		if url == i.Value && (soft(rest) || !i.Exact && goesOn) {
			return true
		}
	}
	return false
}
