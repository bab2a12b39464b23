package term

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"ICSMA-22-006-01": "icsma-22-006-01 icsma 22 006 01",
		`"Pump" (v2)`:     "pump v2",
		"  ":              "",
		"Grün/weiß":       "grün/weiß grün weiß",
	} {
		if got := strings.Join(split(text), " "); got != want {
			t.Errorf("split(%q) = %q, want %q", text, got, want)
		}
	}
	if got := clip(strings.Repeat("ä", 100)); len(got) > maxWord || strings.ToValidUTF8(got, "") != got {
		t.Errorf("a long word is cut to %d bytes", len(got))
	}
}
