package incident

import (
	"slices"

	"ward/format/rule"
)

// Reason is why something is reported: the types of reports.
type Reason string

// Reasons (NIS2 Art. 23(1) and 30); the words are those of the field catalogue.
const (
	Incident  Reason = "significant" // an incident; whether it is significant, the answers say
	NearMiss  Reason = "near_miss"
	Threat    Reason = "threat"
	Voluntary Reason = "voluntary"
)

// Reasons lists them.
func Reasons() []Reason { return []Reason{Incident, NearMiss, Threat, Voluntary} }

// Stages lists the stages that can be sent, in their order (NIS2 Art. 23(4)).
func Stages() []rule.Stage {
	return []rule.Stage{rule.Early, rule.Notification, rule.Intermediate, rule.Progress, rule.Final}
}

// rank orders stages in time: one that is sent covers those before it.
func rank(s rule.Stage) int {
	switch s {
	case rule.Early:
		return 1
	case rule.Notification:
		return 2
	case rule.Intermediate, rule.Progress:
		return 3
	case rule.Final:
		return 4
	}
	return 0
}

// Step is one page of questions on one thing. ID is the ending of the key
// "incident.step.".
type Step struct {
	ID        string
	Questions []string
	Form      string // of the receiver that alone asks for it; empty: everybody's
}

// FirstStep is the one page of the early warning.
const FirstStep = "first"

func first() Step {
	return Step{ID: FirstStep, Questions: []string{"aware_at", "detected_at", "summary", "severe_disruption", "ambulances_diverted", "ransomware", "suspected_malicious",
		"cross_border", "affected_countries", "contact", "marking"}}
}

// Rare are questions that few reports need to answer at night: of the pages of the
// early warning they stand folded behind the others.
func Rare(id string) bool {
	return id == "ambulances_diverted" || id == "affected_countries" || id == "marking"
}

func care() Step {
	return Step{ID: "care", Questions: []string{"patient_safety", "device_involved", "ivd_involved", "services_affected", "emergency_department", "ambulances_diverted", "diversion_hours",
		"time_critical_down_hours", "working_fallback", "ehr_down_hours", "paper_mode", "partners_affected"}}
}

func cancelled() Step {
	return Step{ID: "cancelled", Questions: []string{"cancelled_operations", "cancelled_percent", "cancelled_outpatient", "cancelled_imaging", "cancelled_laboratory", "cancelled_therapy",
		"patients_transferred", "beds_closed", "device_groups_down"}}
}

func personal() Step {
	return Step{ID: "data", Questions: []string{"patient_data_stolen", "patient_data_unavailable", "data_encrypted", "key_safe", "risk_unlikely", "high_risk", "risk_removed", "data_nature", "data_categories", "persons_affected",
		"records_count", "dpo_contact", "consequences"}}
}

func impact() Step {
	return Step{ID: "impact", Questions: []string{"severity", "impact_level", "outlook", "impact_summary", "area", "severe_disruption", "severe_financial_loss",
		"considerable_damage_to_others", "financial_loss"}}
}

func measures() Step {
	return Step{ID: "measures", Questions: []string{"measures_taken", "help_wanted", "third_party", "indicators", "recipients_informed", "significant_threat", "persons_informed", "other_notifications",
		"police_report", "marking"}}
}

func what() Step {
	return Step{ID: "what", Questions: []string{"summary", "incident_class", "root_cause", "incident_nature", "ransomware", "malware_family", "attack_techniques", "suspected_malicious",
		"cross_border", "affected_countries"}}
}

// Steps are the pages of a stage: at most seven, and one alone for the early
// warning, which somebody fills in on a phone at night.
func Steps(stage rule.Stage) []Step {
	switch stage {
	case rule.Early:
		return []Step{first()}
	case rule.Notification:
		return []Step{what(), {ID: "when", Questions: []string{"started_at", "detected_at", "duration", "still_running", "contained_at", "expected_return"}},
			care(), cancelled(), personal(), impact(), measures()}
	case rule.Intermediate, rule.Progress:
		return []Step{{ID: "status", Questions: []string{"status_updates", "still_running", "restored_at", "expected_return", "impact_level", "outlook", "data_gap"}},
			care(), cancelled(), personal(), measures()}
	case rule.Final:
		return []Step{{ID: "story", Questions: []string{"long_description", "summary", "root_cause", "cause_detail", "suspected_malicious", "cross_border", "affected_countries", "lessons"}},
			{ID: "end", Questions: []string{"still_running", "contained_at", "restored_at", "closed_at", "duration"}},
			care(), cancelled(), personal(), impact(), measures()}
	}
	return nil
}

// Steps are the pages of a stage of this report: those of every report, then one
// for each receiver that wants to know more, with what no page before it asks.
func (p Picture) Steps(stage rule.Stage) []Step {
	out := Steps(stage)
	asked := map[string]bool{}
	for _, s := range out {
		for _, id := range s.Questions {
			asked[id] = true
		}
	}
	for _, page := range p.Assessment.Pages {
		own := Step{ID: page.ID, Form: page.Form}
		for _, id := range page.Ask[stage] {
			if !asked[id] {
				asked[id], own.Questions = true, append(own.Questions, id)
			}
		}
		if len(own.Questions) > 0 {
			out = append(out, own)
		}
	}
	return out
}

// Own are the pages of a stage that one receiver alone asks, as far as a has not
// answered all of them and a duty to tell that receiver is not ruled out.
func (p Picture) Own(stage rule.Stage, a Answers) []Step {
	return slices.DeleteFunc(p.Steps(stage), func(s Step) bool {
		owed := slices.ContainsFunc(p.Assessment.Duties, func(d rule.Duty) bool { return d.Column == s.Form && d.Stage != rule.Offer && d.Applies != rule.No })
		return s.Form == "" || !owed || s.Filled(a) == len(s.Questions)
	})
}

// StepOf finds a page of a stage.
func (p Picture) StepOf(stage rule.Stage, id string) (Step, bool) {
	for _, s := range p.Steps(stage) {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// Next is the page after id; false after the last.
func (p Picture) Next(stage rule.Stage, id string) (Step, bool) {
	all := p.Steps(stage)
	i := slices.IndexFunc(all, func(s Step) bool { return s.ID == id })
	if i < 0 || i+1 >= len(all) {
		return Step{}, false
	}
	return all[i+1], true
}

// Filled counts the questions of s that have an answer.
func (s Step) Filled(a Answers) int {
	n := 0
	for _, q := range s.Questions {
		if !a[q].IsZero() {
			n++
		}
	}
	return n
}
