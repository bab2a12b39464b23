package escalation

import (
	"testing"

	"ward"
	"ward/test/expect"
)

func TestUrgency(t *testing.T) {
	for _, tc := range []struct {
		s    ward.Severity
		x    ward.Exploitation
		want Urgency
	}{
		{ward.SeverityLow, ward.ExploitationRansomware, ActNow},
		{ward.SeverityHigh, ward.ExploitationExploited, ActNow},
		{ward.SeverityMedium, ward.ExploitationExploited, Days},
		{ward.SeverityCritical, ward.ExploitationNone, Days},
		{ward.SeverityHigh, ward.ExploitationProof, Week},
		{ward.SeverityMedium, ward.ExploitationNone, Cycle},
	} {
		if got := UrgencyOf(tc.s, tc.x); got != tc.want {
			t.Errorf("%v %s: got %s, want %s", tc.s, tc.x, got, tc.want)
		}
	}
}

// A form is answered once: with every fault that it has.
func TestEveryFaultOfALadder(t *testing.T) {
	expect.Fields(t, "a ladder", Ladder{"now": {"management": -1, "x": 1}, "x": nil}.check(), "now_management now_x x")
}
