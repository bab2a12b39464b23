package main

import (
	"compress/gzip"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"ward/format/detection"
)

// centre is a small one: it signs a bundle and counts hits, each batch once.
type centre struct {
	server *httptest.Server
	key    ed25519.PrivateKey
	bundle []byte

	mu      sync.Mutex
	down    bool
	lose    int // answers that get lost
	batches map[string]bool
	counts  map[string]int
	refused int
}

func newCentre() (*centre, error) {
	c := &centre{key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), batches: map[string]bool{}, counts: map[string]int{}}
	now := time.Now().UTC().Truncate(time.Second)
	b := &detection.Bundle{Version: 1, ID: "b-1", Issued: now, Expires: now.Add(24 * time.Hour), Centre: "Soak", TLP: "GREEN",
		Indicators: []detection.Indicator{{Type: "domain", Value: "evil.example", Source: "soak", CoversSubdomains: true}}}
	var err error
	if c.bundle, err = b.Encode(); err != nil {
		return nil, err
	}
	c.server = httptest.NewServer(c)
	return c, nil
}

func (c *centre) public() string {
	public, _ := c.key.Public().(ed25519.PublicKey)
	return detection.KeyOf(public, "").Key
}

func (c *centre) set(down bool, lose int) {
	c.mu.Lock()
	c.down, c.lose = down, lose
	c.mu.Unlock()
}

// ServeHTTP implements http.Handler.
func (c *centre) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	switch r.URL.Path {
	case detection.BundlePath:
		w.Header().Set("ETag", detection.ETag(c.bundle))
		if r.Header.Get("If-None-Match") == detection.ETag(c.bundle) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set(detection.SignatureHeader, detection.Sign(c.key, c.bundle))
		_, _ = w.Write(c.bundle) // a sensor that was killed reads nothing
	case detection.HitsPath:
		c.hits(w, r)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (c *centre) hits(w http.ResponseWriter, r *http.Request) {
	in := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		in = z
	}
	data, err := io.ReadAll(io.LimitReader(in, detection.MaxUpload+1))
	if err != nil { // killed while it sent
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	u, err := detection.DecodeUpload(data)
	if err != nil {
		c.refused++
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a := detection.Answer{Refused: []detection.Refusal{}}
	if c.batches[u.Batch] {
		a.Duplicate = len(u.Hits)
	} else {
		c.batches[u.Batch] = true
		a.Accepted = len(u.Hits)
		for i := range u.Hits {
			c.counts[u.Hits[i].Subject] += u.Hits[i].Count
		}
	}
	if c.lose > 0 {
		c.lose--
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	}
	_ = json.NewEncoder(w).Encode(a) // as above
}
