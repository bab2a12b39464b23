package incident

import (
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward/format/rule"
	"ward/kit/mail"
	"ward/test/expect"
)

// aKey is the public key of a receiver, made an hour before the start.
func aKey(t *testing.T, life int32) []byte {
	t.Helper()
	private, err := crypto.PGP().KeyGeneration().AddUserId("Team", "team@example.invalid").GenerationTime(start.Add(-time.Hour).Unix()).Lifetime(life).New().GenerateKey()
	expect.OK(t, err)
	public, err := private.GetArmoredPublicKey()
	expect.OK(t, err)
	return []byte(public)
}

// A mail to a receiver whose key is known is encrypted to it; with a key that has
// expired nothing leaves, the hospital is told and carries the document.
func TestSealedMail(t *testing.T) {
	for name, life := range map[string]int32{"valid": 0, "expired": 1800} {
		t.Run(name, func(t *testing.T) {
			h, r, x := sentByMail(t)
			id := h.byMail(t, r.ID, x)
			key := aKey(t, life)
			h.cfg.Keys = map[string][]byte{x.Deliveries[0].Key: key}
			expect.OK(t, checkKeys(h.cfg, h.cat.Book))
			expect.OK(t, h.onDeliver(ctx, deliver{id}))
			v, err := h.Get(ctx, member, r.ID)
			expect.OK(t, err)
			state := v.Sendings[0].Deliveries[0].State
			if life > 0 {
				if len(h.mails) != 0 || state != Failed || v.duty("N1").Sent != nil {
					t.Errorf("%d mails left, the delivery is %s", len(h.mails), state)
				}
				return
			}
			want, err := mail.ReadKey(key, h.clock.Now())
			expect.OK(t, err)
			if len(h.mails) != 1 || h.mails[0].Seal.Fingerprint != want.Fingerprint || state != Delivered || v.duty("N1").State != rule.Done {
				t.Errorf("%+v, the delivery is %s", h.mails, state)
			}
		})
	}
	h := openHouse(t, sqlite(t))
	h.cfg.Keys = map[string][]byte{"HR/csirt": []byte("no key")}
	if checkKeys(h.cfg, h.cat.Book) == nil {
		t.Error("the house starts with what is no key")
	}
	h.cfg.Keys = map[string][]byte{"HR/nobody": aKey(t, 0)}
	if checkKeys(h.cfg, h.cat.Book) == nil {
		t.Error("the house starts with a key that nobody would use")
	}
}
