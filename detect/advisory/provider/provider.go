// Package provider speaks to a CSAF provider (CSAF 2.0 section 7) over the
// guarded client: it finds the metadata, reads the listings, fetches documents
// and verifies their hashes and OpenPGP signatures. It keeps nothing.
package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"ward/format/rolie"
	"ward/kit/fetch"
)

// Kinds of faults, each the ending of a message key "advisory.refusal.".
const (
	KindMetadata  = "metadata"  // no valid provider-metadata.json was found
	KindListing   = "listing"   // a feed or directory cannot be read
	KindKey       = "key"       // a published key cannot be used
	KindFetch     = "fetch"     // the server does not give the document
	KindForbidden = "forbidden" // the address is not a public one
	KindHash      = "checksum"  // the content is not what the hash file says
	KindSignature = "signature" // the signature is not by a trusted key over this content
	KindSize      = "size"      // larger than a document may be
)

// Fault is why something of a provider could not be used.
type Fault struct {
	Kind string
	URL  string
	Err  error
}

func (f *Fault) Error() string { return f.Kind + ": " + f.Err.Error() }

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// fault wraps err; an address that the guard refused is told as such.
func fault(kind, address string, err error) error {
	switch {
	case errors.Is(err, fetch.ErrForbiddenAddress):
		kind = KindForbidden
	case errors.Is(err, fetch.ErrTooLarge):
		kind = KindSize
	}
	return &Fault{Kind: kind, URL: address, Err: err}
}

// Getter is what a Client needs of the guarded client.
type Getter interface {
	Get(context.Context, string, fetch.Options) (*fetch.Response, error)
}

// Client is the house's client with the bounds of this trade.
type Client struct {
	HTTP Getter
	// MaxDocument bounds one document in bytes.
	MaxDocument int64
}

// Bounds of what a provider may send.
const (
	maxSmall    = 8 << 20   // metadata, keys, signatures, hashes
	maxListing  = 512 << 20 // a feed of 200,000 entries has about 150 MB
	listingTime = 90 * time.Second
)

// small reads one short file in full.
func (c *Client) small(ctx context.Context, address string) ([]byte, error) {
	res, err := c.HTTP.Get(ctx, address, fetch.Options{MaxBytes: maxSmall})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// Metadata is a provider-metadata.json and where it was.
type Metadata struct {
	*rolie.Provider
	At string // address that it was read from
}

// Discover finds the metadata of a provider, given its own address, a host name
// or any page of the host: section 7.1.9 (well-known URL), 7.1.8 (security.txt)
// and 7.1.10 (DNS path), in this order.
func (c *Client) Discover(ctx context.Context, address string) (*Metadata, error) {
	if isMetadata(address) {
		return c.metadata(ctx, address)
	}
	base, host, err := origin(address)
	if err != nil {
		return nil, fault(KindMetadata, address, err)
	}
	m, first := c.metadata(ctx, base+"/.well-known/csaf/provider-metadata.json")
	if first == nil {
		return m, nil
	}
	for _, at := range c.securityTxt(ctx, base) {
		if m, err := c.metadata(ctx, at); err == nil {
			return m, nil
		}
	}
	if m, err := c.metadata(ctx, "https://csaf.data.security."+host); err == nil {
		return m, nil
	}
	return nil, first
}

func isMetadata(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.HasSuffix(u.Path, ".json")
}

// origin makes "https://host" of what a person types.
func origin(address string) (base, host string, err error) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "", "", errors.New("no host name")
	}
	return u.Scheme + "://" + u.Host, u.Hostname(), nil
}

func (c *Client) metadata(ctx context.Context, address string) (*Metadata, error) {
	body, err := c.small(ctx, address)
	if err != nil {
		return nil, fault(KindMetadata, address, err)
	}
	p, err := rolie.ReadProvider(strings.NewReader(string(body)))
	if err != nil {
		return nil, fault(KindMetadata, address, err)
	}
	return &Metadata{Provider: p, At: address}, nil
}

// securityTxt lists the CSAF lines of both places of RFC 9116.
func (c *Client) securityTxt(ctx context.Context, base string) []string {
	for _, path := range [...]string{"/.well-known/security.txt", "/security.txt"} {
		body, err := c.small(ctx, base+path)
		if err != nil {
			continue
		}
		if found, err := rolie.SecurityTxt(strings.NewReader(string(body))); err == nil && len(found) > 0 {
			return found
		}
	}
	return nil
}

