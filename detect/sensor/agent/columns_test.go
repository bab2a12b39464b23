package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ward/format/indicator"
)

const (
	firstColumns  = "#separator \\x09\n#path\tdns\n#fields\tts\tid.orig_h\tquery\tuser\n#types\ttime\taddr\tstring\tstring\n"
	secondColumns = "#close\t2026\n#separator \\x09\n#path\tdns\n#fields\tts\tuser\tid.orig_h\tquery\n#types\ttime\tstring\taddr\tstring\n"
)

// tableOf is a log of Zeek whose columns change n lines from its beginning and again.
func tableOf(n int) string {
	var b strings.Builder
	b.WriteString(firstColumns)
	for i := range 3 * n {
		switch {
		case i == n:
			b.WriteString(secondColumns)
		case i == 2*n:
			b.WriteString(firstColumns)
		}
		query := "www.good.example"
		if i%97 == 5 {
			query = "evil.example"
		}
		if i < n || i >= 2*n {
			fmt.Fprintf(&b, "1795946400.000000\t10.0.0.%d\t%s\tanna\n", i%200, query)
		} else {
			fmt.Fprintf(&b, "1795946400.000000\tanna\t10.0.0.%d\t%s\n", i%200, query)
		}
	}
	return b.String()
}

// TestColumnsChange: a heading that comes again names the columns from there on, in the
// same piece and in those that follow, for one worker, for several, and while it grows.
func TestColumnsChange(t *testing.T) {
	check := func(h *Hit) {
		t.Helper()
		if h.Fields["query"] != "evil.example" || len(h.Fields) != 1 || !strings.HasPrefix(h.Host, "10.0.0.") || h.Time == nil {
			t.Errorf("line %d: %s, %v", h.Line, h.Host, h.Fields)
		}
	}
	for _, n := range []int{300, 20_000} {
		text := tableOf(n)
		want := strings.Count(text, "evil.example")
		for _, workers := range []int{1, 3} {
			got := 0
			cfg := Config{Index: indexOf(t, "evil.example"), Workers: workers, Hit: func(h *Hit) error { check(h); got++; return nil }}
			if _, _, err := Scan(context.Background(), cfg, []string{file(t, t.TempDir(), "dns.log", []byte(text))}); err != nil || got != want {
				t.Errorf("%d lines, %d workers: %d hits, want %d, %v", n, workers, got, want, err)
			}
		}
		got := 0
		l, g := NewLooker(LookConfig{Index: indexOf(t, "evil.example"), Now: time.Now}), NewGrowing("dns.log", "", nil)
		for at := 0; at < len(text); {
			to := min(len(text), at+50_000)
			to = at + strings.LastIndexByte(text[at:to], '\n') + 1
			l.Look(g, []byte(text[at:to]), int64(at), true, func(h *Hit) { check(h); got++ })
			at = to
		}
		if got != want {
			t.Errorf("%d lines, growing: %d hits, want %d", n, got, want)
		}
	}
}

// TestHexadecimalOfAudit: what the kernel writes in hexadecimal is found like the rest, in
// the order of lines, and once where it stands in the text as well.
func TestHexadecimalOfAudit(t *testing.T) {
	hex := func(s string) string { return fmt.Sprintf("%X", s) }
	log := `type=EXECVE msg=audit(1795946400.123:7): argc=2 a0="curl" a1=` + hex("http://evil.example/a b") + "\n" +
		`type=PATH msg=audit(1795946400.123:7): item=0 name=` + hex("/tmp/my evil.exe") + ` inode=1` + "\n" +
		`type=SOCKADDR msg=audit(1795946400.123:7): saddr=020001BBCB0071090000000000000000` + "\n" +
		`type=PROCTITLE msg=audit(1795946400.123:7): proctitle=` + hex("curl\x00http://evil.example/a") + "\n" +
		`type=USER_CMD msg=audit(1795946401.1:8): msg='cwd="/" cmd=` + hex("ping evil.example") + ` terminal=pts/0 res=success' host=evil.example` + "\n" +
		`type=SYSCALL msg=audit(1795946402.1:9): arch=c000003e a0=7ffd00000000 comm="evil.example"` + "\n"
	want := []string{"1 evil.example", "2 /tmp/my evil.exe", "3 203.0.113.9", "4 evil.example", "5 evil.example", "6 evil.example"}
	// The head of a log does not say that lines of audit come later.
	far := strings.Repeat("Nov 29 10:00:00 h sshd[1]: Server listening on (any) port 22\n", 2000)
	var late []string
	tell := func(h *Hit) error {
		late = append(late, fmt.Sprintf("%d %s", h.Line-2000, h.Indicator))
		return nil
	}
	if _, _, err := Scan(context.Background(), Config{Index: auditIndex(t), Hit: tell}, []string{file(t, t.TempDir(), "late", []byte(far+log))}); err != nil || !slices.Equal(late, want) {
		t.Errorf("behind other lines: %v, %q", err, late)
	}
	for name, text := range map[string]string{"audit.log": log, "messages": "Nov 29 10:00:00 h audispd: " + strings.ReplaceAll(strings.TrimSpace(log), "\n", "\nNov 29 10:00:00 h audispd: ") + "\n"} {
		var got []string
		tell := func(h *Hit) error {
			got = append(got, fmt.Sprintf("%d %s", h.Line, h.Indicator))
			if at := strings.Index(text[h.Offset:], "\n"); !strings.Contains(text[h.Offset:][:at], h.Text[:20]) || len(h.Fields) == 0 {
				t.Errorf("%s: %+v", name, h)
			}
			return nil
		}
		cfg := Config{Index: auditIndex(t), Hit: tell}
		if _, _, err := Scan(context.Background(), cfg, []string{file(t, t.TempDir(), name, []byte(text))}); err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %v, %q", name, err, got)
		}
		got = nil
		var seen strings.Builder
		l, g := NewLooker(LookConfig{Index: auditIndex(t), Now: time.Now, Seen: func(o *Observation) { seen.Write(o.Line) }}), NewGrowing(name, "", nil)
		l.Look(g, []byte(text), 0, true, func(h *Hit) { _ = tell(h) })
		if strings.Join(got, "\n") != strings.Join(want, "\n") || !strings.Contains(seen.String(), "203.0.113.9") {
			t.Errorf("%s, growing: %q", name, got)
		}
	}
}

func auditIndex(t *testing.T) *indicator.Index {
	t.Helper()
	var b indicator.Builder
	for kind, value := range map[indicator.Type]string{indicator.Domain: "evil.example", indicator.FileName: "/tmp/my evil.exe", indicator.IPv4: "203.0.113.9"} {
		in, err := indicator.ParseAs(kind, value)
		if err := errors.Join(err, b.Add(in)); err != nil {
			t.Fatal(err)
		}
	}
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return x
}
