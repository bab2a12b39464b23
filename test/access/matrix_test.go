// Package access tries every door of the house with every key: routes × roles ×
// own and foreign objects. The answers are a golden table to be read in review;
// what must never be is asserted beside it.
package access_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"ward"
	"ward/kit/web"
	"ward/test/site/house"
)

var update = flag.Bool("update", false, "write the golden table anew")

// who tries: a role, a visitor, or a program with a narrow token.
type who struct {
	name  string
	role  ward.Role
	token bool
}

var everybody = []who{{"visitor", ward.RoleNone, false}, {"member", ward.RoleMember, false}, {"manager", ward.RoleManager, false},
	{"csirt", ward.RoleCSIRT, false}, {"centre", ward.RoleCentre, false}, {"maker", ward.RoleMaker, false},
	{"auditor", ward.RoleAuditor, false}, {"operator", ward.RoleOperator, false}, {"token", ward.RoleManager, true}}

// tokenScope is the one right of the token; one without any cannot be made.
const tokenScope = ward.Permission("org.read")

// cell is one door tried with one object by one of them.
type cell struct {
	route   web.Route
	kind    string // of the object; empty for none
	variant string
	got     string
}

func (c cell) foreign() bool {
	return slices.Contains([]string{"near", "far", "other", "mixed"}, c.variant)
}

// attempt walks all doors in one copy of the house.
type attempt struct {
	t      *testing.T
	h      *house.House
	town   *house.Town
	who    who
	client *house.Client // of reads and of all that does not end a session
	bearer string
	role   string         // a role that may be given at the own place
	used   map[string]int // objects that writing doors had, by kind
	count  int
	prints int    // printed codes that were taken
	email  string // of the person, before he leaves
}

func TestMatrix(t *testing.T) {
	furnished(t) // before those that run side by side
	columns := make([][]cell, len(everybody))
	var mu sync.Mutex
	t.Run("try", func(t *testing.T) {
		for i, w := range everybody {
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				h, town := open(t)
				a := newAttempt(t, h, town, w)
				cells := a.walk()
				mu.Lock()
				columns[i] = cells
				mu.Unlock()
			})
		}
	})
	if t.Failed() {
		return
	}
	for i, w := range everybody {
		for _, c := range columns[i] {
			for _, f := range wrong(w, c) {
				t.Errorf("%s: %s %s with %s %s object answers %s: %s", w.name, c.route.Method, c.route.Path, c.variant, c.kind, c.got, f)
			}
		}
	}
	everyDoorOpens(t, columns)
	compare(t, table(columns))
}

func newAttempt(t *testing.T, h *house.House, town *house.Town, w who) *attempt {
	a := &attempt{t: t, h: h, town: town, who: w, used: map[string]int{}}
	a.role = map[ward.Role]string{ward.RoleMember: "hospital_member", ward.RoleManager: "hospital_member", ward.RoleCSIRT: "csirt_analyst",
		ward.RoleCentre: "centre_analyst", ward.RoleMaker: "maker", ward.RoleAuditor: "auditor", ward.RoleOperator: "operator"}[w.role]
	if w.token {
		var out struct{ Secret string }
		h.As(w.role).MustJSON("POST", "/api/v1/me/tokens", map[string]any{"name": "narrow", "days": 1, "scopes": []ward.Permission{tokenScope}}, &out)
		a.bearer = out.Secret
	}
	a.client = a.fresh()
	return a
}

// fresh is a client in a session of its own.
func (a *attempt) fresh() *house.Client {
	switch {
	case a.who.token:
		c := a.h.Visitor()
		c.Token = a.bearer
		return c
	case a.who.role == ward.RoleNone:
		return a.h.Visitor()
	}
	return a.h.As(a.who.role)
}

