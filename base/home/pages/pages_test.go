package pages

import (
	"io/fs"
	"testing"

	"ward"
	"ward/kit/audit"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/expect"
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

// Whoever presses the button without having looked gets no other country's numbers.
func TestNoCountryIsChosen(t *testing.T) {
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts()}})
	expect.OK(t, err)
	list := countryOptions(texts.Printer(ward.English))
	if len(list) != len(ward.Countries())+1 || list[0].Value != "" {
		t.Errorf("the first of %d choices is %q", len(list), list[0].Value)
	}
}
