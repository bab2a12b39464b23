package logline

import "bytes"

// interpreted reports whether the key of an event has the date that ausearch -i
// writes in place of seconds: 11/30/2026 07:43:59.123:456.
func interpreted(key []byte) bool { return bytes.IndexByte(key, ' ') > 0 }

// auditWords reads what ausearch -i has interpreted: names in place of numbers,
// nothing in hexadecimal, and no quotes around values that hold blanks. A value
// ends before the next word with an equals sign.
func (d *dialects) auditWords(rec *Record, kind string, b []byte) {
	for len(b) > 0 {
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return
		}
		key := b[bytes.LastIndexByte(b[:eq], ' ')+1 : eq]
		b = b[eq+1:]
		if inner, rest, ok := enclosed(b); ok {
			if d.auditWords(rec, kind, inner); bytes.IndexByte(inner, '=') < 0 {
				rec.add(d.plain.of(key), inner)
			}
			b = rest
			continue
		}
		end := auditValueEnd(kind, key, b)
		rec.add(d.plain.of(key), bytes.TrimRight(b[:end], " "))
		b = b[end:]
	}
}

// enclosed gives what stands in msg='...', saddr={ ... } and quotes.
func enclosed(b []byte) (inner, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	end := -1
	switch b[0] {
	case '\'':
		end = bytes.LastIndexByte(b[1:], '\'')
	case '"':
		end = bytes.IndexByte(b[1:], '"')
	case '{':
		end = bytes.IndexByte(b[1:], '}')
	}
	if end < 0 {
		return nil, nil, false
	}
	return bytes.TrimSpace(b[1 : 1+end]), b[end+2:], true
}

// auditValueEnd is where the value of a key ends: that of a command line, which
// holds words with equals signs of its own, only before what follows it always.
func auditValueEnd(kind string, key, b []byte) int {
	switch {
	case string(key) == "proctitle":
		return len(b)
	case string(key) == "cmd":
		for _, next := range [...]string{" exe=", " terminal=", " res="} {
			if i := bytes.Index(b, []byte(next)); i >= 0 {
				return i
			}
		}
		return len(b)
	case kind == "EXECVE" && len(key) == 2 && key[0] == 'a':
		next := []byte{' ', 'a', key[1] + 1, '='}
		if key[1] == '9' {
			next = []byte(" a10=")
		}
		if i := bytes.Index(b, next); i >= 0 {
			return i
		}
		return len(b)
	}
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], ' ')
		if i < 0 {
			return len(b)
		}
		at += i + 1
		n := at
		for n < len(b) && (b[n] >= 'a' && b[n] <= 'z' || isDigit(b[n]) || b[n] == '_' || b[n] == '-') {
			n++
		}
		if n > at && n < len(b) && b[n] == '=' && !isDigit(b[at]) {
			return at - 1
		}
	}
}
