package indicator

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// index compiles a list or fails.
func index(t testing.TB, list []Indicator) *Index {
	t.Helper()
	var b Builder
	for n, i := range list {
		i.Source, i.Ref = "test", fmt.Sprint(n) // the number, by which hits are compared
		if err := b.Add(i); err != nil {
			t.Fatal(err)
		}
	}
	x, err := Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	return x
}

// engineHits are "line:number" of the hits in a text.
func engineHits(x *Index, text string) (out []string) {
	buf := make([]byte, len(text)+2*Pad)
	copy(buf[Pad:], text)
	for _, h := range x.NewScanner().Scan(buf, Pad, Pad+len(text)) {
		out = append(out, fmt.Sprintf("%d:%s", bytes.Count(buf[Pad:h.Start], []byte("\n")), x.Indicator(h).Ref))
	}
	slices.Sort(out)
	return out
}

func wantHits(list []Indicator, text string) (out []string) {
	for n, line := range strings.Split(text, "\n") {
		for _, i := range referenceHits(line, list) {
			out = append(out, fmt.Sprintf("%d:%d", n, i))
		}
	}
	slices.Sort(out)
	return out
}

// parse reads a value as a list would.
func parse(t testing.TB, s string) Indicator {
	t.Helper()
	i, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q): %v", s, err)
	}
	return i
}

func exact(i Indicator) Indicator {
	i.Exact = true
	return i
}

