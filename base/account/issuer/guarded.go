package issuer

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ward/kit/clock"
	"ward/kit/fetch"
)

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
	if now.Sub(a.since) >= AskedAgain {
		a = asking{since: now}
	}
	a.times++
	if g.last == nil || len(g.last) > 100 {
		g.last = map[string]asking{}
	}
	g.last[address] = a
	return a.times > AskedMost
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
	o := fetch.Options{Accept: "application/json", HTTPSOnly: g.https, MaxBytes: maxBytes, Timeout: timeout, NoRedirect: true}
	var res *fetch.Response
	var err error
	if r.Method == http.MethodPost {
		var body []byte
		if body, err = io.ReadAll(io.LimitReader(r.Body, maxBytes)); err != nil {
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
