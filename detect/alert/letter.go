package alert

import (
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// letter writes the mail of one delivery in the contact's language. The subject
// is ours alone: words of a maker or a member never become a header. x is as it
// was before this try: it knows whether one went before.
//
// secret opens the page of acknowledging; it is empty when nothing waits for that.
func (s *Service) letter(d Detail, x Delivery, c ward.Contact, w reach.Wishes, secret string) mail.Message {
	now := s.cfg.Clock()
	p := s.cfg.Printer(c.Lang).Zone(reach.Zone(c.Zone, d.Country))
	subject := p.T("alert.mail.subject_closed", "id", string(d.ID()))
	lines := s.closedLines(p, d)
	if marking.Of(marking.Mail, d.TLP, marking.MailClearance) == marking.Content { // the subject is never encrypted
		subject = p.T("alert.mail.subject", "id", string(d.ID()), "severity", p.T(severityKey(d.Severity)).String())
	}
	if marking.Of(marking.Mail, d.TLP, clearance(w, now)) == marking.Content {
		lines = s.openLines(p, d, c)
	}
	links := []string{s.link(d)}
	if secret != "" {
		links = append(links, s.ackURL(secret))
		lines = append(lines, "", p.T("alert.mail.acknowledge").String(), s.ackURL(secret))
	}
	if climbed(d, x, c) {
		lines = append([]string{p.T("alert.mail.climbed", "time", p.Time(d.Raised)).String(), ""}, lines...)
	}
	text := subject.String()
	if x.repeat() {
		text = p.T("alert.mail.repeat", "subject", text).String()
		lines = append([]string{p.T("alert.mail.repeat_text").String(), ""}, lines...)
	}
	return mail.Message{ID: messageID(d, x), To: c.Email, Subject: text, Text: strings.Join(lines, "\n") + "\n",
		HTML: htmlOf(p, lines, links), ListID: s.listID(), Seal: w.PublicKey(now)}
}

// climbed reports whether c gets the mail as a rung of the ladder.
func climbed(d Detail, x Delivery, c ward.Contact) bool {
	return d.State == Unseen && (c.Duty == ward.DutyManagement || c.Duty == ward.DutyPhone) && x.Queued.Sub(d.Raised) >= time.Minute
}

func severityKey(v ward.Severity) i18n.Key { return i18n.Key("alert.severity." + v.String()) }

// messageID is the same for a repeat, so that the receiver can drop it.
func messageID(d Detail, x Delivery) string {
	return fmt.Sprintf("alert-%s-%d-%s", d.ID(), x.Round, x.Target)
}

func (s *Service) link(d Detail) string { return s.cfg.URL + "/alerts/" + string(d.ID()) }

// listID is the list that mail programs filter by, under the site's host.
func (s *Service) listID() string {
	u, err := url.Parse(s.cfg.URL)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return ""
	}
	return "alerts." + strings.ToLower(u.Hostname())
}

// closedLines carry nothing of the alert but its number.
func (s *Service) closedLines(p *i18n.Printer, d Detail) []string {
	return []string{p.T("alert.mail.closed", "tlp", "TLP:"+d.TLP.String()).String(), "", s.link(d), "", p.T("alert.mail.footer").String()}
}

// openLines answer the five questions of an alert: what, how bad, is it mine,
// what to do by when, marking.
func (s *Service) openLines(p *i18n.Printer, d Detail, c ward.Contact) []string {
	said := ward.GuidanceIn(d.Guidance, p.Lang())
	lines := []string{mail.Quoted(or(said.Title, d.Title)), ""}
	if said.Summary != "" {
		lines = append(lines, mail.Quoted(said.Summary), "")
	}
	lines = append(lines, p.T("alert.mail.bad", "severity", p.T(severityKey(d.Severity)).String(),
		"score", p.Decimal(d.Score, 1)).String())
	if d.Used() {
		lines = append(lines, p.T("alert.mail.used").String())
	}
	lines = append(append(lines, ""), mineLines(p, d.Alert, c.Org)...)
	if d.Beside > 0 {
		lines = append(lines, p.N("alert.sighted.more", d.Beside).String())
	}
	if deps := d.Departments(); len(deps) > 0 {
		lines = append(lines, p.T("alert.mail.where", "departments", mail.Quoted(strings.Join(deps[:min(len(deps), departmentsShown)], ", "))).String())
		if more := len(deps) - departmentsShown; more > 0 {
			lines = append(lines, p.N("alert.answer.more", more).String())
		}
	}
	if !d.Due.IsZero() {
		lines = append(lines, "", p.T("alert.mail.due", "time", p.Time(d.Due)).String())
	}
	lines = append(lines, saidLines(p, said)...)
	return append(lines, p.T("alert.mail.do").String(), s.link(d), "", "TLP:"+d.TLP.String(), p.T("alert.mail.footer").String())
}

// departmentsShown is how many departments a mail names; the page has them all.
const departmentsShown = 12

// mineLines say how much of it is the own of a reader at org: what is affected, what
// a person must look at, or why the mail comes when there is neither.
func mineLines(p *i18n.Printer, a Alert, org ward.OrgID) []string {
	switch {
	case a.Sighted != "" && org != a.Org:
		return []string{p.T("alert.mine.sighted_country").String()}
	case a.Sighted != "":
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
