package logline

import (
	"bytes"
	"time"
)

// Names of facilities and severities, RFC 5424 table 1 and 2, as rsyslog writes
// them; its properties give all fields of the header their names.
var (
	facilities = [...]string{"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit",
		"alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"}
	severities = [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}
)

// framed gives the length of an octet count before a message (RFC 6587).
func framed(line []byte) int {
	i := 0
	for i < len(line) && i < 7 && isDigit(line[i]) {
		i++
	}
	if i == 0 || i+2 >= len(line) || line[i] != ' ' || line[i+1] != '<' || !isDigit(line[i+2]) {
		return 0
	}
	return i + 1
}

// syslog reads a message of RFC 5424, RFC 3164, or the ISO form that rsyslog
// and journald write into files, and then what the message carries.
func (d *dialects) syslog(rec *Record, line []byte) Reason {
	rec.Format = Syslog
	b := line[framed(line):]
	if len(b) > 2 && b[0] == '<' {
		end, pri := 1, 0
		for end < len(b) && end < 5 && isDigit(b[end]) {
			pri = pri*10 + int(b[end]-'0')
			end++
		}
		if end == 1 || end >= len(b) || b[end] != '>' || pri > 191 {
			return Broken
		}
		rec.addText("syslogfacility-text", facilities[pri/8])
		rec.addText("syslogseverity-text", severities[pri%8])
		b = b[end+1:]
		if len(b) > 2 && isDigit(b[0]) && b[1] == ' ' {
			return d.syslog5424(rec, b[2:])
		}
	}
	return d.syslog3164(rec, b)
}

// syslog3164 reads TIMESTAMP HOSTNAME TAG[PID]: MSG (RFC 3164, 4.1).
func (d *dialects) syslog3164(rec *Record, b []byte) Reason {
	t, end, ok := d.bsd(b)
	bare := false
	if !ok {
		t, end, ok = d.iso(b)
		bare = ok && len(rec.Fields) == 0
	}
	if !ok {
		t, end, ok = d.cisco(b)
	}
	if !ok && len(rec.Fields) > 0 {
		t, end, ok = d.leadIn(b)
	}
	if !ok {
		if len(rec.Fields) == 0 { // neither priority nor time
			return Broken
		}
		d.payload(rec, nil, b)
		return ""
	}
	rec.Time = t
	b = b[end:]
	if len(b) > 0 && b[0] == ':' {
		b = b[1:]
	}
	b = bytes.TrimLeft(b, " ")
	host, rest := word(b)
	if len(host) == 0 {
		return Broken
	}
	if !isTag(host) {
		if !isHost(host) {
			return Broken
		}
		if tag, _, _ := splitTag(rest); bare && tag == nil && (!bytes.ContainsAny(host, "0123456789.-:") && guess(rest) == Auto || len(bytes.Trim(host, "0123456789")) == 0) {
			d.payload(rec, nil, b) // any program writes such a time before a word: GET, ERROR
			return ""
		}
		rec.addSet("hostname", host)
		b = rest
	}
	tag, pid, msg := splitTag(b)
	rec.addSet("programname", tag)
	rec.addSet("procid", pid)
	d.payload(rec, tag, msg)
	return ""
}

// cisco reads the stamp of IOS: a count of messages before it, or not, and a mark
// of an unsure clock.
func (d *dialects) cisco(b []byte) (t time.Time, end int, ok bool) {
	at := 0
	for at < len(b) && isDigit(b[at]) {
		at++
	}
	if at > 0 {
		if !bytes.HasPrefix(b[at:], []byte(": ")) {
			return t, 0, false
		}
		at += 2
	}
	if at < len(b) && (b[at] == '*' || b[at] == '.') {
		at++
	}
	t, end, ok = d.bsd(b[at:])
	return t, at + end, ok && at > 0
}

// leadIn reads what some devices write before the month: the day of the week, or the
// year, "2026 Nov 29 10:00:00".
func (d *dialects) leadIn(b []byte) (t time.Time, end int, ok bool) {
	z, at := d.zones, 0
	switch year := digits(b, 0, 4); {
	case month(b, 4) > 0 && b[3] == ' ':
		at = 4
	case year >= 1970 && month(b, 5) > 0 && b[4] == ' ':
		at, z.reference = 5, time.Date(year, 12, 31, 0, 0, 0, -1, time.UTC) // a day before the end of this year
	default:
		return t, 0, false
	}
	t, end, ok = z.bsd(b[at:])
	return t, at + end, ok
}

