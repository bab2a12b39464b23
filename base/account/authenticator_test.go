package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

const testOrigin = "https://ward.example"

// authenticator is a security key in software: one ES256 credential, after
// WebAuthn Level 3, 6.5. What it does wrong, a test switches on.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte // user handle; nil: it does not know its user
	counter uint32
	blind   bool   // it does not verify its user
	origin  string // what the browser says; empty: ours
}

func newAuthenticator(t testing.TB) *authenticator {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	rand.Read(id)
	return &authenticator{key: k, id: id}
}

// asked is what we read of the options.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
		Allow []struct {
			ID   string `json:"id"`
			Type string `json:"type"`
		} `json:"allowCredentials"`
		UV string `json:"userVerification"`
	} `json:"publicKey"`
}

func readAsked(t testing.TB, c Ceremony) asked {
	t.Helper()
	var a asked
	if err := json.Unmarshal(c.Options, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (k *authenticator) client(kind, challenge string) []byte {
	origin := k.origin
	if origin == "" {
		origin = testOrigin
	}
	b, _ := json.Marshal(map[string]any{"type": "webauthn." + kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
	return b
}

// data is the authenticator data, 6.1; attested adds the credential.
func (k *authenticator) data(attested bool) []byte {
	rp := sha256.Sum256([]byte("ward.example"))
	flags := byte(0x01)
	if !k.blind {
		flags |= 0x04
	}
	if attested {
		flags |= 0x40
	}
	out := append(rp[:], flags)
	out = binary.BigEndian.AppendUint32(out, k.counter)
	if !attested {
		return out
	}
	out = append(out, make([]byte, 16)...) // AAGUID
	out = binary.BigEndian.AppendUint16(out, uint16(len(k.id)))
	out = append(out, k.id...)
	point, _ := k.key.PublicKey.Bytes() // 0x04, X, Y
	out = append(out, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32)
	out = append(out, point[1:33]...)
	out = append(out, 0x22, 0x58, 32)
	return append(out, point[33:]...)
}

// create answers a registration, without attestation.
func (k *authenticator) create(t testing.TB, c Ceremony) string {
	t.Helper()
	a := readAsked(t, c)
	k.handle, _ = base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID)
	data := k.data(true)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(append(object, 0x58, byte(len(data))), data...)
	return k.answer(t, map[string]string{"clientDataJSON": b64(k.client("create", a.PublicKey.Challenge)), "attestationObject": b64(object)})
}

// get answers a sign-in.
func (k *authenticator) get(t testing.TB, c Ceremony) string {
	t.Helper()
	client, data := k.client("get", readAsked(t, c).PublicKey.Challenge), k.data(false)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(data, hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, k.key, signed[:])
	if err != nil {
		t.Fatal(err)
	}
	r := map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig)}
	if k.handle != nil {
		r["userHandle"] = b64(k.handle)
	}
	return k.answer(t, r)
}

func (k *authenticator) answer(t testing.TB, response map[string]string) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
