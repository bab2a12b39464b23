package logline

import "bytes"

// leastPairs is how many make a line of pairs, where nothing else says so.
const leastPairs = 4

// keyValues reads pairs that are all of a line, as FortiGate and others write them:
//
//	date=2026-11-29 time=10:00:00 devname="fw1" logid="0000000013" srcip=10.0.0.9 dstip=203.0.113.77
//
// A value with blanks is quoted; a quote in it has a backslash before it. Words that are
// no pair are left out.
func (d *dialects) keyValues(rec *Record, line []byte) Reason {
	rec.Format = KeyValue
	if !looksPaired(line) {
		return Broken
	}
	fields := len(rec.Fields)
	for b := line; ; {
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			break
		}
		key := b[bytes.LastIndexAny(b[:eq], " \t,;")+1 : eq]
		b = b[eq+1:]
		end := bytes.IndexAny(b, " \t")
		if len(b) > 0 && b[0] == '"' {
			end = closing(b)
		}
		if end < 0 {
			end = len(b)
		}
		if len(key) > 0 && isKeyByte(key[0]) {
			rec.add(d.plain.of(key), unquoted(b[:end]))
		}
		b = b[end:]
	}
	if len(rec.Fields)-fields < leastPairs {
		return Broken
	}
	if t := d.stamp(rec, []string{"eventtime", "timestamp", "time", "ts"}); !t.IsZero() {
		rec.Time = t
	} else if day, clock := rec.Get("date"), rec.Get("time"); len(day) == 10 && len(clock) >= 8 && len(clock) < 16 {
		text := append(append(append([]byte{}, day...), 'T'), clock...)
		if t, ok := d.any(append(text, rec.Get("tz")...)); ok {
			rec.Time = t
		}
	}
	return ""
}

// closing is the place behind the quote that ends a quoted text, -1 if none does.
func closing(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func unquoted(b []byte) []byte {
	if len(b) > 1 && b[0] == '"' && b[len(b)-1] == '"' {
		return b[1 : len(b)-1]
	}
	return bytes.TrimRight(b, ",;")
}

// looksPaired tells a line that begins with a pair and has as many as make one.
func looksPaired(line []byte) bool {
	i := 0
	for i < len(line) && i < 40 && isKeyByte(line[i]) {
		i++
	}
	return i > 0 && i < len(line) && line[i] == '=' && bytes.Count(line, []byte{'='}) >= leastPairs
}

// looksFortiGate tells what FortiGate writes, alone and behind a priority of syslog.
func looksFortiGate(msg []byte) bool {
	head := msg[:min(len(msg), 256)]
	return looksPaired(msg) && bytes.Contains(head, []byte("devname=")) && bytes.Contains(head, []byte("logid="))
}
