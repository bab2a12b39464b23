package sigma

import (
	"slices"
	"strconv"
	"time"
)

// Field is one value of an event that is not JSON: a record of a text log.
// The empty name is the whole line, in which keywords are looked for. A nil
// value is null. Names may repeat.
type Field struct {
	Name  string
	Value []byte
}

// Match says that a rule holds for an event. Rule is set always; of a
// correlation, Correlated says how many and whose.
type Match struct {
	Rule       *Rule
	Correlated *Correlated // nil for a detection rule
	number     int32
}

// Stats count what a matcher did; they have no noise and can be compared.
type Stats struct {
	Events     int // looked at
	Broken     int // not readable
	Unassigned int // log source not known: not looked at, unless Options.AnySource
	Evaluated  int // rules of which the condition was evaluated
	Verified   int // values that were looked at beside the automata
	Regexes    int // regular expressions run
	Steps      int // bytes that automata walked
	Matches    int
}

// Matcher tests events, one after the other. It is not safe for concurrent
// use; matchers of one engine share its tables.
type Matcher struct {
	Stats   Stats
	engine  *Engine
	scanner scanner
	assumed *Source
	current *Source // of the last event, nil if not known
	facts   facts
	decoded []byte // of values with escapes
	folded  []byte // of values beyond ASCII
	matches []Match

	epoch uint32
	seen  []uint32 // atom -> event in which the automaton showed it
	yes   []uint32 // atom -> event in which a look said so
	no    []uint32
	rule  []uint32 // rule -> event in which it was announced
	todo  []int32
	head  []uint32 // field -> event in which it has values
	first []int32  // field -> its first value in uses
	uses  []use
	walks []walk
}

// use is a value of a field of the group; next is the field's next one.
type use struct {
	span int32
	next int32
}

// NewMatcher makes a matcher.
func (e *Engine) NewMatcher() *Matcher {
	return &Matcher{engine: e, scanner: scanner{names: e.names}}
}

// Assume sets the log source of events that do not show it themselves; nil
// ends that. What an event shows counts more.
func (m *Matcher) Assume(s *Source) { m.assumed = s }

// JSON tests one event, a JSON object. Matches come in the order of the rules
// and are valid until the next call; without a match nothing is allocated.
func (m *Matcher) JSON(event []byte) ([]Match, error) {
	m.begin(len(event))
	if err := m.scanner.scan(event); err != nil {
		m.scanner.spans = m.scanner.spans[:0]
		m.Stats.Broken++
		return nil, err
	}
	return m.run(m.decide()), nil
}

// Fields tests one record of a text log. Source may be nil: then the record's
// fields decide, as in a JSON event.
func (m *Matcher) Fields(source *Source, fields []Field) []Match {
	size := 0
	for i := range fields {
		size += len(fields[i].Value)
	}
	m.begin(size)
	spans := m.scanner.spans[:0]
	for i := range fields {
		name := unknown
		if fields[i].Name != "" {
			name = m.engine.names.look(fields[i].Name)
		}
		v := span{name: name, raw: fields[i].Value, text: fields[i].Value}
		if v.raw == nil {
			v.kind = nullKind
		}
		spans = append(spans, v)
	}
	m.scanner.spans = spans
	if source == nil {
		source = m.decide()
	}
	return m.run(source)
}

// begin forgets the last event and makes room for the values of the next.
func (m *Matcher) begin(size int) {
	m.matches, m.current = m.matches[:0], nil
	if cap(m.decoded) < size {
		m.decoded, m.folded = make([]byte, 0, 2*size), make([]byte, 0, 2*size)
	}
	m.decoded, m.folded = m.decoded[:0], m.folded[:0]
	m.Stats.Events++
}

// decide finds the log source of the event whose values are noted.
func (m *Matcher) decide() *Source {
	d := m.engine.decider
	d.clear(&m.facts)
	for i := range m.scanner.spans {
		s := &m.scanner.spans[i]
		if s.name < 0 || s.kind == nullKind || int(s.name) >= len(d.keyOf) {
			continue
		}
		if k := d.keyOf[s.name]; k >= 0 {
			m.facts.note(k, m.text(s))
		}
	}
	if i := d.decide(&m.facts); i >= 0 {
		return m.engine.sources[i]
	}
	return m.assumed
}

// text gives a value decoded. The room for it was made by begin, so that what
// was given out stays where it is.
func (m *Matcher) text(s *span) []byte {
	if s.text == nil {
		s.text = s.raw
		if s.esc {
			from := len(m.decoded)
			m.decoded = unescape(m.decoded, s.raw)
			s.text = m.decoded[from:]
		}
	}
	return s.text
}

// fold gives a value folded as far as the automata want it; upper-case ASCII
// stays, as it shares the class of lower case there.
func (m *Matcher) fold(s *span) []byte {
	if s.fold == nil {
		s.fold = m.text(s)
		if !ascii(s.fold) {
			from := len(m.folded)
			m.folded = appendFold(m.folded, s.fold)
			s.fold = m.folded[from:]
		}
	}
	return s.fold
}

func (m *Matcher) run(source *Source) []Match {
	if source == nil {
		m.Stats.Unassigned++
		source = m.engine.all
	}
	m.current = source
	if source == nil {
		return nil
	}
	for i := range source.tables() {
		m.part(&source.parts[i])
	}
	slices.SortFunc(m.matches, func(a, b Match) int { return int(a.number) - int(b.number) })
	m.Stats.Matches += len(m.matches)
	return m.matches
}

