package account

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"ward/kit/id"
)

// secret is a random text that opens something. Only its digest is stored, so
// that a copy of the database opens nothing.
type secret string

// newSecret makes one of 256 bits: 52 characters that survive being read aloud.
func newSecret() secret { return secret(id.Secret(256)) }

// digest is what is stored and looked up. A plain hash is enough for a random
// text; the look-up by it takes no secret-dependent time that helps.
func (s secret) digest() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// TokenPrefix begins every API token, so that scanners of leaked secrets know it.
const TokenPrefix = "wrd_"

func newToken() secret { return TokenPrefix + newSecret() }

// isToken is a look at the shape only: what has not got it is not looked up.
func isToken(s string) bool {
	return strings.HasPrefix(s, TokenPrefix) && len(s) == len(TokenPrefix)+52
}

// box seals what must be readable again, the TOTP secret, with a key that is
// kept outside of the database. The owner is bound in: a sealed secret moved to
// another person's row does not open.
type box struct{ aead cipher.AEAD }

// keyBytes is the length of the key: AES-256.
const keyBytes = 32

func newBox(key []byte) (box, error) {
	if len(key) != keyBytes {
		return box{}, errors.New("the key must have 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return box{}, err
	}
	aead, err := cipher.NewGCM(block)
	return box{aead}, err
}

// seal gives nonce and sealed text in one piece.
func (b box) seal(plain, owner string) []byte {
	nonce := make([]byte, b.aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return b.aead.Seal(nonce, nonce, []byte(plain), []byte(owner))
}

// open undoes seal for the same owner; any change in between is an error.
func (b box) open(sealed []byte, owner string) (string, error) {
	n := b.aead.NonceSize()
	if len(sealed) < n {
		return "", errors.New("sealed text is too short")
	}
	plain, err := b.aead.Open(nil, sealed[:n], sealed[n:], []byte(owner))
	return string(plain), err
}
