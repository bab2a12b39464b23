package mail

import (
	"context"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var ctx = context.Background()

func now() time.Time { return time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC) }

func message() Message {
	return Message{ID: "d-1", To: "it@hospital.example", Subject: "Infusion pump: Größe €", Text: "What to do\n", HTML: "<p>What to do</p>",
		ListID: "alerts.ward.example", Thread: "d-0"}
}

func train(t *testing.T) *Training {
	t.Helper()
	s, err := NewTraining(filepath.Join(t.TempDir(), "outbox"), "Ward <alerts@ward.example>", now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sent sends m and reads back what was written.
func sent(t *testing.T, s *Training, m Message) *mail.Message {
	t.Helper()
	if err := s.Send(ctx, m); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(s.folder, m.ID+suffix))
	if err != nil {
		t.Fatal(err)
	}
	out, err := mail.ReadMessage(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHeaders(t *testing.T) {
	s := train(t)
	for range 2 { // the second is the repeat
		h := sent(t, s, message()).Header
		for name, want := range map[string]string{"From": `"Ward" <alerts@ward.example>`, "To": "<it@hospital.example>",
			"Message-Id": "<d-1@ward.example>", "Auto-Submitted": "auto-generated", "List-Id": "<alerts.ward.example>",
			"In-Reply-To": "<d-0@ward.example>", "Date": "Mon, 04 May 2026 03:02:01 +0000", "User-Agent": "", "X-Mailer": ""} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
	if got, err := s.Outbox(); err != nil || !slices.Equal(got, []string{"d-1.eml"}) {
		t.Errorf("outbox: got %v, %v, want one file", got, err)
	}
}

// No text can add a header, end the header or hide itself in it.
func TestHeaderInjection(t *testing.T) {
	s := train(t)
	plain := sent(t, s, message()).Header
	for _, hostile := range []string{"a\r\nBcc: x@evil.example", "a\nBcc: x@evil.example", "a\rBcc: x", "a\r\n\r\nbody", "a\x00b", "a\u2028Bcc: x",
		"a\u202egnp.exe", "a\xff\r\n b", "=?utf-8?q?a=0D=0ABcc:_x?=", strings.Repeat("long ", 500), "a\u0085Bcc: x", ""} {
		m := message()
		m.Subject = hostile
		h := sent(t, s, m).Header
		if len(h) != len(plain) || h.Get("Bcc") != "" {
			t.Errorf("subject %.30q: got headers %v", hostile, h)
		}
		got, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
		if err != nil || strings.ContainsFunc(got, odd) || len([]rune(got)) > subjectLimit {
			t.Errorf("subject %.30q: came out as %.60q, %v", hostile, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	s := train(t)
	fields := map[string][]string{
		"To":     {"", "a", "a@b@c", "a@b\r\nBcc: c@d", "a@b, c@d", "A <a@b>", "<a@b>", "a@b\x00", "a b@c", "\"a\r\n\"@b"},
		"ID":     {"", "a b", "a\r\nb", "../../etc/passwd", "a/b", ".hidden", "a@b", "<a>", strings.Repeat("a", 101)},
		"ListID": {"a>\r\nBcc: x", "one", "A.B", "a..b", "a b.c"}, "Thread": {"a\nb", "a@b"}, "Text": {"", strings.Repeat("x", partLimit+1)},
	}
	for name, values := range fields {
		for _, v := range values {
			m := message()
			reflect.ValueOf(&m).Elem().FieldByName(name).SetString(v)
			if err := s.Send(ctx, m); !Permanent(err) {
				t.Errorf("%s %.30q: got %v, want a permanent error", name, v, err)
			}
		}
	}
	if got, _ := s.Outbox(); len(got) != 0 {
		t.Errorf("outbox after refusals: %v", got)
	}
	for _, from := range []string{"", "x", "a@b\r\nBcc: c@d", "A\n <a@b>"} {
		if _, err := NewTraining(t.TempDir(), from, now); err == nil {
			t.Errorf("sender %q: got no error", from)
		}
	}
}

// holder is what could reach a network. Training must not hold any.
func TestTrainingHoldsNoConnection(t *testing.T) {
	var walk func(reflect.Type, map[reflect.Type]bool)
	walk = func(typ reflect.Type, seen map[reflect.Type]bool) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		if p := typ.PkgPath(); p == "net" || p == "crypto/tls" || strings.Contains(p, "go-mail") {
			t.Errorf("Training holds a %v", typ)
		}
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				walk(typ.Field(i).Type, seen)
			}
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Chan:
			walk(typ.Elem(), seen)
		case reflect.Interface:
			t.Errorf("Training holds an interface %v: it could be anything", typ)
		}
	}
	walk(reflect.TypeFor[Training](), map[reflect.Type]bool{reflect.TypeFor[time.Time](): true})
}

// A title is data: nothing in it becomes a link or a line of its own.
func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"Pump before 4.11":           "Pump before 4.11",
		"see https://evil.example/x": "see https: //evil .example/x",
		"www.evil.example":           "www .evil .example",
		"a\r\nBcc: x":                "a Bcc: x",
		"version 3.x and Node.js":    "version 3.x and Node .js",
	} {
		if got := Quoted(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
