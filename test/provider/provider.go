// Package provider is a CSAF provider on this machine for tests: metadata, ROLIE
// feed, directory, hashes and OpenPGP signatures by a key made for the test, and
// the ways in which real and hostile providers go wrong.
package provider

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// Mode is how one document misbehaves.
type Mode string

// The modes of documents.
const (
	Good         Mode = ""
	WrongHash    Mode = "wrong hash"
	BadSignature Mode = "bad signature" // by another key
	NoSignature  Mode = "no signature"
	Truncated    Mode = "truncated" // the connection breaks off
	Endless      Mode = "endless"   // a body without end
	Inward       Mode = "inward"    // a redirect to the metadata address of clouds
	Bomb         Mode = "bomb"      // gzip that becomes huge
	Slow         Mode = "slow"      // a byte at a time
	Missing      Mode = "missing"   // listed, and not there
	Moved        Mode = "moved"     // a redirect to where it now is
	Flaky        Mode = "flaky"     // an error at the first try
)

// doc is one document as it is served.
type doc struct {
	body    []byte
	updated time.Time
	mode    Mode
	asked   int
}

// Server is one provider. Its fields may be set before the first request.
type Server struct {
	*httptest.Server
	Role      string // of the metadata; empty means csaf_provider
	Directory bool   // offer a directory instead of a feed
	NoChanges bool   // the directory has index.txt only
	NullEntry bool   // the feed holds null among its entries
	HideKey   bool   // the metadata names no key

	mu    sync.Mutex
	docs  map[string]*doc
	keys  []*crypto.Key // the last one signs
	hits  map[string]int
	extra map[string][]byte // other files by path
}

// New starts a provider that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{docs: map[string]*doc{}, hits: map[string]int{}, extra: map[string][]byte{}}
	s.NewKey(t)
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// NewKey makes the provider sign with a new key from now on, and names it in
// the metadata beside the old ones. It gives the fingerprint.
func (s *Server) NewKey(t testing.TB) string {
	t.Helper()
	key, err := crypto.PGP().KeyGeneration().AddUserId("Test Provider", "test@provider.example").New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, key)
	return key.GetFingerprint()
}

// Put offers a document under name (without a folder), or replaces it.
func (s *Server) Put(name string, body []byte, updated time.Time, m Mode) {
	if m == Bomb {
		bomb() // now, so that no client waits for it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[name] = &doc{body: body, updated: updated, mode: m}
}

// File offers another file under a path: a catalogue, an archive.
func (s *Server) File(path string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.extra[path] = body
}

// Hits is how often a path was asked for.
func (s *Server) Hits(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits[path]
}

// Metadata is the address of provider-metadata.json.
func (s *Server) Metadata() string { return s.URL + "/.well-known/csaf/provider-metadata.json" }

// DocumentURL is the address of a document.
func (s *Server) DocumentURL(name string) string { return s.URL + "/white/" + name }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.hits[r.URL.Path]++
	s.mu.Unlock()
	switch p := r.URL.Path; {
	case p == "/.well-known/csaf/provider-metadata.json":
		s.json(w, r, s.metadata())
	case p == "/white/feed.json":
		s.json(w, r, s.feed())
	case p == "/white/changes.csv" && !s.NoChanges:
		s.tagged(w, r, s.lines(true))
	case p == "/white/index.txt":
		s.tagged(w, r, s.lines(false))
	case strings.HasPrefix(p, "/keys/"):
		s.key(w, strings.TrimSuffix(strings.TrimPrefix(p, "/keys/"), ".asc"))
	case strings.HasPrefix(p, "/white/"):
		s.document(w, r, strings.TrimPrefix(p, "/white/"))
	default:
		s.other(w, r)
	}
}

func (s *Server) other(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	body, ok := s.extra[r.URL.Path]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	s.tagged(w, r, body)
}

// tagged answers with an ETag, and 304 to whoever has this copy.
func (s *Server) tagged(w http.ResponseWriter, r *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(body) //nolint:errcheck // the client went away
}

func (s *Server) json(w http.ResponseWriter, r *http.Request, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	s.tagged(w, r, body)
}

type object = map[string]any

func (s *Server) metadata() object {
	role := s.Role
	if role == "" {
		role = "csaf_provider"
	}
	distribution := object{"rolie": object{"feeds": []object{{"summary": "all", "tlp_label": "WHITE", "url": s.URL + "/white/feed.json"}}}}
	if s.Directory {
		distribution = object{"directory_url": s.URL + "/white/"}
	}
	keys := []object{}
	s.mu.Lock()
	for _, k := range s.keys {
		if !s.HideKey {
			keys = append(keys, object{"fingerprint": strings.ToUpper(k.GetFingerprint()), "url": s.URL + "/keys/" + k.GetFingerprint() + ".asc"})
		}
	}
	s.mu.Unlock()
	return object{"canonical_url": s.Metadata(), "metadata_version": "2.0", "role": role, "last_updated": "2026-11-22T00:00:00Z",
		"list_on_CSAF_aggregators": true, "mirror_on_CSAF_aggregators": true,
		"publisher":           object{"category": "vendor", "name": "Test Provider", "namespace": "https://provider.example"},
		"distributions":       []object{distribution},
		"public_openpgp_keys": keys}
}

