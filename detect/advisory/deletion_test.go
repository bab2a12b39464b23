package advisory

import (
	"context"
	"strings"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/provider"
)

// A deleted advisory is gone for readers, answered as withdrawn to who rests on
// it, and kept out until a person lets it in.
func TestDelete(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h, other := openHouse(t, d, nil), openHouse(t, d, nil)
		ctx := context.Background()
		h.accept(t, document(t, paper{}))
		h.accept(t, document(t, paper{version: "2"}))
		thing := map[ward.ProductID]ward.ProductRef{1: {Vendor: "Acme Medical", Name: "Infusia 500", Version: "1.0"}}
		if c, err := other.Concerning(ctx, thing); err != nil || len(c) != 1 {
			t.Fatalf("before: %v, %v", c, err)
		}
		for name, wrong := range map[string]struct {
			actor  ward.Actor
			reason string
			want   ward.Code
		}{"no reason": {analyst, " ", ward.Invalid}, "a member": {member, "because", ward.NotFound}, "an operator": {operator, "because", ward.NotFound}} {
			if err := h.Delete(ctx, wrong.actor, testID, wrong.reason); ward.CodeOf(err) != wrong.want {
				t.Errorf("%s: got %v, want %s", name, err, wrong.want)
			}
		}
		if err := h.Delete(ctx, analyst, testID, "sent by mistake"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Read(ctx, analyst, testID, ""); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("read: got %v, want not found", err)
		}
		if p, err := h.List(ctx, analyst, Filter{Withdrawn: true}); err != nil || len(p.Advisories) != 0 {
			t.Errorf("list: got %v, %v, want nothing", p.Advisories, err)
		}
		if c, err := other.Concerning(ctx, thing); err != nil || len(c) != 0 {
			t.Errorf("another replica: got %v, %v, want nothing", c, err)
		}
		if claims, err := h.Claims(ctx, testID); err != nil || len(claims) != 0 {
			t.Errorf("claims: got %v, %v, want none", claims, err)
		}
		if head := h.head(t, testID); !head.Withdrawn || head.Title == "" || len(head.CVEs) != 1 {
			t.Errorf("head: got %+v, want it withdrawn, with title and CVE", head)
		}
		if facts := h.facts(t); !strings.Contains(facts[len(facts)-1], "deleted") {
			t.Errorf("told %s, want deleted", facts[len(facts)-1])
		}
		if err := h.Delete(ctx, analyst, testID, "again"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("deleted twice: got %v, want not found", err)
		}
		h.mourned(t)
		if out := h.accept(t, document(t, paper{})); out.New != 1 {
			t.Errorf("a person brings it again: got %+v, want it new", out)
		}
		if c, err := other.Concerning(ctx, thing); err != nil || len(c) != 1 {
			t.Errorf("after: %v, %v, want one", c, err)
		}
	})
}

// mourned checks the tombstone, page by page.
func (h *house) mourned(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	h.accept(t, document(t, paper{id: "OTHER"}))
	h.clock.Advance(1)
	if err := h.Delete(ctx, analyst, IDOf("https://acme.example", "OTHER"), "too"); err != nil {
		t.Fatal(err)
	}
	first, err := h.Deleted(ctx, analyst, "", 1)
	if err != nil || len(first.Deleted) != 1 || first.Next == "" {
		t.Fatalf("first page: %+v, %v", first, err)
	}
	second, err := h.Deleted(ctx, analyst, first.Next, 1)
	if err != nil || len(second.Deleted) != 1 || second.Next != "" {
		t.Fatalf("second page: %+v, %v", second, err)
	}
	got := append(first.Deleted, second.Deleted...)
	for _, d := range got {
		if !d.Barred || d.Name != analyst.Name || d.Reason == "" || d.At.IsZero() {
			t.Errorf("tombstone %+v", d)
		}
	}
	if _, err := h.Deleted(ctx, member, "", 0); ward.CodeOf(err) != ward.Forbidden {
		t.Errorf("a member lists: got %v, want forbidden", err)
	}
}

// A source that still has the document is refused and says so; once readmitted
// it brings it.
func TestDeletedStaysAway(t *testing.T) {
	s := provider.New(t)
	offer(t, s, "test-1", paper{}, provider.Good)
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	ctx := context.Background()
	h.fetchAll(t, id)
	if err := h.Delete(ctx, analyst, testID, "not for us"); err != nil {
		t.Fatal(err)
	}
	if err := h.sources.FetchNow(ctx, analyst, id); err != nil {
		t.Fatal(err)
	}
	v := h.fetchAll(t, id)
	if v.Source.Refused != 1 || len(v.Faults) != 1 || v.Faults[0].Kind != refuseDeleted {
		t.Fatalf("got %+v with faults %+v, want it refused as deleted", v.Source, v.Faults)
	}
	if err := h.Readmit(ctx, member, testID); ward.CodeOf(err) != ward.NotFound {
		t.Errorf("a member readmits: got %v, want not found", err)
	}
	if err := h.Readmit(ctx, analyst, testID); err != nil {
		t.Fatal(err)
	}
	if err := h.Readmit(ctx, analyst, testID); ward.CodeOf(err) != ward.Conflict {
		t.Errorf("readmitted twice: got %v, want conflict", err)
	}
	if err := h.sources.FetchNow(ctx, analyst, id); err != nil {
		t.Fatal(err)
	}
	if v = h.fetchAll(t, id); v.Source.Done != 1 || v.Source.Faults != 0 {
		t.Errorf("got %+v, want it fetched", v.Source)
	}
	if _, err := h.Read(ctx, analyst, testID, ""); err != nil {
		t.Errorf("read: %v", err)
	}
}
