package logline

import (
	"bytes"
)

// access reads a line of the common or combined log format, with a virtual host
// before it or not. Fields bear the names of W3C logs, which Sigma's webserver
// rules use.
func (d *dialects) access(rec *Record, line []byte) Reason {
	rec.Format = Access
	open := bytes.IndexByte(line, '[')
	if open < 2 {
		return Broken
	}
	t, end, ok := d.clf(line[open+1:])
	if !ok || open+1+end >= len(line) || line[open+1+end] != ']' {
		return Broken
	}
	rec.Time = t
	if !accessHead(rec, bytes.TrimSpace(line[:open])) {
		return Broken
	}
	rest := bytes.TrimLeft(line[open+end+2:], " ")
	request, rest, ok := quotedText(rec, rest)
	if !ok {
		return Broken
	}
	rec.request(request)
	for _, name := range [...]string{"sc-status", "sc-bytes"} {
		var w []byte
		w, rest = word(rest)
		rec.addSet(name, w)
	}
	for _, name := range [...]string{"cs-referer", "cs-user-agent"} {
		var value []byte
		if value, rest, ok = quotedText(rec, rest); !ok {
			break
		}
		rec.addSet(name, value)
	}
	return ""
}

// accessHead reads [host] client identity user. A user's name may hold blanks,
// and containers put a time and a stream before it all: what counts is the first
// address, or the first word where names were looked up. Of several addresses the last
// is the one that connected; those before it are what a proxy, or anybody, says of others
// (X-Forwarded-For; RFC 7239, section 8.1).
func accessHead(rec *Record, head []byte) bool {
	client, rest := word(head)
	for at := head; len(at) > 0; {
		w, behind := word(at)
		if len(behind) > 0 && isAddress(bytes.TrimSuffix(w, []byte{','})) {
			if before := head[:len(head)-len(at)]; bytes.Count(before, []byte{' '}) == 1 {
				rec.add("cs-host", before[:len(before)-1])
			}
			client, rest = w, behind
			break
		}
		at = behind
	}
	for {
		w, behind := word(rest)
		if len(behind) == 0 || !isAddress(bytes.TrimSuffix(w, []byte{','})) {
			break
		}
		rec.add("x-forwarded-for", bytes.TrimSuffix(client, []byte{','}))
		client, rest = w, behind
	}
	ident, user := word(rest)
	if len(client) == 0 || len(ident) == 0 {
		return false
	}
	rec.add("c-ip", client)
	rec.addSet("cs-username", user)
	return true
}

// isAddress tells an IP address by its looks.
func isAddress(b []byte) bool {
	dots, colons := bytes.Count(b, []byte{'.'}), bytes.Count(b, []byte{':'})
	for _, c := range b {
		if unhex(c) < 0 && c != '.' && c != ':' {
			return false
		}
	}
	return dots == 3 && colons == 0 || colons >= 2
}

