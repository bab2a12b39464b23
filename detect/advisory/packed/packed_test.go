package packed

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func claimGen() *rapid.Generator[ward.Claim] {
	text := rapid.SampledFrom([]string{"", "Acme", "Pump", "1.0", "<2", "CVE-2026-1", "ü/→"})
	list := rapid.Custom(func(t *rapid.T) []string {
		l := rapid.SliceOfN(text, 0, 3).Draw(t, "list")
		if len(l) == 0 {
			return nil
		}
		return l
	})
	return rapid.Custom(func(t *rapid.T) ward.Claim {
		return ward.Claim{Leaf: text.Draw(t, "leaf"), Path: text.Draw(t, "path"), Vendor: text.Draw(t, "vendor"), Names: list.Draw(t, "names"),
			Models: list.Draw(t, "models"), Serials: list.Draw(t, "serials"), CPE: text.Draw(t, "cpe"), Version: text.Draw(t, "version"),
			Range: text.Draw(t, "range"), CVEs: list.Draw(t, "cves"), Status: ward.ProductStatus(rapid.IntRange(0, 4).Draw(t, "status"))}
	})
}

func TestClaimsComeBack(t *testing.T) {
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		claims := rapid.SliceOfN(claimGen(), 0, 20).Draw(t, "claims")
		got, err := p.ReadClaims("a", p.Claims(claims), nil)
		if err != nil || len(got) != len(claims) {
			t.Fatalf("got %d claims, %v, want %d", len(got), err, len(claims))
		}
		for i := range claims {
			want := claims[i]
			want.Advisory = "a"
			if fmt.Sprintf("%#v", got[i]) != fmt.Sprintf("%#v", want) {
				t.Fatalf("claim %d: got %#v, want %#v", i, got[i], want)
			}
		}
	})
}

// Damaged bytes give an error or other claims, never a panic or a huge slice.
func FuzzReadClaims(f *testing.F) {
	p, err := New()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{1, 1, 1, 'a', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Add([]byte{1, 255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, open []byte) {
		if len(open) > 1<<16 {
			return // longer than a document's claims can be
		}
		p.ReadClaims("a", p.Pack(open), nil) //nolint:errcheck // must only return
	})
}
