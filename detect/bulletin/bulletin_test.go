package bulletin

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// From the first line to the document, a revision and the withdrawal.
func TestLifeOfAnAlert(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		id := h.draft(t, full())
		h.publish(t, id)
		x, doc, err := h.Live(ctx, ward.Actor{}, "HSC-2026-001")
		expect.OK(t, err)
		if x.Revision.Version != 1 || x.Revision.Orgs != 3 || x.Revision.Countries != 2 || x.Revision.Approver != "Ben Second" {
			t.Errorf("published: %+v", x.Revision)
		}
		parsed, err := csaf.Parse(doc, csaf.Limits{})
		expect.OK(t, err)
		if got := parsed.Guidance(); len(got) != 1 || got[0].IT != "Block port 80." || parsed.Tracking.ID != "HSC-2026-001" || len(parsed.Products) != 3 {
			t.Errorf("document: %+v", parsed)
		}
		audience, err := h.Audience(ctx, "HSC-2026-001")
		if err != nil || len(audience) != 3 {
			t.Errorf("audience: %v (%v)", audience, err)
		}
		expect.OK(t, h.onPublish(ctx, publish{Revision: x.Revision.ID})) // a second run
		h.clock.Advance(time.Hour)
		expect.OK(t, h.Revise(ctx, writer, id, false))
		expect.Code(t, "a second open revision", h.Revise(ctx, writer, id, false), ward.Conflict)
		r := h.open(t, id)
		r.Content.Text.IT, r.Content.Change = "Block port 80.\nBlock port 81.", "Another port"
		expect.OK(t, h.Save(ctx, writer, id, r.Edit, r.Content))
		if diff := Diff(x.Revision.Content, h.open(t, id).Content); len(diff) != 1 || diff[0].Field != "it" || len(diff[0].Removed) != 0 || diff[0].Added[0] != "Block port 81." {
			t.Errorf("diff: %+v", diff)
		}
		h.publish(t, id)
		h.clock.Advance(time.Hour)
		h.withdraw(t, id)
	})
}

func (h *house) withdraw(t *testing.T, id string) {
	expect.OK(t, h.Revise(ctx, writer, id, true))
	expect.Code(t, "withdrawn without a reason", h.Submit(ctx, writer, id), ward.Invalid)
	r := h.open(t, id)
	r.Content.Change = "It was a false report."
	expect.OK(t, h.Save(ctx, writer, id, r.Edit, r.Content))
	h.publish(t, id)
	out, err := h.Published(ctx, id, 3)
	expect.OK(t, err)
	parsed, err := csaf.Parse(out.Document, csaf.Limits{})
	expect.OK(t, err)
	if !out.Withdrawn || parsed.Title != "Withdrawn: Infusia 500: the network changes the rate" || len(parsed.Vulnerabilities) != 0 || len(parsed.Tracking.Revisions) != 3 {
		t.Errorf("withdrawal: %+v", parsed)
	}
	if audience, err := h.Audience(ctx, "HSC-2026-001"); err != nil || len(audience) != 0 {
		t.Errorf("a withdrawn alert addresses %v (%v)", audience, err)
	}
	feed, err := h.Feed(ctx, ward.Actor{})
	if err != nil || !strings.Contains(string(feed), "<title>HSC-2026-001: Withdrawn: ") {
		t.Errorf("feed: %s (%v)", feed, err)
	}
}

// No hand that wrote approves: the policy says so, and the statement does.
func TestSecondPerson(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		id := h.draft(t, full())
		r := h.open(t, id)
		expect.Code(t, "a draft", h.Approve(ctx, second, id, r.Edit, time.Time{}), ward.Conflict)
		expect.OK(t, h.Submit(ctx, writer, id))
		r = h.open(t, id)
		expect.Code(t, "by the writer", h.Approve(ctx, writer, id, r.Edit, time.Time{}), ward.Forbidden)
		expect.Code(t, "by a hospital", h.Approve(ctx, member, id, r.Edit, time.Time{}), ward.Forbidden)
		expect.Code(t, "of another text", h.Approve(ctx, second, id, r.Edit-1, time.Time{}), ward.Conflict)
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			return approveRevision(ctx, tx, r, writer.Person, writer.Name, h.clock.Now(), h.clock.Now())
		})
		expect.Code(t, "past the policy", err, ward.Conflict)
		expect.OK(t, h.Return(ctx, second, id, "Name the port."))
		expect.OK(t, h.Save(ctx, second, id, h.open(t, id).Edit, full())) // now there are two writers
		expect.OK(t, h.Submit(ctx, writer, id))
		expect.Code(t, "by the second writer", h.Approve(ctx, second, id, h.open(t, id).Edit, time.Time{}), ward.Forbidden)
	})
}

// Numbers have no gap, whoever submits at the same time, and what fails takes none.
func TestNumbersHaveNoGap(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		lacking := full()
		lacking.Text.IT = ""
		expect.Code(t, "incomplete", h.Submit(ctx, writer, h.draft(t, lacking)), ward.Invalid)
		const n = 8
		ids := make([]string, n)
		for i := range ids {
			ids[i] = h.draft(t, full())
		}
		var all sync.WaitGroup
		errs := make([]error, n)
		for i, id := range ids {
			all.Go(func() { errs[i] = h.Submit(ctx, writer, id) })
		}
		all.Wait()
		expect.OK(t, errors.Join(errs...))
		seen := map[string]bool{}
		for _, id := range ids {
			v, err := h.Get(ctx, writer, id)
			expect.OK(t, err)
			seen[v.Bulletin.Number] = true
		}
		for i := range n {
			if number := MakeNumber(2026, int64(i+1)); !seen[number] {
				t.Errorf("%s was not given: %v", number, seen)
			}
		}
		h.clock.Advance(24 * time.Hour)
		id := h.draft(t, full())
		expect.OK(t, h.Submit(ctx, writer, id))
		expect.OK(t, h.Return(ctx, second, id, "Again."))
		expect.OK(t, h.Submit(ctx, writer, id)) // keeps its number
		if v, err := h.Get(ctx, writer, id); err != nil || v.Bulletin.Number != "HSC-2027-001" {
			t.Errorf("first of the next year: %q (%v)", v.Bulletin.Number, err)
		}
	})
}

