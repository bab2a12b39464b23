package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// A duty with several receivers is fulfilled when the last of them has the report: the
// early warning of a maker goes to ENISA as well (CRA Art. 14(7)).
func TestFulfilledByAll(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		org := h.orgs["h1"]
		org.Maker = true
		h.orgs["h1"] = org
		r := h.begin(t, "product_incident=yes")
		x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		v, err := h.Get(ctx, member, r.ID)
		expect.OK(t, err)
		if n1, c1 := v.duty("N1"), v.duty("C1"); n1.State != rule.Done || c1.State != rule.Running {
			t.Errorf("while the copy for ENISA waits: N1 %s, C1 %s", n1.State, c1.State)
		}
		i := slices.IndexFunc(x.Deliveries, func(d Delivery) bool { return d.Role == "enisa" })
		if i < 0 {
			t.Fatalf("nothing for ENISA: %+v", x.Deliveries)
		}
		h.clock.Advance(time.Hour)
		expect.OK(t, h.Carried(ctx, member, r.ID, x.Deliveries[i].ID))
		v, err = h.Get(ctx, member, r.ID)
		expect.OK(t, err)
		if c1 := v.duty("C1"); c1.State != rule.Done || !c1.Sent.Equal(h.clock.Now()) {
			t.Errorf("when ENISA has it: C1 %s, %v", c1.State, c1.Sent)
		}
	})
}

// A final report answers what the team asked for before: nothing can follow it.
func TestFinalAnswersWhatWasAsked(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Notification})
	expect.OK(t, err)
	expect.OK(t, h.Ask(ctx, team, r.ID, start.Add(48*time.Hour)))
	_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Final})
	expect.OK(t, err)
	if v, err := h.Get(ctx, member, r.ID); err != nil || v.duty("N3").State != rule.Done {
		t.Errorf("the report that was asked for is %s (%v)", v.duty("N3").State, err)
	}
}

// In Portugal the end of the impact is told within 24 hours, and the final report runs
// from there: an intermediate report before does not tell it.
func TestEndOfImpact(t *testing.T) {
	c := catalogue(t)
	duties := func(stage rule.Stage, answers ...string) []string {
		r := Report{Reason: Incident, Marks: map[string]time.Time{"N1": at("2027-01-30T11:00:00Z"), "N2": at("2027-01-31T11:00:00Z")},
			Answers: answered(t, c, append(answers, "aware_at=2027-01-30T10:00:00Z", "severe_disruption=yes", "still_running=yes")...)}
		if faults := c.Check(r.Answers, at("2027-02-05T11:00:00Z"), nil); len(faults) > 0 {
			t.Errorf("%v: %v", answers, faults)
		}
		p, err := c.Assess(r, standing(ward.KindHospital, "PT", 900, 0, 0), "en", at("2027-02-05T11:00:00Z"))
		expect.OK(t, err)
		return p.Addressees(stage, true)[0].Duties
	}
	if got := duties(rule.Intermediate); !slices.Equal(got, []string{"N3"}) {
		t.Errorf("while the impact lasts an intermediate report fulfils %v", got)
	}
	for _, stage := range []rule.Stage{rule.Intermediate, rule.Final} {
		if got := duties(stage, "restored_at=2027-02-05T09:00:00Z"); !slices.Contains(got, "P1-PT") {
			t.Errorf("%s: when it has ended the report fulfils %v", stage, got)
		}
	}
}

// A near miss starts no clock of NIS2, so that nobody is reminded of one.
func TestNearMissStartsNoClock(t *testing.T) {
	h := openHouse(t, sqlite(t))
	answers := answered(t, h.cat, "aware_at=2026-11-30T02:40:00Z", "detected_at=2026-11-30T02:10:00Z", "summary=SUMMARY-7f3a", "contact=CONTACT-7f3a", "severe_disruption=no",
		"ambulances_diverted=?", "ransomware=no", "suspected_malicious=suspected", "cross_border=?")
	r, err := h.Begin(ctx, member, Start{ID: h.NewID(), Reason: NearMiss, Answers: answers})
	expect.OK(t, err)
	_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	list, err := h.Own(ctx, member)
	if err != nil || len(list) != 1 || strings.HasPrefix(list[0].Duty, "N") {
		t.Errorf("a near miss runs to %+v (%v)", list, err)
	}
}

// After the final report nothing can be sent: asking would start a clock that nobody
// could stop.
func TestNothingAskedAfterFinal(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	for _, stage := range []rule.Stage{rule.Notification, rule.Final} {
		_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: stage})
		expect.OK(t, err)
	}
	expect.Code(t, "asking after the final report", h.Ask(ctx, team, r.ID, start.Add(48*time.Hour)), ward.Conflict)
}

