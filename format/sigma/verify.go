package sigma

import "bytes"

// holds evaluates an announced rule's expression.
func (m *Matcher) holds(g *group, at int32) bool {
	n := &g.nodes[at]
	switch n.op {
	case opAnd:
		for _, k := range n.kids {
			if !m.holds(g, k) {
				return false
			}
		}
		return true
	case opOr:
		for _, k := range n.kids {
			if m.holds(g, k) {
				return true
			}
		}
		return false
	case opNot:
		return !m.holds(g, n.kids[0])
	}
	return m.answer(g, n.atom)
}

func (m *Matcher) answer(g *group, atom int32) bool {
	a := &g.atoms[atom]
	switch {
	case a.sure:
		return m.seen[atom] == m.epoch
	case a.hinted && m.seen[atom] != m.epoch, m.no[atom] == m.epoch:
		return false
	case m.yes[atom] == m.epoch:
		return true
	}
	if m.verify(a) {
		m.yes[atom] = m.epoch
		return true
	}
	m.no[atom] = m.epoch
	return false
}

// verify looks at the values of the atom's field.
func (m *Matcher) verify(a *atom) bool {
	if a.field == 0 {
		for i := range m.scanner.spans {
			s := &m.scanner.spans[i]
			if s.kind != nullKind && m.looksAt(a, s) {
				return true
			}
		}
		return false
	}
	if m.head[a.field] != m.epoch {
		return false
	}
	for u := m.first[a.field]; u >= 0; u = m.uses[u].next {
		if m.looksAt(a, &m.scanner.spans[m.uses[u].span]) {
			return true
		}
	}
	return false
}

func (m *Matcher) looksAt(a *atom, s *span) bool {
	m.Stats.Verified++
	return m.test(a, s)
}

func (m *Matcher) test(a *atom, s *span) bool {
	if a.short != nil && !m.containsAny(s, a.short) {
		return false
	}
	switch a.kind {
	case isPattern:
		if a.short != nil && a.bare() {
			return true
		}
		if a.cased {
			return a.wild.match(m.text(s))
		}
		return a.wild.match(m.lower(s))
	case isRegex:
		if a.run != nil && !a.run.may(m.text(s)) {
			return false
		}
		m.Stats.Regexes++
		return a.regex.Match(m.text(s))
	case isInNet:
		return inNet(a.net, m.text(s))
	case isNumber:
		n, ok := parseNumber(view(m.text(s)))
		return ok && a.compare.holds(n, a.number)
	case isDate:
		t, ok := ParseTime(string(m.text(s)))
		return ok && a.compare.holds(number{whole: a.part.of(t), isWhole: true, real: float64(a.part.of(t))}, a.number)
	case isField:
		return m.refers(a, s)
	}
	return false
}

// lower gives a value folded wholly. It is wanted seldom: most folding is done
// by the classes of the automata.
func (m *Matcher) lower(s *span) []byte {
	text := m.fold(s)
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			if cap(m.folded)-len(m.folded) < len(text) {
				m.folded = make([]byte, 0, max(2*cap(m.folded), 2*len(text)))
			}
			from := len(m.folded)
			m.folded = append(m.folded, text[:i]...)
			m.folded = appendFold(m.folded, text[i:])
			s.fold = m.folded[from:len(m.folded):len(m.folded)]
			return s.fold
		}
	}
	return text
}

// refers compares with the values of another field.
func (m *Matcher) refers(a *atom, s *span) bool {
	if m.head[a.ref] != m.epoch {
		return false
	}
	for u := m.first[a.ref]; u >= 0; u = m.uses[u].next {
		other := &m.scanner.spans[m.uses[u].span]
		mine, its := m.text(s), m.text(other)
		if !a.cased {
			mine, its = m.lower(s), m.lower(other)
		}
		if a.predicate.stands(mine, its) {
			return true
		}
	}
	return false
}

// containsAny looks for short literals; only letters need folding.
func (m *Matcher) containsAny(s *span, list []string) bool {
	text := m.fold(s)
	for _, x := range list {
		if hasLetter(x) {
			text = m.lower(s)
		}
		if bytes.Contains(text, []byte(x)) {
			return true
		}
	}
	return false
}

// bare tells that the atom's pattern is a literal with stars around it.
func (a *atom) bare() bool {
	p := a.pattern
	return len(p) == 3 && p[0].kind == star && p[1].kind == literal && p[2].kind == star
}
