package csaf

// interval is one stretch of versions; an empty bound is without end.
type interval struct {
	low, high     string
	lowIn, highIn bool // the bound itself is inside
	noLow, noHigh bool
}

// intervals lists the stretches of a valid span, the excluded versions apart.
func (s *span) intervals() (stretches []interval, excluded []string) {
	if s.all {
		return []interval{{noLow: true, noHigh: true}}, nil
	}
	open := false // a lower bound waits for its upper one
	bounds := 0
	for _, c := range s.constraints {
		switch {
		case c.op == "!=":
			excluded = append(excluded, c.version)
			continue
		case c.exact():
			stretches = append(stretches, interval{low: c.version, high: c.version, lowIn: true, highIn: true})
		case c.above():
			stretches = append(stretches, interval{low: c.version, lowIn: c.op == ">=", noHigh: true})
			open = true
		case open:
			last := &stretches[len(stretches)-1]
			last.high, last.highIn, last.noHigh = c.version, c.op == "<=", false
			open = false
		default:
			stretches = append(stretches, interval{noLow: true, high: c.version, highIn: c.op == "<="})
		}
		bounds++
	}
	if bounds == 0 && !s.none && len(excluded) > 0 {
		stretches = append(stretches, interval{noLow: true, noHigh: true})
	}
	return stretches, excluded
}

// overlap reports whether two spans have a version in common. Versions are
// taken to be dense: between two there is another. Where the types differ, or
// an order is not known, they are taken not to.
func overlap(a, b span) bool {
	if a.kind != "" && b.kind != "" && a.kind != b.kind && !a.all && !b.all {
		return false
	}
	by := a
	if by.kind == "" || by.all {
		by = b
	}
	left, without := a.intervals()
	right, andWithout := b.intervals()
	without = append(without, andWithout...)
	for _, x := range left {
		for _, y := range right {
			if by.meet(x, y, without) {
				return true
			}
		}
	}
	return false
}

// contains reports whether a version is inside a span.
func (s *span) contains(version string) bool {
	return overlap(*s, span{kind: s.kind, constraints: []constraint{{"=", version}}})
}

// meet reports whether two stretches share a version that is not excluded.
func (s *span) meet(x, y interval, without []string) bool {
	low, ok := s.later(x, y)
	high, also := s.earlier(x, y)
	if !ok || !also {
		return false
	}
	if low.noLow || high.noHigh {
		return true
	}
	order, ok := s.compare(low.low, high.high)
	if !ok || order > 0 || order == 0 && !(low.lowIn && high.highIn) {
		return false
	}
	for _, v := range without {
		if same, ok := s.compare(v, low.low); order == 0 && ok && same == 0 {
			return false
		}
	}
	return true
}

// later gives the stretch whose lower bound counts for both.
func (s *span) later(x, y interval) (interval, bool) {
	if x.noLow || y.noLow {
		if x.noLow {
			return y, true
		}
		return x, true
	}
	order, ok := s.compare(x.low, y.low)
	if order > 0 || order == 0 && !x.lowIn {
		return x, ok
	}
	return y, ok
}

// earlier gives the stretch whose upper bound counts for both.
func (s *span) earlier(x, y interval) (interval, bool) {
	if x.noHigh || y.noHigh {
		if x.noHigh {
			return y, true
		}
		return x, true
	}
	order, ok := s.compare(x.high, y.high)
	if order < 0 || order == 0 && !x.highIn {
		return x, ok
	}
	return y, ok
}
