package logline

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// auditSource joins the lines of Linux audit that share a serial: one event is
// a SYSCALL, EXECVE, CWD, some PATHs and a PROCTITLE. Field names repeat over
// the lines, in their order; type has each line's. Lines of two events may
// stand mixed, so that a few events are held open.
type auditSource struct {
	lines *lines
	d     *dialects
	open  []*auditEvent // oldest first
	spare []*auditEvent
	end   error
	// grouped says that ausearch has put the lines of each event together, the last
	// one first: then what follows ends an event, and no line of its own.
	grouped bool
}

type auditEvent struct {
	key    []byte // "1684329817.579:2995", with the node before it
	raw    []byte
	line   int
	offset int64
	cut    bool
	done   bool
}

// maxOpen and maxJoined bound what is held: the audit daemon mixes the lines of
// a handful of events, and the longest have some 40 PATH lines.
const (
	maxOpen   = 32
	maxJoined = 64 << 10
)

func (s *auditSource) next(rec *Record, counts *Counts) (Reason, error) {
	for s.end == nil && (len(s.open) == 0 || !s.open[0].done && len(s.open) < maxOpen) {
		if why := s.take(rec, counts); why != "" {
			return why, nil
		}
	}
	if len(s.open) == 0 {
		return "", s.end
	}
	e := s.open[0]
	s.open = slices.Delete(s.open, 0, 1)
	s.spare = append(s.spare, e)
	rec.Line, rec.Offset = e.line, e.offset
	rec.reset(e.raw, Auditd)
	rec.Cut = e.cut
	for rest := e.raw; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, newline)
		if why := s.d.auditLine(rec, line); why != "" {
			return why, nil
		}
	}
	return "", nil
}

// take reads one line into its event; why is not empty for a line of no event.
func (s *auditSource) take(rec *Record, counts *Counts) Reason {
	number, offset := s.lines.line+1, s.lines.offset
	line, cut, err := s.lines.next()
	if err != nil {
		s.end = err
		return ""
	}
	if cut {
		counts.Cut++
	}
	if blank(line) || bytes.HasPrefix(line, []byte("time->")) {
		return skipped
	}
	if string(line) == "----" { // of ausearch, before each event
		s.grouped = true
		s.close()
		return skipped
	}
	key := auditKey(line)
	if key == nil {
		return Broken
	}
	i := slices.IndexFunc(s.open, func(e *auditEvent) bool { return bytes.Equal(e.key, key) })
	if i < 0 || len(s.open[i].raw)+len(line) > maxJoined {
		if i >= 0 {
			s.open[i].done = true
			s.open[i].key = s.open[i].key[:0]
		}
		if s.grouped = s.grouped || interpreted(key); s.grouped {
			s.close()
		}
		s.open = append(s.open, s.event(key, number, offset))
		i = len(s.open) - 1
	}
	e := s.open[i]
	if len(e.raw) > 0 {
		e.raw = append(e.raw, '\n')
	}
	e.raw = append(e.raw, line...)
	e.cut = e.cut || cut
	if e.done = e.done || !s.grouped && auditEnds(line); e.done && i > 0 {
		s.open[0], s.open[i] = s.open[i], s.open[0]
	}
	return ""
}

// close ends the events that are open.
func (s *auditSource) close() {
	for _, e := range s.open {
		e.done = true
		e.key = e.key[:0]
	}
}

func (s *auditSource) event(key []byte, line int, offset int64) *auditEvent {
	e := &auditEvent{}
	if n := len(s.spare); n > 0 {
		e, s.spare = s.spare[n-1], s.spare[:n-1]
	}
	*e = auditEvent{key: append(e.key[:0], key...), raw: e.raw[:0], line: line, offset: offset}
	return e
}

// auditKey gives what lines of one event share.
func auditKey(line []byte) []byte {
	at := bytes.Index(line[:min(len(line), 512)], []byte("msg=audit("))
	if at < 0 {
		return nil
	}
	end := bytes.IndexByte(line[at:min(len(line), at+64)], ')')
	if end < 0 {
		return nil
	}
	return line[at+len("msg=audit(") : at+end]
}

// auditEnds: the kernel ends an event with EOE or PROCTITLE; user messages
// (CRED_ACQ, USER_CMD and the like, which hold msg='...') stand alone.
func auditEnds(line []byte) bool {
	return bytes.Contains(line[:min(len(line), 64)], []byte("type=EOE")) || bytes.Contains(line[:min(len(line), 64)], []byte("type=PROCTITLE")) ||
		bytes.Contains(line, []byte(" msg='"))
}

