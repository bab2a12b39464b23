package ransom

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// note is written for these tests; no group ever sent it.
const note = `--- ZORBLAX ---
Your network was hacked and all your files are encrypted with a strong algorithm.
To decrypt them contact us: zorblax-help@onionmail.org or in Tor Browser http://zorblaxqwertyuiopasdfghjklzxcvbnm234567abcdefghijklmnopqrs.onion/chat/abc
Do not rename encrypted files. Do not use third party software. Your personal ID: 12345
If you do not pay we publish your data. We decrypt two files for free as a guarantee.`

func model(t testing.TB) *Model {
	t.Helper()
	families := append(Embedded(), Family{Name: "Binny", Extensions: []string{".bin"}}, Family{Name: "Zorblax", Aliases: []string{"Zorb"}, Extensions: []string{".zorblax"}, NoteNames: []string{"zorblax_*_readme.txt"}})
	m, err := Compile(families, []Note{{Family: "Zorblax", File: "ZORBLAX_[id]_README.txt", Data: []byte(note)}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEmbedded(t *testing.T) {
	families := Embedded()
	if len(families) < 60 {
		t.Fatalf("%d families", len(families))
	}
	seen := map[string]bool{}
	for _, f := range families {
		if len(f.Sources) == 0 {
			t.Errorf("%s has no source", f.Name)
		}
		if seen[key(f.Name)] {
			t.Errorf("%s stands twice", f.Name)
		}
		seen[key(f.Name)] = true
		for _, p := range f.NoteNames {
			if pattern(p) != p {
				t.Errorf("%s: note name %q is not in its plain form %q", f.Name, p, pattern(p))
			}
		}
		for _, d := range f.Decryptors {
			if d.Maker == "" || d.Source == "" {
				t.Errorf("%s: decryptor without maker or source", f.Name)
			}
		}
	}
}

func TestIdentify(t *testing.T) {
	m := model(t)
	stop, _ := hex.DecodeString("7b33364136393842392d443637432d344530372d424538322d3045433542313442344446357d")
	noise := make([]byte, 8192)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	utf16 := []byte{0xFF, 0xFE}
	for _, c := range note {
		utf16 = append(utf16, byte(c), byte(c>>8))
	}
	for _, row := range []struct {
		name   string
		in     Input
		kind   Kind
		family string // "" for none
		reason string
	}{
		{"the note", Input{Name: "x.txt", Data: []byte(note)}, KindNote, "Zorblax", "text"},
		{"as UTF-16", Input{Data: utf16}, KindNote, "Zorblax", "text"},
		{"as UTF-16 without its mark", Input{Data: utf16[2:]}, KindNote, "Zorblax", "text"},
		{"as HTML", Input{Data: []byte("<html><style>p{}</style><p>" + strings.ReplaceAll(note, "\n", "<br>") + "</html>")}, KindNote, "Zorblax", "text"},
		{"as RTF", Input{Data: []byte(`{\rtf1\ansi{\fonttbl{\f0 Arial;}}` + strings.ReplaceAll(note, "\n", `\par `) + "}")}, KindNote, "Zorblax", "text"},
		{"another edition with a known address", Input{Data: []byte("All data was stolen. Write to zorblax-help@onionmail.org to get your files back, price depends on you")}, KindNote, "Zorblax", "address"},
		{"a report that quotes the address", Input{Data: []byte("Threat actors of Zorblax use zorblax-help@onionmail.org and exploit CVE-2024-1. Victims find ZORBLAX_1_README.txt. Apply the patch.")}, KindText, "", ""},
		{"sample by ending", Input{Name: "report.docx.zorblax", Data: noise}, KindSample, "Zorblax", "extension"},
		{"sample by mark", Input{Name: "a.b", Data: append(bytes.Clone(noise), stop...)}, KindSample, "STOP/Djvu", "marker"},
		{"a picture with a strange ending", Input{Name: "a.zorblax", Data: append([]byte("\x89PNG\r\n\x1a\n"), noise...)}, KindSample, "", ""},
		{"the note with the rest of its buffer", Input{Data: append([]byte(note), make([]byte, 4000)...)}, KindNote, "Zorblax", "text"},
		{"nothing but zero bytes", Input{Name: "report.pdf", Data: make([]byte, 4000)}, KindSample, "", ""},
		{"a program with an ending that a family adds too", Input{Name: "firmware.bin", Data: noise}, KindSample, "", ""},
		{"a document with that ending added", Input{Name: "report.docx.bin", Data: noise}, KindSample, "Binny", "extension"},
		{"that ending told", Input{Name: "firmware.bin", Extension: "bin", Data: noise}, KindSample, "Binny", "extension"},
		{"an unknown sample", Input{Name: "report.pdf", Data: noise}, KindSample, "", ""},
		{"answers", Input{Name: "zorblax_77_readme.txt", Extension: "zorblax", Told: true}, KindAnswers, "Zorblax", "extension"},
		{"nothing", Input{}, KindAnswers, "", ""},
		{"a shopping list", Input{Name: "README.txt", Data: []byte("milk, bread, two files for the office")}, KindText, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			res := m.Identify(row.in)
			if res.Kind != row.kind {
				t.Errorf("kind %s, want %s (like a note: %d)", res.Kind, row.kind, res.NoteLike)
			}
			if row.family == "" {
				if len(res.Candidates) > 0 {
					t.Fatalf("names %+v", res.Candidates)
				}
				return
			}
			if len(res.Candidates) == 0 || res.Candidates[0].Family != row.family {
				t.Fatalf("got %+v, want %s first", res.Candidates, row.family)
			}
			for _, r := range res.Candidates[0].Reasons {
				if r.Kind == row.reason {
					return
				}
			}
			t.Errorf("reasons %+v, want one of kind %s", res.Candidates[0].Reasons, row.reason)
		})
	}
}

func TestAddresses(t *testing.T) {
	tox := strings.Repeat("4A7F41CC6A5B87AF994500", 4)[:76]
	for text, want := range map[string][]Address{
		"write to A.B@Proton.me, now":           {{"mail", "a.b@proton.me"}},
		"hxxp://evil[.]top/pay":                 {{"host", "evil.top"}},
		"https://www.example.com:80/x":          {{"host", "example.com"}},
		"TOX: " + tox:                           {{"tox", strings.ToLower(tox)}},
		"telegram @some_body_x":                 {{"telegram", "some_body_x"}},
		"https://t.me/some_body":                {{"telegram", "some_body"}},
		"see readme.txt and v1.2":               nil,
		"<http://abcdefghij234567.onion/x?y>":   {{"onion", "abcdefghij234567"}},
		"1BhHZxek7iUTm1mdrgax6yVrPzViqLhr9u ok": {{"wallet", "1BhHZxek7iUTm1mdrgax6yVrPzViqLhr9u"}},
		"user@localhost and a@b":                nil,
	} {
		if got := read(text).addresses; !cmp.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for in, want := range map[string]string{
		"HOW_TO_[random_3_chars].txt": "how_to_*.txt", "<id>-README.TXT": "*-readme.txt", ".[old@nuke.africa].X": ".[old@nuke.africa].x",
		"RECOVER<5_chars>.html": "recover*.html", ".id-########.xtbl": ".id-*.xtbl", "[rand]": "", "%random%.x": "",
	} {
		if got := pattern(in); got != want {
			t.Errorf("pattern(%q) = %q, want %q", in, got, want)
		}
	}
	if !match("a*b*.txt", "a1b2.txt") || match("a*b", "ab") || match("a*", "b1") {
		t.Error("match")
	}
}

func TestMerging(t *testing.T) {
	m, err := Compile([]Family{{Name: "Medusa"}, {Name: "medusa Ransomware", Aliases: []string{"M"}}, {Name: "Bit", Aliases: []string{"Shared"}},
		{Name: "Doppel", Aliases: []string{"BIT", "Shared"}}, {Name: "Third", Aliases: []string{"Shared"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range m.Families {
		names = append(names, f.Name)
	}
	if want := []string{"Medusa", "Bit", "Third"}; !cmp.Equal(names, want) {
		t.Errorf("got %v, want %v: equal names and a synonym that is a name join, a shared synonym does not", names, want)
	}
}

func TestEncodeDecode(t *testing.T) {
	m := model(t)
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("strong algorithm")) {
		t.Error("a compiled catalogue holds a note's text")
	}
	back, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Name: "n.txt", Data: []byte(note)}
	if a, b := m.Identify(in), back.Identify(in); !cmp.Equal(a, b) {
		t.Errorf("differs after a round trip: %s", cmp.Diff(a, b))
	}
	for _, bad := range []string{"", "{}", `{"schema":"ward.ransom/2"}`, strings.Replace(string(data), `"notes":"`, `"notes":"////////`, 1),
		strings.Replace(string(data), `"weights":[`, `"weights":[-1,`, 1), `{"schema":"ward.ransom/1","families":[],"weights":[],"notes":"AAA=","terms":"","clues":""}`} {
		if _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("%.40q was taken", bad)
		}
	}
}

func TestGalaxy(t *testing.T) {
	families, notes, err := ParseGalaxy([]byte(`{"type":"ransomware","values":[{"value":"Foo","meta":{"synonyms":["Bar"],"extensions":["foo",".x y prose here","[base64].foo"],
		"ransomnotes-filenames":["READ_[id].txt",5],"ransomnotes":["short.txt","` + strings.Repeat("many words in a note ", 4) + `"],"links":["http://abcdefghij234567.onion/"],"date":7}},{"value":" "}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Family{{Name: "Foo", Aliases: []string{"Bar"}, Extensions: []string{".foo", "*.foo"}, NoteNames: []string{"read_*.txt", "short.txt"}, Addresses: []string{"abcdefghij234567"}}}
	if diff := cmp.Diff(want, families); diff != "" {
		t.Error(diff)
	}
	if len(notes) != 1 || notes[0].Family != "Foo" {
		t.Errorf("notes %v", notes)
	}
	for _, bad := range []string{"", "[]", `{"values":[]}`, `{"type":"rat","values":[{"value":"x"}]}`} {
		if _, _, err := ParseGalaxy([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	m := model(f)
	f.Add("a.txt", []byte(note))
	f.Add("x.html", []byte("<html><script>"+note))
	f.Add("x.rtf", []byte(`{\rtf1{\*\x \'zz\u-5?`))
	f.Add("", []byte{0xFF, 0xFE, 1})
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for _, told := range []bool{false, true} {
			res := m.Identify(Input{Name: name, Data: data, Extension: name, Told: told})
			for _, c := range res.Candidates {
				if c.Score < scoreLeast || c.Score > 99 || len(c.Reasons) == 0 {
					t.Fatalf("%+v", c)
				}
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	data, _ := model(f).Encode()
	f.Add(data)
	f.Add([]byte(`{"schema":"ward.ransom/1","families":[],"weights":[0,1],"notes":"AAA=","terms":"AAAAAAEA","clues":""}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := Decode(data); err == nil {
			m.Identify(Input{Name: "a.txt", Data: []byte(note)})
		}
	})
}

func FuzzGalaxy(f *testing.F) {
	f.Add([]byte(`{"values":[{"value":"x","meta":{"ransomnotes":"a"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if families, notes, err := ParseGalaxy(data); err == nil {
			if _, err := Compile(families, notes); err != nil {
				t.Fatal(err)
			}
		}
	})
}
