package csaf

import (
	"fmt"
	"math"
	"slices"
	"strings"

	gocvss40 "github.com/pandatix/go-cvss/40"

	"ward/format/cvss"
)

// cvssObjects calls fn for every CVSS object of the document.
func (s *subject) cvssObjects(fn func(score assessment)) {
	for _, v := range s.vulns {
		for _, a := range s.scores(v) {
			fn(a)
		}
	}
}

// scoreOnce is 6.1.7; in 2.1 every source may rate once.
func scoreOnce(s *subject, tell say) {
	for _, v := range s.vulns {
		seen := map[[3]string]bool{}
		for _, a := range s.scores(v) {
			for _, id := range a.products.all() {
				key := [3]string{a.source, a.says("version"), id.text()}
				if seen[key] {
					tell(id, "a second score of CVSS "+key[1]+" "+key[2])
				}
				seen[key] = true
			}
		}
	}
}

// cvssRules are the schemas' rules by member.
var cvssRules = map[string]string{"cvss_v2": "cvss2", "cvss_v3": "cvss3", "cvss_v4": "cvss4"}

// cvssValid is 6.1.8: FIRST's schema, and a vector that is one: the schema's
// expression lets metrics be missing and repeated.
func cvssValid(s *subject, tell say) {
	s.cvssObjects(func(c assessment) {
		found := false
		s.fits(cvssRules[c.key], c.view, func(at placer, detail string) { found = true; tell(at, detail) })
		if found {
			return
		}
		vector := c.get("vectorString")
		if v, err := cvss.Parse(vector.text()); err != nil {
			tell(vector, err.Error())
		} else if v.Version != c.says("version") {
			tell(c.get("version"), "the vector is of version "+v.Version)
		}
	})
}

// rated is what a vector gives; in CVSS 4.0 Base is the one score there is.
type rated struct{ Base, Temporal, Environmental float64 }

// ratings computes a CVSS object twice: from its vector, and from the vector
// with the properties added that it does not name. The standard takes both for
// right: its example of 6.2.19 states modified impacts beside a bare vector.
func ratings(c view) []rated {
	vector := c.says("vectorString")
	var out []rated
	for _, v := range slices.Compact([]string{vector, completed(c, vector)}) {
		if c.key == "cvss_v4" {
			if m, err := gocvss40.ParseVector(v); err == nil {
				out = append(out, rated{Base: m.Score()})
			}
		} else if m, err := cvss.Expand(v); err == nil {
			out = append(out, rated{m.Base, m.Temporal, m.Environmental})
		}
	}
	return out
}

// cvssComputed is 6.1.9.
func cvssComputed(s *subject, tell say) {
	parts := [...]struct {
		name string
		of   func(rated) float64
	}{
		{"base", func(r rated) float64 { return r.Base }},
		{"temporal", func(r rated) float64 { return r.Temporal }},
		{"environmental", func(r rated) float64 { return r.Environmental }},
	}
	s.cvssObjects(func(c assessment) {
		got := ratings(c.view)
		if len(got) == 0 {
			return // 6.1.8 tells
		}
		for _, part := range parts {
			score, word := c.get(part.name+"Score"), c.get(part.name+"Severity")
			same := func(r rated) bool {
				stated, _ := score.number()
				return math.Abs(stated-part.of(r)) < 1e-6
			}
			if _, ok := score.number(); ok && !slices.ContainsFunc(got, same) {
				tell(score, fmt.Sprintf("%s is stated, the vector gives %.1f", score.node.Text, part.of(got[0])))
			}
			named := func(r rated) bool { return word.text() == severityWord(part.of(r)) }
			if c.key != "cvss_v2" && word.exists() && !slices.ContainsFunc(got, named) {
				tell(word, fmt.Sprintf("%s is stated, the vector gives %s", word.text(), severityWord(part.of(got[0]))))
			}
			if c.key == "cvss_v4" {
				break
			}
		}
	})
}

// severityWord is the qualitative rating of CVSS 3 section 5 and 4 section 6.
func severityWord(score float64) string {
	return strings.ToUpper(cvss.Stated("3.1", score).Severity.String())
}

// cvssConsistent is 6.1.10. A property of a metric that the vector does not
// name contradicts nothing.
func cvssConsistent(s *subject, tell say) {
	s.cvssObjects(func(c assessment) {
		given := vectorMetrics(c.says("vectorString"))
		for _, m := range metricNames[c.key] {
			stated := c.get(m.property)
			if value, ok := given[m.short]; ok && stated.exists() && shortValue(c.key, stated.text()) != value {
				tell(stated, fmt.Sprintf("%s is stated, the vector says %s:%s", stated.text(), m.short, value))
			}
		}
	})
}

