package letter

import (
	"slices"
	"strings"
	"time"

	"ward/kit/i18n"
	"ward/kit/mail"
)

// Shown is how many alerts a digest lists; the inbox has them all.
const Shown = 50

// Digest is what is written of a person's period, the worst first.
type Digest struct {
	From, Until time.Time
	Repeat      bool // it may have come before
	Alerts      []Item
}

// Item is one alert of a digest.
type Item struct {
	Alert
	Content bool   // the text may carry what is marked
	Ack     string // secret of the page of acknowledging; empty when nothing waits for that
}

// Digest writes d: each alert with its number, what is mine, by when, and the link
// that acknowledges it.
func (w Writer) Digest(p *i18n.Printer, d Digest) Text {
	subject := p.N("alert.digest.subject", len(d.Alerts)).String()
	lines := []string{p.T("alert.digest.span", "from", p.Time(d.From), "until", p.Time(d.Until)).String(), ""}
	if d.Repeat {
		subject, lines = again(p, subject, lines)
	}
	for _, x := range d.Alerts[:min(len(d.Alerts), Shown)] {
		lines = append(lines, w.item(p, x)...)
		if x.Ack != "" {
			lines = append(lines, p.T("alert.mail.acknowledge").String(), w.ack(x.Ack))
		}
		lines = append(lines, "")
	}
	if more := len(d.Alerts) - Shown; more > 0 {
		lines = append(lines, p.N("alert.digest.more", more).String(), w.URL+"/alerts", "")
	}
	lines = append(lines, p.T("alert.digest.footer").String(), w.URL+"/me/reach")
	links := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.HasPrefix(l, w.URL+"/") })
	return Text{Subject: subject, Text: strings.Join(lines, "\n") + "\n", HTML: htmlOf(p, lines, links)}
}

// item tells of one alert what its marking lets a mail carry.
func (w Writer) item(p *i18n.Printer, x Item) []string {
	link := w.Link(x.ID)
	if !x.Content {
		return []string{p.T("alert.digest.closed", "id", string(x.ID), "tlp", "TLP:"+x.TLP.String()).String(), link}
	}
	out := []string{p.T("alert.digest.line", "severity", x.severity(p), "title", mail.Quoted(x.Title)).String()}
	if x.Used {
		out = append(out, p.T("alert.mail.used").String())
	}
	out = append(out, x.mine(p)...)
	if !x.Due.IsZero() {
		out = append(out, p.T("alert.mail.due", "time", p.Time(x.Due)).String())
	}
	return append(out, link, "TLP:"+x.TLP.String())
}
