package registry

import (
	"context"
	"slices"

	"ward"
	"ward/base/registry/sight"
)

// Visibility is who sees an organisation's data: by kind of data, and its groups.
type Visibility struct {
	Profile Profile
	Sights  []sight.Act
	Groups  []Membership // that last
}

// Visible tells who sees the data of the actor's own organisation. Needs
// org.read on it.
func (s *Service) Visible(ctx context.Context, a ward.Actor) (Visibility, error) {
	v, err := s.Show(ctx, a, a.Org)
	if err != nil {
		return Visibility{}, ward.Wrap("visibility", err)
	}
	out := Visibility{Profile: v.Profile, Sights: sight.Of(s.guard, v.Organisation(), rolesOf(v.Kind), v.Object())}
	all, err := s.Groups(ctx, a)
	out.Groups = slices.DeleteFunc(all, func(m Membership) bool { return !m.Left.IsZero() })
	return out, ward.Wrap("visibility", err)
}
