package xliff_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ward/format/xliff"
)

func TestRoundTrip(t *testing.T) {
	d := &xliff.Document{Source: "en", Target: "pl", Files: []xliff.File{{ID: "alert", Units: []xliff.Unit{
		{ID: "a.title", State: xliff.Initial, Source: `Alerts & "more" <b>`, Notes: []xliff.Note{{"meaning", "The list's title"}}},
		{ID: "a.found:few", State: xliff.Reviewed, Source: "{{.count}} of {{.all}}, {{.count}} new", Target: "{{.all}}: {{.count}} – nowe {{.count}}"},
		{ID: "a.line", State: xliff.Translated, Source: "two\nlines", Target: " dwie\n\tlinie "},
	}}, {ID: "ui", Units: []xliff.Unit{{ID: "a.title", State: xliff.Final, Source: "x", Target: "y"}}}}}
	var b bytes.Buffer
	if err := xliff.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	got, err := xliff.Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if diff := cmp.Diff(d, got); diff != "" {
		t.Errorf("what was read (-written +read):\n%s", diff)
	}
	if !strings.Contains(b.String(), `<ph id="1" dataRef="d1" disp="{{.count}}"/>`) {
		t.Errorf("placeholders are not protected:\n%s", b.String())
	}
}

// What other tools make of a file.
func TestReadOthersForms(t *testing.T) {
	for _, tt := range []struct{ name, unit, source, target string }{
		{"segments and what lies between", `<segment state="translated"><source>A.</source><target>B.</target></segment>
			<ignorable><source> </source></ignorable><segment state="final"><source>C.</source><target>D.</target></segment>`, "A. C.", "B. D."},
		{"one segment without a target", `<segment><source>A.</source><target>B.</target></segment><segment><source>C.</source></segment>`, "A.C.", ""},
		{"annotation and paired code", `<segment><source>A <mrk id="m1" type="term">term</mrk></source><target>Ein <pc id="2">Wort<ph id="1" disp="{{.n}}"/></pc></target></segment>`,
			"A term", "Ein Wort{{.n}}"},
		{"empty target", `<segment><source>A</source><target> </target></segment>`, "A", ""},
		{"code point", `<segment><source>A</source><target>B<cp hex="00A0"/>C<cp hex="0001"/></target></segment>`, "A", "B\u00a0C"},
		{"module beside", `<x:matches xmlns:x="urn:x"><source>no</source></x:matches><segment><source>A</source><target>B</target></segment>`, "A", "B"},
	} {
		d, err := xliff.Read(strings.NewReader(`<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en" trgLang="de"><file id="f"><group id="g"><unit id="u">` +
			tt.unit + `</unit></group></file></xliff>`))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if u := d.Files[0].Units[0]; u.Source != tt.source || u.Target != tt.target {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.name, u.Source, u.Target, tt.source, tt.target)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	wrap := func(s string) string {
		return `<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="f">` + s + `</file></xliff>`
	}
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"words":          {"hello", xliff.ErrNotXLIFF},
		"cut short":      {wrap("")[:60], xliff.ErrNotXLIFF},
		"another root":   {`<tmx/>`, xliff.ErrNotXLIFF},
		"version 1.2":    {`<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>`, xliff.ErrVersion},
		"entity":         {`<!DOCTYPE x [<!ENTITY a "b">]>` + wrap(`<unit id="u"><segment><source>&a;</source></segment></unit>`), xliff.ErrNotXLIFF},
		"lost data":      {wrap(`<unit id="u"><segment><source><ph id="1" dataRef="d9"/></source></segment></unit>`), xliff.ErrReference},
		"deep groups":    {wrap(strings.Repeat(`<group id="g">`, 40) + strings.Repeat(`</group>`, 40)), xliff.ErrTooLarge},
		"too many units": {wrap(strings.Repeat(`<unit id="u"/>`, xliff.MaxUnits+1)), xliff.ErrTooLarge},
		"too many bytes": {strings.Repeat(" ", xliff.MaxBytes+1), xliff.ErrTooLarge},
	} {
		if _, err := xliff.Read(strings.NewReader(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, f := range map[string]xliff.File{"id of a file": {ID: "a b"}, "id of a unit": {ID: "a", Units: []xliff.Unit{{ID: "<"}}},
		"id twice": {ID: "a", Units: []xliff.Unit{{ID: "x"}, {ID: "x"}}}} {
		if err := xliff.Write(new(bytes.Buffer), &xliff.Document{Files: []xliff.File{f}}); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// FuzzRead: whatever comes in, what was read can be written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="de"><file id="f"><unit id="u"><notes><note category="c">n</note></notes>` +
		`<originalData><data id="d1">{{.x}}</data></originalData><segment state="final"><source>A<ph id="1" dataRef="d1"/></source><target>B</target></segment></unit></file></xliff>`))
	f.Add([]byte(`<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2"/>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := xliff.Read(bytes.NewReader(text))
		if err != nil || d.Check() != nil {
			return
		}
		var b bytes.Buffer
		if err := xliff.Write(&b, d); err != nil {
			t.Fatal(err)
		}
		again, err := xliff.Read(&b)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if len(again.Files) != len(d.Files) {
			t.Fatalf("%d files became %d", len(d.Files), len(again.Files))
		}
		for i := range d.Files {
			for j, u := range d.Files[i].Units {
				if got := again.Files[i].Units[j]; got.Target != u.Target || got.Source != u.Source {
					t.Fatalf("%q, %q became %q, %q", u.Source, u.Target, got.Source, got.Target)
				}
			}
		}
	})
}
