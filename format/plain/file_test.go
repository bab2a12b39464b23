package plain

import (
	"mime"
	"path"
	"strings"
	"testing"
)

// FuzzFileName: whatever a sender calls a file, the name is short, is the last
// part of a path, and can stand in a header.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"a.txt", "../x", "/", `\\host\a.b`, "", ".", "a\r\nb", strings.Repeat("é", 300) + ".zip", "\xff.txt"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := FileName(s)
		if got == "" || strings.ContainsAny(got, "/\\\"\r\n\x00") || strings.HasPrefix(got, ".") || path.Base(got) != got {
			t.Errorf("FileName(%q) = %q", s, got)
		}
		if d := mime.FormatMediaType("attachment", map[string]string{"filename": got}); strings.ContainsAny(d, "\r\n") {
			t.Errorf("header of %q: %q", got, d)
		}
	})
}
