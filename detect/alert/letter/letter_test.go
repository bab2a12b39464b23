package letter_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert/letter"
	"ward/kit/i18n"
	"ward/test/expect"
)

var (
	at = time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC)
	w  = letter.Writer{URL: "https://ward.example"}
)

// pump is an alert whose title is a maker's, who means no good.
func pump() letter.Alert {
	return letter.Alert{ID: "3-7", Title: "Pulsara <b>pump</b>\r\nBcc: all@evil.example https://evil.example/alerts/3-7", Severity: ward.SeverityCritical, Score: 9.8,
		Used: true, TLP: ward.TLPAmberStrict, Affected: 2, Raised: at, Due: at.Add(72 * time.Hour)}
}

func english(t *testing.T) *i18n.Printer {
	t.Helper()
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{os.DirFS("..")}})
	expect.OK(t, err)
	return c.Printer(ward.English)
}

// written are the three letters of one alert, by whether they may name it.
func written(t *testing.T, open, repeat bool) map[string]letter.Text {
	t.Helper()
	p, said := english(t), []ward.Guidance{{Lang: ward.English, Summary: "Pulsara must be unplugged"}}
	if !open {
		said = nil // the asker reads none for who may not see it
	}
	return map[string]letter.Text{
		"mail": w.Mail(p, letter.Mail{Alert: pump(), Guidance: said, Departments: []string{"ICU"}, Named: open, Content: open, Repeat: repeat, Ack: "s3cret"}),
		"digest": w.Digest(p, letter.Digest{From: at, Until: at.Add(24 * time.Hour), Repeat: repeat,
			Alerts: []letter.Item{{Alert: pump(), Content: open, Ack: "s3cret"}}}),
		"short message": {Text: w.Short(p, pump(), open, repeat)},
	}
}

// What may not name an alert has its number and its link alone.
func TestClosedLettersNameNothing(t *testing.T) {
	p := english(t)
	for name, l := range written(t, false, false) {
		all := l.Subject + l.Text + l.HTML
		for _, secret := range []string{"Pulsara", "pump", "ICU", "9.8", p.T("alert.severity.critical").String(), p.T("alert.mail.used").String(), p.N("alert.mail.mine", 2).String()} {
			if strings.Contains(all, secret) {
				t.Errorf("%s tells %q: %s", name, secret, all)
			}
		}
		if !strings.Contains(l.Text, "3-7") || !strings.Contains(l.Text, "https://ward.example/alerts/3-7") {
			t.Errorf("%s has no number or link: %s", name, l.Text)
		}
	}
}

// Words of others never become a header, a tag or a link.
func TestWordsOfOthersStayWords(t *testing.T) {
	for name, l := range written(t, true, false) {
		if strings.Contains(l.Subject, "Pulsara") || strings.ContainsAny(l.Subject, "\r\n") {
			t.Errorf("%s: the subject is %q", name, l.Subject)
		}
		if name != "short message" && !strings.Contains(l.Text, "Pulsara") {
			t.Errorf("%s does not name what it may: %s", name, l.Text)
		}
		for _, no := range []string{"https://evil", "evil.example", "\nBcc"} {
			if strings.Contains(l.Text, no) || strings.Contains(l.HTML, no) {
				t.Errorf("%s passes on %q: %s", name, no, l.Text)
			}
		}
		if strings.Contains(l.HTML, "<b>") {
			t.Errorf("%s: a tag of others: %s", name, l.HTML)
		}
		for part := range strings.SplitSeq(l.HTML, `href="`) {
			if url, _, ok := strings.Cut(part, `"`); ok && !strings.HasPrefix(part, "<") && !strings.HasPrefix(url, "https://ward.example/") {
				t.Errorf("%s links to %q", name, url)
			}
		}
	}
}

// What may have come before says so.
func TestRepeatsAreMarked(t *testing.T) {
	p := english(t)
	for name, l := range written(t, true, true) {
		first := written(t, true, false)[name]
		if name == "short message" {
			first.Subject, l.Subject = first.Text, l.Text
		} else if !strings.Contains(l.Text, p.T("alert.mail.repeat_text").String()) {
			t.Errorf("%s: a repeat does not say so: %s", name, l.Text)
		}
		if want := p.T("alert.mail.repeat", "subject", first.Subject).String(); l.Subject != want {
			t.Errorf("%s: a repeat is called %q, want %q", name, l.Subject, want)
		}
	}
}

// Where nothing is known to be affected no letter speaks of "0 devices": it would
// read as all clear.
func TestAReviewIsNoAllClear(t *testing.T) {
	p, a := english(t), pump()
	a.Affected, a.Review = 0, 3
	text := w.Mail(p, letter.Mail{Alert: a, Named: true, Content: true}).Text
	if strings.Contains(text, p.N("alert.mail.mine", 0).String()) || !strings.Contains(text, p.N("alert.mine.review", 3).String()) {
		t.Error(text)
	}
}

// A digest is short: it says how many more there are, and where.
func TestLongDigest(t *testing.T) {
	p, d := english(t), letter.Digest{From: at, Until: at.Add(24 * time.Hour)}
	for range letter.Shown + 3 {
		d.Alerts = append(d.Alerts, letter.Item{Alert: pump(), Content: true})
	}
	l := w.Digest(p, d)
	if n := strings.Count(l.Text, "Pulsara"); n != letter.Shown || l.Subject != p.N("alert.digest.subject", letter.Shown+3).String() ||
		!strings.Contains(l.Text, p.N("alert.digest.more", 3).String()) {
		t.Errorf("%d alerts under %q", n, l.Subject)
	}
}

// Mail programs filter by the house's name; a house without one has no list.
func TestListID(t *testing.T) {
	for url, want := range map[string]string{"https://Ward.Example:8443": "alerts.ward.example", "http://localhost:8080": "", "%": ""} {
		if got := (letter.Writer{URL: url}).ListID(); got != want {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
}
