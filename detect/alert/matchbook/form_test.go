package matchbook

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func TestMatchbookRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []Match
		for range rapid.IntRange(0, 20).Draw(t, "matches") {
			m := Match{Advisory: "a", ProductFinding: &ward.ProductFinding{}, Remedy: rapid.String().Draw(t, "remedy")}
			m.Product = ward.ProductID(rapid.Uint32().Draw(t, "product"))
			m.Finding = ward.Finding{Verdict: ward.Verdict(rapid.IntRange(0, 2).Draw(t, "verdict")), Reason: "inside", Identity: "name",
				Leaf: rapid.String().Draw(t, "leaf"), Path: "p", Detail: rapid.String().Draw(t, "detail")}
			m.Ref = ward.ProductRef{Vendor: rapid.String().Draw(t, "vendor"), Version: "1", Serial: "s"}
			m.CVEs = rapid.SliceOfN(rapid.StringMatching(`CVE-20[0-9]{2}-[0-9]{4}`), 1, 3).Draw(t, "cves")
			all = append(all, m)
		}
		got, err := Unpack("a", Pack(all))
		if err != nil || len(got) != len(all) || len(all) > 0 && !reflect.DeepEqual(got, all) {
			t.Fatalf("got %+v %v, want %+v", got, err, all)
		}
	})
}

// A damaged value is an error, never a panic, a loop or a huge allocation.
func FuzzUnPack(f *testing.F) {
	f.Add(Pack([]Match{{ProductFinding: &ward.ProductFinding{Product: 7, CVEs: []string{"CVE-2026-1"}}}}))
	f.Add([]byte{edition, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, body []byte) {
		if all, err := Unpack("a", body); err == nil && len(all) > len(body) {
			t.Errorf("%d matches of %d bytes", len(all), len(body))
		}
	})
}

func BenchmarkMatchbook(b *testing.B) {
	all := make([]Match, 9000)
	for i := range all {
		all[i] = Match{Remedy: "r", ProductFinding: &ward.ProductFinding{Product: ward.ProductID(i), Ref: ward.ProductRef{Vendor: "V", Name: "N", Version: string(rune('a' + i%200))},
			Finding: ward.Finding{Path: "V / N", Detail: `"1" < "2"`}}}
	}
	body := Pack(all)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		Pack(all)
		if _, err := Unpack("a", body); err != nil {
			b.Fatal(err)
		}
	}
}
