package web

import (
	"net/http"
	"strings"
	"testing"
)

// A file of somebody else is a download and nothing else, whatever it is called.
func TestDownload(t *testing.T) {
	for name, want := range map[string]string{"a.txt": "attachment; filename=a.txt", "Müller.pdf": "attachment; filename*=utf-8''M%C3%BCller.pdf", "a\r\nX: y.txt": "attachment"} {
		h := http.Header{}
		Download(h, name, 5)
		if d := h.Get("Content-Disposition"); !strings.HasPrefix(d, want) || strings.ContainsAny(d, "\r\n") {
			t.Errorf("%q is named by %q", name, d)
		}
		if h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Length") != "5" {
			t.Errorf("%q is headed by %v", name, h)
		}
	}
}
