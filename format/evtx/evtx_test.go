package evtx

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/test/shared"
)

// writer hears events as XML.
type writer struct {
	b     strings.Builder
	open  []string
	attrs []string
	start bool
}

func (w *writer) flush() {
	if w.start {
		w.b.WriteString(">")
	}
	w.start = false
}
func (w *writer) Open(name []byte) {
	w.flush()
	w.open, w.attrs, w.start = append(w.open, string(name)), nil, true
	fmt.Fprintf(&w.b, "<%s", name)
}
func (w *writer) Attr(name, v []byte) {
	a := fmt.Sprintf(" %s=%q", name, v)
	w.attrs = append(w.attrs, a)
	w.b.WriteString(a)
}
func (w *writer) Text(v []byte) { w.flush(); w.b.Write(v) }
func (w *writer) Close() {
	w.flush()
	fmt.Fprintf(&w.b, "</%s>", w.open[len(w.open)-1])
	w.open = w.open[:len(w.open)-1]
}
func (w *writer) Again() {
	name := w.open[len(w.open)-1]
	fmt.Fprintf(&w.b, "</%s><%s%s>", name, name, strings.Join(w.attrs, ""))
}

// read gives each event as XML with its number, each damage by its name.
func read(t testing.TB, data []byte) string {
	r := NewReader(bytes.NewReader(data))
	var out []string
	for n := 0; n < 100_000; n++ {
		w := &writer{}
		head, err := r.Next(w)
		switch {
		case err == io.EOF:
			return strings.Join(out, "\n")
		case err != nil:
			out = append(out, err.Error())
		default:
			out = append(out, fmt.Sprintf("%d %s", head.ID, w.b.String()))
		}
	}
	t.Fatal("no end")
	return ""
}

func u16s(v ...uint16) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	return b
}

// TestEvents builds what BinXML can say.
func TestEvents(t *testing.T) {
	for _, row := range []struct {
		name  string
		build func(*builder)
		want  string
	}{
		{"element", func(w *builder) { w.record().open("Event").text("aé😀").close().done() }, "1 <Event>aé😀</Event>"},
		{"attributes", func(w *builder) {
			w.record().openWith("Event").attr("A").text("x").attr("B").text("").raw(tokenCloseEmpty).done()
		}, `1 <Event A="x" B=""></Event>`},
		{"references", func(w *builder) {
			w.record().open("E").text("a").raw(tokenCharRef).u16('<').raw(tokenEntityRef).name("amp").raw(tokenCDATA).u16(1).raw(wide("z")...).close().done()
		}, "1 <E>a<&z</E>"},
		{"instruction", func(w *builder) {
			w.record().raw(tokenPITarget).name("pi").raw(tokenPIData).u16(1).raw(wide("x")...).open("E").close().done()
		}, "1 <E></E>"},
		{"two records", func(w *builder) { w.record().open("E").close().done().record().open("F").close().done() }, "1 <E></E>\n2 <F></F>"},
		{"template", func(w *builder) {
			w.record().template(func() {
				w.openWith("E").attr("N").maybe(0, kindString).attr("M").maybe(1, kindString).raw(tokenCloseStart).value(2, kindUint32).value(9, kindString).close()
			}, value2{kindNull, nil}, value2{kindString, wide("m")}, value2{kindUint32, []byte{1, 2, 0, 0}}).done()
		}, `1 <E M="m">513</E>`},
		{"list", func(w *builder) {
			w.record().template(func() {
				w.openWith("D").attr("Name").text("x").raw(tokenCloseStart).value(0, kindArray|kindString).close()
			},
				value2{kindArray | kindString, append(wide("a\x00b\x00"), wide("c")...)}).done()
		}, `1 <D Name="x">a</D><D Name="x">b</D><D Name="x">c</D>`},
		{"numbers as a list", func(w *builder) {
			w.record().template(func() { w.open("D").value(0, kindArray|kindUint16).close() }, value2{kindArray | kindUint16, u16s(1, 2)}).done()
		}, "1 <D>1</D><D>2</D>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newBuilder()
			row.build(w)
			if got := read(t, w.file()); got != row.want {
				t.Errorf("got %s\nwant %s", got, row.want)
			}
		})
	}
}

