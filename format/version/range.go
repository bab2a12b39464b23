package version

import "strings"

// MaxRange is the longest range text that ParseRange reads, in bytes. Leaves
// with more are prose.
const MaxRange = 2048

// maxBounds bounds the comparators of one range.
const maxBounds = 128

// Range is a set of versions as an advisory states it: a union of intervals,
// perhaps under a condition that no version number answers. The zero Range is
// not a range; ParseRange makes it.
type Range struct {
	text      string
	all       bool
	intervals []interval
	except    []Version
	qualifier string // words before the bounds: "nmc2" of "NMC2 <= 6.9.6"
	condition string // words that narrow the set: "with wireless option"
	serial    bool   // the bounds are serial numbers
	star      bool   // "*" stands in it
	more      bool   // "and" and words that were not read follow the last version
	branched  bool   // one upper bound for each release branch
	kind      string // purl type whose rules the versions follow; empty for none
}

// interval is lo..hi; a zero Version leaves that side open. exact marks one
// listed version, which is then in lo.
type interval struct {
	lo, hi     Version
	loIn, hiIn bool
	exact      bool
	looseLo    bool // lo may be meant as a bound or as one more listed version
	looseHi    bool // the same of hi
}

// Text is the text as it was given to ParseRange.
func (r Range) Text() string { return r.text }

// All reports whether every version is in the range, conditions and single
// versions that it excepts apart.
func (r Range) All() bool { return r.all }

// Excepts reports whether single versions are taken out of the range: "!= 3.5".
func (r *Range) Excepts() bool { return len(r.except) > 0 }

// Qualifier is the product word before the bounds ("nmc2" of "NMC2 <= 6.9.6"),
// in lower case; it narrows the range to that part of the product.
func (r Range) Qualifier() string { return r.qualifier }

// Condition is the text that narrows the range beyond the version, in lower
// case: an option, an edition, a date of shipment. Empty means none.
func (r Range) Condition() string { return r.condition }

// Serial reports whether the range bounds serial numbers, not versions.
func (r Range) Serial() bool { return r.serial }

// Kind is the purl type by whose rules the versions are compared ("npm" of
// "vers:npm/<2.0.0"), empty where they follow none.
func (r Range) Kind() string { return r.kind }

// Exact reports whether the range only lists single versions.
func (r Range) Exact() bool {
	for _, x := range r.intervals {
		if !x.exact {
			return false
		}
	}
	return len(r.intervals) > 0
}

// Listed gives the single versions that the range lists, in its order.
func (r Range) Listed() []Version {
	var out []Version
	for _, x := range r.intervals {
		if x.exact {
			out = append(out, x.lo)
		}
	}
	return out
}

// Below reports whether v is known to lie below every version of the range.
func (r Range) Below(v Version) bool {
	if r.all || len(r.intervals) == 0 {
		return false
	}
	for i := range r.intervals {
		x := &r.intervals[i]
		if x.lo.IsZero() {
			return false
		}
		o := compare(&v, &x.lo)
		if !o.ok || o.rough != 0 || o.sign >= 0 {
			return false
		}
	}
	return true
}

// Above reports whether v is known to lie above every version of the range, or
// to equal the highest.
func (r Range) Above(v Version) bool {
	if r.all || len(r.intervals) == 0 {
		return false
	}
	for _, x := range r.intervals {
		hi := x.hi
		if x.exact {
			hi = x.lo
		}
		if hi.IsZero() {
			return false
		}
		o := compare(&v, &hi)
		if !o.ok || o.sign < 0 || o.rough < 0 {
			return false
		}
	}
	return true
}

// Tri is yes, no or unknown. The zero value is Unknown.
type Tri int8

// The answers of Contains.
const (
	Unknown Tri = iota
	Yes
	No
)

// String gives "yes", "no" or "unknown".
func (t Tri) String() string { return [...]string{"unknown", "yes", "no"}[t] }

// Why is the ground of an answer of Contains.
type Why uint8

// The grounds. Those of an Unknown answer say what a person must look at.
const (
	WhyUnread       Why = iota // the range is the zero value
	WhyAll                     // every version is in it
	WhyInside                  // between the bounds
	WhyListed                  // one of the versions listed
	WhyOutside                 // beyond every bound, not among those listed
	WhyCoarse                  // the version says too little
	WhyBoundCoarse             // the bound says too little: "2.1.3" against "<= 2.1"
	WhyIncomparable            // written in different schemes
	WhyCondition               // inside, and a condition is open
	WhySerial                  // serial numbers, not versions
	WhyBranch                  // bounds of several release branches, none of which is the version's
)

// Contains tells whether v is in the range and on what ground. The zero
// Version (no version known) is in a range of all versions, else Unknown.
func (r *Range) Contains(v Version) (Tri, Why) {
	if r.serial {
		return Unknown, WhySerial
	}
	tri, why := r.bounds(&v)
	if tri == Yes && r.condition != "" {
		return Unknown, WhyCondition
	}
	return tri, why
}

func (r *Range) bounds(v *Version) (Tri, Why) {
	if r.all {
		return r.minusExcept(v, WhyAll)
	}
	if len(r.intervals) == 0 {
		return Unknown, WhyUnread
	}
	if r.branched {
		return r.inBranch(v)
	}
	tri, why := No, WhyOutside
	for i := range r.intervals {
		t, w := r.intervals[i].contains(v)
		if t == Yes {
			return r.minusExcept(v, w)
		}
		if t == Unknown && (tri == No || rank(w) > rank(why)) {
			tri, why = t, w
		}
	}
	return tri, why
}

