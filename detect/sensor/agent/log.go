package agent

import (
	"io"

	"ward/format/logline"
)

// state is the log that is being collected.
type state struct {
	Log
	lines  int64 // line feeds before the next piece
	told   int64 // hits before this place are an earlier scan's
	begin  int64 // of the line that runs over pieces
	torn   bool  // the last line has no end
	seen   map[int64]bool
	detect *detection
}

// log reads one log from start, which is 0 or where resume says.
func (s *scan) log(l Log, from io.Reader, start int64, resume *Progress) error {
	st := &state{Log: l, begin: start}
	if resume != nil {
		st.told = resume.Offset
		if start > 0 {
			st.lines = resume.Line
		}
	}
	st.detect = s.detection(st)
	text, refused := logline.Searchable(from)
	r := &reader{r: text, step: s.step, offset: start}
	for s.ctx.Err() == nil {
		p := <-s.free
		if !r.next(p) {
			s.free <- p
			break
		}
		if l.head == nil {
			l.head = s.newHead(l, p.buf[p.from:p.to])
		}
		p.head = l.head
		p.learn()
		l.head = p.lastHead()
		s.hand(p)
		s.order(func() { s.collect(st, p) })
	}
	at, err := r.offset, r.fault()
	ended := s.ctx.Err() == nil
	broken := refused()
	s.order(func() { s.end(st, at, err, ended, broken) })
	return nil
}

// collect takes a searched piece: its hits get their lines and are told.
func (s *scan) collect(st *state, p *piece) {
	<-p.done
	if !p.inside {
		st.begin, st.seen = p.offset, nil
	}
	var open map[int64]bool // told in the line that has no end yet
	if p.lines == 0 {
		open = st.seen
	}
	end := p.offset + int64(p.to-p.from)
	for i, h := range p.hits {
		h.File, h.Line = st.File, st.lines+p.rel[i]+1
		if p.rel[i] == 0 && p.inside { // goes on from the piece before
			h.Offset = st.begin
			if st.seen[h.key] {
				continue
			}
		}
		if p.rel[i] == p.lines && p.buf[p.to-1] != '\n' { // may go on in the next
			if open == nil {
				open = map[int64]bool{}
			}
			open[h.key] = true
		}
		if h.Offset >= st.told {
			s.tell(h)
		}
	}
	if st.seen = open; p.lines > 0 {
		st.begin = p.offset + int64(lastLine(p))
	}
	st.lines, st.torn = st.lines+p.lines, p.buf[p.to-1] != '\n'
	st.detect.feed(p.buf[p.from:p.to])
	s.passed(st, end, max(0, end-max(p.offset, st.told)), p.lines)
	s.free <- p
}

// lastLine is where the last line of a piece begins, from its start.
func lastLine(p *piece) int {
	for i := p.to - 1; i >= p.from; i-- {
		if p.buf[i] == '\n' {
			return i + 1 - p.from
		}
	}
	return 0
}

// passed moves the position on. A place inside of a line is none to go on from,
// unless the line has no end.
func (s *scan) passed(st *state, end, bytes, lines int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.summary.Bytes += bytes
	if s.touched += bytes; s.touched >= shrinkEvery && s.cfg.Shrink != nil {
		s.touched = 0
		s.cfg.Shrink()
	}
	if end <= st.told {
		return
	}
	s.summary.Lines += lines
	s.at.File, s.at.Offset, s.at.Line, s.at.Ended = st.File, end, st.lines, false
	s.told()
}

// end closes a log: what its detector still holds is told first.
func (s *scan) end(st *state, at int64, err error, ended bool, broken map[logline.Reason]int) {
	counts := st.detect.end()
	for why, n := range broken {
		if counts == nil {
			counts = map[string]int64{}
		}
		counts["refused: "+string(why)] += int64(n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, n := range counts {
		if s.summary.Counts == nil {
			s.summary.Counts = map[string]int64{}
		}
		s.summary.Counts[name] += n
	}
	switch {
	case !ended:
	case err != nil:
		s.summary.skip(st.File, at, reasonOf(err))
	default:
		if from := s.cfg.From; from == nil || !from.Ended || s.at.Target != from.Target || st.File != from.File {
			s.summary.Files++
			if st.torn {
				s.summary.Lines++
			}
		}
		s.at.Ended = s.at.File == st.File
	}
}
