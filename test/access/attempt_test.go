package access_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/web"
	"ward/test/site/house"
)

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
	if strings.HasSuffix(c.route.Path, "/me/leave") && a.who.role != ward.RoleNone && !a.who.token {
		a.noteEmail(client)
	}
	if c.kind == "session" && c.variant == "own" && a.who.role != ward.RoleNone {
		id, other := a.sessionOf(client)
		path, client = strings.ReplaceAll(path, nothing("session"), id), other
	}
	answer := send(client, c.route, path, payloads[c.route.Method+" "+c.route.Path], values)
	c.got = class(answer)
	if c.got == "ok" && strings.HasSuffix(c.route.Path, "/me/leave") && c.route.Method == "POST" {
		a.comeBack()
	}
	if self(c.route) && c.route.Method != "GET" { // it may have ended all sessions
		a.client = a.fresh()
	}
	if testing.Verbose() && (c.got == "invalid" || c.got == "conflict") {
		a.t.Logf("%s %s (%s): %d %s", c.route.Method, path, c.variant, answer.Status, reason(answer))
	}
}

// noteEmail remembers by which address a person comes back.
func (a *attempt) noteEmail(c *house.Client) {
	var me struct{ Email string }
	c.MustJSON("GET", "/api/v1/me/details", nil, &me)
	a.email = me.Email
}

// comeBack takes whoever left into his organisation again; an operator is let in
// by the other one.
func (a *attempt) comeBack() {
	place := house.PlaceOf(a.who.role)
	a.h.Host(a.town, house.Machine).MustJSON("POST", "/api/v1/organisations/"+a.town.ID("org", place, 0)+"/people",
		map[string]string{"name": "Back again", "email": a.email, "role": string(a.who.role)}, nil)
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
	if c.kind == "case" && c.variant == "any" {
		id = a.caseFor(c.route.Path, n)
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
	values["colleague"], values["today"] = a.town.ID("hat", house.PlaceOf(a.who.role), 3), time.Now().UTC().Format(time.DateOnly)
	values["tomorrow"] = time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly) // in Europe it may be that day already
	values["mate"] = a.town.ID("person", house.PlaceOf(a.who.role), house.Mate)
	values["soon"], values["triaged"] = time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly), a.town.ID("triaged", house.Centre, a.count)
	if text := payloads[c.route.Method+" "+c.route.Path]; strings.Contains(text.form+text.json, "{code}") {
		values["code"] = a.code()
	}
	if text := payloads[c.route.Method+" "+c.route.Path]; strings.Contains(text.form+text.json, "{printed}") {
		values["printed"], values["entrant"] = a.printed()
	}
	if strings.Contains(payloads[c.route.Method+" "+c.route.Path].form+payloads[c.route.Method+" "+c.route.Path].json, "{version}") {
		a.facts(values, a.town.ID("org", place, 0))
	}
	return path, values, true
}

// printed is a code that was not used, and who may enter with it.
func (a *attempt) printed() (code, hat string) {
	a.prints++
	code = a.town.ID("printed", house.Home, a.prints)
	var out struct{ People []struct{ Hat string } }
	a.h.Visitor().JSON("POST", "/api/v1/session/break-glass/options", map[string]string{"code": code}, &out)
	if len(out.People) == 0 { // hostile bodies have used them all up
		return code, nothing("hat")
	}
	return code, out.People[0].Hat
}

// code lets an organisation into a group of the hospital abroad.
func (a *attempt) code() string {
	var out struct{ Code string }
	a.h.Host(a.town, house.Far).MustJSON("POST", "/api/v1/groups/"+a.town.ID("group", house.Far, 5)+"/invitations", nil, &out)
	return out.Code
}

// caseFor is a reported weakness in the state that an act needs.
func (a *attempt) caseFor(path string, n int) string {
	state := "received"
	for act, needed := range map[string]string{"/coordinate": "triaged", "/embargo": "coordinating", "/reopen": "closed", "/link": "case", "/confidential": "case"} {
		if strings.HasSuffix(path, act) {
			state = needed
		}
	}
	return a.town.ID(state, house.Centre, n)
}

// object gives the id of a variant and the place that owns it.
func (a *attempt) object(kind, variant string, n int) (string, house.Place) {
	switch {
	case kind == "":
		return "-", ""
	case kind == "catalogue":
		return map[string]string{"any": "kev-cisa", "none": "nonsense"}[variant], ""
	case kind == "lang" && variant == "any":
		return "de", ""
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