// names lists the documents, newest first.
func (s *Server) names() []string {
	var out []string
	for n := range s.docs {
		out = append(out, n)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := s.docs[out[i]], s.docs[out[j]]
		if !a.updated.Equal(b.updated) {
			return a.updated.After(b.updated)
		}
		return out[i] < out[j]
	})
	return out
}

func (s *Server) feed() object {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := []any{}
	if s.NullEntry {
		entries = append(entries, nil, object{"id": "without an address"})
	}
	for _, n := range s.names() {
		at := s.DocumentURL(n)
		entries = append(entries, object{"id": n, "title": n, "published": s.docs[n].updated, "updated": s.docs[n].updated,
			"content": object{"type": "application/json", "src": at},
			"link":    []object{{"rel": "self", "href": at}, {"rel": "hash", "href": at + ".sha512"}, {"rel": "signature", "href": at + ".asc"}}})
	}
	return object{"feed": object{"id": "all", "title": "all", "updated": "2026-11-22T00:00:00Z", "entry": entries,
		"link": []object{{"rel": "self", "href": s.URL + "/white/feed.json"}}}}
}

func (s *Server) lines(times bool) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b bytes.Buffer
	for _, n := range s.names() {
		if times {
			fmt.Fprintf(&b, "%q,%q\n", n, s.docs[n].updated.Format(time.RFC3339))
		} else {
			fmt.Fprintln(&b, n)
		}
	}
	return b.Bytes()
}

func (s *Server) key(w http.ResponseWriter, fingerprint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys {
		if k.GetFingerprint() == fingerprint {
			text, err := k.GetArmoredPublicKey()
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Write([]byte(text)) //nolint:errcheck // the client went away
			return
		}
	}
	http.Error(w, "no such key", http.StatusNotFound)
}

// document serves a document, its hash or its signature.
func (s *Server) document(w http.ResponseWriter, r *http.Request, name string) {
	base := strings.TrimSuffix(strings.TrimSuffix(name, ".sha512"), ".asc")
	s.mu.Lock()
	d := s.docs[base]
	if d != nil && base == name {
		d.asked++
	}
	s.mu.Unlock()
	switch {
	case d == nil || d.mode == Missing:
		http.NotFound(w, r)
	case strings.HasSuffix(name, ".sha512"):
		hash(w, d, base)
	case strings.HasSuffix(name, ".asc"):
		s.sign(w, r, d)
	default:
		s.body(w, r, d, base)
	}
}

func hash(w http.ResponseWriter, d *doc, name string) {
	sum := sha512.Sum512(d.body)
	if d.mode == WrongHash {
		sum[0] ^= 1
	}
	fmt.Fprintf(w, "%x  %s\n", sum, name)
}

func (s *Server) sign(w http.ResponseWriter, r *http.Request, d *doc) {
	if d.mode == NoSignature {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	key := s.keys[len(s.keys)-1]
	s.mu.Unlock()
	text, err := detached(key, d.body, d.mode == BadSignature)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Write(text) //nolint:errcheck // the client went away
}

// detached signs, with a stranger's key if wrong.
func detached(key *crypto.Key, body []byte, wrong bool) ([]byte, error) {
	if wrong {
		var err error
		if key, err = crypto.PGP().KeyGeneration().AddUserId("Stranger", "stranger@provider.example").New().GenerateKey(); err != nil {
			return nil, err
		}
	}
	signer, err := crypto.PGP().Sign().SigningKey(key).Detached().New()
	if err != nil {
		return nil, err
	}
	return signer.Sign(body, crypto.Armor)
}

func (s *Server) body(w http.ResponseWriter, r *http.Request, d *doc, name string) {
	switch d.mode {
	case Truncated:
		w.Header().Set("Content-Length", fmt.Sprint(len(d.body)))
		w.Write(d.body[:len(d.body)/2]) //nolint:errcheck // it breaks off on purpose
		panic(http.ErrAbortHandler)
	case Endless:
		for {
			if _, err := w.Write(bytes.Repeat([]byte(" "), 64<<10)); err != nil {
				return
			}
		}
	case Inward:
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	case Moved:
		if r.URL.Query().Get("now") == "" {
			http.Redirect(w, r, s.DocumentURL(name)+"?now=here", http.StatusMovedPermanently)
			return
		}
		w.Write(d.body) //nolint:errcheck // the client went away
	case Bomb:
		packed := bomb()
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed) //nolint:errcheck // the client gives up
	case Slow:
		drip(w, r, d.body)
	case Flaky:
		s.mu.Lock()
		first := d.asked == 1
		s.mu.Unlock()
		if first {
			http.Error(w, "try later", http.StatusServiceUnavailable)
			return
		}
		w.Write(d.body) //nolint:errcheck // the client went away
	default:
		w.Write(d.body) //nolint:errcheck // the client went away
	}
}

// bomb is 128 MiB of blanks in some 130 kB, made once.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 128 {
		z.Write(blanks) //nolint:errcheck // into memory
	}
	z.Close() //nolint:errcheck // into memory
	return b.Bytes()
})

// drip sends a byte every tenth of a second.
func drip(w http.ResponseWriter, r *http.Request, body []byte) {
	flush := http.NewResponseController(w)
	for i := range body {
		if _, err := w.Write(body[i : i+1]); err != nil || flush.Flush() != nil {
			return
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
	}
}
