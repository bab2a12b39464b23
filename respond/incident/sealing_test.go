package incident

import (
	"context"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward"
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
			h.cfg.Keys = keyring{x.Deliveries[0].Key: key}
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
}

// keyring answers as the room of keys does; a nil key is one that cannot be asked for.
type keyring map[string][]byte

// KeyOf implements Keys.
func (k keyring) KeyOf(_ context.Context, receiver string) ([]byte, error) {
	if key, ok := k[receiver]; ok && key == nil {
		return nil, ward.Fail(ward.Unavailable, "")
	}
	return k[receiver], nil
}

// While nobody can say whether a receiver has a key nothing leaves: the mail is tried
// again.
func TestMailWaitsForKeys(t *testing.T) {
	h, r, x := sentByMail(t)
	id := h.byMail(t, r.ID, x)
	h.cfg.Keys = keyring{x.Deliveries[0].Key: nil}
	expect.Code(t, "a mail without an answer", h.onDeliver(ctx, deliver{id}), ward.Unavailable)
	v, err := h.Get(ctx, member, r.ID)
	expect.OK(t, err)
	if state := v.Sendings[0].Deliveries[0].State; len(h.mails) != 0 || state != Waiting {
		t.Errorf("%d mails left, the delivery is %s", len(h.mails), state)
	}
	h.cfg.Keys = keyring{}
	expect.OK(t, h.onDeliver(ctx, deliver{id}))
	if len(h.mails) != 1 || h.mails[0].Seal.Fingerprint != "" {
		t.Errorf("without a key: %+v", h.mails)
	}
}
