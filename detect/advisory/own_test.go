package advisory

import (
	"context"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/test/database"
)

// What the Centre publishes is an advisory of the house's own; a second time it
// is the same; taken back it is withdrawn.
func TestOwnPublication(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h := context.Background(), openHouse(t, d, nil)
		id := IDOf(ownNamespace, "HSC-2026-001")
		for _, step := range []struct {
			version   string
			withdrawn bool
		}{{"1", false}, {"1", false}, {"2", true}} {
			h.published = ward.Published{Withdrawn: step.withdrawn,
				Document: document(t, paper{id: "HSC-2026-001", version: step.version, namespace: ownNamespace + "/"})}
			if err := h.onBulletin(ctx, event.Meta{}, ward.BulletinPublished{Bulletin: "b", Number: "HSC-2026-001", Version: 1}); err != nil {
				t.Fatal(err)
			}
			if got := h.head(t, id); !got.Own || got.Revision != step.version || got.Withdrawn != step.withdrawn {
				t.Errorf("version %s: got %+v", step.version, got)
			}
		}
		if n := len(h.facts(t)); n != 2 {
			t.Errorf("%d facts were told, want one for each version", n)
		}
	})
}

// Nobody else speaks in the name of the house: not before it, not with a greater
// version, not by hand.
func TestNobodySpeaksForTheHouse(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	for _, namespace := range []string{ownNamespace, "HTTPS://Centre.example/"} {
		out := h.accept(t, document(t, paper{id: "HSC-2026-001", version: "99", namespace: namespace}))
		if out.Refused != 1 || out.Refusals[0].Kind != refuseForeign {
			t.Errorf("%s: got %+v", namespace, out)
		}
	}
	out := h.accept(t, document(t, paper{id: "HSC-2026-001", namespace: "https://centre.example.evil.example"}))
	if out.New != 1 || h.head(t, out.Advisories[0]).Own {
		t.Errorf("a document of somebody else: %+v", out)
	}
}
