package logline

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestReturnsEndLines: in a log of carriage returns alone each ends a line; in one
// with line feeds none does, and no byte moves.
func TestReturnsEndLines(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for in, want := range map[string]string{
		"a\rb\rc":               "a\nb\nc",
		"a\r\r":                 "a\n\n",
		"a\nb\rc":               "a\nb\rc",
		"a\r\nb\r\n":            "a\r\nb\r\n",
		"bar\r" + long + "\r\n": "bar\n" + long + "\r\n", // what comes after the beginning is not known there
		long + "\rb\nc":         long + "\rb\nc",
		"\r":                    "\n",
		"":                      "",
	} {
		for name, r := range map[string]io.Reader{"at once": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in)), "with the end": iotest.DataErrReader(strings.NewReader(in))} {
			text, refused := Searchable(r)
			got, err := io.ReadAll(iotest.OneByteReader(text))
			if err != nil || string(got) != want || refused() != nil {
				t.Errorf("%.12q %s: got %.20q, %v", in, name, got, err)
			}
		}
	}
}
