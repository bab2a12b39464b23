package match

import (
	"strings"

	"ward"
	"ward/format/pattern"
	"ward/format/version"
)

// reach is what a claim says of versions. It is read once for all leaves that
// say the same: a document repeats few texts for many leaves.
type reach struct {
	id      int32 // its place among the reaches of one Claims
	rng     version.Range
	bad     bool     // there is a version text and it was not read
	all     bool     // nothing is said of versions: every one is meant
	listn   bool     // the text is a single version or a list of them
	alone   bool     // an answer depends on the version's text and on nothing else of a product
	bare    bool     // the text lists bare model numbers: "620 | 650"
	models  []string // model numbers in a version's place, compact
	ofModel string   // the model that its condition asks for, compact: "6.x model 35700BAX"
	text    string   // as the claim gives it, range before version
	key     string   // as ReadingKey folds it
	kind    string   // purl type, whose rules the versions follow
	dist    string   // release of the distribution that the version is of: "el9"
	names   [2]string
}

// reachKey is all of a claim that a reach is made of.
type reachKey struct{ version, rng, purl, cpe string }

// reaches makes one reach of each.
type reaches map[reachKey]*reach

func (x reaches) of(c *ward.Claim) *reach {
	k := reachKey{c.Version, c.Range, c.PURL, c.CPE}
	r := x[k]
	if r == nil {
		r = newReach(c)
		r.id = int32(len(x))
		x[k] = r
	}
	return r
}

func newReach(c *ward.Claim) *reach {
	p := readPURL(c.PURL)
	r := &reach{kind: p.kind, names: [2]string{nameIn(c.Version), nameIn(c.Range)}}
	r.text = c.Range
	if r.text == "" {
		r.text = c.Version
	}
	text := r.text
	if text == "" {
		if text = p.version; text == "" {
			text = readCPE(c.CPE).version
		}
	}
	r.text = strings.TrimSpace(r.text)
	if p.kind == "rpm" {
		r.dist = distOf(text)
	}
	r.listModels(c.Version)
	r.read(text, p)
	r.alone = len(r.models) == 0 && r.ofModel == "" && !r.bare && !r.rng.Serial() && r.rng.Qualifier() == ""
	return r
}

// ofModelRe is a condition that asks for one model and nothing else.
var ofModelRe = pattern.Of(`^models? (?:no\.? |number )?([a-z0-9][a-z0-9./-]{3,})$`)

// distTag finds the release of the distribution in an RPM's release: "24.el9_2".
var distTag = pattern.Of(`\.((?:el|fc)\d+)`)

func distOf(text string) string {
	if m := distTag().FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// kept reports whether a package is of another release of the distribution than
// dist, which is kept by itself: its numbers say nothing of the other's.
func (s *subject) kept(dist string) bool {
	own := distOf(s.text)
	return own != "" && own != dist
}

// read reads the text of a range or a version; p may add an epoch.
func (r *reach) read(text string, p purl) {
	if text == "" {
		r.all = true
		return
	}
	r.key = keyText(text)
	rng, err := version.ParseRangeIn(p.withEpoch(text), r.kind)
	if err != nil {
		r.bad = true
		return
	}
	if m := ofModelRe().FindStringSubmatch(rng.Condition()); m != nil && hasFigures(m[1]) {
		r.ofModel = compactCode(m[1])
	}
	r.rng, r.all, r.listn = rng, rng.All() && rng.Condition() == "" && !rng.Excepts(), rng.Exact()
	if k := rng.Kind(); k != "" {
		r.kind = k // a vers: URI names the rules where no package URL does
	}
}

// isRelease finds releases of which the compact form looks like a model number:
// "V4 SP2", "2020R2", "R2024b", "10 Update 3".
var isRelease = pattern.Of(`^(?:v|ver|version)[. ]*\d+ ?[a-z]{1,6}[ .]?\d+$|^r?(?:19|20)\d\d ?[a-z]{1,6}[ .]?\d{0,2}$|^\d+ ?(?:sp|upd|update|hf|hotfix|patch|cu|service pack)[ .]?\d+$`)

// listModels keeps the model numbers that a version text may list.
func (r *reach) listModels(text string) {
	r.bare = text != ""
	for _, t := range strings.FieldsFunc(text, func(c rune) bool { return c == '|' || c == ',' }) {
		m := compactCode(t)
		if len(m) >= 3 && strings.ContainsAny(m, "0123456789") && !strings.Contains(t, ".") && !isRelease().MatchString(fold(t)) {
			r.models = append(r.models, m)
		}
		if t = strings.TrimSpace(fold(t)); len(t) < 3 || strings.Trim(t, "0123456789") != "" || isYearText(t) {
			r.bare = false
		}
	}
}
