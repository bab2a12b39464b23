package indicator

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sealed makes the header's sum right again, as a careful attacker would.
func sealed(data []byte) []byte {
	if len(data) >= headerSize {
		binary.LittleEndian.PutUint32(data[12:], 0)
		binary.LittleEndian.PutUint32(data[12:], checksum(data[:headerSize]))
	}
	return data
}

func compiled(t testing.TB) []byte {
	t.Helper()
	var b Builder
	for _, v := range smallValues() {
		if err := b.Add(parse(t, v)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Add(Indicator{Type: Domain, Value: "p", All: []Indicator{parse(t, "a.example"), parse(t, "b.example")}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// smallValues are those that keep an index small: without networks, which
// bring two megabytes of /24s.
func smallValues() []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return strings.HasPrefix(v, "1.2.") && strings.Contains(v, "/") })
}

const everything = "1.2.3.4 2001:db8::1 www.evil.example http://evil.example/a/b?c=d me@evil.example d41d8cd98f00b204e9800998ecf8427e C:\\dropper.exe a.example b.example bad.co.uk"

// TestDamagedIndex: every byte of an index changed in turn is an error, or
// tells of nothing that is not in the text; nothing crashes.
func TestDamagedIndex(t *testing.T) {
	good := compiled(t)
	x, err := Open(good)
	if err != nil {
		t.Fatal(err)
	}
	want := engineHits(x, everything)
	if len(want) < 8 {
		t.Fatalf("only %d hits in the undamaged index", len(want))
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x5a
		if i < headerSize {
			sealed(bad)
		}
		x, err := Open(bad)
		if err != nil {
			continue
		}
		if x.Verify() == nil && i >= headerSize && bad[i] != good[i] && !padding(good, i) {
			t.Fatalf("byte %d: Verify finds nothing", i)
		}
		engineHits(x, everything)
		_ = x.Each(func(Indicator) error { return nil })
	}
	for _, n := range []int{0, 7, 8, 255, 256, len(good) - 1} {
		if _, err := Open(good[:n]); err == nil {
			t.Errorf("an index cut at %d opens", n)
		}
	}
}

// padding reports whether a byte lies between sections.
func padding(data []byte, i int) bool {
	for s := range sectionCount {
		at := data[atSections+s*sectionSize:]
		off, n := binary.LittleEndian.Uint64(at), binary.LittleEndian.Uint64(at[8:])
		if uint64(i) >= off && uint64(i) < off+n {
			return false
		}
	}
	return true
}

func TestEachGivesBackWhatWasAdded(t *testing.T) {
	x, err := Open(compiled(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := x.Each(func(i Indicator) error {
		got = append(got, fmt.Sprint(i.Value, len(i.All)))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, v := range smallValues() {
		want = append(want, parse(t, v).Value+"0")
	}
	if want = append(want, "p2"); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestDuplicatesCount(t *testing.T) {
	var b Builder
	for _, source := range []string{"one", "one", "two"} {
		i := parse(t, "evil.example")
		i.Source = source
		if err := b.Add(i); err != nil {
			t.Fatal(err)
		}
	}
	if b.Len() != 2 || b.Again() != 1 {
		t.Errorf("%d indicators, %d again; want 2 and 1: two sources are two statements", b.Len(), b.Again())
	}
}

func TestWarnings(t *testing.T) {
	w := &Warnings{}
	for _, list := range []string{
		`{"name":"resolvers","type":"cidr","list":["8.8.8.0/24","1.1.1.1"],"matching_attributes":["ip-dst"]}`,
		`{"name":"web","type":"hostname","list":["mail.example"],"matching_attributes":["domain","url"]}`,
		`{"name":"mail","type":"hostname","list":["mail.example"],"matching_attributes":["email-src"]}`,
		`{"name":"top","type":"hostname","list":["good.example"]}`,
		`{"name":"empty file","type":"string","list":["d41d8cd98f00b204e9800998ecf8427e"],"matching_attributes":["md5"]}`,
		`{"name":"sandbox","type":"substring","list":["sandbox.exam","x."]}`,
		`{"name":"pattern","type":"regex","list":["/^bad[0-9]+\\.example$/i","(?=x)"]}`,
	} {
		refused, err := w.Add("list", []byte(list))
		if err != nil || len(refused) > 1 {
			t.Fatalf("%s: %v, %v", list, refused, err)
		}
	}
	for value, want := range map[string]string{"8.8.8.8": "resolvers", "1.1.1.1": "resolvers", "8.8.9.8": "", "8.8.8.128/25": "resolvers", "8.0.0.0/8": "",
		"mail.example": "web", "me@mail.example": "mail", "good.example": "top", "www.good.example": "top", "notgood.example": "", "http://www.good.example/a": "top", "me@good.example": "top",
		"d41d8cd98f00b204e9800998ecf8427e": "empty file", "my-sandbox.example": "sandbox", "max.example": "sandbox", "BAD7.example": "pattern", "bad.example": ""} {
		if got := w.Benign(parse(t, value)); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
	got, refused, _, _ := read(t, "good.example\nevil.example", Options{Warnings: w, DropBenign: true})
	if strings.Join(append(got, refused...), "|") != "domain evil.example|1: benign: top" {
		t.Errorf("dropped: %q %q", got, refused)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(compiled(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Open(sealed(data))
		if err != nil {
			return
		}
		engineHits(x, everything)
		_ = x.Each(func(Indicator) error { return nil })
	})
}
