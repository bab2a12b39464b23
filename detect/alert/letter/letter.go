// Package letter is what is written to people of alerts: mails, digests, short
// messages, in their language. What a message may carry is decided before; a letter
// that may not name what is marked has a number and a link.
package letter

import (
	"net/url"
	"strings"
	"time"

	"ward"
	"ward/kit/i18n"
)

// Alert is what letters say of one.
type Alert struct {
	ID               ward.AlertID
	Title            string
	Severity         ward.Severity
	Score            float64
	Used             bool // by attackers
	TLP              ward.TLP
	Affected, Review int
	Addressed        bool
	Sighted          bool // sensors saw something
	Abroad           bool // the reader belongs to another organisation than the alert
	Raised, Due      time.Time
}

func (a Alert) severity(p *i18n.Printer) string {
	return p.T(i18n.Key("alert.severity." + a.Severity.String())).String()
}

// Text is a letter.
type Text struct{ Subject, Text, HTML string }

// Writer writes for the house at an address, "https://ward.example".
type Writer struct{ URL string }

// Link is the page of an alert.
func (w Writer) Link(id ward.AlertID) string { return w.URL + "/alerts/" + string(id) }

func (w Writer) ack(secret string) string { return w.URL + "/ack/" + secret }

// ListID is the list that mail programs filter by, under the site's host.
func (w Writer) ListID() string {
	u, err := url.Parse(w.URL)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return ""
	}
	return "alerts." + strings.ToLower(u.Hostname())
}

// Short is a message that names no hospital and no product: a number, a link and,
// where content may be told, how bad it is.
func (w Writer) Short(p *i18n.Printer, a Alert, content, repeat bool) string {
	text := p.T("alert.sms.closed", "id", string(a.ID), "link", w.Link(a.ID)).String()
	if content {
		text = p.T("alert.sms.open", "id", string(a.ID), "link", w.Link(a.ID), "severity", a.severity(p)).String()
	}
	if repeat {
		text = p.T("alert.mail.repeat", "subject", text).String()
	}
	return text
}
