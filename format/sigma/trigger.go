package sigma

import (
	"strings"
	"sync"
)

// triggerSet is a set of atoms with the promise: if the expression holds, one
// of them was seen. Without atoms and not ok there is no such set.
type triggerSet struct {
	atoms []int32
	cost  float64
	ok    bool
}

// trigger notes which atoms announce a rule.
func (b *groupBuilder) trigger(rule int32, e *expression) {
	t := b.triggerOf(e)
	if !t.ok {
		b.always = append(b.always, rule)
		return
	}
	seen := map[int32]bool{}
	for _, a := range t.atoms {
		if !seen[a] {
			seen[a] = true
			b.triggers[a] = append(b.triggers[a], rule)
		}
	}
}

// triggerOf: of an AND the rarest part, of an OR all parts together; a NOT
// announces nothing.
func (b *groupBuilder) triggerOf(e *expression) triggerSet {
	switch e.op {
	case opLeaf:
		n := b.atom(e.leaf)
		a := &b.atoms[n]
		if !a.sure && !a.hinted {
			n = b.present[a.field]
			a = &b.atoms[n]
		}
		return triggerSet{atoms: []int32{n}, cost: a.cost, ok: true}
	case opAnd:
		var best triggerSet
		for _, k := range e.kids {
			if t := b.triggerOf(k); t.ok && (!best.ok || t.cost < best.cost) {
				best = t
			}
		}
		return best
	case opOr:
		all := triggerSet{ok: true}
		for _, k := range e.kids {
			t := b.triggerOf(k)
			if !t.ok {
				return triggerSet{}
			}
			all.atoms = append(all.atoms, t.atoms...)
			all.cost += t.cost
		}
		return all
	}
	return triggerSet{}
}

// everyday gives ordinary values by field, folded.
var everyday = sync.OnceValue(func() map[string][]string {
	text, err := mappingFiles.ReadFile("mapping/everyday.txt")
	if err != nil {
		panic(err) // a file of the program itself
	}
	out := map[string][]string{}
	for _, l := range strings.Split(string(text), "\n") {
		if field, value, ok := strings.Cut(l, "\t"); ok && !strings.HasPrefix(l, "#") {
			out[field] = append(out[field], foldString(value))
		}
	}
	return out
})
