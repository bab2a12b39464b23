package match

import (
	"slices"
	"strings"

	"ward"
	"ward/format/version"
)

// opinion is what one leaf says of one product.
type opinion struct {
	verdict ward.Verdict
	beyond  bool // later than a version that is stated as fixed, and not itself stated as such
	reason  ward.Reason
	rule    string // that read the version
	detail  string // evidence in words, where it is asked for
}

// answer tells whether the product's version is in the leaf's reach; what an
// analyst has decided of the two texts comes first. Where nothing else of the
// product plays a part, the answer is kept with the version's text.
func (l *leaf) answer(s *subject, claim *profile, d *Decisions) answer {
	if !l.alone || s.release || claim.release.has || len(s.answers) == 0 {
		return l.work(s, claim, d)
	}
	kept := &s.answers[l.id]
	if a := kept.Load(); a != nil {
		return *a
	}
	a := l.work(s, claim, d)
	if !s.brief { // without evidence the answer costs less than its room
		full := a
		kept.Store(&full)
	}
	return a
}

func (l *leaf) work(s *subject, claim *profile, d *Decisions) answer {
	v, bad := s.as(l.kind)
	var a answer
	if !v.IsZero() {
		a.rule = v.Rule()
	}
	if settled, ok := d.reading(l.reach, s.key); ok {
		a.tri, a.reason, a.detail = decided(settled, l, s)
		return a
	}
	a.tri, a.reason, a.detail = l.in(s, v, bad, claim)
	return a
}

// in tells whether the product's version v is in the leaf's range, with the
// ground in words.
func (l *leaf) in(s *subject, v *version.Version, bad bool, claim *profile) (version.Tri, ward.Reason, string) {
	if l.all {
		if q := l.rng.Qualifier(); q != "" && !mentions(q, claim, s.ref) { // "all Linux versions"
			return l.inRelease(s, claim, version.Unknown, ReasonCondition, s.say(`"`, l.text, `" says of which part: `, q))
		}
		return l.inRelease(s, claim, version.Yes, ReasonAllVersions, "all versions")
	}
	if l.modelListed(s) {
		return version.Yes, ReasonModelListed, s.say(`model listed in "`, l.text, `"`)
	}
	if l.otherModel(s) {
		return version.No, ReasonOutside, s.say(`its model is not in "`, l.text, `"`)
	}
	if l.bad {
		return l.unread(s)
	}
	if l.rng.Serial() {
		return l.serialIn(s)
	}
	if l.key != "" && s.text != "" && s.key == l.key && l.listn {
		return version.Yes, ReasonListed, s.say(`"`, s.text, `" is listed`)
	}
	switch {
	case l.rng.All() && !l.rng.Excepts():
		tri, reason := l.contains(s, v)
		return tri, reason, s.explain(l, v)
	case s.text == "":
		return version.Unknown, ReasonVersionMissing, s.say(`no version to compare with "`, l.text, `"`)
	case bad:
		return version.Unknown, ReasonVersionUnreadable, s.say(`"`, s.text, `" could not be read, to compare with "`, l.text, `"`)
	}
	if s.release && claim.release.has {
		// "PSSE V34" on both sides names the product; it does not say which release is installed.
		return l.inRelease(s, claim, version.Unknown, ReasonVersionMissing, s.say(`no version but in the name, to compare with "`, l.text, `"`))
	}
	tri, reason := l.contains(s, v)
	if tri == version.Yes && v.Note() != "" {
		tri, reason = version.Unknown, ReasonCondition
	}
	if tri == version.No && v.Several() {
		tri, reason = version.Unknown, ReasonVersionUnreadable
	}
	if tri == version.Yes && l.rng.Qualifier() != "" && !mentions(l.rng.Qualifier(), claim, s.ref) {
		tri, reason = version.Unknown, ReasonCondition
	}
	return l.inRelease(s, claim, tri, reason, s.explain(l, v))
}

// contains is what the range says of v; "6.x model 35700BAX" asks for a model, which
// the product's own answers.
func (l *leaf) contains(s *subject, v *version.Version) (version.Tri, ward.Reason) {
	tri, why := l.rng.Contains(*v)
	switch {
	case why != version.WhyCondition || l.ofModel == "" || l.ofModel != s.model && !unitIs(s.ref, l.ofModel):
		return tri, reasonOf(why)
	case l.rng.All():
		return version.Yes, ReasonAllVersions
	}
	return version.Yes, ReasonInside
}

// explain compares in words; nothing where no evidence is asked for.
func (s *subject) explain(l *leaf, v *version.Version) string {
	if s.brief {
		return ""
	}
	return l.rng.Explain(*v)
}

func (l *leaf) unread(s *subject) (version.Tri, ward.Reason, string) {
	if l.key != "" && s.key == l.key {
		return version.Yes, ReasonListed, s.say(`"`, s.text, `" is listed`)
	}
	return version.Unknown, ReasonRangeUnreadable, s.say(`"`, l.text, `" could not be read as versions`)
}

