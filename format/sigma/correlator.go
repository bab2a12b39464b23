package sigma

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// Correlated says what a correlation joined.
type Correlated struct {
	Count       int       // events, different values or different rules, as the type counts; of a measure, the values
	Measure     float64   // of numbers: their sum, average or percentile
	First, Last time.Time // of the events
	Group       []Field   // the values of group-by, named as in the first event: an alias would not say whether it names a person
}

// Bounds of what a correlator remembers. What does not fit is forgotten and
// counted in Correlator.Forgotten.
const (
	maxGroups  = 20_000  // of one correlation
	maxMoments = 200_000 // events of one correlation, all groups together
	maxSame    = 16      // events of one rule in a temporal window
	maxValue   = 256     // bytes of a value to group by or to count
	maxLate    = 64      // events in a row that are too late: time goes on where they are
	// firstYear and lastYear bound times that can be counted in nanoseconds; the zero time
	// lies before.
	firstYear, lastYear = 1700, 2261
)

// Correlator puts matches together over time. Events may come out of order: the
// window of a correlation is a span of event time, wherever it lies, and a late
// event finds its place as long as it is at most two timespans behind the latest.
//
// A correlation speaks once for its window: what it has told of is forgotten.
// Lower bounds are told when they are reached, other conditions when the
// window that the first event opened has passed (or at Flush). Events without a
// value for a field of group-by belong to no group and do not count.
// A Correlator is for one goroutine.
type Correlator struct {
	Forgotten int // events and groups that did not fit
	Late      int // events too late to be placed
	Untimed   int // events of which nobody knows when they happened
	engine    *Engine
	states    []chainState
	told      []Match
}

type chainState struct {
	latest int64 // nanoseconds since 1970, of the newest event
	closed int64 // latest at the last look for windows that have passed
	size   int   // events in all groups
	late   int   // events that followed one another and were all too late
	groups map[string]*window
}

// window holds the events of one group, oldest first.
type window struct {
	events []moment
	group  []Field
}

type moment struct {
	at    int64
	place int
	value string // what value_count counts
	sum   float64
	n     int // values in sum, more than one where events were joined
}

// NewCorrelator makes a correlator for the correlations of the engine.
func (e *Engine) NewCorrelator() *Correlator {
	c := &Correlator{engine: e, states: make([]chainState, len(e.chains))}
	for i := range c.states {
		c.states[i].groups = map[string]*window{}
	}
	return c
}

// Add takes the matches of the event that m has just tested, and when it
// happened; the zero time is not known. It gives what is to be told: matches of rules that speak for
// themselves, and correlations that came true. The list is valid until the next call.
func (c *Correlator) Add(m *Matcher, matches []Match, at time.Time) []Match {
	c.told = c.told[:0]
	for _, x := range matches {
		if !c.engine.quiet[x.number] {
			c.told = append(c.told, x)
		}
		for i, chain := range c.engine.chains {
			for _, place := range chain.rules[x.number] {
				if at.Year() < firstYear || at.Year() > lastYear {
					c.Untimed++
					continue
				}
				c.place(m, i, place, at)
			}
		}
	}
	return c.told
}

// Flush tells what can only be decided when time has passed: now is the time up
// to which all events were added.
func (c *Correlator) Flush(now time.Time) []Match {
	c.told = c.told[:0]
	for i, chain := range c.engine.chains {
		if chain.atClose {
			c.states[i].latest = int64(math.MaxInt64)
			if now.Year() <= lastYear { // beyond, nanoseconds are undefined
				c.states[i].latest = now.UnixNano()
			}
			c.close(nil, i)
		}
	}
	return c.told
}

// Pass says that a log has come to a time without an event of any rule: it tells what was
// decided by that. What lies before it by more than two timespans is too late from then on.
func (c *Correlator) Pass(now time.Time) []Match {
	c.told = c.told[:0]
	if now.Year() < firstYear || now.Year() > lastYear {
		return nil
	}
	for i, chain := range c.engine.chains {
		state := &c.states[i]
		if t := now.UnixNano(); chain.atClose && state.size > 0 && t-max(state.closed, state.latest) >= int64(chain.of.Timespan)/16 {
			state.latest = t
			c.close(nil, i)
		}
	}
	return c.told
}

