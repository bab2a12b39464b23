package match

import (
	"slices"
	"strings"
	"sync"

	"ward"
	"ward/format/version"
)

// leaf is a claim with its versions read once.
type leaf struct {
	claim    ward.Claim
	rng      version.Range
	bad      bool // there is a version text and it was not read
	all      bool // nothing is said of versions: every one is meant
	listn    bool // the text is a single version or a list of them
	key      string
	index    int32 // of its claim in Claims
	advisory int32 // rank of its advisory among those in Claims
}

func newLeaf(c ward.Claim) leaf {
	l := leaf{claim: c}
	kind := readPURL(c.PURL).kind
	text := c.Range
	if text == "" {
		text = c.Version
	}
	if text == "" {
		p := readPURL(c.PURL)
		if text = p.version; text == "" {
			text = readCPE(c.CPE).version
		}
	}
	if text == "" {
		l.all = true
		return l
	}
	l.key = keyText(text)
	r, err := version.ParseRangeIn(text, kind)
	if err != nil {
		l.bad = true
		return l
	}
	l.rng, l.all, l.listn = r, r.All() && r.Condition() == "", r.Exact()
	return l
}

// subject is a product's version read once.
type subject struct {
	text    string
	v       version.Version
	bad     bool // a text is there and was not read
	release bool // the text stands in the name, not in a column of its own
	model   string
	serial  string
	key     string // as ReadingKey folds it
	brief   bool   // verdict and reason only, no evidence in words
	ref     *profile
}

// newSubject reads the version of a product: its own column, else purl or CPE,
// else the release in its name. known, if not nil, remembers texts.
func newSubject(p *profile, text, model, serial string, known *readings) subject {
	s := subject{text: strings.TrimSpace(text), ref: p, model: compactCode(model), serial: compactCode(serial)}
	if s.text == "" || noVersion[fold(s.text)] {
		if s.text = p.purl.version; s.text == "" {
			s.text = p.cpe.version
		}
	}
	switch {
	case s.text == "" && len(p.release.list) > 0:
		s.v, s.release = p.release.list[0], true
		s.text = s.v.Text()
		s.key = keyText(s.text)
	case s.text != "":
		r := known.read(s.text)
		s.v, s.bad, s.key = r.v, r.bad, r.key
	}
	return s
}

// readings remembers version texts that were read; it is safe for concurrent use.
type readings struct {
	mu    sync.Mutex
	known map[string]reading
}

type reading struct {
	v   version.Version
	bad bool
	key string
}

// maxReadings bounds what is remembered for one run.
const maxReadings = 1 << 16

// read reads a text, or gives what it read before. A nil receiver remembers nothing.
func (x *readings) read(text string) reading {
	if x != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		if r, ok := x.known[text]; ok {
			return r
		}
	}
	v, err := version.Parse(text)
	r := reading{v: v, bad: err != nil, key: keyText(text)}
	if x != nil && len(x.known) < maxReadings {
		x.known[text] = r
	}
	return r
}

// explain compares in words; nothing where no evidence is asked for.
func (s *subject) explain(l *leaf, v version.Version) string {
	if s.brief {
		return ""
	}
	return l.rng.Explain(v)
}

// say joins words to evidence; nothing where none is asked for.
func (s *subject) say(parts ...string) string {
	if s.brief {
		return ""
	}
	return strings.Join(parts, "")
}

// noVersion are texts of a version column that give none.
var noVersion = map[string]bool{"-": true, "n/a": true, "na": true, "none": true, "unknown": true, "unbekannt": true, "?": true, "k.a.": true,
	"k. a.": true, "inconnu": true, "inconnue": true, "keine": true, "tbd": true, "x": true, "--": true, "n.a.": true, "0": true, "nicht bekannt": true,
	"latest": true, "aktuell": true, "sconosciuta": true, "desconocida": true, "onbekend": true}

