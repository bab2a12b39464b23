package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/db"
)

// ceremony is a step of signing in that waits for an answer from elsewhere: an
// authenticator or an issuer. The browser keeps it, sealed: a visitor who only
// looks at the page costs no row, on any replica.
type ceremony struct {
	Kind    string          `json:"k"`
	ID      string          `json:"i"`           // counts once
	Person  ward.PersonID   `json:"p,omitempty"` // whom it is for, where that is known
	Session string          `json:"s,omitempty"` // the session that began it
	Digest  string          `json:"c,omitempty"` // of the challenge that it answers
	Next    string          `json:"n,omitempty"`
	Expires time.Time       `json:"e"`
	Data    json.RawMessage `json:"d"`
}

// Kinds of ceremonies. The kind is bound into the seal: one that was begun for
// one end cannot be brought to another.
const (
	ceremonyAdd    = "passkey add"
	ceremonyEnter  = "passkey enter"
	ceremonySecond = "passkey second"
)

// ceremonyMax bounds what a browser brings back.
const ceremonyMax = 8 << 10

// sealed gives the text that the browser keeps.
func (s *Service) sealed(c ceremony, data any) (string, time.Time, error) {
	var err error
	if c.Data, err = json.Marshal(data); err != nil {
		return "", time.Time{}, err
	}
	c.ID, c.Expires = s.cfg.IDs(), s.cfg.Clock().Add(challengeLife)
	text, err := json.Marshal(c)
	if err != nil {
		return "", time.Time{}, err
	}
	return base64.RawURLEncoding.EncodeToString(s.box.Seal(string(text), "ceremony "+c.Kind)), c.Expires, nil
}

// staleCeremony is what a forged, foreign, spent or old ceremony says: the same.
func staleCeremony() error { return ward.Fail(ward.Invalid, "account.error.ceremony") }

// unsealed opens what the browser brought back, of one of the kinds, and reads
// its data.
func (s *Service) unsealed(text string, data any, kinds ...string) (ceremony, error) {
	if len(text) > ceremonyMax {
		return ceremony{}, staleCeremony()
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return ceremony{}, staleCeremony()
	}
	for _, kind := range kinds {
		plain, err := s.box.Open(raw, "ceremony "+kind)
		if err != nil {
			continue
		}
		var c ceremony
		if err := json.Unmarshal([]byte(plain), &c); err != nil {
			return ceremony{}, err
		}
		if c.Kind != kind || !s.cfg.Clock().Before(c.Expires) {
			return ceremony{}, staleCeremony()
		}
		return c, json.Unmarshal(c.Data, data)
	}
	return ceremony{}, staleCeremony()
}

// spend makes a ceremony count once, on all replicas.
func (c ceremony) spend(ctx context.Context, tx *db.Tx) error {
	fresh, err := spendCeremony(ctx, tx, secret(c.ID).digest(), c.Expires)
	if err == nil && !fresh {
		err = staleCeremony()
	}
	return err
}
