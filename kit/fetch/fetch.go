// Package fetch is the one HTTP client of the house for addresses that others
// chose: feeds, webhooks, references. It checks the address that a name
// resolved to at the moment of connecting, on every redirect, so that neither a
// name, a redirect nor re-binding DNS reaches an internal host; and it bounds
// size, time, redirects and the number of requests to one host.
//
// It uses no proxy of the environment: a proxy would resolve names behind the
// guard's back.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"ward/kit/trace"
)

// The refusals of the client, for errors.Is.
var (
	ErrForbiddenAddress = errors.New("the address is not a public one, or its port is not allowed")
	ErrNotHTTPS         = errors.New("https is required")
	ErrURL              = errors.New("the URL cannot be used")
	ErrRedirect         = errors.New("the redirect is not followed")
	ErrTooLarge         = errors.New("the response is too large")
	ErrTooSlow          = errors.New("the server is too slow")
	ErrEncoding         = errors.New("the response is compressed in a way that was not asked for")
)

// StatusError is a response that is neither a success nor "not modified".
type StatusError struct {
	Status int
	// RetryAfter is how long the server asks to wait; 0 if it does not.
	RetryAfter time.Duration
}

// Error implements error; the body of such a response is not kept, as it may be anything.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answered %d %s", e.Status, http.StatusText(e.Status))
}

// Config of New; the zero value is safe.
type Config struct {
	// Agent names us and where we are explained; empty means "Ward".
	Agent string
	// Ports that may be connected to; empty means 80 and 443.
	Ports []uint16
	// AllowLoopback lets through this machine itself, on every port: for tests
	// and for receivers beside the house. Nothing else becomes reachable.
	AllowLoopback bool
	// Allow are further private addresses that may be connected to, because whoever
	// runs this machine named them; ports stay as they are.
	Allow []netip.Prefix
	// MaxBytes bounds a response after decompression; 0 means 64 MiB.
	MaxBytes int64
	// Timeout bounds a request from the first look-up to the last byte; 0 means a minute.
	Timeout time.Duration
	// HeaderTimeout bounds each of connecting, TLS and the wait for the header; 0 means 15 s.
	HeaderTimeout time.Duration
	// PerHost bounds the requests to one host at a time, until their bodies are
	// closed; 0 means 4.
	PerHost int
}

// maxRedirects is what feeds of makers need, with room.
const maxRedirects = 5

const (
	defaultMaxBytes      = 64 << 20
	defaultTimeout       = time.Minute
	defaultHeaderTimeout = 15 * time.Second
	maxHeaderBytes       = 64 << 10
	maxIdle              = 2000 // kept connections, 10 kB each: receivers of webhooks are many, and called in turn
)

// Client fetches. Safe for concurrent use.
type Client struct {
	cfg   Config
	http  *http.Client
	hosts hosts
}

// New makes a client.
func New(cfg Config) *Client {
	cfg.Agent = or(cfg.Agent, "Ward")
	cfg.MaxBytes = or(cfg.MaxBytes, defaultMaxBytes)
	cfg.Timeout = or(cfg.Timeout, defaultTimeout)
	cfg.HeaderTimeout = or(cfg.HeaderTimeout, defaultHeaderTimeout)
	cfg.PerHost = or(cfg.PerHost, 4)
	dialer := &net.Dialer{Timeout: cfg.HeaderTimeout, KeepAlive: 30 * time.Second, Control: Guard(cfg)}
	return &Client{cfg: cfg, hosts: hosts{limit: cfg.PerHost}, http: &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    cfg.HeaderTimeout,
			ResponseHeaderTimeout:  cfg.HeaderTimeout,
			MaxResponseHeaderBytes: maxHeaderBytes,
			MaxIdleConns:           maxIdle,
			MaxIdleConnsPerHost:    cfg.PerHost,
			IdleConnTimeout:        30 * time.Second,
			DisableCompression:     true, // we bound what comes out of it ourselves
		},
	}}
}

