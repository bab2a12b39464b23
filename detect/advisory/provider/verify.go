package provider

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward/format/problem"
)

// matches compares a hash file ("<hex>  <file name>") with the content. The
// length tells SHA-512 from SHA-256, the only two that CSAF allows.
func matches(file string, body []byte) error {
	fields := strings.Fields(file)
	if len(fields) == 0 {
		return errors.New("the hash file is empty")
	}
	want := strings.ToLower(fields[0])
	var got string
	switch len(want) {
	case 2 * sha512.Size:
		sum := sha512.Sum512(body)
		got = hex.EncodeToString(sum[:])
	case 2 * sha256.Size:
		sum := sha256.Sum256(body)
		got = hex.EncodeToString(sum[:])
	default:
		return fmt.Errorf("no SHA-256 or SHA-512: %s", problem.Clip(want))
	}
	if got != want {
		return fmt.Errorf("the hash file says %s…, the content has %s…", want[:16], got[:16])
	}
	return nil
}

// Key is one public OpenPGP key of a provider.
type Key struct {
	Fingerprint string // hexadecimal, lower case, without blanks
	Armored     string
}

// Keys fetches the published keys (section 7.1.20). A key that cannot be read,
// is private, or is not what its fingerprint says costs only itself and is told.
func (c *Client) Keys(ctx context.Context, m *Metadata) ([]Key, []error) {
	const maxKeys = 50
	var out []Key
	var faults []error
	for _, k := range m.Keys[:min(len(m.Keys), maxKeys)] {
		key, err := c.key(ctx, m.At, k.URL, k.Fingerprint)
		if err != nil {
			faults = append(faults, fault(KindKey, k.URL, err))
			continue
		}
		out = append(out, key)
	}
	return out, faults
}

func (c *Client) key(ctx context.Context, base, address, fingerprint string) (Key, error) {
	at, err := resolve(base, address)
	if err != nil {
		return Key{}, err
	}
	armored, err := c.small(ctx, at)
	if err != nil {
		return Key{}, err
	}
	key, err := crypto.NewKeyFromArmored(string(armored))
	if err != nil {
		return Key{}, fmt.Errorf("no OpenPGP key: %w", err)
	}
	if key.IsPrivate() {
		return Key{}, errors.New("the file holds a private key")
	}
	if want := foldFingerprint(fingerprint); want != "" && want != key.GetFingerprint() {
		return Key{}, fmt.Errorf("the metadata says %s, the key is %s", problem.Clip(want), key.GetFingerprint())
	}
	return Key{Fingerprint: key.GetFingerprint(), Armored: string(armored)}, nil
}

func foldFingerprint(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == ':' {
			return -1
		}
		return r
	}, strings.TrimPrefix(s, "0x")))
}

// Ring is the trusted keys of one source. A nil Ring is empty. It is safe for
// concurrent use.
type Ring struct {
	pgp  *crypto.PGPHandle
	keys *crypto.KeyRing
	n    int
}

// NewRing reads trusted keys.
func NewRing(keys []Key) (*Ring, error) {
	r := &Ring{pgp: crypto.PGP()}
	ring, err := crypto.NewKeyRing(nil)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		key, err := crypto.NewKeyFromArmored(k.Armored)
		if err != nil {
			return nil, err
		}
		if err := ring.AddKey(key); err != nil {
			return nil, err
		}
		r.n++
	}
	r.keys = ring
	return r, nil
}

// Empty reports whether nothing can be verified.
func (r *Ring) Empty() bool { return r == nil || r.n == 0 }

// Verify checks a detached signature, armored or not, and names the key.
func (r *Ring) Verify(body, signature []byte) (fingerprint string, err error) {
	if r.Empty() {
		return "", errors.New("the source has no trusted key")
	}
	v, err := r.pgp.Verify().VerificationKeys(r.keys).New()
	if err != nil {
		return "", err
	}
	result, err := v.VerifyDetached(body, signature, crypto.Auto)
	if err != nil {
		return "", fmt.Errorf("the signature cannot be read: %w", err)
	}
	if err := result.SignatureError(); err != nil {
		return "", err
	}
	return result.SignedByKey().GetFingerprint(), nil
}
