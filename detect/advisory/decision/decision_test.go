package decision

import (
	"strings"
	"testing"

	"ward"
	"ward/test/expect"
)

func TestChecks(t *testing.T) {
	long := strings.Repeat("x", MaxReason+1)
	for name, tc := range map[string]struct {
		d     Decision
		field string
	}{
		"no reason":        {Decision{Kind: Alias, Name: "a", ClaimNames: []string{"b"}}, "reason"},
		"long reason":      {Decision{Kind: Alias, Name: "a", ClaimNames: []string{"b"}, Reason: long}, "reason"},
		"no names":         {Decision{Kind: Alias, Reason: "r"}, "name"},
		"no version":       {Decision{Kind: Reading, Range: "<1", Verdict: ward.Affected, Reason: "r"}, "version"},
		"no verdict":       {Decision{Kind: Reading, Range: "<1", Version: "1", Reason: "r"}, "verdict"},
		"unknown kind":     {Decision{Kind: "guess", Reason: "r"}, "kind"},
		"a zero character": {Decision{Kind: Alias, Name: "a\x00", ClaimNames: []string{"b"}, Reason: "r"}, "name"},
	} {
		err := tc.d.Check()
		expect.Fields(t, name, err, tc.field)
	}
}
