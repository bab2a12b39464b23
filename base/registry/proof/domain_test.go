package proof

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{"Hospital.Example": "hospital.example", " klinik.de. ": "klinik.de", "www.klinik.de": "www.klinik.de",
		"bücher.de": "xn--bcher-kva.de", "de": "", "co.uk": "", "localhost": "", "10.0.0.1": "", "[::1]": "", "a b.de": "", "https://klinik.de": "",
		"klinik.de/x": "", "user@klinik.de": "", "-x.de": "", "": "", "github.io": "", strings.Repeat("a", 300) + ".de": "", "klinik.de:443": "", "*.de": ""} {
		got, err := Clean(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
	}
}

// FuzzClean: whatever comes in, the clean form is clean and stays so.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"hospital.example", "Bücher.DE.", "de", "10.0.0.1", "a..b.de", "xn--a.de", "\u200b.de", strings.Repeat("a.", 200) + "de"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Clean(s)
		if err != nil {
			return
		}
		if again, err := Clean(got); err != nil || again != got {
			t.Errorf("%q gives %q, which gives %q, %v", s, got, again, err)
		}
		if len(got) > 253 || strings.ContainsAny(got, "/:@ \r\n\x00") || !strings.Contains(got, ".") {
			t.Errorf("%q gives %q", s, got)
		}
	})
}