// TestFragment: a value may hold BinXML, whose names lie in the same chunk.
func TestFragment(t *testing.T) {
	w := newBuilder()
	inner := newBuilder()
	w.record().template(func() { w.open("E").value(0, kindBinXML).close() })
	at := len(w.b) + 4 // behind the one descriptor
	inner.b = make([]byte, at)
	inner.raw(tokenFragment, 1, 1, 0).open("Inner").text("i").close().raw(tokenEnd)
	w.b = w.b[:len(w.b)-4]
	inner.b = make([]byte, len(w.b)+8)
	inner.raw(tokenFragment, 1, 1, 0).open("Inner").text("i").close().raw(tokenEnd)
	w.values(value2{kindBinXML, inner.b[len(w.b)+8:]}).done()
	if got, want := read(t, w.file()), "1 <E><Inner>i</Inner></E>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestValues renders each kind as Windows does.
func TestValues(t *testing.T) {
	for _, row := range []struct {
		kind byte
		b    []byte
		want string
	}{
		{kindInt8, []byte{0xff}, "-1"}, {kindUint8, []byte{0xff}, "255"}, {kindInt16, []byte{0xfe, 0xff}, "-2"}, {kindInt32, []byte{0xfd, 0xff, 0xff, 0xff}, "-3"},
		{kindInt64, bytes.Repeat([]byte{0xff}, 8), "-1"}, {kindUint64, bytes.Repeat([]byte{0xff}, 8), "18446744073709551615"},
		{kindFloat, []byte{0, 0, 0xc0, 0x3f}, "1.5"}, {kindDouble, []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, "1.5"}, {kindBool, []byte{1, 0, 0, 0}, "true"},
		{kindAnsi, []byte("ab\x00c"), "ab"}, {kindBinary, []byte{0xde, 0xad}, "DEAD"}, {kindHex32, []byte{0xe7, 3, 0, 0}, "0x3e7"}, {kindHex64, []byte{1, 0, 0, 0, 0, 0, 0, 0x80}, "0x8000000000000001"},
		{kindSize, []byte{0x10, 0, 0, 0, 0, 0, 0, 0}, "0x10"}, {kindSize, []byte{0x10, 0, 0, 0}, "0x10"},
		{kindGUID, []byte{0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xa5, 0xba, 0x3e, 0x3b, 3, 0x28, 0xc3, 0x0d}, "{54849625-5478-4994-A5BA-3E3B0328C30D}"},
		{kindSID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}, "S-1-5-18"}, {kindSID, []byte{1, 9, 0, 0, 0, 0, 0, 5}, "0109000000000005"},
		{kindFiletime, binary.LittleEndian.AppendUint64(nil, 134246160000000001), "2026-05-30T12:00:00.0000001Z"},
		{kindSystemtime, u16s(2026, 11, 0, 29, 10, 0, 1, 5), "2026-11-29T10:00:01.005Z"}, {kindUint32, []byte{1}, "01"}, {0x77, []byte{1}, "01"},
	} {
		if got := string(appendValue(nil, row.kind, row.b)); got != row.want {
			t.Errorf("kind %#x of % x: got %s, want %s", row.kind, row.b, got, row.want)
		}
	}
}