// or is the default of a setting that was left out.
func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// Guard is called by a dialer with the resolved address right before each connect.
// What it refuses is ErrForbiddenAddress.
func Guard(cfg Config) func(network, address string, _ syscall.RawConn) error {
	if len(cfg.Ports) == 0 {
		cfg.Ports = []uint16{80, 443}
	}
	allow4, allow6 := byFamily(cfg.Allow)
	g := ssrf.New(ssrf.WithPorts(cfg.Ports...), ssrf.WithAllowedV4Prefixes(allow4...), ssrf.WithAllowedV6Prefixes(allow6...))
	return func(network, address string, c syscall.RawConn) error {
		if a, err := netip.ParseAddrPort(address); cfg.AllowLoopback && err == nil && a.Addr().Unmap().IsLoopback() {
			return nil
		}
		if err := g.Safe(network, address, c); err != nil {
			return fmt.Errorf("%w: %w", ErrForbiddenAddress, err)
		}
		return nil
	}
}

func byFamily(list []netip.Prefix) (v4, v6 []netip.Prefix) {
	for _, p := range list {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return v4, v6
}

// checkURL refuses what is no plain http(s) address. Names and passwords in an
// address end up in logs.
func checkURL(u *url.URL, httpsOnly bool) error {
	switch {
	case httpsOnly && u.Scheme == "http":
		return ErrNotHTTPS
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: scheme %q", ErrURL, u.Scheme)
	case u.Hostname() == "":
		return fmt.Errorf("%w: no host", ErrURL)
	case u.User != nil:
		return fmt.Errorf("%w: it holds a user name", ErrURL)
	}
	return nil
}

// optionsKey brings the options of a request to checkRedirect, which net/http
// calls with the next request only.
type optionsKey struct{}

// checkRedirect bounds the chain, keeps the scheme (https never becomes http;
// http may become https) and gives no header of ours to another host.
func checkRedirect(r *http.Request, via []*http.Request) error {
	o, _ := r.Context().Value(optionsKey{}).(Options)
	last := via[len(via)-1]
	switch {
	case o.NoRedirect:
		return http.ErrUseLastResponse // response says which one it was
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: more than %d", ErrRedirect, maxRedirects)
	case last.URL.Scheme == "https" && r.URL.Scheme != "https":
		return fmt.Errorf("%w: from https to %s", ErrRedirect, r.URL.Scheme)
	}
	if err := checkURL(r.URL, o.HTTPSOnly); err != nil {
		return fmt.Errorf("%w: %w", ErrRedirect, err)
	}
	if !strings.EqualFold(r.URL.Host, via[0].URL.Host) {
		for name := range o.Header {
			r.Header.Del(name)
		}
		for _, name := range []string{"Authorization", "Cookie", "Referer"} {
			r.Header.Del(name)
		}
	}
	return nil
}

// do runs the request inside the bounds. The slot of the host and the deadline
// last until the body is closed.
func (c *Client) do(ctx context.Context, r *http.Request, o Options) (*Response, error) {
	ctx, cancel := context.WithTimeoutCause(context.WithValue(ctx, optionsKey{}, o), or(o.Timeout, c.cfg.Timeout), ErrTooSlow)
	leave, err := c.hosts.enter(ctx, strings.ToLower(r.URL.Host))
	if err != nil {
		defer cancel()
		return nil, reason(ctx, err)
	}
	end := func() { cancel(); leave() }
	_, span := trace.Start(ctx, trace.Outgoing, r.Method)
	span.Text("server.address", r.URL.Hostname())
	res, err := c.http.Do(r.WithContext(ctx))
	if err == nil {
		span.Number("http.response.status_code", res.StatusCode)
	}
	span.End(err)
	if err != nil {
		defer end()
		return nil, reason(ctx, err)
	}
	out, err := c.response(ctx, res, o, end)
	if err != nil {
		res.Body.Close()
		end()
	}
	return out, err
}

// reason names a timeout, of the whole request or of a part of it, and drops the
// address that net/http writes into its errors with its query.
func reason(ctx context.Context, err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	var t net.Error
	if context.Cause(ctx) == ErrTooSlow || (ctx.Err() == nil && errors.As(err, &t) && t.Timeout()) {
		return fmt.Errorf("%w: %w", ErrTooSlow, err)
	}
	return err
}

// drain reads a little of what is left, so that the connection can be used again.
func drain(body io.Reader) { _, _ = io.CopyN(io.Discard, body, 64<<10) }
