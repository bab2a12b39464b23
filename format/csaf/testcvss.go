package csaf

import (
	"fmt"
	"math"
	"strings"

	"ward/format/cvss"
)

// cvssObjects calls fn for every CVSS object of the document.
func cvssObjects(doc view, fn func(score view)) {
	for _, v := range vulnerabilities(doc) {
		for _, s := range v.get("scores").list() {
			for _, member := range [...]string{"cvss_v2", "cvss_v3"} {
				if c := s.get(member); c.exists() {
					fn(c)
				}
			}
		}
	}
}

// scoreOnce is 6.1.7.
func scoreOnce(doc view, tell say) {
	for _, v := range vulnerabilities(doc) {
		seen := map[string]bool{}
		for _, s := range v.get("scores").list() {
			for _, member := range [...]string{"cvss_v2", "cvss_v3"} {
				c := s.get(member)
				if !c.exists() {
					continue
				}
				for _, id := range s.get("products").list() {
					key := c.get("version").text() + " " + id.text()
					if seen[key] {
						tell(id, "a second score of CVSS "+key)
					}
					seen[key] = true
				}
			}
		}
	}
}

// cvssValid is 6.1.8: it asks for what the CVSS schemas require and for a valid vector.
func cvssValid(doc view, tell say) {
	cvssObjects(doc, func(c view) {
		required := []string{"version", "vectorString", "baseScore"}
		if c.key == "cvss_v3" {
			required = append(required, "baseSeverity")
		}
		for _, name := range required {
			if !c.get(name).exists() {
				tell(c, "without "+name)
			}
		}
		vector := c.get("vectorString")
		if s, err := cvss.Parse(vector.text()); err != nil {
			tell(vector, err.Error())
		} else if s.Version != c.get("version").text() {
			tell(c.get("version"), "the vector is of version "+s.Version)
		}
	})
}

// cvssComputed is 6.1.9. Half a step of rounding is let pass.
func cvssComputed(doc view, tell say) {
	cvssObjects(doc, func(c view) {
		got, err := cvss.Expand(c.get("vectorString").text())
		if err != nil {
			return // 6.1.8 tells
		}
		for _, part := range [...]struct {
			name  string
			value float64
		}{{"base", got.Base}, {"temporal", got.Temporal}, {"environmental", got.Environmental}} {
			if stated, ok := c.get(part.name + "Score").number(); ok && math.Abs(stated-part.value) > 0.05 {
				tell(c.get(part.name+"Score"), fmt.Sprintf("%v is stated, the vector gives %.1f", stated, part.value))
			}
			word := c.get(part.name + "Severity")
			if want := severityWord(part.value); c.key == "cvss_v3" && word.exists() && word.text() != want {
				tell(word, fmt.Sprintf("%s is stated, the vector gives %s", word.text(), want))
			}
		}
	})
}

// severityWord is the qualitative rating of CVSS 3, section 5.
func severityWord(score float64) string {
	return strings.ToUpper(cvss.Stated("3.1", score).Severity.String())
}

// metrics are the properties of the CVSS schemas by the metric's short name.
var metrics = [...]struct{ property, v2, v3 string }{
	{"accessVector", "AV", ""}, {"accessComplexity", "AC", ""}, {"authentication", "Au", ""},
	{"attackVector", "", "AV"}, {"attackComplexity", "", "AC"}, {"privilegesRequired", "", "PR"}, {"userInteraction", "", "UI"}, {"scope", "", "S"},
	{"confidentialityImpact", "C", "C"}, {"integrityImpact", "I", "I"}, {"availabilityImpact", "A", "A"},
	{"exploitability", "E", ""}, {"exploitCodeMaturity", "", "E"}, {"remediationLevel", "RL", "RL"}, {"reportConfidence", "RC", "RC"},
	{"collateralDamagePotential", "CDP", ""}, {"targetDistribution", "TD", ""},
	{"confidentialityRequirement", "CR", "CR"}, {"integrityRequirement", "IR", "IR"}, {"availabilityRequirement", "AR", "AR"},
	{"modifiedAttackVector", "", "MAV"}, {"modifiedAttackComplexity", "", "MAC"}, {"modifiedPrivilegesRequired", "", "MPR"}, {"modifiedUserInteraction", "", "MUI"},
	{"modifiedScope", "", "MS"}, {"modifiedConfidentialityImpact", "", "MC"}, {"modifiedIntegrityImpact", "", "MI"}, {"modifiedAvailabilityImpact", "", "MA"},
}

// cvssConsistent is 6.1.10. A property of a metric that the vector does not name
// contradicts nothing.
func cvssConsistent(doc view, tell say) {
	cvssObjects(doc, func(c view) {
		got, err := cvss.Expand(c.get("vectorString").text())
		if err != nil {
			return // 6.1.8 tells
		}
		for _, m := range metrics {
			short := m.v3
			if c.key == "cvss_v2" {
				short = m.v2
			}
			stated := c.get(m.property)
			if short == "" || !stated.exists() {
				continue
			}
			if value, ok := got.Value(short); ok && !sameMetric(stated.text(), value, c.key == "cvss_v2") {
				tell(stated, fmt.Sprintf("%s is stated, the vector says %s:%s", stated.text(), short, value))
			}
		}
	})
}

// sameMetric compares a long value of the schemas with the vector's short one:
// its first letter, with the exceptions below.
func sameMetric(long, short string, v2 bool) bool {
	if v2 {
		switch long { // CVSS 2.0 writes these with more letters
		case "NOT_DEFINED":
			return short == "ND"
		case "PROOF_OF_CONCEPT":
			return short == "POC"
		case "OFFICIAL_FIX":
			return short == "OF"
		case "TEMPORARY_FIX":
			return short == "TF"
		case "UNCONFIRMED":
			return short == "UC"
		case "UNCORROBORATED":
			return short == "UR"
		case "LOW_MEDIUM":
			return short == "LM"
		case "MEDIUM_HIGH":
			return short == "MH"
		}
	}
	if long == "NOT_DEFINED" {
		return short == "X"
	}
	return long != "" && short != "" && long[:1] == short[:1]
}
