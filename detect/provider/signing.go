package provider

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward"
	"ward/kit/db"
)

// Key is a signing key without its private part.
type Key struct {
	Fingerprint string // hexadecimal, lower case
	Armored     string // public part
	Made        time.Time
	State       KeyState
	Ended       time.Time // zero while it signs
}

// KeyState is whether a key signs.
type KeyState string

// States of keys. Revoked ones are not published and verify nothing.
const (
	KeySigning KeyState = "signing"
	KeyRetired KeyState = "retired" // signs no more, its signatures hold
	KeyRevoked KeyState = "revoked"
)

// seal keeps the private keys: AES-256-GCM under a key that is derived from the
// house's key file for this purpose only (RFC 5869). The fingerprint is bound in.
type seal struct{ aead cipher.AEAD }

func newSeal(secret []byte) (seal, error) {
	if len(secret) < 32 {
		return seal{}, errors.New("the key that seals signing keys has less than 32 bytes")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "ward provider signing keys", 32)
	if err != nil {
		return seal{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return seal{}, err
	}
	aead, err := cipher.NewGCM(block)
	return seal{aead}, err
}

func (s seal) close(plain []byte, fingerprint string) []byte {
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return s.aead.Seal(nonce, nonce, plain, []byte(fingerprint))
}

func (s seal) open(sealed []byte, fingerprint string) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("the sealed signing key is too short")
	}
	return s.aead.Open(nil, sealed[:n], sealed[n:], []byte(fingerprint))
}

// makeKey makes a key pair for a publisher. It is OpenPGP version 4 with
// Ed25519, which every client in use can verify; it does not expire, since a
// client that missed the renewal would refuse every warning.
func makeKey(name string, at time.Time) (*crypto.Key, error) {
	return crypto.PGP().KeyGeneration().AddUserId(userID(name), "").GenerationTime(at.Unix()).New().GenerateKey()
}

// userID is the name without the signs that mean something in a user id.
func userID(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune("<>()", r) {
			return -1
		}
		return r
	}, name))
}

// signWith makes a detached armored signature (section 7.1.19).
func signWith(key *crypto.Key, body []byte, at time.Time) ([]byte, error) {
	h, err := crypto.PGP().Sign().SigningKey(key).Detached().SignTime(at.Unix()).New()
	if err != nil {
		return nil, err
	}
	defer h.ClearPrivateParams()
	return h.Sign(body, crypto.Armor)
}

// signer gives the key that signs now, and makes the first one. Replicas that
// start together make one: the index on provider_key lets one row sign.
func (s *Service) signer(ctx context.Context) (*crypto.Key, error) {
	s.keys.Lock()
	defer s.keys.Unlock()
	var fingerprint string
	var sealed []byte
	read := func(tx *db.Tx) (err error) {
		fingerprint, sealed, err = signingKey(ctx, tx)
		return err
	}
	err := s.cfg.DB.Read(ctx, read)
	if ward.CodeOf(err) == ward.NotFound {
		err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			if err := tx.Lock(ctx, "provider-key"); err != nil {
				return err
			}
			if err := read(tx); ward.CodeOf(err) != ward.NotFound {
				return err
			}
			if _, err := s.addKey(ctx, tx); err != nil {
				return err
			}
			return read(tx)
		})
	}
	if err != nil {
		return nil, ward.Wrap("signing key", err)
	}
	if s.key != nil && s.key.GetFingerprint() == fingerprint {
		return s.key.Copy()
	}
	plain, err := s.seal.open(sealed, fingerprint)
	if err != nil {
		return nil, ward.Wrap("open signing key (is account.key the one that it was sealed with?)", err)
	}
	if s.key, err = crypto.NewKey(plain); err != nil {
		return nil, ward.Wrap("signing key", err)
	}
	return s.key.Copy()
}

// addKey makes a key and stores it sealed; it signs from then on.
func (s *Service) addKey(ctx context.Context, tx *db.Tx) (Key, error) {
	now := s.cfg.Clock()
	key, err := makeKey(s.cfg.Publisher.Name, now)
	if err != nil {
		return Key{}, err
	}
	private, err := key.Serialize()
	if err != nil {
		return Key{}, err
	}
	armored, err := key.GetArmoredPublicKey()
	if err != nil {
		return Key{}, err
	}
	k := Key{Fingerprint: key.GetFingerprint(), Armored: armored, Made: now, State: KeySigning}
	return k, insertKey(ctx, tx, &k, s.seal.close(private, k.Fingerprint))
}

// Renew makes a new signing key. Documents that the old one signed keep their
// signature and its public part stays listed, unless it is compromised: then it
// is struck off, and everything that it signed is signed anew.
func (s *Service) Renew(ctx context.Context, a ward.Actor, compromised bool) (Key, error) {
	object := ward.Object{Kind: "key", Org: a.Org, Country: a.Country}
	d, err := s.cfg.Guard.Check(a, "publish.write", object)
	if err != nil {
		return Key{}, ward.Wrap("renew signing key", err)
	}
	if !s.Configured() {
		return Key{}, ward.Wrap("renew signing key", ward.Fail(ward.Conflict, "provider.error.off"))
	}
	if _, err := s.signer(ctx); err != nil { // there is one to renew
		return Key{}, ward.Wrap("renew signing key", err)
	}
	var key Key
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "provider-key"); err != nil {
			return err
		}
		old, _, err := signingKey(ctx, tx)
		if err != nil {
			return err
		}
		state := KeyRetired
		if compromised {
			state = KeyRevoked
		}
		if err := endKey(ctx, tx, old, state, s.cfg.Clock()); err != nil {
			return err
		}
		if key, err = s.addKey(ctx, tx); err != nil {
			return err
		}
		act := map[string]string{"old": old, "new": key.Fingerprint}
		if compromised {
			act["compromised"] = "true"
			if err := s.cfg.Enqueue(ctx, tx, sweepJob{}); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, a, d, object, act)
	})
	return key, ward.Wrap("renew signing key", err)
}
