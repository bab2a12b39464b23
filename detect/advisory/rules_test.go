package advisory

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func TestIDOf(t *testing.T) {
	want := IDOf("https://acme.example", "A-1")
	if !ward.ValidID(string(want)) {
		t.Errorf("%s has not the shape of an id", want)
	}
	for namespace, same := range map[string]bool{"https://acme.example/": true, "HTTPS://ACME.example": true, " https://acme.example": true,
		"https://acme.example/psirt": false, "https://other.example": false} {
		if got := IDOf(namespace, "A-1") == want; got != same {
			t.Errorf("namespace %q: same is %v, want %v", namespace, got, same)
		}
	}
	if IDOf("https://acme.example", "a-1") == want {
		t.Error("another case of the tracking id is another document")
	}
}

func TestOwnExploitation(t *testing.T) {
	for text, want := range map[string]ward.Exploitation{
		"No known public exploits specifically target this vulnerability.":      ward.ExploitationNone,
		"It is actively exploited. No fix exists.":                              ward.ExploitationExploited,
		"CISA: https://www.cisa.gov/known-exploited-vulnerabilities-catalog":    ward.ExploitationExploited,
		"A proof of concept is available.":                                      ward.ExploitationProof,
		"There is no proof-of-concept. Exploitation has not been observed yet.": ward.ExploitationNone,
		"": ward.ExploitationNone,
	} {
		if got := ownExploitation([]string{text}); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestCursor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, id := strings.ReplaceAll(rapid.StringN(0, 60, 200).Draw(t, "key"), "\x00", ""), rapid.StringMatching(`[0-9a-f-]{36}`).Draw(t, "id")
		k, i, err := readCursor(writeCursor(key, id))
		if err != nil || k != key || i != id {
			t.Fatalf("got %q %q %v, want %q %q", k, i, err, key, id)
		}
	})
}
