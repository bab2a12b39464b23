package csaf

import (
	"cmp"
	"strings"

	"golang.org/x/mod/semver"
)

// ValidVersion reports whether s is a version of CSAF 2.0 section 3.1.11: an
// integer without leading zeros, or a semantic version 2.0.0.
func ValidVersion(s string) bool {
	if isInteger(s) {
		return true
	}
	return strings.Count(beforeSuffix(s), ".") == 2 && semver.IsValid("v"+s)
}

// CompareVersions orders two revisions of one document: positive if a is
// newer. Integer and semantic versions compare as their kind says (3.1.11.1,
// 3.1.11.2: pre-releases are older, build metadata does not count); where a
// publisher changed from one to the other, "3" is read as "3.0.0". What is no
// version is older than any; two of those are equal.
func CompareVersions(a, b string) int {
	if isInteger(a) && isInteger(b) {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	}
	return semver.Compare("v"+a, "v"+b)
}

// MajorChanged reports whether the change from old to new asks for an
// automatic new run of the matching: a new major version where both are
// semantic (CSAF 2.0 section 9.1.13), any new version otherwise, because an
// integer does not say how great the change is.
func MajorChanged(old, new string) bool {
	if isInteger(old) || isInteger(new) || !ValidVersion(old) || !ValidVersion(new) {
		return old != new
	}
	return semver.Major("v"+old) != semver.Major("v"+new)
}

// Newer reports whether d is a newer revision than other: by version, and
// where the versions are equal, by the current release date.
func (d *Document) Newer(other *Document) bool {
	if c := CompareVersions(d.Tracking.Version, other.Tracking.Version); c != 0 {
		return c > 0
	}
	return d.Tracking.Current.After(other.Tracking.Current)
}

// beforeSuffix cuts pre-release and build metadata.
func beforeSuffix(s string) string {
	if i := strings.IndexAny(s, "-+"); i >= 0 {
		return s[:i]
	}
	return s
}

func isInteger(s string) bool {
	if s == "" || (s[0] == '0' && len(s) > 1) {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
