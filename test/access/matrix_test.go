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
	"regexp"
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

func (c cell) key() string { return c.route.Method + " " + c.route.Path + "\t" + c.variant }

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
	forms  map[string]string // facts of organisations that a change must repeat
}

func TestMatrix(t *testing.T) {
	base := t.TempDir()
	var town *house.Town
	if !t.Run("furnish", func(t *testing.T) { town = house.Open(t, house.Config{Data: base}).Furnish() }) {
		return
	}
	columns := make([][]cell, len(everybody))
	var mu sync.Mutex
	t.Run("try", func(t *testing.T) {
		for i, w := range everybody {
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				data := house.Copy(t, base)
				h := house.Open(t, house.Config{Data: data, Database: house.DatabaseIn(data), Inhabited: town})
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
		if len(list) == 2 && owned(kind) {
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

// try sends the request of a cell, in a session of its own where it could end one.
func (a *attempt) try(c *cell) {
	a.t.Helper()
	n := 0
	if c.route.Method != "GET" {
		a.used[c.kind+c.variant]++
		n = a.used[c.kind+c.variant]
	}
	path, values, ok := a.values(c, n)
	if !ok {
		c.got = "-"
		return
	}
	client := a.client
	if self(c.route) && c.route.Method != "GET" || c.kind == "session" {
		client = a.fresh()
		a.selfFacts(client, c, values)
	}
	if c.kind == "session" && c.variant == "own" && a.who.role != ward.RoleNone {
		id, other := a.sessionOf(client)
		path, client = strings.ReplaceAll(path, nothing("session"), id), other
	}
	answer := send(client, c.route, path, payloads[c.route.Method+" "+c.route.Path], values)
	c.got = class(answer)
	if self(c.route) && c.route.Method != "GET" { // it may have ended all sessions
		a.client = a.fresh()
	}
	if testing.Verbose() && (c.got == "invalid" || c.got == "conflict") {
		a.t.Logf("%s %s (%s): %d %s", c.route.Method, path, c.variant, answer.Status, reason(answer))
	}
}

func reason(a house.Answer) string {
	body := string(a.Body)
	if _, after, found := strings.Cut(body, `role="alert"`); found {
		body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(after, " ")
	}
	return body[:min(len(body), 250)]
}

// sessionOf is the id of a session, and another session of the same person.
func (a *attempt) sessionOf(c *house.Client) (string, *house.Client) {
	if a.who.token {
		return nothing("session"), c
	}
	var list struct {
		Sessions []struct {
			ID   string
			Here bool
		}
	}
	c.MustJSON("GET", "/api/v1/me/sessions", nil, &list)
	for _, s := range list.Sessions {
		if s.Here {
			return s.ID, a.fresh()
		}
	}
	return nothing("session"), c
}

// values are the path and the payload's values of a cell; ok is false where the
// place has no such object.
func (a *attempt) values(c *cell, n int) (path string, values map[string]string, ok bool) {
	list, _ := kindsOf(c.route.Path) // known: walk asked
	id, place := a.object(c.kind, c.variant, n)
	if place == "" {
		place = house.PlaceOf(a.who.role)
	}
	if id == "" {
		return "", nil, false
	}
	path = strings.ReplaceAll(c.route.Path, "{$}", "")
	for i, k := range list {
		value := id
		if i < len(list)-1 { // the organisation before a part, the source before a key
			variant := c.variant
			if variant == "mixed" {
				variant = "own"
			}
			if k == "source" {
				variant = "any"
			}
			if value, place = a.object(k, variant, 0); value == "" {
				return "", nil, false
			}
		}
		at, end := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:at] + value + path[end+1:]
	}
	a.count++
	values = map[string]string{"id": id, "n": fmt.Sprint(a.who.name, a.count), "role": a.role, "scope": "account.self", "hat": "none",
		"asset": a.assetOf(c, id), "document": string(house.Document(fmt.Sprint("TRY-", a.who.name, a.count), "WHITE", "1"))}
	if strings.Contains(payloads[c.route.Method+" "+c.route.Path].form+payloads[c.route.Method+" "+c.route.Path].json, "{version}") {
		a.facts(values, a.town.ID("org", place, 0))
	}
	return path, values, true
}

// object gives the id of a variant and the place that owns it.
func (a *attempt) object(kind, variant string, n int) (string, house.Place) {
	switch {
	case kind == "":
		return "-", ""
	case kind == "catalogue":
		return map[string]string{"any": "kev-cisa", "none": "nonsense"}[variant], ""
	case variant == "none":
		return nothing(kind), ""
	case kind == "link" && variant == "any":
		return strings.TrimPrefix(strings.TrimPrefix(a.h.Link(ward.RoleMaker), a.h.URL), "/link/"), ""
	case kind == "session" && variant == "own":
		return nothing(kind), "" // the try puts its own in
	case kind == "session":
		id, _ := (&attempt{t: a.t, h: a.h, who: who{role: ward.RoleCentre}}).sessionOf(a.h.As(ward.RoleCentre))
		return id, ""
	}
	if variant == "mixed" {
		variant = "near"
	}
	p := placeOf(kind, variant, a.who.role)
	switch {
	case kind == "person": // people are wearers of hats too, which are taken away from the other end
		n = len(a.town.All(kind, p)) - 1 - n
	case kind == "import" && n > 0 && p == house.Home:
		return a.uploaded(), p
	}
	return a.town.ID(kind, p, max(n, 0)), p
}

// uploaded is a new import that waits for its word: older ones give way.
func (a *attempt) uploaded() string {
	a.count++
	var out struct{ ID string }
	body := fmt.Appendf(nil, "vendor,product,version\nAcme,Try %d,1\n", a.count)
	a.h.Host(a.town, house.Home).Upload(fmt.Sprintf("/api/v1/inventory/imports?name=try-%d.csv", a.count), body, &out)
	a.h.Settle()
	return out.ID
}

// assetOf is an asset on an alert.
func (a *attempt) assetOf(c *cell, alert string) string {
	if c.kind != "alert" || c.variant == "none" || c.route.Method == "GET" {
		return nothing("asset")
	}
	host := map[string]house.Place{"near": house.Near, "far": house.Far}[c.variant]
	if host == "" {
		host = house.Home
	}
	var d struct{ Assets []struct{ Asset string } }
	if a.h.Host(a.town, host).JSON("GET", "/api/v1/alerts/"+alert, nil, &d); len(d.Assets) > 0 {
		return d.Assets[0].Asset
	}
	return nothing("asset")
}

// facts are what a change of an organisation must repeat.
func (a *attempt) facts(values map[string]string, org string) {
	var o struct {
		Organisation struct {
			Kind, Country, Name string
			Version             int64
		}
	}
	if org != "" {
		a.h.As(ward.RoleCentre).MustJSON("GET", "/api/v1/organisations/"+org, nil, &o)
	}
	f := o.Organisation
	values["kind"], values["country"], values["name"], values["version"] = f.Kind, f.Country, f.Name, fmt.Sprint(f.Version)
}

// selfFacts are a person's own hat and one right of his; self revokes
// sessions, so each try has its own.
func (a *attempt) selfFacts(client *house.Client, c *cell, values map[string]string) {
	if c.route.Permission != web.SignedIn || a.who.role == ward.RoleNone || a.who.token || c.route.Method == "GET" {
		return
	}
	var me struct {
		Permissions []string
		Hats        []struct{ ID string }
	}
	client.MustJSON("GET", "/api/v1/me", nil, &me)
	values["hat"], values["scope"] = me.Hats[0].ID, me.Permissions[0]
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
