package incident

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// A page for one receiver is asked only where its condition surely holds, and asks
// nothing that another page of the stage asks.
func TestPagesOfReceivers(t *testing.T) {
	c := catalogue(t)
	plain := standing(ward.KindHospital, "HR", 900, 0, 0)
	critical, maker := plain, plain
	critical.Critical, maker.Maker = true, true
	maked := standing(ward.KindMaker, "HR", 900, 0, 0)
	for _, v := range []struct {
		name    string
		org     ward.Standing
		stage   rule.Stage
		answers string
		want    string // pages, with the first question of each
	}{
		{"nobody asks more", plain, rule.Notification, "severe_disruption=yes", ""},
		{"a device played a part", plain, rule.Notification, "device_involved=yes", "device:serious_incident"},
		{"an analyser did", plain, rule.Final, "ivd_involved=yes", "device:serious_incident"},
		{"no device did", plain, rule.Notification, "device_involved=no ivd_involved=no", ""},
		{"nobody knows whether one did", plain, rule.Notification, "device_involved=? ivd_involved=?", ""},
		{"the user's report is no early warning", plain, rule.Early, "device_involved=yes", ""},
		{"a maker is no user", maked, rule.Notification, "device_involved=yes", ""},
		{"a critical entity, at night", critical, rule.Early, "severe_disruption=?", "critical:services_affected"},
		{"a critical entity, what other pages ask left out", critical, rule.Notification, "", "critical:users_affected"},
		{"it makes a product", maker, rule.Early, "", "product:exploited_vulnerability"},
		{"a maker is asked nothing in between", maker, rule.Progress, "", ""},
		{"two at once", critical, rule.Progress, "device_involved=yes", "device:serious_incident critical:users_affected"},
	} {
		p, err := c.Assess(Report{Reason: Incident, Answers: answered(t, c, append(strings.Fields(v.answers), "aware_at=2027-01-30T10:00:00Z")...)}, v.org, "en", at("2027-01-30T11:00:00Z"))
		expect.OK(t, err)
		var got []string
		seen := map[string]string{}
		for _, s := range p.Steps(v.stage) {
			if s.Form == "" {
				for _, id := range s.Questions {
					seen[id] = s.ID
				}
				continue
			}
			got = append(got, s.ID+":"+s.Questions[0])
			for _, id := range s.Questions {
				if where := seen[id]; where != "" {
					t.Errorf("%s: %s is asked on %s and on %s", v.name, id, where, s.ID)
				}
				seen[id] = s.ID
				if _, ok := c.Question(id); !ok {
					t.Errorf("%s: nobody knows %s", v.name, id)
				}
			}
			if _, ok := p.StepOf(v.stage, s.ID); !ok {
				t.Errorf("%s: no page %s", v.name, s.ID)
			}
		}
		if strings.Join(got, " ") != v.want {
			t.Errorf("%s: %v, want %q", v.name, got, v.want)
		}
	}
}

