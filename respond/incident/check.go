package incident

import (
	"strconv"
	"time"

	"ward"
	"ward/format/rule"
)

// pair is two answers that cannot both be true.
type pair struct {
	a, is string
	b     string
	wrong func(Answer) bool
}

func word(w string) func(Answer) bool { return func(a Answer) bool { return a.Text == w } }

func above0(a Answer) bool {
	n, err := strconv.ParseInt(a.Text, 10, 64)
	return err == nil && n > 0
}

func given(a Answer) bool { return a.Text != "" }

// contradictions is the table; the error stands at b.
func contradictions() []pair {
	return []pair{
		{"cross_border", "no", "affected_countries", given},
		{"ambulances_diverted", "no", "diversion_hours", above0},
		{"still_running", "yes", "closed_at", given},
		{"risk_unlikely", "yes", "high_risk", word("yes")},
		{"serious_incident", "no", "device_death", word("yes")},
		{"suspected_malicious", "ruled_out", "ransomware", word("yes")},
		{"suspected_malicious", "ruled_out", "root_cause", word("malicious-actions")},
	}
}

// order is the order of a report's times; a later one cannot be before an earlier.
func order() []string {
	return []string{"started_at", "detected_at", "aware_at", "contained_at", "restored_at", "closed_at"}
}

// skew is how far a clock of somebody else may go ahead of ours.
const skew = 5 * time.Minute

// planned are times that lie ahead by their nature.
func planned(id string) bool { return id == "expected_return" }

// Check says what cannot be in the answers: a time in the future, times in an
// impossible order, answers that exclude each other. Errors stand at a question;
// own, when given, are the questions at which a reader can mend it.
func (c Catalogue) Check(a Answers, at time.Time, own []string) []error {
	var out []error
	here := func(id, other string) string {
		for _, q := range own {
			if q == other {
				return other
			}
		}
		return id
	}
	for id, x := range a {
		if q, ok := c.Question(id); ok && q.Kind == KindTime && !planned(id) && x.Time().After(at.Add(skew)) {
			out = append(out, invalid("future", id, "question", id))
		}
	}
	for _, id := range [...]string{"users_share", "cancelled_percent"} {
		if n, err := strconv.Atoi(a[id].Text); err == nil && n > 100 {
			out = append(out, invalid("percent", id))
		}
	}
	last := ""
	for _, id := range order() {
		if a[id].Text == "" {
			continue
		}
		// Containment may come before anybody was sure; the rest runs in order.
		if last != "" && a[id].Time().Before(a[last].Time()) && !(id == "contained_at" && last == "aware_at") {
			out = append(out, invalid("order", here(id, last), "later", id, "earlier", last))
		}
		if id != "contained_at" {
			last = id
		}
	}
	for _, p := range contradictions() {
		if a[p.a].Text == p.is && p.wrong(a[p.b]) {
			out = append(out, invalid("contradiction", here(p.b, p.a), "one", p.a, "other", p.b))
		}
	}
	return out
}

// Missing are the required fields of a stage that have no answer, of those that
// its pages ask. "I don't know yet" is an answer.
func (c Catalogue) Missing(stage rule.Stage, a Answers) []string {
	var out []string
	for _, s := range Steps(stage) {
		for _, id := range s.Questions {
			if c.Needed(stage, id) && a[id].IsZero() && !(id == "affected_countries" && a["cross_border"].Text != "yes") {
				out = append(out, id)
			}
		}
	}
	return out
}

// Needed reports whether a stage cannot be sent without an answer. Of the early
// warning these are the questions of NIS2 Art. 23(4)(a) and what a clock needs;
// later stages take "not answered" for "not known yet" and say so. A report without
// a marking is AMBER (package forward).
func (c Catalogue) Needed(stage rule.Stage, id string) bool {
	f := c.Book.Field(id)
	return stage == rule.Early && f != nil && f.Stages[rule.Early] == rule.Required && id != "marking" || id == "aware_at"
}

// checkReason refuses a word that is no type of report.
func checkReason(r Reason) error {
	for _, known := range Reasons() {
		if r == known {
			return nil
		}
	}
	return ward.Fail(ward.Invalid, "incident.error.choice").At("reason")
}