// It comes out at its time, not before, and not when it was taken back.
func TestPublicationTime(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		id := h.draft(t, full())
		expect.OK(t, h.Submit(ctx, writer, id))
		r := h.open(t, id)
		expect.Code(t, "in the past", h.Approve(ctx, second, id, r.Edit, h.clock.Now().Add(-time.Hour)), ward.Invalid)
		expect.OK(t, h.Approve(ctx, second, id, r.Edit, h.clock.Now().Add(time.Hour)))
		expect.OK(t, h.onPublish(ctx, publish{Revision: r.ID}))
		if got := h.open(t, id).State; got != Approved {
			t.Fatalf("before its time it is %s", got)
		}
		expect.OK(t, h.Return(ctx, writer, id, "Wait."))
		h.clock.Advance(2 * time.Hour)
		expect.OK(t, h.onPublish(ctx, publish{Revision: r.ID}))
		if got := h.open(t, id).State; got != Draft {
			t.Errorf("taken back it is %s", got)
		}
		if _, _, err := h.Live(ctx, writer, "HSC-2026-001"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("it is published: %v", err)
		}
		h.publish(t, id)
	})
}

// What is marked goes no further than its marking, and drafts are the Centre's.
func TestWhoReads(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite))
	c := full()
	c.TLP = ward.TLPAmber
	id := h.draft(t, c)
	h.publish(t, id)
	for name, tc := range map[string]struct {
		actor ward.Actor
		want  ward.Code
	}{"visitor": {ward.Actor{}, ward.NotFound}, "hospital": {member, ""}, "maker": {ward.Actor{Person: "m", Role: ward.RoleMaker}, ward.NotFound},
		"operator": {ward.Actor{Person: "o", Role: ward.RoleOperator}, ward.NotFound}} {
		_, _, err := h.Live(ctx, tc.actor, "HSC-2026-001")
		expect.Code(t, name, err, tc.want)
		list, err := h.LiveList(ctx, tc.actor)
		if err != nil || (len(list) == 1) != (tc.want == "") {
			t.Errorf("%s lists %d (%v)", name, len(list), err)
		}
	}
	_, err := h.Get(ctx, member, id)
	expect.Code(t, "a hospital reads the room", err, ward.Forbidden)
	expect.Code(t, "a hospital writes", h.Save(ctx, member, id, 1, full()), ward.Forbidden)
}

func TestReach(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite))
	got, err := h.ReachOf(ctx, writer, h, full())
	if want := (Reach{Orgs: 4, Countries: 3, Addressed: 3, Holders: 2}); err != nil || got != want {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
}

func TestTranslations(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite))
	c := full()
	id := h.draft(t, c)
	de := ward.Guidance{Lang: "de", Title: "Infusia 500: das Netz ändert die Rate", Summary: "Kurz.", IT: "Port 80 sperren."}
	expect.OK(t, h.Translate(ctx, writer, id, de, false))
	c = h.open(t, id).Content
	if c.StageOf("de") != Drafted || len(c.Guidance()) != 1 {
		t.Errorf("a draft leaves the house: %+v", c.Guidance())
	}
	expect.OK(t, h.Translate(ctx, second, id, de, true))
	if c = h.open(t, id).Content; c.StageOf("de") != Reviewed || len(c.Guidance()) != 2 || c.StageOf("fr") != Missing {
		t.Errorf("reviewed: %+v", c.Translations)
	}
	c.Text.IT = "Block all ports."
	expect.OK(t, h.Save(ctx, writer, id, h.open(t, id).Edit, c))
	if c = h.open(t, id).Content; c.StageOf("de") != Stale || len(c.Guidance()) != 1 {
		t.Errorf("the original has changed: %s", c.StageOf("de"))
	}
	expect.Code(t, "into its own language", h.Translate(ctx, writer, id, ward.Guidance{Lang: "en", Title: "x"}, false), ward.Invalid)
}

// An alert on a domain reaches who proved control of it, and stops reaching
// whoever has it no more, also after publication.
func TestAlertOnADomain(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		h.owned = map[ward.OrgID]string{"h1": "klinik.example", "h4": "clinic.example"}
		c := full()
		c.Products = nil
		c.Audience = ward.Audience{Countries: []ward.Country{"DE"}, Domains: []string{" Klinik.example. ", "nobody.example"}}
		h.publish(t, h.draft(t, c))
		reached := func() []ward.OrgID {
			t.Helper()
			list, err := h.Audience(ctx, "HSC-2026-001")
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		before := reached()
		if !slices.Contains(before, "h1") || slices.Contains(before, "h4") || len(before) < 2 {
			t.Errorf("reached %v, want the owner h1 and those in DE, not h4", before)
		}
		delete(h.owned, "h1") // the proof lapsed
		after := reached()
		if slices.Contains(after, "h1") || len(after) != len(before)-1 {
			t.Errorf("after the proof lapsed %v, want %v without h1", after, before)
		}
		c.Audience = ward.Audience{Domains: []string{"https://klinik.example/"}}
		id, err := h.Create(ctx, writer, "blank")
		expect.OK(t, err)
		expect.Code(t, "an address for a domain", h.Save(ctx, writer, id, 1, c), ward.Invalid)
	})
}
