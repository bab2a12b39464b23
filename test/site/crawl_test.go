// Package site walks the whole portal as people of every role see it, in a real
// browser, and holds what belongs to the site as a whole: the story of a
// hospital, two replicas on one database, the table of all services.
package site_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"ward"
	"ward/kit/web"
	"ward/test/browser"
	"ward/test/site/house"
	"ward/test/thorough"
)

// firstLoad is what a page may weigh when nothing is in the cache (UX rule 3).
const firstLoad = 130 << 10

// roles that walk the site; the visitor is the empty one.
// They come by how much they are shown: a page is looked at as the first of them.
var roles = []ward.Role{ward.RoleManager, ward.RoleCSIRT, ward.RoleCentre, ward.RoleOperator, ward.RoleMaker, ward.RoleAuditor, ward.RoleMember, ward.RoleNone}

// noPage are routes that answer with something else than a page, each with what.
var noPage = map[string]string{
	"/.well-known/csaf/{path...}":                                 "files",
	"/.well-known/csaf-aggregator/{path...}":                      "files",
	"/.well-known/security.txt":                                   "a file",
	"/security.txt":                                               "a file",
	"/mail-key.asc":                                               "a key",
	"/.well-known/openpgpkey/policy":                              "a file",
	"/.well-known/openpgpkey/localhost.invalid/policy":            "a file",
	"/.well-known/openpgpkey/hu/69mxofunysijdray184nfoddjzhkxuiw": "a key",
	"/.well-known/openpgpkey/localhost.invalid/hu/69mxofunysijdray184nfoddjzhkxuiw": "a key",
	"/alerts/stream":                                      "events",
	"/inventory/import/{id}/stream":                       "events",
	"/inventory/export":                                   "a file",
	"/inventory/example.csv":                              "a file",
	"/advisories/{id}/document":                           "a file",
	"/situation/alerts/{issue}/delivery.csv":              "a file",
	"/situation/alerts/{issue}/organisations.csv":         "a file",
	"/situation/calls/{id}":                               "what a caller sees when an alert has waited too long; see the pages of alerts",
	"/ack/{secret}":                                       "what the reader of a mail sees; see the pages of alerts",
	"/hsc/feed":                                           "a feed",
	"/feed/{secret}/alerts.atom":                          "a feed",
	"/feed/{secret}/due.ics":                              "a calendar",
	"/me/reach/feeds/{id}/remove":                         "what asks before a private feed ends; see the pages of alerts",
	"/hsc/{number}/csaf":                                  "a file",
	"/disclosures/{id}/files/{file}":                      "a file",
	"/centre-alerts/{id}/approve":                         "what a second person reads; see the alerts of the Centre",
	"/incident-calendar/{secret}/deadlines.ics":           "a calendar",
	"/incidents/{id}/sent/{sending}/report.xlsx":          "a file",
	"/incident-intake/template.csv":                       "a file",
	"/incident-intake/template.xlsx":                      "a file",
	"/incident-statistics":                                "what leads to the last quarter",
	"/incident-statistics/{quarter}/summary.csv":          "a file",
	"/incident-statistics/{quarter}/summary.json":         "a file",
	"/incident-statistics/{quarter}/incidents.csv":        "a file",
	"/incident-statistics/{quarter}/incidents.json":       "a file",
	"/ransom/{id}/record.json":                            "a file",
	"/incidents/{id}/files/{file}":                        "a file",
	"/incident-queue/{id}/files/{file}":                   "a file",
	"/worker.js":                                          "a script",
	"/incidents/{id}/delete":                              "asked of drafts alone; see the tests of the pages",
	"/incidents/schema.json":                              "a file",
	"/incidents/{id}/sent/{sending}/document/{lang}":      "a file",
	"/incidents/{id}/sent/{sending}/report.csv":           "a file",
	"/incidents/{id}/sent/{sending}/report.json":          "a file",
	"/incidents/{id}/sent/{sending}/receipt.txt":          "a file",
	"/incident-queue/{id}/sent/{sending}/document/{lang}": "a file",
	"/picture/stream":                                     "events",
	"/picture/figures/{figure}":                           "a file",
	"/exploited/feed.atom":                                "a feed",
	"/exploited/export.csv":                               "a file",
	"/healthz":                                            "a word for machines",
	"/operations/{id}/drop":                               "what asks before a buried job is dropped; no job is buried here",
	"/signin/code":                                        "what stands between password and code; see the pages of accounts",
	"/signin/with/{issuer}":                               "an issuer, which a training house has none of",
	"/signin/with/{issuer}/back":                          "an issuer, which a training house has none of",
	"/me/with/{issuer}":                                   "an issuer, which a training house has none of",
	"/me/with/{issuer}/remove":                            "an issuer, which a training house has none of",
	"/me/passkeys/{id}":                                   "a passkey, which an authenticator makes; see the story of passkeys",
	"/me/passkeys/{id}/remove":                            "a passkey, which an authenticator makes; see the story of passkeys",
	"/readyz":                                             "a word for machines",
}

