package sigma

import (
	"slices"
)

// group holds the tables of all rules of one log source.
type group struct {
	rules    []int32 // numbers of the engine's rules; below, a rule is an index into these
	roots    []int32 // rule -> its expression in nodes
	nodes    []node
	atoms    []atom
	triggers [][]int32 // atom -> rules to evaluate when it is seen
	always   []int32   // rules that no atom announces

	fields  map[string]int32 // name -> field
	autos   []*automaton     // by field; field 0 stands for the whole event
	present []int32          // field -> atom "is there and not null", -1
	there   []int32          // field -> atom "is there", -1
	words   bool             // field 0 is asked for
	bytes   int              // of the automata
}

// node is an expression in a flat array: children stand at kids.
type node struct {
	op   op
	atom int32
	kids []int32
}

// groupBuilder makes a group.
type groupBuilder struct {
	*group
	atomAt   map[string]int32
	literals [][]find // by field
}

// newGroup compiles rules, given as numbers.
func (e *Engine) newGroup(rules []int32) *group {
	b := &groupBuilder{group: &group{rules: rules, fields: map[string]int32{}}, atomAt: map[string]int32{}}
	b.field("")
	for _, r := range rules {
		e.compiled[r].leaves(func(p *predicate) { b.atom(p) })
	}
	b.autos = make([]*automaton, len(b.literals))
	for f, list := range b.literals {
		if len(list) > 0 {
			b.autos[f] = newAutomaton(list)
			b.bytes += b.autos[f].size
		}
	}
	b.learn()
	for i, r := range rules {
		b.roots = append(b.roots, b.node(e.compiled[r]))
		b.trigger(int32(i), e.compiled[r])
	}
	for _, a := range b.autos {
		for i := range finds(a) {
			a.finds[i].tells = len(b.triggers[a.finds[i].atom]) > 0
		}
	}
	return b.group
}

func finds(a *automaton) []find {
	if a == nil {
		return nil
	}
	return a.finds
}

func (b *groupBuilder) field(name string) int32 {
	f, ok := b.fields[name]
	if !ok {
		f = int32(len(b.literals))
		b.fields[name] = f
		b.literals = append(b.literals, nil)
		b.present, b.there = append(b.present, -1), append(b.there, -1)
	}
	return f
}

// atom gives the number of a predicate's atom.
func (b *groupBuilder) atom(p *predicate) int32 {
	key := p.key()
	if n, ok := b.atomAt[key]; ok {
		return n
	}
	n := int32(len(b.atoms))
	b.atomAt[key] = n
	f := b.field(p.field)
	a := atom{predicate: p, field: f, ref: -1}
	b.words = b.words || f == 0
	b.triggers = append(b.triggers, nil)
	b.atoms = append(b.atoms, a)
	list, sure := literalsOf(p)
	if a.short = common(p.field, list); a.short != nil {
		list, sure = nil, false
	}
	for _, x := range list {
		x.atom = n
		a.cost += x.guess()
		b.literals[f] = append(b.literals[f], x)
	}
	a.sure, a.hinted = sure, len(list) > 0
	switch p.kind {
	case isPattern:
		a.wild = p.pattern.compile()
	case isRegex:
		a.run = runOf(p.regex.String())
	case isPresent:
		b.present[f], a.sure, a.cost = n, true, 1
	case isThere:
		b.there[f], a.sure, a.cost = n, true, 1
	}
	if p.kind == isField {
		a.ref = b.field(p.ref)
	}
	b.atoms[n] = a
	if !a.sure && !a.hinted {
		b.announce(p, f)
	}
	return n
}

// announce makes sure that there is an atom that is seen whenever a field has
// a value, for predicates that only a look at the value answers.
func (b *groupBuilder) announce(p *predicate, f int32) {
	if b.present[f] < 0 {
		b.atom(&predicate{field: p.field, kind: isPresent})
	}
}

// learn corrects the guesses by everyday values (mapping/everyday.txt): a rule
// must not be evaluated for every svchost.exe.
func (b *groupBuilder) learn() {
	for name, values := range everyday() {
		f, ok := b.fields[name]
		if !ok || b.autos[f] == nil {
			continue
		}
		share := 1 / float64(len(values))
		for _, v := range values {
			seen := map[int32]bool{}
			b.autos[f].scan([]byte(v), func(atom int32) {
				if !seen[atom] {
					seen[atom] = true
					b.atoms[atom].cost += share
				}
			})
		}
	}
}

// node flattens an expression. Cheap questions come first, because the first
// answer that decides ends the asking.
func (b *groupBuilder) node(e *expression) int32 {
	if e.op == opLeaf {
		b.nodes = append(b.nodes, node{op: opLeaf, atom: b.atom(e.leaf)})
		return int32(len(b.nodes) - 1)
	}
	sorted := slices.Clone(e.kids)
	slices.SortStableFunc(sorted, func(x, y *expression) int { return b.effort(x) - b.effort(y) })
	kids := make([]int32, 0, len(sorted))
	for _, k := range sorted {
		kids = append(kids, b.node(k))
	}
	b.nodes = append(b.nodes, node{op: e.op, kids: kids})
	return int32(len(b.nodes) - 1)
}

// effort ranks a question: 0 answered by the automaton, 1 a look at a value at
// times, 2 always, 3 a regular expression.
func (b *groupBuilder) effort(e *expression) int {
	most := 0
	e.leaves(func(p *predicate) {
		a := &b.atoms[b.atom(p)]
		switch {
		case a.sure:
		case p.kind == isRegex:
			most = max(most, 3)
		case a.hinted:
			most = max(most, 1)
		default:
			most = max(most, 2)
		}
	})
	return most
}

// number joins a group's fields to the numbers of names: a field's own name,
// its other names everywhere, and those of this log source.
func (e *Engine) number(g *group, fields map[string][]string) part {
	by := make([][]int32, e.names.count)
	for name, f := range g.fields {
		if name == "" {
			continue
		}
		for _, n := range append(append([]string{name}, e.mapping.aliases[name]...), fields[name]...) {
			num := e.names.look(n)
			if num > 0 && !slices.Contains(by[num], f) {
				by[num] = append(by[num], f)
			}
		}
	}
	out := part{group: g, fieldsAt: make([]int32, len(by)+1)}
	for num, list := range by {
		slices.Sort(list)
		out.fieldList = append(out.fieldList, list...)
		out.fieldsAt[num+1] = int32(len(out.fieldList))
	}
	return out
}
