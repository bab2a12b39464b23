package disclosure

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/test/database"
	"ward/test/expect"
)

// A case from the report to the alert, on both databases.
func TestLifeOfACase(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.receive(t)
		if r.Number != "CVD-2026-001" || len(r.Secret) != 52 {
			t.Fatalf("receipt: %+v", r)
		}
		c := h.get(t, r.ID)
		if c.State != Received || c.DueStep != StepAcknowledge || !c.Due.Equal(start.Add(7*day)) {
			t.Errorf("new case: %+v", c)
		}
		h.talkOver(t, r)
		h.coordinateAndPublish(t, r)
		want := []string{"received", "taken", "asked", "said", "answered", "triaged", "noted", "coordinating", "embargo", "drafted", "published"}
		_, entries, err := h.Get(ctx, analyst, r.ID)
		expect.OK(t, err)
		var got []string
		for _, e := range slices.Backward(entries) {
			got = append(got, e.Kind)
		}
		if !slices.Equal(got, want) {
			t.Errorf("history: got %v, want %v", got, want)
		}
	})
}

// talkOver asks, is answered with a file, and answers.
func (h *house) talkOver(t *testing.T, r Receipt) {
	t.Helper()
	expect.OK(t, h.Take(ctx, analyst, r.ID))
	h.clock.Advance(time.Hour)
	expect.OK(t, h.Write(ctx, analyst, r.ID, "Which version is it?", true))
	if c := h.get(t, r.ID); !c.Waits || c.Acknowledged.IsZero() || c.DueStep != StepTriage {
		t.Errorf("asked: %+v", c)
	}
	h.clock.Advance(time.Hour)
	expect.OK(t, h.Say(ctx, BySecret(r.Secret), "WORDS-7f3a", []Upload{{"second.txt", []byte("more")}}, "192.0.2.1"))
	if c := h.get(t, r.ID); c.Waits || c.DueStep != StepAnswer && c.DueStep != StepTriage {
		t.Errorf("answered: %+v", c)
	}
	h.clock.Advance(time.Hour)
	expect.OK(t, h.Write(ctx, analyst, r.ID, "Thank you.", false))
	f, err := h.Follow(ctx, BySecret(r.Secret))
	expect.OK(t, err)
	var said []string
	for _, m := range f.Messages {
		said = append(said, string(m.Side)+m.Person+": "+m.Text)
	}
	if want := []string{"centre: Which version is it?", "reporter: WORDS-7f3a", "centre: Thank you."}; !slices.Equal(said, want) {
		t.Errorf("reporter reads %q, want %q", said, want)
	}
	if len(f.Files) != 2 || f.Files[0].Name != "FILENAME-7f3a.txt" || f.Files[1].Size != 4 || f.Case.AssigneeName != "" {
		t.Errorf("reporter sees %+v", f)
	}
}

func (h *house) coordinateAndPublish(t *testing.T, r Receipt) {
	t.Helper()
	expect.OK(t, h.Triage(ctx, analyst, r.ID, ""))
	expect.OK(t, h.Remark(ctx, analyst, r.ID, "NOTE-7f3a"))
	day60 := h.clock.Now().Add(60 * day)
	expect.OK(t, h.Coordinate(ctx, analyst, r.ID, day60, "wrote to the maker"))
	expect.OK(t, h.Postpone(ctx, analyst, r.ID, day60.Add(7*day), "the maker needs a week"))
	if c := h.get(t, r.ID); c.State != Coordinating || !c.Embargo.Equal(day60.Add(7*day)) {
		t.Errorf("coordinated: %+v", c)
	}
	out, err := h.Publishable(ctx, r.ID)
	if err != nil || out.Title != full().Summary.Title || out.Credit != "Rosa R." {
		t.Errorf("publishable: %+v (%v)", out, err)
	}
	drafted := event.Meta{ID: "e1", At: h.clock.Now()}
	published := event.Meta{ID: "e2", At: h.clock.Now()}
	for range 2 { // facts are heard at least once
		expect.OK(t, h.onDrafted(ctx, drafted, ward.BulletinDrafted{Bulletin: "b1", Origin: r.ID}))
		expect.OK(t, h.onPublished(ctx, published, ward.BulletinPublished{Bulletin: "b1", Number: "HSC-2026-001", Version: 1, Origin: r.ID, Open: true}))
	}
	f, err := h.Follow(ctx, BySecret(r.Secret))
	if err != nil || f.Case.State != Published || f.Case.Alert != "HSC-2026-001" || !f.Case.AlertOpen || !f.Case.Due.IsZero() {
		t.Errorf("published: %+v (%v)", f.Case, err)
	}
	thanked, err := h.Credits(ctx)
	if err != nil || len(thanked) != 1 || thanked[0].Name != "Rosa R." {
		t.Errorf("thanked: %+v (%v)", thanked, err)
	}
	_, err = h.Publishable(ctx, r.ID)
	expect.Code(t, "a second alert", err, ward.Conflict)
}

// What nobody wished is not said: no credit, and no alert that not everybody reads.
func TestThanksOnlyWhoWished(t *testing.T) {
	h := openHouse(t, sqlite(t))
	quiet := h.receive(t, func(r *Report) { r.Summary.Credit = "" })
	closed := h.receive(t)
	for i, id := range []string{quiet.ID, closed.ID} {
		expect.OK(t, h.Triage(ctx, analyst, id, ""))
		expect.OK(t, h.onPublished(ctx, event.Meta{ID: ward.EventID(id), At: h.clock.Now()},
			ward.BulletinPublished{Bulletin: id, Number: MakeNumber(2026, int64(i)), Version: 1, Origin: id, Open: id == quiet.ID}))
	}
	if list, err := h.Credits(ctx); err != nil || len(list) != 0 {
		t.Errorf("thanked: %+v (%v)", list, err)
	}
}

