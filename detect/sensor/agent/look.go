package agent

import (
	"bytes"
	"time"

	"ward/format/indicator"
	"ward/format/logline"
	"ward/format/redact"
	"ward/format/sigma"
)

// Looker looks at logs while they grow, piece by piece, with the engines of
// Scan: what it tells of lines is what a scan of the same lines would tell. It is
// for one goroutine; where what is looked for changes, a new one takes its place.
type Looker struct {
	cfg     LookConfig
	search  *searcher
	matcher *sigma.Matcher
	fields  []sigma.Field
	piece   piece
}

// LookConfig says what is looked for. The zero value finds nothing.
type LookConfig struct {
	Index  *indicator.Index   // nil looks for no indicator
	Engine *sigma.Engine      // nil knows no rule
	Redact *redact.Redactor   // nil leaves hits as they are
	Seen   func(*Observation) // if set, is shown each line that is an entry
	Now    func() time.Time   // gives stamps without a year theirs
}

// Observation is one line that was looked at; it is valid during the call.
type Observation struct {
	Line []byte
	Time time.Time // zero where the line has none
	Host string    // the computer that it is about; empty where it does not say
}

// NewLooker makes one.
func NewLooker(cfg LookConfig) *Looker {
	l := &Looker{cfg: cfg, search: newSearcher(cfg.Index)}
	if cfg.Engine != nil {
		l.matcher = cfg.Engine.NewMatcher()
	}
	return l
}

// Growing is one log that grows: how it is written, and what correlations
// remember of it.
type Growing struct {
	log     Log
	named   logline.Format
	zone    *time.Location
	learnt  int // bytes of the head that is known
	head    *head
	again   bool  // head is a heading that came later
	heading int64 // where that stands in the log
	d       *logline.Describer
	engine  *sigma.Engine // that the rest belongs to
	chain   *sigma.Correlator
	sources map[logline.LogSource]*sigma.Source
}

// NewGrowing knows a log by its name; format Auto finds out how it is written.
func NewGrowing(name string, format logline.Format, zone *time.Location) *Growing {
	return &Growing{log: Log{File: name}, named: format, zone: zone}
}

// Successor is the log that takes this one's place after a rotation: it begins
// anew, and correlations go on over both.
func (g *Growing) Successor() *Growing {
	return &Growing{log: g.log, named: g.named, zone: g.zone, engine: g.engine, chain: g.chain, sources: g.sources}
}

// Learn gives the first bytes of the log, which say how it is written and name
// its columns. It may be called again when more of them are there.
func (g *Growing) Learn(text []byte, now time.Time) {
	text = text[:min(len(text), logline.SampleSize)]
	if g.head != nil && (len(text) < 2*g.learnt && len(text) < logline.SampleSize || g.again) || g.learnt == logline.SampleSize {
		return
	}
	g.learnt = len(text)
	g.head = headOf(text, g.named, logline.Options{Reference: now, Zone: g.zone})
	g.d = logline.NewDescriber(g.named, g.head.text, g.head.options)
}

// Heading is where the columns were named by which the log is read now, if that was not at
// its beginning: whoever goes on with the log later gives Relearn the text from there on.
func (g *Growing) Heading() int64 { return g.heading }

// Relearn takes the names of columns from a heading at a place in the log, after Learn.
func (g *Growing) Relearn(text []byte, at int64) {
	if block := text[:comments(text, 0)]; g.head != nil && len(block) > 0 {
		g.turn(headOf(block, g.head.named, g.head.options), at)
	}
}

// turn lets the lines to come have other columns.
func (g *Growing) turn(h *head, at int64) {
	g.again, g.heading, g.head, g.d = true, at, h, logline.NewDescriber(h.named, h.text, h.options)
}

// Room is the most that Look takes at once.
const Room = pieceSize

// Cut is where a full Room is cut: behind its last line, or in a line that does
// not fit where no name is torn.
func Cut(text []byte) int { return cut(text, 0) }

