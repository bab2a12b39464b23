package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ward/format/detection"
	"ward/kit/fetch"
)

// Config of New.
type Config struct {
	URL   string // of the Centre, without a path
	Token string // of the hospital, with the scope detection.Scope
	// Key is the one that was pinned; nil only to ask for it.
	Key    ed25519.PublicKey
	Sensor detection.Sensor
	Allow  []netip.Prefix // private addresses that the Centre may have
	Ports  []uint16       // empty means 443, and that of URL
	// Timeout bounds one request; zero means two minutes.
	Timeout time.Duration
}

// Client is safe for concurrent use.
type Client struct {
	cfg  Config
	base string
	http *fetch.Client
	safe bool // https is required
}

// Errors that say what to do.
var (
	ErrURL       = errors.New("the address of the Centre must be https://HOST, without a path")
	ErrToken     = errors.New("the Centre does not take the token: it ended, was revoked, or lacks the scope " + detection.Scope)
	ErrUnchanged = errors.New("nothing new")
	ErrRefused   = errors.New("the Centre takes the batch for none; sending it again does not help")
)

// New makes a client. http:// is for this machine alone: a token in the clear is
// anybody's.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
		return nil, ErrURL
	}
	local := u.Hostname() == "localhost"
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && a.IsLoopback() {
		local = true
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, ErrURL
	}
	ports := append([]uint16{443}, cfg.Ports...)
	if p, err := netip.ParseAddrPort("0.0.0.0:" + u.Port()); err == nil {
		ports = append(ports, p.Port())
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 2 * time.Minute
	}
	return &Client{cfg: cfg, base: u.Scheme + "://" + u.Host, safe: !local, http: fetch.New(fetch.Config{
		Agent: "Ward-Sensor", Ports: ports, AllowLoopback: local, Allow: cfg.Allow, MaxBytes: detection.MaxBundle, Timeout: cfg.Timeout})}, nil
}

// options are those of every request.
func (c *Client) options(limit int64) fetch.Options {
	h := http.Header{}
	if c.cfg.Token != "" {
		h.Set("Authorization", "Bearer "+c.cfg.Token)
	}
	return fetch.Options{Header: h, Accept: "application/json", HTTPSOnly: c.safe, MaxBytes: limit, NoRedirect: true}
}

// Key asks for the key that bundles are signed with, for a person to compare.
func (c *Client) Key(ctx context.Context) (detection.Key, ed25519.PublicKey, error) {
	data, _, err := c.get(ctx, detection.KeyPath, c.options(16<<10))
	if err != nil {
		return detection.Key{}, nil, err
	}
	return detection.DecodeKey(data)
}

// Pulled is a bundle whose signature is right.
type Pulled struct {
	Bundle    *detection.Bundle
	Data      []byte // as signed
	Signature string // header
	ETag      string
}

// Bundle pulls the bundle; ErrUnchanged when the Centre has none newer than etag.
func (c *Client) Bundle(ctx context.Context, etag string) (*Pulled, error) {
	o := c.options(detection.MaxBundle)
	o.ETag = etag
	data, res, err := c.get(ctx, detection.BundlePath, o)
	if err != nil {
		return nil, err
	}
	return Check(c.cfg.Key, data, res.Header.Get(detection.SignatureHeader), res.ETag)
}

// Check verifies a bundle before anything of it is read.
func Check(key ed25519.PublicKey, data []byte, signature, etag string) (*Pulled, error) {
	if err := detection.Verify(key, signature, data); err != nil {
		return nil, err
	}
	b, err := detection.DecodeBundle(data)
	if err != nil {
		return nil, err
	}
	return &Pulled{Bundle: b, Data: data, Signature: signature, ETag: etag}, nil
}

func (c *Client) get(ctx context.Context, path string, o fetch.Options) ([]byte, *fetch.Response, error) {
	res, err := c.http.Get(ctx, c.base+path, o)
	if err != nil {
		return nil, nil, plain(err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	if res.NotModified {
		return nil, nil, ErrUnchanged
	}
	data, err := io.ReadAll(res.Body)
	return data, res, plain(err)
}

// Send hands one batch over. A batch that is sent again under its id counts once. A
// Centre of an earlier release refuses one with hits that were seen before; it gets
// them plain, as hits of the first day.
func (c *Client) Send(ctx context.Context, batch string, hits []detection.Hit) (detection.Answer, error) {
	a, err := c.batch(ctx, batch, hits)
	if !errors.Is(err, ErrRefused) {
		return a, err
	}
	if plain, ok := detection.Plain(hits); ok {
		return c.batch(ctx, batch, plain)
	}
	return a, err
}

func (c *Client) batch(ctx context.Context, batch string, hits []detection.Hit) (detection.Answer, error) {
	u := detection.Upload{Version: detection.Version, Sensor: c.cfg.Sensor, Batch: batch, Hits: hits}
	body, err := u.Encode()
	if err != nil {
		return detection.Answer{}, err
	}
	data, err := c.post(ctx, detection.HitsPath, body)
	if err != nil {
		return detection.Answer{}, err
	}
	return detection.DecodeAnswer(data, len(hits))
}

// Health tells counts.
func (c *Client) Health(ctx context.Context, h detection.Health) error {
	h.Version, h.Sensor = detection.Version, c.cfg.Sensor
	body, err := h.Encode()
	if err != nil {
		return err
	}
	_, err = c.post(ctx, detection.HealthPath, body)
	return err
}

// packFrom is the size from which a body is packed.
const packFrom = 4 << 10

func (c *Client) post(ctx context.Context, path string, body []byte) ([]byte, error) {
	o := c.options(detection.MaxAnswer)
	if len(body) > packFrom {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(body); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		body = b.Bytes()
		o.Header.Set("Content-Encoding", "gzip")
	}
	res, err := c.http.Post(ctx, c.base+path, "application/json", body, o)
	if err != nil {
		return nil, plain(err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	data, err := io.ReadAll(res.Body)
	return data, plain(err)
}

// plain says of an error what a person can do.
func plain(err error) error {
	var s *fetch.StatusError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &s) && (s.Status == http.StatusUnauthorized || s.Status == http.StatusForbidden):
		return fmt.Errorf("%w (%w)", ErrToken, err)
	case errors.As(err, &s) && s.Status == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w (%w)", ErrRefused, err)
	case errors.Is(err, fetch.ErrForbiddenAddress):
		return fmt.Errorf("%w; an address inside of a private network has to be named in the setting centre.allow", err)
	}
	return err
}
