package disclosure

import (
	"slices"
	"time"

	"ward"
)

// Step is what the Centre owes next in a case.
type Step string

// Steps with a time.
const (
	StepAcknowledge Step = "acknowledge"
	StepTriage      Step = "triage"
	StepCoordinate  Step = "coordinate"
	StepAnswer      Step = "answer" // the reporter wrote
	StepUpdate      Step = "update" // the reporter heard nothing for long
	StepPublish     Step = "publish"
)

const day = 24 * time.Hour

// Times of the steps. ISO/IEC 29147:2018 wants a report acknowledged within
// seven days; the other standards name no days, so the rest is the practice of
// coordinating CSIRTs: a decision in two weeks, the maker told a week later, a
// word to the reporter each month even when nothing moved.
const (
	acknowledgeIn = 7 * day
	triageIn      = 14 * day
	coordinateIn  = 7 * day
	answerIn      = 7 * day
	updateEvery   = 30 * day
)

// Times for what attackers use already. CRA Art. 14(2)(a) and (b) give a maker
// 24 hours for the early warning and 72 for the notification: the Centre is no
// slower than that.
const (
	urgentAcknowledgeIn = day
	urgentTriageIn      = 3 * day
)

// EmbargoDays is the day of publication that a form proposes: CERT/CC takes 45
// days from the first contact; a fix of a device is tested and approved before
// it may be installed, for which 90 are usual.
const EmbargoDays = 90

// maxEmbargo is how far the day of publication can lie ahead.
const maxEmbargo = 366 * day

// Deadline is a step with its time.
type Deadline struct {
	Step Step
	Due  time.Time
}

// Urgent reports whether attackers use the weakness already.
func (c Case) Urgent() bool {
	return c.Summary.Exploited == ward.ExploitationExploited || c.Summary.Exploited == ward.ExploitationRansomware
}

// Deadlines are the steps that are owed now, the earliest first.
func (c Case) Deadlines() []Deadline {
	acknowledge, triage := acknowledgeIn, triageIn
	if c.Urgent() {
		acknowledge, triage = urgentAcknowledgeIn, urgentTriageIn
	}
	var out []Deadline
	add := func(owed bool, s Step, from time.Time, in time.Duration) {
		if owed {
			out = append(out, Deadline{s, from.Add(in)})
		}
	}
	open, known := c.State.Open(), !c.Acknowledged.IsZero()
	add(open && !known, StepAcknowledge, c.Received, acknowledge)
	add(c.State == Received, StepTriage, c.Received, triage)
	add(c.State == Triaged, StepCoordinate, c.Triaged, coordinateIn)
	add(c.State == Coordinating, StepPublish, c.Embargo, 0)
	wrote := known && c.Heard.After(c.Told)
	add(wrote, StepAnswer, c.Heard, answerIn) // also after the end: a question deserves an answer
	add(open && known && !wrote && !c.Waits, StepUpdate, c.Told, updateEvery)
	slices.SortStableFunc(out, func(a, b Deadline) int { return a.Due.Compare(b.Due) })
	return out
}

// Overdue reports whether a step should have been made before now.
func (c Case) Overdue(now time.Time) bool { return !c.Due.IsZero() && c.Due.Before(now) }

// settle writes the earliest step down, by which lists are sorted.
func (c *Case) settle() {
	c.Due, c.DueStep = time.Time{}, ""
	if d := c.Deadlines(); len(d) > 0 {
		c.Due, c.DueStep = d[0].Due, d[0].Step
	}
}

// ahead is how long before its time a step is reminded of: a publication needs a
// text, a second person and an agreed day.
func (s Step) ahead() time.Duration {
	if s == StepPublish {
		return 14 * day
	}
	return day
}

// remindAgain is how often an overdue step is reminded of.
const remindAgain = 7 * day

// nudgeAfter is how long a question to the reporter waits before he is reminded,
// once.
const nudgeAfter = 14 * day
