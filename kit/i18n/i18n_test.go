package i18n_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ward"
	"ward/kit/i18n"
)

const english = `
[a]
title = "Alerts"
hello = "Hello {{.name}}"
only = "Only English"
[a.found]
one = "{{.count}} alert"
other = "{{.count}} alerts"
`

const polish = `
[a]
title = "Alerty"
hello = "Witaj {{.name}}"
[a.found]
one = "{{.count}} alert"
few = "{{.count}} alerty"
many = "{{.count}} alertów"
other = "{{.count}} alertu"
`

func texts(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for lang, body := range files {
		m["text/active."+lang+".toml"] = &fstest.MapFile{Data: []byte(body)}
	}
	return m
}

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.New(i18n.Config{Pseudo: true, Texts: []fs.FS{texts(map[string]string{"en": english, "pl": polish,
		"fr": "[a.found]\none = \"{{.count}} alerte\"\nother = \"{{.count}} alertes\"\n"})}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrinter(t *testing.T) {
	c := catalogue(t)
	for _, row := range []struct {
		name string
		got  func() i18n.Text
		want string
		lang ward.Lang
	}{
		{"plain", func() i18n.Text { return c.Printer("pl").T("a.title") }, "Alerty", ""},
		{"placeholder", func() i18n.Text { return c.Printer("en").T("a.hello", "name", "<Eva>") }, "Hello <Eva>", ""},
		{"fallback is marked", func() i18n.Text { return c.Printer("pl").T("a.only") }, "Only English", "en"},
		{"unknown language is English, unmarked", func() i18n.Text { return c.Printer("xx").T("a.only") }, "Only English", ""},
		{"key that is nowhere", func() i18n.Text { return c.Printer("pl").T("a.nowhere") }, "a.nowhere", ""},
		{"plural few", func() i18n.Text { return c.Printer("pl").N("a.found", 3) }, "3 alerty", ""},
		{"plural many", func() i18n.Text { return c.Printer("pl").N("a.found", 25) }, "25 alertów", ""},
		{"plural one hundred thousand", func() i18n.Text { return c.Printer("en").N("a.found", 100000) }, "100,000 alerts", ""},
		{"French million without form many", func() i18n.Text { return c.Printer("fr").N("a.found", 1000000) }, "1\u202f000\u202f000 alertes", ""},
		{"pseudo keeps values", func() i18n.Text { return c.Printer(i18n.Pseudo).T("a.hello", "name", "Eva") }, "⟦Hëllö Eva länger⟧", ""},
	} {
		if got := row.got(); got.String() != row.want || got.Lang() != row.lang {
			t.Errorf("%s: got %q (%s), want %q (%s)", row.name, got, got.Lang(), row.want, row.lang)
		}
	}
}

func TestError(t *testing.T) {
	p := catalogue(t).Printer("en")
	if got := p.Error(ward.Fail(ward.Invalid, "a.hello", "name", "Eva")).String(); got != "Hello Eva" {
		t.Errorf("got %q", got)
	}
	if got := p.Error(&ward.Error{Code: ward.NotFound}).String(); got != "error.code.not_found" {
		t.Errorf("without a key: got %q", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, files := range map[string][]fs.FS{
		"no English":        {texts(map[string]string{"de": "a = \"b\""})},
		"broken English":    {texts(map[string]string{"en": "a = "})},
		"key in two places": {texts(map[string]string{"en": "[a]\nb = \"x\""}), texts(map[string]string{"en": "[a]\nb = \"y\""})},
	} {
		if _, err := i18n.New(i18n.Config{Texts: files}); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestBrokenLanguageFallsBack(t *testing.T) {
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{texts(map[string]string{"en": english, "de": "a = "})}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Printer("de").T("a.title"); got.String() != "Alerts" || got.Lang() != "en" {
		t.Errorf("got %q (%s)", got, got.Lang())
	}
	if r := c.Complete("de"); r.OK() || len(r.Faults) == 0 {
		t.Errorf("a file that does not parse is no fault: %v", r)
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, time.March, 29, 1, 4, 0, 0, time.UTC) // minutes after summer time began
	c := catalogue(t)
	for _, row := range []struct {
		lang    ward.Lang
		country ward.Country
		want    string
	}{
		{"en", "HR", "29 March 2026, 03:04 (Zagreb)"},
		{"de", "DE", "29. März 2026, 03:04 (Berlin)"},
		{"fr", "FR", "29 mars 2026, 03:04 (Paris)"},
		{"el", "GR", "29 Μαρτίου 2026, 04:04 (Athens)"},
		{"ga", "IE", "29 Márta 2026, 02:04 (Dublin)"},
		{"hu", "", "2026. március 29., 01:04 (UTC)"},
	} {
		if got := c.Printer(row.lang).Zone(i18n.ZoneOf(row.country)).Time(at); got != row.want {
			t.Errorf("%s: got %q, want %q", row.lang, got, row.want)
		}
	}
	if got := c.Printer("en").Zone(i18n.ZoneOf("HR")).Machine(at); got != "2026-03-29T03:04:00+02:00" {
		t.Errorf("machine: got %q", got)
	}
}

func TestEveryLanguageFormats(t *testing.T) {
	c, at := catalogue(t), time.Date(2026, time.November, 22, 13, 4, 0, 0, time.UTC)
	for _, l := range ward.Languages() {
		p := c.Printer(l)
		if s := p.Time(at); !strings.Contains(s, "22") || !strings.Contains(s, "13:04") || !strings.Contains(s, "2026") {
			t.Errorf("%s: time %q", l, s)
		}
		if p.Number(1204) == "" || p.Decimal(9.8, 1) == "" || p.Percent(0.5) != "50 %" {
			t.Errorf("%s: numbers %q %q %q", l, p.Number(1204), p.Decimal(9.8, 1), p.Percent(0.5))
		}
	}
}

func TestEveryMemberStateHasAZone(t *testing.T) {
	for _, c := range ward.Countries() {
		if i18n.ZoneOf(c) == time.UTC {
			t.Errorf("%s has no zone", c)
		}
	}
}

func TestMatch(t *testing.T) {
	c := catalogue(t)
	for _, row := range []struct{ query, cookie, accept, want string }{
		{"", "", "", "en"},
		{"fr", "de", "pl", "fr"},
		{"", "de", "pl", "de"},
		{"", "", "ja, pt-BR;q=0.7, sl;q=0.9", "sl"},
		{"xx", "yy", "zz", "en"},
		{"qps-ploc", "", "", "qps-ploc"},
		{"", "", strings.Repeat("de,", 100000), "en"},
		{"", "", "\x00;;;q=", "en"},
	} {
		got := c.Match(row.query, row.cookie, row.accept)
		if string(got) != row.want && !(len(row.accept) > 1000 && got == "de") {
			t.Errorf("Match(%q, %q, %.20q) = %s, want %s", row.query, row.cookie, row.accept, got, row.want)
		}
	}
}

func TestChoose(t *testing.T) {
	for back, want := range map[string]string{"/alerts?x=1": "/alerts?x=1", "//evil.example": "/", "https://evil.example": "/", `/\evil`: "/", "": "/"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/language", strings.NewReader(url.Values{"lang": {"hr"}, "back": {back}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		catalogue(t).Choose(true).ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != 303 || got != want {
			t.Errorf("back %q: %d to %q, want %q", back, w.Code, got, want)
		}
		if c := w.Header().Get("Set-Cookie"); !strings.HasPrefix(c, "lang=hr; Path=/") || !strings.Contains(c, "HttpOnly; Secure; SameSite=Lax") {
			t.Errorf("cookie %q", c)
		}
	}
}

func TestComplete(t *testing.T) {
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{texts(map[string]string{"en": english,
		"pl": "[a]\ntitle = \"<b>Alerty</b>\"\nhello = \"Witaj {{.imie}}\"\nextra = \"x\"\n[a.found]\none = \"x\"\nother = \"y\"\n"})}})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Complete("pl")
	want := []string{"a.found: other lacks {{.count}}", "a.found: plural form few is missing", "a.found: plural form many is missing",
		"a.hello: other has unknown {{.imie}}", "a.hello: other lacks {{.name}}", "a.title: other contains HTML"}
	if got := strings.Join(r.Faults, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("faults:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
	if fmt.Sprint(r.Missing, r.Unknown) != "[a.only] [a.extra]" {
		t.Errorf("missing %v, unknown %v", r.Missing, r.Unknown)
	}
	if r := c.Complete("en"); !r.OK() {
		t.Errorf("English against itself: %v %v", r, r.Faults)
	}
}

func TestTextRender(t *testing.T) {
	for _, row := range []struct {
		text i18n.Text
		want string
	}{
		{i18n.Raw(`<script>"&'`), "&lt;script&gt;&#34;&amp;&#39;"},
		{i18n.In("en", "a<b"), `<span lang="en">a&lt;b</span>`},
		{i18n.Text{}, ""},
	} {
		var b strings.Builder
		if err := row.text.Render(context.Background(), &b); err != nil || b.String() != row.want {
			t.Errorf("got %q %v, want %q", b.String(), err, row.want)
		}
	}
}

func BenchmarkN(b *testing.B) {
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{texts(map[string]string{"en": english})}})
	if err != nil {
		b.Fatal(err)
	}
	p := c.Printer("en")
	for b.Loop() {
		p.N("a.found", 1204)
	}
}

// What a cookie may bring to the next page is what was done, and nothing else.
func TestKeysOfWhatWasDone(t *testing.T) {
	for key, want := range map[i18n.Key]bool{"alert.wish.saved.done": true, "sensor.done.saved": true, "incident.forward.sent_done": true, "ransomware.flash.released": true,
		"done": true, "": false, "error.forbidden": false, "alert.wish.saved": false, "alert.undone": false, "a.done_by": false, "flash_a.b": false} {
		if got := key.Done(); got != want {
			t.Errorf("%q: %v", key, got)
		}
	}
}
