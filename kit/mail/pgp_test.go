package mail

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// pair makes a private key that lives for some seconds from now on, 0 for ever.
func pair(t testing.TB, life int32) *crypto.Key {
	t.Helper()
	g := crypto.PGP().KeyGeneration().AddUserId("Ana", "Ana@hospital.example").GenerationTime(now().Add(-time.Hour).Unix())
	if life > 0 {
		g = g.Lifetime(life)
	}
	key, err := g.New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(t testing.TB, k *crypto.Key) []byte {
	t.Helper()
	s, err := k.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return []byte(s)
}

// A program of the other side reads what RFC 3156 section 4 describes, and
// nothing of the text stands outside.
func TestSealedMessage(t *testing.T) {
	private := pair(t, 7200)
	key, err := ReadKey(public(t, private), now())
	if err != nil || key.Fingerprint != private.GetFingerprint() || len(key.Addresses) != 1 || key.Addresses[0] != "ana@hospital.example" ||
		!key.Expires.Equal(now().Add(time.Hour)) {
		t.Fatalf("%+v (%v)", key, err)
	}
	m := message()
	m.Seal, m.Text = key, "Größe: 4 µl\n"+strings.Repeat("long ", 100)
	out := sent(t, train(t), m)
	kind, params, err := mime.ParseMediaType(out.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/encrypted" || params["protocol"] != "application/pgp-encrypted" {
		t.Fatalf("%s %v (%v)", kind, params, err)
	}
	parts := multipart.NewReader(out.Body, params["boundary"])
	control, secret := next(t, parts, "application/pgp-encrypted"), next(t, parts, "application/octet-stream")
	if strings.TrimSpace(control) != "Version: 1" || strings.Contains(secret, "long") {
		t.Errorf("control part: %q, secret part: %.80q", control, secret)
	}
	handle, err := crypto.PGP().Decryption().DecryptionKey(private).New()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := handle.Decrypt([]byte(secret), crypto.Armor)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := mail.ReadMessage(strings.NewReader(plain.String()))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err = mime.ParseMediaType(inner.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	texts := multipart.NewReader(inner.Body, params["boundary"])
	p, err := texts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(p))
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != m.Text {
		t.Errorf("got %q (%v), want %q", text, err, m.Text)
	}
}

func next(t *testing.T, r *multipart.Reader, kind string) string {
	t.Helper()
	p, err := r.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
		t.Errorf("a part is %s, want %s", got, kind)
	}
	text, err := io.ReadAll(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	private, err := pair(t, 0).Armor()
	if err != nil {
		t.Fatal(err)
	}
	signing := pair(t, 0)
	signing.GetEntity().Subkeys = nil
	for name, tt := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":  {nil, ErrNoKey},
		"no key":   {[]byte("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----"), ErrNoKey},
		"private":  {[]byte(private), ErrPrivateKey},
		"expired":  {public(t, pair(t, 1800)), ErrKeyExpired},
		"signing":  {public(t, signing), ErrKeyCannot},
		"too long": {make([]byte, KeyLimit+1), ErrKeyTooLarge},
	} {
		if _, err := ReadKey(tt.data, now()); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
	if k, err := ReadKey(public(t, pair(t, 0)), now()); err != nil || !k.Expires.IsZero() {
		t.Errorf("a key for ever: %v (%v)", k.Expires, err)
	}
}

// A key that anybody pastes never panics, and what is taken can be written and read again.
func FuzzReadKey(f *testing.F) {
	f.Add(public(f, pair(f, 7200)))
	f.Add([]byte("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n=aaaa\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ReadKey(data, now())
		if err != nil {
			return
		}
		raw, err := k.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ReadKey(raw, now()); err != nil || again.Fingerprint != k.Fingerprint {
			t.Fatalf("read again: %q (%v), was %q", again.Fingerprint, err, k.Fingerprint)
		}
	})
}
