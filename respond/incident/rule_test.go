package incident

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/i18n"
	"ward/respond/incident/data"
	"ward/test/expect"
)

func catalogue(t testing.TB) Catalogue {
	t.Helper()
	b, err := data.Book()
	expect.OK(t, err)
	return Catalogue{Book: b, Services: []string{"emergency", "laboratory", "record_read"}}
}

func n(v int64) *int64 { return &v }

func standing(kind ward.OrgKind, c ward.Country, head, turnover, balance int64) ward.Standing {
	s := ward.Standing{Organisation: ward.Organisation{ID: "h1", Kind: kind, Name: "Clinic", Country: c}, Headcount: n(head)}
	if turnover > 0 {
		s.Turnover, s.Balance = n(turnover), n(balance)
	}
	return s
}

// answered reads "id=text" pairs; "id=?" is "I don't know yet".
func answered(t testing.TB, c Catalogue, pairs ...string) Answers {
	t.Helper()
	out := Answers{}
	for _, p := range pairs {
		id, text, _ := strings.Cut(p, "=")
		q, ok := c.Question(id)
		if !ok {
			t.Fatalf("no question %s", id)
		}
		if text == "?" {
			out[id] = Answer{Unknown: true}
			continue
		}
		a, err := q.Read(text, time.UTC)
		expect.OK(t, err)
		out[id] = a
	}
	return out
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestVectors runs the vectors of the domain through the record: the same
// answers that a page stores give the class, the clocks and the receivers.
func TestVectors(t *testing.T) {
	c := catalogue(t)
	severe := []string{"aware_at=2027-01-30T10:00:00Z", "severe_disruption=yes"}
	for _, v := range []struct {
		name    string
		org     ward.Standing
		answers []string
		now     string
		reason  Reason
		sent    map[string]string
		want    string // "duty state due", blank-separated words; "-" for none; class first
	}{
		{"1 clinic of 60", standing(ward.KindHospital, "DE", 60, 9e6, 8e6), severe, "2027-01-30T11:00:00Z", Incident, nil,
			"important N1 running 2027-01-31T10:00 N2 running 2027-02-02T10:00"},
		{"2 hospital of 1200", standing(ward.KindHospital, "FR", 1200, 0, 0), severe, "2027-01-31T11:00:00Z", Incident, nil,
			"essential N1 overdue 2027-01-31T10:00 N2 running 2027-02-02T10:00"},
		{"3 practice of 6", standing(ward.KindPractice, "ES", 6, 0, 0), severe, "2027-01-30T11:00:00Z", Incident, nil, "outside N1 not_due - N8 voluntary -"},
		{"4 laboratory, AND not met", standing(ward.KindLab, "IT", 40, 12e6, 9e6), severe, "2027-01-30T11:00:00Z", Incident, nil, "outside N1 not_due -"},
		{"5 laboratory, AND met", standing(ward.KindLab, "IT", 40, 12e6, 11e6), severe, "2027-01-30T11:00:00Z", Incident, nil, "important N1 running 2027-01-31T10:00"},
		{"10 provisional until N2 is sent", standing(ward.KindHospital, "FR", 1200, 0, 0), severe, "2027-01-30T11:00:00Z", Incident, nil,
			"essential N4 running 2027-03-02T10:00 provisional"},
		{"10 month clamp", standing(ward.KindHospital, "FR", 1200, 0, 0), severe, "2027-01-31T11:00:00Z", Incident, map[string]string{"N2": "2027-01-31T09:00:00Z"},
			"essential N2 sent - N4 running 2027-02-28T09:00"},
		{"10 still running", standing(ward.KindHospital, "FR", 1200, 0, 0), append(slices.Clone(severe), "still_running=yes"), "2027-03-01T09:00:00Z", Incident,
			map[string]string{"N2": "2027-01-31T09:00:00Z"}, "essential N5 overdue 2027-02-28T09:00 N4 waiting -"},
		{"10 handled", standing(ward.KindHospital, "FR", 1200, 0, 0), append(slices.Clone(severe), "closed_at=2027-03-15T08:00:00Z"), "2027-03-16T09:00:00Z", Incident,
			map[string]string{"N2": "2027-01-31T09:00:00Z", "N5": "2027-02-28T08:00:00Z"}, "essential N4 running 2027-04-15T07:00" /* nine in Paris, in summer */},
		{"11 breach", standing(ward.KindHospital, "DE", 600, 0, 0), []string{"aware_at=2027-01-29T17:00:00Z", "patient_data_stolen=yes", "risk_unlikely=no"}, "2027-01-29T18:00:00Z", Incident,
			nil, "essential G1 running 2027-02-01T17:00"},
		{"12 key is safe", standing(ward.KindHospital, "DE", 600, 0, 0), []string{"aware_at=2027-01-29T17:00:00Z", "patient_data_stolen=yes", "risk_unlikely=yes", "high_risk=no"},
			"2027-01-29T18:00:00Z", Incident, nil, "essential G1 not_due - G2 not_due -"},
		{"a near miss owes nothing", standing(ward.KindHospital, "DE", 600, 0, 0), []string{"aware_at=2027-01-29T17:00:00Z", "severe_disruption=no"}, "2027-01-29T18:00:00Z",
			NearMiss, nil, "essential N8 voluntary -"},
	} {
		t.Run(v.name, func(t *testing.T) {
			r := Report{Reason: v.reason, Answers: answered(t, c, v.answers...), Marks: map[string]time.Time{}}
			for id, s := range v.sent {
				r.Marks[id] = at(s)
			}
			p, err := c.Assess(r, v.org, "en", at(v.now))
			expect.OK(t, err)
			words := strings.Fields(v.want)
			if p.Assessment.Class.Value != words[0] {
				t.Errorf("class %s, want %s", p.Assessment.Class.Value, words[0])
			}
			for i := 1; i+2 < len(words)+1 && i+2 <= len(words); i += 3 {
				d := p.duty(words[i])
				due := "-"
				if d.Due != nil && d.Sent == nil {
					due = d.Due.UTC().Format("2006-01-02T15:04")
				}
				if string(d.State) != words[i+1] || due != words[i+2] {
					t.Errorf("%s is %s until %s, want %s until %s", d.ID, d.State, due, words[i+1], words[i+2])
				}
				if provisional := i+3 < len(words) && words[i+3] == "provisional"; provisional != d.Provision && d.ID == "N4" {
					t.Errorf("N4 provisional: %v", d.Provision)
				}
			}
		})
	}
}

// TestSignificance says which answer made it so, by the test that it met.
func TestSignificance(t *testing.T) {
	c := catalogue(t)
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{files}})
	expect.OK(t, err)
	words := texts.Printer(ward.English)
	org := standing(ward.KindHospital, "HR", 900, 0, 0)
	for _, v := range []struct{ name, answers, value, because string }{
		{"the law's own test", "severe_disruption=yes", "yes", "severe_disruption"},
		{"ransomware ran", "ransomware=yes", "yes", "ransomware"},
		{"care diverted for hours", "diversion_hours=2", "yes", "diversion_hours"},
		{"care diverted, nobody knows how long", "ambulances_diverted=yes", "unknown", ""},
		{"fifty operations", "cancelled_operations=50", "yes", "cancelled_procedures"},
		{"forty-nine operations", "cancelled_operations=49", "unknown", ""},
		{"the record was down", "ehr_down_hours=4", "yes", "ehr_down_hours"},
		{"a partner is hit", "partners_affected=Laboratory North", "yes", "other_provider_affected"},
		{"nobody knows", "severe_disruption=?", "unknown", ""},
	} {
		t.Run(v.name, func(t *testing.T) {
			p, err := c.Assess(Report{Reason: Incident, Answers: answered(t, c, v.answers, "aware_at=2027-01-30T10:00:00Z")}, org, "en", at("2027-01-30T11:00:00Z"))
			expect.OK(t, err)
			var ids []string
			for _, w := range p.Reasons {
				ids = append(ids, w.ID)
				if !words.Has(i18n.Key("incident.test."+w.TestID)) || !words.Has(i18n.Key("incident.q."+w.ID)) && !words.Has(i18n.Key("incident.test."+w.ID)) {
					t.Errorf("the pages have no words for %s, the test %s", w.ID, w.TestID)
				}
			}
			if p.Assessment.Significant.Value != v.value || v.because != "" && !slices.Contains(ids, v.because) || v.because == "" && len(ids) > 0 {
				t.Errorf("significant %s because %v, want %s because %q", p.Assessment.Significant.Value, ids, v.value, v.because)
			}
		})
	}
}

