package sigma

import (
	"cmp"
	"slices"
	"sort"
)

// add puts an event in its place by time and forgets what is older than oldest
// and what cannot matter any more; false if something that could had to go.
func (w *window) add(e moment, c *chained, oldest int64, room int) bool {
	if c.of.Type == ValueCount && !c.atClose { // of equal values the newest decides
		w.events = slices.DeleteFunc(w.events, func(x moment) bool { return x.value == e.value && x.at <= e.at })
	}
	at, _ := slices.BinarySearchFunc(w.events, e.at+1, func(x moment, t int64) int { return cmp.Compare(x.at, t) })
	w.events = slices.Insert(w.events, at, e)
	drop := 0
	for drop < len(w.events) && w.events[drop].at < oldest && !c.atClose {
		drop++
	}
	w.events = w.events[drop:]
	switch {
	case c.of.Type == Temporal || c.of.Type == TemporalOrdered:
		return w.thin(e.place)
	case room <= 0:
		w.events = w.events[1:]
		return false
	case c.of.Type == ValueSum && !c.atClose:
		if len(w.events) > maxSummed {
			w.join()
		}
	case !c.atClose && len(w.events) > c.enough():
		w.events = w.events[1:]
	}
	return true
}

// enough is how many events decide a lower bound, with some for late ones.
func (c *chained) enough() int {
	most := 32
	for _, b := range c.of.Bounds {
		most = max(most, int(b.Count)+1)
	}
	return 2 * most
}

// maxSummed bounds the events of a sum that is decided at once, as each event asks for it.
const maxSummed = 2048

// join puts neighbours together: the sum stays, of the time only half as much is known.
func (w *window) join() {
	half := w.events[:0]
	for i := 0; i < len(w.events); i += 2 {
		e := w.events[i]
		if i+1 < len(w.events) {
			e.sum, e.n = e.sum+w.events[i+1].sum, e.n+w.events[i+1].n
		}
		half = append(half, e)
	}
	w.events = half
}

// tally is what a correlation counted, and of numbers what it measured.
type tally struct {
	count   int
	measure float64
}

// thin keeps the newest events of a rule: of many alike, few decide.
func (w *window) thin(place int) bool {
	n := 0
	for i := len(w.events) - 1; i >= 0; i-- {
		if w.events[i].place != place {
			continue
		}
		if n++; n > maxSame {
			w.events = slices.Delete(w.events, i, i+1)
			return false
		}
	}
	return true
}

// complete looks for a span of time that contains the event at t and in which
// the correlation holds. It gives the span's ends and the count, 0 if there is none.
func (w *window) complete(c *chained, t int64) (first, last int64, n tally) {
	span := int64(c.of.Timespan)
	from := sort.Search(len(w.events), func(i int) bool { return w.events[i].at >= t-span })
	switch c.of.Type {
	case EventCount:
		first, last, n.count = w.dense(c, from, t)
		return first, last, n
	case ValueSum:
		return w.summed(c, from, t)
	}
	for i := from; i < len(w.events) && w.events[i].at <= t; i++ {
		end := i + sort.Search(len(w.events)-i, func(j int) bool { return w.events[i+j].at > w.events[i].at+span })
		if n, holds := c.count(w.events[i:end]); holds {
			return w.events[i].at, w.events[end-1].at, n
		}
	}
	return 0, 0, tally{}
}

// summed is complete for a sum. Of windows that begin with an event, the first that
// holds is taken.
func (w *window) summed(c *chained, from int, t int64) (first, last int64, n tally) {
	end, span := from, int64(c.of.Timespan)
	for i := from; i < len(w.events) && w.events[i].at <= t; i++ {
		for ; end < len(w.events) && w.events[end].at <= w.events[i].at+span; end++ {
			n.count, n.measure = n.count+w.events[end].n, n.measure+w.events[end].sum
		}
		if c.within(n.measure) {
			return w.events[i].at, w.events[end-1].at, n
		}
		n.count, n.measure = n.count-w.events[i].n, n.measure-w.events[i].sum
	}
	return 0, 0, tally{}
}

// dense is complete for a count of events. In order of time only the window
// that ends with the newest event is new.
func (w *window) dense(c *chained, from int, t int64) (first, last int64, n int) {
	span := int64(c.of.Timespan)
	for end := from; end < len(w.events); end++ {
		if w.events[end].at < t {
			continue
		}
		for w.events[end].at-w.events[from].at > span {
			from++
		}
		if w.events[from].at > t {
			return 0, 0, 0
		}
		if n := end - from + 1; c.holds(n) {
			return w.events[from].at, w.events[end].at, n
		}
	}
	return 0, 0, 0
}

// count counts, or measures, what the correlation is about in events that follow one another.
func (c *chained) count(events []moment) (n tally, holds bool) {
	if c.of.Type.Measures() {
		n = tally{measure: c.measure(events)}
		for _, e := range events {
			n.count += e.n
		}
		return n, c.within(n.measure)
	}
	n.count, holds = c.number(events)
	return n, holds
}

// measure puts the numbers of some events together.
func (c *chained) measure(events []moment) float64 {
	sum, values := 0.0, make([]float64, 0, len(events))
	for _, e := range events {
		sum, values = sum+e.sum, append(values, e.sum)
	}
	switch c.of.Type {
	case ValueSum:
		return sum
	case ValueAvg:
		return sum / float64(len(events))
	}
	// Between two values as much of the way as there is left (R-7, which pandas and
	// spreadsheets take for granted).
	slices.Sort(values)
	rank := c.of.Percent / 100 * float64(len(values)-1)
	low := int(rank)
	high := min(low+1, len(values)-1)
	return values[low] + (rank-float64(low))*(values[high]-values[low])
}

func (c *chained) number(events []moment) (n int, holds bool) {
	switch c.of.Type {
	case EventCount:
		return len(events), c.holds(len(events))
	case ValueCount:
		values := map[string]bool{}
		for _, e := range events {
			if e.value != "" {
				values[e.value] = true
			}
		}
		return len(values), len(values) > 0 && c.holds(len(values))
	case TemporalOrdered:
		return c.ordered(events)
	}
	seen := make([]bool, len(c.of.Rules))
	for _, e := range events {
		if !seen[e.place] {
			seen[e.place] = true
			n++
		}
	}
	if c.terms != nil {
		return n, c.holdsTerms(c.terms, seen)
	}
	return n, c.holds(n)
}

// ordered counts how many rules come in the order of the list: the longest such
// row that the events contain. Events of one instant may stand in any order.
func (c *chained) ordered(events []moment) (n int, holds bool) {
	// best[p] is the longest row that ends with place p.
	best := make([]int, len(c.of.Rules))
	for i := 0; i < len(events); {
		end := i
		for end < len(events) && events[end].at == events[i].at {
			end++
		}
		same := slices.Clone(events[i:end])
		slices.SortFunc(same, func(a, b moment) int { return a.place - b.place })
		for _, e := range same {
			row := 1
			for p := range e.place {
				row = max(row, best[p]+1)
			}
			best[e.place] = max(best[e.place], row)
		}
		i = end
	}
	seen := make([]bool, len(best))
	for p, row := range best {
		n = max(n, row)
		seen[p] = row == p+1
	}
	if c.terms != nil {
		return n, n == len(best) && c.holdsTerms(c.terms, seen)
	}
	return n, c.holds(n)
}