// fixedScore is 6.2.19: what is fixed rates zero in its environment.
func fixedScore(s *subject, tell say) {
	for _, v := range s.vulns {
		mended := inState(v, fixed)
		for _, a := range s.scores(v) {
			for _, id := range a.products.all() {
				if mended[id.text()] && !zeroRated(a.view) {
					tell(a, "a fixed product with a score above 0: "+id.text())
				}
			}
		}
	}
}

// zeroRated reports an overall score of 0.
func zeroRated(c view) bool {
	if stated, ok := c.get("environmentalScore").number(); ok {
		return stated == 0
	}
	return slices.ContainsFunc(ratings(c), func(r rated) bool {
		if c.key == "cvss_v4" {
			return r.Base == 0
		}
		return r.Environmental == 0
	})
}

// onlyOld is 6.3.1: a product that is rated by CVSS 2 alone.
func onlyOld(s *subject, tell say) {
	for _, v := range s.vulns {
		newer := map[string]bool{}
		for _, a := range s.scores(v) {
			for _, id := range a.products.texts() {
				newer[id] = newer[id] || a.key != "cvss_v2"
			}
		}
		for _, a := range s.scores(v) {
			if a.key == "cvss_v2" && slices.ContainsFunc(a.products.texts(), func(id string) bool { return !newer[id] }) {
				tell(a, "CVSS 2 is the only score")
			}
		}
	}
}

// olderThree is 6.3.2.
func olderThree(s *subject, tell say) {
	s.cvssObjects(func(c assessment) {
		if c.key == "cvss_v3" && (c.says("version") == "3.0" || strings.HasPrefix(c.says("vectorString"), "CVSS:3.0/")) {
			tell(c.get("version"), "CVSS 3.0 is used")
		}
	})
}

// missingFour is 6.3.12: every metric with a CVSS object has one of CVSS 4.0,
// and every affected product has a CVSS object.
func missingFour(s *subject, tell say) {
	for _, v := range s.vulns {
		rated := map[string]bool{}
		for _, a := range s.scores(v) {
			for _, id := range a.products.texts() {
				rated[id] = true
			}
		}
		for _, m := range s.metrics(v) {
			c := s.content(m)
			if (c.get("cvss_v2").exists() || c.get("cvss_v3").exists()) && !c.get("cvss_v4").exists() {
				tell(c, "no CVSS 4.0 score")
			}
		}
		states(v, func(kind string, id view) {
			if kind == affected && !rated[id.text()] {
				tell(id, "no CVSS score for "+id.text())
			}
		})
	}
}

// missingScore is 6.2.3: in 2.1 any metric will do.
func missingScore(s *subject, tell say) {
	for _, v := range s.vulns {
		rated := map[string]bool{}
		for _, m := range s.metrics(v) {
			for _, id := range m.get("products").texts() {
				rated[id] = true
			}
		}
		states(v, func(kind string, id view) {
			if kind == affected && !rated[id.text()] {
				tell(id, "nothing rates "+id.text())
			}
		})
	}
}

// ratedTwice is 6.1.56: no CVSS beside a qualitative rating by the same source.
func ratedTwice(s *subject, tell say) {
	for _, v := range s.vulns {
		scored := map[[2]string]bool{}
		for _, a := range s.scores(v) {
			for _, id := range a.products.texts() {
				scored[[2]string{a.source, id}] = true
			}
		}
		for _, m := range s.metrics(v) {
			word := m.path("content", "qualitative_severity_rating")
			for _, id := range m.get("products").texts() {
				if word.exists() && scored[[2]string{m.says("source"), id}] {
					tell(word, "a word beside a CVSS score for "+id)
				}
			}
		}
	}
}

// qualitative is 6.3.18, ownQualitative 6.2.47: the same by the issuing party,
// who names no source or its own canonical URL.
func qualitative(s *subject, tell say) { s.qualitative(func(string) bool { return true }, tell) }

// ownQualitative is 6.2.47; the canonical URL counts as its own.
func ownQualitative(s *subject, tell say) {
	own := s.canonicalURLs()
	s.qualitative(func(source string) bool { return source == "" || slices.Contains(own, source) }, tell)
}

// qualitative tells the words of those sources that by chooses.
func (s *subject) qualitative(by func(source string) bool, tell say) {
	for _, v := range s.vulns {
		for _, m := range s.metrics(v) {
			if word := m.path("content", "qualitative_severity_rating"); word.exists() && by(m.says("source")) {
				tell(word, "a word in place of a score: "+word.text())
			}
		}
	}
}
