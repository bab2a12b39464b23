package logline

import (
	"bytes"
	"time"
)

// dialects holds the readers of single lines with what they remember of a file.
type dialects struct {
	zones
	plain   names // names of key=value and CSV, as they stand
	windows names // names of Windows events, see windowsName
	json    flattener
	table   table // columns of Zeek and W3C
	markup  markup
}

func newDialects(z zones) *dialects {
	return &dialects{zones: z, windows: names{rename: windowsName}}
}

// parse reads one line of a format into the record.
func (d *dialects) parse(f Format, rec *Record, line []byte) Reason {
	switch f {
	case JSON, EVE, ZeekJSON, WindowsJSON, CloudTrail, M365:
		return d.object(f, rec, line)
	case Journal:
		if why := d.json.read(&d.plain, rec, line); why != "" {
			return why
		}
		return d.journal(rec)
	case Zeek:
		return d.zeek(rec, line)
	case W3C:
		return d.w3c(rec, line)
	case Syslog, Sysmon, Dnsmasq:
		return d.syslog(rec, line)
	case BIND:
		return d.bind(rec, line)
	case KeyValue:
		return d.keyValues(rec, line)
	case WindowsDNS:
		return d.windowsDNS(rec, line)
	case CEF:
		return d.cef(rec, line)
	case LEEF:
		return d.leef(rec, line)
	case Access:
		return d.access(rec, line)
	case WebError:
		return d.webError(rec, line)
	case Squid:
		return d.squid(rec, line)
	case Netfilter:
		return d.netfilterLine(rec, line)
	case Auditd:
		return d.auditLine(rec, line)
	case WindowsXML, ATNA:
		return d.xml(f, rec, line)
	}
	rec.add("message", line)
	rec.Time = d.leading(line)
	return ""
}

// leading finds the stamp that a line of no known format begins with.
func (d *dialects) leading(line []byte) time.Time {
	for i, c := range line[:min(len(line), 8)] {
		if c != ' ' && c != '[' && c != '(' && c != '<' && c != '"' {
			t, _ := d.begin(line[i:])
			return t
		}
	}
	return time.Time{}
}

// guess tells from a line's looks which reader to try, Auto if none.
func guess(line []byte) Format {
	line = bytes.TrimLeft(line, " \t")
	if len(line) < 8 {
		return Auto
	}
	switch c := line[0]; {
	case c == '{':
		return guessJSON(line)
	case c == '<':
		return guessMarkup(line)
	case c == '[' && bracketed(line):
		return WebError
	case bytes.HasPrefix(line, []byte("type=")) && bytes.Contains(line, []byte("msg=audit(")),
		bytes.HasPrefix(line, []byte("node=")) && bytes.Contains(line, []byte(" msg=audit(")):
		return Auditd
	case bytes.HasPrefix(line, []byte("- <Event")):
		return WindowsXML
	case isDigit(c) && looksSquid(line):
		return Squid
	case isDigit(c) && looksWindowsDNS(line):
		return WindowsDNS
	case isDigit(c) && framed(line) > 0:
		return Syslog
	}
	head := line[:min(len(line), 1024)]
	if bytes.HasPrefix(line, []byte("CEF:")) {
		return CEF
	}
	if bytes.HasPrefix(line, []byte("LEEF:")) {
		return LEEF
	}
	if at := bytes.IndexByte(head, '['); at > 0 && len(head) > at+24 && head[at+3] == '/' && head[at+7] == '/' && bytes.IndexByte(line[at:], '"') > 0 {
		if month(line, 0) == 0 {
			return Access
		}
	}
	return guessStamp(line)
}

// guessStamp looks at the stamp that most other lines begin with.
func guessStamp(line []byte) Format {
	var z zones
	if _, _, ok := z.bsd(line); ok {
		return Syslog
	}
	if _, _, ok := z.clf(line); ok {
		return BIND
	}
	if len(line) > 20 && line[4] == '/' && line[7] == '/' && line[19] == ' ' && line[20] == '[' {
		return WebError
	}
	if t, end, ok := z.iso(line); ok && !t.IsZero() && end < len(line) && line[end] == ' ' && line[10] == 'T' {
		if queryLog(line[end+1:]) {
			return BIND
		}
		return Syslog
	}
	if bytes.Contains(line, []byte("SRC=")) && bytes.Contains(line, []byte("IN=")) {
		return Netfilter
	}
	if looksPaired(line) {
		return KeyValue
	}
	return Auto
}

// queryLog tells what BIND writes behind the stamp of "print-time iso8601" from a line
// of syslog: category and severity, if any, and no host, before a client with its port.
func queryLog(b []byte) bool {
	i := bytes.Index(b[:min(len(b), 64)], []byte("client "))
	if i < 0 || bytes.ContainsAny(bytes.ReplaceAll(b[:i], []byte(": "), nil), " [") {
		return false
	}
	who, rest := word(b[i+len("client "):])
	if bytes.HasPrefix(who, []byte("@")) {
		who, _ = word(rest)
	}
	return bytes.IndexByte(who, '#') > 0
}

// guessMarkup tells XML events from the priority of syslog.
func guessMarkup(line []byte) Format {
	switch {
	case isDigit(line[1]):
		return Syslog
	case bytes.HasPrefix(line, []byte("<Event")):
		return WindowsXML
	case bytes.Contains(line, []byte("<AuditMessage")):
		return ATNA
	case bytes.HasPrefix(line, []byte("<?xml")) && bytes.Contains(line, []byte("<Event ")):
		return WindowsXML
	}
	return Auto
}
