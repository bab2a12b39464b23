package mail

import (
	"bytes"
	"crypto"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"net/mail"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	pgp "github.com/ProtonMail/gopenpgp/v3/crypto"
)

// House is the OpenPGP key with which a house signs its mails, so that whoever has
// a program for it can tell them from forged ones. The zero value signs nothing.
type House struct {
	private     []byte // read anew for each mail: a sender that trains holds nothing that could act
	Address     string // that the mails come from, and the key's user id
	Fingerprint string // hexadecimal, lower case
	Armored     string // public part
	Public      []byte // the same, not armoured
}

// houseBirth is the creation time of every house's key: it is part of the
// fingerprint, so it cannot be the time of the start.
var houseBirth = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// NewHouse makes the signing key of a sender out of the house's key file: all
// replicas have the same one, and nothing further needs to be kept or backed up.
// It is OpenPGP version 4 with Ed25519, for signatures only, and does not expire;
// another key file makes another key.
func NewHouse(secret []byte, from string) (House, error) {
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return House{}, fmt.Errorf("mail sender address %q cannot be read", from)
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, "ward mail signing key", 32)
	if err != nil {
		return House{}, err
	}
	entity, err := openpgp.NewEntity(userName(sender.Name), "", sender.Address, &packet.Config{
		Rand:      io.MultiReader(bytes.NewReader(seed), rand.Reader), // the key takes the seed, salts what comes after
		Algorithm: packet.PubKeyAlgoEdDSA, DefaultHash: crypto.SHA512, Time: func() time.Time { return houseBirth }})
	if err != nil {
		return House{}, err
	}
	entity.Subkeys = nil // it opens nothing
	key, err := pgp.NewKeyFromEntity(entity)
	if err != nil {
		return House{}, err
	}
	h := House{Address: sender.Address, Fingerprint: key.GetFingerprint()}
	if h.private, err = key.Serialize(); err != nil {
		return House{}, err
	}
	if h.Armored, err = key.GetArmoredPublicKey(); err != nil {
		return House{}, err
	}
	h.Public, err = key.GetPublicKey()
	return h, err
}

// userName is a name without the signs that mean something in a user id.
func userName(s string) string {
	out := []rune{}
	for _, r := range s {
		if !odd(r) && r != '<' && r != '>' && r != '(' && r != ')' {
			out = append(out, r)
		}
	}
	return string(out)
}

// SignWith signs the encrypted mails of a sender from then on. It is called before
// the first mail.
func (e *envelope) SignWith(h House) { e.sign = h }
