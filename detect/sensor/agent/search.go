package agent

import (
	"bytes"

	"ward/format/indicator"
)

// searcher looks through pieces; one for each worker.
type searcher struct {
	index   *indicator.Index
	scanner *indicator.Scanner
	lines   describer
	spelled []byte // a line of audit; see there
	long    string // the last long line, and where it begins in its piece
	begin   int
}

func newSearcher(x *indicator.Index) *searcher {
	s := &searcher{index: x}
	if x != nil {
		s.scanner = x.NewScanner()
	}
	return s
}

// search finds the hits of a piece, with places relative to it.
func (s *searcher) search(p *piece) {
	p.hits, p.rel = p.hits[:0], p.rel[:0]
	s.long, s.begin = "", -1
	if s.scanner == nil {
		p.lines = int64(bytes.Count(p.buf[p.from:p.to], []byte{'\n'}))
		return
	}
	at, lines := p.from, int64(0)
	var last *Hit
	for _, found := range s.scanner.Scan(p.buf, p.from, p.to) {
		lines += int64(bytes.Count(p.buf[at:found.Start], []byte{'\n'}))
		at = found.Start
		h := s.hit(p, found)
		if last != nil && p.rel[len(p.rel)-1] == lines && last.merge(h) {
			continue
		}
		p.hits, p.rel, last = append(p.hits, h), append(p.rel, lines), h
	}
	p.lines = lines + int64(bytes.Count(p.buf[at:p.to], []byte{'\n'}))
	if marked(p.buf[p.from:p.to]) {
		s.audited(p)
	}
}

func (s *searcher) hit(p *piece, f indicator.Hit) *Hit {
	begin := bytes.LastIndexByte(p.buf[p.from:f.Start], '\n') + 1 + p.from
	end := p.to
	if i := bytes.IndexByte(p.buf[f.Start:p.to], '\n'); i >= 0 {
		end = f.Start + i
	}
	line := bytes.TrimSuffix(p.buf[begin:end], []byte{'\r'})
	h := &Hit{Offset: p.offset + int64(begin-p.from), Match: string(p.buf[f.Start:min(f.End, f.Start+maxMatch)]),
		key: f.Key()}
	h.show(line, s.whole(begin, line), f.Start-begin, f.End-begin)
	h.of(s.index.Indicator(f))
	s.lines.describe(p.headAt(begin), h, line)
	return h
}

// whole is a copy of a long line, one for all hits in it.
func (s *searcher) whole(begin int, line []byte) string {
	if len(line) <= maxText {
		return ""
	}
	if s.begin != begin {
		s.begin, s.long = begin, string(line)
	}
	return s.long
}

// merge takes up a hit of the same value in the same line from another list.
func (h *Hit) merge(o *Hit) bool {
	if h.Indicator != o.Indicator || h.Type != o.Type || h.Match != o.Match || h.Source == o.Source {
		return false
	}
	if len(h.Sources) == 0 {
		h.Sources = []string{h.Source}
	}
	for _, s := range h.Sources {
		if s == o.Source {
			return true
		}
	}
	h.Sources = append(h.Sources, o.Source)
	if h.Ref == "" {
		h.Ref = o.Ref
	}
	return true
}
