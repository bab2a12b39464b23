package conf

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// setting is one row of the table that the file, the environment, the sample
// and the checks all follow.
type setting struct {
	key    string
	value  string // default; empty means what doc says
	doc    string
	secret bool
	set    func(*Config, string) error
}

// settings is the table, in the order of the sample. It is built anew at each call,
// as the house has no variable that could be changed.
func settings() []setting {
	return append([]setting{
		{"listen", "127.0.0.1:8080", "host:port that pages and API are served on", false,
			func(c *Config, v string) error { return hostPort(&c.Listen, v) }},
		{"url", "", "public address for links in mail, https://ward.example; empty: http:// and listen", false,
			func(c *Config, v string) error { return origin(&c.URL, v) }},
		{"data", "data", "folder for the database file, keys and uploads", false,
			func(c *Config, v string) error { return text(&c.Data, v) }},
		{"database", "", "sqlite:PATH or postgres://…; empty: sqlite: and ward.db in data", false,
			func(c *Config, v string) error { return database(&c.Database, v) }},
		{"demo", "false", "training house with invented data, which reaches nobody", false,
			func(c *Config, v string) error { return yes(&c.Demo, v) }},
		{"replica", "", "lasting name of this process among others on one database; empty: the machine's", false,
			func(c *Config, v string) error { return text(&c.Replica, v) }},
		{"proxies", "", "reverse proxies whose X-Forwarded-For is believed: addresses or prefixes; empty: none", false,
			func(c *Config, v string) error { return prefixes(&c.Proxies, v) }},
		{"contact", "", "mail address of those who run the house, shown where a mistake in a text is reported; empty: none", false,
			func(c *Config, v string) error { return bareAddress(&c.Contact, v) }},
		{"tls.cert", "", "PEM file with the house's own certificate and its chain; read again when renewed; empty: a proxy holds it", false,
			func(c *Config, v string) error { return text(&c.TLS.Cert, v) }},
		{"tls.key", "", "PEM file with the private key of tls.cert", false,
			func(c *Config, v string) error { return text(&c.TLS.Key, v) }},
		{"tls.acme_domains", "", "names for which an ACME authority gives certificates; it reaches port 443 of each; naming them accepts its terms; empty: none", false,
			func(c *Config, v string) error { return domains(&c.TLS.ACME.Domains, v) }},
		{"tls.acme_email", "", "where the ACME authority writes when something is wrong; empty: nowhere", false,
			func(c *Config, v string) error { return bareAddress(&c.TLS.ACME.Email, v) }},
		{"tls.acme_directory", "https://acme-v02.api.letsencrypt.org/directory", "address of the ACME authority", false,
			func(c *Config, v string) error { return webAddress(&c.TLS.ACME.Directory, v) }},
		{"log.format", "auto", "text, json, or auto: text on a terminal", false,
			func(c *Config, v string) error { return one(&c.Log.Format, v, "auto", "text", "json") }},
		{"log.level", "info", "debug, info, warn or error", false,
			func(c *Config, v string) error { return one(&c.Log.Level, v, "debug", "info", "warn", "error") }},
		{"mail.host", "", "relay that takes our mail; empty: no mail leaves", false,
			func(c *Config, v string) error { return text(&c.Mail.Host, v) }},
		{"mail.port", "0", "its port; 0: 587, 465 or 25 as of mail.tls", false,
			func(c *Config, v string) error { return port(&c.Mail.Port, v) }},
		{"mail.tls", "starttls", "starttls, tls, or none for a relay on the same machine", false,
			func(c *Config, v string) error { return one(&c.Mail.TLS, v, "starttls", "tls", "none") }},
		{"mail.user", "", "name to sign in with; empty: no sign-in", false,
			func(c *Config, v string) error { return text(&c.Mail.User, v) }},
		{"mail.password", "", "password of mail.user", true,
			func(c *Config, v string) error { c.Mail.Password = Secret(v); return nil }},
		{"mail.from", "", "sender, Ward <alerts@ward.example>; needed with mail.host", false,
			func(c *Config, v string) error { return address(&c.Mail.From, v) }},
		{"mail.helo", "", "our name to the relay; empty: the machine's", false,
			func(c *Config, v string) error { return text(&c.Mail.HELO, v) }},
		{"sms.url", "", "address of the gateway that takes our short messages, https://…; empty: none leaves", false,
			func(c *Config, v string) error { return gateway(&c.SMS.URL, v) }},
		{"sms.method", "POST", "POST, PUT or GET", false,
			func(c *Config, v string) error { return one(&c.SMS.Method, v, "POST", "PUT", "GET") }},
		{"sms.body", "", "template with {to}, {text} and {id}: JSON, or a form like to={to}&text={text}", false,
			func(c *Config, v string) error { return text(&c.SMS.Body, v) }},
		{"sms.headers", "", "further headers of a call, Name: value; a list", false,
			func(c *Config, v string) error { return headers(&c.SMS.Headers, v) }},
		{"sms.secret", "", "value of the header Authorization of a call, Bearer …", true,
			func(c *Config, v string) error { c.SMS.Secret = Secret(v); return nil }},
		{"sms.expect", "", "status by which the gateway says yes, 200,202; empty: any 2xx", false,
			func(c *Config, v string) error { return statuses(&c.SMS.Expect, v) }},
		{"fetch.allow_loopback", "false", "let feeds and webhooks reach this machine itself: for trials", false,
			func(c *Config, v string) error { return yes(&c.Fetch.AllowLoopback, v) }},
		{"fetch.ports", "80,443", "ports that feeds and webhooks may use", false, func(c *Config, v string) error { return ports(&c.Fetch.Ports, v) }},
		{"fetch.inside", "", "addresses or prefixes of the house's own network at which the gateway of sms.url and the issuers may be; empty: none", false,
			func(c *Config, v string) error { return prefixes(&c.Fetch.Inside, v) }},
		{"csaf.name", "", "name under which the house publishes advisories; empty: it publishes none", false,
			func(c *Config, v string) error { return text(&c.CSAF.Name, v) }},
		{"csaf.namespace", "", "URL that marks its own advisories, https://ward.example; needed with csaf.name", false,
			func(c *Config, v string) error { return webAddress(&c.CSAF.Namespace, v) }},
		{"csaf.contact", "", "where weaknesses are reported beside the page /report, for security.txt: mailto:… or https://…", false,
			func(c *Config, v string) error { return contact(&c.CSAF.Contact, v) }},
		{"csaf.authority", "", "a sentence on the constituency and responsibility of the publisher", false,
			func(c *Config, v string) error { return text(&c.CSAF.Authority, v) }},
		{"audit.key", "", "signing key of the audit log; empty: made in data at the first start", true,
			func(c *Config, v string) error { c.Audit.Key = Secret(v); return nil }},
		{"audit.anchor", "", "file on another disk to which signed checkpoints are appended; empty: none", false,
			func(c *Config, v string) error { return text(&c.Audit.Anchor, v) }},
		{"trace.endpoint", "", "collector of OpenTelemetry traces by OTLP/HTTP, http://127.0.0.1:4318/v1/traces; empty: no traces", false,
			func(c *Config, v string) error { return webAddress(&c.Trace.Endpoint, v) }},
		{"trace.share", "1", "share of the traces that are kept, 0 to 1", false,
			func(c *Config, v string) error { return share(&c.Trace.Share, v) }},
	}, signInSettings()...)
}

