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

// open turns a finding about a product of which nothing is stated into review,
// unless its version is outside anyway.
func open(f ward.Finding, tri version.Tri, why ward.Reason) ward.Finding {
	if tri != version.No {
		f.Verdict, f.Reason = ward.Review, why
	}
	return f
}

// fixed reads a leaf of fixed versions: the version itself and later ones are
// not affected; an earlier one is a person's business, since the leaf does not
// say where the fault begins.
func (l *leaf) fixed(f ward.Finding, t tie, tri version.Tri, s *subject) (ward.Finding, bool) {
	v := s.v
	if kind := readPURL(l.claim.PURL).kind; kind != "" && s.text != "" {
		if x, err := version.ParseIn(s.text, kind); err == nil {
			v = x
		}
	}
	switch {
	case tri == version.Yes || tri == version.No && l.rng.Above(v):
		f.Verdict, f.Reason = ward.NotAffected, ReasonFixed
	case tri == version.No && l.rng.Below(v):
		f.Verdict, f.Reason = ward.Review, ReasonBelowFixed
	case tri == version.No:
		return f, false
	}
	return weaken(f, t), true
}

// weaken holds a finding of a weak tie down: likeness never gives affected. A
// version outside stays outside whichever product it is.
func weaken(f ward.Finding, t tie) ward.Finding {
	if t.weak && f.Verdict != ward.NotAffected {
		f.Verdict, f.Reason = ward.Review, t.reason
	}
	return f
}

// decided applies an analyst's reading of a range and a version.
func decided(v ward.Verdict, l *leaf, s *subject) (version.Tri, ward.Reason, string) {
	detail := s.say(`decided by an analyst: "`, s.text, `" against "`, l.text(), `"`)
	if v == ward.Affected {
		return version.Yes, ReasonDecidedAffected, detail
	}
	return version.No, ReasonDecidedNotAffected, detail
}
