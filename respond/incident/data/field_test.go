package data

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/format/rule/input"
)

// TestEveryDutyIsThere: the time-bound duties that the domain dossier lists.
func TestEveryDutyIsThere(t *testing.T) {
	b := book(t)
	for _, c := range ward.Countries() {
		have := b.Law(c)
		for _, id := range strings.Fields("N1 N2 N3 N4 N5 N6 N7 N8 N9 N10 N11 G1 G2 G3 G4 M1 M2 M3 M4 M5 I1 C1 C2 C3 C4 C5 C6 E1 X1 X2 K1 K2 T1 R1 R2") {
			if !slices.ContainsFunc(have, func(r *rule.Record) bool { return r.ID == id }) {
				t.Errorf("%s has no %s", c, id)
			}
		}
	}
	if !slices.ContainsFunc(b.Law("FR"), func(r *rule.Record) bool { return r.ID == "F1-FR" }) {
		t.Error("France has no health duty of its own")
	}
}

// TestFieldsOfStages: what each article demands is required by the form of its
// stage, and what it leaves out is not.
func TestFieldsOfStages(t *testing.T) {
	b := book(t)
	a := assess(t, b, `{"country":"DE","kind":["hospital"],"headcount":300,"cer_critical":true}`,
		`{"significant":true,"severe_disruption":true,"personal_data_breach":true,"risk_unlikely":false,"cross_border":true,"aware_at":"2026-11-28","ransomware":true}`, "")
	for _, c := range []struct{ duty, needs, not string }{
		{"N1", "suspected_malicious cross_border contact aware_at affected_countries", "long_description root_cause lessons indicators data_nature"},
		{"N2", "severity impact_summary indicators services_affected care_impact data_nature", "lessons long_description"},
		{"N4", "long_description severity root_cause measures_taken cross_border lessons malware_family", "status_updates"},
		{"G1", "data_nature data_categories persons_affected records_count dpo_contact consequences measures_taken", "patient_safety severity indicators"},
		{"R1", "ransom_reporter ransom_demand ransom_paid ransom_decision", "patient_safety severity"},
		{"K1", "users_affected users_share duration area incident_nature consequences cross_border", "dpo_contact lessons persons_affected"},
	} {
		form := duty(a, c.duty).Form
		for _, f := range strings.Fields(c.needs) {
			if !slices.Contains(form, f) {
				t.Errorf("%s does not ask for %s", c.duty, f)
			}
		}
		for _, f := range strings.Fields(c.not) {
			if slices.Contains(form, f) {
				t.Errorf("%s asks for %s", c.duty, f)
			}
		}
	}
}

// TestFieldsAskOnlyWhatConcerns: fields of a data breach are left out once it is
// clear that there is none, and kept while it is open.
func TestFieldsAskOnlyWhatConcerns(t *testing.T) {
	b := book(t)
	for answer, want := range map[string]bool{"true": true, "false": false, `"unknown"`: true} {
		a := assess(t, b, `{"country":"DE","kind":["hospital"],"headcount":300}`, `{"significant":true,"aware_at":"2026-11-28","personal_data_breach":`+answer+`}`, "")
		if got := slices.Contains(duty(a, "N2").Form, "data_nature"); got != want {
			t.Errorf("breach %s: data_nature asked is %v, want %v", answer, got, want)
		}
	}
}

// TestTextsOfData: Receivers, duties and explanations speak the reader's language.
func TestTextsOfData(t *testing.T) {
	b := book(t)
	p, _, err := input.Profile(b, []byte(`{"country":"FR","kind":["hospital"],"headcount":1200}`))
	if err != nil {
		t.Fatal(err)
	}
	p.Lang = "fr"
	i, _, err := input.Incident(b, "FR", []byte(`{"significant":true,"aware_at":"2026-11-28 10:00"}`))
	if err != nil {
		t.Fatal(err)
	}
	a, err := rule.Evaluate(b, p, i, time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if got := duty(a, "N1").Title; got != "Alerte précoce" {
		t.Errorf("N1 is %q in French", got)
	}
}

// TestSpellingsOfReports reads an incident in the groups in which reports are
// written, with names of their own.
func TestSpellingsOfReports(t *testing.T) {
	b := book(t)
	a := assess(t, b, `{"organisation":{"memberState":"FR","kinds":["university hospital"],"legalForm":"public"},"size":{"employees":"1 200","turnover_eur":"90 M"},"CER critical":"no"}`,
		`{"when":{"detectedAt":"2026-11-28T02:40+01:00","Aware at":"2026-11-28T03:10+01:00"},
		  "what":{"suspected_malicious":"suspected","cross-border":"unknown"},
		  "data":{"personal":"yes","exfiltrated":true,"encrypted_at_rest":"no"},
		  "impact":{"patient_safety":"temporary_harm","cancelled":{"elective_ops":150}},
		  "ransom":{"demand_seen":true,"paid":"no"},
		  "risk":"high","n1_sent_at":"2026-11-28T09:00+01:00","sent":{"notification":"2026-11-29T09:00+01:00"},"notes":"-"}`, "2026-11-29T12:00:00Z")
	for id, want := range map[string]rule.State{"N1": rule.Done, "N2": rule.Done, "N4": rule.Running, "G1": rule.Running, "G2": rule.AtOnce} {
		if got := duty(a, id).State; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if a.Class.Value != rule.Essential || a.Significant.Value != "yes" {
		t.Errorf("got %s, significant %s", a.Class.Value, a.Significant.Value)
	}
}
