// Package cvss reads vectors of the Common Vulnerability Scoring System 2.0,
// 3.0, 3.1 and 4.0 (FIRST) and gives the base score that follows from them. The
// formulas are go-cvss's; this package finds the version, leaves out what is no
// base metric, and rates all four on the house's one scale.
package cvss

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	gocvss40 "github.com/pandatix/go-cvss/40"

	"ward"
)

// maxVector bounds a vector in bytes; the longest of CVSS 4.0 has about 200.
const maxVector = 512

// ErrVector is what every refusal of Parse is.
var ErrVector = errors.New("no CVSS vector")

// Score is one rated vector. The zero value means "not scored".
type Score struct {
	Version  string  // "2.0", "3.0", "3.1", "4.0"; empty for the zero value
	Vector   string  // as written, without blanks and brackets around it; may be empty where only a number is known
	Value    float64 // base score, 0.0 to 10.0
	Severity ward.Severity
}

// Parse reads a vector and computes its base score; temporal, threat,
// environmental and supplemental metrics are checked and left out of it.
// Errors are ErrVector with the reason.
func Parse(vector string) (Score, error) {
	vector = strings.Trim(strings.TrimSpace(vector), "()")
	if len(vector) > maxVector {
		return Score{}, fmt.Errorf("cvss: %w: %d bytes", ErrVector, len(vector))
	}
	s := Score{Version: versionOf(vector), Vector: vector}
	var err error
	if s.Value, err = base(s.Version, vector); err != nil {
		return Score{}, fmt.Errorf("cvss: %w: %.80q: %w", ErrVector, vector, err)
	}
	s.Severity = ward.SeverityOf(s.Value)
	return s, nil
}

// versionOf reads the prefix that 3.0 and later bear.
func versionOf(vector string) string {
	rest, ok := strings.CutPrefix(vector, "CVSS:")
	if !ok {
		return "2.0"
	}
	version, _, _ := strings.Cut(rest, "/")
	return version
}

func base(version, vector string) (float64, error) {
	if version == "4.0" {
		return base40(vector)
	}
	s, err := parseThree(version, vector)
	if err != nil {
		return 0, err
	}
	return s.BaseScore(), nil
}

// base40 computes CVSS-B: version 4.0 has one formula for all metrics, so the
// others are taken away once the whole vector has been found well-formed.
func base40(vector string) (float64, error) {
	if _, err := gocvss40.ParseVector(vector); err != nil {
		return 0, err
	}
	const metrics = " CVSS AV AC AT PR UI VC VI VA SC SI SA "
	var kept []string
	for part := range strings.SplitSeq(vector, "/") {
		if name, _, _ := strings.Cut(part, ":"); strings.Contains(metrics, " "+name+" ") {
			kept = append(kept, part)
		}
	}
	v, err := gocvss40.ParseVector(strings.Join(kept, "/"))
	if err != nil {
		return 0, err
	}
	return v.Score(), nil
}

// Stated is the score of a publisher who gives a number and no readable
// vector. A number outside 0.0 to 10.0 is not scored.
func Stated(version string, value float64) Score {
	if value < 0 || value > 10 || value != value {
		return Score{}
	}
	return Score{Version: version, Value: value, Severity: ward.SeverityOf(value)}
}

// Compare orders scores by preference: the newest version first, then the
// highest value (CSAF 2.0 section 9.1.11). It is positive if a is preferred;
// the zero Score is last.
func Compare(a, b Score) int {
	return cmp.Or(cmp.Compare(a.Version, b.Version), cmp.Compare(a.Value, b.Value), -cmp.Compare(a.Vector, b.Vector))
}

// String writes "9.8 (CVSS 3.1)"; empty for the zero value.
func (s Score) String() string {
	if s.Version == "" {
		return ""
	}
	return fmt.Sprintf("%.1f (CVSS %s)", s.Value, s.Version)
}
