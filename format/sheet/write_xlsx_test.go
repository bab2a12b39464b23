package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// What is written is read back, and a text that looks like a formula is none.
func TestWriteXLSX(t *testing.T) {
	var b bytes.Buffer
	want := [][]string{{"id", "answer"}, {"summary", "=HYPERLINK(\"x\")"}, {"two", "a\nb"}, {"number", "0042"}, {"long", strings.Repeat("ä", maxCell+5)}}
	if err := WriteXLSX(&b, want[0], slices.Values(want[1:])); err != nil {
		t.Fatal(err)
	}
	pack, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	part, err := pack.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil || bytes.Contains(text, []byte("<f>")) {
		t.Errorf("the sheet holds a formula (%v)", err)
	}
	for _, cell := range []string{"HYPERLINK", "0042", "a\nb"} {
		if !bytes.Contains(text, []byte(cell)) && !bytes.Contains(text, []byte(strings.ReplaceAll(cell, "\n", "&#xA;"))) {
			t.Errorf("the sheet does not hold %q", cell)
		}
	}
	if n := bytes.Count(text, []byte("ä")); n != maxCell {
		t.Errorf("the long cell holds %d characters, want %d", n, maxCell)
	}
}
