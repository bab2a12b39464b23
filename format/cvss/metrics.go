package cvss

import (
	"fmt"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
)

// Metrics is a vector of CVSS 2.0, 3.0 or 3.1 with all three of its scores.
// Temporal and Environmental equal what follows from undefined metrics where
// the vector does not name any.
type Metrics struct {
	Version                       string
	Base, Temporal, Environmental float64

	given map[string]string
}

// Value gives what the vector itself says of a metric, e.g. "N" for "AV"; ok
// is false where it does not name it.
func (m *Metrics) Value(metric string) (value string, ok bool) {
	value, ok = m.given[metric]
	return value, ok
}

// scored is what the three versions of go-cvss have in common.
type scored interface {
	BaseScore() float64
	TemporalScore() float64
	EnvironmentalScore() float64
}

// Expand reads all of a vector. CVSS 4.0 has one score and is refused; errors
// are ErrVector.
func Expand(vector string) (Metrics, error) {
	vector = strings.Trim(strings.TrimSpace(vector), "()")
	version := versionOf(vector)
	s, err := parseThree(version, vector)
	if err != nil {
		return Metrics{}, fmt.Errorf("cvss: %w: %.80q: %w", ErrVector, vector, err)
	}
	m := Metrics{Version: version, Base: s.BaseScore(), Temporal: s.TemporalScore(), Environmental: s.EnvironmentalScore(), given: map[string]string{}}
	for part := range strings.SplitSeq(vector, "/") {
		if name, value, ok := strings.Cut(part, ":"); ok {
			m.given[name] = value
		}
	}
	return m, nil
}

// parseThree reads the versions that share the three groups of metrics.
func parseThree(version, vector string) (scored, error) {
	if len(vector) > maxVector {
		return nil, fmt.Errorf("%d bytes", len(vector))
	}
	switch version {
	case "2.0":
		return gocvss20.ParseVector(complete20(vector))
	case "3.0":
		return gocvss30.ParseVector(vector)
	case "3.1":
		return gocvss31.ParseVector(vector)
	}
	return nil, fmt.Errorf("unknown version %.10q", version)
}

// groups20 are the metrics of CVSS 2.0 in their order; go-cvss wants the
// optional groups whole or not at all, the schema lets any metric stand alone.
var groups20 = [...]string{"AV AC Au C I A", "E RL RC", "CDP TD CR IR AR"}

// complete20 fills the groups that a 2.0 vector names in part with "ND" (not
// defined, which changes no score). What it does not understand it leaves to
// the parser to refuse.
func complete20(vector string) string {
	given := map[string]string{}
	for part := range strings.SplitSeq(vector, "/") {
		name, _, ok := strings.Cut(part, ":")
		if !ok || given[name] != "" {
			return vector
		}
		given[name] = part
	}
	var out []string
	used := 0
	for i, group := range groups20 {
		names := strings.Fields(group)
		parts, found := make([]string, len(names)), 0
		for j, name := range names {
			if parts[j] = given[name]; parts[j] != "" {
				found++
			} else {
				parts[j] = name + ":ND"
			}
		}
		if used += found; found > 0 || i == 0 {
			out = append(out, parts...)
		}
	}
	if used != len(given) {
		return vector
	}
	return strings.Join(out, "/")
}