// rank prefers the more telling ground when several intervals are unknown.
func rank(w Why) int {
	switch w {
	case WhyCoarse:
		return 3
	case WhyBoundCoarse:
		return 2
	case WhyIncomparable:
		return 1
	}
	return 0
}

// minusExcept takes the excluded versions out of an answer of yes.
func (r *Range) minusExcept(v *Version, why Why) (Tri, Why) {
	for _, x := range r.except {
		if v.IsZero() {
			return Unknown, WhyIncomparable
		}
		o := compare(v, &x)
		switch {
		case o.ok && o.sign == 0 && o.rough == 0:
			return No, WhyOutside
		case !o.ok:
			return Unknown, WhyIncomparable
		case o.rough < 0:
			return Unknown, WhyCoarse
		}
	}
	return Yes, why
}

func (x *interval) contains(v *Version) (Tri, Why) {
	if x.exact {
		t, w := test(v, &x.lo, 0, true)
		switch {
		case t == Yes:
			w = WhyListed
		case t == No && x.lo.modelLike() && !v.sameShape(&x.lo):
			return Unknown, WhyIncomparable // a list of models, it seems
		}
		return t, w
	}
	lo, why := Yes, WhyInside
	if !x.lo.IsZero() {
		lo, why = test(v, &x.lo, +1, x.loIn)
	}
	if lo == No && x.looseLo {
		return Unknown, WhyBranch
	}
	if lo == No || x.hi.IsZero() {
		return lo, why
	}
	hi, whyHi := test(v, &x.hi, -1, x.hiIn)
	if hi == No && x.looseHi {
		return Unknown, WhyBranch
	}
	if hi == No {
		return No, whyHi
	}
	if lo == Unknown {
		return Unknown, why
	}
	return hi, whyHi
}

// test compares v with one bound. side is +1 for a lower bound, -1 for an upper
// one, 0 for a listed version; in includes the bound itself.
func test(v, bound *Version, side int, in bool) (Tri, Why) {
	o := compare(v, bound)
	switch {
	case !o.ok:
		return Unknown, WhyIncomparable
	case o.rough < 0:
		return Unknown, WhyCoarse // v may be anything that begins like the bound
	case o.rough > 0:
		return finer(side, in)
	case o.sign == 0 && in:
		return Yes, WhyInside
	case o.sign == 0 || o.sign != side:
		return No, WhyOutside
	}
	return Yes, WhyInside
}

// finer answers for a version that begins like the bound and says more:
// "2.1.3" is at least "2.1" and not before "2.1"; whether "<= 2.1" and "2.1"
// mean it too, only the writer knows.
func finer(side int, in bool) (Tri, Why) {
	switch {
	case side > 0 && in:
		return Yes, WhyInside
	case side < 0 && !in:
		return No, WhyOutside
	}
	return Unknown, WhyBoundCoarse
}

// Explain gives the comparison in words for the evidence, English:
// `"4.10.2" < "4.11"`.
func (r *Range) Explain(v Version) string {
	tri, why := r.Contains(v)
	name := quoted{`"`, strings.TrimSpace(v.text), `"`}
	if v.IsZero() {
		name = quoted{"no version"}
	}
	switch {
	case len(r.except) > 0 && r.all && tri != Unknown:
		return name.is([...]string{Yes: ` is within "`, No: ` is outside "`}[tri], r.text)
	case r.all && why == WhyAll:
		return "all versions"
	case why == WhyCondition:
		return name.text() + ` is within "` + r.text + `", which also says: ` + r.condition
	case tri == Unknown:
		return name.text() + ` cannot be decided against "` + r.text + `"`
	}
	for i := range r.intervals {
		if tri != Yes {
			break
		}
		if t, _ := r.intervals[i].contains(&v); t == Yes {
			return r.intervals[i].describe(&name)
		}
	}
	if len(r.intervals) == 1 {
		return r.intervals[0].deny(&name, &v)
	}
	return name.text() + ` is none of "` + r.text + `"`
}

// quoted is the name of a version in three parts, which are joined with what is said
// of it at once.
type quoted [3]string

func (q *quoted) text() string { return q[0] + q[1] + q[2] }

// is joins it with a bound.
func (q *quoted) is(sign, bound string) string { return q[0] + q[1] + q[2] + sign + bound + `"` }

// describe adds to the name of a version which bounds it keeps.
func (x *interval) describe(name *quoted) string {
	switch {
	case x.exact:
		return name.is(` = "`, x.lo.text)
	case x.lo.IsZero() && x.hi.IsZero():
		return name.text()
	case x.hi.IsZero():
		return name.is(above(x.loIn), x.lo.text)
	case x.lo.IsZero():
		return name.is(below(x.hiIn), x.hi.text)
	}
	return name.is(above(x.loIn), x.lo.text) + " and" + below(x.hiIn) + x.hi.text + `"`
}

// deny adds to the name of v which bound keeps it out.
func (x *interval) deny(name *quoted, v *Version) string {
	if x.exact {
		return name.is(` is not "`, x.lo.text)
	}
	if !x.lo.IsZero() {
		if t, _ := test(v, &x.lo, +1, x.loIn); t == No {
			return name.is(below(!x.loIn), x.lo.text)
		}
	}
	return name.is(above(!x.hiIn), x.hi.text)
}

// above and below are the signs of a bound, up to its text.
func above(in bool) string {
	if in {
		return ` >= "`
	}
	return ` > "`
}

func below(in bool) string {
	if in {
		return ` <= "`
	}
	return ` < "`
}