// TestAddressees: who gets a stage, once each, by which way.
func TestAddressees(t *testing.T) {
	c := catalogue(t)
	list := func(org ward.Standing, stage rule.Stage, team bool, marks []string, answers ...string) string {
		r := Report{Reason: Incident, Answers: answered(t, c, append(answers, "aware_at=2027-01-30T10:00:00Z")...), Marks: map[string]time.Time{}}
		for _, m := range marks {
			r.Marks[m] = at("2027-01-30T10:30:00Z")
		}
		p, err := c.Assess(r, org, "en", at("2027-01-30T11:00:00Z"))
		expect.OK(t, err)
		var out []string
		for _, a := range p.Addressees(stage, team) {
			out = append(out, a.Key+" "+string(a.Way)+" "+string(a.Lang)+" "+strings.Join(a.Duties, ","))
		}
		return strings.Join(out, "; ")
	}
	german := standing(ward.KindHospital, "DE", 600, 0, 0)
	maker := german
	maker.Maker, maker.Critical = true, true
	for _, v := range []struct{ name, got, want string }{
		{"early, team here", list(german, rule.Early, true, nil, "severe_disruption=yes"), "DE/csirt platform de N1"},
		{"early, team elsewhere", list(german, rule.Early, false, nil, "severe_disruption=yes"), "DE/csirt portal de N1"},
		{"significance open: voluntary", list(german, rule.Early, true, nil, "severe_disruption=?"), "DE/csirt platform de N8,N1"},
		{"outside: voluntary", list(standing(ward.KindPractice, "DE", 6, 0, 0), rule.Early, true, nil, "severe_disruption=yes"), "DE/csirt platform de N8"},
		{"72 hours with stolen data", list(german, rule.Notification, true, []string{"N1"}, "severe_disruption=yes", "patient_data_stolen=yes", "risk_unlikely=no"), "DE/csirt platform de N2; DE/dpa file de G1"},
		{"72 hours at once carries the early warning", list(german, rule.Notification, true, nil, "severe_disruption=yes"), "DE/csirt platform de N1,N2"},
		{"data found later go with the final report", list(german, rule.Final, true, []string{"N1", "N2"}, "severe_disruption=yes", "patient_data_stolen=yes", "risk_unlikely=no"), "DE/csirt platform de N4; DE/dpa file de G1"},
		{"a product not known to be hit: its early warning stays to be told", list(maker, rule.Early, true, nil, "severe_disruption=yes"), "DE/csirt platform de N1; DE/bbk file de K1"},
		{"and goes with the next report when it is", list(maker, rule.Notification, true, []string{"N1", "K1"}, "severe_disruption=yes", "product_incident=yes"), "DE/csirt platform de C1,C2,N2; /enisa file en C1,C2"},
		{"data not known: no data protection authority", list(german, rule.Notification, true, []string{"N1"}, "severe_disruption=yes", "patient_data_stolen=?"), "DE/csirt platform de N2"},
	} {
		if v.got != v.want {
			t.Errorf("%s: %s, want %s", v.name, v.got, v.want)
		}
	}
}

