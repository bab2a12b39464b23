package sigma

import (
	"slices"
	"strings"
)

// decider finds the line of sources.txt that fits an event. Lines are indexed
// by their first condition, so that an event looks at a few lines only.
type decider struct {
	sources []source
	keys    []string           // fields of conditions
	keyOf   []int16            // number of a name -> key, -1 for none
	byValue []map[string][]int // key -> value -> lines
	byThere [][]int            // key -> lines whose first condition has no list of values
	channel map[string]string
	front   int       // lines before this one ask for the first three keys only
	checks  [][]check // line -> conditions
}

type check struct {
	key    int
	values []string
	prefix string
	part   string
}

func newDecider(m *mapping, n *names) *decider {
	d := &decider{sources: m.sources, channel: m.channel}
	at := map[string]int{}
	key := func(field string) int {
		if k, ok := at[field]; ok {
			return k
		}
		at[field] = len(d.keys)
		d.keys = append(d.keys, field)
		d.byValue = append(d.byValue, map[string][]int{})
		d.byThere = append(d.byThere, nil)
		return at[field]
	}
	for _, first := range []string{"Channel", "Provider_Name", "EventID"} { // see the constants below
		key(first)
	}
	for i, s := range m.sources {
		var checks []check
		for _, c := range s.conditions {
			checks = append(checks, check{key(c.field), c.values, c.prefix, c.part})
		}
		d.checks = append(d.checks, checks)
		if d.front == i && !slices.ContainsFunc(checks, func(c check) bool { return c.key > eventKey }) {
			d.front++
		}
		first := checks[0]
		for _, v := range first.values {
			d.byValue[first.key][v] = append(d.byValue[first.key][v], i)
		}
		if first.values == nil {
			d.byThere[first.key] = append(d.byThere[first.key], i)
		}
	}
	d.number(m, n)
	return d
}

// number gives every name of a key its key. What a field is called elsewhere
// counts for what decides about Windows logs only.
func (d *decider) number(m *mapping, n *names) {
	of := map[int32]int16{}
	for k, field := range d.keys {
		list := []string{field}
		if field == "Channel" || field == "EventID" || field == "Provider_Name" {
			list = append(list, m.aliases[field]...)
		}
		for _, name := range list {
			num := n.want(name)
			if _, taken := of[num]; !taken {
				of[num] = int16(k)
			}
		}
	}
	d.keyOf = slices.Repeat([]int16{-1}, int(n.count))
	for num, k := range of {
		d.keyOf[num] = k
	}
}

// The keys by which nearly all Windows events are decided.
const (
	channelKey = iota
	providerKey
	eventKey
)

// facts are the values of an event's keys.
type facts struct {
	text  [][]byte // key -> value, nil if it is not there
	lower [][]byte // the same in lower case, in buf
	buf   []byte
	known map[string]int // values of the first three keys -> line
}

// Bounds of what is remembered.
const (
	maxFact  = 256  // bytes of a value; longer ones only have a beginning
	maxKnown = 4096 // decisions
)

func (d *decider) clear(f *facts) {
	if f.text == nil {
		f.text, f.lower = make([][]byte, len(d.keys)), make([][]byte, len(d.keys))
		f.known = map[string]int{}
	}
	clear(f.text)
	f.buf = f.buf[:0]
}

func (f *facts) note(key int16, text []byte) {
	if f.text[key] == nil {
		f.text[key] = text[:min(len(text), maxFact):len(text)]
	}
}

// decide gives the number of the line, -1 if none fits. Which line of the first
// ones fits depends on three values, which are the same again and again.
func (d *decider) decide(f *facts) int {
	if f.text[channelKey] == nil && f.text[providerKey] == nil {
		return d.search(f)
	}
	for k := range eventKey + 1 {
		f.buf = append(append(f.buf, f.text[k]...), 0)
	}
	if line, ok := f.known[string(f.buf)]; ok {
		return line
	}
	key := string(f.buf)
	line := d.search(f)
	if line >= 0 && line < d.front && len(f.known) < maxKnown {
		f.known[key] = line
	}
	return line
}

func (d *decider) search(f *facts) int {
	f.buf = f.buf[:0]
	lower := func(key int, text []byte) {
		from := len(f.buf)
		f.buf = appendFold(f.buf, text)
		f.lower[key] = f.buf[from:len(f.buf):len(f.buf)]
	}
	for k, text := range f.text {
		if f.lower[k] = nil; text != nil {
			lower(k, text)
		}
	}
	if f.text[channelKey] == nil && f.text[providerKey] != nil {
		if name, ok := d.channel[string(f.lower[providerKey])]; ok {
			lower(channelKey, []byte(name))
		}
	}
	best := -1
	for k, value := range f.lower {
		if value != nil {
			best = d.first(f, d.byValue[k][string(value)], best)
			best = d.first(f, d.byThere[k], best)
		}
	}
	return best
}

// first gives the first of lines that fits, if it comes before best.
func (d *decider) first(f *facts, lines []int, best int) int {
	for _, i := range lines {
		if best >= 0 && i >= best {
			break
		}
		if d.fits(f, d.checks[i]) {
			return i
		}
	}
	return best
}

func (d *decider) fits(f *facts, checks []check) bool {
	for i := range checks {
		c, v := &checks[i], f.lower[checks[i].key]
		if v == nil || c.prefix != "" && (len(v) < len(c.prefix) || string(v[:len(c.prefix)]) != c.prefix) {
			return false
		}
		if c.values != nil && !slices.Contains(c.values, view(v)) || !strings.Contains(view(v), c.part) {
			return false
		}
	}
	return true
}
