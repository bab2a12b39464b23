package issuer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"ward/kit/clock"
	"ward/kit/conf"
	"ward/kit/fetch"
)

// Bounds of what an issuer may send and how often it is asked.
const (
	maxBytes     = 256 << 10
	timeout      = 10 * time.Second
	metadataLife = time.Hour
	// AskedAgain is how long an issuer that does not answer is left alone.
	AskedAgain = time.Minute
	// AskedMost bounds what is fetched of one address within AskedAgain: keys may change
	// a moment after they were read, and tokens may name keys that nobody has.
	AskedMost = 5
)

// algorithms may sign ID tokens: asymmetric ones only, so that neither an
// unsigned token nor one signed with our secret or the public key passes
// (RFC 8725, 3.1 and 3.2).
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// Config of New. All fields but Inside are needed.
type Config struct {
	conf.Issuer
	Fetch  *fetch.Client
	Inside *fetch.Client // asks at the issuer's own host, in the house's own network; nil: Fetch does
	Clock  clock.Clock
	Fresh  time.Duration // how long a person may take there: an older token is none of this sign-in
}

// Issuer is an outside service with what it last said of itself. Safe for
// concurrent use.
type Issuer struct {
	conf.Issuer
	client *http.Client
	clock  clock.Clock
	fresh  time.Duration

	mu    sync.Mutex
	known *metadata
	keys  *oidc.RemoteKeySet
	asked time.Time
	err   error // of the last time that it was asked
}

// metadata is what we need of OpenID Connect Discovery 1.0, section 3.
type metadata struct {
	Issuer     string   `json:"issuer"`
	AuthURL    string   `json:"authorization_endpoint"`
	TokenURL   string   `json:"token_endpoint"`
	KeysURL    string   `json:"jwks_uri"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
	Auth       []string `json:"token_endpoint_auth_methods_supported"`
	NamesSelf  bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
}

// New makes an issuer that was not asked yet.
func New(cfg Config) *Issuer {
	g := &guarded{fetch: cfg.Fetch, https: strings.HasPrefix(cfg.URL, "https:"), clock: cfg.Clock}
	if u, err := url.Parse(cfg.URL); err == nil && cfg.Inside != nil {
		g.inside, g.host = cfg.Inside, u.Host
	}
	return &Issuer{Issuer: cfg.Issuer, clock: cfg.Clock, fresh: cfg.Fresh, client: &http.Client{Transport: g}}
}

// metadata asks the issuer at most once an hour, and once a minute while it fails.
func (i *Issuer) metadata(ctx context.Context) (*metadata, *oidc.RemoteKeySet, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.clock()
	if age := now.Sub(i.asked); i.err != nil && age < AskedAgain || i.known != nil && i.err == nil && age < metadataLife {
		return i.known, i.keys, i.err
	}
	m, err := i.discover(ctx)
	if ctx.Err() != nil { // the reader went away: that says nothing of the issuer
		return nil, nil, ctx.Err()
	}
	i.asked, i.err = now, err
	if err == nil {
		if i.known == nil || i.known.KeysURL != m.KeysURL {
			i.keys = oidc.NewRemoteKeySet(oidc.ClientContext(context.WithoutCancel(ctx), i.client), m.KeysURL)
		}
		i.known = m
	}
	return i.known, i.keys, err
}

func (i *Issuer) discover(ctx context.Context) (*metadata, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(i.URL, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return nil, err
	}
	res, err := i.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("discovery: status %d", res.StatusCode)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	var m metadata
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	return &m, m.check(i.URL)
}

// check wants the very issuer (4.3), and ends that lie at safe addresses.
func (m *metadata) check(own string) error {
	if m.Issuer != own {
		return fmt.Errorf("discovery: it calls itself %.100q", m.Issuer)
	}
	for _, end := range []string{m.AuthURL, m.TokenURL, m.KeysURL} {
		if !strings.HasPrefix(end, "https://") && (strings.HasPrefix(own, "https:") || !strings.HasPrefix(end, "http://")) {
			return fmt.Errorf("discovery: %.100q is no address that we use", end)
		}
	}
	return nil
}

// algorithms are those of ours that the issuer says it uses; all, where it says nothing.
func (m *metadata) algorithms() []string {
	out := slices.DeleteFunc(algorithms(), func(a string) bool { return len(m.Algorithms) > 0 && !slices.Contains(m.Algorithms, a) })
	if len(out) == 0 {
		return []string{"nothing that we accept"} // an empty list would mean the library's own
	}
	return out
}

// oauth is the client at this issuer. How to show the secret is read and not
// tried out: a code may be used up by the first try (RFC 6749, 4.1.2).
func (i *Issuer) oauth(m *metadata, redirect string) *oauth2.Config {
	style := oauth2.AuthStyleInHeader
	if i.Secret == "" || len(m.Auth) > 0 && !slices.Contains(m.Auth, "client_secret_basic") {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: i.ClientID, ClientSecret: string(i.Secret), RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "email"},
		Endpoint: oauth2.Endpoint{AuthURL: m.AuthURL, TokenURL: m.TokenURL, AuthStyle: style}}
}