// TestCheck: what cannot be is named at the question.
func TestCheck(t *testing.T) {
	c := catalogue(t)
	now := at("2027-01-30T12:00:00Z")
	for _, v := range []struct{ name, answers, field, key string }{
		{"right", "detected_at=2027-01-30T09:00:00Z aware_at=2027-01-30T10:00:00Z", "", ""},
		{"future", "aware_at=2027-01-30T13:00:00Z", "aware_at", "future"},
		{"planned return may lie ahead", "expected_return=2027-02-30T13:00:00Z", "", ""},
		{"order", "detected_at=2027-01-30T10:00:00Z aware_at=2027-01-30T09:00:00Z", "aware_at", "order"},
		{"contained before sure", "contained_at=2027-01-30T08:00:00Z aware_at=2027-01-30T09:00:00Z", "", ""},
		{"closed before it began", "started_at=2027-01-30T10:00:00Z closed_at=2027-01-30T09:00:00Z", "closed_at", "order"},
		{"no border, but countries", "cross_border=no affected_countries=DE", "affected_countries", "contradiction"},
		{"no diversion, but hours", "ambulances_diverted=no diversion_hours=3", "diversion_hours", "contradiction"},
		{"runs and is over", "still_running=yes closed_at=2027-01-30T09:00:00Z", "closed_at", "contradiction"},
		{"nobody's will, but ransomware", "suspected_malicious=ruled_out ransomware=yes", "ransomware", "contradiction"},
		// EDPB Guidelines 01/2021, case 3: encrypted by somebody, nothing taken, and a high risk to patients.
		{"nothing stolen, and a high risk", "patient_data_stolen=no patient_data_unavailable=yes high_risk=yes", "", ""},
		{"nothing is known", "suspected_malicious=? ransomware=yes cross_border=? affected_countries=DE", "", ""},
	} {
		var pairs []string
		for _, p := range strings.Fields(v.answers) {
			if strings.HasPrefix(p, "expected_return=2027-02-30") {
				p = "expected_return=2027-02-28T13:00:00Z"
			}
			pairs = append(pairs, p)
		}
		errs := c.Check(answered(t, c, pairs...), now, nil)
		var e *ward.Error
		switch {
		case v.field == "" && len(errs) > 0:
			t.Errorf("%s: %v", v.name, errs)
		case v.field != "" && (len(errs) != 1 || !errors.As(errs[0], &e) || e.Field != v.field || e.Key != "incident.error."+v.key):
			t.Errorf("%s: %v, want %s at %s", v.name, errs, v.key, v.field)
		}
	}
}

