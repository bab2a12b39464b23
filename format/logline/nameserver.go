package logline

import (
	"bytes"
	"slices"
)

// dnsmasq reads a message of dnsmasq with --log-queries, also its extra form
// with number and asker in front. DHCP and other messages stay messages.
func (d *dialects) dnsmasq(rec *Record, msg []byte) Reason {
	rec.Format = Dnsmasq
	first, rest := word(msg)
	if len(first) > 0 && isDigit(first[0]) && bytes.IndexByte(rest, '/') > 0 { // 12 10.0.0.1/4242 query[A] ...
		rec.add("serial", first)
		asker, behind := word(rest)
		ip, port, _ := bytes.Cut(asker, []byte{'/'})
		rec.add("src_ip", ip)
		rec.addSet("src_port", port)
		first, rest = word(behind)
	}
	name, rest := word(rest)
	if string(name) == "blocked" { // Pi-hole: gravity blocked x is 0.0.0.0
		name, rest = word(rest)
	}
	link, rest := word(rest)
	value, _ := word(rest)
	action, kind, _ := bytes.Cut(first, []byte{'['})
	if len(name) == 0 || len(value) == 0 {
		return Broken
	}
	rec.add("action", action)
	rec.add("query", name)
	rec.addSet("record_type", bytes.TrimSuffix(kind, []byte{']'}))
	switch string(link) {
	case "from":
		if rec.Get("src_ip") == nil {
			rec.add("src_ip", value)
		}
	case "to":
		rec.add("dst_ip", value)
	case "is":
		rec.add("answer", value)
	default:
		return Broken
	}
	return ""
}

// bind reads a line of BIND's query log, in a file or as named's message: the
// old form (client 10.0.0.1#53: query: ...), that with the name asked for in
// brackets, that with an @0x address, each with a view or not. Other messages
// about a client give the client and the message.
func (d *dialects) bind(rec *Record, line []byte) Reason {
	rec.Format = BIND
	if t, end, ok := d.clf(line); ok {
		rec.Time, line = t, line[end:]
	} else if t, end, ok := d.iso(line); ok {
		rec.Time, line = t, line[end:]
	}
	at := bytes.Index(line, []byte("client "))
	if at < 0 {
		return d.bindOther(rec, line)
	}
	if !d.bindHead(rec, line[:at]) {
		return Broken
	}
	who, rest := word(line[at+len("client "):])
	if len(who) > 0 && who[0] == '@' {
		who, rest = word(rest)
	}
	who = bytes.TrimSuffix(who, []byte{':'})
	ip, port, ok := bytes.Cut(who, []byte{'#'})
	if !ok {
		return Broken
	}
	rec.add("src_ip", ip)
	rec.addSet("src_port", port)
	for {
		switch {
		case bytes.HasPrefix(rest, []byte("(")): // (name):
			end := bytes.Index(rest, []byte(")"))
			if end < 0 {
				return Broken
			}
			rest = bytes.TrimLeft(rest[end+1:], ": ")
		case bytes.HasPrefix(rest, []byte("view ")):
			view, behind, ok := bytes.Cut(rest[5:], []byte(": "))
			if !ok {
				return Broken
			}
			rec.add("view", view)
			rest = behind
		default:
			return d.bindQuery(rec, rest)
		}
	}
}

// bindHead reads "queries: info: ", which print-category and print-severity add;
// anything else, such as a header of syslog, is not for this reader.
func (d *dialects) bindHead(rec *Record, head []byte) bool {
	for i, part := range bytes.Split(bytes.Trim(head, " :"), []byte(": ")) {
		switch {
		case i >= 2 || len(part) == 0:
		case i == 0 && bytes.IndexByte(part, ' ') >= 0:
			return false
		default:
			rec.add([...]string{"category", "severity"}[i], part)
		}
	}
	return true
}

// bindOther takes named's messages about anything else, if they say their
// category and severity; other programs write dates the same way.
func (d *dialects) bindOther(rec *Record, line []byte) Reason {
	parts := bytes.SplitN(bytes.TrimSpace(line), []byte(": "), 3)
	if len(parts) == 3 && !rec.Time.IsZero() && slices.Contains(bindSeverities, string(parts[1])) && bytes.IndexByte(parts[0], ' ') < 0 {
		rec.add("category", parts[0])
		rec.add("severity", parts[1])
		rec.add("message", parts[2])
		return ""
	}
	if rec.Get("programname") != nil {
		rec.add("message", line)
		return ""
	}
	return Broken
}

var bindSeverities = []string{"info", "notice", "warning", "error", "critical", "debug 1", "debug 2", "debug 3"}

// bindQuery reads "query: name CLASS TYPE FLAGS (server)" and the quoted
// 'name/TYPE/CLASS' of refusals.
func (d *dialects) bindQuery(rec *Record, rest []byte) Reason {
	if asked, ok := bytes.CutPrefix(rest, []byte("query: ")); ok {
		for _, name := range [...]string{"query", "record_class", "record_type", "flags", "dst_ip"} {
			var w []byte
			w, asked = word(asked)
			if name == "dst_ip" { // only the server stands in brackets: flags may end with one of their own, +E(0)
				w = bytes.Trim(w, "()")
			}
			rec.addSet(name, w)
		}
		if rec.Get("record_type") == nil {
			return Broken
		}
		return ""
	}
	rec.add("message", rest)
	if from := bytes.IndexByte(rest, '\''); from >= 0 {
		if end := bytes.IndexByte(rest[from+1:], '\''); end > 0 {
			parts := bytes.Split(rest[from+1:from+1+end], []byte{'/'})
			if n := len(parts); n >= 3 {
				rec.add("query", bytes.Join(parts[:n-2], []byte{'/'}))
				rec.add("record_type", parts[n-2])
			}
		}
	}
	return ""
}
