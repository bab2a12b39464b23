package incident

import (
	"testing"
	"time"

	"ward/format/rule"
	"ward/test/expect"
)

// What the situational picture counts is told in words of the vocabulary: of a
// name only letters and digits, and nothing behind its first comma or line.
func TestFactForThePicture(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t, "third_party=Labor-Data GmbH, ask Mrs Miller\n+43 1", "malware_family=LockBit 3.0 (maybe)", "paper_mode=since midnight",
		"cancelled_operations=12", "cancelled_outpatient=30", "cancelled_percent=80")
	x, err := h.Send(ctx, member, r.ID, Dispatch{Seen: r.Version, Stage: rule.Early})
	expect.OK(t, err)
	got, err := h.Get(ctx, member, r.ID)
	expect.OK(t, err)
	f := factOf(got.Report, x, h.orgs["h1"], got.Picture)
	if f.Supplier != "labordatagmbh" || f.Family != "lockbit30" || !f.Paper || f.Cancelled != 42 {
		t.Errorf("told: %+v", f)
	}
	if want := time.Date(2026, 12, 1, 2, 40, 0, 0, time.UTC); f.Due == nil || !f.Due.Equal(want) {
		t.Errorf("due %v, want 24 hours after awareness (%v)", f.Due, want)
	}
}
