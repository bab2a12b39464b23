package marking

import (
	"testing"

	"pgregory.net/rapid"

	"ward"
)

// What the rule lets through is within the clearance, whatever the numbers.
func TestCarry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tlp := ward.TLP(rapid.Int8().Draw(t, "marking"))
		clearance := ward.TLP(rapid.Int8().Draw(t, "clearance"))
		if got := Of(Webhook, tlp, clearance); got != Withhold && (!tlp.Within(clearance) || !tlp.Within(ward.TLPAmber)) {
			t.Fatalf("webhook carries %v of %v at %v", got, tlp, clearance)
		}
		if got := Of(Mail, tlp, clearance); got == Content && !tlp.Within(clearance) || got != Withhold && !tlp.Within(ward.TLPAmber) {
			t.Fatalf("mail carries %v of %v at %v", got, tlp, clearance)
		}
		if got := Of(SMS, tlp, clearance); got == Content && !tlp.Within(ward.TLPClear) || got != Withhold && !tlp.Within(ward.TLPAmber) {
			t.Fatalf("a short message carries %v of %v", got, tlp)
		}
		if got := Of(Channel(rapid.StringMatching("[a-z]{0,3}").Draw(t, "channel")), tlp, clearance); got != Withhold {
			t.Fatalf("an unknown channel carries %v", got)
		}
	})
}
