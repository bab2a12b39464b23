package detection

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// Key is the public half of the key that a Centre signs bundles with, as KeyPath
// gives it.
type Key struct {
	Version   int    `json:"version"`
	Algorithm string `json:"algorithm"` // "ed25519"
	ID        string `json:"id"`        // KeyID of it
	Key       string `json:"key"`       // 32 bytes in base64
	Centre    string `json:"centre"`    // name, for people
}

// KeyOf describes a public key.
func KeyOf(key ed25519.PublicKey, centre string) Key {
	return Key{Version: Version, Algorithm: "ed25519", ID: KeyID(key), Key: base64.StdEncoding.EncodeToString(key), Centre: centre}
}

// Encode writes the document of KeyPath.
func (k Key) Encode() ([]byte, error) { return encode(k) }

// DecodeKey reads the document of KeyPath.
func DecodeKey(data []byte) (Key, ed25519.PublicKey, error) {
	var k Key
	if err := decode(data, 16<<10, &k); err != nil {
		return k, nil, err
	}
	if err := versioned(k.Version); err != nil {
		return k, nil, err
	}
	if err := text("centre", k.Centre, 200); err != nil {
		return k, nil, err
	}
	if k.Algorithm != "ed25519" {
		return k, nil, fmt.Errorf("%w: algorithm %.20q, want ed25519", ErrNotValid, k.Algorithm)
	}
	public, err := ParseKey(k.Key)
	if err == nil && k.ID != KeyID(public) {
		err = fmt.Errorf("%w: the id of the key is not its own", ErrNotValid)
	}
	return k, public, err
}

// ParseKey reads a public key in base64, as it stands in a sensor's configuration.
func ParseKey(s string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%w: no Ed25519 key (32 bytes in base64)", ErrNotValid)
	}
	return raw, nil
}

// KeyID is the short name of a key in a signature.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Fingerprint is what people compare: SHA-256 of the key in groups of four digits.
func Fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	digits := hex.EncodeToString(sum[:])
	var out strings.Builder
	for i := 0; i < len(digits); i += 4 {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(digits[i : i+4])
	}
	return out.String()
}

// Sign gives the value of SignatureHeader. The key signs bundles and nothing else.
func Sign(key ed25519.PrivateKey, body []byte) string {
	public, _ := key.Public().(ed25519.PublicKey)
	return "ed25519=" + base64.StdEncoding.EncodeToString(ed25519.Sign(key, body)) + ";key=" + KeyID(public)
}

// Verify checks a header against the pinned key. ErrSignature says why not.
func Verify(key ed25519.PublicKey, header string, body []byte) error {
	value, ok := strings.CutPrefix(header, "ed25519=")
	sig, id, ok2 := strings.Cut(value, ";key=")
	switch {
	case header == "":
		return fmt.Errorf("%w: there is none", ErrSignature)
	case !ok || !ok2 || len(header) > 256:
		return fmt.Errorf("%w: not in the form ed25519=…;key=…", ErrSignature)
	case id != KeyID(key):
		return fmt.Errorf("%w: it is of key %.40q, pinned is %s", ErrSignature, id, KeyID(key))
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(sig)
	if err != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, body, raw) {
		return ErrSignature
	}
	return nil
}
