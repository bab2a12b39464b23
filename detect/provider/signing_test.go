package provider

import (
	"context"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// Replicas share one key; another house's key file does not open it, and the
// database holds it sealed only.
func TestKeyIsShared(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		a, b, stranger := openHouse(t, d, secret), openHouse(t, d, secret), openHouse(t, d, "f"+secret)
		ctx := context.Background()
		first, err := a.signer(ctx)
		expect.OK(t, err)
		second, err := b.signer(ctx)
		expect.OK(t, err)
		if first.GetFingerprint() != second.GetFingerprint() {
			t.Error("two replicas sign with two keys")
		}
		if _, err := stranger.signer(ctx); err == nil {
			t.Error("another key file opens the signing key")
		}
		private, err := first.Serialize()
		expect.OK(t, err)
		expect.OK(t, d.Read(ctx, func(tx *db.Tx) error {
			_, sealed, err := signingKey(ctx, tx)
			if len(sealed) <= len(private) || string(sealed) == string(private) {
				t.Errorf("%d bytes are stored of a key of %d", len(sealed), len(private))
			}
			return err
		}))
	})
}

// After a planned change old signatures hold; after a theft all are made anew.
func TestRenew(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, secret)
		ctx := context.Background()
		const old, young = "white/2026/o-1.json", "white/2026/y-1.json"
		first := string(h.bring(t, "a1", ward.TLPClear, paper{id: "O-1"}))
		before, _ := h.read(t, visitor, old+".asc")
		if _, err := h.Renew(ctx, member, false); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("a member: got %v, want forbidden", err)
		}
		if _, err := h.Renew(ctx, analyst, false); err != nil {
			t.Fatal(err)
		}
		second := string(h.bring(t, "a2", ward.TLPClear, paper{id: "Y-1"}))
		expect.OK(t, h.sweep(ctx, ""))
		if after, _ := h.read(t, visitor, old+".asc"); after != before || !h.verifies(t, old, first) || !h.verifies(t, young, second) {
			t.Error("after a change both documents must verify, the old one as it was")
		}
		if _, err := h.Renew(ctx, operator, true); err != nil {
			t.Fatal(err)
		}
		if h.verifies(t, young, second) {
			t.Error("a struck off key still verifies")
		}
		h.hear(t, "nothing", "new") // works the sweep that Renew planned
		if after, _ := h.read(t, visitor, old+".asc"); after != before || !h.verifies(t, young, second) {
			t.Error("what the stolen key signed must be signed anew, and nothing else")
		}
	})
}
