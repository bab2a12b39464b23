package indicator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// values are indicators of every type, with neighbours that share their ends.
var values = []string{
	"1.2.3.4", "10.2.3.4", "1.2.3.0/24", "1.2.0.0/14", "1.2.3.128/27", "2001:db8::1", "2001:db8::/32", "fe01::1", "2001:db8:1::/48",
	"evil.example", "www.evil.example", "il.example", "bad.co.uk", "x.bad.co.uk", "bücher.example", "a.b.c.d.evil.example", "ev_il.example",
	"http://evil.example/a", "http://evil.example/a/b?c=d", "http://evil.example/a?b=1&c=2+3", "https://evil.example", "evil.example/a", "http://1.2.3.4/x", "1.2.3.4:8080/x", "http://bad.co.uk:8080/",
	"me@evil.example", "m.e+x@bad.co.uk", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "dropper.exe", "a.dropper.exe", "evil.zip",
}

// alphabet is what random lines are made of, beside values and pieces of them.
var alphabet = []string{" ", " ", "\t", "\"", "'", "(", ")", "[", "]", "<", ">", ",", ";", ":", "::", ".", "..", "-", "_", "/", "//", "\\", "\\\\", "\\/", "%", "%2F", "%3d",
	"@", "#", "?", "&", "=", "!", "*", "{", "}", "|", "\r", "http://", "https://", "HTTP:\\/\\/", "ftp://", "u:p@", ":80", ":443", ":8080", ":65", "n", "x", "7", "0", "é", "ü", "»", "\xe9", "\xab",
	"\\n", "\\u003c", "\\u0026", "\\u003D", "\\u002b", "&amp;", "\\u00", "\\x22", "ffff", "::ffff:", "0:0:0:0:0:0:0:", "1.2", "2.3.4", "example", "evil", ".example", "C:\\", "/tmp/", "12:34:56", "2026-11-29T12:34:56.123Z", "\x00", "\u2028", "%zz"}

func randomList(r *rand.Rand) (list []Indicator) {
	for _, v := range values {
		if r.IntN(3) == 0 {
			continue
		}
		i, err := Parse(v)
		if err != nil {
			panic(v + ": " + err.Error())
		}
		if r.IntN(2) == 0 && (i.Type == Domain || i.Type == URL) {
			i.Exact = true
		}
		list = append(list, i)
	}
	for _, path := range []string{`C:\x\evil tool.exe`, `%TEMP%\a\dropper.exe`, "rechnung märz.pdf", "bücher.exe"} {
		i, err := ParseAs(FileName, path)
		if err != nil {
			panic(err)
		}
		list = append(list, i)
	}
	a, b := list[r.IntN(len(list))], list[r.IntN(len(list))]
	return append(list, Indicator{Type: a.Type, Value: "[a AND b]", All: []Indicator{a, b}})
}

func randomLine(r *rand.Rand, list []Indicator) string {
	var b strings.Builder
	for range r.IntN(12) {
		switch r.IntN(4) {
		case 0:
			v := list[r.IntN(len(list))].Value
			if r.IntN(4) == 0 {
				v = strings.ToUpper(v)
			}
			if r.IntN(4) == 0 { // as JSON and XML write it
				v = strings.NewReplacer("&", []string{`\u0026`, "&amp;"}[r.IntN(2)], "=", []string{`\u003d`, `\=`}[r.IntN(2)], "+", `\u002B`, "/", []string{"/", `\/`}[r.IntN(2)]).Replace(v)
			}
			if r.IntN(6) == 0 {
				v = v[r.IntN(len(v)):]
			}
			b.WriteString(v)
		case 1:
			b.WriteString(values[r.IntN(len(values))])
		default:
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// TestEngineEqualsReference holds the engine to the slow matcher on random
// lists and lines made to be nearly hits.
func TestEngineEqualsReference(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 4))
		list := randomList(r)
		x := index(t, list)
		lines := make([]string, 150)
		for i := range lines {
			lines[i] = randomLine(r, list)
		}
		compare(t, x, list, strings.Join(lines, "\n"))
	}
}

func compare(t *testing.T, x *Index, list []Indicator, text string) {
	t.Helper()
	got, want := engineHits(x, text), wantHits(list, text)
	if slices.Equal(got, want) {
		return
	}
	lines := strings.Split(text, "\n")
	told := 0
	for _, pair := range []struct {
		what string
		a, b []string
	}{{"missed", want, got}, {"invented", got, want}} {
		for _, h := range pair.a {
			var line, n int
			_, _ = fmt.Sscanf(h, "%d:%d", &line, &n)
			if !slices.Contains(pair.b, h) && told < 8 {
				told++
				t.Errorf("%s %s %q exact %v in %q", pair.what, list[n].Type, list[n].Value, list[n].Exact, lines[line])
			}
		}
	}
}

// FuzzScan gives engine and reference any text.
func FuzzScan(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	list := randomList(r)
	x := index(f, list)
	for range 50 {
		f.Add(randomLine(r, list))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1<<16 {
			compare(t, x, list, text)
		}
	})
}
