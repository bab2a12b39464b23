package log

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestLineIsJSONWithItsRequest(t *testing.T) {
	var b bytes.Buffer
	l := New(&b, "auto", "info")
	l.Debug("not this one")
	l.With("a", 1).InfoContext(WithRequest(context.Background(), "r1"), "hello", "session_token", "abc", "who", "ann@hospital.example",
		"err", errors.New("GET https://x.example/y?sig=abc: refused"), slog.Group("mail", "password", "p"))
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	for key, want := range map[string]any{"msg": "hello", "request": "r1", "a": 1.0, "session_token": "[hidden]",
		"who": "…@hospital.example", "err": "GET https://x.example/y?… refused"} {
		if got[key] != want {
			t.Errorf("%s: got %v, want %v", key, got[key], want)
		}
	}
	if strings.Contains(b.String(), `"p"`) {
		t.Errorf("the password in a group shows: %s", b.String())
	}
}

func TestFormats(t *testing.T) {
	var b bytes.Buffer
	New(&b, "text", "debug").Debug("hello")
	if !strings.Contains(b.String(), "msg=hello") {
		t.Errorf("text: got %q", b.String())
	}
	b.Reset()
	New(&b, "json", "error").Warn("hello")
	if b.Len() > 0 {
		t.Errorf("warn at level error: got %q", b.String())
	}
	if Request(context.Background()) != "" {
		t.Error("a context without a request has an id")
	}
}

func TestRedact(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"mail to Zoë.N+x@spital.example.org failed", "mail to …@spital.example.org failed"},
		{"postgres://ward:hunter2@db.example/ward", "postgres://…@db.example/ward"},
		{"https://hooks.example/a?token=1&x=2 said no", "https://hooks.example/a?… said no"},
		{"id 0198f2c3-1111-7000-8000-000000000001 kept", "id 0198f2c3-1111-7000-8000-000000000001 kept"},
		{"key whsec_abcdefghijklmnopqrstuvwxyz0123456789ABCD gone", "key … gone"},
		{"nothing to hide: 12:30 @ ward 7", "nothing to hide: 12:30 @ ward 7"},
	} {
		if got := Redact(tt.in); got != tt.want {
			t.Errorf("Redact(%q): got %q, want %q", tt.in, got, tt.want)
		}
	}
}