// in tells whether the product's version is in the leaf's range, with the
// ground in words.
func (l *leaf) in(s *subject, claim *profile) (version.Tri, ward.Reason, string) {
	if l.all {
		return l.inRelease(s, claim, version.Yes, ReasonAllVersions, "all versions")
	}
	if l.modelListed(s) {
		return version.Yes, ReasonModelListed, s.say(`model listed in "`, l.text(), `"`)
	}
	if l.otherModel(s) {
		return version.No, ReasonOutside, s.say(`its model is not in "`, l.text(), `"`)
	}
	if l.bad {
		return l.unread(s)
	}
	if l.rng.Serial() {
		return l.serialIn(s)
	}
	v, bad := s.v, s.bad
	if kind := claim.purl.kind; kind != "" && s.text != "" {
		if x, err := version.ParseIn(s.text, kind); err == nil {
			v, bad = x, false
		}
	}
	if l.key != "" && s.text != "" && s.key == l.key && l.listn {
		return version.Yes, ReasonListed, s.say(`"`, s.text, `" is listed`)
	}
	switch {
	case l.rng.All():
		tri, why := l.rng.Contains(v)
		return tri, reasonOf(why), s.explain(l, v)
	case s.text == "":
		return version.Unknown, ReasonVersionMissing, s.say(`no version to compare with "`, l.text(), `"`)
	case bad:
		return version.Unknown, ReasonVersionUnreadable, s.say(`"`, s.text, `" could not be read, to compare with "`, l.text(), `"`)
	}
	if s.release && claim.release.has {
		// "PSSE V34" on both sides names the product; it does not say which release is installed.
		return l.inRelease(s, claim, version.Unknown, ReasonVersionMissing, s.say(`no version but in the name, to compare with "`, l.text(), `"`))
	}
	tri, why := l.rng.Contains(v)
	reason := reasonOf(why)
	if tri == version.Yes && v.Note() != "" {
		tri, reason = version.Unknown, ReasonCondition
	}
	if tri == version.Yes && l.rng.Qualifier() != "" && !mentions(l.rng.Qualifier(), claim, s.ref) {
		tri, reason = version.Unknown, ReasonCondition
	}
	return l.inRelease(s, claim, tri, reason, s.explain(l, v))
}

func (l *leaf) text() string {
	if l.claim.Range != "" {
		return strings.TrimSpace(l.claim.Range)
	}
	return strings.TrimSpace(l.claim.Version)
}

func (l *leaf) unread(s *subject) (version.Tri, ward.Reason, string) {
	if l.key != "" && s.key == l.key {
		return version.Yes, ReasonListed, s.say(`"`, s.text, `" is listed`)
	}
	return version.Unknown, ReasonRangeUnreadable, s.say(`"`, l.text(), `" could not be read as versions`)
}

// modelListed: advisories put model numbers where versions belong ("7100 | 7900",
// "MMT-1715"); they are compared with the product's model and name.
func (l *leaf) modelListed(s *subject) bool {
	text := l.claim.Version
	if text == "" || s.ref == nil {
		return false
	}
	for _, t := range strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == ',' }) {
		m := compactCode(t)
		if len(m) < 3 || !strings.ContainsAny(m, "0123456789") || strings.Contains(t, ".") {
			continue
		}
		if m == s.model || unitIs(s.ref, m) {
			return true
		}
	}
	return false
}

// otherModel reports whether the leaf lists bare model numbers and the product's
// name bears another one: "620 | 650" and "Carestation 750".
func (l *leaf) otherModel(s *subject) bool {
	if l.claim.Version == "" || s.ref == nil || s.text != "" && !s.release {
		return false
	}
	for _, t := range strings.FieldsFunc(l.claim.Version, func(r rune) bool { return r == '|' || r == ',' }) {
		if t = strings.TrimSpace(fold(t)); len(t) < 3 || strings.ContainsAny(t, ". ") || !isNumber(t) || isYearText(t) {
			return false
		}
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

// judge gives the finding of one leaf for one product that t joins. It reports
// false where the leaf states nothing of the version: "fixed in 4.11" and
// "4.10 is not affected" say nothing of others.
func (l *leaf) judge(t tie, s *subject, claim *profile, d *Decisions) (ward.Finding, bool) {
	f := ward.Finding{Identity: t.rule, Leaf: l.claim.Leaf, Path: l.claim.Path}
	if !s.v.IsZero() {
		f.Version = s.v.Rule()
	}
	if kind := claim.purl.kind; kind != "" && s.text != "" {
		if v, err := version.ParseIn(s.text, kind); err == nil {
			f.Version = v.Rule()
		}
	}
	tri, why, detail := l.in(s, claim)
	if v, ok := d.reading(l, s.key); ok {
		tri, why, detail = decided(v, l, s)
	}
	f.Detail = detail
	if t.detail != "" {
		f.Detail = s.say(detail, "; ", t.detail)
	}
	f.Verdict, f.Reason = verdictOf(tri, why)
	switch l.claim.Status {
	case ward.StatusNone:
		f = open(f, tri, ReasonStatusMissing)
	case ward.StatusInvestigated:
		f = open(f, tri, ReasonInvestigated)
	case ward.StatusFixed:
		return l.fixed(f, t, tri, s)
	case ward.StatusNotAffected:
		if tri == version.No {
			return f, false
		}
		if tri == version.Yes {
			f.Verdict, f.Reason = ward.NotAffected, ReasonStatedNotAffected
		}
	}
	return weaken(f, t), true
}
