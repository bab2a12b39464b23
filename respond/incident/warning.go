package incident

import (
	"slices"

	"ward/format/redact"
)

// open are questions that ask for a person: a name or number there is no slip.
var open = [...]string{"contact", "technical_contact", "dpo_contact", "police_report"}

// Suspects lists the questions whose text looks as if it told of a patient: a
// birth date, a patient's or an insurance number, a name with its title. The
// writer is warned and may go on: a report is never held up by a guess.
func (c Catalogue) Suspects(a Answers) []string {
	r := redact.New(redact.Options{})
	var out []string
	for _, id := range c.ordered(a) {
		q, _ := c.Question(id)
		if q.Kind != KindLine && q.Kind != KindText || slices.Contains(open[:], id) {
			continue
		}
		_, found := r.Text(a[id].Text)
		if found[redact.Patient]+found[redact.Number]+found[redact.Birth]+found[redact.Person] > 0 {
			out = append(out, id)
		}
	}
	return out
}
