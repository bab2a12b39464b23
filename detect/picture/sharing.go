package picture

import (
	"context"
	"maps"
	"slices"

	"ward"
	"ward/kit/db"
)

// Sharing is what a Member State lets the Union see of its reports. Without a
// rule of its own it is Covered.
type Sharing string

// Rules of sharing.
const (
	Nothing Sharing = "nothing"
	Covered Sharing = "covered" // under the cover
	Exact   Sharing = "exact"   // the Centre sees the numbers as they are; others see the cover
)

// Sharings lists them, the narrowest first.
func Sharings() []Sharing { return []Sharing{Nothing, Covered, Exact} }

func sharingOf(rules map[ward.Country]Sharing, c ward.Country) Sharing {
	if r, ok := rules[c]; ok {
		return r
	}
	return Covered
}

// SharingOf is the rule of the actor's country. Needs picture.share.
func (s *Service) SharingOf(ctx context.Context, a ward.Actor) (Sharing, error) {
	if _, err := s.cfg.Guard.Check(a, permShare, ward.Object{Kind: "picture", Country: a.Country}); err != nil {
		return "", ward.Wrap("rule of sharing", err)
	}
	k, err := s.sync(ctx)
	return sharingOf(k.rules, a.Country), ward.Wrap("rule of sharing", err)
}

// RuleOf answers what a country lets others see of its reports: nothing, covered
// or exact.
func (s *Service) RuleOf(ctx context.Context, c ward.Country) (string, error) {
	k, err := s.sync(ctx)
	return string(sharingOf(k.rules, c)), ward.Wrap("rule of sharing", err)
}

// Share sets the rule of the actor's country. Needs picture.share.
func (s *Service) Share(ctx context.Context, a ward.Actor, rule Sharing) error {
	o := ward.Object{Kind: "picture", Country: a.Country}
	decision, err := s.cfg.Guard.Check(a, permShare, o)
	if err != nil {
		return ward.Wrap("share", err)
	}
	if !slices.Contains(Sharings(), rule) {
		return ward.Fail(ward.Invalid, "picture.error.sharing").At("rule")
	}
	return ward.Wrap("share", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := upsertSharing(ctx, tx, a.Country, rule, s.cfg.Clock()); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permShare, decision.Policy, map[string]string{"act": "shared", "rule": string(rule)})
	}))
}

// rulesKey names a state of the rules.
func rulesKey(rules map[ward.Country]Sharing) string {
	out := ""
	for _, c := range slices.Sorted(maps.Keys(rules)) {
		out += string(c) + string(rules[c]) + " "
	}
	return out
}
