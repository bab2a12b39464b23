package provider

import (
	"context"
	"errors"
	"strings"
	"time"

	"ward"
	"ward/format/problem"
	"ward/format/rolie"
	"ward/kit/fetch"
)

// Entry is one document that a listing names.
type Entry struct {
	URL       string
	Updated   time.Time // zero where the listing does not say
	Hash      string    // address of the stronger hash file; empty if there is none
	Signature string    // address of the detached signature; empty if there is none
}

// Listing is one feed or directory of a provider.
type Listing struct {
	URL       string // of the feed, or of the directory with a slash at the end
	Directory bool
	// Label is the marking of the feed, RED where it cannot be read; a directory
	// has none and counts as CLEAR when everybody can read it.
	Label ward.TLP
}

// Listings are what a provider offers within a clearance: its feeds, or without
// any its directories, since both hold the same documents.
func (m *Metadata) Listings(clearance ward.TLP) []Listing {
	var out []Listing
	for _, f := range m.Feeds {
		if f.URL != "" && f.Label.Within(clearance) {
			out = append(out, Listing{URL: f.URL, Label: f.Label})
		}
	}
	if len(m.Feeds) > 0 {
		return out
	}
	for _, d := range m.Directories {
		out = append(out, Listing{URL: strings.TrimRight(d, "/") + "/", Directory: true, Label: ward.TLPClear})
	}
	return out
}

// State is what to send with the next question for a listing.
type State struct{ ETag, Modified string }

// Read is what a listing answered.
type Read struct {
	NotModified bool
	State       State
	Entries     int
	Problems    []problem.Problem
}

// List streams a listing: fn is called for each document in the order of the
// file, and its error ends the reading. Memory does not grow with the listing.
// On an error the state must not be kept, so that it is read again.
func (c *Client) List(ctx context.Context, l Listing, have State, fn func(Entry) error) (Read, error) {
	if l.Directory {
		return c.directory(ctx, l, have, fn)
	}
	res, err := c.listing(ctx, l.URL, have)
	if err != nil {
		return Read{}, fault(KindListing, l.URL, err)
	}
	defer res.Body.Close()
	out := Read{NotModified: res.NotModified, State: State{res.ETag, res.Modified}}
	if res.NotModified {
		return out, nil
	}
	feed, err := rolie.ReadFeed(res.Body, rolie.Limits{Size: maxListing}, func(e rolie.Entry) error {
		entry, err := entryOf(res.URL, e)
		if err != nil {
			return nil // an address that cannot be fetched; its neighbours can
		}
		out.Entries++
		return pass(fn(entry))
	})
	out.Problems = feed.Problems
	return out, ended(l.URL, err)
}

func (c *Client) listing(ctx context.Context, address string, have State) (*fetch.Response, error) {
	return c.HTTP.Get(ctx, address, fetch.Options{ETag: have.ETag, Modified: have.Modified, MaxBytes: maxListing,
		Timeout: listingTime, Accept: "application/json, text/plain, text/csv"})
}

// passed marks an error of fn, so that it is told from one of the listing.
type passed struct{ error }

func pass(err error) error {
	if err == nil {
		return nil
	}
	return passed{err}
}

func ended(address string, err error) error {
	var p passed
	if errors.As(err, &p) {
		return p.error
	}
	if err == nil {
		return nil
	}
	return fault(KindListing, address, err)
}

// entryOf resolves the addresses of a feed's entry.
func entryOf(base string, e rolie.Entry) (Entry, error) {
	at, err := resolve(base, e.Source)
	if err != nil {
		return Entry{}, err
	}
	out := Entry{URL: at, Updated: e.Updated}
	for _, hash := range [...]string{e.SHA512, e.SHA256} {
		if hash != "" && out.Hash == "" {
			out.Hash, _ = resolve(base, hash)
		}
	}
	if e.Signature != "" {
		out.Signature, _ = resolve(base, e.Signature)
	}
	return out, nil
}

// directory reads changes.csv, and where there is none index.txt. Hash and
// signature lie beside the document (sections 7.1.18 and 7.1.19).
func (c *Client) directory(ctx context.Context, l Listing, have State, fn func(Entry) error) (Read, error) {
	type reading func(*fetch.Response, func(rolie.Listed) error) ([]problem.Problem, error)
	changes := func(r *fetch.Response, each func(rolie.Listed) error) ([]problem.Problem, error) {
		return rolie.ReadChanges(r.Body, rolie.Limits{Size: maxListing}, each)
	}
	index := func(r *fetch.Response, each func(rolie.Listed) error) ([]problem.Problem, error) {
		return rolie.ReadIndex(r.Body, rolie.Limits{Size: maxListing}, each)
	}
	read := reading(changes)
	res, err := c.listing(ctx, l.URL+"changes.csv", have)
	if absent(err) {
		read = index
		res, err = c.listing(ctx, l.URL+"index.txt", have)
	}
	if err != nil {
		return Read{}, fault(KindListing, l.URL, err)
	}
	defer res.Body.Close()
	out := Read{NotModified: res.NotModified, State: State{res.ETag, res.Modified}}
	if res.NotModified {
		return out, nil
	}
	out.Problems, err = read(res, func(d rolie.Listed) error {
		at, err := resolve(l.URL, d.Path)
		if err != nil {
			return nil
		}
		out.Entries++
		return pass(fn(Entry{URL: at, Updated: d.Time, Hash: at + ".sha512", Signature: at + ".asc"}))
	})
	return out, ended(l.URL, err)
}