// place puts an event into its window and looks what came true.
func (c *Correlator) place(m *Matcher, i, place int, at time.Time) {
	chain, state := c.engine.chains[i], &c.states[i]
	key, ok := m.key(chain.group[place])
	number, counts := m.measured(chain, place)
	if !ok || !counts {
		return
	}
	t, span := at.UnixNano(), int64(chain.of.Timespan)
	if t < state.latest-2*span {
		c.Late++
		if state.late++; state.late < maxLate {
			return
		}
		c.Forgotten += state.size
		*state = chainState{groups: map[string]*window{}} // a clock had jumped ahead: it must not blind the rest
	}
	state.late, state.latest = 0, max(state.latest, t)
	w := state.groups[key]
	if w == nil {
		w = c.open(m, chain, state, place, key)
	}
	before := len(w.events)
	fits := w.add(moment{t, place, m.counted(chain, place), number, 1}, chain, state.latest-2*span, maxMoments-state.size)
	if state.size += len(w.events) - before; !fits {
		c.Forgotten++
	}
	if chain.atClose {
		c.close(m, i)
		return
	}
	if first, last, n := w.complete(chain, t); n.count > 0 {
		state.remove(key, w)
		c.tell(m, i, w, first, last, n)
	}
}

func (s *chainState) remove(key string, w *window) {
	s.size -= len(w.events)
	delete(s.groups, key)
}

func (c *Correlator) open(m *Matcher, chain *chained, state *chainState, place int, key string) *window {
	if len(state.groups) >= maxGroups {
		c.sweep(state, int64(chain.of.Timespan))
	}
	w := &window{}
	for j, names := range chain.group[place] {
		v, _ := m.named(names)
		w.group = append(w.group, Field{chain.by[place][j], slices.Clone(v[:min(len(v), maxValue)])})
	}
	state.groups[key] = w
	return w
}

// sweep makes room: first what is over, then whatever comes.
func (c *Correlator) sweep(state *chainState, span int64) {
	for key, w := range state.groups {
		if len(w.events) == 0 || w.events[len(w.events)-1].at < state.latest-span {
			state.remove(key, w)
		}
	}
	for key, w := range state.groups {
		if len(state.groups) < maxGroups {
			return
		}
		state.remove(key, w)
		c.Forgotten++
	}
}

// close decides the windows that have passed. It looks when a sixteenth of the
// timespan has gone by since it last did, or at the end (m is nil).
func (c *Correlator) close(m *Matcher, i int) {
	chain, state := c.engine.chains[i], &c.states[i]
	span := int64(chain.of.Timespan)
	if m != nil && state.latest-state.closed < span/16 {
		return
	}
	state.closed = state.latest
	keys := make([]string, 0, 4)
	for key, w := range state.groups {
		if len(w.events) > 0 && w.events[0].at+span < state.latest {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		w := state.groups[key]
		for len(w.events) > 0 && w.events[0].at+span < state.latest {
			end := 0
			for end < len(w.events) && w.events[end].at <= w.events[0].at+span {
				end++
			}
			if n, holds := chain.count(w.events[:end]); holds {
				c.tell(m, i, w, w.events[0].at, w.events[end-1].at, n)
			}
			w.events = w.events[end:]
			state.size -= end
		}
		if len(w.events) == 0 {
			delete(state.groups, key)
		}
	}
}

// tell notes a correlation that came true, and hands it to those about it.
func (c *Correlator) tell(m *Matcher, i int, w *window, first, last int64, n tally) {
	chain := c.engine.chains[i]
	quiet := false
	for j, other := range c.engine.chains {
		for _, place := range other.chains[i] {
			quiet = quiet || !other.of.Generate
			if m != nil { // without an event there are no fields to group by
				c.place(m, j, place, time.Unix(0, last))
			}
		}
	}
	if quiet {
		return
	}
	c.told = append(c.told, Match{Rule: chain.rule, number: -1,
		Correlated: &Correlated{Count: n.count, Measure: n.measure, First: time.Unix(0, first).UTC(), Last: time.Unix(0, last).UTC(), Group: w.group}})
}

// key joins the values to group by; false if one is missing.
func (m *Matcher) key(fields [][]int32) (string, bool) {
	var key []byte
	for _, names := range fields {
		v, ok := m.named(names)
		if !ok {
			return "", false
		}
		v = v[:min(len(v), maxValue)]
		key = append(binary.AppendUvarint(key, uint64(len(v))), v...)
	}
	return string(key), true
}

// counted gives the value that value_count tells apart.
func (m *Matcher) counted(chain *chained, place int) string {
	if chain.of.Type != ValueCount {
		return ""
	}
	key, ok := m.key(chain.fields[place])
	if !ok {
		return ""
	}
	return key
}

// measured gives the number that a measure takes from an event; false where there is
// none, as such an event does not count.
func (m *Matcher) measured(chain *chained, place int) (float64, bool) {
	if !chain.of.Type.Measures() {
		return 0, true
	}
	v, ok := m.named(chain.fields[place][0])
	if !ok {
		return 0, false
	}
	n, ok := parseNumber(view(v))
	return n.real, ok && math.Abs(n.real) <= maxMeasure
}