// signInSettings are who else signs our people in.
func signInSettings() []setting {
	return []setting{
		{"signin.issuers", "", "TOML file with the outside issuers that sign people in (OpenID Connect); empty: none", false,
			func(c *Config, v string) error { return issuers(&c.SignIn.Issuers, v) }},
	}
}

// find looks a setting up by its key.
func find(key string) (setting, bool) {
	all := settings()
	i := slices.IndexFunc(all, func(s setting) bool { return s.key == key })
	if i < 0 {
		return setting{}, false
	}
	return all[i], true
}

// isSection says that name heads a table of settings.
func isSection(name string) bool {
	return slices.ContainsFunc(settings(), func(s setting) bool { return strings.HasPrefix(s.key, name+".") })
}

// Sample is a file with every setting, its meaning and its default.
func Sample() string {
	var b strings.Builder
	b.WriteString("# Settings of Ward. Each can be given as an environment variable too:\n# WARD_MAIL_HOST is mail.host.\n")
	section := ""
	for _, s := range settings() {
		table, name, ok := strings.Cut(s.key, ".")
		if !ok {
			table, name = "", s.key
		}
		if table != section {
			section = table
			fmt.Fprintf(&b, "\n[%s]\n", table)
		}
		if s.secret {
			fmt.Fprintf(&b, "\n# Path of a file with the %s.\n#%s%s = \"\"\n", s.doc, name, fileSuffix)
			continue
		}
		fmt.Fprintf(&b, "\n# %s.\n#%s = %q\n", strings.ToUpper(s.doc[:1])+s.doc[1:], name, s.value)
	}
	return b.String()
}

