package id

import (
	"strings"
	"testing"
)

// Every slip of one symbol, and every pair that changed places, is told from a
// code that opens nothing.
func TestPrintedCodesTellSlips(t *testing.T) {
	for range 20 {
		code := Printed()
		for i := range code {
			for _, r := range printedSymbols {
				if byte(r) == code[i] {
					continue
				}
				if got, ok := ReadPrinted(code[:i] + string(r) + code[i+1:]); ok {
					t.Fatalf("%s with a slip at %d reads as %s", code, i, got)
				}
			}
			for j := i + 1; j < len(code); j++ {
				b := []byte(code)
				b[i], b[j] = b[j], b[i]
				if _, ok := ReadPrinted(string(b)); ok && b[i] != b[j] {
					t.Fatalf("%s with %d and %d exchanged is read", code, i, j)
				}
			}
		}
	}
}

func TestReadPrinted(t *testing.T) {
	code := Printed()
	if shown := Grouped(code); len(shown) != 19 || strings.Count(shown, "-") != 3 {
		t.Errorf("printed as %s", shown)
	}
	spoken := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(Grouped(code)))
	for _, s := range []string{code, Grouped(code), " " + strings.ReplaceAll(Grouped(code), "-", " "), spoken, strings.ReplaceAll(spoken, "l", "i")} {
		if got, ok := ReadPrinted(s); !ok || got != code {
			t.Errorf("%q reads as %q, %t, want %s", s, got, ok, code)
		}
	}
	for _, s := range []string{"", code[:15], code + "0", "U" + code[1:], strings.Repeat("0", 10_000), "ä" + code[1:], "\xff" + code[1:]} {
		if got, ok := ReadPrinted(s); ok {
			t.Errorf("%.40q reads as %q", s, got)
		}
	}
}

func FuzzReadPrinted(f *testing.F) {
	f.Add("7K2M-9QXA-4TR0-VB3C")
	f.Add("0000 0000 0000 0000")
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := ReadPrinted(s)
		if again, ok2 := ReadPrinted(Grouped(code)); ok && (!ok2 || again != code) {
			t.Errorf("%q reads as %q, which reads as %q", s, code, again)
		}
	})
}
