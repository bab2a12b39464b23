package ward

// Severity is the house's scale for how bad something is, worst last, after
// the qualitative rating of CVSS 3.1 section 5. The zero value is SeverityNone.
type Severity int8

const (
	SeverityNone     Severity = iota // no score, or 0.0
	SeverityLow                      // 0.1 to 3.9
	SeverityMedium                   // 4.0 to 6.9
	SeverityHigh                     // 7.0 to 8.9
	SeverityCritical                 // 9.0 to 10.0
)

var severityNames = [...]string{"none", "low", "medium", "high", "critical"}

// String gives the lower-case name, which is also the message key's ending.
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return "none"
	}
	return severityNames[s]
}

// ParseSeverity reads a name as String gives it; ok is false for another text.
func ParseSeverity(name string) (s Severity, ok bool) {
	for i, n := range severityNames {
		if n == name {
			return Severity(i), true
		}
	}
	return SeverityNone, false
}

// SeverityOf rates a CVSS base score (0.0 to 10.0).
func SeverityOf(score float64) Severity {
	switch {
	case score >= 9:
		return SeverityCritical
	case score >= 7:
		return SeverityHigh
	case score >= 4:
		return SeverityMedium
	case score > 0:
		return SeverityLow
	}
	return SeverityNone
}
