package escalation

import (
	"time"

	"ward"
)

// Urgency is how soon a hospital must act (DOMAIN: act now, days, week, cycle).
type Urgency string

// Urgencies, each with the time it gives.
const (
	ActNow Urgency = "now"   // 24 hours
	Days   Urgency = "days"  // 72 hours
	Week   Urgency = "week"  // 7 days
	Cycle  Urgency = "cycle" // next maintenance, 30 days
)

var within = map[Urgency]time.Duration{ActNow: 24 * time.Hour, Days: 72 * time.Hour, Week: 7 * 24 * time.Hour, Cycle: 30 * 24 * time.Hour}

// Within is the time that u gives from the moment the alert was raised.
func (u Urgency) Within() time.Duration { return within[u] }

// UrgencyOf rates an issue: what is used by attackers comes before what is
// merely severe (SSVC's "active" before the base score).
func UrgencyOf(s ward.Severity, x ward.Exploitation) Urgency {
	used := x == ward.ExploitationExploited || x == ward.ExploitationRansomware
	switch {
	case x == ward.ExploitationRansomware, used && s >= ward.SeverityHigh:
		return ActNow
	case used, s == ward.SeverityCritical:
		return Days
	case s == ward.SeverityHigh:
		return Week
	}
	return Cycle
}

// Urgencies lists them, the most urgent first.
func Urgencies() []Urgency { return []Urgency{ActNow, Days, Week, Cycle} }
