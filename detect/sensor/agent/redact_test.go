package agent

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/format/redact"
)

// TestRedact: names are gone from line, fields and path, also where the line has
// no word for them; what was found stays.
func TestRedact(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home", "anna")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	log := "10.0.0.9 - bmuster [29/Nov/2026:10:00:00 +0100] \"GET http://evil.example/patient/4711 HTTP/1.1\" 200 1\n" +
		"1795946400.075 180 10.0.0.24 TCP_MISS/200 411 GET http://evil.example/a cmuster DIRECT/192.0.2.9 text/plain\n" +
		"Nov 29 10:00:00 mx postfix[1]: from=<boss@evil.example> to=<anna.muster@hosp.example>\n"
	if err := os.WriteFile(filepath.Join(dir, "log"), []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	var hits []*Hit
	cfg := Config{Index: index(t, "evil.example\nboss@evil.example\n"), Redact: redact.New(redact.Options{}), Hit: func(h *Hit) error {
		hits = append(hits, h)
		return nil
	}}
	if _, _, err := Scan(context.Background(), cfg, []string{dir}); err != nil || len(hits) < 3 {
		t.Fatalf("%d hits, %v", len(hits), err)
	}
	for _, h := range hits {
		all := h.Text + h.File + h.Host
		for name, v := range h.Fields {
			all += name + v
		}
		for _, secret := range []string{"muster", "4711", "/anna/"} {
			if strings.Contains(all, secret) {
				t.Errorf("%q is left in %+v", secret, h)
			}
		}
		if !strings.Contains(h.Text, h.Match) || h.Time == nil {
			t.Errorf("too much is gone: %+v", h)
		}
	}
}
