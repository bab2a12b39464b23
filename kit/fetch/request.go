package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ward"
)

// Options of one request; the zero value asks for anything anew.
type Options struct {
	// ETag and Modified are those of the copy that we have, as they came:
	// the response is then NotModified if that copy is still right.
	ETag, Modified string
	Accept         string      // media types; empty means any
	Header         http.Header // further headers, such as a key; never sent on to another host
	HTTPSOnly      bool
	MaxBytes       int64         // 0 means the client's
	Timeout        time.Duration // 0 means the client's

	NoRedirect bool // a redirect is ErrRedirect and a *StatusError; always so for Post
}

// Response is an open response. Close Body in any case.
type Response struct {
	Status      int
	URL         string // where it came from in the end
	NotModified bool   // the copy of Options.ETag or Modified is still right; Body is empty
	ETag        string // to be given next time
	Modified    string // Last-Modified, to be given next time
	MediaType   string // Content-Type as sent
	Header      http.Header
	// Body streams the content, decompressed. Reading fails with ErrTooLarge or
	// ErrTooSlow at the bound; what was read before is not the whole.
	Body io.ReadCloser
}

// Get asks for address. A status that is neither 2xx nor 304 is a *StatusError.
func (c *Client) Get(ctx context.Context, address string, o Options) (*Response, error) {
	r, err := c.request(ctx, http.MethodGet, address, nil, o)
	if err != nil {
		return nil, ward.Wrap("fetch "+shown(address), err)
	}
	if o.Accept != "" {
		r.Header.Set("Accept", o.Accept)
	}
	if o.ETag != "" {
		r.Header.Set("If-None-Match", o.ETag)
	}
	if o.Modified != "" {
		r.Header.Set("If-Modified-Since", o.Modified)
	}
	res, err := c.do(ctx, r, o)
	return res, ward.Wrap("fetch "+shown(address), err)
}

// Post sends body once, as a webhook: redirects are not followed, and the
// response is bounded as any other.
func (c *Client) Post(ctx context.Context, address, mediaType string, body []byte, o Options) (*Response, error) {
	return c.Send(ctx, http.MethodPost, address, mediaType, body, o)
}

// Send is Post with another method; without a body for an empty media type.
func (c *Client) Send(ctx context.Context, method, address, mediaType string, body []byte, o Options) (*Response, error) {
	o.NoRedirect = true
	what := strings.ToLower(method) + " to " + shown(address)
	var content io.Reader
	if mediaType != "" {
		content = bytes.NewReader(body)
	}
	r, err := c.request(ctx, method, address, content, o)
	if err != nil {
		return nil, ward.Wrap(what, err)
	}
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	res, err := c.do(ctx, r, o)
	return res, ward.Wrap(what, err)
}

// request makes a request that is not sent yet. The address is checked before
// anything resolves it; what it resolves to is checked by the guard.
func (c *Client) request(ctx context.Context, method, address string, body io.Reader, o Options) (*http.Request, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, ErrURL // the parser's own text repeats the address
	}
	if err := checkURL(u, o.HTTPSOnly); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, ErrURL
	}
	for name, values := range o.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	r.Header.Set("User-Agent", c.cfg.Agent)
	r.Header.Set("Accept-Encoding", "gzip")
	return r, nil
}

// shown is an address for logs: without what may be a secret.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "…"
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}

// response checks the header and wraps the body.
func (c *Client) response(ctx context.Context, res *http.Response, o Options, end func()) (*Response, error) {
	out := &Response{Status: res.StatusCode, URL: res.Request.URL.String(), ETag: res.Header.Get("ETag"),
		Modified: res.Header.Get("Last-Modified"), MediaType: res.Header.Get("Content-Type"), Header: res.Header}
	if res.StatusCode == http.StatusNotModified && (o.ETag != "" || o.Modified != "") {
		out.NotModified = true
		out.ETag, out.Modified = or(out.ETag, o.ETag), or(out.Modified, o.Modified)
	} else if res.StatusCode < 200 || res.StatusCode > 299 {
		drain(res.Body)
		err := error(&StatusError{res.StatusCode, retryAfter(res.Header)})
		if o.NoRedirect && res.StatusCode/100 == 3 && res.StatusCode != http.StatusNotModified {
			err = fmt.Errorf("%w: a %s is not sent on: %w", ErrRedirect, res.Request.Method, err)
		}
		return nil, err
	}
	limit := or(o.MaxBytes, c.cfg.MaxBytes)
	if res.ContentLength > limit {
		return nil, fmt.Errorf("%w: %d bytes announced, at most %d", ErrTooLarge, res.ContentLength, limit)
	}
	b := &body{ctx: ctx, wire: res.Body, content: res.Body, left: limit, end: end}
	switch e := strings.ToLower(res.Header.Get("Content-Encoding")); e {
	case "", "identity":
	case "gzip", "x-gzip":
		b.gzip = !out.NotModified
	default:
		return nil, fmt.Errorf("%w: %.20q", ErrEncoding, e)
	}
	out.Body = b
	return out, nil
}

// retryAfter reads the seconds form of RFC 9110 section 10.2.3, at most a day.
func retryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 24*3600)) * time.Second
}

// body counts what comes out, after decompression: a small bomb is as large as
// what it becomes.
type body struct {
	ctx     context.Context
	wire    io.ReadCloser
	content io.Reader
	gzip    bool // to be opened at the first read
	left    int64
	failed  error
	end     func()
}

// Read implements io.Reader. Once it failed it fails for ever: a caller that goes
// on after ErrTooLarge must not get the rest.
func (b *body) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = n+int(b.left), ErrTooLarge
	}
	if err != nil && err != io.EOF {
		err = reason(b.ctx, err)
	}
	b.failed = err
	return n, err
}

// read opens the compression at the first call, as its header comes late on a
// slow line, and asks for one byte more than is left, to see whether there is more.
func (b *body) read(p []byte) (int, error) {
	if b.gzip {
		z, err := gzip.NewReader(b.wire)
		if errors.Is(err, io.EOF) {
			return 0, io.EOF // nothing at all
		}
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrEncoding, err)
		}
		b.content, b.gzip = z, false
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	return b.content.Read(p)
}

// Close ends the request. It may be called twice.
func (b *body) Close() error {
	if b.end == nil {
		return nil
	}
	if b.failed == io.EOF {
		drain(b.wire)
	}
	err := b.wire.Close()
	b.end()
	b.end, b.failed = nil, errors.Join(b.failed, errors.New("the body is closed"))
	return err
}