// Document is one fetched document.
type Document struct {
	URL       string // where it came from in the end
	Body      []byte
	FetchedAt time.Time
	Hashed    bool   // a hash file confirmed it
	Signer    string // fingerprint of the trusted key that signed it; empty when unsigned
	Signature []byte // the signature that Signer made; empty when unsigned
}

// Demands are what the role of a provider promises (sections 7.2.2 and 7.2.3):
// a trusted provider gives hashes and signatures of everything.
type Demands struct{ Hash, Signature bool }

// DemandsOf reads the role of provider-metadata.json.
func DemandsOf(role string) Demands {
	trusted := role == "csaf_trusted_provider"
	return Demands{Hash: trusted, Signature: trusted}
}

// Fetch gets a document with its hash and signature. now is called when all its
// bytes are there. What is promised and missing, or there and wrong, is a Fault.
func (c *Client) Fetch(ctx context.Context, e Entry, ring *Ring, want Demands, now func() time.Time) (*Document, error) {
	at, body, err := c.whole(ctx, e.URL)
	if err != nil {
		return nil, fault(KindFetch, e.URL, err)
	}
	doc := &Document{URL: at, Body: body, FetchedAt: now()}
	if doc.Hashed, err = c.checkHash(ctx, e.Hash, body, want.Hash); err != nil {
		return nil, err
	}
	doc.Signature, doc.Signer, err = c.checkSignature(ctx, e.Signature, body, ring, want.Signature)
	return doc, err
}

// whole reads a document and closes the request: the next one, for its hash,
// waits for a slot of the same host.
func (c *Client) whole(ctx context.Context, address string) (at string, body []byte, err error) {
	res, err := c.HTTP.Get(ctx, address, fetch.Options{MaxBytes: c.MaxDocument, Accept: "application/json"})
	if err != nil {
		return "", nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.URL, body, err
}

// companion reads the hash or signature beside a document; nil if there is none
// and none is promised. kind is the fault of a broken promise.
func (c *Client) companion(ctx context.Context, kind, address string, must bool) ([]byte, error) {
	if address == "" {
		if must {
			return nil, fault(kind, address, errors.New("the provider promises one, the listing names none"))
		}
		return nil, nil
	}
	file, err := c.small(ctx, address)
	switch {
	case absent(err) && !must:
		return nil, nil
	case absent(err):
		return nil, fault(kind, address, err)
	case err != nil:
		return nil, fault(KindFetch, address, err)
	}
	return file, nil
}

// absent reports that a file is simply not there.
func absent(err error) bool {
	var s *fetch.StatusError
	return errors.As(err, &s) && (s.Status == 404 || s.Status == 410 || s.Status == 403)
}

func (c *Client) checkHash(ctx context.Context, address string, body []byte, must bool) (bool, error) {
	file, err := c.companion(ctx, KindHash, address, must)
	if err != nil || file == nil {
		return false, err
	}
	if err := matches(string(file), body); err != nil {
		return false, fault(KindHash, address, err)
	}
	return true, nil
}

func (c *Client) checkSignature(ctx context.Context, address string, body []byte, ring *Ring, must bool) (file []byte, signer string, err error) {
	file, err = c.companion(ctx, KindSignature, address, must)
	if err != nil || file == nil {
		return nil, "", err
	}
	if ring.Empty() && !must { // it cannot be checked: as good as none
		return nil, "", nil
	}
	if signer, err = ring.Verify(body, file); err != nil {
		return nil, "", fault(KindSignature, address, err)
	}
	return file, signer, nil
}

// RetryAfter is how long the server asked to wait, 0 if it did not.
func RetryAfter(err error) time.Duration {
	var s *fetch.StatusError
	if errors.As(err, &s) {
		return s.RetryAfter
	}
	return 0
}

// KindOf names the fault in err's chain, KindFetch for anything else.
func KindOf(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return KindFetch
}

// resolve makes an absolute address of what stands in a listing.
func resolve(base, ref string) (string, error) {
	b, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	u, err := b.Parse(ref)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("scheme %q", cmp.Or(u.Scheme, "none"))
	}
	u.Fragment = ""
	return u.String(), nil
}
