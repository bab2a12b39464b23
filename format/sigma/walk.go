package sigma

// walk is a value on its way through the automaton of its field.
type walk struct {
	auto *automaton
	text []byte
	at   int
	row  uint16
}

// lanes is how many values walk side by side. Each step of a walk waits for
// memory and for the step before it, but not for the walks beside it.
const lanes = 4

// walkAll lets all values walk through their automata.
func (m *Matcher) walkAll(g *group) {
	var lane [lanes]*walk
	next, busy := 0, 0
	for {
		for busy < lanes && next < len(m.walks) {
			lane[busy] = &m.walks[next]
			m.Stats.Steps += len(lane[busy].text)
			busy, next = busy+1, next+1
		}
		switch {
		case busy == lanes:
			m.four(g, lane[0], lane[1], lane[2], lane[3])
		case busy >= 2:
			m.two(g, lane[0], lane[1])
		case busy == 1:
			m.one(g, lane[0])
		default:
			return
		}
		kept := 0
		for _, w := range lane[:busy] {
			if w.at < len(w.text) {
				lane[kept] = w
				kept++
			}
		}
		busy = kept
	}
}

// four walks until one is at its end: one step in a table for every byte.
func (m *Matcher) four(g *group, a, b, c, d *walk) {
	n := min(len(a.text)-a.at, len(b.text)-b.at, len(c.text)-c.at, len(d.text)-d.at)
	ta, tb, tc, td := a.text[a.at:a.at+n], b.text[b.at:b.at+n], c.text[c.at:c.at+n], d.text[d.at:d.at+n]
	na, nb, nc, nd := a.auto.next, b.auto.next, c.auto.next, d.auto.next
	ra, rb, rc, rd := a.row, b.row, c.row, d.row
	for i := 0; i < len(ta) && i < len(tb) && i < len(tc) && i < len(td); i++ {
		va := na[ra][symbol[ta[i]]&(symbols-1)]
		vb := nb[rb][symbol[tb[i]]&(symbols-1)]
		vc := nc[rc][symbol[tc[i]]&(symbols-1)]
		vd := nd[rd][symbol[td[i]]&(symbols-1)]
		ra, rb, rc, rd = va&^found, vb&^found, vc&^found, vd&^found
		if (va|vb|vc|vd)&found == 0 {
			continue
		}
		if va >= found {
			m.found(g, a, ra, a.at+i+1)
		}
		if vb >= found {
			m.found(g, b, rb, b.at+i+1)
		}
		if vc >= found {
			m.found(g, c, rc, c.at+i+1)
		}
		if vd >= found {
			m.found(g, d, rd, d.at+i+1)
		}
	}
	a.at, b.at, c.at, d.at = a.at+n, b.at+n, c.at+n, d.at+n
	a.row, b.row, c.row, d.row = ra, rb, rc, rd
}

func (m *Matcher) two(g *group, a, b *walk) {
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

func (m *Matcher) one(g *group, a *walk) {
	next, row := a.auto.next, a.row
	for i := a.at; i < len(a.text); i++ {
		v := next[row][symbol[a.text[i]]&(symbols-1)]
		row = v &^ found
		if v >= found {
			m.found(g, a, row, i+1)
		}
	}
	a.at = len(a.text)
}

// found goes through what ends in a row.
func (m *Matcher) found(g *group, w *walk, row uint16, end int) {
	a := w.auto
	for f := a.ends[row]; f >= 0; {
		x := &a.finds[f]
		f = x.more
		if m.seen[x.atom] == m.epoch || !x.fits(w.text, end) {
			continue
		}
		m.seen[x.atom] = m.epoch
		if x.tells {
			for _, r := range g.triggers[x.atom] {
				m.announce(r)
			}
		}
	}
}
