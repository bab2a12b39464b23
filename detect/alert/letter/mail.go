package letter

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"ward"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// Mail is what is written of one alert to one contact.
type Mail struct {
	Alert
	Guidance    []ward.Guidance
	Beside      int      // more sightings of that day
	Departments []string // where the affected assets stand
	Named       bool     // the subject, which is never encrypted, may say how bad it is
	Content     bool     // the text may carry what is marked
	Climbed     bool     // it comes as a rung of the ladder
	Repeat      bool     // it may have come before
	Ack         string   // secret of the page of acknowledging; empty when nothing waits for that
}

// Mail writes m. The subject is ours alone: words of a maker or a member never
// become a header.
func (w Writer) Mail(p *i18n.Printer, m Mail) Text {
	subject := p.T("alert.mail.subject_closed", "id", string(m.ID)).String()
	lines := w.closed(p, m.Alert)
	if m.Named {
		subject = p.T("alert.mail.subject", "id", string(m.ID), "severity", m.severity(p)).String()
	}
	if m.Content {
		lines = w.open(p, m)
	}
	links := []string{w.Link(m.ID)}
	if m.Ack != "" {
		links = append(links, w.ack(m.Ack))
		lines = append(lines, "", p.T("alert.mail.acknowledge").String(), w.ack(m.Ack))
	}
	if m.Climbed {
		lines = append([]string{p.T("alert.mail.climbed", "time", p.Time(m.Raised)).String(), ""}, lines...)
	}
	if m.Repeat {
		subject, lines = again(p, subject, lines)
	}
	return Text{Subject: subject, Text: strings.Join(lines, "\n") + "\n", HTML: htmlOf(p, lines, links)}
}

// again marks what may have come before.
func again(p *i18n.Printer, subject string, lines []string) (string, []string) {
	return p.T("alert.mail.repeat", "subject", subject).String(), append([]string{p.T("alert.mail.repeat_text").String(), ""}, lines...)
}

// closed carries nothing of the alert but its number.
func (w Writer) closed(p *i18n.Printer, a Alert) []string {
	return []string{p.T("alert.mail.closed", "tlp", "TLP:"+a.TLP.String()).String(), "", w.Link(a.ID), "", p.T("alert.mail.footer").String()}
}

// open answers the five questions of an alert: what, how bad, is it mine,
// what to do by when, marking.
func (w Writer) open(p *i18n.Printer, m Mail) []string {
	said := ward.GuidanceIn(m.Guidance, p.Lang())
	lines := []string{mail.Quoted(or(said.Title, m.Title)), ""}
	if said.Summary != "" {
		lines = append(lines, mail.Quoted(said.Summary), "")
	}
	lines = append(lines, p.T("alert.mail.bad", "severity", m.severity(p),
		"score", p.Decimal(m.Score, 1)).String())
	if m.Used {
		lines = append(lines, p.T("alert.mail.used").String())
	}
	lines = append(append(lines, ""), m.mine(p)...)
	if m.Beside > 0 {
		lines = append(lines, p.N("alert.sighted.more", m.Beside).String())
	}
	if deps := m.Departments; len(deps) > 0 {
		lines = append(lines, p.T("alert.mail.where", "departments", mail.Quoted(strings.Join(deps[:min(len(deps), departmentsShown)], ", "))).String())
		if more := len(deps) - departmentsShown; more > 0 {
			lines = append(lines, p.N("alert.answer.more", more).String())
		}
	}
	if !m.Due.IsZero() {
		lines = append(lines, "", p.T("alert.mail.due", "time", p.Time(m.Due)).String())
	}
	lines = append(lines, saidLines(p, said)...)
	return append(lines, p.T("alert.mail.do").String(), w.Link(m.ID), "", "TLP:"+m.TLP.String(), p.T("alert.mail.footer").String())
}

// departmentsShown is how many departments a mail names; the page has them all.
const departmentsShown = 12

// mine says how much of it is the reader's own: what is affected, what a person must
// look at, or why the mail comes when there is neither.
func (a Alert) mine(p *i18n.Printer) []string {
	switch {
	case a.Sighted && a.Abroad:
		return []string{p.T("alert.mine.sighted_country").String()}
	case a.Sighted:
		return []string{p.T("alert.mine.sighted").String()}
	case a.Affected > 0 && a.Review > 0:
		return []string{p.N("alert.mail.mine", a.Affected).String(), p.N("alert.mail.review", a.Review).String()}
	case a.Affected > 0:
		return []string{p.N("alert.mail.mine", a.Affected).String()}
	case a.Review > 0: // nothing is known to be affected: "0 devices" would read as all clear
		return []string{p.N("alert.mine.review", a.Review).String()}
	case a.Addressed:
		return []string{p.T("alert.mine.addressed").String()}
	}
	return []string{p.T("alert.mine.none").String()}
}

// saidLines are what the Centre says to each reader, under the reader's name.
func saidLines(p *i18n.Printer, g ward.Guidance) []string {
	var out []string
	for _, x := range []struct {
		key  i18n.Key
		text string
	}{{"alert.answer.patients", g.Patients}, {"alert.do.it.title", g.IT}, {"alert.do.devices.title", g.Devices}, {"alert.do.practice.title", g.Practice}} {
		if x.text == "" {
			continue
		}
		out = append(out, "", p.T(x.key).String())
		for line := range strings.Lines(x.text) {
			if line = mail.Quoted(line); line != "" {
				out = append(out, line)
			}
		}
	}
	if len(out) > 0 {
		out = append(out, "")
	}
	return out
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// htmlOf shows the same lines; only our own links are some.
func htmlOf(p *i18n.Printer, lines, links []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="%s"><body>`, html.EscapeString(string(p.Lang())))
	for _, l := range lines {
		text := html.EscapeString(l)
		if slices.Contains(links, l) {
			text = `<a href="` + text + `">` + text + `</a>`
		}
		if l != "" {
			b.WriteString("<p>" + text + "</p>")
		}
	}
	return b.String() + "</body></html>"
}
