package upkeep

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"time"

	"ward/app"
	"ward/kit/fetch"
)

// Reach is how the house is found and whom it reaches, as far as it was looked at.
type Reach struct {
	NameFault string // why the site's name does not lead anywhere; "" also when it was not tried
	CertNames string // why the certificate of the settings is not for the site's name
	SiteFault string // why the site cannot be reached under its own name; for a proxy's certificate
	SiteEnds  time.Time
	SMS       string // why nothing answers where the gateway should be
}

func lookAtReach(ctx context.Context, cfg Config, connect bool) (r Reach) {
	host := siteName(cfg)
	if cfg.TLS.Cert != "" && host != "" {
		if pair, err := tls.LoadX509KeyPair(cfg.TLS.Cert, cfg.TLS.Key); err == nil {
			r.CertNames = plain(pair.Leaf.VerifyHostname(host))
		}
	}
	if !connect {
		return r
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if host != "" && net.ParseIP(host) == nil {
		_, err := net.DefaultResolver.LookupHost(ctx, host)
		r.NameFault = plain(err)
	}
	if u, err := url.Parse(cfg.URL); err == nil && host != "" && u.Scheme == "https" && cfg.TLS.Cert == "" && len(cfg.TLS.ACME.Domains) == 0 {
		r.SiteEnds, r.SiteFault = visitSite(ctx, host, u.Port())
	}
	if u, err := url.Parse(cfg.SMS.URL); cfg.SMS.URL != "" && err == nil {
		r.SMS = knock(ctx, cfg, u)
	}
	return r
}

// siteName is the host of the site's address; "" for one that only this machine has.
func siteName(cfg Config) string {
	u, err := url.Parse(cfg.URL)
	if err != nil || loopback(u.Hostname()) {
		return ""
	}
	return u.Hostname()
}

// knock opens a connection and sends nothing: a gateway bills what it gets. It
// reaches what the house itself would.
func knock(ctx context.Context, cfg Config, u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	conn, err := (&net.Dialer{Control: app.Guard(cfg.house(), u.String())}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if errors.Is(err, fetch.ErrForbiddenAddress) {
		return "it lies in a network of the house that fetch.inside does not name"
	}
	if err != nil {
		return plain(err)
	}
	return plain(conn.Close())
}

// reach judges names and the gateway; the certificate's end is certificate's.
func (j *judge) reach() {
	r, host := j.facts.Reach, siteName(j.cfg)
	switch {
	case host == "":
	case !j.facts.Connect:
		j.say("name", Skipped, "ward doctor --connect", "%s was not looked up", host)
	case r.NameFault != "":
		j.say("name", Broken, "an A or AAAA record for "+host, "%s", r.NameFault)
	default:
		j.say("name", Good, "", "%s is in DNS", host)
	}
	if r.CertNames != "" {
		j.say("certificate name", Broken, "a certificate for "+host, "%s", r.CertNames)
	}
	switch {
	case j.cfg.SMS.URL == "":
		j.say("text messages", Notice, "sms.url in the settings", "no gateway is named: nobody is reached by text message")
	case !j.facts.Connect:
		j.say("text messages", Skipped, "ward doctor --connect", "the gateway was not tried")
	case r.SMS != "":
		j.say("text messages", Broken, "sms.url in the settings", "the gateway does not answer: %s", r.SMS)
	default:
		j.say("text messages", Good, "", "the gateway takes connections")
	}
}
