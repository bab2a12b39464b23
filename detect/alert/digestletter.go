package alert

import (
	"fmt"
	"slices"
	"strings"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/reach"
	"ward/kit/i18n"
	"ward/kit/mail"
)

// digestShown is how many alerts a digest lists; the inbox has them all.
const digestShown = 50

// digestLetter writes the mail of a digest in its person's language and zone:
// the worst first as linked has them, each with its number, what is mine, by when,
// and the link that acknowledges it.
func (s *Service) digestLetter(d reach.Digest, list []told, p ward.Person, w reach.Wishes) mail.Message {
	now := s.cfg.Clock()
	w = w.In(p.Zone, "")
	words := s.cfg.Printer(p.Lang).Zone(w.Rule.Zone)
	alerts := slices.DeleteFunc(slices.Clone(list), func(x told) bool { return x.end != Sent })
	subject := words.N("alert.digest.subject", len(alerts)).String()
	lines := []string{words.T("alert.digest.span", "from", words.Time(d.From), "until", words.Time(d.Until)).String(), ""}
	if d.Repeat() {
		subject = words.T("alert.mail.repeat", "subject", subject).String()
		lines = append([]string{words.T("alert.mail.repeat_text").String(), ""}, lines...)
	}
	for _, x := range alerts[:min(len(alerts), digestShown)] {
		lines = append(lines, s.digestLines(words, x.alert, marking.Of(marking.Mail, x.alert.TLP, clearance(w, now)))...)
		if x.secret != "" {
			lines = append(lines, words.T("alert.mail.acknowledge").String(), s.ackURL(x.secret))
		}
		lines = append(lines, "")
	}
	if more := len(alerts) - digestShown; more > 0 {
		lines = append(lines, words.N("alert.digest.more", more).String(), s.cfg.URL+"/alerts", "")
	}
	lines = append(lines, words.T("alert.digest.footer").String(), s.cfg.URL+"/me/reach")
	links := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.HasPrefix(l, s.cfg.URL+"/") })
	return mail.Message{ID: fmt.Sprintf("digest-%s-%d", d.Person, d.Until.Unix()), To: p.Email, Subject: subject,
		Text: strings.Join(lines, "\n") + "\n", HTML: htmlOf(words, lines, links), ListID: s.listID(), Seal: w.PublicKey(now)}
}

// digestLines tell of one alert what its marking lets a mail carry.
func (s *Service) digestLines(p *i18n.Printer, a Alert, c marking.Carry) []string {
	link := s.link(Detail{Alert: a})
	if c != marking.Content {
		return []string{p.T("alert.digest.closed", "id", string(a.ID()), "tlp", "TLP:"+a.TLP.String()).String(), link}
	}
	head := p.T("alert.digest.line", "severity", p.T(severityKey(a.Severity)).String(), "title", mail.Quoted(a.Title)).String()
	out := []string{head}
	if a.Used() {
		out = append(out, p.T("alert.mail.used").String())
	}
	out = append(out, mineLines(p, a, a.Org)...)
	if !a.Due.IsZero() {
		out = append(out, p.T("alert.mail.due", "time", p.Time(a.Due)).String())
	}
	return append(out, link, "TLP:"+a.TLP.String())
}
