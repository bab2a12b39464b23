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
	at      struct{ channel, provider int }
	checks  [][]check // line -> conditions
}

type check struct {
	key    int
	values []string
	prefix string
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
	d.at.channel, d.at.provider = key("Channel"), key("Provider_Name")
	for i, s := range m.sources {
		var checks []check
		for _, c := range s.conditions {
			checks = append(checks, check{key(c.field), c.values, c.prefix})
		}
		d.checks = append(d.checks, checks)
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

// facts are the values of an event's keys.
type facts struct {
	there []bool
	value [][]byte // lower case, in buf
	buf   []byte
}

func (d *decider) clear(f *facts) {
	if f.there == nil {
		f.there, f.value = make([]bool, len(d.keys)), make([][]byte, len(d.keys))
	}
	clear(f.there)
	f.buf = f.buf[:0]
}

// maxFact bounds a value that decides; longer ones only have a beginning.
const maxFact = 256

func (d *decider) note(f *facts, key int16, text []byte) {
	if f.there[key] {
		return
	}
	from := len(f.buf)
	f.buf = appendFold(f.buf, text[:min(len(text), maxFact)])
	f.there[key], f.value[key] = true, f.buf[from:]
}

// decide gives the number of the line, -1 if none fits.
func (d *decider) decide(f *facts) int {
	if c, p := d.at.channel, d.at.provider; !f.there[c] && f.there[p] {
		if name, ok := d.channel[string(f.value[p])]; ok {
			from := len(f.buf)
			f.buf = append(f.buf, strings.ToLower(name)...)
			f.there[c], f.value[c] = true, f.buf[from:]
		}
	}
	best := -1
	for k, there := range f.there {
		if !there {
			continue
		}
		best = d.first(f, d.byValue[k][string(f.value[k])], best)
		best = d.first(f, d.byThere[k], best)
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
		c := &checks[i]
		if !f.there[c.key] {
			return false
		}
		v := f.value[c.key]
		if c.prefix != "" && (len(v) < len(c.prefix) || string(v[:len(c.prefix)]) != c.prefix) {
			return false
		}
		if c.values != nil && !slices.Contains(c.values, view(v)) {
			return false
		}
	}
	return true
}
