package ransom

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/BurntSushi/toml"

	"ward"
	"ward/format/rule"
)

//go:embed data/limit.toml
var limitData []byte

// Limit is what limits the use of a record: to help, to find the attackers and to
// count, and never for sanctions against who was attacked. Where the country's
// law does not say so, it is the hospital's own condition and shown as that.
type Limit struct {
	Country ward.Country `toml:"country"` // empty: where no other entry holds
	Status  rule.Status  `toml:"status"`
	Act     string       `toml:"act"`
	Article string       `toml:"article"`
	rule.Provenance
}

// Binds reports whether the country's law limits the use.
func (l Limit) Binds() bool { return l.Status == rule.InForce }

// Limits reads the file strictly: a misspelt key must not make law weaker or stronger.
func Limits(text []byte) ([]Limit, error) {
	var f struct{ Limit []Limit }
	meta, err := toml.Decode(string(text), &f)
	if err != nil {
		return nil, ward.Wrap("limits of use", err)
	}
	if left := meta.Undecoded(); len(left) > 0 {
		return nil, fmt.Errorf("limits of use: unknown key %s", left[0])
	}
	seen := map[ward.Country]bool{}
	for _, l := range f.Limit {
		switch {
		case l.Country != "" && !slices.Contains(ward.Countries(), l.Country), seen[l.Country]:
			return nil, fmt.Errorf("limits of use: country %q is unknown or stands twice", l.Country)
		case !slices.Contains([]rule.Status{rule.InForce, rule.Proposal, rule.Guidance, rule.Model}, l.Status):
			return nil, fmt.Errorf("limits of use: status %q", l.Status)
		case !slices.Contains([]rule.Confidence{rule.High, rule.Medium, rule.Low}, l.Confidence):
			return nil, fmt.Errorf("limits of use: confidence %q", l.Confidence)
		case l.Act == "" || l.Source == "" || l.Verified.IsZero():
			return nil, fmt.Errorf("limits of use: an entry for %q without act, source or day", l.Country)
		case l.Country == "" && l.Status == rule.InForce:
			return nil, fmt.Errorf("limits of use: a law belongs to a country")
		}
		seen[l.Country] = true
	}
	if !seen[""] {
		return nil, fmt.Errorf("limits of use: no entry for the other countries")
	}
	return f.Limit, nil
}

// limitOf is the entry that holds in a country.
func limitOf(list []Limit, c ward.Country) Limit {
	i := slices.IndexFunc(list, func(l Limit) bool { return l.Country == c })
	if i < 0 {
		i = slices.IndexFunc(list, func(l Limit) bool { return l.Country == "" })
	}
	return list[i]
}
