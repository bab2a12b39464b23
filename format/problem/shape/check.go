package shape

import (
	"fmt"
	"hash/maphash"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"ward/format/problem"
	"ward/format/problem/jsontree"
)

// steps is how many values a check looks at before it gives up: alternatives
// are tried one after the other, and a hostile document could nest them.
const steps = 20_000_000

// Check holds the tree n against the rule named root and adds what does not
// fit to out, with JSON pointers. A root that does not exist is a fault itself.
func (s *Set) Check(root string, n *jsontree.Node, out *problem.List) {
	s.CheckAt(root, "/", n, out)
}

// CheckAt is Check for a part of a document that lies at the pointer place.
func (s *Set) CheckAt(root, place string, n *jsontree.Node, out *problem.List) {
	c := checker{set: s, out: out, left: steps, seed: maphash.MakeSeed()}
	c.check(&rule{op: opRef, name: root}, place, n)
	if c.left <= 0 {
		out.Add(place, "complexity", "too many alternatives to try")
	}
}

// checker is one run over one tree. The seed is fresh for each, so that nobody
// can prepare elements whose hashes collide.
type checker struct {
	set  *Set
	out  *problem.List
	left int
	seed maphash.Seed
}

func (c *checker) fail(place, rule, format string, args ...any) {
	c.out.Add(place, rule, fmt.Sprintf(format, args...))
}

// check holds n against r and tells what does not fit. It stops quietly when
// the list is full or the steps are spent; CheckAt tells of the latter.
func (c *checker) check(r *rule, place string, n *jsontree.Node) {
	if c.left--; c.left <= 0 || c.out.Full() {
		return
	}
	switch r.op {
	case opRef:
		if r = c.set.rules[r.name]; r != nil {
			c.check(r, place, n)
		}
	case opAll:
		for _, p := range r.parts {
			c.check(p, place, n)
		}
	case opSome, opOne:
		c.alternatives(r, place, n)
	case opNot:
		if c.fits(r.parts[0], place, n) {
			c.fail(place, "not", "a combination that is not allowed: %s", r.parts[0].describe())
		}
	case opObject, opHas:
		c.object(r, place, n)
	case opArray:
		c.array(r, place, n)
	default:
		c.scalar(r, place, n)
	}
}

// fits tries a rule and forgets what it found.
func (c *checker) fits(r *rule, place string, n *jsontree.Node) bool {
	var scratch problem.List
	inner := checker{set: c.set, out: &scratch, left: c.left, seed: c.seed}
	inner.check(r, place, n)
	c.left = inner.left
	return scratch.Len() == 0
}

// alternatives reports, if none fits, the faults of the one that fits best:
// they are what the author most likely meant.
func (c *checker) alternatives(r *rule, place string, n *jsontree.Node) {
	fitting := 0
	var best *problem.List
	for _, p := range r.parts {
		var scratch problem.List
		inner := checker{set: c.set, out: &scratch, left: c.left, seed: c.seed}
		inner.check(p, place, n)
		c.left = inner.left
		if scratch.Len() == 0 {
			fitting++
			if r.op == opSome {
				return
			}
		} else if best == nil || scratch.Len() < best.Len() {
			best = &scratch
		}
	}
	switch {
	case fitting == 0 && best != nil:
		for _, p := range best.Problems() {
			c.out.Add(p.Place, p.Rule, p.Detail)
		}
	case fitting > 1:
		c.fail(place, "one-of", "%d of several forms that exclude one another", fitting)
	}
}

// object tells missing members before it looks into those that are there.
func (c *checker) object(r *rule, place string, n *jsontree.Node) {
	if !c.kind(place, n, jsontree.Object) {
		return
	}
	names := r.required
	if r.op == opHas {
		names = r.names
	}
	for _, name := range names {
		if n.Get(name) == nil {
			c.fail(place, "required", "%q is missing", name)
		}
	}
	if r.op == opHas {
		return
	}
	for i, name := range n.Names {
		switch m := r.members[name]; {
		case m != nil:
			c.check(m.shape, jsontree.Child(place, name), n.Items[i])
		case r.rest != nil:
			c.check(r.rest, jsontree.Child(place, name), n.Items[i])
		case !r.open:
			c.fail(jsontree.Child(place, name), "unknown", "%q is not known here", problem.Clip(name))
		}
	}
}

