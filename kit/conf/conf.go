// Package conf reads the settings of the house: from one file, the environment
// and a few flags, each stronger than the one before. It is the only place that
// reads the environment. A setting that does not exist is an error that names
// its place, as a mistyped protection is none.
package conf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"ward"
)

// Config is every setting. Sample prints the same with defaults, as a file.
type Config struct {
	Listen   string   // host:port that pages and API are served on
	URL      string   // public address of the house, without a slash at the end; empty: http:// and Listen
	Data     string   // folder for the database file, keys and uploads
	Database string   // sqlite:PATH or postgres://…; empty: sqlite: and ward.db in Data
	Demo     bool     // training house with invented data, which reaches nobody
	Replica  string   // lasting name of this process among others; empty: the machine's
	Proxies  []string // addresses or prefixes of reverse proxies whose X-Forwarded-For is believed
	Contact  string   // mail address of those who run the house, for mistakes in texts; empty: none
	TLS      TLS
	Log      Log
	Mail     Mail
	SMS      SMS
	Fetch    Fetch
	CSAF     CSAF
	Audit    Audit
	Trace    Trace
	SignIn   SignIn
}

// Trace is where traces go (OpenTelemetry). Without an endpoint there are none.
type Trace struct {
	Endpoint string  // OTLP/HTTP
	Share    float64 // of the traces that are kept, 0 to 1
}

// SignIn is who else signs our people in.
type SignIn struct {
	Issuers []Issuer // empty: nobody
}

// TLS is the house's own certificate. Without one a proxy holds it.
type TLS struct {
	Cert string // PEM file with the certificate and those between it and the root; empty: none
	Key  string // PEM file with its private key
	ACME ACME
}

// ACME is the authority that gives certificates by itself (RFC 8555).
type ACME struct {
	Domains   []string // names that the house asks for; empty: none
	Email     string   // where the authority writes to; empty: none
	Directory string
}

// Log is how the house writes its log.
type Log struct {
	Format string // text, json, or auto: text on a terminal
	Level  string // debug, info, warn, error
}

// Mail is the relay that takes our mail. Without a host no mail leaves.
type Mail struct {
	Host     string
	Port     int    // 0: the usual one of TLS
	TLS      string // starttls, tls, none
	User     string
	Password Secret
	From     string // Name <address>
	HELO     string // our name to the relay; empty: the machine's
}

// SMS is the HTTP gateway that takes our short messages. Without a URL none leaves.
type SMS struct {
	URL     string
	Method  string // POST, PUT, GET
	Body    string // template with {to}, {text}, {id}: JSON, or a form
	Headers []string
	Secret  Secret // value of the header Authorization
	Expect  []int  // status of success; empty: any 2xx
}

// Fetch bounds what the house asks for outside.
type Fetch struct {
	AllowLoopback bool     // this machine may be asked, on every port
	Ports         []uint16 // empty: 80 and 443
	// Inside are addresses or prefixes of the house's own network at which the
	// gateway of SMS and the issuers of SignIn may be. Nothing that others name is
	// asked there.
	Inside []string
}

// CSAF is the house as a publisher of advisories. Without a name and a namespace
// it publishes none.
type CSAF struct {
	Name      string
	Namespace string // URL under its control
	Contact   string // URI of security.txt, beside the page /report
	Authority string // constituency and responsibility
}

// Audit is the tamper-evident log.
type Audit struct {
	Key    Secret // signing key; empty: made in Data at the first start
	Anchor string // file outside the house's own disk to which checkpoints are appended; empty: none
}

// Secret is a value that shows itself to nobody by accident.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[hidden]"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from encoders and from slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Environ is the environment of the process.
func Environ() func(string) string { return os.Getenv }

