package pages

import (
	"testing"

	"ward"
	"ward/kit/audit"
)

func TestWhat(t *testing.T) {
	for name, tc := range map[string]struct {
		detail map[string]string
		want   string
	}{
		"nothing":  {nil, "alert.respond"},
		"an act":   {map[string]string{"act": "comment"}, "alert.respond · comment"},
		"the deed": {map[string]string{"did": "link_made", "act": "x"}, "alert.respond · link_made"},
		"else":     {map[string]string{"rows": "3"}, "alert.respond"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := what(audit.Entry{Action: "alert.respond", Detail: tc.detail}); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	long := make([]rune, faultLength+5)
	for i := range long {
		long[i] = 'ž'
	}
	if got := []rune(cut(string(long))); len(got) != faultLength+1 || got[faultLength] != '…' {
		t.Errorf("got %d runes, want %d and an ellipsis", len(got), faultLength)
	}
	if got := cut("short"); got != "short" {
		t.Errorf("got %q", got)
	}
}

func TestEveryRoleHasALead(t *testing.T) {
	for _, r := range ward.Roles() {
		if leadOf(r) == "" {
			t.Errorf("no lead for %s", r)
		}
	}
}