// TestHits is the definition of doc.go by example; reference and engine must
// both agree with it.
func TestHits(t *testing.T) {
	long := strings.Repeat("a", 60)
	for _, c := range []struct {
		indicator string
		exact     bool
		line      string
		want      bool
	}{
		{"1.2.3.4", false, "1.2.3.4", true},
		{"1.2.3.4", false, "src=1.2.3.4,dst=5.6.7.8", true},
		{"1.2.3.4", false, "21.2.3.4", false},
		{"1.2.3.4", false, "1.2.3.45", false},
		{"1.2.3.4", false, "1.2.3.4.5", false},
		{"1.2.3.4", false, "v1.2.3.4", false},
		{"1.2.3.4", false, "01.2.3.4", false},
		{"1.2.3.4", false, "1.2.3.4:443", true},
		{"1.2.3.4", false, "to 1.2.3.4.", true},
		{"1.2.3.4", false, "::ffff:1.2.3.4", true},
		{"1.2.3.4", false, "[::ffff:0102:0304]:80", true},
		{"1.2.3.4", false, "0:0:0:0:0:ffff:102:304", true},
		{"1.2.3.4", false, "ip%3D1.2.3.4%26", true},
		{"1.2.3.0/24", false, "1.2.3.255", true},
		{"1.2.3.0/24", false, "1.2.4.0", false},
		{"1.2.3.0/25", false, "1.2.3.128", false},
		{"1.2.0.0/15", false, "1.3.255.255", true},
		{"1.2.3.0/24", false, "::ffff:1.2.3.9", true},
		{"2001:db8::1", false, "2001:DB8:0:0:0:0:0:1", true},
		{"2001:db8::1", false, "2001:0db8:0000:0000:0000:0000:0000:0001", true},
		{"2001:db8::1", false, "[2001:db8::1]:443", true},
		{"2001:db8::1", false, "2001:db8::12", false},
		{"2001:db8::1", false, "addr:2001:db8::1: refused", true},
		{"2001:db8::1", false, "x2001:db8::1", false},
		{"2001:db8::1", false, "fe80::1%eth0 2001:db8::1%0", true},
		{"2001:db8::1", false, "relay=mx.example [IPv6:2001:DB8::1]:25", true},
		{"2001:db8::1", false, "xIPv6:2001:db8::1", false},
		{"2001:db8::1", false, "IPv6:2001:db8::12", false},
		{"2001:db8::1", false, "HELO [IPv6:2001:db8:0:0:0:0:0:1]", true},
		{"2001:db8::/32", false, "2001:db8:1:2:3:4:5:6", true},
		{"2001:db8::/32", false, "2001:db9::", false},
		{"evil.example", false, "evil.example", true},
		{"evil.example", false, "EVIL.Example.", true},
		{"evil.example", false, "www.evil.example", true},
		{"evil.example", true, "www.evil.example", false},
		{"evil.example", true, "a@evil.example", true},
		{"evil.example", false, "notevil.example", false},
		{"evil.example", false, "not-evil.example", false},
		{"evil.example", false, "evil.example.com", false},
		{"evil.example", false, "evil.example-x", false},
		{"evil.example", false, "_dmarc.evil.example", true},
		{"evil.example", false, `{"q":"evil.example"}`, true},
		{"evil.example", false, `text\nevil.example`, true},
		{"evil.example", false, `C:\\nevil.example`, false},
		{"evil.example", false, `\u003cevil.example\u003e`, true},
		{"evil.example", false, `%2Fevil.example%2F`, true},
		{"evil.example", false, "»evil.example«", true},
		{"evil.example", false, "“evil.example”", true},
		{"evil.example", false, "xévil.example", false},
		{"evil.example", false, "\xe9evil.example", false},
		{"evil.example", false, "\xabevil.example\xbb", true},
		{"bücher.example", false, "xn--bcher-kva.example", true},
		{"bücher.example", false, "www.BÜCHER.example", true},
		{"bücher.example", false, "www.b\xfccher.example", true},
		{"evil.example", false, long + "." + long + "." + long + "." + long + ".evil.example", false},
		{"evil.example", false, long + "." + long + "." + long + ".evil.example", true},
		{"http://evil.example/a", false, "GET http://evil.example/a HTTP/1.1", true},
		{"http://evil.example/a", false, "http://evil.example/ab", false},
		{"http://evil.example/a", false, "http://evil.example/a/b", true},
		{"http://evil.example/a", true, "http://evil.example/a/b", false},
		{"http://evil.example/a", true, "(http://evil.example/a)", true},
		{"http://evil.example/a", true, "http://evil.example/a.", true},
		{"http://evil.example/a", true, "http://evil.example/a.b", false},
		{"http://evil.example/a", true, "http://evil.example/a#top", true},
		{"http://evil.example/a", false, "http://evil.example/a?x=1", true},
		{"http://evil.example/a", false, "https://evil.example/a", false},
		{"http://evil.example/a", false, "http://evil.example:80/a", true},
		{"http://evil.example/a", false, "http://evil.example:8080/a", false},
		{"http://evil.example/a", false, "http://bob:pw@evil.example/a", true},
		{"http://evil.example/a", false, "http://evil.example@good.example/a", false},
		{"http://evil.example/a", false, "HTTP://EVIL.example/a", true},
		{"http://evil.example/a", false, "http://evil.example/A", false},
		{"http://evil.example/a", false, `"http:\/\/evil.example\/a"`, true},
		{"http://evil.example", false, "http://evil.example", true},
		{"http://evil.example", false, "http://evil.example/any", true},
		{"http://evil.example", true, "http://evil.example/any", false},
		{"http://evil.example", true, "http://evil.example, and", true},
		{"http://evil.example", false, "http://evil.example?q=1", true},
		{"http://evil.example", false, "http://evil.example.com/", false},
		{"evil.example/x", false, "ftp://evil.example/x", true},
		{"evil.example/x", false, "evil.example/x", true},
		{"http://9.9.9.9:8080/x", false, "http://9.9.9.9:8080/x", true},
		{"http://9.9.9.9/x", false, "http://9.9.9.9/x", true},
		{"a.b@evil.example", false, "<A.B@Evil.Example>", true},
		{"a.b@evil.example", false, "xa.b@evil.example", false},
		{"a.b@evil.example", false, "from=a.b@evil.example;", true},
		{"a.b@evil.example", false, "a.b@evil.example.com", false},
		{"d41d8cd98f00b204e9800998ecf8427e", false, "MD5=D41D8CD98F00B204E9800998ECF8427E,", true},
		{"d41d8cd98f00b204e9800998ecf8427e", false, "0d41d8cd98f00b204e9800998ecf8427e", false},
		{"d41d8cd98f00b204e9800998ecf8427e", false, "d41d8cd98f00b204e9800998ecf8427ez", false},
		{"d41d8cd98f00b204e9800998ecf8427e", false, "d41d8cd98f00b204e9800998ecf8427e.exe", true},
		{"dropper.exe", false, `C:\x\DROPPER.EXE`, true},
		{"dropper.exe", false, "/tmp/dropper.exe", true},
		{"dropper.exe", false, "xdropper.exe", false},
		{"dropper.exe", false, "dropper.exe.bak", false},
	} {
		i := parse(t, c.indicator)
		if c.exact {
			i = exact(i)
		}
		list := []Indicator{i}
		if got := len(wantHits(list, c.line)) == 1; got != c.want {
			t.Errorf("reference: %s in %q = %v, want %v", c.indicator, c.line, got, c.want)
		}
		if got := len(engineHits(index(t, list), c.line)) == 1; got != c.want {
			t.Errorf("engine: %s in %q = %v, want %v", c.indicator, c.line, got, c.want)
		}
	}
}
