package agent

import (
	"bytes"

	"ward/format/indicator"
	"ward/format/logline"
	"ward/format/pattern"
	"ward/format/plain"
)

// auditMark stands in each line of Linux audit.
var auditMark = []byte("msg=audit(")

// marked reports whether there is a line of Linux audit in a text, or a name as Windows'
// DNS server writes it. A bracket is rare where other signs of both stand in every log.
func marked(text []byte) bool {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '(')
		if i < 0 {
			return false
		}
		if at += i + 1; bytes.HasSuffix(text[:at], auditMark) || spells(text[at-1:]) {
			return true
		}
	}
}

// spells reports whether a text begins with a name of Windows' DNS server.
func spells(text []byte) bool {
	var room [256]byte
	_, n := logline.DNSName(room[:0], text)
	return n > 0
}

// veiled reports whether a line holds what it does not show.
func veiled(line []byte, r *logline.Record) bool {
	if r != nil && r.Format == logline.Auditd && coded(line) {
		return true
	}
	for i, c := range line {
		if c == '(' && spells(line[i:]) {
			return true
		}
	}
	return false
}

// coded reports whether a line of Linux audit may hold something in hexadecimal, as
// the kernel writes what untrusted programs fill (audit field dictionary, "encoded").
func coded(line []byte) bool {
	if !bytes.Contains(line, auditMark) {
		return false
	}
	run := 0 // digits behind an equals sign
	for i, c := range line {
		switch {
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'F' && run > 0:
			if run++; run > 8 {
				return true
			}
		case c == '=' && i+1 < len(line):
			run = 1
		default:
			run = 0
		}
	}
	return false
}

// spelled is the line with what stands in it in hexadecimal, or part by part, behind it,
// in quotes, so that no name goes on from one value into the next.
func spelled(to, line []byte, r *logline.Record) []byte {
	to = append(to, line...)
	at := len(to)
	if r != nil && r.Format == logline.Auditd {
		for _, f := range r.Fields {
			if len(f.Value) > 0 && !bytes.Contains(line, f.Value) {
				to = append(append(to, '"'), f.Value...)
			}
		}
	}
	for i := 0; i < len(line); i++ {
		if line[i] != '(' {
			continue
		}
		if name, n := logline.DNSName(append(to, '"'), line[i:]); n > 0 {
			to, i = name, i+n-1
		}
	}
	for i := at; i < len(to); i++ {
		if to[i] == '\n' {
			to[i] = ' '
		}
	}
	return to
}

// audited looks for indicators in what the lines of a piece hold and do not show.
func (s *searcher) audited(p *piece) {
	var hits []*Hit
	var rel []int64
	known, line := 0, int64(0)
	for at := p.from; at < p.to; line++ {
		end := p.to
		if n := bytes.IndexByte(p.buf[at:p.to], '\n'); n >= 0 {
			end = at + n
		}
		for ; known < len(p.hits) && p.rel[known] <= line; known++ {
			hits, rel = append(hits, p.hits[known]), append(rel, p.rel[known])
		}
		if text := bytes.TrimSuffix(p.buf[at:end], []byte{'\r'}); coded(text) || veiled(text, nil) {
			hits, rel = s.hidden(p, at, text, line, hits, rel)
		}
		at = end + 1
	}
	p.hits, p.rel = hits, rel
}

// hidden adds what one line holds; what its text has shown already ends the list of hits.
func (s *searcher) hidden(p *piece, at int, line []byte, number int64, hits []*Hit, rel []int64) ([]*Hit, []int64) {
	r := s.lines.read(p.headAt(at), line)
	if !veiled(line, r) {
		return hits, rel
	}
	seen := map[int64]bool{}
	for i := len(hits) - 1; i >= 0 && rel[i] == number; i-- {
		seen[hits[i].key] = true
	}
	s.spelled = spelled(append(s.spelled[:0], make([]byte, indicator.Pad)...), line, r)
	to := len(s.spelled)
	s.spelled = append(s.spelled, make([]byte, indicator.Pad)...)
	var last *Hit
	for _, f := range s.scanner.Scan(s.spelled, indicator.Pad, to) {
		if seen[f.Key()] {
			continue
		}
		seen[f.Key()] = true
		h := &Hit{Offset: p.offset + int64(at-p.from), Match: string(s.spelled[f.Start:min(f.End, f.Start+maxMatch)]), key: f.Key()}
		h.show(line, s.whole(at, line), 0, 0)
		h.of(s.index.Indicator(f))
		if s.lines.describe(p.headAt(at), h, line); last != nil && last.merge(h) {
			continue
		}
		hits, rel, last = append(hits, h), append(rel, number), h
	}
	return hits, rel
}

// codedValue is one value in hexadecimal, in capitals as the kernel writes it; numbers
// are in small letters.
var codedValue = pattern.Of(`\b(acct|cmd|comm|cwd|data|dir|exe|file|key|name|ocomm|path|proctitle|watch|a\d+(?:\[\d+\])?)=((?:[0-9A-F]{2}){2,})(?:[ \x1d]|$)`)

// unhex spells out what a line of Linux audit holds in hexadecimal: names of persons
// stand there too.
func unhex(line string) string {
	if !bytes.Contains([]byte(line), auditMark) {
		return line
	}
	var out []byte
	from := 0
	for _, m := range codedValue().FindAllStringSubmatchIndex(line, -1) {
		value := make([]byte, 0, (m[5]-m[4])/2)
		for i := m[4]; i < m[5]; i += 2 {
			c := digit(line[i])<<4 | digit(line[i+1])
			if c < ' ' || c == '"' {
				c = ' '
			}
			value = append(value, c)
		}
		out = append(append(append(append(out, line[from:m[4]]...), '"'), plain.Decoded(string(value))...), '"')
		from = m[5]
	}
	return string(append(out, line[from:]...))
}

func digit(c byte) byte {
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}
