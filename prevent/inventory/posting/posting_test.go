package posting

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ward"
)

func ExampleEncode() {
	body := Encode([]Item{{Product: 3, Rows: 1}, {Product: 10, Rows: 4}})
	fmt.Printf("% x\n", body)
	items, err := Decode(body)
	fmt.Println(items, err)
	// Output:
	// 01 06 0f 04
	// [{3 1} {10 4}] <nil>
}

func TestDecodeDamaged(t *testing.T) {
	for name, body := range map[string][]byte{
		"unknown format":     {2, 6},
		"cut off":            {1, 0x86},
		"rows cut off":       {1, 7},
		"no distance":        {1, 0},
		"no rows":            {1, 7, 0},
		"product over 32 b":  {1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x01},
		"number over 64 bit": {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		if _, err := Decode(body); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got error %v, want ErrDamaged", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Encode([]Item{{3, 1}, {10, 4}, {1 << 31, 1 << 20}}))
	f.Add([]byte{1, 7, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		items, err := Decode(body)
		if err != nil {
			return
		}
		again, err := Decode(Encode(items))
		if err != nil || !slices.Equal(again, items) {
			t.Errorf("Decode(Encode(%v)) = %v, %v", items, again, err)
		}
	})
}

// model is the index as anybody would write it.
type model map[ward.OrgID]map[ward.ProductID]uint32

func (m model) count(asks []ward.ProductVerdict) (out []ward.Holding, held []bool) {
	held = make([]bool, len(asks))
	for _, org := range slices.Sorted(maps.Keys(m)) {
		h := ward.Holding{Org: org}
		for i, a := range asks {
			n := int(m[org][a.Product])
			held[i] = held[i] || n > 0
			switch a.Verdict {
			case ward.Affected:
				h.Affected += n
			case ward.Review:
				h.Review += n
			}
		}
		if h.Affected+h.Review > 0 {
			out = append(out, h)
		}
	}
	return out, held
}

func (m model) items(org ward.OrgID) []Item {
	var out []Item
	for p, n := range m[org] {
		out = append(out, Item{p, n})
	}
	sortItems(out)
	return out
}

const products = 12

var orgs = []ward.OrgID{"a", "b", "c", "d", "e", "f"}

func drawList(t *rapid.T) map[ward.ProductID]uint32 {
	return rapid.MapOfN(rapid.Custom(func(t *rapid.T) ward.ProductID {
		return ward.ProductID(rapid.IntRange(1, products).Draw(t, "product"))
	}), rapid.Uint32Range(1, 600), 0, 8).Draw(t, "list")
}

// Whatever is set, merged and asked, the index answers like the model.
func TestIndexEqualsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model{}
		for _, o := range orgs[:rapid.IntRange(0, len(orgs)).Draw(t, "orgs at start")] {
			m[o] = drawList(t)
		}
		x := buildFrom(t, m)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				org := rapid.SampledFrom(orgs).Draw(t, "org")
				m[org] = drawList(t)
				x.Set(org, m.items(org))
			},
			"merge": func(*rapid.T) { x.Merge() },
			"": func(t *rapid.T) {
				var asks []ward.ProductVerdict
				for p := range products + 2 {
					asks = append(asks, ward.ProductVerdict{Product: ward.ProductID(p), Verdict: rapid.SampledFrom([]ward.Verdict{ward.Review, ward.Affected, ward.NotAffected}).Draw(t, "verdict")})
				}
				compare(t, x, m, asks)
			},
		})
	})
}

func buildFrom(t *rapid.T, m model) *Index {
	known := slices.Sorted(maps.Keys(m))
	x, err := Build(known, products, func(yield func(int, []byte) error) error {
		for i, o := range known {
			if err := yield(i, Encode(m.items(o))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Build: %v", err)
	}
	return x
}

func compare(t *rapid.T, x *Index, m model, asks []ward.ProductVerdict) {
	got, held := x.Count(asks)
	want, wantHeld := m.count(asks)
	if !slices.Equal(got, want) {
		t.Fatalf("Count(%v) = %v, want %v", asks, got, want)
	}
	if !slices.Equal(held, wantHeld) {
		t.Fatalf("Count(%v) held = %v, want %v", asks, held, wantHeld)
	}
	for org, sum := range x.Sums() {
		if want := Sum(m.items(org)); sum != want {
			t.Fatalf("Sums()[%s] = %x, want %x", org, sum, want)
		}
	}
}

// A list that changes while the index is merged must not be lost.
func TestMergeBesideSet(t *testing.T) {
	x := New()
	x.Set("a", []Item{{1, 1}})
	before := x.lists[0]
	x.Merge()
	x.Set("a", []Item{{2, 5}})
	if len(before) != 1 || before[0].Product != 1 {
		t.Fatalf("the list handed in was written to: %v", before)
	}
	got, _ := x.Count([]ward.ProductVerdict{{Product: 1, Verdict: ward.Affected}, {Product: 2, Verdict: ward.Review}})
	if want := []ward.Holding{{Org: "a", Review: 5}}; !slices.Equal(got, want) {
		t.Errorf("Count = %v, want %v", got, want)
	}
}

func TestAdd(t *testing.T) {
	got := Add([]Item{{1, 2}, {4, 1}}, map[ward.ProductID]int{1: 1, 4: -1, 3: 2, 9: 0})
	if want := []Item{{1, 3}, {3, 2}}; !slices.Equal(got, want) {
		t.Errorf("Add = %v, want %v", got, want)
	}
}
