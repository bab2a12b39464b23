package alert

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func TestMatchbookRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []match
		for range rapid.IntRange(0, 20).Draw(t, "matches") {
			m := match{Advisory: "a", ProductFinding: &ward.ProductFinding{}, Remedy: rapid.String().Draw(t, "remedy")}
			m.Product = ward.ProductID(rapid.Uint32().Draw(t, "product"))
			m.Finding = ward.Finding{Verdict: ward.Verdict(rapid.IntRange(0, 2).Draw(t, "verdict")), Reason: "inside", Identity: "name",
				Leaf: rapid.String().Draw(t, "leaf"), Path: "p", Detail: rapid.String().Draw(t, "detail")}
			m.Ref = ward.ProductRef{Vendor: rapid.String().Draw(t, "vendor"), Version: "1", Serial: "s"}
			m.CVEs = rapid.SliceOfN(rapid.StringMatching(`CVE-20[0-9]{2}-[0-9]{4}`), 1, 3).Draw(t, "cves")
			all = append(all, m)
		}
		got, err := unpackMatches("a", packMatches(all))
		if err != nil || len(got) != len(all) || len(all) > 0 && !reflect.DeepEqual(got, all) {
			t.Fatalf("got %+v %v, want %+v", got, err, all)
		}
	})
}

// A damaged value is an error, never a panic, a loop or a huge allocation.
func FuzzUnpackMatches(f *testing.F) {
	f.Add(packMatches([]match{{ProductFinding: &ward.ProductFinding{Product: 7, CVEs: []string{"CVE-2026-1"}}}}))
	f.Add([]byte{matchbookEdition, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, body []byte) {
		if all, err := unpackMatches("a", body); err == nil && len(all) > len(body) {
			t.Errorf("%d matches of %d bytes", len(all), len(body))
		}
	})
}

func BenchmarkMatchbook(b *testing.B) {
	all := make([]match, 9000)
	for i := range all {
		all[i] = match{Remedy: "r", ProductFinding: &ward.ProductFinding{Product: ward.ProductID(i), Ref: ward.ProductRef{Vendor: "V", Name: "N", Version: string(rune('a' + i%200))},
			Finding: ward.Finding{Path: "V / N", Detail: `"1" < "2"`}}}
	}
	body := packMatches(all)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		packMatches(all)
		if _, err := unpackMatches("a", body); err != nil {
			b.Fatal(err)
		}
	}
}