// EnvName is the variable of a setting: WARD_MAIL_HOST of "mail.host".
func EnvName(key string) string {
	return "WARD_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Load reads the settings: defaults, then the TOML file (path "" for none), then
// environ, then flags, whose keys are those of the file ("listen"). Errors are
// for the command line and name file, line and setting.
func Load(flags map[string]string, path string, environ func(string) string) (Config, error) {
	c := Config{}
	for _, s := range settings() {
		if s.value == "" {
			continue
		}
		if err := s.set(&c, s.value); err != nil {
			return Config{}, fmt.Errorf("default of %s: %w", s.key, err)
		}
	}
	if path != "" {
		if err := c.file(path); err != nil {
			return Config{}, err
		}
	}
	if err := c.environment(environ); err != nil {
		return Config{}, err
	}
	c.issuerSecrets(environ)
	for key, value := range flags {
		s, ok := find(key)
		if !ok || s.secret {
			return Config{}, fmt.Errorf("there is no flag for the setting %q", key)
		}
		if err := s.set(&c, value); err != nil {
			return Config{}, fmt.Errorf("--%s: %w", key, err)
		}
	}
	return c.complete()
}

// environment applies the variables that are set; an empty one counts as not set,
// as most ways to start a service cannot leave one out.
func (c *Config) environment(environ func(string) string) error {
	for _, s := range settings() {
		if v := environ(EnvName(s.key)); v != "" {
			if err := s.set(c, v); err != nil {
				return fmt.Errorf("%s: %w", EnvName(s.key), err)
			}
		}
		if s.secret {
			name := EnvName(s.key + fileSuffix)
			if err := s.fromFile(c, environ(name)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// fileSuffix makes the setting that names the file of a secret.
const fileSuffix = "_file"

// secretLimit bounds such a file: a key or a password, not a disk.
const secretLimit = 16 << 10

// fromFile sets a secret to the content of a file, without the line's end that
// editors add.
func (s setting) fromFile(c *Config, path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > secretLimit {
		return fmt.Errorf("%s is larger than a secret", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return s.set(c, strings.TrimRight(string(text), "\r\n"))
}

// file applies a TOML file. Every key must be a setting.
func (c *Config) file(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return ward.Wrap("configuration", err)
	}
	tree := map[string]any{}
	meta, err := toml.Decode(string(text), &tree)
	if err != nil {
		var p toml.ParseError
		if errors.As(err, &p) {
			return fmt.Errorf("%s:%d: %s", path, p.Position.Line, p.Message)
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, key := range meta.Keys() {
		if meta.Type(key...) == "Hash" && isSection(key.String()) {
			continue
		}
		if err := c.apply(key.String(), value(tree, key), filepath.Dir(path)); err != nil {
			return fmt.Errorf("%s:%d: %s: %w", path, lineOf(string(text), key.String()), key, err)
		}
	}
	return nil
}

// apply sets one key of the file. A secret stands in a file of its own, named
// relative to the folder of this one.
func (c *Config) apply(key string, v any, folder string) error {
	if s, ok := find(strings.TrimSuffix(key, fileSuffix)); ok && s.secret && strings.HasSuffix(key, fileSuffix) {
		path, ok := v.(string)
		if !ok {
			return errors.New("want the path of a file")
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		return s.fromFile(c, path)
	}
	s, ok := find(key)
	switch {
	case !ok:
		return errors.New("there is no such setting")
	case s.secret:
		return fmt.Errorf("a secret does not stand here: use %s%s or %s", key, fileSuffix, EnvName(key))
	}
	text, err := plain(v)
	if err != nil {
		return err
	}
	return s.set(c, text)
}

// plain writes a TOML value as the environment would hold it.
func plain(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int64, bool:
		return fmt.Sprint(v), nil
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			var err error
			if parts[i], err = plain(e); err != nil {
				return "", err
			}
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("want a text, a number, true or false, or a list of them")
}

// value follows a key through the tables of a decoded file.
func value(tree map[string]any, key toml.Key) any {
	var v any = tree
	for _, part := range key {
		table, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = table[part]
	}
	return v
}

// lineOf finds where a key stands; 0 if it is written in a way that we do not follow.
func lineOf(text, key string) int {
	section := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[] ") + "."
			if strings.TrimSuffix(section, ".") == key {
				return i + 1
			}
		}
		name, _, ok := strings.Cut(line, "=")
		if ok && section+strings.TrimSpace(name) == key {
			return i + 1
		}
	}
	return 0
}

// complete fills what follows from other settings.
func (c Config) complete() (Config, error) {
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.Data, "ward.db")
	}
	if c.URL == "" {
		c.URL = "http://" + c.Listen
		if c.TLS.Cert != "" {
			c.URL = "https://" + c.Listen
		}
		if len(c.TLS.ACME.Domains) > 0 {
			c.URL = "https://" + c.TLS.ACME.Domains[0]
		}
	}
	if c.Replica == "" {
		host, err := os.Hostname()
		if err != nil {
			return Config{}, fmt.Errorf("replica: the machine has no name: %w", err)
		}
		c.Replica = host
	}
	if (c.TLS.Cert == "") != (c.TLS.Key == "") {
		return Config{}, errors.New("tls.cert, tls.key: one does not go without the other")
	}
	if c.TLS.Cert != "" && len(c.TLS.ACME.Domains) > 0 {
		return Config{}, errors.New("tls.cert, tls.acme_domains: one or the other")
	}
	if c.Mail.Host != "" && c.Mail.From == "" {
		return Config{}, errors.New("mail.from: a sender address is needed with mail.host")
	}
	if c.SMS.URL != "" && c.SMS.Body == "" {
		return Config{}, errors.New("sms.body: a template is needed with sms.url")
	}
	return c, nil
}
