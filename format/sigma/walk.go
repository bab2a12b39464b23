package sigma

// walk is a value on its way through the automaton of its field.
type walk struct {
	auto *automaton
	text []byte
	at   int
	row  uint16
}

// walkAll takes two values at a time. Each step of a walk waits for the step
// before it, so a second walk beside it costs nearly nothing.
func (m *Matcher) walkAll(g *group) {
	var a, b *walk
	for i := range m.walks {
		w := &m.walks[i]
		m.Stats.Steps += len(w.text)
		switch {
		case a == nil:
			a = w
			continue
		case b == nil:
			b = w
		}
		m.pair(g, a, b)
		if a.at == len(a.text) {
			a = nil
		}
		if b.at == len(b.text) {
			b = nil
		}
		if a == nil {
			a, b = b, nil
		}
	}
	if a != nil {
		m.single(g, a)
	}
}

// pair walks both until one is at its end: one step in a table for every byte.
func (m *Matcher) pair(g *group, a, b *walk) {
	n := min(len(a.text)-a.at, len(b.text)-b.at)
	ta, tb := a.text[a.at:a.at+n], b.text[b.at:b.at+n]
	na, nb, ra, rb := a.auto.next, b.auto.next, a.row, b.row
	for i := 0; i < len(ta) && i < len(tb); i++ {
		va := na[ra][symbol[ta[i]]&(symbols-1)]
		vb := nb[rb][symbol[tb[i]]&(symbols-1)]
		ra, rb = va&^found, vb&^found
		if (va|vb)&found == 0 {
			continue
		}
		if va >= found {
			m.found(g, a, ra, a.at+i+1)
		}
		if vb >= found {
			m.found(g, b, rb, b.at+i+1)
		}
	}
	a.at, b.at, a.row, b.row = a.at+n, b.at+n, ra, rb
}

func (m *Matcher) single(g *group, a *walk) {
	next, row := a.auto.next, a.row
	for i := a.at; i < len(a.text); i++ {
		v := next[row][symbol[a.text[i]]&(symbols-1)]
		row = v &^ found
		if v >= found {
			m.found(g, a, row, i+1)
		}
	}
}

// found goes through what ends in a row.
func (m *Matcher) found(g *group, w *walk, row uint16, end int) {
	a := w.auto
	for f := a.ends[row]; f >= 0; f = a.more[f] {
		if x := &a.finds[f]; m.seen[x.atom] != m.epoch && x.fits(w.text, end) {
			m.show(g, x.atom)
		}
	}
}
