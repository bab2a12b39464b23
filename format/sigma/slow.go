package sigma

import "slices"

// Slow is a rule that costs more than others, for its author: nothing in it is
// rare enough to announce it.
type Slow struct {
	Rule  *Rule
	Field string // evaluated whenever this field has a value; "" for every event of its log source
	Line  int    // of the part that has no literal, 0 if it is not one part
}

// Slow lists the rules that are evaluated for all events of their log source,
// or for all that have a certain field. A rule is sped up by a part that must
// hold and has a text to look for.
func (e *Engine) Slow() []Slow {
	var out []Slow
	for _, s := range e.groups {
		s.build(e)
		g := s.group
		for _, r := range g.always {
			out = append(out, Slow{Rule: e.rules[g.rules[r]]})
		}
		for _, a := range slices.Concat(g.present, g.there) {
			if a < 0 {
				continue
			}
			for _, r := range g.triggers[a] {
				out = append(out, Slow{Rule: e.rules[g.rules[r]], Field: g.atoms[a].predicate.field, Line: g.bare(r, g.atoms[a].field)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Slow) int {
		return slices.Index(e.rules, a.Rule) - slices.Index(e.rules, b.Rule)
	})
	return slices.CompactFunc(out, func(a, b Slow) bool { return a.Rule == b.Rule })
}

// bare gives the line of a rule's first question to a field that no literal helps.
func (g *group) bare(rule, field int32) int {
	line := 0
	var search func(at int32)
	search = func(at int32) {
		n := &g.nodes[at]
		if n.op == opLeaf {
			if a := &g.atoms[n.atom]; line == 0 && a.field == field && !a.sure && !a.hinted {
				line = a.line
			}
			return
		}
		for _, k := range n.kids {
			search(k)
		}
	}
	search(g.roots[rule])
	return line
}
