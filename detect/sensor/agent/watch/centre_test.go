package watch

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ward/format/detection"
)

// centre is a small Centre: it signs a bundle and counts what it is sent.
type centre struct {
	t      testing.TB
	server *httptest.Server
	key    ed25519.PrivateKey

	mu      sync.Mutex
	bundle  *detection.Bundle
	down    bool
	lose    int            // answers that get lost
	refuse  string         // what no batch may hold
	batches map[string]int // by id, times that it came
	counts  map[string]int // by what and subject, each batch once
	before  map[string]int // of those seen before their list: computers
	raw     strings.Builder
	health  *detection.Health
}

func newCentre(t testing.TB) *centre {
	c := &centre{t: t, key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)), batches: map[string]int{}, counts: map[string]int{}, before: map[string]int{}}
	c.offer("b-1", "evil.example")
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+detection.BundlePath, c.getBundle)
	mux.HandleFunc("POST "+detection.HitsPath, c.postHits)
	mux.HandleFunc("POST "+detection.HealthPath, c.postHealth)
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		down := c.down
		c.mu.Unlock()
		switch {
		case down:
			w.WriteHeader(http.StatusBadGateway)
		case r.Header.Get("Authorization") != "Bearer tok":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(c.server.Close)
	return c
}

// offer makes a bundle; each is later than the one before.
func (c *centre) offer(id string, domains ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	issued := time.Now().UTC().Truncate(time.Second)
	if c.bundle != nil {
		issued = c.bundle.Issued.Add(time.Second)
	}
	b := &detection.Bundle{Version: 1, ID: id, Issued: issued, Expires: issued.Add(24 * time.Hour), Centre: "Test", TLP: "AMBER",
		Rules:        []detection.RuleFile{{ID: "r-1", YAML: "title: Failed password\nid: 22222222-2222-4222-8222-222222222222\nlogsource: {product: linux, service: sshd}\ndetection: {keywords: ['Failed password'], condition: keywords}\nlevel: low\n"}},
		WarningLists: []detection.WarningList{{Name: "ours", Type: "hostname", Values: []string{"good.example"}}}}
	for _, d := range append(domains, "good.example") {
		b.Indicators = append(b.Indicators, detection.Indicator{Type: "domain", Value: d, Source: "HSC-1", ID: "i-" + d, CoversSubdomains: true})
	}
	c.bundle = b
}

func (c *centre) getBundle(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data, err := c.bundle.Encode()
	if err != nil {
		c.t.Error(err)
	}
	w.Header().Set("ETag", detection.ETag(data))
	if r.Header.Get("If-None-Match") == detection.ETag(data) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set(detection.SignatureHeader, detection.Sign(c.key, data))
	_, _ = w.Write(data)
}

func body(r *http.Request) ([]byte, error) {
	in := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, err
		}
		in = z
	}
	return io.ReadAll(io.LimitReader(in, detection.MaxUpload+1))
}

func (c *centre) postHits(w http.ResponseWriter, r *http.Request) {
	data, err := body(r)
	var u *detection.Upload
	if err == nil {
		u, err = detection.DecodeUpload(data)
	}
	if err != nil {
		c.t.Error(err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != "" && bytes.Contains(data, []byte(c.refuse)) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	a := detection.Answer{Refused: []detection.Refusal{}}
	if c.batches[u.Batch]++; c.batches[u.Batch] > 1 {
		a.Duplicate = len(u.Hits)
	} else {
		c.raw.Write(data)
		for i := range u.Hits {
			h := &u.Hits[i]
			if err := h.Check(); err != nil {
				a.Refused = append(a.Refused, detection.Refusal{Index: i, Reason: err.Error()})
				continue
			}
			a.Accepted++
			what := fmt.Sprintf("%s%s at %s", h.Indicator, h.Title, h.Subject)
			if c.counts[what] += h.Count; h.Before != nil {
				c.before[what] = h.Before.Hosts
			}
		}
	}
	if c.lose > 0 {
		c.lose--
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	}
	_ = json.NewEncoder(w).Encode(a)
}

func (c *centre) postHealth(w http.ResponseWriter, r *http.Request) {
	data, err := body(r)
	if err == nil {
		var h *detection.Health
		h, err = detection.DecodeHealth(data)
		c.mu.Lock()
		c.health = h
		c.mu.Unlock()
	}
	if err != nil {
		c.t.Error(err)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *centre) count(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[what]
}

func (c *centre) setDown(down bool) {
	c.mu.Lock()
	c.down = down
	c.mu.Unlock()
}

func (c *centre) public() string {
	public, _ := c.key.Public().(ed25519.PublicKey)
	return detection.KeyOf(public, "").Key
}
