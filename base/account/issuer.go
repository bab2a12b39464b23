package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	issuerBytes   = 256 << 10
	issuerTimeout = 10 * time.Second
	metadataLife  = time.Hour
	askedAgain    = time.Minute // an issuer that does not answer
	// askedMost bounds what is fetched of one address within askedAgain: keys may change
	// a moment after they were read, and tokens may name keys that nobody has.
	askedMost = 5
)

// issuerAlgorithms may sign ID tokens: asymmetric ones only, so that neither an
// unsigned token nor one signed with our secret or the public key passes
// (RFC 8725, 3.1 and 3.2).
func issuerAlgorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// issuer is an outside service with what it last said of itself.
type issuer struct {
	conf.Issuer
	client *http.Client
	clock  clock.Clock

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

// newIssuer asks through f, but at the issuer's own host through inside, if that
// is not nil.
func newIssuer(cfg conf.Issuer, f, inside *fetch.Client, now clock.Clock) *issuer {
	g := &guarded{fetch: f, https: strings.HasPrefix(cfg.URL, "https:"), clock: now}
	if u, err := url.Parse(cfg.URL); err == nil && inside != nil {
		g.inside, g.host = inside, u.Host
	}
	return &issuer{Issuer: cfg, clock: now, client: &http.Client{Transport: g}}
}

// metadata asks the issuer at most once an hour, and once a minute while it fails.
func (i *issuer) metadata(ctx context.Context) (*metadata, *oidc.RemoteKeySet, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.clock()
	if age := now.Sub(i.asked); i.err != nil && age < askedAgain || i.known != nil && i.err == nil && age < metadataLife {
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

func (i *issuer) discover(ctx context.Context) (*metadata, error) {
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
	out := slices.DeleteFunc(issuerAlgorithms(), func(a string) bool { return len(m.Algorithms) > 0 && !slices.Contains(m.Algorithms, a) })
	if len(out) == 0 {
		return []string{"nothing that we accept"} // an empty list would mean the library's own
	}
	return out
}

// oauth is the client at this issuer. How to show the secret is read and not
// tried out: a code may be used up by the first try (RFC 6749, 4.1.2).
func (i *issuer) oauth(m *metadata, redirect string) *oauth2.Config {
	style := oauth2.AuthStyleInHeader
	if i.Secret == "" || len(m.Auth) > 0 && !slices.Contains(m.Auth, "client_secret_basic") {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: i.ClientID, ClientSecret: string(i.Secret), RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "email"},
		Endpoint: oauth2.Endpoint{AuthURL: m.AuthURL, TokenURL: m.TokenURL, AuthStyle: style}}
}

// guarded is the guarded client of the house as the libraries want it: bounded,
// without redirects, and keys are not asked for again and again by whoever
// sends tokens with invented key ids.
type guarded struct {
	fetch  *fetch.Client
	inside *fetch.Client // for host; nil for none
	host   string
	https  bool
	clock  clock.Clock

	mu   sync.Mutex
	last map[string]asking
}

// asking counts how often an address was asked since a time.
type asking struct {
	since time.Time
	times int
}

var errTooSoon = errors.New("it was asked a moment ago")

// soon reports whether address was fetched too often within a minute, and counts
// this time.
func (g *guarded) soon(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, a := g.clock(), g.last[address]
	if now.Sub(a.since) >= askedAgain {
		a = asking{since: now}
	}
	a.times++
	if g.last == nil || len(g.last) > 100 {
		g.last = map[string]asking{}
	}
	g.last[address] = a
	return a.times > askedMost
}

// client asks for an address: what an issuer names elsewhere is its word alone.
func (g *guarded) client(u *url.URL) *fetch.Client {
	if g.inside != nil && strings.EqualFold(u.Host, g.host) {
		return g.inside
	}
	return g.fetch
}

// RoundTrip implements http.RoundTripper.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	o := fetch.Options{Accept: "application/json", HTTPSOnly: g.https, MaxBytes: issuerBytes, Timeout: issuerTimeout, NoRedirect: true}
	var res *fetch.Response
	var err error
	if r.Method == http.MethodPost {
		var body []byte
		if body, err = io.ReadAll(io.LimitReader(r.Body, issuerBytes)); err != nil {
			return nil, err
		}
		o.Header = http.Header{"Accept": {"application/json"}}
		if v := r.Header.Get("Authorization"); v != "" {
			o.Header.Set("Authorization", v)
		}
		res, err = g.client(r.URL).Post(r.Context(), r.URL.String(), r.Header.Get("Content-Type"), body, o)
	} else {
		if g.soon(r.URL.String()) {
			return nil, errTooSoon
		}
		res, err = g.client(r.URL).Get(r.Context(), r.URL.String(), o)
	}
	var status *fetch.StatusError
	if errors.As(err, &status) {
		return &http.Response{StatusCode: status.Status, Status: status.Error(), Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(nil)), Request: r}, nil
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: res.Status, Header: http.Header{"Content-Type": {res.MediaType}}, Body: res.Body, Request: r}, nil
}