// auditLine reads type=SYSCALL msg=audit(1684329817.579:2995): key=value ...
func (d *dialects) auditLine(rec *Record, line []byte) Reason {
	rec.Format = Auditd
	key := auditKey(line)
	at := bytes.Index(line, []byte("type="))
	if key == nil || at < 0 {
		return Broken
	}
	if node, ok := bytes.CutPrefix(line[:at], []byte("node=")); ok {
		rec.add("node", bytes.TrimSpace(node))
	}
	kind, _ := word(line[at+len("type="):])
	rec.add("type", kind)
	colon := max(bytes.LastIndexByte(key, ':'), 0)
	t, raw := epoch(key[:colon])
	if !raw {
		var ok bool
		if t, ok = d.any(key[:colon]); !ok {
			return Broken
		}
	}
	if rec.Time.IsZero() {
		rec.Time = t
		rec.add("serial", key[colon+1:])
	}
	_, body, _ := bytes.Cut(line, []byte{')'})
	if body = bytes.TrimLeft(body, " :"); raw {
		d.auditPairs(rec, string(kind), body)
	} else {
		d.auditWords(rec, string(kind), body)
	}
	return ""
}

// auditPairs reads key=value, key="value" and key='key=value ...'; behind 0x1d
// the daemon writes what numbers mean, in upper-case names.
func (d *dialects) auditPairs(rec *Record, kind string, b []byte) {
	for len(b) > 0 {
		b = bytes.TrimLeft(b, " \x1d,")
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return
		}
		if blankAt := bytes.LastIndexAny(b[:eq], " \x1d"); blankAt >= 0 { // words before a key
			b = b[blankAt+1:]
			eq -= blankAt + 1
		}
		key := b[:eq]
		b = b[eq+1:]
		if len(b) > 0 && (b[0] == '"' || b[0] == '\'') {
			end := bytes.IndexByte(b[1:], b[0])
			if end < 0 {
				end = len(b) - 1
			}
			value := b[1 : 1+end]
			if b[0] == '\'' && bytes.IndexByte(value, '=') > 0 {
				d.auditPairs(rec, kind, value)
			} else {
				rec.add(d.plain.of(key), value)
			}
			b = b[min(end+2, len(b)):]
			continue
		}
		end := bytes.IndexAny(b, " \x1d")
		if end < 0 {
			end = len(b)
		}
		d.auditValue(rec, kind, d.plain.of(key), b[:end])
		b = b[end:]
	}
}

// hexCoded are the fields that untrusted programs fill; the kernel writes them
// in hexadecimal, without quotes, if they hold blanks, quotes or control bytes
// (audit field dictionary, format "encoded"). "old" and "new" are numbers there.
var hexCoded = map[string]bool{"acct": true, "cgroup": true, "cmd": true, "comm": true, "cwd": true, "data": true, "device": true, "dir": true, "exe": true,
	"file": true, "grp": true, "invalid_context": true, "key": true, "name": true, "new_group": true, "ocomm": true, "path": true, "proctitle": true, "vm": true, "watch": true}

// argument tells the words of a command line, a0 and a1[2], from a1_len, the bytes
// of a long one, which is a number.
func argument(kind, key string) bool {
	return kind == "EXECVE" && len(key) > 1 && key[0] == 'a' && isDigit(key[1]) && !strings.HasSuffix(key, "_len")
}

func (d *dialects) auditValue(rec *Record, kind, key string, value []byte) {
	coded := hexCoded[key] || argument(kind, key)
	if coded && len(value) >= 2 && len(value)%2 == 0 {
		if plain, ok := rec.fromHex(value); ok {
			if key == "proctitle" || key == "cmd" {
				for i, c := range plain { // arguments end with NUL
					if c == 0 {
						plain[i] = ' '
					}
				}
			}
			rec.add(key, plain)
			return
		}
	}
	rec.add(key, value)
	if key == "saddr" {
		d.socketAddress(rec, value)
	}
}

func (r *Record) fromHex(b []byte) ([]byte, bool) {
	from := len(r.scratch)
	for i := 0; i+1 < len(b); i += 2 {
		high, low := unhex(b[i]), unhex(b[i+1])
		if high < 0 || low < 0 {
			r.scratch = r.scratch[:from]
			return nil, false
		}
		r.scratch = append(r.scratch, byte(high<<4|low))
	}
	return r.scratch[from:len(r.scratch):len(r.scratch)], true
}

// socketAddress reads struct sockaddr_in and sockaddr_in6 as laddr and lport,
// the names that the audit tools use.
func (d *dialects) socketAddress(rec *Record, hex []byte) {
	b, ok := rec.fromHex(hex)
	if !ok || len(b) < 8 {
		return
	}
	family := int(b[0]) | int(b[1])<<8
	port := strconv.Itoa(int(b[2])<<8 | int(b[3]))
	switch {
	case family == 2:
		rec.addText("laddr", address(b[4:8]))
		rec.addText("lport", port)
	case family == 10 && len(b) >= 24:
		rec.addText("laddr", address(b[8:24]))
		rec.addText("lport", port)
	}
}
