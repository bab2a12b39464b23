package detection

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"ward"
	"ward/format/indicator"
)

// Bundle is what a Centre wants looked for at one hospital, within what that
// hospital is cleared for.
type Bundle struct {
	Version int       `json:"version"`
	ID      string    `json:"id"` // changes with the content
	Issued  time.Time `json:"issued"`
	// Expires is when the sensor tells that its bundle is old. It goes on looking:
	// old indicators are better than none.
	Expires time.Time `json:"expires"`
	Centre  string    `json:"centre"` // its name, for people
	TLP     string    `json:"tlp"`    // "AMBER": of the whole, the strictest of its parts

	Indicators   []Indicator   `json:"indicators"`
	Rules        []RuleFile    `json:"rules"`
	WarningLists []WarningList `json:"warning_lists"`
}

// Indicator is one value to look for.
type Indicator struct {
	Type   string `json:"type"` // as of format/indicator: "ipv4", "domain"
	Value  string `json:"value"`
	Source string `json:"source"`       // the list or collection that hits are told under
	ID     string `json:"id,omitempty"` // in that source
	// CoversSubdomains is for domains; for URLs it covers what lies below.
	CoversSubdomains bool   `json:"covers_subdomains,omitempty"`
	TLP              string `json:"tlp,omitempty"` // empty: that of the bundle
}

// RuleFile is one file of Sigma rules as its author wrote it.
type RuleFile struct {
	ID        string `json:"id"`
	YAML      string `json:"yaml"`
	AuthorRef string `json:"author_ref,omitempty"` // whom feedback on false alarms goes to
}

// WarningList holds values that are no sign of an attack, as a MISP warning list.
type WarningList struct {
	Name   string   `json:"name"`
	Type   string   `json:"type"` // cidr, hostname, string, substring, regex
	Values []string `json:"values"`
}

// Bounds of a bundle.
const (
	MaxBundle       = 64 << 20 // bytes, unpacked
	MaxIndicators   = 500_000
	MaxRules        = 10_000
	MaxRule         = 256 << 10 // bytes of one file
	MaxWarningLists = 500
	MaxWarnings     = 1_000_000 // values of all lists
)

// Encode writes the bytes that are signed and served. It refuses what a sensor
// would refuse.
func (b *Bundle) Encode() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	c := *b
	c.Issued, c.Expires = c.Issued.UTC(), c.Expires.UTC()
	c.Indicators, c.Rules, c.WarningLists = list(c.Indicators), list(c.Rules), list(c.WarningLists)
	data, err := encode(&c)
	if err == nil && len(data) > MaxBundle {
		err = fmt.Errorf("%w: the bundle has %d bytes, at most %d", ErrTooLarge, len(data), MaxBundle)
	}
	return data, err
}

// list is never null in JSON.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// DecodeBundle reads a bundle. Check its signature first.
func DecodeBundle(data []byte) (*Bundle, error) {
	b := &Bundle{}
	if err := decode(data, MaxBundle, b); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return b, nil
}

// check holds for what is written and what is read. Values of indicators and
// rules are not parsed here: one that a release does not understand must not cost
// the others.
func (b *Bundle) check() error {
	if err := versioned(b.Version); err != nil {
		return err
	}
	if err := name("id", b.ID, 128); err != nil {
		return err
	}
	if err := text("centre", b.Centre, 200); err != nil {
		return err
	}
	if b.Issued.IsZero() || !b.Expires.After(b.Issued) {
		return fmt.Errorf("%w: issued and expires are no span of time", ErrNotValid)
	}
	if _, ok := ward.ParseTLP(b.TLP); !ok {
		return fmt.Errorf("%w: TLP %.20q", ErrNotValid, b.TLP)
	}
	return b.counts()
}

func (b *Bundle) counts() error {
	values := 0
	for i, w := range b.WarningLists {
		if values += len(w.Values); w.Name == "" || len(w.Name) > 200 {
			return fmt.Errorf("%w: warning list %d has no name or a long one", ErrNotValid, i)
		}
	}
	for _, r := range b.Rules {
		if err := r.Check(); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		what    string
		n, most int
	}{{"indicators", len(b.Indicators), MaxIndicators}, {"rule files", len(b.Rules), MaxRules},
		{"warning lists", len(b.WarningLists), MaxWarningLists}, {"values of warning lists", values, MaxWarnings}} {
		if c.n > c.most {
			return fmt.Errorf("%w: %d %s, at most %d", ErrTooLarge, c.n, c.what, c.most)
		}
	}
	return nil
}

// Check says why a rule file cannot stand in a bundle; nil if it can.
func (r RuleFile) Check() error {
	if err := name("id of a rule file", r.ID, 128); err != nil {
		return err
	}
	if len(r.YAML) > MaxRule {
		return fmt.Errorf("%w: rule file %s has %d bytes, at most %d", ErrTooLarge, r.ID, len(r.YAML), MaxRule)
	}
	return nil
}

// Indicator makes of an entry what the engine takes. An error names one that
// this release does not understand.
func (i Indicator) Indicator() (indicator.Indicator, error) {
	t, ok := indicator.TypeOf(i.Type)
	if !ok {
		return indicator.Indicator{}, fmt.Errorf("%w: a type %.20q that this release does not know", ErrNotValid, i.Type)
	}
	out, err := indicator.ParseAs(t, i.Value)
	if err != nil {
		return out, fmt.Errorf("%w: %s %.80q: %w", ErrNotValid, i.Type, i.Value, err)
	}
	out.Source, out.Ref = i.Source, i.ID
	out.Exact = (t == indicator.Domain || t == indicator.URL) && !i.CoversSubdomains
	return out, nil
}

// ETag is the entity tag of the bytes of a bundle (RFC 9110, section 8.8.3).
func ETag(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}