// modelListed: advisories put model numbers where versions belong ("7100 | 7900",
// "MMT-1715"); they are compared with the product's model and name.
func (l *leaf) modelListed(s *subject) bool {
	for _, m := range l.models {
		if m == s.model || unitIs(s.ref, m) {
			return true
		}
	}
	return false
}

// otherModel reports whether the leaf lists bare model numbers and the product's
// name bears another one: "620 | 650" and "Carestation 750".
func (l *leaf) otherModel(s *subject) bool {
	if !l.bare || s.text != "" && !s.release {
		return false
	}
	for _, u := range s.ref.units {
		if u.class == numbered && len(u.text) >= 3 && isNumber(u.text) && !isYearText(u.text) {
			return true
		}
	}
	return false
}

func unitIs(p *profile, m string) bool {
	for _, u := range p.units {
		if u.class == numbered && compactCode(u.text) == m {
			return true
		}
	}
	return false
}

// mentions reports whether the words of a range's qualifier ("nmc2") stand in
// the names of either side.
func mentions(q string, ps ...*profile) bool {
	for _, w := range plainWords(q) {
		found := generic[w]
		for _, p := range ps {
			for _, a := range atomsOf(w) {
				found = found || p != nil && (slices.Contains(p.atoms, a) || p != ps[0] && slices.Contains(p.optional, a))
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// inRelease narrows an answer by the release that stands in the claim's name:
// "Desigo CC V5.0" of all versions is not about V4.
func (l *leaf) inRelease(s *subject, claim *profile, tri version.Tri, why ward.Reason, detail string) (version.Tri, ward.Reason, string) {
	if !claim.release.has || tri == version.No {
		return tri, why, detail
	}
	have := s.v
	if s.ref != nil && len(s.ref.release.list) > 0 {
		have = s.ref.release.list[0]
	}
	named := s.say(`name says "`, strings.TrimSpace(claim.release.list[0].Text()), `"`)
	if have.IsZero() {
		return version.Unknown, ReasonVersionMissing, s.say(named, ", no version to compare")
	}
	best := claim.release.cover(have)
	if best == version.Yes {
		return tri, why, s.say(detail, "; ", named)
	}
	have0 := s.say(`"`, strings.TrimSpace(have.Text()), `"`)
	if best == version.Unknown {
		return version.Unknown, ReasonVersionCoarse, s.say(named, ", inventory says ", have0)
	}
	if !claim.release.firm && (s.ref == nil || !s.ref.release.has) {
		return version.Unknown, ReasonNamePartial, s.say(named, ", which may be a variant; inventory says ", have0)
	}
	return version.No, ReasonOutside, s.say(named, ", inventory says ", have0)
}

// cover tells whether a release is of the line that the name states.
func (x *releases) cover(have version.Version) version.Tri {
	if x.rng != nil {
		in, _ := x.rng.Contains(have)
		return in
	}
	best := version.No
	for _, want := range x.list {
		switch have.Within(want) {
		case version.Yes:
			return version.Yes
		case version.Unknown:
			best = version.Unknown
		}
	}
	return best
}

func reasonOf(w version.Why) ward.Reason {
	switch w {
	case version.WhyAll:
		return ReasonAllVersions
	case version.WhyInside:
		return ReasonInside
	case version.WhyListed:
		return ReasonListed
	case version.WhyOutside:
		return ReasonOutside
	case version.WhyCoarse, version.WhyBoundCoarse:
		return ReasonVersionCoarse
	case version.WhyCondition:
		return ReasonCondition
	case version.WhySerial:
		return ReasonSerial
	case version.WhyBranch:
		return ReasonConflict
	case version.WhyUnread:
		return ReasonRangeUnreadable
	}
	return ReasonIncomparable
}

// judge gives the opinion of one leaf on one product that t joins. It reports
// false where the leaf states nothing of the version: "fixed in 4.11" and
// "4.10 is not affected" say nothing of others.
func (l *leaf) judge(t *tie, s *subject, claim *profile, d *Decisions) (opinion, bool) {
	if l.dist != "" && s.kept(l.dist) {
		return opinion{}, false
	}
	a := l.answer(s, claim, d)
	if l.serials && a.tri != version.No {
		if a = l.bySerial(s, a); a.tri == version.No && l.status != ward.StatusAffected {
			return opinion{}, false
		}
	}
	o := opinion{rule: a.rule, detail: a.detail}
	if t.detail != "" {
		o.detail = s.say(a.detail, "; ", t.detail)
	}
	o.verdict, o.reason = verdictOf(a.tri, a.reason)
	switch l.status {
	case ward.StatusNone:
		o.open(a.tri, ReasonStatusMissing)
	case ward.StatusInvestigated:
		o.open(a.tri, ReasonInvestigated)
	case ward.StatusFixed:
		if !l.fixed(&o, a.tri, s) {
			return o, false
		}
	case ward.StatusNotAffected:
		if a.tri == version.No {
			return o, false
		}
		if a.tri == version.Yes {
			o.verdict, o.reason = ward.NotAffected, ReasonStatedNotAffected
		}
	}
	o.weaken(t)
	return o, true
}