// Who is told for another law than NIS2 gets what its form asks and nothing else.
func TestCopies(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		org := h.orgs["h1"]
		org.Critical = true
		h.orgs["h1"] = org
		r := h.begin(t, "device_involved=yes", "serious_incident=yes", "device_event=EVENT-7f3a", "device_identity=PUMP-7f3a", "indicators=192.0.2.7", "users_affected=1200",
			"users_share=40", "dpo_contact=DPO-7f3a", "patient_data_stolen=yes", "risk_unlikely=no", "marking=RED")
		x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Notification})
		expect.OK(t, err)
		want := map[string]struct{ has, not string }{
			"csirt":         {"SUMMARY-7f3a EVENT-7f3a 192.0.2.7 1200 DPO-7f3a", ""},
			"dpa":           {"SUMMARY-7f3a DPO-7f3a RED", "EVENT-7f3a 192.0.2.7 1200"},
			"device_ca":     {"EVENT-7f3a PUMP-7f3a CONTACT-7f3a RED", "SUMMARY-7f3a 192.0.2.7 DPO-7f3a 1200"},
			"maker":         {"EVENT-7f3a PUMP-7f3a", "SUMMARY-7f3a 192.0.2.7 DPO-7f3a 1200"},
			"cer_authority": {"SUMMARY-7f3a 1200 CONTACT-7f3a", "EVENT-7f3a 192.0.2.7 DPO-7f3a"},
		}
		for _, to := range x.Deliveries {
			who := to.Role
			if who == "nis2_report" {
				who = "csirt"
			}
			w, ok := want[who]
			if !ok {
				t.Errorf("%s gets a report", who)
				continue
			}
			delete(want, who)
			copied, err := h.Copy(ctx, member, r.ID, x.ID, to.ID)
			expect.OK(t, err)
			if copied.Narrowed != (who != "csirt") {
				t.Errorf("%s: narrowed is %v", who, copied.Narrowed)
			}
			b, err := copied.JSON()
			expect.OK(t, err)
			text := copied.Text(h.base.Printer("en"))
			for _, word := range strings.Fields(w.has) {
				if !strings.Contains(string(b), word) || !strings.Contains(text, word) {
					t.Errorf("%s is not told %s", who, word)
				}
			}
			for _, word := range strings.Fields(w.not) {
				if strings.Contains(string(b), word) || strings.Contains(text, word) {
					t.Errorf("%s is told %s", who, word)
				}
			}
			if line := "; sha256 " + copied.digest(); strings.Contains(x.Receipt, line) != copied.Narrowed {
				t.Errorf("%s: the receipt says %s: %v", who, line, !copied.Narrowed)
			}
			if letter := h.letter(copied, to); strings.Contains(letter.Text, "192.0.2.7") != (who == "csirt") {
				t.Errorf("%s: the mail holds what its copy does not", who)
			}
		}
		if len(want) > 0 {
			t.Errorf("nobody told %v", want)
		}
		_, err = h.Copy(ctx, member, r.ID, x.ID, h.NewID())
		expect.Code(t, "a copy for nobody", err, ward.NotFound)
		_, err = h.Copy(ctx, rival, r.ID, x.ID, x.Deliveries[0].ID)
		expect.Code(t, "a copy of somebody else's report", err, ward.NotFound)
	})
}

// After sending, a receiver still has questions as long as some are open and a duty to
// tell it is not ruled out.
func TestQuestionsThatAreLeft(t *testing.T) {
	c := catalogue(t)
	org := standing(ward.KindHospital, "HR", 900, 0, 0)
	org.Critical, org.Maker = true, true
	for answers, want := range map[string]string{
		"": "critical product",
		"product_incident=? exploited_vulnerability=no":                                                                                              "critical product",
		"product_incident=no exploited_vulnerability=no":                                                                                             "critical",
		"device_involved=yes product_incident=no exploited_vulnerability=no users_affected=1":                                                        "device critical",
		"product_incident=no exploited_vulnerability=no users_affected=1 users_share=? incident_nature=x consequences=x area_isolated=no duration=x": "",
	} {
		a := answered(t, c, append(strings.Fields(answers), "aware_at=2027-01-30T10:00:00Z")...)
		p, err := c.Assess(Report{Reason: Incident, Answers: a}, org, "en", at("2027-01-30T11:00:00Z"))
		expect.OK(t, err)
		var got []string
		for _, s := range p.Own(rule.Notification, a) {
			got = append(got, s.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", answers, got, want)
		}
	}
}

// Every question of a page stands in the schema of the open form.
func TestSchemaHasPages(t *testing.T) {
	h := openHouse(t, sqlite(t))
	b, err := h.JSONSchema()
	expect.OK(t, err)
	var s struct {
		Properties struct {
			Answers struct {
				Items struct {
					Properties struct {
						ID struct {
							Enum []string `json:"enum"`
						} `json:"id"`
					} `json:"properties"`
				} `json:"items"`
			} `json:"answers"`
		} `json:"properties"`
	}
	expect.OK(t, json.Unmarshal(b, &s))
	if len(h.cat.Book.Pages) < 3 {
		t.Fatalf("%d pages", len(h.cat.Book.Pages))
	}
	for _, p := range h.cat.Book.Pages {
		for stage, ids := range p.Ask {
			for _, id := range ids {
				if !slices.Contains(s.Properties.Answers.Items.Properties.ID.Enum, id) {
					t.Errorf("%s of %s at %s is not in the schema", id, p.ID, stage)
				}
			}
		}
	}
}

// A share is at most all of them; whoever writes more is told where.
func TestShare(t *testing.T) {
	c := catalogue(t)
	for share, want := range map[string]int{"0": 0, "100": 0, "101": 1, "?": 0} {
		if errs := c.Check(answered(t, c, "users_share="+share), start, nil); len(errs) != want {
			t.Errorf("%s per cent: %v", share, errs)
		}
	}
}
