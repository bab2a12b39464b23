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

// Nothing of a report reaches another hospital, another country's team, the
// Centre or anybody else, by any way that this service answers.
func TestNobodyElse(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	others := map[string]ward.Actor{"rival": rival, "team abroad": abroad, "centre": centre, "visitor": {},
		"maker":    {Person: "m", Org: "m1", Country: "HR", Role: ward.RoleMaker},
		"auditor":  {Person: "a", Org: "a1", Country: "HR", Role: ward.RoleAuditor},
		"operator": {Person: "o", Org: "o1", Role: ward.RoleOperator}}
	for name, a := range others {
		tries := map[string]error{}
		_, tries["get"] = h.Get(ctx, a, r.ID)
		_, _, tries["document"] = h.Document(ctx, a, r.ID, x.ID)
		_, tries["trail"] = h.Trail(ctx, a, r.ID)
		_, _, tries["messages"] = h.Messages(ctx, a, r.ID)
		_, tries["receive"] = h.Receive(ctx, a, r.ID)
		_, tries["received document"] = h.ReceivedDocument(ctx, a, r.ID, x.ID)
		_, _, tries["save"] = h.Save(ctx, a, Page{Report: r.ID, Seen: 1, Answers: Answers{"summary": {Text: "x"}}})
		_, tries["send"] = h.Send(ctx, a, r.ID, Dispatch{Seen: 1, Stage: rule.Notification})
		tries["carried"] = h.Carried(ctx, a, r.ID, x.Deliveries[0].ID)
		tries["fulfilled"] = h.Fulfilled(ctx, a, r.ID, "N6")
		tries["reply"] = h.Reply(ctx, a, r.ID, "x")
		_, tries["acknowledge"] = h.Acknowledge(ctx, a, r.ID)
		tries["write"] = h.Write(ctx, a, r.ID, "x", false)
		tries["ask"] = h.Ask(ctx, a, r.ID, start.Add(time.Hour))
		tries["close"] = h.Close(ctx, a, r.ID)
		for what, err := range tries {
			if c := ward.CodeOf(err); c != ward.NotFound && c != ward.Forbidden {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
		own, _ := h.Own(ctx, a)
		queue, _, _ := h.Queue(ctx, a, 0)
		if len(own)+len(queue) > 0 {
			t.Errorf("%s lists %v %v", name, own, queue)
		}
	}
	if f, err := h.Figures(ctx, centre); err != nil || f.Sent != 1 {
		t.Errorf("the Centre counts %+v (%v)", f, err)
	}
	if f, err := h.Figures(ctx, rival); err != nil || f.Sent != 0 {
		t.Errorf("the rival counts %+v (%v)", f, err)
	}
}

// What was answered and written is readable in no table, log or job, and the
// fact holds words of the vocabulary alone.
func TestNothingIsReadable(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		_, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		expect.OK(t, h.Write(ctx, team, r.ID, "WORDS-7f3a", true))
		expect.OK(t, h.Reply(ctx, member, r.ID, "REPLY-7f3a"))
		all, _ := database.Texts(t, d)
		if strings.Contains(all, "7f3a") || !strings.Contains(all, "INC-2026-0001") {
			t.Error("answers are readable in the database")
		}
	})
}

// The hospital sees who of the team opened its report, and what.
func TestReadLog(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: 1, Stage: rule.Early})
	expect.OK(t, err)
	got, err := h.Receive(ctx, team, r.ID)
	expect.OK(t, err)
	_, err = h.ReceivedDocument(ctx, team, r.ID, x.ID)
	expect.OK(t, err)
	trail, err := h.Trail(ctx, member, r.ID)
	expect.OK(t, err)
	var reads []string
	for _, x := range trail.Reads {
		reads = append(reads, x.Person+" of "+x.Organisation+" "+x.Act)
	}
	if want := []string{"Marko Team of CSIRT read.document", "Marko Team of CSIRT read.report"}; !slices.Equal(reads, want) {
		t.Errorf("read log %v, want %v", reads, want)
	}
	h.answer(t, r.ID, "long_description=UNSENT")
	if got, err = h.Receive(ctx, team, r.ID); err != nil || got.Answers["long_description"].Text != "" || got.Answers["summary"].Text == "" {
		t.Errorf("the team sees what was not sent: %v (%v)", got.Answers, err)
	}
}
