package pages

import (
	"net/url"
	"strings"
	"time"

	"ward"
	"ward/base/home"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// tls shows how the certificate stands, and how to set one up: the settings are
// in a file that only who runs the machine can write.
func (h handler) tls(c *web.Call) error {
	t, now, err := h.svc.TLS(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("home.tls.title"), Lead: c.T("home.tls.lead"), Crumbs: []ui.Link{{Text: c.T("home.jobs.title"), Href: "/operations"}}}
	return c.OK(s, tlsPage(c.Printer, t, now))
}

// tlsNotice is the judgement and the one next step.
func tlsNotice(p *i18n.Printer, t home.TLS, now time.Time) ui.Notice {
	state := t.State(now)
	n := ui.Notice{Tone: map[home.TLSState]ui.Tone{home.TLSEnded: ui.Bad, home.TLSFailing: ui.Bad, home.TLSOpen: ui.Warning, home.TLSSoon: ui.Warning,
		home.TLSUnseen: ui.Info, home.TLSGood: ui.Success}[state], Title: p.T(i18n.Key("home.tls.state." + string(state)))}
	n.Text = p.T(nextKey(t, state))
	return n
}

// nextKey is what to do, which differs with who renews the certificate.
func nextKey(t home.TLS, s home.TLSState) i18n.Key {
	switch {
	case s == home.TLSGood || s == home.TLSOpen || s == home.TLSUnseen:
		return i18n.Key("home.tls.next." + string(s))
	case t.Source == home.TLSACME:
		return "home.tls.next.acme"
	}
	return "home.tls.next.own"
}

func tlsRows(p *i18n.Printer, t home.TLS, now time.Time) []ui.Row {
	rows := []ui.Row{{Label: p.T("home.tls.address"), Value: ui.Code(t.Address)},
		{Label: p.T("home.tls.source"), Value: p.T(i18n.Key("home.tls.from." + string(t.Source)))}}
	if len(t.Asked) > 0 {
		rows = append(rows, ui.Row{Label: p.T("home.tls.asked"), Value: i18n.Raw(strings.Join(t.Asked, ", "))})
	}
	if !t.Ends.IsZero() {
		rows = append(rows, ui.Row{Label: p.T("home.tls.subject"), Value: i18n.Raw(t.Subject)},
			ui.Row{Label: p.T("home.tls.names"), Value: i18n.Raw(strings.Join(t.Names, ", "))},
			ui.Row{Label: p.T("home.tls.issuer"), Value: i18n.Raw(t.Issuer)},
			ui.Row{Label: p.T("home.tls.starts"), Value: ui.Moment(p, t.Starts)},
			ui.Row{Label: p.T("home.tls.ends"), Value: ui.Moment(p, t.Ends)})
		if days := t.Days(now); days >= 0 {
			rows = append(rows, ui.Row{Label: p.T("home.tls.left"), Value: p.N("home.tls.days", days)})
		}
	}
	if t.Fault != "" {
		rows = append(rows, ui.Row{Label: p.T("home.tls.fault"), Value: i18n.In(ward.English, cut(t.Fault))})
	}
	return rows
}

// host is the name in the address, or one that stands for it.
func host(t home.TLS) string {
	u, err := url.Parse(t.Address)
	if err != nil || !strings.Contains(u.Hostname(), ".") || strings.HasPrefix(u.Hostname(), "127.") {
		return "ward.example"
	}
	return u.Hostname()
}

func ownSettings(t home.TLS) string {
	return "listen = \"0.0.0.0:443\"\nurl = \"https://" + host(t) + "\"\n[tls]\ncert = \"/etc/ward/ward.pem\"\nkey = \"/etc/ward/ward.key\"\n"
}

func acmeSettings(t home.TLS) string {
	return "listen = \"0.0.0.0:443\"\nurl = \"https://" + host(t) + "\"\n[tls]\nacme_domains = \"" + host(t) + "\"\nacme_email = \"it@" + host(t) + "\"\n"
}

func proxySettings(t home.TLS) string {
	return "listen = \"127.0.0.1:8080\"\nurl = \"https://" + host(t) + "\"\nproxies = \"127.0.0.1\"\n"
}