// TestForms: every question of a page is in the catalogue, the early warning is
// one page, no stage has more than seven, and each takes "I don't know yet".
func TestForms(t *testing.T) {
	c := catalogue(t)
	for _, stage := range Stages() {
		steps := Steps(stage)
		if len(steps) == 0 || len(steps) > 7 || stage == rule.Early && len(steps) != 1 {
			t.Errorf("%s has %d pages", stage, len(steps))
		}
		for _, s := range steps {
			for _, id := range s.Questions {
				if _, ok := c.Question(id); !ok {
					t.Errorf("%s/%s asks %s, which nobody knows", stage, s.ID, id)
				}
			}
		}
	}
	unknown := Answers{}
	for _, id := range first().Questions {
		unknown[id] = Answer{Unknown: true}
	}
	if m := c.Missing(rule.Early, unknown); len(m) > 0 {
		t.Errorf("not known is no answer to %v", m)
	}
	if m := c.Missing(rule.Early, Answers{}); !slices.Contains(m, "suspected_malicious") || !slices.Contains(m, "aware_at") || slices.Contains(m, "affected_countries") {
		t.Errorf("missing: %v", m)
	}
}

func TestMerge(t *testing.T) {
	y, z, o := Answer{Text: "yes"}, Answer{Text: "no"}, Answer{Unknown: true}
	for _, v := range []struct {
		name               string
		base, theirs, mine Answers
		want               Answers
		clash              string
	}{
		{"nobody else", Answers{"a": y}, Answers{"a": y}, Answers{"a": z}, Answers{"a": z}, ""},
		{"other questions", Answers{"a": y, "b": y}, Answers{"a": y, "b": z}, Answers{"a": z}, Answers{"a": z, "b": z}, ""},
		{"only theirs", Answers{"a": y}, Answers{"a": z}, Answers{"a": y}, Answers{"a": z}, ""},
		{"the same change", Answers{"a": y}, Answers{"a": z}, Answers{"a": z}, Answers{"a": z}, ""},
		{"two changes", Answers{"a": y}, Answers{"a": z}, Answers{"a": o}, Answers{"a": z}, "a"},
		{"both are first", Answers{}, Answers{"a": z}, Answers{"a": y}, Answers{"a": z}, "a"},
		{"mine takes back", Answers{"a": y}, Answers{"a": y}, Answers{"a": {}}, Answers{}, ""},
	} {
		got, clashes := Merge(v.base, v.theirs, v.mine)
		id := ""
		if len(clashes) > 0 {
			id = clashes[0].ID
		}
		if len(changed(got, v.want)) > 0 || id != v.clash {
			t.Errorf("%s: %v with %q, want %v with %q", v.name, got, id, v.want, v.clash)
		}
	}
}

// FuzzRead: whatever is typed, a question gives an answer that reads back as
// itself, or a named error at the question.
func FuzzRead(f *testing.F) {
	c := catalogue(f)
	for _, s := range []string{"", "yes", "2027-01-30T10:00", "2026-10-25T02:30", "1 200", "DE\nFR", "\x00", strings.Repeat("x", 20_000), "-1", "9999999999999999999"} {
		for i := range byte(9) {
			f.Add(s, i)
		}
	}
	ids := []string{"summary", "aware_at", "severe_disruption", "root_cause", "affected_countries", "cancelled_operations", "financial_loss", "long_description", "partners_affected"}
	zone, err := time.LoadLocation("Europe/Zagreb")
	expect.OK(f, err)
	f.Fuzz(func(t *testing.T, typed string, which byte) {
		q, _ := c.Question(ids[int(which)%len(ids)])
		a, err := q.Read(typed, zone)
		var e *ward.Error
		if err != nil {
			if !errors.As(err, &e) || e.Code != ward.Invalid || e.Field != q.ID {
				t.Fatalf("error without a name: %v", err)
			}
			return
		}
		again, err := q.Read(a.Text, zone)
		if err != nil || again != a {
			t.Fatalf("%q reads back as %q (%v)", a.Text, again.Text, err)
		}
	})
}