// values of a path, by its pattern: the object that the role of a place sees.
var values = []struct {
	pattern, kind string
	place         house.Place
}{
	{"/indicators/{item}", "item", house.Centre}, {"/detection/{id}", "collection", house.Centre}, {"/sightings/{hit}", "hit", house.Home},
	{"/ransom/{id}", "incident", house.Home}, {"/edit/{part}", "ransompart", house.Home},
	{"/break-glass/{sheet}", "sheet", house.Home}, {"/ransomware/decryptors/{id}", "decryptor", house.Centre},
	{"/register/{receipt}", "receipt", house.Centre}, {"/requests/{request}", "request", house.Near}, {"/groups/{group}", "group", house.Home},
	{"/notices/{notice}", "notice", house.Home}, {"/centre-alerts/{id}", "bulletin", house.Centre}, {"/hsc/{number}", "number", house.Centre},
	{"/report/case/{secret}", "caselink", house.Centre}, {"/disclosures/{id}", "case", house.Centre}, {"/reports/{id}", "report", house.Centre},
	{"/receiver-keys/{receiver}", "receiver", house.Home}, {"/picture/weekly/{weekly}", "weekly", house.Centre}, {"/incident-forwarded/{forward}", "forward", house.Centre},
	{"/help/report/sent/{secret}", "urgentlink", house.Centre}, {"/incident-cards/{card}", "incidentcard", house.Home}, {"/help/{see}", "see", house.Centre},
	{"/incident-statistics/{quarter}", "quarter", house.Centre},
	{"/incident-queue/{id}/original", "entered", house.Near}, {"/incidents/{id}", "incident", house.Home}, {"/incident-queue/{id}", "incident", house.Near}, {"/{stage}", "stage", house.Home}, {"/{step}", "step", house.Home},
	{"/sent/{sending}", "sending", house.Home}, {"/people/{id}", "person", ""}, {"/people/{hat}", "hat", ""}, {"/sites/{site}", "site", ""}, {"/contacts/{contact}", "contact", ""}, {"/contact-keys/{contact}", "contact", ""},
	{"/organisations/{org}", "org", ""}, {"/inventory/import/{id}", "import", house.Home}, {"/inventory/assets/{id}", "asset", house.Home},
	{"/inventory/{id}", "asset", house.Home}, {"/situation/alerts/{issue}", "issue", house.Centre}, {"/alerts/channels/{id}", "webhook", ""},
	{"/alerts/asset/{asset}", "asset", house.Home}, {"/alerts/{id}", "alert", house.Home}, {"/advisories/{id}", "advisory", "clear"}, {"/sources/{id}", "source", house.Centre},
	{"/review/{key}", "review", house.Centre}, {"/decisions/{id}", "decision", house.Centre}, {"/exploited/{cve}", "exploited", house.Centre}, {"/me/tokens/{id}", "token", ""},
}

// stop is a page of the walk. parts is which elements its content is made of,
// with their classes, whatever the words: two pages alike in it are checked once.
type stop struct {
	route, path, parts string
	again              bool // the route was looked at with other parts
}

var element = regexp.MustCompile(`<([a-z][a-z0-9]*)([^>]*)>`)

var class = regexp.MustCompile(`class="([^"]*)"`)

func partsOf(route string, page []byte) string {
	_, body, _ := bytes.Cut(page, []byte("<main"))
	all := map[string]bool{}
	for _, m := range element.FindAllSubmatch(body, -1) {
		all[string(m[1])+"."+string(class.Find(m[2]))] = true
	}
	return route + strings.Join(slices.Sorted(maps.Keys(all)), " ")
}

// name is the file name of its pictures: "alerts-id".
func (s stop) name() string {
	n := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(s.route, "-"), "-")
	if n == "" {
		return "home"
	}
	return n
}

// stops are the pages that a role may open, as the route table has them: a new
// page is walked without a word here, or fails for want of an object.
func stops(t *testing.T, h *house.House, town *house.Town, r ward.Role, c *house.Client) []stop {
	var out []stop
	for _, route := range h.App.Handler().Routes() {
		if route.Method != http.MethodGet || route.API || noPage[route.Path] != "" {
			continue
		}
		path, err := pathOf(town, r, route, h)
		if err != nil {
			t.Error(err)
		}
		if path == "" {
			continue
		}
		if a := c.Get(path); a.Status == http.StatusOK {
			out = append(out, stop{route: route.Path, path: path, parts: partsOf(route.Path, a.Body)})
		}
	}
	return out
}