// Look searches text, the bytes of a log from offset on. It ends with a line, or
// lies within one that does not fit (whole is false); such a line is searched for
// indicators only.
func (l *Looker) Look(g *Growing, text []byte, offset int64, whole bool, tell func(*Hit)) {
	p := &l.piece
	if p.buf == nil {
		p.buf = make([]byte, pieceSize+2*indicator.Pad)
	}
	if g.d == nil {
		g.Learn(text, l.cfg.Now())
	}
	g.d.Refer(l.cfg.Now())
	p.from, p.offset, p.head = indicator.Pad, offset, g.head
	p.to = p.from + copy(p.buf[p.from:p.from+pieceSize], text)
	p.inside = !whole
	p.learn()
	l.search.lines = describer{of: g.head, d: g.d}
	l.search.search(p)
	for i, h := range p.hits {
		h.File, h.Line = g.log.File, p.rel[i]+1
		l.tell(h, tell)
	}
	if whole && (l.matcher != nil || l.cfg.Seen != nil) {
		l.lines(g, p.buf[p.from:p.to], offset, tell)
	}
	if n := len(p.headings); n > 0 {
		h := p.headings[n-1]
		g.turn(h.head, offset+int64(h.from-p.from))
	}
}

func (l *Looker) tell(h *Hit, tell func(*Hit)) {
	if l.cfg.Redact != nil {
		Redact(l.cfg.Redact, h)
	}
	tell(h)
}

// lines tests each line against the rules and shows it to Seen.
func (l *Looker) lines(g *Growing, text []byte, offset int64, tell func(*Hit)) {
	if g.engine != l.cfg.Engine && l.cfg.Engine != nil {
		g.engine, g.chain, g.sources = l.cfg.Engine, l.cfg.Engine.NewCorrelator(), map[logline.LogSource]*sigma.Source{}
	}
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte{'\n'})
		at := offset
		offset += int64(len(text) - len(rest))
		text = rest
		l.line(g, bytes.TrimSuffix(line, []byte{'\r'}), at, tell)
	}
}

func (l *Looker) line(g *Growing, line []byte, offset int64, tell func(*Hit)) {
	var rec *logline.Record
	if l.cfg.Seen != nil {
		o := Observation{Line: line}
		if rec = g.d.Describe(line); rec != nil {
			o.Time, o.Host = rec.Time, subject(rec, "")
		}
		if veiled(line, rec) {
			l.search.spelled = spelled(l.search.spelled[:0], line, rec)
			o.Line = l.search.spelled
		}
		l.cfg.Seen(&o)
	}
	if l.matcher == nil {
		return
	}
	var at time.Time
	if rec != nil {
		at = rec.Time
	}
	found, rec := l.test(g, line, rec)
	if len(found) == 0 {
		l.pass(g, at, offset, tell)
	}
	if rec == nil {
		return
	}
	for _, match := range g.chain.Add(l.matcher, found, rec.Time) {
		h := ruleHit(l.matcher, rec, match)
		h.Schema, h.File, h.Offset = HitSchema, g.log.File, offset
		l.tell(h, tell)
	}
}

// pass lets correlations that wait for the end of a window know how far the log is. A
// time ahead of the clock is no end of anything.
func (l *Looker) pass(g *Growing, at time.Time, offset int64, tell func(*Hit)) {
	if at.IsZero() || at.After(l.cfg.Now()) {
		return
	}
	for _, match := range g.chain.Pass(at) {
		h := matched(match)
		h.Schema, h.File, h.Offset, h.Time = HitSchema, g.log.File, offset, &match.Correlated.Last
		l.tell(h, tell)
	}
}

// test asks the rules. An object is read by the matcher itself, and described
// only when something was found in it.
func (l *Looker) test(g *Growing, line []byte, rec *logline.Record) ([]sigma.Match, *logline.Record) {
	rules := Rules{Engine: l.cfg.Engine}
	if bare := (logline.Record{Format: g.d.Format(), Raw: line}); bare.Object() {
		l.matcher.Assume(rules.source(g.sources, bare.Source()))
		if found, err := l.matcher.JSON(line); err == nil {
			if len(found) == 0 {
				return nil, nil
			}
			if rec == nil {
				rec = g.d.Describe(line)
			}
			return found, rec
		}
	}
	if rec == nil {
		if rec = g.d.Describe(line); rec == nil {
			return nil, nil
		}
	}
	l.matcher.Assume(rules.source(g.sources, rec.Source()))
	found, _ := test(l.matcher, rec, &l.fields)
	return found, rec
}
