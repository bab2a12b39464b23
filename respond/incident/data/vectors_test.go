package data

import (
	"strings"
	"testing"
	"time"

	"ward/format/rule"
	"ward/format/rule/input"
)

// vector is one test vector of the domain: an organisation, an incident, a
// moment, and what must come out. Duties: "N1" alone is the state, "N1 due" the
// end in the country's zone, cut to the length of the wanted text.
type vector struct {
	name              string
	profile, incident string
	at                string
	class             string
	want              map[string]string
}

func assess(t *testing.T, b *rule.Book, profile, incident, at string) *rule.Assessment {
	t.Helper()
	p, remarks, err := input.Profile(b, []byte(profile))
	if err != nil || len(remarks) > 0 {
		t.Fatalf("profile: %v %v", remarks, err)
	}
	if incident == "" {
		incident = "{}"
	}
	i, remarks, err := input.Incident(b, p.Country, []byte(incident))
	if err != nil || len(remarks) > 0 {
		t.Fatalf("incident: %v %v", remarks, err)
	}
	moment := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	if at != "" {
		if moment, err = time.Parse(time.RFC3339, at); err != nil {
			t.Fatal(err)
		}
	}
	a, err := rule.Evaluate(b, p, i, moment)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func duty(a *rule.Assessment, id string) *rule.Duty {
	for i := range a.Duties {
		if a.Duties[i].ID == id {
			return &a.Duties[i]
		}
	}
	return nil
}

func (v vector) run(t *testing.T, b *rule.Book) {
	a := assess(t, b, v.profile, v.incident, v.at)
	if v.class != "" && a.Class.Value != v.class {
		t.Errorf("class is %s, want %s; because %+v", a.Class.Value, v.class, a.Class.Why)
	}
	for what, want := range v.want {
		id, part, _ := strings.Cut(what, " ")
		got := ""
		if id == "significant" {
			got = a.Significant.Value
		} else if d := duty(a, id); d == nil {
			t.Errorf("no duty %s", id)
		} else {
			got = dutyPart(d, part)
		}
		if len(got) > len(want) {
			got = got[:len(want)]
		}
		if got != want {
			t.Errorf("%s is %q, want %q", what, got, want)
		}
	}
}

func dutyPart(d *rule.Duty, part string) string {
	when := func(t *time.Time) string {
		if t == nil {
			return "none"
		}
		return t.Format("2006-01-02T15:04Z07:00")
	}
	switch part {
	case "due":
		return when(d.Due)
	case "latest":
		return when(d.Latest)
	case "provisional":
		return map[bool]string{true: "yes", false: "no"}[d.Provision]
	case "article":
		return d.Article
	case "ask":
		return strings.Join(d.Ask, " ")
	case "receivers":
		var out []string
		for _, r := range d.Receivers {
			out = append(out, r.Country)
		}
		return strings.Join(out, " ")
	case "receiver":
		return d.Receivers[0].ID
	}
	return string(d.State)
}

// TestVectors runs every vector of the appendix on classification and clocks.
func TestVectors(t *testing.T) {
	b, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	const big = `{"country":"FR","kind":["hospital"],"headcount":1200`
	for _, v := range []vector{
		{name: "1 private clinic of 60 staff is important", profile: `{"country":"DE","kind":"hospital","legal":"private","headcount":60,"turnover":9000000,"balance":8000000}`, class: "important"},
		{name: "2 hospital of 1200 staff is essential", profile: big + `}`, class: "essential"},
		{name: "3 GP of 6 staff is outside, may notify, and data protection applies", profile: `{"country":"ES","kind":["gp"],"headcount":6}`, class: "outside",
			incident: `{"significant":true,"aware_at":"2026-11-28T10:00:00Z","personal_data_breach":true,"risk_unlikely":false}`,
			want:     map[string]string{"N1": "not_due", "N8": "voluntary", "G1 due": "2026-12-01T11:00"}},
		{name: "4 lab over the turnover alone is small, so outside", profile: `{"country":"IT","kind":["lab"],"headcount":40,"turnover":"12 M","balance":"9 M"}`, class: "outside"},
		{name: "4 the same lab named for its region is in scope", profile: `{"country":"IT","kind":["lab"],"headcount":40,"turnover":"12 M","balance":"9 M","regional_importance":true}`, class: "important"},
		{name: "5 lab over both amounts is important", profile: `{"country":"IT","kind":["lab"],"headcount":40,"turnover":"12 M","balance":"11 M"}`, class: "important"},
		{name: "6 large device maker of Annex II is important", profile: `{"country":"NL","kind":["md_mfr"],"headcount":400}`, class: "important"},
		{name: "6 on the critical device list it is essential", profile: `{"country":"NL","kind":["md_mfr","critical_device_mfr"],"headcount":400}`, class: "essential"},
		{name: "7 clinic of a large group is large", profile: `{"country":"DE","kind":["hospital"],"headcount":30,"linked":[{"headcount":500}]}`, class: "essential"},
		{name: "7 unless its systems count as independent", profile: `{"country":"DE","kind":["hospital"],"headcount":30,"linked":[{"headcount":500}],"independent_systems":true}`, class: "outside"},
		{name: "8 rural clinic that is a critical entity", profile: `{"country":"AT","kind":["hospital"],"headcount":35,"cer_critical":true}`, class: "essential",
			incident: `{"severe_disruption":true,"aware_at":"2026-11-29T06:00:00Z"}`,
			want:     map[string]string{"K1 due": "2026-11-30T07:00", "N1 due": "2026-11-30T07:00", "significant": "yes"}},
		{name: "9 small maker of records systems has CRA duties, and EHDS from March 2027", profile: `{"country":"DE","kind":["ehr_mfr"],"headcount":45}`, class: "outside",
			incident: `{"exploited_vulnerability":true,"product_incident":true,"ehr_incident":true,"aware_at":"2027-03-27T08:00:00Z"}`,
			at:       "2027-03-27T09:00:00Z",
			want: map[string]string{"C1": "running", "C1 due": "2027-03-28T10:00", "C2": "running", "C4 provisional": "yes", "C3": "waiting", "E1 due": "2027-03-30T09:00",
				"N1": "not_due"}},
		{name: "9 before that day EHDS asks nothing", profile: `{"country":"DE","kind":["ehr_mfr"],"headcount":45}`,
			incident: `{"ehr_incident":true,"aware_at":"2027-03-25T08:00:00Z"}`, want: map[string]string{"E1": "not_due"}},
		{name: "10 early warning, notification, and the final report clamped to February", profile: big + `}`,
			incident: `{"significant":true,"aware_at":"2027-01-30T10:00:00Z","zone":"UTC","sent":{"N1":"2027-01-30T20:00:00Z","N2":"2027-01-31T09:00:00Z"}}`,
			at:       "2027-02-01T00:00:00Z",
			want: map[string]string{"N1 due": "2027-01-31T11:00+01:00", "N2 due": "2027-02-02T11:00+01:00", "N1": "sent", "N4": "running", "N4 due": "2027-02-28T10:00+01:00",
				"N4 provisional": "no", "N5": "waiting"}},
		{name: "10 before the notification is sent the final date is provisional", profile: big + `}`,
			incident: `{"significant":true,"aware_at":"2027-01-30T10:00:00Z"}`, at: "2027-01-30T12:00:00Z",
			want: map[string]string{"N4 due": "2027-03-02T11:00+01:00", "N4 provisional": "yes"}},
		{name: "10 still running on the day: progress report, and the final one waits", profile: big + `}`,
			incident: `{"significant":true,"aware_at":"2027-01-30T10:00:00Z","sent":{"N2":"2027-01-31T09:00:00Z"}}`, at: "2027-02-28T12:00:00Z",
			want: map[string]string{"N5 due": "2027-02-28T10:00", "N5": "overdue", "N4": "waiting", "N4 due": "none"}},
		{name: "10 handled later: the final report a month after that", profile: big + `}`,
			incident: `{"significant":true,"aware_at":"2027-01-30T10:00:00Z","sent":{"N2":"2027-01-31T09:00:00Z"},"handled_at":"2027-03-31T08:00:00Z"}`, at: "2027-04-01T00:00:00Z",
			want: map[string]string{"N5 due": "2027-02-28T10:00", "N4 due": "2027-04-30T10:00", "N4 article": "Art. 23(4)(e)"}},
		{name: "10 handled in time: no progress report", profile: big + `}`,
			incident: `{"significant":true,"aware_at":"2027-01-30T10:00:00Z","sent":{"N2":"2027-01-31T09:00:00Z"},"handled_at":"2027-02-10T08:00:00Z"}`, at: "2027-02-11T00:00:00Z",
			want: map[string]string{"N5": "not_due", "N4 due": "2027-02-28T10:00"}},
		{name: "11 the strict 72 hours run through the week-end", profile: big + `}`,
			incident: `{"personal_data_breach":true,"risk_unlikely":false,"aware_at":"2026-11-27 18:00"}`,
			want:     map[string]string{"G1 due": "2026-11-30T18:00", "G1 latest": "2026-11-30T19:00"}},
		{name: "12 encrypted laptop, key safe: register only", profile: big + `}`,
			incident: `{"personal_data_breach":true,"encrypted":true,"key_safe":true,"aware_at":"2026-11-27 18:00"}`,
			want:     map[string]string{"G4": "at_once", "G1": "not_due", "G2": "not_due"}},
		{name: "12 notified when a risk is not unlikely after all", profile: big + `}`,
			incident: `{"personal_data_breach":true,"encrypted":true,"key_safe":true,"risk_unlikely":false,"aware_at":"2026-11-27 18:00"}`,
			want:     map[string]string{"G4": "at_once", "G1": "running", "G2": "not_due"}},
		{name: "13 suspected death: ten days", profile: `{"country":"DE","kind":["md_mfr"],"headcount":400}`,
			incident: `{"device_incident":true,"device_death":true,"aware_at":"2027-03-01"}`, at: "2027-03-01T12:00:00Z",
			want: map[string]string{"M1 due": "2027-03-11", "M1 article": "Art. 87(5)"}},
		{name: "13 classed as public health threat two days later: the earliest clock wins", profile: `{"country":"DE","kind":["md_mfr"],"headcount":400}`,
			incident: `{"device_incident":true,"device_death":true,"aware_at":"2027-03-01","public_health_threat":true,"health_threat_at":"2027-03-03"}`, at: "2027-03-03T12:00:00Z",
			want: map[string]string{"M1 due": "2027-03-05", "M1 article": "Art. 87(4)"}},
		{name: "14 exploited weakness with a fix", profile: `{"country":"DE","kind":["ehr_mfr"],"headcount":45}`,
			incident: `{"exploited_vulnerability":true,"aware_at":"2026-12-01T08:00:00Z","fix_available_at":"2026-12-10"}`, at: "2026-12-10T12:00:00Z",
			want: map[string]string{"C1 due": "2026-12-02T09:00+01:00", "C2 due": "2026-12-04T09:00+01:00", "C3 due": "2026-12-24", "C4": "open"}},
		{name: "15 two outages of one cause in six months", profile: `{"country":"DE","kind":["hospital"],"headcount":300,"turnover":40000000}`,
			incident: `{"started_at":"2027-05-20","aware_at":"2027-05-20 09:00","loss_eur":350000,"cause":"storage controller","earlier":[{"at":"2027-01-05","loss_eur":200000,"cause":"Storage controller"}]}`,
			want:     map[string]string{"significant": "yes", "N1 due": "2027-05-21T09:00"}},
		{name: "15 of another cause they do not add up", profile: `{"country":"DE","kind":["hospital"],"headcount":300,"turnover":40000000}`,
			incident: `{"started_at":"2027-05-20","aware_at":"2027-05-20 09:00","loss_eur":350000,"cause":"storage controller","earlier":[{"at":"2027-01-05","loss_eur":200000,"cause":"power"}]}`,
			want:     map[string]string{"significant": "unknown", "N1": "open"}},
	} {
		t.Run(v.name, func(t *testing.T) { v.run(t, b) })
	}
}

// TestNationalClocks runs what a country's own law changes.
func TestNationalClocks(t *testing.T) {
	b, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []vector{
		{name: "Cyprus warns within six hours", profile: `{"country":"CY","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"aware_at":"2026-11-28 09:00"}`,
			want:     map[string]string{"N1 due": "2026-11-28T15:00+02:00", "N2 due": "2026-12-01T09:00"}},
		{name: "Czechia counts from detection, and thirty days", profile: `{"country":"CZ","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"detected_at":"2027-01-30 08:00","aware_at":"2027-01-30 12:00","sent":{"N2":"2027-01-31 09:00"}}`, at: "2027-02-01T00:00:00Z",
			want: map[string]string{"N1 due": "2027-01-31T08:00", "N4 due": "2027-03-02T09:00"}},
		{name: "Czechia, detection not known: awareness stands in", profile: `{"country":"CZ","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"aware_at":"2027-01-30 12:00"}`,
			want:     map[string]string{"N1 due": "2027-01-31T12:00", "N1 provisional": "yes"}},
		{name: "other Member States affected: the border is crossed", profile: `{"country":"DK","kind":["hospital"],"headcount":300,"cer_critical":true}`,
			incident: `{"significant":true,"severe_disruption":true,"aware_at":"2026-11-28 12:00","affected_countries":["DK","SE","FI","DE","NL","EL","US"]}`,
			want:     map[string]string{"N10": "at_once", "K3": "at_once"}},
		{name: "only the own one: not", profile: `{"country":"DK","kind":["hospital"],"headcount":300,"cer_critical":true}`,
			incident: `{"significant":true,"severe_disruption":true,"aware_at":"2026-11-28 12:00","affected_countries":"DK"}`,
			want:     map[string]string{"N10": "open", "K3": "not_due"}},
		{name: "Portugal: end of impact, then thirty working days", profile: `{"country":"PT","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"aware_at":"2026-11-26 09:00","restored_at":"2026-11-28 10:00","sent":{"P1-PT":"2026-11-28 12:00"}}`,
			// 30 working days from Saturday 28 November over 1 and 8 December, Christmas and New Year.
			want: map[string]string{"P1-PT": "sent", "P1-PT due": "2026-11-29T10:00", "N4 due": "2027-01-14T12:00", "N4 provisional": "no"}},
		{name: "Portugal: while the impact lasts the final report waits", profile: `{"country":"PT","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"aware_at":"2026-11-26 09:00"}`, want: map[string]string{"P1-PT": "waiting", "N4": "waiting"}},
		{name: "Germany reports to the joint office", profile: `{"country":"DE","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"aware_at":"2026-11-28 09:00"}`,
			want:     map[string]string{"N1 article": "§ 32(1) no. 1 BSIG (Art. 23(4)(a))", "N1 receiver": "csirt"}},
		{name: "Germany: a hospital of 30 000 cases is essential at any size", profile: `{"country":"DE","kind":["hospital"],"headcount":200,"inpatient_cases":31000}`, class: "essential"},
		{name: "Greece is read under Eurostat's code", profile: `{"country":"EL","kind":["hospital"],"headcount":300}`, class: "essential"},
		{name: "a size class is enough", profile: `{"country":"EE","kind":["hospital"],"size":"medium"}`, class: "important"},
		{name: "a small one is outside", profile: `{"country":"EE","kind":["hospital"],"size":"small"}`, class: "outside"},
		{name: "without a size nobody knows", profile: `{"country":"EE","kind":["hospital"]}`, class: "unknown"},
		{name: "Sweden includes local administration", profile: `{"country":"SE","kind":["other"],"legal":"local","headcount":20}`, class: "important"},
		{name: "elsewhere it stays outside", profile: `{"country":"DK","kind":["other"],"legal":"local","headcount":20}`, class: "outside"},
	} {
		t.Run(v.name, func(t *testing.T) { v.run(t, b) })
	}
}

// TestMissingFacts: what is not known is no "no", and what one answer says of another
// is not asked again.
func TestMissingFacts(t *testing.T) {
	b, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	const hospital, maker = `{"country":"DE","kind":["hospital"],"headcount":300,"turnover":40000000}`, `{"country":"DE","kind":["md_mfr"],"headcount":400}`
	for _, v := range []vector{
		{name: "a turnover above the ceiling without the balance decides nothing", profile: `{"country":"IT","kind":["lab"],"headcount":40,"turnover":"12 M"}`, class: "unknown"},
		{name: "one below it decides", profile: `{"country":"IT","kind":["lab"],"headcount":40,"turnover":"9 M"}`, class: "outside"},
		{name: "neither is given: staff decides", profile: `{"country":"IT","kind":["lab"],"headcount":40}`, class: "outside"},
		{name: "a group that nobody knows makes no large hospital smaller", profile: `{"country":"IT","kind":["hospital"],"headcount":1200,"linked":[{"headcount":null}]}`, class: "essential"},
		{name: "nor a small one surely small", profile: `{"country":"IT","kind":["hospital"],"headcount":30,"linked":[{"headcount":"unknown"}]}`, class: "unknown"},
		{name: "a high risk is not an unlikely one", profile: hospital, incident: `{"personal_data_breach":true,"high_risk":true,"aware_at":"2026-11-29 09:00"}`,
			want: map[string]string{"G1": "running", "G1 due": "2026-12-02T09:00", "G2": "at_once"}},
		{name: "whether a risk is unlikely has to be shown", profile: hospital, incident: `{"personal_data_breach":true,"data_encrypted":"unknown","aware_at":"2026-11-29 09:00"}`,
			want: map[string]string{"G1": "running", "G1 due": "2026-12-02T09:00", "G2": "open", "G2 ask": "high_risk"}},
		{name: "whoever recognised a high risk has one", profile: hospital, incident: `{"personal_data_breach":true,"high_risk_at":"2026-11-29 10:00","aware_at":"2026-11-29 09:00"}`,
			want: map[string]string{"G1": "running", "G2": "at_once"}},
		{name: "a suspected death is a serious incident", profile: maker, incident: `{"death_suspected":true,"aware_at":"2027-03-01"}`, at: "2027-03-01T12:00:00Z",
			want: map[string]string{"M1": "running", "M1 due": "2027-03-11"}},
		{name: "the day of the health threat says that there is one", profile: maker, incident: `{"device_incident":true,"aware_at":"2027-03-01","public_health_threat_at":"2027-03-03"}`,
			at: "2027-03-03T12:00:00Z", want: map[string]string{"M1 due": "2027-03-05", "M1 article": "Art. 87(4)"}},
		{name: "a qualified trust service provider is one, and counts from the incident", profile: `{"country":"DE","kind":["health_it"],"headcount":20,"qualified_trust":true}`, class: "essential",
			incident: `{"trust_service_impact":true,"significant":true,"started_at":"2026-11-29 08:00","aware_at":"2026-11-29 10:00"}`,
			want:     map[string]string{"T1 due": "2026-11-30T08:00", "T1 article": "Art. 24(2)(fb)", "N2 due": "2026-11-30T10:00"}},
		{name: "an earlier loss that nobody knows is no nought", profile: hospital,
			incident: `{"aware_at":"2027-05-20 09:00","loss_eur":350000,"cause":"power","earlier":[{"at":"2027-01-05","loss_eur":null,"cause":"power"}]` + harmless + `}`,
			want:     map[string]string{"significant": "unknown"}},
		{name: "nor are two unknown causes one", profile: hospital,
			incident: `{"aware_at":"2027-05-20 09:00","loss_eur":350000,"cause":null,"earlier":[{"at":"2027-01-05","loss_eur":200000,"cause":null}]` + harmless + `}`,
			want:     map[string]string{"significant": "unknown"}},
		{name: "nor surely two", profile: hospital, incident: `{"aware_at":"2027-05-20 09:00","loss_eur":350000,"cause":"power","earlier":[{"at":"2027-01-05","loss_eur":100000,"cause":"power"}]` + harmless + `}`,
			want: map[string]string{"significant": "no"}},
		{name: "a maker of devices may tell a near miss (CRA Art. 15)", profile: maker, incident: `{"reporting_reason":"near_miss","exploited_vulnerability":false,"significant_threat":false,"product_incident":false}`,
			want: map[string]string{"C6": "voluntary"}},
		{name: "a near miss has done no harm, and may be told", profile: hospital, incident: `{"reporting_reason":"near_miss","severe_disruption":"unknown","aware_at":"2026-11-29 09:00"}`,
			want: map[string]string{"significant": "no", "N1": "not_due", "N9": "not_due", "N8": "voluntary"}},
		{name: "but what did harm was none", profile: hospital, incident: `{"reporting_reason":"near_miss","severe_disruption":true,"aware_at":"2026-11-29 09:00"}`,
			want: map[string]string{"significant": "yes", "N1": "running"}},
		{name: "before national law was in force the directive's own clocks run", profile: `{"country":"PT","kind":["hospital"],"headcount":300}`,
			incident: `{"significant":true,"aware_at":"2026-03-01 09:00","sent":{"N2":"2026-03-02 09:00"}}`, at: "2026-03-03T00:00:00Z",
			want: map[string]string{"N4 due": "2026-04-02T09:00", "N4 article": "Art. 23(4)(d)", "P1-PT": "not_due"}},
	} {
		t.Run(v.name, func(t *testing.T) { v.run(t, b) })
	}
}

// harmless answers every other test of significance with no.
const harmless = `,"severe_disruption":false,"severe_financial_loss":false,"considerable_damage_to_others":false,"trade_secrets_stolen":false,"patient_safety":"none","ransomware":false,
	"malicious_access":false,"diversion_hours":0,"care_diverted":false,"cancelled_percent":0,"cancelled_procedures":0,"time_critical_down_hours":0,"ehr_down_hours":0,"other_provider_affected":false`

// TestOneIncidentManyClocks is the French hospital of the domain dossier: the
// same night seen by the hospital, its records vendor and the pump's maker.
func TestOneIncidentManyClocks(t *testing.T) {
	b, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	const night = `{"aware_at":"2027-04-03T01:00:00Z","zone":"UTC","ransomware":true,"severe_disruption":true,"patient_data_stolen":true,"encrypted":false,
		"device_incident":true,"other_provider_affected":true`
	for _, v := range []vector{
		{name: "hospital", profile: `{"country":"FR","kind":["hospital"],"headcount":1200,"cer_critical":true}`, incident: night + `}`, at: "2027-04-03T02:00:00Z", class: "essential",
			want: map[string]string{"N1 due": "2027-04-04T03:00+02:00", "F1-FR": "at_once", "F1-FR receiver": "ars", "N2 due": "2027-04-06T03:00", "G1 due": "2027-04-06T03:00",
				"G2": "open", "G2 ask": "high_risk", "K1 due": "2027-04-04T03:00", "N6": "at_once", "M4": "at_once", "M4 receiver": "devices", "N4 due": "2027-05-06T03:00",
				"N4 provisional": "yes", "R1": "not_law"}},
		{name: "records vendor", profile: `{"country":"FR","kind":["ehr_mfr"],"headcount":45}`, incident: night + `,"product_incident":true,"ehr_incident":true}`, at: "2027-04-03T02:00:00Z",
			want: map[string]string{"C1 due": "2027-04-04T03:00", "E1 due": "2027-04-06T03:00", "N1": "not_due"}},
		{name: "records vendor, sold in two countries", profile: `{"country":"DE","kind":["ehr_mfr"],"headcount":45}`, incident: night + `,"ehr_incident":true,"countries":["FR"],"placed_in":["DE","FR"]}`,
			at: "2027-04-03T02:00:00Z", want: map[string]string{"E1 receivers": "DE FR"}},
		{name: "pump maker", profile: `{"country":"DE","kind":["md_mfr"],"headcount":400}`, incident: night + `,"countries":["FR"]}`, at: "2027-04-03T02:00:00Z",
			want: map[string]string{"M1 due": "2027-04-18T03:00", "M1 receiver": "devices", "C1": "not_due"}},
	} {
		t.Run(v.name, func(t *testing.T) { v.run(t, b) })
	}
}

func BenchmarkEvaluate(b *testing.B) {
	book, err := Book()
	if err != nil {
		b.Fatal(err)
	}
	p, _, _ := input.Profile(book, []byte(`{"country":"FR","kind":["hospital"],"headcount":1200}`))
	i, _, _ := input.Incident(book, "FR", []byte(`{"aware_at":"2026-11-28T01:00:00Z","severe_disruption":true,"patient_data_stolen":true}`))
	for b.Loop() {
		if _, err := rule.Evaluate(book, p, i, time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBook(b *testing.B) {
	for b.Loop() {
		if _, err := Book(); err != nil {
			b.Fatal(err)
		}
	}
}
