package forward

import (
	"slices"

	"ward"
	"ward/respond/incident"
)

// Rule is what a country lets others see of its reports.
type Rule string

// Rules, in the words of the situational picture.
const (
	Nothing Rule = "nothing"
	Covered Rule = "covered"
	Exact   Rule = "exact"
)

// Leaves reports whether something with a marking may leave its country: AMBER is
// for the organisation and those who need to know, AMBER+STRICT for it alone.
func Leaves(t ward.TLP) bool { return t.Within(ward.TLPAmber) }

// traces are free texts that name no hospital by their nature: they help others to
// look for the same.
var traces = [...]string{"malware_family", "attack_techniques", "vulnerabilities", "indicators", "product"}

// Let gives the answers that may leave under a rule.
func (r Rule) Let(c incident.Catalogue, a incident.Answers) incident.Answers {
	out := incident.Answers{}
	if r != Covered && r != Exact {
		return out
	}
	for id, x := range a {
		q, ok := c.Question(id)
		if ok && (r == Exact || closed(q) || slices.Contains(traces[:], id)) {
			out[id] = x
		}
	}
	return out
}

// closed reports a question whose answers are words of the catalogue, numbers or
// times: nothing that somebody wrote freely.
func closed(q incident.Question) bool {
	switch q.Kind {
	case incident.KindChoice, incident.KindYesNo, incident.KindTime, incident.KindNumber, incident.KindMoney:
		return true
	case incident.KindList:
		return len(q.Values) > 0
	}
	return false
}
