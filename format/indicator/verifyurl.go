package indicator

import "bytes"

// verifyURL looks for URLs whose host is the name or address at [st,e); host is
// its canonical text.
func (s *Scanner) verifyURL(host []byte, st, e int) {
	scheme, begin := s.schemeBefore(st)
	port, rest := s.portAfter(e)
	if len(scheme) > 0 {
		s.lookURL(appendOrigin(s.url[:0], scheme, host, port), begin, rest)
	}
	if defaultPort(scheme, port) {
		port = nil
	}
	s.lookURL(appendOrigin(s.url[:0], nil, host, port), st, rest)
}

// schemeBefore finds "scheme://" and a user name before a host; begin is where
// the URL starts. Without a scheme the host is the start.
func (s *Scanner) schemeBefore(st int) (scheme []byte, begin int) {
	b, at := s.buf, st
	if b[at-1] == '@' { // user and password are left out
		for at--; at > s.from && st-at < 128 && !isSlash(b[at-1]) && !urlEnd[b[at-1]]; {
			at--
		}
	}
	if at-s.from < 3 || !isSlash(b[at-1]) {
		return nil, st
	}
	// "://" or ":\/\/" as JSON may write it
	for slashes := 0; slashes < 2; slashes++ {
		if b[at-1] != '/' {
			return nil, st
		}
		if at--; b[at-1] == '\\' {
			at--
		}
	}
	if b[at-1] != ':' {
		return nil, st
	}
	end := at - 1
	for at = end; at > s.from && end-at < 16 && (isWord(b[at-1]) || b[at-1] == '+' || b[at-1] == '-' || b[at-1] == '.'); {
		at--
	}
	scheme = bytes.ToLower(b[at:end])
	if !isScheme(string(scheme)) {
		return nil, st
	}
	return scheme, at
}

// portAfter reads the port behind a host, and where the path would begin.
func (s *Scanner) portAfter(e int) (port []byte, rest int) {
	b := s.buf
	if b[e] == '.' && (b[e+1] == ':' || b[e+1] == '/') { // the root's dot
		e++
	}
	if b[e] != ':' {
		return nil, e
	}
	n := 0
	for n < 6 && isDigit(b[e+1+n]) {
		n++
	}
	if n == 0 || n > 5 {
		return nil, e
	}
	return b[e+1 : e+1+n], e + 1 + n
}

// lookURL looks for every indicator that the URL is or lies below: key holds
// what stands before the path, which begins in the buffer at rest.
func (s *Scanner) lookURL(key []byte, begin, rest int) {
	h, b := start(kindURL), s.buf
	for _, c := range key {
		h = h.add(c)
	}
	i := rest
	if c, _ := urlByte(b, i); c != '/' { // no path: it is "/"
		if c != '?' && !mayEnd(b, i) {
			s.url = key
			return
		}
		key, h = append(key, '/'), h.add('/')
		s.lookPrefix(key, h.sum(), begin, i, mayEnd(b, i))
		if c != '?' {
			s.url = key
			return
		}
	}
	for len(key) <= maxURL && i < s.to {
		c, n := urlByte(b, i)
		if c == '#' || urlEnd[c] {
			break
		}
		key, h = append(key, c), h.add(c)
		i += n
		next, _ := urlByte(b, i)
		if whole := mayEnd(b, i); whole || c == '/' || goesOn(next) {
			s.lookPrefix(key, h.sum(), begin, i, whole)
		}
	}
	s.url = key
}

// lookPrefix looks for a URL indicator that ends here. whole says that the URL
// may end here too; otherwise only those are found that cover what lies below.
func (s *Scanner) lookPrefix(key []byte, h uint64, begin, end int, whole bool) {
	s.x.find(kindURL, key, h, func(at uint32, r *record) {
		if whole || r.flags&flagExact == 0 {
			s.found(at, r, begin, end)
		}
	})
}

// urlByte is the byte of a URL at place i and its length as it is written there: JSON
// may escape a slash, and many writers do so with what HTML gives a meaning
// (\u0026, \u003d, \u002b); XML writes &amp;, CEF \=.
func urlByte(b []byte, i int) (c byte, n int) {
	c = b[i]
	switch {
	case c == '\\' && (b[i+1] == '/' || b[i+1] == '='):
		return b[i+1], 2
	case c == '\\' && b[i+1] == 'u' && b[i+2] == '0' && b[i+3] == '0':
		switch code := [2]byte{b[i+4], lowerByte(b[i+5])}; code {
		case [2]byte{'2', '6'}:
			return '&', 6
		case [2]byte{'2', 'b'}:
			return '+', 6
		case [2]byte{'3', 'd'}:
			return '=', 6
		}
	case c == '&' && b[i+1] == 'a' && b[i+2] == 'm' && b[i+3] == 'p' && b[i+4] == ';':
		return '&', 5
	}
	return c, 1
}

// goesOn are the bytes after which something lies below.
func goesOn(c byte) bool { return c == '/' || c == '?' || c == '&' || c == '#' }

// urlEnd are the bytes that no URL holds (doc.go).
var urlEnd = urlEnds()

func urlEnds() (t [256]bool) {
	for c := range 0x21 {
		t[c] = true
	}
	for _, c := range []byte("\"<>\\^`{|}\x7f") {
		t[c] = true
	}
	return t
}

// mayEnd reports whether a URL may end before place i: before what no URL
// holds, before what often follows one, and before dots and colons at its end.
func mayEnd(b []byte, i int) bool {
	for b[i] == '.' || b[i] == ':' {
		i++
	}
	c, n := urlByte(b, i)
	if n > 1 {
		return false
	}
	return urlEnd[c] || c == '#' || c == ',' || c == ';' || c == ')' || c == ']' || c == '\'' || c == '*' || c == '!'
}
