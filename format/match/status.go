package match

import (
	"ward"
	"ward/format/version"
)

func verdictOf(tri version.Tri, why ward.Reason) (ward.Verdict, ward.Reason) {
	switch tri {
	case version.Yes:
		return ward.Affected, why
	case version.No:
		return ward.NotAffected, why
	}
	return ward.Review, why
}

// open turns an opinion about a product of which nothing is stated into review,
// unless its version is outside anyway.
func (o *opinion) open(tri version.Tri, why ward.Reason) {
	if tri != version.No {
		o.verdict, o.reason = ward.Review, why
	}
}

// fixed reads a leaf of fixed versions: the version itself and later ones are
// not affected; an earlier one is a person's business, since the leaf does not
// say where the fault begins. It reports false where nothing is stated.
func (l *leaf) fixed(o *opinion, tri version.Tri, s *subject) bool {
	if tri == version.Yes {
		o.verdict, o.reason = ward.NotAffected, ReasonFixed
	}
	if tri != version.No {
		return true
	}
	switch v, _ := s.as(l.kind); {
	case l.rng.Above(*v):
		o.verdict, o.reason, o.beyond = ward.NotAffected, ReasonFixed, true
	case l.rng.Below(*v):
		o.verdict, o.reason = ward.Review, ReasonBelowFixed
	default:
		return false
	}
	return true
}

// weaken holds the opinion of a weak tie down: likeness never gives affected. A
// version outside stays outside whichever product it is.
func (o *opinion) weaken(t *tie) {
	if t.weak && (o.verdict != ward.NotAffected || t.other) {
		o.verdict, o.reason = ward.Review, t.reason
	}
}

// decided applies an analyst's reading of a range and a version.
func decided(v ward.Verdict, l *leaf, s *subject) (version.Tri, ward.Reason, string) {
	detail := s.say(`decided by an analyst: "`, s.text, `" against "`, l.text, `"`)
	if v == ward.Affected {
		return version.Yes, ReasonDecidedAffected, detail
	}
	return version.No, ReasonDecidedNotAffected, detail
}
