package roll

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRollRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Roll{Rows: []Row{}}
		last := int64(0)
		for range rapid.IntRange(0, 30).Draw(t, "rows") {
			last += int64(rapid.Uint16().Draw(t, "gap")) + 1
			in.Rows = append(in.Rows, Row{last, rapid.IntRange(0, 1<<20).Draw(t, "affected"), rapid.IntRange(0, 1<<20).Draw(t, "review"), rapid.Bool().Draw(t, "addressed")})
		}
		var out Roll
		if more, err := out.Unpack(in.Pack(), len(in.Rows)); more || err != nil || !reflect.DeepEqual(in, out) {
			t.Fatalf("got %+v %v %v, want %+v", out, more, err, in)
		}
		from, n := rapid.IntRange(0, len(in.Rows)).Draw(t, "from"), rapid.IntRange(0, 40).Draw(t, "n")
		part := Roll{Written: from}
		want := in.Rows[from:min(from+n, len(in.Rows))]
		if more, err := part.Unpack(in.Pack(), n); more != (from+n < len(in.Rows)) || err != nil || !slices.Equal(part.Rows, want) {
			t.Fatalf("%d from %d: got %+v %v %v, want %+v", n, from, part, more, err, want)
		}
	})
}

// A damaged value is an error, never a panic, a loop or a huge allocation.
func FuzzUnpackRoll(f *testing.F) {
	f.Add((&Roll{Rows: []Row{{7, 1, 2, true}}}).Pack())
	f.Add([]byte{edition, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, body []byte) {
		var r Roll
		if _, err := r.Unpack(body, math.MaxInt); err == nil && len(r.Rows) > len(body) {
			t.Errorf("%d rows of %d bytes", len(r.Rows), len(body))
		}
	})
}
