package logline

import "bytes"

// payload reads what a syslog message carries, by the program that sent it and
// by its looks. What nothing reads is the field message.
func (d *dialects) payload(rec *Record, program, msg []byte) {
	fields, stamp, f := len(rec.Fields), rec.Time, rec.Format
	inner := bytes.TrimPrefix(msg, []byte("\xef\xbb\xbf"))
	if object, cee := bytes.CutPrefix(inner, []byte("@cee:")); cee { // the mark of JSON in syslog, as Suricata and rsyslog write it
		inner = bytes.TrimLeft(object, " ")
	}
	if carried := carried(program, inner); carried != Auto {
		why := d.carry(carried, rec, inner)
		if why == "" {
			if rec.Time.IsZero() {
				rec.Time = stamp
			}
			return
		}
		rec.Fields, rec.Time, rec.Format = rec.Fields[:fields], stamp, f
	}
	rec.add("message", msg)
}

// carried tells the format of a message inside syslog.
func carried(program, msg []byte) Format {
	if len(msg) < 4 {
		return Auto
	}
	switch msg[0] {
	case '{':
		return guessJSON(msg)
	case '<':
		if f := guessMarkup(msg); f != Syslog {
			return f
		}
	}
	switch {
	case bytes.HasPrefix(msg, []byte("CEF:")):
		return CEF
	case bytes.HasPrefix(msg, []byte("LEEF:")):
		return LEEF
	case bytes.HasPrefix(program, []byte("dnsmasq")):
		return Dnsmasq
	case string(program) == "named":
		return BIND
	case (bytes.HasPrefix(msg, []byte("type=")) || bytes.HasPrefix(msg, []byte("node="))) && bytes.Contains(msg, []byte("msg=audit(")):
		return Auditd
	case looksFortiGate(msg):
		return KeyValue
	case bytes.Contains(msg, []byte("SRC=")) && bytes.Contains(msg, []byte("IN=")):
		return Netfilter
	case isDigit(msg[0]) && looksSquid(msg):
		return Squid
	case isDigit(msg[0]) && looksWindowsDNS(msg):
		return WindowsDNS
	case bytes.Contains(msg, []byte("[")) && guess(msg) == Access:
		return Access
	}
	return Auto
}

// carry reads a message whose time and sender the header has told.
func (d *dialects) carry(f Format, rec *Record, msg []byte) Reason {
	rec.Format = f
	switch f {
	case Dnsmasq:
		return d.dnsmasq(rec, msg)
	case Netfilter:
		return d.netfilter(rec, msg)
	case WindowsXML:
		why := d.xml(WindowsXML, rec, msg)
		rec.Format = Sysmon
		return why
	}
	if f == JSON || f == EVE || f == ZeekJSON || f == WindowsJSON || f == CloudTrail || f == M365 {
		rec.Time = rec.Time.UTC()
		stamp := rec.Time
		why := d.object(f, rec, msg)
		if rec.Time.IsZero() {
			rec.Time = stamp
		}
		return why
	}
	stamp := rec.Time
	why := d.parse(f, rec, msg)
	if rec.Time.IsZero() {
		rec.Time = stamp
	}
	return why
}

// netfilterLine reads a line of the kernel's packet log without a syslog header.
func (d *dialects) netfilterLine(rec *Record, line []byte) Reason { return d.netfilter(rec, line) }

// netfilter reads what iptables, nftables and ufw log: a prefix, then KEY=value
// with words like SYN between. A packet quoted in an ICMP error, in brackets,
// is another packet and is left out.
func (d *dialects) netfilter(rec *Record, msg []byte) Reason {
	rec.Format = Netfilter
	at := bytes.Index(msg, []byte("IN="))
	if at < 0 {
		return Broken
	}
	prefix := bytes.TrimSpace(msg[:at])
	if len(prefix) > 0 && prefix[0] == '[' { // the kernel's uptime
		if end := bytes.IndexByte(prefix, ']'); end > 0 && end < 24 && (isDigit(prefix[1]) || prefix[1] == ' ') {
			prefix = bytes.TrimSpace(prefix[end+1:])
		}
	}
	rec.addSet("prefix", prefix)
	found := false
	for rest := msg[at:]; len(rest) > 0; {
		var w []byte
		if w, rest = word(rest); len(w) == 0 {
			continue
		}
		if w[0] == '[' {
			break
		}
		key, value, pair := bytes.Cut(w, []byte{'='})
		if !pair {
			rec.add("flag", w)
			continue
		}
		found = found || string(key) == "SRC"
		if len(value) > 0 {
			rec.add(d.plain.of(key), value)
		}
	}
	if !found {
		return Broken
	}
	return ""
}