// The team's list tells what was sent, not what the hospital is writing.
func TestListsTellWhatWasSent(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t, "severe_disruption=no")
		_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		told := func(want bool) {
			t.Helper()
			list, _, err := h.Queue(ctx, team, 0)
			expect.OK(t, err)
			if len(list) != 1 || list[0].Crosses != want || list[0].Care != want {
				t.Errorf("the queue tells %+v, want care and border %t", list, want)
			}
		}
		h.answer(t, r.ID, "cross_border=yes", "severe_disruption=yes")
		told(false)
		if v, err := h.Get(ctx, member, r.ID); err != nil || !v.Crosses {
			t.Errorf("the hospital's own view: %+v (%v)", v.Report, err)
		}
		_, err = h.Acknowledge(ctx, team, r.ID)
		expect.OK(t, err)
		told(false)
		_, err = h.Send(ctx, member, r.ID, Dispatch{Seen: 2, Stage: rule.Notification})
		expect.OK(t, err)
		told(true)
	})
}

// What the hospital writes and has not sent moves no clock of the team, nor shows it one.
func TestTeamsClockFollowsWhatWasSent(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	line := func() Line {
		t.Helper()
		list, _, err := h.Queue(ctx, team, 0)
		expect.OK(t, err)
		return list[0]
	}
	before := line()
	if before.AnswerBy.IsZero() || before.Next.IsZero() {
		t.Fatalf("the queue tells %+v", before)
	}
	h.answer(t, r.ID, "severe_disruption=no", "suspected_malicious=?", "ransomware=no", "ambulances_diverted=no")
	if x := line(); !x.AnswerBy.Equal(before.AnswerBy) || !x.Next.IsZero() || x.Duty != "" {
		t.Errorf("a draft moved the team's clock from %v to %v, and shows %v", before.AnswerBy, x.AnswerBy, x.Next)
	}
	_, err = h.Acknowledge(ctx, team, r.ID)
	expect.OK(t, err)
	if x := line(); !x.AnswerBy.Equal(before.AnswerBy) {
		t.Errorf("the team's clock went from %v to %v", before.AnswerBy, x.AnswerBy)
	}
}

// However many strangers report, the team's list holds what hospitals sent.
func TestStrangersPushNobodyOut(t *testing.T) {
	h := openHouse(t, sqlite(t))
	for range listLimit + 1 {
		_, err := h.TakeIn(ctx, Outside{OrgName: "Clinic", Country: "HR", Origin: Call, Answers: firstAnswers(t, h.cat)}, func(*db.Tx) error { return nil },
			func(*db.Tx, Report) error { return nil })
		expect.OK(t, err)
	}
	h.clock.Advance(time.Minute)
	r := h.begin(t)
	_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	list, more, err := h.Queue(ctx, team, 0)
	expect.OK(t, err)
	if len(list) != listLimit+1 || list[listLimit].ID != r.ID || !more {
		t.Errorf("%d reports (more: %t), and the hospital's is not the last of them", len(list), more)
	}
	if list, more, err = h.Queue(ctx, team, QueuePage); err != nil || len(list) != 1 || more {
		t.Errorf("the second page holds %d reports (more: %t, %v)", len(list), more, err)
	}
}

// What reached the team in another way may say another moment of awareness; the report's
// history says so, and by which way it came.
func TestEnteredBaseIsLogged(t *testing.T) {
	h := openHouse(t, sqlite(t))
	enter := func(in Entered) Report {
		t.Helper()
		in.Org, in.Origin, in.Sure, in.Reason = "h1", FromLetter, true, Incident
		w, err := h.Weigh(ctx, team, in)
		expect.OK(t, err)
		list, err := h.Enter(ctx, team, []Weighed{w}, func(*db.Tx, int, Report) error { return nil })
		expect.OK(t, err)
		return list[0]
	}
	r := enter(Entered{Stage: rule.Early, Answers: firstAnswers(t, h.cat)})
	enter(Entered{Into: r.ID, Stage: rule.Notification, Answers: firstAnswers(t, h.cat, "aware_at=2026-11-30T02:20:00Z")})
	trail, err := h.Trail(ctx, member, r.ID)
	if err != nil || !slices.ContainsFunc(trail.Entries, func(e Entry) bool {
		return e.Kind == "base" && e.Detail == "2026-11-30T02:40:00Z 2026-11-30T02:20:00Z "+string(FromLetter)
	}) {
		t.Errorf("history: %+v (%v)", trail.Entries, err)
	}
}
