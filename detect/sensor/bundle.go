package sensor

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/detection"
	"ward/kit/db"
)

// signer signs bundles and nothing else.
type signer struct {
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

// newSigner derives the key from the house's key file for this purpose only (RFC
// 5869): every replica has it, and it outlives a restore of the database.
func newSigner(secret []byte) (signer, error) {
	if len(secret) < 32 {
		return signer{}, errors.New("the key that bundles are signed with has less than 32 bytes")
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, "ward detection bundles", ed25519.SeedSize)
	if err != nil {
		return signer{}, err
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, _ := private.Public().(ed25519.PublicKey)
	return signer{private, public}, nil
}

// Key is the public half, as sensors pin it, and its fingerprint for people.
func (s *Service) Key() (detection.Key, string) {
	return detection.KeyOf(s.signer.public, s.cfg.Centre), detection.Fingerprint(s.signer.public)
}

// lasts is how long a sensor takes a bundle for fresh. Bundles are dated by the
// day, so that one that did not change has the same bytes all day.
const lasts = 7 * 24 * time.Hour

// Signed is a bundle as it leaves.
type Signed struct {
	Body      []byte
	Signature string
	left      map[string]int // entries of collections for which there was no room
}

// Bundle gives what the caller's organisation may look for: published content of
// its country and of everybody, within its clearance. That is one question to
// the policies for each collection; the token of a sensor only opens the door.
func (s *Service) Bundle(ctx context.Context, a ward.Actor) (Signed, error) {
	if _, err := s.cfg.Guard.Check(a, permSend, ward.Object{Kind: "bundle", Org: a.Org, Country: a.Country}); err != nil {
		return Signed{}, ward.Wrap("bundle", err)
	}
	out, err := s.bundle.of(ctx, s, reader(a))
	return out, ward.Wrap("bundle", err)
}

// makeBundle gathers and signs.
func (s *Service) makeBundle(ctx context.Context, a ward.Actor) (Signed, error) {
	live, err := s.live(ctx, a)
	if err != nil {
		return Signed{}, err
	}
	b := detection.Bundle{Version: detection.Version, Issued: s.today(), Centre: s.cfg.Centre, TLP: ward.TLPClear.String()}
	// Newer content goes before older where a bundle has no room for all: one that a
	// sensor would refuse leaves every hospital without any.
	slices.SortFunc(live, func(x, y View) int { return cmp.Or(y.Published.Compare(x.Published), strings.Compare(x.ID, y.ID)) })
	f := filling{bundle: &b, tlp: ward.TLPClear, rules: map[string]bool{}, left: map[string]int{}}
	for _, l := range live {
		f.take(l)
	}
	if f.out > 0 {
		s.cfg.Log.WarnContext(ctx, "detection bundle is full", "left_out", f.out, "indicators", len(b.Indicators), "rules", len(b.Rules))
	}
	b.TLP, b.Expires = f.tlp.String(), b.Issued.Add(lasts)
	b.ID = "0"
	plain, err := b.Encode()
	if err != nil {
		return Signed{}, err
	}
	sum := sha256.Sum256(plain) // changes with the content, and with the day
	b.ID = hex.EncodeToString(sum[:12])
	body, err := b.Encode()
	return Signed{Body: body, Signature: detection.Sign(s.signer.private, body), left: f.left}, err
}

// filling puts content into a bundle, as much as a sensor takes.
type filling struct {
	bundle *detection.Bundle
	tlp    ward.TLP        // the strictest of what is in it
	rules  map[string]bool // by id: two collections may hold one rule
	bytes  int
	values int            // of warning lists
	out    int            // left out
	left   map[string]int // of them, of each collection
}

// take puts a collection in.
func (f *filling) take(l View) {
	b, before := f.bundle, f.out
	f.tlp = min(f.tlp, l.TLP)
	for _, i := range l.Items {
		switch {
		case i.Kind == Harmless || i.Kind == Rule && f.rules[i.Value]:
		case i.Kind == Rule:
			r := detection.RuleFile{ID: i.Value, YAML: i.YAML, AuthorRef: l.ID}
			if f.rules[i.Value] = true; f.room(r.Check() == nil && len(b.Rules) < detection.MaxRules, r.ID, r.YAML, r.AuthorRef) {
				b.Rules = append(b.Rules, r)
			}
		default:
			x := detection.Indicator{Type: i.Type, Value: i.Value, Source: sourceName(l.Title), ID: i.ID,
				CoversSubdomains: i.Covers && (i.Type == "domain" || i.Type == "url"), TLP: l.TLP.String()}
			if f.room(len(b.Indicators) < detection.MaxIndicators, x.Value, x.Source, x.ID) {
				b.Indicators = append(b.Indicators, x)
			}
		}
	}
	for _, w := range warningsOf(l.Collection, l.Items) {
		if f.room(len(b.WarningLists) < detection.MaxWarningLists && f.values+len(w.List) <= detection.MaxWarnings, w.List...) {
			b.WarningLists = append(b.WarningLists, detection.WarningList{Name: sourceName(w.Name), Type: w.Type, Values: w.List})
			f.values += len(w.List)
		}
	}
	if f.out > before {
		f.left[l.ID] = f.out - before
	}
}

// room counts what one entry with these texts takes, names and signs of JSON with it.
func (f *filling) room(fits bool, texts ...string) bool {
	size := 200
	for _, t := range texts {
		size += len(t) + 3
		for _, c := range []byte(t) {
			if c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
				size += 5 // an escape at its longest
			}
		}
	}
	if !fits || f.bytes+size > detection.MaxBundle-1<<20 {
		f.out++
		return false
	}
	f.bytes += size
	return true
}

// sourceBytes bounds the name of a list in a hit (format/detection).
const sourceBytes = 200

// sourceName cuts a title between characters.
func sourceName(s string) string {
	for len(s) > sourceBytes {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// bundleCache keeps finished bundles by who reads alike: a country and a
// clearance. Thousands of sensors ask each hour and nearly all get the same.
type bundleCache struct {
	mu   sync.Mutex
	mark string
	by   map[string]Signed
}

// left is the most that bundles of today, as they were asked for, have left out of a
// collection: sensors look for less than its page shows.
func (c *bundleCache) left(id string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.by {
		n = max(n, b.left[id])
	}
	return n
}

func (c *bundleCache) of(ctx context.Context, s *Service, a ward.Actor) (Signed, error) {
	var edits, newest int64
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		edits, newest, err = contentMark(ctx, tx)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	mark := fmt.Sprint(edits, " ", newest, " ", s.today().Unix())
	key := string(a.Role) + " " + string(a.Country)
	c.mu.Lock()
	defer c.mu.Unlock() // who waits here wants the same bundle
	if c.mark != mark {
		c.mark, c.by = mark, map[string]Signed{}
	}
	if out, ok := c.by[key]; ok {
		return out, nil
	}
	out, err := s.makeBundle(ctx, a)
	if err == nil {
		c.by[key] = out
	}
	return out, err
}
