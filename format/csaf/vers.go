package csaf

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"ward/format/version"
)

// span is a version range of a product tree: a VERS ("vers:npm/>=1|<2", VERS
// specification clause 5) or a vls, which is its constraints alone.
type span struct {
	kind        string // VERS type; empty for a vls
	constraints []constraint
	all         bool // every version
	none        bool
}

// constraint is one comparator with its version.
type constraint struct{ op, version string }

// below and above report the comparators that bound from one side.
func (c constraint) below() bool { return strings.HasPrefix(c.op, "<") }

// above reports a lower bound, exact a single version.
func (c constraint) above() bool { return strings.HasPrefix(c.op, ">") }
func (c constraint) exact() bool { return c.op == "=" }

// errUnordered says that the rules hold as far as versions need not be compared.
var errUnordered = errors.New("versions of this type cannot be put in order here")

// maxSpan bounds a range in bytes, maxConstraints in parts: the worst real one
// of CISA has 40.
const (
	maxSpan        = 8192
	maxConstraints = 512
)

// versTypes are the VERS types that are registered or described by the
// specification, and whether their versions can be put in order here.
var versTypes = map[string]bool{"all": true, "none": true, "intdot": true, "semver": true, "datetime": true, "lexicographic": true, "generic": true,
	"npm": true, "pypi": true, "deb": true, "rpm": true, "maven": true, "golang": true, "gem": true, "nuget": true, "cargo": true, "composer": true,
	"hex": true, "apk": true, "cpan": true, "hackage": true, "conan": true, "alpm": false, "dart": false, "ebuild": false, "gentoo": false,
	"nginx": false, "openssl": false, "mattermost": false, "mozilla": false, "github": false}

// readSpan reads a range and holds it to the rules of section 3.1.2.3.2. The
// span is usable if err is nil or errUnordered.
func readSpan(text string) (span, error) {
	var s span
	body := text
	if rest, ok := strings.CutPrefix(text, "vers:"); ok {
		kind, constraints, found := strings.Cut(rest, "/")
		if !found || !validVersType(kind) {
			return s, errors.New("no VERS type")
		}
		s.kind, body = kind, constraints
	}
	if len(text) > maxSpan || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return s, errors.New("blanks, letters beyond ASCII, or too long")
	}
	switch {
	case s.kind == "all" && body == "*":
		s.all = true
		return s, nil
	case s.kind == "none" && body == "*":
		s.none = true
		return s, nil
	case s.kind == "all" || s.kind == "none":
		return s, errors.New("only * goes with this type")
	}
	if err := s.read(body); err != nil {
		return s, err
	}
	return s, s.valid()
}

// validVersType holds a type to its letters; "invalid" is reserved to be none.
func validVersType(kind string) bool {
	return kind != "" && kind != "invalid" && kind[0] >= 'a' && kind[0] <= 'z' && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// read cuts the constraints.
func (s *span) read(body string) error {
	parts := strings.Split(body, "|")
	if len(parts) > maxConstraints {
		return errors.New("too many constraints")
	}
	for _, part := range parts {
		c := constraint{op: "="}
		for _, op := range [...]string{"!=", "<=", ">=", "<", ">", "="} {
			if rest, ok := strings.CutPrefix(part, op); ok {
				if op == "=" && s.kind != "" {
					return errors.New("a constraint of a VERS does not begin with =")
				}
				c.op, part = op, rest
				break
			}
		}
		decoded, err := url.PathUnescape(part)
		switch {
		case part == "*":
			return errors.New("all versions are vers:all/*")
		case part == "" || strings.ContainsAny(part, "<>=!*"):
			return errors.New("no version in a constraint")
		case s.kind != "" && err != nil:
			return errors.New("a wrong percent sign")
		}
		if c.version = decoded; err != nil {
			c.version = part
		}
		s.constraints = append(s.constraints, c)
	}
	return nil
}

// valid holds the constraints to clause 5.4: versions are unique and ascend,
// and the comparators alternate.
func (s *span) valid() error {
	seen := map[string]bool{}
	var last constraint
	bounded := ""
	for _, c := range s.constraints {
		if seen[c.version] && s.kind != "" { // a vls may leave one out by two bounds
			return errors.New("a version twice")
		}
		seen[c.version] = true
		if c.op == "!=" {
			continue
		}
		if last.exact() && c.below() {
			return errors.New("an upper bound behind a single version")
		}
		if !c.exact() {
			if bounded != "" && bounded == c.op[:1] {
				return errors.New("two bounds of the same side in a row")
			}
			bounded = c.op[:1]
		}
		last = c
	}
	if s.kind == "" && len(s.constraints) == 1 && s.constraints[0].exact() {
		return errors.New("a single version")
	}
	if ordered, known := versTypes[s.kind]; s.kind != "" && (!known || !ordered) {
		return errUnordered
	}
	compare := s.compare
	if s.kind == "" || s.kind == "generic" {
		compare = compareDotted // whose order is beyond doubt
	}
	for i := 1; i < len(s.constraints); i++ {
		order, ok := compare(s.constraints[i-1].version, s.constraints[i].version)
		switch {
		case !ok:
			return errUnordered
		case order > 0 || order == 0 && s.kind != "":
			return errors.New("versions out of order")
		}
	}
	return nil
}

// single reports a range that is one version.
func (s *span) single() bool { return len(s.constraints) == 1 && s.constraints[0].exact() }

// openAbove reports a range without upper end.
func (s *span) openAbove() bool {
	for _, c := range slices.Backward(s.constraints) {
		if c.op != "!=" {
			return c.above()
		}
	}
	return !s.none
}

// compare orders two versions by the type's rules; ok is false where that
// cannot be said.
func (s *span) compare(a, b string) (order int, ok bool) {
	switch s.kind {
	case "intdot":
		return compareDotted(a, b)
	case "semver", "golang":
		a, b = "v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v")
		return semver.Compare(a, b), semver.IsValid(a) && semver.IsValid(b)
	case "lexicographic":
		return strings.Compare(a, b), true
	case "datetime":
		x, errX := time.Parse(time.RFC3339Nano, leapless(a))
		y, errY := time.Parse(time.RFC3339Nano, leapless(b))
		return x.Compare(y), errX == nil && errY == nil
	}
	if order, ok := compareDotted(a, b); ok && s.kind == "" {
		return order, ok
	}
	x, errX := version.ParseIn(a, s.kind)
	y, errY := version.ParseIn(b, s.kind)
	if errX != nil || errY != nil {
		return 0, false
	}
	return version.Compare(x, y)
}

// leapless moves a leap second one second back, as Go has none.
func leapless(s string) string {
	if len(s) > 19 && s[16:19] == ":60" {
		return s[:16] + ":59" + s[19:]
	}
	return s
}

// compareDotted orders numbers that are parted by dots; missing ones are zero.
func compareDotted(a, b string) (order int, ok bool) {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		var n, m uint64
		var errN, errM error
		if i < len(x) {
			n, errN = strconv.ParseUint(x[i], 10, 64)
		}
		if i < len(y) {
			m, errM = strconv.ParseUint(y[i], 10, 64)
		}
		if errN != nil || errM != nil {
			return 0, false
		}
		if order == 0 {
			order = cmp.Compare(n, m)
		}
	}
	return order, true
}