// TestSteps tries every act in every state: the table of transitions is the law.
func TestSteps(t *testing.T) {
	soon := start.Add(30 * day)
	acts := map[string]func(h *house, id string) error{
		"triage":     func(h *house, id string) error { return h.Triage(ctx, analyst, id, "") },
		"coordinate": func(h *house, id string) error { return h.Coordinate(ctx, analyst, id, soon, "") },
		"postpone":   func(h *house, id string) error { return h.Postpone(ctx, analyst, id, soon, "why") },
		"close":      func(h *house, id string) error { return h.Close(ctx, analyst, id, "duplicate", "") },
		"reopen":     func(h *house, id string) error { return h.Reopen(ctx, analyst, id, "") },
	}
	way := map[State][]string{Received: nil, Triaged: {"triage"}, Coordinating: {"triage", "coordinate"}, Closed: {"close"}}
	open := map[State][]string{Received: {"triage", "close"}, Triaged: {"coordinate", "close"}, Coordinating: {"postpone", "close"}, Closed: {"reopen"}}
	h := openHouse(t, sqlite(t))
	n := 0
	for state, steps := range way {
		for name, act := range acts {
			n++
			r, err := h.ReceiveFrom(ctx, maker, full())
			expect.OK(t, err)
			for _, s := range steps {
				expect.OK(t, acts[s](h, r.ID))
			}
			want := ward.Conflict
			if slices.Contains(open[state], name) {
				want = ""
			}
			expect.Code(t, name+" in "+string(state), act(h, r.ID), want)
		}
	}
	if n != 20 {
		t.Errorf("%d steps were tried", n)
	}
}

// What a decision must say, and when its day may be.
func TestDecisionsAreComplete(t *testing.T) {
	h := openHouse(t, sqlite(t))
	id := h.receive(t).ID
	expect.Code(t, "close for no reason that is known", h.Close(ctx, analyst, id, "because", ""), ward.Invalid)
	expect.OK(t, h.Triage(ctx, analyst, id, ""))
	expect.Code(t, "publication yesterday", h.Coordinate(ctx, analyst, id, start.Add(-day), ""), ward.Invalid)
	expect.Code(t, "publication in two years", h.Coordinate(ctx, analyst, id, start.Add(730*day), ""), ward.Invalid)
	expect.OK(t, h.Coordinate(ctx, analyst, id, start.Add(EmbargoDays*day), ""))
	expect.Code(t, "moved without a reason", h.Postpone(ctx, analyst, id, start.Add(100*day), " "), ward.Invalid)
	expect.Code(t, "an empty message", h.Write(ctx, analyst, id, " \n ", false), ward.Invalid)
	expect.Code(t, "an empty note", h.Remark(ctx, analyst, id, ""), ward.Invalid)
	expect.Code(t, "no such case", h.Take(ctx, analyst, "00000000-0000-7000-8000-00000000ffff"), ward.NotFound)
}

// Two analysts at one form: the second sees that the first was faster.
func TestSummaryConflicts(t *testing.T) {
	h := openHouse(t, sqlite(t))
	id := h.receive(t).ID
	c := h.get(t, id)
	v := c.Summary
	v.Title, v.Severity = "Another title", ward.SeverityHigh
	expect.OK(t, h.Summarise(ctx, analyst, id, c.Edit, v))
	expect.Code(t, "the second", h.Summarise(ctx, other, id, c.Edit, v), ward.Conflict)
	if got := h.get(t, id).Summary; got.Title != "Another title" || got.Severity != ward.SeverityHigh || !slices.Equal(got.CVEs, v.CVEs) {
		t.Errorf("kept: %+v", got)
	}
	o, err := h.Open(ctx, analyst, id)
	if err != nil || o.Content.Reported.Title != full().Summary.Title {
		t.Errorf("the report as it came: %+v (%v)", o.Content.Reported, err)
	}
}

// A link is the whole right: another text opens nothing, and a new link makes
// the old one void.
func TestLinks(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.receive(t)
	for _, secret := range []string{strings.Repeat("a", 52), r.Secret[:51], r.ID, r.Number, digestOf(r.Secret)} {
		_, err := h.Follow(ctx, BySecret(secret))
		expect.Code(t, "follow by "+secret, err, ward.NotFound)
	}
	_, err := h.Follow(ctx, BySecret(""))
	expect.Code(t, "follow by nothing", err, ward.Forbidden)
	expect.OK(t, h.Relink(ctx, analyst, r.ID))
	_, err = h.Follow(ctx, BySecret(r.Secret))
	expect.Code(t, "follow by the old link", err, ward.NotFound)
	expect.OK(t, h.onLetter(ctx, letter{Case: r.ID, Word: letterLink, ID: "1"}))
	_, mailed, _ := strings.Cut(h.mails[0].Text, "/report/case/")
	mailed, _, _ = strings.Cut(mailed, "\n")
	if _, err := h.Follow(ctx, BySecret(mailed)); err != nil || mailed == r.Secret {
		t.Errorf("follow by the new link: %v", err)
	}
	silent := h.receive(t, func(r *Report) { r.Confidence.Email = "" })
	expect.Code(t, "a link for nobody", h.Relink(ctx, analyst, silent.ID), ward.Conflict)
}