// TestHostile: every lie costs its record, or its chunk, and has a name.
func TestHostile(t *testing.T) {
	good := func(w *builder) { w.record().open("Good").close().done() }
	for _, row := range []struct {
		name  string
		build func(*builder)
		want  string
	}{
		{"no size", func(w *builder) { w.record().done().size(0); good(w) }, "evtx: damaged record\n2 <Good></Good>"},
		{"size beyond the chunk", func(w *builder) { w.record().done().size(1 << 30); good(w) }, "evtx: damaged record\n2 <Good></Good>"},
		{"name outside", func(w *builder) { w.record().raw(tokenOpen).u16(0).u32(0).u32(1 << 20).done(); good(w) }, "evtx: damaged record\n2 <Good></Good>"},
		{"long name", func(w *builder) { w.record().open(strings.Repeat("n", 600)).close().done(); good(w) }, "evtx: damaged record\n2 <Good></Good>"},
		{"deep", func(w *builder) {
			w.record()
			for range 80 {
				w.open("E")
			}
			w.done()
			good(w)
		}, "evtx: damaged record\n2 <Good></Good>"},
		{"open end", func(w *builder) { w.record().open("E").done(); good(w) }, "evtx: damaged record\n2 <Good></Good>"},
		{"many values", func(w *builder) {
			w.record().raw(tokenTemplate, 1).u32(1)
			w.u32(len(w.b) + 4).u32(0).raw(make([]byte, 16)...).u32(1).raw(tokenEnd).u32(1 << 30).done()
			good(w)
		}, "evtx: damaged record\n2 <Good></Good>"},
		{"template of itself", func(w *builder) {
			self := len(w.b) + 24 + 4 + 10 // record head, fragment, instance head
			w.record().template(func() {
				w.open("E")
				for range 20 { // 20 to the power of the depth
					w.raw(tokenTemplate, 1).u32(1).u32(self).u32(0)
				}
				w.close()
			}).done()
			good(w)
		}, "evtx: damaged record\n2 <Good></Good>"},
		{"one value many times", func(w *builder) {
			w.record().template(func() {
				w.open("E")
				for range 4000 {
					w.value(0, kindString)
				}
				w.close()
			}, value2{kindString, wide(strings.Repeat("x", 10_000))}).done()
			good(w)
		}, "evtx: damaged record\n2 <Good></Good>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newBuilder()
			row.build(w)
			if got := read(t, w.file()); got != row.want {
				t.Errorf("got %.300s\nwant %s", got, row.want)
			}
		})
	}
}

// TestDamage changes a good file from outside.
func TestDamage(t *testing.T) {
	w := newBuilder()
	file := w.record().open("E").text("a").close().done().record().open("F").close().done().file()
	second := append(bytes.Clone(file), file[4096:]...)
	event := "1 <E>a</E>\n2 <F></F>"
	for name, row := range map[string]struct {
		data []byte
		want string
	}{
		"cut inside the head": {file[:100], "evtx: damaged chunk"},
		"cut behind":          {file[:4096+2000], "evtx: damaged chunk\n" + event},
		"room kept":           {append(bytes.Clone(file), make([]byte, chunkSize)...), event},
		"two chunks":          {second, event + "\n" + event},
		"garbage between":     {append(append(bytes.Clone(file), bytes.Repeat([]byte{7}, chunkSize)...), file[4096:]...), event + "\nevtx: damaged chunk\n" + event},
		"wrong sum":           {change(file, 4096+124), "evtx: wrong checksum\n" + event},
		"other file":          {[]byte(strings.Repeat("text\n", 4000)), "evtx: damaged chunk"},
		"empty":               {nil, ""},
	} {
		if got := read(t, row.data); got != row.want {
			t.Errorf("%s: got %s\nwant %s", name, got, row.want)
		}
	}
}

func change(b []byte, at int) []byte {
	out := bytes.Clone(b)
	out[at]++
	return out
}

// TestSharedData reads real logs whole; their fields are compared with another
// program's in package logline.
func TestSharedData(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shared.Path(t, "logs/sigma-regression-evtx"), "*.evtx.gz"))
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, file := range files {
		got := read(t, unpacked(t, file))
		if strings.Contains(got, "evtx: ") || !strings.Contains(got, "<System>") {
			t.Errorf("%s: %.200s", file, got)
		}
	}
}

func unpacked(t testing.TB, file string) []byte {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func FuzzReader(f *testing.F) {
	w := newBuilder()
	w.record().template(func() {
		w.openWith("E").attr("N").maybe(0, kindString).raw(tokenCloseStart).value(1, kindArray|kindString).open("X").value(2, kindBinXML).close().close()
	}, value2{kindString, wide("n")}, value2{kindArray | kindString, wide("a\x00b")}, value2{kindGUID, make([]byte, 16)}).done()
	f.Add(w.file()[:4096+2048])
	f.Fuzz(func(t *testing.T, data []byte) { read(t, data) })
}
