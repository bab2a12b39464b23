package alert

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"strings"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// letter writes the mail of one delivery in the contact's language. The subject
// is ours alone: words of a maker or a member never become a header.
func (s *Service) letter(ctx context.Context, d Detail, x Delivery, c ward.Contact) (mail.Message, error) {
	p := s.cfg.Texts.Printer(c.Lang)
	now, err := s.deliveryNow(ctx, x)
	if err != nil {
		return mail.Message{}, err
	}
	carried := carry(Mail, d.TLP, mailClearance)
	subject := p.T("alert.mail.subject", "id", string(d.ID()), "severity", p.T(i18n.Key("alert.severity."+d.Severity.String())).String())
	if carried == LinkOnly {
		subject = p.T("alert.mail.subject_closed", "id", string(d.ID()))
	}
	text := subject.String()
	if now.repeat() {
		text = p.T("alert.mail.repeat", "subject", text).String()
	}
	lines := s.closedLines(p, d)
	if carried == Content {
		lines = s.openLines(p, d)
	}
	if now.repeat() {
		lines = append([]string{p.T("alert.mail.repeat_text").String(), ""}, lines...)
	}
	return mail.Message{ID: fmt.Sprintf("alert-%s-%d-%s", d.ID(), x.Round, x.Target), To: c.Email, Subject: text,
		Text: strings.Join(lines, "\n") + "\n", HTML: htmlOf(p, lines), ListID: s.listID()}, nil
}

// deliveryNow reads the delivery again: another replica may have tried it.
func (s *Service) deliveryNow(ctx context.Context, x Delivery) (now Delivery, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		now, err = deliveryByKey(ctx, tx, x)
		return err
	})
	return now, err
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
func (s *Service) openLines(p *i18n.Printer, d Detail) []string {
	lines := []string{quoted(d.Title), ""}
	lines = append(lines, p.T("alert.mail.bad", "severity", p.T(i18n.Key("alert.severity."+d.Severity.String())).String(),
		"score", p.Decimal(d.Score, 1)).String())
	if d.Exploited == ward.ExploitationExploited || d.Exploited == ward.ExploitationRansomware {
		lines = append(lines, p.T("alert.mail.used").String())
	}
	lines = append(lines, "", p.N("alert.mail.mine", d.Affected).String())
	if d.Review > 0 {
		lines = append(lines, p.N("alert.mail.review", d.Review).String())
	}
	if deps := d.Departments(); len(deps) > 0 {
		lines = append(lines, p.T("alert.mail.where", "departments", quoted(strings.Join(deps, ", "))).String())
	}
	if !d.Due.IsZero() {
		lines = append(lines, "", p.T("alert.mail.due", "time", p.Time(d.Due)).String())
	}
	return append(lines, p.T("alert.mail.do").String(), s.link(d), "", "TLP:"+d.TLP.String(), p.T("alert.mail.footer").String())
}

// quoted makes one line of somebody's words and breaks what a mail program
// would turn into a link.
func quoted(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer("://", ": //", "www.", "www .").Replace(s)
}

// htmlOf shows the same lines; only our own link is one.
func htmlOf(p *i18n.Printer, lines []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="%s"><body>`, html.EscapeString(string(p.Lang())))
	for _, l := range lines {
		text := html.EscapeString(l)
		if strings.HasPrefix(l, "http") && strings.Contains(l, "/alerts/") {
			text = `<a href="` + text + `">` + text + `</a>`
		}
		if l != "" {
			b.WriteString("<p>" + text + "</p>")
		}
	}
	return b.String() + "</body></html>"
}
