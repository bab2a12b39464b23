package version

// bound is one comparator. joined tells that no separator stood before it.
type bound struct {
	op     string // "=", "<", "<=", ">", ">=", "!="
	v      Version
	joined bool
	and    bool // "and" stood before it
}

// collect reads operators and versions out of the tokens. It reports false
// for a shape that would have to be guessed.
func (r *Range) collect(toks []token) ([]bound, bool) {
	var out []bound
	op, sep, and, dash := "", true, false, false
	for _, t := range toks {
		switch t.kind {
		case tokSep:
			dash = false
			sep, and = true, t.text == "and" || t.text == "und" || t.text == "et" || t.text == "&"
		case tokDash:
			dash = len(out) > 0 && !sep
		case tokOp:
			if op != "" && op != t.op {
				return nil, false
			}
			op = t.op
		case tokAfter:
			if !after(out, t.op) {
				return nil, false
			}
		case tokWord:
			r.star = r.star || t.text == "*"
		case tokVersion:
			if isStar(t) {
				r.star, op, sep = true, "", false
				continue
			}
			if dash && op == "!=" {
				op = "<" // "9.3.0 - but not including 9.3.8"
			}
			if dash && op == "" && !lowerEnd(out) {
				return nil, false
			}
			if dash && op == "" {
				op = "<="
			}
			if op == "" && !sep {
				if op = branch(out, t.v); op == "" {
					return nil, false // two versions side by side
				}
			}
			if op != "" && !sep && len(out) > 0 && out[len(out)-1].op == "=" && (op == "<" || op == "<=") {
				if !r.line(out, t.v) {
					return nil, false
				}
			}
			if op == "" {
				op = "="
			}
			out = append(out, bound{op: op, v: t.v, joined: !sep, and: and})
			op, sep, and, dash = "", false, false, false
		}
	}
	return out, op == ""
}

// branch reads "< V33.017 V34.014": one upper bound for each release branch.
func branch(out []bound, v Version) string {
	last := out[len(out)-1]
	if !last.upper() || len(last.v.parts) != len(v.parts) || last.v.parts[0] == v.parts[0] {
		return ""
	}
	return last.op
}

// lowerEnd turns the last listed version into the lower end of a dashed interval.
func lowerEnd(out []bound) bool {
	last := &out[len(out)-1]
	if last.op != "=" && last.op != ">=" {
		return false
	}
	last.op = ">="
	return true
}

// line reads "8 < 8.1.2": the version before the operator is the release line,
// so the interval begins there. A leading word that the bound lacks ("NMC2 <=
// 6.9.6") is a product, not a version.
func (r *Range) line(out []bound, upper Version) bool {
	last := &out[len(out)-1]
	if last.v.label != upper.label || last.v.scheme != upper.scheme {
		if last.v.label == "" {
			return false
		}
		r.qualifier = last.v.text
		last.op = "drop"
		return true
	}
	last.op = ">="
	return true
}

// after applies an operator that stands behind its version: "3.2 and prior",
// "2.0 (including)", "3.0 (excluding)".
func after(out []bound, op string) bool {
	if len(out) == 0 || op == "?" {
		return false
	}
	last := &out[len(out)-1]
	switch op {
	case "in":
		last.op = map[string]string{"<": "<=", ">": ">=", "=": ">="}[last.op] + map[string]string{"<=": "<=", ">=": ">="}[last.op]
	case "ex":
		last.op = map[string]string{"<=": "<", ">=": ">", "=": "<"}[last.op] + map[string]string{"<": "<", ">": ">"}[last.op]
	default:
		if last.op != "=" && last.op != op {
			return last.op == "<=" && op == "<=" || last.op == ">=" && op == ">="
		}
		last.op = op
	}
	return last.op != ""
}

func (b bound) lower() bool { return b.op == ">" || b.op == ">=" }
func (b bound) upper() bool { return b.op == "<" || b.op == "<=" }

// build joins the bounds into intervals: a lower bound and the upper bound that
// follows it belong together whatever stands between them, since advisories
// write ">= 6.02 | <= 6.05" for an interval; an upper bound followed by a higher
// lower bound is a union, as in vers:.
func (r *Range) build(in []bound) bool {
	in = r.comparators(in)
	for i := 0; i < len(in); i++ {
		b, next := in[i], bound{}
		if i+1 < len(in) {
			next = in[i+1]
		}
		x, took := interval{}, true
		switch {
		case b.lower() && next.upper():
			if earlier(next.v, b.v) {
				return false // an empty interval is a slip of the pen, not a statement
			}
			x = between(b, next)
		case b.upper() && next.lower() && (len(in) == 2 || next.joined || next.and) && earlier(next.v, b.v):
			x = between(next, b)
		case b.op == "=" && next.upper() && len(in) == 2 && earlier(b.v, next.v):
			x = between(b, next)
			x.looseLo = true
		case b.lower() && next.op == "=" && len(in) == 2 && earlier(b.v, next.v):
			x = between(b, next)
			x.looseHi = true
		default:
			x, took = single(b), false
		}
		r.intervals = append(r.intervals, x)
		if took {
			i++
		}
	}
	r.branched = r.branches()
	r.all = len(r.intervals) == 0 && len(r.except) > 0 // "!=3.5", "all but 3.5"
	return !r.everything() && (r.all || len(r.intervals) > 0)
}