func pathOf(town *house.Town, r ward.Role, route web.Route, h *house.House) (string, error) {
	path := strings.NewReplacer("{$}", "", "/texts/{lang}", "/texts/de").Replace(route.Path)
	if strings.Contains(path, "/link/{secret}") {
		return strings.TrimPrefix(h.Link(ward.RoleManager), h.URL), nil
	}
	for _, v := range values {
		name := v.pattern[strings.Index(v.pattern, "{") : strings.Index(v.pattern, "}")+1]
		if !strings.Contains(path, v.pattern) {
			continue
		}
		place := v.place
		if place == "" {
			place = house.PlaceOf(r)
		}
		if v.kind == "token" {
			place = house.Place(r)
		}
		n := 0
		if v.kind == "import" { // the newest still waits for its word
			n = len(town.All(v.kind, place)) - 1
		}
		id := town.ID(v.kind, place, n)
		if id == "" {
			return "", nil // the place has none; another role's walk has
		}
		path = strings.Replace(path, name, id, 1)
	}
	if strings.Contains(path, "{") {
		return "", fmt.Errorf("no object is known for %s", route.Path)
	}
	return path, nil
}

// somePages are the pages of each role that the ordinary run looks at, others
// every day; a whole run looks at all.
const somePages = 6

// TestWalk opens every page that any role may open. A whole run looks at each page
// of a role that has parts which no other role's page had, on a phone; what comes
// first, and alone in the ordinary run, also on a desk and with pictures.
func TestWalk(t *testing.T) {
	h := house.Open(t, house.Config{Real: true})
	town := h.Furnish()
	opened, seen, lists, clients := map[string]bool{}, map[string]bool{}, map[ward.Role][]stop{}, map[ward.Role]*house.Client{}
	for _, r := range roles {
		clients[r] = h.Visitor()
		if r != ward.RoleNone {
			clients[r] = h.As(r)
		}
		for _, s := range stops(t, h, town, r, clients[r]) {
			s.again = opened[s.route]
			opened[s.route] = true
			if !thorough.Whole() {
				s.parts = s.route
			}
			if !seen[s.parts] {
				seen[s.parts] = true
				lists[r] = append(lists[r], s)
			}
		}
	}
	t.Run("as", func(t *testing.T) {
		for _, r := range roles {
			name := string(r)
			if name == "" {
				name = "visitor"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				walk(t, h, clients[r], name, thorough.Today(lists[r], somePages))
			})
		}
	})
	for _, route := range h.App.Handler().Routes() {
		if route.Method == http.MethodGet && !route.API && noPage[route.Path] == "" && !opened[route.Path] {
			t.Errorf("nobody could open %s: it was not looked at", route.Path)
		}
	}
}

func walk(t *testing.T, h *house.House, c *house.Client, name string, list []stop) {
	b := browser.Open(t)
	dir := filepath.Join("site", name)
	if err := os.MkdirAll(filepath.Join("..", "..", "build", "shots", dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		t.Run(s.name(), func(t *testing.T) {
			p := b.Page(390) // of an empty profile
			signIn(t, p, h, c)
			p.Goto(h.URL + s.path)
			if p.Bytes() > firstLoad {
				t.Errorf("weighs %d KB on a first load, want at most %d", p.Bytes()>>10, firstLoad>>10)
			}
			p.Axe(t)
			p.Heading(t)
			p.Targets(t)
			noTowers(t, p)
			if !s.again {
				p.Screenshot(t, filepath.Join(dir, s.name()), 390)
			}
			p.NoSidewaysScroll(t, 320)
			if !s.again {
				p.Screenshot(t, filepath.Join(dir, s.name()), 1280)
				noTowers(t, p)
				p.Axe(t)
			}
			p.Clean(t)
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// noTowers finds words that stand in a column too narrow for them, one letter
// above the other: no rule of axe sees that.
func noTowers(t *testing.T, p *browser.Page) {
	t.Helper()
	got, err := p.Eval(`() => {
		const out = [];
		for (const e of document.querySelectorAll(".w-bar a, main a, main p, main li, main td, main th, main dt, main dd, main label, main h2, main h3, main span")) {
			const r = e.getBoundingClientRect(), text = e.textContent.trim();
			if (text.length > 8 && r.width > 1 && r.width < 40 && r.height > 60 && e.checkVisibility() && !e.querySelector(".w-hidden")) out.push(e.tagName + " " + text.slice(0, 30));
		}
		return out.slice(0, 5).join("; ");
	}`)
	if err != nil {
		t.Fatalf("towers: %v", err)
	}
	if s := got.Value.Str(); s != "" {
		t.Errorf("letters above one another: %s", s)
	}
}

// signIn gives the tab the client's session.
func signIn(t *testing.T, p *browser.Page, h *house.House, c *house.Client) {
	t.Helper()
	if c.Session() == "" {
		return
	}
	_, err := proto.NetworkSetCookie{Name: web.SessionCookie, Value: c.Session(), URL: h.URL, HTTPOnly: true}.Call(p)
	if err != nil {
		t.Fatalf("session cookie: %v", err)
	}
}
