package sigma

import (
	"bytes"
	"slices"
)

// Bounds of evidence.
const (
	maxEvidence      = 24
	maxEvidenceValue = 1024 // bytes
)

// Evidence gives the fields whose values made a rule match the last event, by
// the rule's names for them; the name of a keyword's value is empty. What a
// rule excludes is no evidence. Values are copies, cut at 1024 bytes.
func (m *Matcher) Evidence(x Match) []Field {
	if m.current == nil || x.number < 0 {
		return nil
	}
	for i := range m.current.parts {
		p := &m.current.parts[i]
		r, ok := slices.BinarySearch(p.rules, x.number)
		if !ok {
			continue
		}
		kept := m.Stats
		m.prepare(p)
		var out []Field
		m.collect(p.group, p.roots[r], &out)
		m.Stats = kept
		return out
	}
	return nil
}

func (m *Matcher) collect(g *group, at int32, out *[]Field) {
	n := &g.nodes[at]
	switch n.op {
	case opLeaf:
		if m.answer(g, n.atom) {
			m.values(&g.atoms[n.atom], out)
		}
	case opAnd, opOr:
		for _, k := range n.kids {
			if n.op == opAnd || m.holds(g, k) {
				m.collect(g, k, out)
			}
		}
	}
}

// values appends the values that fit an atom.
func (m *Matcher) values(a *atom, out *[]Field) {
	if a.field == 0 {
		for i := range m.scanner.spans {
			m.evident(a, &m.scanner.spans[i], out)
		}
		return
	}
	if m.head[a.field] != m.epoch {
		return
	}
	for u := m.first[a.field]; u >= 0; u = m.uses[u].next {
		m.evident(a, &m.scanner.spans[m.uses[u].span], out)
	}
}

func (m *Matcher) evident(a *atom, s *span, out *[]Field) {
	if s.kind == nullKind || a.kind != isPresent && a.kind != isThere && !m.test(a, s) {
		return
	}
	v := m.text(s)
	f := Field{a.predicate.field, bytes.Clone(v[:min(len(v), maxEvidenceValue)])}
	same := func(o Field) bool { return o.Name == f.Name && bytes.Equal(o.Value, f.Value) }
	if len(*out) < maxEvidence && !slices.ContainsFunc(*out, same) {
		*out = append(*out, f)
	}
}