// walk tries foreign and missing objects first, then reads its own, then writes,
// and takes away last.
func (a *attempt) walk() []cell {
	var cells []cell
	for _, r := range a.h.App.Handler().Routes() {
		list, err := kindsOf(r.Path)
		if err != nil {
			a.t.Fatal(err)
		}
		kind := inBody[r.Method+" "+r.Path]
		if len(list) > 0 {
			kind = list[len(list)-1]
		}
		for _, v := range variantsOf(kind) {
			cells = append(cells, cell{route: r, kind: kind, variant: v})
		}
		if len(list) == 2 && owned(kind) && !word(kind) {
			cells = append(cells, cell{route: r, kind: kind, variant: "mixed"})
		}
	}
	before := a.foreignState()
	for phase := range 5 {
		for i := range cells {
			if phaseOf(cells[i]) == phase {
				a.try(&cells[i])
			}
		}
		if phase == 0 && a.harmless() {
			if after := a.foreignState(); !bytes.Equal(before, after) {
				a.t.Errorf("what belongs to others changed:\n%s\n%s", before, after)
			}
		}
	}
	return cells
}

func phaseOf(c cell) int {
	switch {
	case c.foreign() || c.variant == "none":
		return 0
	case c.route.Method == "GET":
		return 1
	case c.route.Method == "DELETE" || strings.HasSuffix(c.route.Path, "/delete"):
		return 4
	case c.kind == "alert": // a change of devices may end it
		return 2
	}
	return 3
}

// harmless are those who may change nothing that is not their own.
func (a *attempt) harmless() bool {
	return a.who.role != ward.RoleCSIRT && a.who.role != ward.RoleCentre && a.who.role != ward.RoleOperator
}

// foreignState is what the owners of the foreign hospitals see of them.
func (a *attempt) foreignState() []byte {
	var b bytes.Buffer
	for _, p := range []house.Place{house.Near, house.Far} {
		c, org := a.h.Host(a.town, p), "/api/v1/organisations/"+a.town.ID("org", p, 0)
		for _, path := range []string{org, org + "/people", "/api/v1/inventory/export?format=json", "/api/v1/inventory/imports?limit=100",
			"/api/v1/alerts?view=all", "/api/v1/webhooks"} {
			answer := c.Get(path)
			if answer.Status != 200 {
				a.t.Fatalf("%s: %d %s", path, answer.Status, answer.Body)
			}
			fmt.Fprintf(&b, "%s\n%s\n", path, stable(answer.Body))
		}
	}
	return b.Bytes()
}

// stable leaves out the time at which an export was made.
func stable(body []byte) []byte {
	var v map[string]any
	if json.Unmarshal(body, &v) == nil {
		delete(v, "exported_at")
		delete(v, "created_at")
		if out, err := json.Marshal(v); err == nil {
			return out
		}
	}
	return body
}

// table is the golden text: one line for each door and object.
func table(columns [][]cell) []byte {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprint(w, "# Every door of the house, tried with every key. own: the organisation of the role; near: a hospital of the\n"+
		"# same country (Croatia); far: one abroad; mixed: a foreign part under the own organisation; none: no such object.\n"+
		"# The token is a manager's and has the right "+string(tokenScope)+" alone. Renewed by: go test ./test/access -update\n")
	fmt.Fprint(w, "door\tpermission\tobject")
	for _, x := range everybody {
		fmt.Fprint(w, "\t", x.name)
	}
	fmt.Fprintln(w)
	for i, c := range columns[0] {
		fmt.Fprintf(w, "%s %s\t%s\t%s", c.route.Method, c.route.Path, c.route.Permission, c.variant)
		for _, col := range columns {
			fmt.Fprint(w, "\t", col[i].got)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return b.Bytes()
}

func compare(t *testing.T, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "matrix.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	old := strings.Split(string(want), "\n")
	for _, line := range strings.Split(string(got), "\n") {
		if !slices.Contains(old, line) {
			t.Errorf("got %s\nwhich is not in %s (read it, then -update)", line, file)
		}
	}
	if len(old) != bytes.Count(got, []byte("\n"))+1 {
		t.Errorf("%s has %d lines, got %d", file, len(old), bytes.Count(got, []byte("\n"))+1)
	}
}
