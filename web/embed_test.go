package web

import (
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"ward/test/leave"
)

func TestPlainLookIsSmall(t *testing.T) {
	b, err := os.ReadFile("base.css")
	if err != nil || len(b) == 0 || len(b) > 6<<10 {
		t.Errorf("base.css has %d bytes (%v), want at most %d", len(b), err, 6<<10)
	}
}

func TestOwnScriptIsSmall(t *testing.T) {
	if !Built() {
		leave.Out(t, "the plain look has no scripts: make assets builds the complete one")
	}
	name := strings.TrimPrefix(Asset("app.js"), Prefix)
	if n := len(assets().files[name].body); n == 0 || n > 2000 {
		t.Errorf("app.js has %d bytes, want at most 2000", n)
	}
}

func TestHandler(t *testing.T) {
	css := Asset("app.css")
	if css == "" || Asset("nothing.css") != "" {
		t.Fatalf("app.css = %q, nothing.css = %q", css, Asset("nothing.css"))
	}
	for _, row := range []struct {
		path, accept, encoding string
		code                   int
	}{
		{css, "", "", 200},
		{css, "gzip", "gzip", 200},
		{Prefix + "../embed.go", "", "", 404},
		{Prefix + "manifest.json", "", "", 404},
		{Prefix, "", "", 404},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = row.path
		r.Header.Set("Accept-Encoding", row.accept)
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		encoding := w.Header().Get("Content-Encoding")
		if w.Code != row.code || (encoding != row.encoding && Built()) {
			t.Errorf("%s (%s): got %d %q, want %d %q", row.path, row.accept, w.Code, encoding, row.code, row.encoding)
		}
		if w.Code == 200 && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept", row.path)
		}
		if _, err := io.Copy(io.Discard, w.Body); err != nil {
			t.Error(err)
		}
	}
}

func TestContentTypes(t *testing.T) {
	for name, want := range map[string]string{"app.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml", "app.js": "text/javascript; charset=utf-8"} {
		f, ok := assets().files[strings.TrimPrefix(Asset(name), Prefix)]
		if ok && f.kind != want {
			t.Errorf("%s is %q, want %q", name, f.kind, want)
		}
	}
}
