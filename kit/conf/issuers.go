package conf

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// Issuer is an outside service that signs people in (OpenID Connect Core 1.0).
type Issuer struct {
	ID           string   `toml:"id"`        // in our addresses: letters, digits, dashes
	Name         string   `toml:"name"`      // on the button
	URL          string   `toml:"url"`       // exactly as the issuer writes itself
	ClientID     string   `toml:"client_id"` // what we are called there
	SecretFile   string   `toml:"client_secret_file"`
	SecondFactor []string `toml:"second_factor"` // values of amr or acr that mean two factors; empty: "mfa" (RFC 8176)
	Secret       Secret   `toml:"-"`
}

const (
	maxIssuers  = 20
	issuersSize = 64 << 10
)

var issuerID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$`) })

// issuers reads the file of issuers. Files of secrets are named relative to it.
func issuers(to *[]Issuer, path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > issuersSize {
		return fmt.Errorf("%s is larger than a list of issuers", path)
	}
	var list struct {
		Issuer []Issuer `toml:"issuer"`
	}
	meta, err := toml.DecodeFile(path, &list)
	if err != nil {
		return err
	}
	if more := meta.Undecoded(); len(more) > 0 {
		return fmt.Errorf("%s: there is no such setting: %s", path, more[0])
	}
	if len(list.Issuer) == 0 || len(list.Issuer) > maxIssuers {
		return fmt.Errorf("%s: want 1 to %d [[issuer]]", path, maxIssuers)
	}
	seen := map[string]bool{}
	for i := range list.Issuer {
		s := &list.Issuer[i]
		if err := s.check(filepath.Dir(path)); err != nil {
			return fmt.Errorf("%s: issuer %q: %w", path, s.ID, err)
		}
		if seen[s.ID] || seen[s.URL] {
			return fmt.Errorf("%s: issuer %q is there twice", path, s.ID)
		}
		seen[s.ID], seen[s.URL] = true, true
	}
	*to = list.Issuer
	return nil
}

// check refuses what could never sign anybody in, and reads the secret.
func (s *Issuer) check(folder string) error {
	if len(s.SecondFactor) == 0 {
		s.SecondFactor = []string{"mfa"}
	}
	switch {
	case !issuerID().MatchString(s.ID):
		return errors.New("id: want up to 30 of a-z, 0-9 and dashes")
	case s.Name == "" || len(s.Name) > 60 || text(new(string), s.Name) != nil:
		return errors.New("name: want up to 60 characters")
	case s.ClientID == "" || len(s.ClientID) > 500:
		return errors.New("client_id is missing")
	case slices.Contains(s.SecondFactor, ""):
		return errors.New("second_factor: an empty value would match everything")
	}
	if err := issuerURL(s.URL); err != nil {
		return fmt.Errorf("url: %w", err)
	}
	if s.SecretFile != "" && !filepath.IsAbs(s.SecretFile) {
		s.SecretFile = filepath.Join(folder, s.SecretFile)
	}
	set := setting{set: func(_ *Config, v string) error { s.Secret = Secret(v); return nil }}
	return set.fromFile(nil, s.SecretFile)
}

// issuerURL wants https; a trial may run on this machine itself.
func issuerURL(v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("want https://host/path")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	loopback := u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return errors.New("https is required")
	}
	return nil
}

// issuerSecrets takes secrets from the environment: WARD_SIGNIN_EU_LOGIN_SECRET
// is that of the issuer eu-login.
func (c *Config) issuerSecrets(environ func(string) string) {
	for i, s := range c.SignIn.Issuers {
		if v := environ(EnvName("signin." + strings.ReplaceAll(s.ID, "-", "_") + ".secret")); v != "" {
			c.SignIn.Issuers[i].Secret = Secret(v)
		}
	}
}