// comparators leaves out what is no end of an interval: names, versions that are
// excepted, and versions listed between a lower bound and its upper one, which
// are in the interval anyway ("vers:generic/>=1.0|1.5|!=1.7|<2.0").
func (r *Range) comparators(in []bound) []bound {
	var out []bound
	for i, b := range in {
		switch {
		case b.op == "drop":
		case b.op == "!=":
			r.except = append(r.except, b.v)
		case b.op == "=" && len(out) > 0 && out[len(out)-1].lower() && enclosed(out[len(out)-1], in[i:]):
		default:
			out = append(out, b)
		}
	}
	return out
}

// enclosed reports whether the listed versions that rest begins with lie between
// a lower bound and the upper bound behind them.
func enclosed(lower bound, rest []bound) bool {
	last := lower.v
	for _, b := range rest {
		switch {
		case b.op == "!=":
		case b.op == "=" || b.upper():
			if !earlier(last, b.v) {
				return false
			}
			if last = b.v; b.upper() {
				return true
			}
		default:
			return false
		}
	}
	return false
}

// everything reports whether the intervals leave no version out: nobody writes
// that with bounds, so they were not understood.
func (r *Range) everything() bool {
	for i := range r.intervals {
		from := &r.intervals[i]
		if from.exact || !from.hi.IsZero() {
			continue
		}
		for j := range r.intervals {
			to := &r.intervals[j]
			if to.exact || !to.lo.IsZero() {
				continue
			}
			if o := compare(&from.lo, &to.hi); o.ok && o.sign <= 0 {
				return true
			}
		}
	}
	return false
}

func earlier(a, b Version) bool {
	o := compare(&a, &b)
	return o.ok && o.sign < 0
}

func between(lo, hi bound) interval {
	return interval{lo: lo.v, loIn: lo.op != ">", hi: hi.v, hiIn: hi.op != "<"}
}

func single(b bound) interval {
	switch {
	case b.op == "=":
		return interval{lo: b.v, exact: true}
	case b.lower():
		return interval{lo: b.v, loIn: b.op == ">="}
	}
	return interval{hi: b.v, hiIn: b.op == "<="}
}

// branches reports whether the range has several upper bounds without lower
// ones: "< 19.0.1 | < 18.0.1" gives one for each release branch, and the union
// would swallow the fixed 18.0.1.
func (r *Range) branches() bool {
	n := 0
	for _, x := range r.intervals {
		if !x.exact && x.lo.IsZero() && !x.hi.IsZero() {
			n++
		}
	}
	return n > 1
}

// inBranch answers for a range with an upper bound for each branch: yes below
// the lowest bound and below that of v's own branch, no above the highest or
// beyond that of a branch of three parts; else a person must say. Of "<= U61 | <= L81"
// the bound of v's own letter says yes, and no bound says no.
func (r *Range) inBranch(v *Version) (Tri, Why) {
	below, above, own := true, true, Unknown
	bounds, lines := 0, false
	for i := range r.intervals {
		x := &r.intervals[i]
		t, w := x.contains(v)
		if x.exact {
			if t == Yes {
				return t, w
			}
			above = above && t == No
			continue
		}
		switch {
		case t == Unknown && otherLetter(v, &x.hi):
			lines = true
			continue
		case t == Unknown:
			return t, w
		}
		bounds++
		below, above = below && t == Yes, above && t == No
		if shared := sharedParts(v, &x.hi); shared >= max(1, len(x.hi.parts)-1) && (t == Yes || len(x.hi.parts) > 2) {
			own = t
		}
	}
	switch {
	case bounds > 0 && below || own == Yes:
		return Yes, WhyInside
	case lines:
		return Unknown, WhyIncomparable
	case above || own == No:
		return No, WhyOutside
	}
	return Unknown, WhyBranch
}

// otherLetter reports whether two releases are of two lines that a letter names each.
func otherLetter(a, b *Version) bool {
	return a.scheme == Letter && b.scheme == Letter && len(a.parts) > 1 && len(b.parts) > 1 &&
		a.parts[0].kind == letter && b.parts[0].kind == letter && a.parts[0].text != b.parts[0].text
}

func sharedParts(a, b *Version) int {
	n := 0
	for n < min(len(a.parts), len(b.parts)) && a.parts[n].kind == b.parts[n].kind &&
		a.parts[n].num == b.parts[n].num && a.parts[n].text == b.parts[n].text {
		n++
	}
	return n
}
