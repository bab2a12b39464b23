// Package seal keeps what must be readable again, a second factor or the secret
// of a webhook, unreadable in the database and its copies: the key lies outside.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
)

// KeyBytes is the length of a key: AES-256.
const KeyBytes = 32

// Box seals and opens with one key. The owner is bound in: what was sealed for
// one row does not open in another. Rooms that share a key tell their owners
// apart by a prefix. Safe for concurrent use; the zero Box seals nothing.
type Box struct{ aead cipher.AEAD }

// New makes the box of a key of KeyBytes random bytes.
func New(key []byte) (Box, error) {
	if len(key) != KeyBytes {
		return Box{}, errors.New("the key must have 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return Box{}, err
	}
	aead, err := cipher.NewGCM(block)
	return Box{aead}, err
}

// Seal gives nonce and sealed text in one piece (AES-GCM, NIST SP 800-38D).
func (b Box) Seal(plain, owner string) []byte {
	nonce := make([]byte, b.aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return b.aead.Seal(nonce, nonce, []byte(plain), []byte(owner))
}

// Open undoes Seal for the same owner; any change in between is an error.
func (b Box) Open(sealed []byte, owner string) (string, error) {
	n := b.aead.NonceSize()
	if len(sealed) < n {
		return "", errors.New("sealed text is too short")
	}
	plain, err := b.aead.Open(nil, sealed[:n], sealed[n:], []byte(owner))
	return string(plain), err
}
