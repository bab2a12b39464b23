// Package secret is about the secrets that stand in addresses, of links in mails and
// of feeds: the house keeps their digests alone, and slows down who tries some that
// do not exist. It owns alert_ack and alert_guess.
package secret

import (
	"crypto/sha256"
	"encoding/hex"

	"ward/kit/id"
)

// bits of a secret: it is the whole right, so it cannot be guessed.
const bits = 256

// New makes a secret.
func New() string { return id.Secret(bits) }

// Digest is what the house keeps of a secret: a copy of the database opens nothing.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