// text takes any line. A line break could end a header or a log line later.
func text(to *string, v string) error {
	if strings.ContainsAny(v, "\r\n\x00") {
		return errors.New("a line break is not allowed")
	}
	*to = v
	return nil
}

// one takes a word of a list.
func one(to *string, v string, allowed ...string) error {
	if !slices.Contains(allowed, v) {
		return fmt.Errorf("%q: want %s", v, strings.Join(allowed, ", "))
	}
	*to = v
	return nil
}

// yes takes true or false, also as 1 and 0.
func yes(to *bool, v string) error {
	b, err := strconv.ParseBool(v)
	if err != nil {
		return fmt.Errorf("%q: want true or false", v)
	}
	*to = b
	return nil
}

// share takes a figure from 0 to 1.
func share(to *float64, v string) error {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return fmt.Errorf("%q: want a share from 0 to 1", v)
	}
	*to = f
	return nil
}

// port takes 0 too, which means the usual one.
func port(to *int, v string) error {
	n, err := strconv.ParseUint(v, 10, 16)
	if err != nil {
		return fmt.Errorf("%q: want a port, 0 to 65535", v)
	}
	*to = int(n)
	return nil
}

// ports takes a list of ports that can be connected to.
func ports(to *[]uint16, v string) error {
	var out []uint16
	for _, part := range list(v) {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil || n == 0 {
			return fmt.Errorf("%q: want ports, 1 to 65535", part)
		}
		out = append(out, uint16(n))
	}
	*to = out
	return nil
}

// list cuts at commas and drops what is empty.
func list(v string) []string {
	var out []string
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// prefixes takes addresses and prefixes, as of 10.0.0.1 and 10.0.0.0/8.
func prefixes(to *[]string, v string) error {
	for _, part := range list(v) {
		_, notPrefix := netip.ParsePrefix(part)
		if _, err := netip.ParseAddr(part); err != nil && notPrefix != nil {
			return fmt.Errorf("%q: want an address or a prefix", part)
		}
	}
	*to = list(v)
	return nil
}

// hostPort takes what can be listened on; an empty host means all addresses.
func hostPort(to *string, v string) error {
	_, p, err := net.SplitHostPort(v)
	if err != nil {
		return fmt.Errorf("%q: want host:port", v)
	}
	var n int
	if err := port(&n, p); err != nil {
		return err
	}
	*to = v
	return nil
}

// origin is scheme and host only: links are put together by adding a path.
func origin(to *string, v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%q: want https://host", v)
	}
	host, own := strings.ToLower(u.Host), map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	*to = u.Scheme + "://" + strings.TrimSuffix(host, own) // as browsers write an origin (RFC 6454 section 6.2)
	return nil
}

// contact takes what RFC 9116 section 2.5.3 allows.
func contact(to *string, v string) error {
	for _, scheme := range []string{"mailto:", "https://", "tel:"} {
		if strings.HasPrefix(v, scheme) && len(v) > len(scheme) && !strings.ContainsAny(v, " \t") {
			return text(to, v)
		}
	}
	return fmt.Errorf("%q: want mailto:…, https://… or tel:…", v)
}

// webAddress takes an address with a path, without a name or password in it.
func webAddress(to *string, v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%q: want https://host/path", v)
	}
	*to = v
	return nil
}

// domains takes full names in lower case: no address, no "*" (which needs another
// challenge than ours).
func domains(to *[]string, v string) error {
	for _, name := range list(v) {
		_, notAddress := netip.ParseAddr(name)
		if notAddress == nil || !strings.Contains(name, ".") || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" ||
			name != strings.ToLower(name) || strings.HasSuffix(name, ".") || len(name) > 253 {
			return fmt.Errorf("%q: want names as ward.example, in lower case", name)
		}
	}
	*to = list(v)
	return nil
}

// database does not repeat the value: it may hold a password.
func database(to *string, v string) error {
	for _, scheme := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if strings.HasPrefix(v, scheme) && len(v) > len(scheme) {
			*to = v
			return nil
		}
	}
	return errors.New("want sqlite:PATH or postgres://…")
}

// bareAddress takes a mail address without a name, as it stands in a link.
func bareAddress(to *string, v string) error {
	a, err := mail.ParseAddress(v)
	if err != nil || a.Name != "" || a.Address != v {
		return fmt.Errorf("%q: want name@host", v)
	}
	return text(to, v)
}

// address takes a mail address with or without a name.
func address(to *string, v string) error {
	if _, err := mail.ParseAddress(v); err != nil {
		return fmt.Errorf("%q: want Name <address>", v)
	}
	return text(to, v)
}
