package registry

import (
	"context"
	"slices"
	"strings"

	"ward"
	"ward/kit/db"
)

// Addressed lists the care providers that an audience means, each once, in the
// order of ids. An organisation whose size is not known is in no size class. It
// answers the other services, like those in answer.go.
func (s *Service) Addressed(ctx context.Context, a ward.Audience) (out []ward.Organisation, err error) {
	named := map[ward.OrgID]ward.Organisation{}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		clear(named)
		if a.All || a.Listed() {
			if out, err = audience(ctx, tx, a); err != nil {
				return err
			}
		}
		owners, err := s.domains.Owners(ctx, tx, lineage(a.Domains))
		if err != nil {
			return err
		}
		return organisationsByID(ctx, tx, append(owners, a.Orgs...), named)
	})
	for _, o := range out {
		delete(named, o.ID)
	}
	for _, o := range named {
		if o.Kind.CareProvider() {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b ward.Organisation) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, ward.Wrap("addressed", err)
}

// lineage adds to each domain those above it: who proved control of a domain has
// it of all below. Control of one below says nothing of the one above.
func lineage(domains []string) []string {
	var out []string
	for _, d := range domains {
		for d != "" {
			out = append(out, d)
			_, d, _ = strings.Cut(d, ".")
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
