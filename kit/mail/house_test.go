package mail

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

func houseKey(t *testing.T, secret, from string) House {
	t.Helper()
	h, err := NewHouse([]byte(strings.Repeat(secret, 32)), from)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Every replica and every start has the same key; another key file another one.
func TestHouseKeyIsTheSameEverywhere(t *testing.T) {
	a, b := houseKey(t, "a", "Ward <alerts@ward.example>"), houseKey(t, "a", "Other (name) <alerts@ward.example>")
	if a.Fingerprint != b.Fingerprint || len(a.Fingerprint) != 40 {
		t.Errorf("%s and %s", a.Fingerprint, b.Fingerprint)
	}
	if houseKey(t, "b", "Ward <alerts@ward.example>").Fingerprint == a.Fingerprint {
		t.Error("two houses have one key")
	}
	key, err := crypto.NewKey(a.Public)
	if err != nil || key.IsPrivate() || key.GetFingerprint() != a.Fingerprint || key.CanEncrypt(now().Unix()) || !key.CanVerify(now().Unix()) {
		t.Errorf("what is published: private %t (%v)", key.IsPrivate(), err)
	}
	if strings.Contains(a.Armored, "PRIVATE") || !strings.Contains(a.Armored, "PUBLIC KEY BLOCK") {
		t.Error(a.Armored)
	}
	if _, err := NewHouse([]byte("x"), "nobody"); err == nil {
		t.Error("a house without an address signs")
	}
}

// Who opens an encrypted mail finds the house's signature in it.
func TestSealedMessageIsSigned(t *testing.T) {
	private := pair(t, 0)
	to, err := ReadKey(public(t, private), now())
	if err != nil {
		t.Fatal(err)
	}
	sender, house := train(t), houseKey(t, "a", "Ward <alerts@ward.example>")
	sender.SignWith(house)
	m := message()
	m.Seal = to
	out := new(bytes.Buffer)
	if _, err := out.ReadFrom(sent(t, sender, m).Body); err != nil {
		t.Fatal(err)
	}
	from, end := strings.Index(out.String(), "-----BEGIN PGP MESSAGE"), strings.Index(out.String(), "-----END PGP MESSAGE-----")
	for name, tt := range map[string]struct {
		key  []byte
		good bool
	}{"the house's": {house.Public, true}, "another": {houseKey(t, "b", "Ward <alerts@ward.example>").Public, false}} {
		verify, err := crypto.NewKey(tt.key)
		if err != nil {
			t.Fatal(err)
		}
		handle, err := crypto.PGP().Decryption().DecryptionKey(private).VerificationKey(verify).VerifyTime(now().Unix()).New()
		if err != nil {
			t.Fatal(err)
		}
		plain, err := handle.Decrypt([]byte(out.String()[from:end+len("-----END PGP MESSAGE-----")]), crypto.Armor)
		if err != nil {
			t.Fatal(err)
		}
		if got := plain.SignatureError() == nil; got != tt.good {
			t.Errorf("%s key verifies: %t (%v)", name, got, plain.SignatureError())
		}
	}
}
