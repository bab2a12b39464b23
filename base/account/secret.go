package account

import (
	"crypto/sha256"
	"encoding/hex"
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
