package registry

import (
	"context"
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/base/registry/sight"
	"ward/test/database"
)

// The page of who sees what is read off the policies: it must say what they do.
func TestWhoSees(t *testing.T) {
	d := database.Open(t, database.SQLite)
	w := newWorld(t, d)
	a := w.join(t, w.add(t, ward.KindHospital, "North", "HR"), ward.RoleMember, "ana@x.example")
	v, err := w.Visible(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	may := map[sight.Viewer]int{}
	for _, x := range v.Sights {
		for _, y := range x.Who {
			may[y.Who]++
			if y.Policy == "" {
				t.Errorf("%s %s: no rule is named", y.Who, x.What)
			}
		}
	}
	for who, none := range map[sight.Viewer]bool{"own_hospital_member": false, "own_hospital_manager": false, "group_manager": false, "other_member": true,
		"other_manager": true, "csirt": false, "csirt_abroad": true, "centre": false, "auditor": false, "auditor_union": false, "maker": true, "operator": false} {
		if n := may[who]; (n == 0) != none {
			t.Errorf("%s may %d things, want none: %t", who, n, none)
		}
	}
	for _, p := range []ward.Permission{"inventory.read", "alert.read", "org.write", "person.read", "audit.read"} {
		if !slices.ContainsFunc(v.Sights, func(x sight.Act) bool { return x.What == p }) {
			t.Errorf("%s is missing", p)
		}
	}
	english, err := texts.ReadFile("text/active.en.toml")
	if err != nil {
		t.Fatal(err)
	}
	_, words, _ := strings.Cut(string(english), "[registry.may]")
	words, _, _ = strings.Cut(words, "\n[")
	for _, x := range v.Sights { // a name of the policies says nothing to a hospital
		if !strings.Contains(words, "\n"+strings.ReplaceAll(string(x.What), ".", "_")+" = ") {
			t.Errorf("%s has no words under registry.may", x.What)
		}
	}
	at := func(p ward.Permission) int {
		return slices.IndexFunc(v.Sights, func(x sight.Act) bool { return x.What == p })
	}
	if at("alert.respond") < at("person.read") {
		t.Error("reading does not come first")
	}
}
