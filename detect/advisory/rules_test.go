package advisory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

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

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"ICSMA-22-006-01": "icsma-22-006-01 icsma 22 006 01",
		`"Pump" (v2)`:     "pump v2",
		"  ":              "",
		"Grün/weiß":       "grün/weiß grün weiß",
	} {
		if got := strings.Join(words(text), " "); got != want {
			t.Errorf("words(%q) = %q, want %q", text, got, want)
		}
	}
	if got := clipWord(strings.Repeat("ä", 100)); len(got) > maxToken || strings.ToValidUTF8(got, "") != got {
		t.Errorf("a long word is cut to %d bytes", len(got))
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

func TestBackoff(t *testing.T) {
	last := backoff(1)
	for n := 2; n < 100; n++ {
		if got := backoff(n); got < last || got.Hours() > 24 {
			t.Fatalf("backoff(%d) = %v after %v", n, got, last)
		} else {
			last = got
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
	p, err := newPacker()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		claims := rapid.SliceOfN(claimGen(), 0, 20).Draw(t, "claims")
		got, err := p.readClaims("a", p.writeClaims(claims), nil)
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
	p, err := newPacker()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{1, 1, 1, 'a', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Add([]byte{1, 255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, open []byte) {
		if len(open) > 1<<16 {
			return // longer than a document's claims can be
		}
		p.readClaims("a", p.pack(open), nil) //nolint:errcheck // must only return
	})
}

// However advisories come and change, the parts of the index together hold the
// newest claims of each, once.
func TestIndexParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, want := &snapshot{}, map[ward.AdvisoryID]string{}
		for change := range rapid.IntRange(1, 40).Draw(t, "changes") {
			changed, claims := map[ward.AdvisoryID]bool{}, []ward.Claim(nil)
			for range rapid.IntRange(1, 5).Draw(t, "size") {
				id := ward.AdvisoryID(fmt.Sprintf("a%d", rapid.IntRange(0, 15).Draw(t, "id")))
				if changed[id] {
					continue
				}
				changed[id] = true
				if delete(want, id); rapid.Bool().Draw(t, "claims") {
					want[id] = fmt.Sprint(change)
					claims = append(claims, ward.Claim{Advisory: id, Leaf: want[id]})
				}
			}
			s = s.with(changed, claims, int64(change))
			got := map[ward.AdvisoryID]string{}
			for _, p := range s.parts {
				for i := range p.claims.Len() {
					if c := p.claims.At(i); p.advisories[c.Advisory] {
						if _, twice := got[c.Advisory]; twice {
							t.Fatalf("%s is live in two parts", c.Advisory)
						}
						got[c.Advisory] = c.Leaf
					}
				}
			}
			if !maps.Equal(got, want) {
				t.Fatalf("after change %d: got %v, want %v", change, got, want)
			}
			if len(s.parts) > 7 {
				t.Fatalf("%d parts for %d advisories", len(s.parts), s.live)
			}
		}
	})
}

func TestUnique(t *testing.T) {
	got := unique([]entry{{url: "a"}, {url: "b"}, {url: "a", hashURL: "later"}})
	if len(got) != 2 || !slices.ContainsFunc(got, func(e entry) bool { return e.url == "b" }) {
		t.Errorf("got %v, want a and b", got)
	}
}

// TestCause: what is kept of a failed fetch is read by people, who know no keys.
func TestCause(t *testing.T) {
	for want, err := range map[string]error{
		"50 entries are gone at once, more likely cut off or forged than withdrawn; nothing was changed": ward.Wrap("enrich", errShrunk(50)),
		"byte 35: cut off":  ward.Fail(ward.Invalid, "advisory.upload.error.file").At("file").Because(errors.New("byte 35: cut off")),
		"connection closed": errors.New("connection closed"),
	} {
		src := Source{Every: time.Hour}
		if src.outcome(err, time.Unix(0, 0)); src.Problem != want {
			t.Errorf("got %q, want %q", src.Problem, want)
		}
	}
}