// part tests the event against the rules of one group. Marks of other groups
// are forgotten by counting on.
func (m *Matcher) part(p *part) {
	m.prepare(p)
	g := p.group
	for _, r := range g.always {
		m.announce(r)
	}
	m.Stats.Evaluated += len(m.todo)
	for _, r := range m.todo {
		if m.holds(g, g.roots[r]) {
			n := g.rules[r]
			m.matches = append(m.matches, Match{Rule: m.engine.rules[n], number: n})
		}
	}
}

// prepare marks what the automata of a group see in the event.
func (m *Matcher) prepare(p *part) {
	m.next()
	m.todo, m.uses, m.walks = m.todo[:0], m.uses[:0], m.walks[:0]
	m.room(p.group)
	m.look(p)
	m.walkAll(p.group)
}

// next begins a new count for the marks.
func (m *Matcher) next() {
	if m.epoch++; m.epoch == 0 {
		for _, list := range [][]uint32{m.seen, m.yes, m.no, m.rule, m.head} {
			clear(list)
		}
		m.epoch = 1
	}
}

func (m *Matcher) room(g *group) {
	if n := len(g.atoms); len(m.seen) < n {
		m.seen, m.yes, m.no = make([]uint32, n), make([]uint32, n), make([]uint32, n)
	}
	if n := len(g.rules); len(m.rule) < n {
		m.rule = make([]uint32, n)
	}
	if n := len(g.autos); len(m.head) < n {
		m.head, m.first = make([]uint32, n), make([]int32, n)
	}
}

// look runs every value through the automata of its fields.
func (m *Matcher) look(p *part) {
	g := p.group
	for i := range m.scanner.spans {
		s := &m.scanner.spans[i]
		if g.words {
			m.word(g, s)
		}
		if s.name <= 0 || int(s.name)+1 >= len(p.fieldsAt) {
			continue
		}
		for _, f := range p.fieldList[p.fieldsAt[s.name]:p.fieldsAt[s.name+1]] {
			m.value(g, f, int32(i), s)
		}
	}
}

// word lets a value walk through the automaton of keywords. Values of field 0
// are all values of the event, so they are not noted.
func (m *Matcher) word(g *group, s *span) {
	if s.kind == nullKind {
		return
	}
	if a := g.present[0]; a >= 0 {
		m.show(g, a)
	}
	if a := g.autos[0]; a != nil {
		if text := m.fold(s); len(text) > 0 && (a.sieve == nil || a.sieve.may(text)) {
			m.walks = append(m.walks, walk{auto: a, text: text})
		}
	}
}

func (m *Matcher) value(g *group, f, i int32, s *span) {
	if a := g.there[f]; a >= 0 {
		m.show(g, a)
	}
	if s.kind == nullKind {
		return
	}
	if a := g.present[f]; a >= 0 {
		m.show(g, a)
	}
	next := int32(-1)
	if m.head[f] == m.epoch {
		next = m.first[f]
	}
	m.head[f], m.first[f] = m.epoch, int32(len(m.uses))
	m.uses = append(m.uses, use{i, next})
	if a := g.autos[f]; a != nil {
		if text := m.fold(s); len(text) > 0 && (a.sieve == nil || a.sieve.may(text)) {
			m.walks = append(m.walks, walk{auto: a, text: text})
		}
	}
}

// show notes that an atom was seen, and announces its rules.
func (m *Matcher) show(g *group, atom int32) {
	if m.seen[atom] == m.epoch {
		return
	}
	m.seen[atom] = m.epoch
	for _, r := range g.triggers[atom] {
		m.announce(r)
	}
}

func (m *Matcher) announce(r int32) {
	if m.rule[r] != m.epoch {
		m.rule[r] = m.epoch
		m.todo = append(m.todo, r)
	}
}

// Source gives the log source of the last event, by its first product,
// category and service; false if it was not known.
func (m *Matcher) Source() (LogSource, bool) {
	if m.current == nil || m.current == m.engine.all {
		return LogSource{}, false
	}
	first := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return list[0]
	}
	of := m.current.of
	return LogSource{first(of.products), first(of.categories), first(of.services)}, true
}

// Time gives when the last event happened, by its own word.
func (m *Matcher) Time() (time.Time, bool) {
	for i := range m.engine.times {
		if v, ok := m.named(m.engine.times[i : i+1]); ok {
			if t, ok := ParseTime(string(v)); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// named gives the first value of the first of names that the last event has.
func (m *Matcher) named(names []int32) ([]byte, bool) {
	for _, name := range names {
		for i := range m.scanner.spans {
			if s := &m.scanner.spans[i]; s.name == name && s.kind != nullKind && name > 0 {
				return m.text(s), true
			}
		}
	}
	return nil, false
}

// String gives the counters in one line.
func (s Stats) String() string {
	per := func(n int) string {
		return strconv.FormatFloat(float64(n)/float64(max(1, s.Events)), 'f', 3, 64)
	}
	return "events " + strconv.Itoa(s.Events) + ", rules evaluated per event " + per(s.Evaluated) + ", values looked at " +
		per(s.Verified) + ", regular expressions " + per(s.Regexes) + ", bytes walked " + per(s.Steps) + ", matches " + strconv.Itoa(s.Matches)
}
