package indicator

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// verifyName looks a name up whose last labels the filter knows: as a domain
// and below one, as a file, as the host of a URL or of an address.
func (s *Scanner) verifyName(st, e int) {
	for i := st; i < e; i += 8 {
		binary.LittleEndian.PutUint64(s.text[8+i-st:], lowerWord(load(s.buf, i)))
	}
	s.lookName(e-st, st, e)
}

// lookName takes the canonical text of the name at [st,e), the first n bytes of
// s.text behind its pad; it differs from the buffer for names with letters of
// other scripts.
func (s *Scanner) lookName(n, st, e int) {
	b, h := s.text[:8+n], uint64(k0)
	for end, first := len(b), true; end > 8; first = false {
		begin := labelStart(b, 8, end)
		h, end = addLabel(h, b, begin, end), begin
		if first || !s.x.maybe(h) {
			continue
		}
		text := b[begin:]
		s.lookDomain(text, h, begin == 8, st, e)
		if begin == 8 {
			s.lookFile(text, h, st, e)
			s.verifyURL(text, st, e)
			s.verifyMail(text, st, e)
		}
	}
}

// lookDomain looks for a domain that is the whole name or its end.
func (s *Scanner) lookDomain(text []byte, h uint64, whole bool, st, e int) {
	s.x.find(kindDomain, text, h, func(at uint32, r *record) {
		if whole || r.flags&flagExact == 0 {
			s.found(at, r, st, e)
		}
	})
}

// lookFile looks for file names that end with this name.
func (s *Scanner) lookFile(text []byte, h uint64, st, e int) {
	s.x.find(kindFile, text, h, func(at uint32, r *record) {
		if before, ok := s.fileBefore(r, st); ok {
			s.found(at, r, before, e)
		}
	})
}

// fileBefore compares what a file name has before its last name, from the end,
// '\', '\\' and '/' being the same; it returns where the file name begins.
func (s *Scanner) fileBefore(r *record, st int) (int, bool) {
	if len(r.value) == 0 {
		return st, true
	}
	rest, at := r.value[:len(r.value)-len(r.key)], st
	for i := len(rest) - 1; i >= 0; i-- {
		if at <= s.from {
			return 0, false
		}
		if at--; rest[i] != '/' {
			if lowerByte(s.buf[at]) != rest[i] {
				return 0, false
			}
			continue
		}
		if !isSlash(s.buf[at]) {
			return 0, false
		}
		for at > s.from && isSlash(s.buf[at-1]) {
			at--
		}
	}
	first := rest[0]
	if first != '/' && isWord(first) && isWord(s.buf[at-1]) {
		return 0, false
	}
	return at, true
}

// verifyMail looks for an address whose host is the name at [st,e).
func (s *Scanner) verifyMail(text []byte, st, e int) {
	if s.buf[st-1] != '@' {
		return
	}
	at := st - 1
	for at > s.from && st-at <= 65 && isLocal(s.buf[at-1]) {
		at--
	}
	for at < st-1 && (s.buf[at] == '.' || s.buf[at] == '-') {
		at++
	}
	key := append(append(s.url[:0], s.buf[at:st]...), text...)
	lower(key)
	s.url = key
	s.look(kindMail, key, hashOf(kindMail, key), at, e)
}

// odd are the bytes before a name that need a closer look: of other scripts,
// and what begins an escape.
var odd = oddBytes()

func oddBytes() (t [256]bool) {
	for c := 0x80; c < 0x100; c++ {
		t[c] = true
	}
	t['%'], t['\\'] = true, true
	return t
}

func isLocal(c byte) bool { return isWord(c) || c == '.' || c == '+' || c == '-' || c == '_' }

func isWord(c byte) bool { return isDigit(c) || lowerByte(c)-'a' < 26 }

func isSlash(c byte) bool { return c == '/' || c == '\\' }

func lowerByte(c byte) byte {
	if c-'A' < 26 {
		c |= 0x20
	}
	return c
}

func lower(b []byte) {
	for i, c := range b {
		b[i] = lowerByte(c)
	}
}

// lowerWord lowers eight bytes at once: the top bit of each byte of upper says
// that it is a capital.
func lowerWord(w uint64) uint64 {
	low := w & 0x7f7f7f7f7f7f7f7f
	upper := (low + ones*(0x80-'A')) &^ (low + ones*(0x80-'Z'-1)) &^ w & (ones * 0x80)
	return w | upper>>2
}

const ones = 0x0101010101010101

// joinParts tells of the patterns of which every part stands in one line, at
// the place of the part that comes first.
func (s *Scanner) joinParts() {
	if len(s.parts) < 2 {
		return
	}
	slices.SortFunc(s.parts, func(a, b part) int { return a.Start - b.Start })
	for i := 1; i < len(s.parts); i++ {
		p := &s.parts[i]
		p.line = s.parts[i-1].line + bytes.Count(s.buf[s.parts[i-1].Start:p.Start], []byte{'\n'})
	}
	slices.SortStableFunc(s.parts, func(a, b part) int { return cmp.Or(cmp.Compare(a.all, b.all), a.line-b.line) })
	for i := 0; i < len(s.parts); {
		first, have := s.parts[i], uint64(0)
		for ; i < len(s.parts) && s.parts[i].all == first.all && s.parts[i].line == first.line; i++ {
			have |= 1 << (s.parts[i].part & 63)
		}
		r, ok := readRecord(s.x.records, first.all)
		if ok && r.kind == kindAll && r.parts > 0 && r.parts <= 64 && bits.OnesCount64(have) == int(r.parts) {
			s.hits = append(s.hits, Hit{Start: first.Start, End: first.End, record: first.all})
		}
	}
}