// array holds every element against the one shape, the first against its own
// where it has one.
func (c *checker) array(r *rule, place string, n *jsontree.Node) {
	if !c.kind(place, n, jsontree.Array) {
		return
	}
	c.between(r, place, float64(len(n.Items)), "elements")
	for i, item := range n.Items {
		c.check(r.parts[min(i, len(r.parts)-1)], jsontree.Index(place, i), item)
	}
	if r.unique {
		c.unique(place, n)
	}
}

// unique compares elements by hash first, so that long arrays stay linear.
func (c *checker) unique(place string, n *jsontree.Node) {
	seen := map[uint64][]int{}
	for i, item := range n.Items {
		h := c.hash(item)
		for _, j := range seen[h] {
			if jsontree.Equal(item, n.Items[j]) {
				c.fail(jsontree.Index(place, i), "unique", "the same as element %d", j)
				break
			}
		}
		if len(seen[h]) < 8 {
			seen[h] = append(seen[h], i)
		}
	}
}

// hash is equal for equal values, whatever the order of an object's members.
func (c *checker) hash(n *jsontree.Node) uint64 {
	h := maphash.String(c.seed, n.Text) + uint64(n.Kind)
	for i, item := range n.Items {
		if n.Kind == jsontree.Object {
			h += c.hash(item) * (maphash.String(c.seed, n.Names[i]) | 1) // the order of members does not matter
		} else {
			h = h*1_000_003 + c.hash(item)
		}
	}
	return h
}

// kind tells a value of the wrong type; what depends on the type is skipped then.
func (c *checker) kind(place string, n *jsontree.Node, want jsontree.Kind) bool {
	if n.Kind != want {
		c.fail(place, "type", "%s where %s is wanted", n.Kind, want)
	}
	return n.Kind == want
}

// between tells a number, length or count outside of the rule's bounds.
func (c *checker) between(r *rule, place string, v float64, unit string) {
	if v < r.min || v > r.max {
		c.fail(place, "bounds", "%s %s, allowed are %s", strconv.FormatFloat(v, 'g', -1, 64), unit, r.rangeText())
	}
}

// scalar is for values without parts.
func (c *checker) scalar(r *rule, place string, n *jsontree.Node) {
	switch r.op {
	case opAny:
	case opNull:
		c.kind(place, n, jsontree.Null)
	case opBool:
		if c.kind(place, n, jsontree.Bool) && r.name != "" && n.Text != r.name {
			c.fail(place, "enum", "only true is allowed")
		}
	case opInt, opNumber:
		c.number(r, place, n)
	default:
		if c.kind(place, n, jsontree.String) {
			c.text(r, place, n.Text)
		}
	}
}

// number follows JSON Schema in taking 1.0 as a whole number.
func (c *checker) number(r *rule, place string, n *jsontree.Node) {
	if !c.kind(place, n, jsontree.Number) {
		return
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	if err != nil || r.op == opInt && f != math.Trunc(f) {
		c.fail(place, "type", "%s is not a whole number that fits", problem.Clip(n.Text))
		return
	}
	c.between(r, place, f, "is the value")
}

// text counts characters, not bytes, as JSON Schema does (validation, 6.3.1).
func (c *checker) text(r *rule, place, s string) {
	switch r.op {
	case opString:
		if r.min > 0 || !math.IsInf(r.max, 1) {
			c.between(r, place, float64(utf8.RuneCountInString(s)), "characters")
		}
	case opPattern:
		if !r.pattern.MatchString(s) {
			c.fail(place, "pattern", "%q does not fit %s", problem.Clip(s), problem.Clip(r.pattern.String()))
		}
	case opFormat:
		if !formats[r.name](s) {
			c.fail(place, "format", "%q is not a %s", problem.Clip(s), r.name)
		} else if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
			c.between(r, place, f, "is the value")
		}
	case opEnum:
		if !r.values[s] {
			c.fail(place, "enum", "%q is not among the %d allowed values", problem.Clip(s), len(r.values))
		}
	}
}

// rangeText gives the bounds as they are written in the tables.
func (r *rule) rangeText() string {
	low, high := "", ""
	if !math.IsInf(r.min, -1) {
		low = strconv.FormatFloat(r.min, 'g', -1, 64)
	}
	if !math.IsInf(r.max, 1) {
		high = strconv.FormatFloat(r.max, 'g', -1, 64)
	}
	return low + ".." + high
}

// describe names members for a message.
func (r *rule) describe() string {
	if len(r.names) > 0 {
		return strings.Join(r.names, ", ")
	}
	var parts []string
	for _, p := range r.parts {
		parts = append(parts, p.describe())
	}
	return strings.Join(parts, ", ")
}
