package password

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ward"
)

func TestPasswordRules(t *testing.T) {
	h, err := New(Cost())
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{
		"seven purple herons":      "",
		"tri crvene jabuke":        "",
		"Übermorgen regnet es":     "",
		"x9$kT2!pQz7&":             "",
		"short":                    "account.error.short",
		strings.Repeat("añ", 100):  "account.error.long",
		"aaaaaaaaaaaaaaa":          "account.error.common",
		"Passwort2026!":            "account.error.common",
		"P4$$w0rd12345":            "account.error.common",
		"qwertzuiop123":            "account.error.common",
		"abcdefghijklmnop":         "account.error.common",
		"123456789012":             "account.error.common",
		"Krankenhaus2026":          "account.error.common",
		"anahorvat2026":            "account.error.personal",
		"zagreb.hospital.2026.bla": "",
		"HORVATHORVAT1":            "account.error.personal",
	} {
		var e *ward.Error
		got := ""
		if errors.As(h.Check(password, "Ana Horvat", "ana.horvat@zagreb.example"), &e) {
			got = e.Key
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

// The real cost stays one of OWASP's list (Password Storage Cheat Sheet, argon2id).
func TestHashIsAsStrongAsOWASPWants(t *testing.T) {
	h, err := New(Cost())
	if err != nil {
		t.Fatal(err)
	}
	least := map[uint32]uint32{1: 47104, 2: 19456, 3: 12288, 4: 9216, 5: 7168}[h.cost.Iterations] // KiB by passes, one lane
	if least == 0 || h.cost.Memory < least || h.cost.Parallelism != 1 {
		t.Errorf("%+v is below the list", h.cost)
	}
}

// BenchmarkHash is the work of one password; 20 sign-ins at once on n cores
// cannot take less than 20/n of it.
func BenchmarkHash(b *testing.B) {
	h, err := New(Cost())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, err := h.Match(context.Background(), "seven purple herons", ""); ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
