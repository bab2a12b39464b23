package seal_test

import (
	"testing"

	"ward/kit/seal"
)

func TestBox(t *testing.T) {
	b, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	sealed := b.Seal("secret", "ana")
	if got, err := b.Open(sealed, "ana"); err != nil || got != "secret" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := b.Open(sealed, "ben"); err == nil {
		t.Error("another's row opens it")
	}
	if _, err := b.Open(sealed[:5], "ana"); err == nil {
		t.Error("a cut one opens")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := b.Open(sealed, "ana"); err == nil {
		t.Error("a changed one opens")
	}
	if _, err := seal.New([]byte("short")); err == nil {
		t.Error("a short key passed")
	}
}