// quotedText reads "..." with \" and \\ escaped, and passes over a blank behind it.
func quotedText(rec *Record, b []byte) (text, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != '"' {
		return nil, b, false
	}
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return rec.unescape(b[1:i], `"\`), bytes.TrimPrefix(b[i+1:], []byte{' '}), true
		}
	}
	return nil, b, false
}

// request reads METHOD URI VERSION; what is none of it stays whole.
func (r *Record) request(b []byte) {
	method, rest := word(b)
	last := bytes.LastIndexByte(rest, ' ')
	if len(rest) == 0 || len(method) > 20 || last < 0 && !bytes.HasPrefix(rest, []byte("/")) {
		r.addSet("request", b)
		return
	}
	uri := rest
	if last >= 0 && bytes.HasPrefix(rest[last+1:], []byte("HTTP/")) {
		uri = rest[:last]
		r.add("cs-version", rest[last+1:])
	}
	r.add("cs-method", method)
	r.add("cs-uri", uri)
	stem, query, _ := bytes.Cut(uri, []byte{'?'})
	r.add("cs-uri-stem", stem)
	r.addSet("cs-uri-query", query)
}

// bracketed tells the error log of Apache: [Wed Oct 11 14:32:52.123 2026] [.
func bracketed(line []byte) bool {
	return len(line) > 28 && line[4] == ' ' && month(line, 5) > 0 && bytes.IndexByte(line, ']') > 20
}

// webError reads the error logs of Apache and nginx.
func (d *dialects) webError(rec *Record, line []byte) Reason {
	rec.Format = WebError
	if len(line) > 0 && line[0] == '[' {
		return d.apacheError(rec, line)
	}
	t, end, ok := d.iso(line)
	if !ok {
		return Broken
	}
	rec.Time = t
	rest := bytes.TrimLeft(line[end:], " ")
	if len(rest) == 0 || rest[0] != '[' {
		return Broken
	}
	level, rest, ok := bytes.Cut(rest[1:], []byte("] "))
	if !ok {
		return Broken
	}
	rec.add("level", level)
	if pid, behind, ok := bytes.Cut(rest, []byte(": ")); ok && bytes.IndexByte(pid, '#') > 0 {
		rec.add("pid", pid[:bytes.IndexByte(pid, '#')])
		rest = behind
	}
	rec.add("message", rest)
	d.nginxParts(rec, rest)
	return ""
}

// nginxParts reads ", client: 1.2.3.4, server: x, request: \"...\"" at the end
// of a message.
func (d *dialects) nginxParts(rec *Record, msg []byte) {
	for _, part := range [...]struct{ lead, name string }{{", client: ", "c-ip"}, {", server: ", "server"}, {", host: ", "cs-host"}, {", referrer: ", "cs-referer"}} {
		if i := bytes.LastIndex(msg, []byte(part.lead)); i >= 0 {
			value := msg[i+len(part.lead):]
			if len(value) > 0 && value[0] == '"' {
				value, _, _ = quotedText(rec, value)
			} else if end := bytes.IndexByte(value, ','); end >= 0 {
				value = value[:end]
			}
			rec.addSet(part.name, value)
		}
	}
	if i := bytes.LastIndex(msg, []byte(", request: \"")); i >= 0 {
		if request, _, ok := quotedText(rec, msg[i+11:]); ok {
			rec.request(request)
		}
	}
}

// apacheError reads [time] [module:level] [pid n:tid n] [client a:p] message.
func (d *dialects) apacheError(rec *Record, line []byte) Reason {
	stamp, rest, ok := bytes.Cut(line[1:], []byte("]"))
	if !ok || len(stamp) < 20 {
		return Broken
	}
	t, _, ok := d.bsd(stamp[4:])
	if !ok {
		return Broken
	}
	rec.Time = t
	for {
		rest = bytes.TrimLeft(rest, " ")
		if len(rest) == 0 || rest[0] != '[' {
			break
		}
		var part []byte
		if part, rest, ok = bytes.Cut(rest[1:], []byte("]")); !ok {
			return Broken
		}
		if client, is := bytes.CutPrefix(part, []byte("client ")); is {
			if colon := bytes.LastIndexByte(client, ':'); colon > 0 && (bytes.Count(client, []byte{':'}) == 1 || !isAddress(client)) {
				client = client[:colon]
			}
			rec.add("c-ip", bytes.Trim(client, "[]"))
		} else if pid, is := bytes.CutPrefix(part, []byte("pid ")); is {
			pid, _, _ = bytes.Cut(pid, []byte(":"))
			rec.add("pid", pid)
		} else if rec.Get("level") == nil {
			if module, level, both := bytes.Cut(part, []byte(":")); both {
				rec.addSet("module", module)
				rec.addSet("level", level)
			} else {
				rec.add("level", part)
			}
		}
	}
	rec.add("message", rest)
	return ""
}

// looksSquid tells 1286536309.075    180 192.168.0.224 TCP_MISS/200 ...
func looksSquid(line []byte) bool {
	return len(line) > 20 && digits(line, 0, 10) > 0 && line[10] == '.' && digits(line, 11, 3) >= 0 && line[14] == ' '
}

// squid reads Squid's native access log. Names are those of Sigma's proxy rules.
func (d *dialects) squid(rec *Record, line []byte) Reason {
	rec.Format = Squid
	if !looksSquid(line) {
		return Broken
	}
	rec.Time, _ = epoch(line[:14])
	rest := bytes.TrimLeft(line[14:], " ")
	var w [9][]byte
	for i := range w {
		w[i], rest = word(rest)
	}
	result, status, ok := bytes.Cut(w[2], []byte{'/'})
	if !ok || len(w[5]) == 0 {
		return Broken
	}
	rec.add("time-taken", w[0])
	rec.add("c-ip", w[1])
	rec.add("s-action", result)
	rec.addSet("sc-status", status)
	rec.addSet("sc-bytes", w[3])
	rec.add("cs-method", w[4])
	rec.uri(w[5])
	rec.addSet("cs-username", w[6])
	hierarchy, server, _ := bytes.Cut(w[7], []byte{'/'})
	rec.addSet("s-hierarchy", hierarchy)
	rec.addSet("r-ip", server)
	rec.addSet("rs-content-type", w[8])
	return ""
}

// uri adds a URL of a proxy and its parts.
func (r *Record) uri(b []byte) {
	r.add("c-uri", b)
	rest := b
	if _, behind, ok := bytes.Cut(b, []byte("://")); ok {
		rest = behind
	}
	host, path, _ := bytes.Cut(rest, []byte{'/'})
	if i := bytes.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if i := bytes.LastIndexByte(host, ':'); i >= 0 && host[len(host)-1] != ']' {
		host = host[:i]
	}
	r.addSet("cs-host", host)
	stem, query, _ := bytes.Cut(path, []byte{'?'})
	r.addSet("c-uri-query", query)
	if i := bytes.LastIndexByte(stem, '.'); i >= 0 && i > bytes.LastIndexByte(stem, '/') {
		r.addSet("c-uri-extension", stem[i+1:])
	}
}
