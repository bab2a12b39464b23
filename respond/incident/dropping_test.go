package incident

import (
	"testing"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// A draft is deleted with all that hangs on it, and nobody but its hospital can;
// the number is not given again. What was sent, or changed meanwhile, stays.
func TestDrop(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r, sent := h.begin(t), h.begin(t)
		_, err := h.Send(ctx, member, sent.ID, Dispatch{Seen: 1, Stage: rule.Early})
		expect.OK(t, err)
		expect.Code(t, "another hospital", h.Drop(ctx, rival, r.ID, 1), ward.NotFound)
		expect.Code(t, "the team", h.Drop(ctx, team, r.ID, 1), ward.Forbidden)
		expect.Code(t, "what was sent", h.Drop(ctx, member, sent.ID, 1), ward.Conflict)
		_, _, err = h.Save(ctx, second, Page{Report: r.ID, Seen: 1, Answers: Answers{"paper_mode": {Text: "since midnight"}}})
		expect.OK(t, err)
		expect.Code(t, "what a colleague wrote on", h.Drop(ctx, member, r.ID, 1), ward.Conflict)
		expect.OK(t, h.Drop(ctx, member, r.ID, 2))
		_, err = h.Get(ctx, member, r.ID)
		expect.Code(t, "a deleted draft", err, ward.NotFound)
		expect.Code(t, "deleted again", h.Drop(ctx, member, r.ID, 2), ward.NotFound)
		for table, n := range map[string]int{"incident_report": 1, "incident_version": 1, "incident_entry": 2} {
			var got int
			expect.OK(t, d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, `SELECT COUNT(*) FROM `+table).Scan(&got) }))
			if got != n {
				t.Errorf("%s has %d rows, want %d", table, got, n)
			}
		}
		if next := h.begin(t); next.Number != "INC-2026-0003" {
			t.Errorf("the next report is %s", next.Number)
		}
	})
}