// word gives what stands before the next blank and what behind it.
func word(b []byte) (first, rest []byte) {
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// isTag tells a tag from a host name where a device leaves the host out.
func isTag(w []byte) bool {
	return w[len(w)-1] == ':' && bytes.Count(w, []byte{':'}) == 1 || bytes.HasPrefix(w, []byte("CEF:")) || bytes.HasPrefix(w, []byte("LEEF:"))
}

// isHost tells a host name or address from the level or bracket that other
// programs write behind a time.
func isHost(w []byte) bool {
	for _, c := range w {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && c != '.' && c != '-' && c != '_' && c != ':' && c < 0x80 {
			return false
		}
	}
	return true
}

// splitTag reads TAG[PID]: in front of a message. Without one, all of b is the
// message.
func splitTag(b []byte) (tag, pid, msg []byte) {
	for i, c := range b[:min(len(b), 128)] {
		switch {
		case c == '[' && i > 0:
			end := bytes.IndexByte(b[i:], ']')
			if end < 0 {
				return nil, nil, b
			}
			rest := b[i+end+1:]
			if len(rest) > 0 && rest[0] == ':' {
				rest = rest[1:]
			}
			return b[:i], b[i+1 : i+end], bytes.TrimPrefix(rest, []byte{' '})
		case c == ':' && i > 0 && i+1 < len(b) && b[i+1] == ' ':
			return b[:i], nil, b[i+2:]
		case c == ':' && i > 0 && i+1 == len(b):
			return b[:i], nil, nil
		case c == ' ' || c == '=' || c == '|' || c == '<' || c == '{' || c == '"':
			return nil, nil, b
		}
	}
	return nil, nil, b
}

// syslog5424 reads TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG
// behind the version (RFC 5424, 6). Data fields are named id.param.
func (d *dialects) syslog5424(rec *Record, b []byte) Reason {
	stamp, b := word(b)
	if t, _, ok := d.iso(stamp); ok {
		rec.Time = t
	} else if string(stamp) != "-" {
		return Broken
	}
	var app []byte
	for _, name := range [...]string{"hostname", "programname", "procid", "msgid"} {
		var w []byte
		if w, b = word(b); len(w) == 0 {
			return Broken
		}
		rec.addSet(name, w)
		if name == "programname" {
			app = w
		}
		if name == "hostname" && (bytes.HasPrefix(b, []byte("LEEF:")) || bytes.HasPrefix(b, []byte("CEF:"))) { // IBM's own example leaves the rest out
			d.payload(rec, nil, b)
			return ""
		}
	}
	rest, ok := d.structured(rec, b)
	if !ok {
		return Broken
	}
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte{' '}), []byte("\xef\xbb\xbf"))
	d.payload(rec, app, rest)
	return ""
}

// structured reads [id name="value" ...][...] or the dash for none.
func (d *dialects) structured(rec *Record, b []byte) (rest []byte, ok bool) {
	if len(b) > 0 && b[0] == '-' {
		return b[1:], true
	}
	if len(b) == 0 || b[0] != '[' {
		return b, len(b) == 0
	}
	for len(b) > 0 && b[0] == '[' {
		end := bytes.IndexAny(b, " ]")
		if end < 2 {
			return nil, false
		}
		id := b[1:end]
		if b = b[end:]; b[0] == ']' {
			rec.add(d.plain.of(id), []byte{})
		}
		for len(b) > 0 && b[0] == ' ' {
			if b, ok = d.param(rec, id, b[1:]); !ok {
				return nil, false
			}
		}
		if len(b) == 0 || b[0] != ']' {
			return nil, false
		}
		b = b[1:]
	}
	return b, true
}

// param reads name="value" with \" \\ \] escaped.
func (d *dialects) param(rec *Record, id, b []byte) (rest []byte, ok bool) {
	if len(b) > 0 && b[0] == ']' {
		return b, true
	}
	name, b, ok := bytes.Cut(b, []byte(`="`))
	if !ok || len(name) > 64 {
		return nil, false
	}
	from := len(rec.scratch)
	rec.scratch = append(append(append(rec.scratch, id...), '.'), name...)
	key := d.plain.of(rec.scratch[from:])
	rec.scratch = rec.scratch[:from]
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			rec.add(key, rec.unescape(b[:i], `"\]`))
			return b[i+1:], true
		case '\\':
			i++
		}
	}
	return nil, false
}

// unescape takes the backslash from in front of the given characters.
func (r *Record) unescape(b []byte, escaped string) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	from := len(r.scratch)
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && bytes.IndexByte([]byte(escaped), b[i+1]) >= 0 {
			i++
		}
		r.scratch = append(r.scratch, b[i])
	}
	return r.scratch[from:len(r.scratch):len(r.scratch)]
}
