package house

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/app"
)

// Place is an organisation of the town, seen from the hospital whose people try
// the doors.
type Place string

// The places. Home, Near and Far are hospitals: one's own, another of the same
// country, one abroad. The others are the houses of the other roles.
const (
	Home      Place = "home"
	Near      Place = "near"
	Far       Place = "far"
	CSIRT     Place = "csirt"
	Centre    Place = "centre"
	Maker     Place = "maker"
	Authority Place = "authority"
	Machine   Place = "machine"
)

// PlaceOf is where the person of a role belongs.
func PlaceOf(r ward.Role) Place {
	return map[ward.Role]Place{ward.RoleMember: Home, ward.RoleManager: Home, ward.RoleCSIRT: CSIRT, ward.RoleCentre: Centre,
		ward.RoleMaker: Maker, ward.RoleAuditor: Authority, ward.RoleOperator: Machine}[r]
}

// Town is what Furnish made: ids of objects by kind and place. It outlives the
// house, for copies of it.
type Town struct {
	ids   map[string][]string // "asset home"
	links map[ward.Role]string
	hosts map[Place]string // ways in of the people who own the objects of a hospital
}

// ID is the nth object of a kind that belongs to a place, counted from 0 and
// around; empty when the place has none. Kinds are those of path values:
// org, site, contact, hat, person, asset, import, webhook, alert, token, domain,
// group, membership, application, notice, deputy, request; and for all places
// advisory, source, decision, review, issue, exploited,
// listed, receipt.
func (t *Town) ID(kind string, p Place, n int) string {
	list := t.ids[kind+" "+string(p)]
	if len(list) == 0 {
		return ""
	}
	return list[n%len(list)]
}

// All lists the objects of a kind at a place.
func (t *Town) All(kind string, p Place) []string { return t.ids[kind+" "+string(p)] }

func (t *Town) add(kind string, p Place, ids ...string) {
	key := kind + " " + string(p)
	t.ids[key] = append(t.ids[key], ids...)
}

// spare is how many of each kind a place gets, so that a door that takes an
// object away leaves one for the next door.
const spare = 8

// Furnish fills the training house with people of every role and objects of
// every kind at every place. It uses the API, as the people would.
func (h *House) Furnish() *Town {
	h.t.Helper()
	h.Settle()
	t := &Town{ids: map[string][]string{}, links: map[ward.Role]string{}, hosts: map[Place]string{}}
	h.organisations(t)
	h.people(t)
	h.hospitals(t)
	h.parts(t)
	h.membership(t)
	h.central(t)
	h.Settle()
	h.raised(t)
	for r, l := range h.links {
		t.links[r] = strings.TrimPrefix(l, h.URL)
	}
	return t
}

// Host opens a session of the person who owns the objects of a hospital.
func (h *House) Host(t *Town, p Place) *Client {
	h.t.Helper()
	return h.Enter(t.hosts[p])
}

// Copy copies the folder of a house that was closed.
func Copy(t testing.TB, data string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	return to
}

// DatabaseIn is the address of the SQLite database in a folder.
func DatabaseIn(data string) string { return "sqlite:" + filepath.Join(data, "ward.db") }

func (h *House) organisations(t *Town) {
	h.t.Helper()
	centre := h.As(ward.RoleCentre)
	for p, role := range map[Place]ward.Role{Home: ward.RoleManager, CSIRT: ward.RoleCSIRT, Centre: ward.RoleCentre, Machine: ward.RoleOperator} {
		var me struct{ Organisation string }
		h.As(role).MustJSON("GET", "/api/v1/me", nil, &me)
		t.add("org", p, me.Organisation)
	}
	for p, country := range map[Place]string{Near: "HR", Far: "DE"} {
		var list struct{ Organisations []struct{ ID string } }
		centre.MustJSON("GET", "/api/v1/organisations?kind=hospital&country="+country, nil, &list)
		for _, o := range list.Organisations {
			if o.ID != t.ID("org", Home, 0) {
				t.add("org", p, o.ID)
				break
			}
		}
	}
	for p, kind := range map[Place]string{Maker: "maker", Authority: "authority"} {
		var out struct{ IDs []string }
		centre.MustJSON("POST", "/api/v1/organisations", map[string]any{"organisations": []any{map[string]any{
			"organisation": map[string]string{"kind": kind, "name": "Test " + kind, "country": "HR"}}}}, &out)
		t.add("org", p, out.IDs...)
	}
}

// roleAt is the role of the people of a place.
var roleAt = []struct {
	place Place
	role  ward.Role
}{{Home, ward.RoleMember}, {Near, ward.RoleManager}, {Far, ward.RoleManager}, {CSIRT, ward.RoleCSIRT}, {Centre, ward.RoleCentre},
	{Maker, ward.RoleMaker}, {Authority, ward.RoleAuditor}, {Machine, ward.RoleOperator}}

func (h *House) people(t *Town) {
	h.t.Helper()
	op := h.As(ward.RoleOperator)
	for _, x := range roleAt {
		for n := range spare {
			var out struct{ Hat, Person string }
			op.MustJSON("POST", "/api/v1/organisations/"+t.ID("org", x.place, 0)+"/people", map[string]string{
				"name": fmt.Sprintf("%s %d", x.place, n), "email": fmt.Sprintf("%s-%d@test.invalid", x.place, n), "role": string(x.role)}, &out)
			if n > 0 {
				t.add("hat", x.place, out.Hat)
				t.add("person", x.place, out.Person)
				continue
			}
			link := h.letIn(out.Person)
			t.hosts[x.place] = strings.TrimPrefix(link, h.URL)
			if _, known := h.links[x.role]; !known {
				h.links[x.role] = link
			}
		}
	}
	t.hosts[Home] = strings.TrimPrefix(h.links[ward.RoleManager], h.URL)
}

func (h *House) letIn(person string) string {
	h.t.Helper()
	link, err := h.App.TrainingLink(context.Background(), ward.PersonID(person))
	if err != nil {
		h.t.Fatalf("training link: %v", err)
	}
	return link
}

// hospitals gives the hospitals what only hospitals have.
func (h *House) hospitals(t *Town) {
	h.t.Helper()
	for _, p := range []Place{Home, Near, Far} {
		c := h.Enter(t.hosts[p])
		var list struct{ Assets []struct{ ID string } }
		c.MustJSON("GET", "/api/v1/inventory/assets?limit=200", nil, &list)
		for _, a := range list.Assets {
			t.add("asset", p, a.ID)
		}
		for n := range spare {
			var out struct{ ID string }
			c.Upload(fmt.Sprintf("/api/v1/inventory/imports?name=more-%d.csv", n), fmt.Appendf(nil, "vendor,product,version\nAcme,Pump %d,1.%d\n", n, n), &out)
			t.add("import", p, out.ID)
		}
	}
}

// parts gives every place that may have them sites, contacts, webhooks, tokens.
func (h *House) parts(t *Town) {
	h.t.Helper()
	for _, x := range roleAt {
		c, org := h.Enter(t.hosts[x.place]), "/api/v1/organisations/"+t.ID("org", x.place, 0)
		for n := range spare {
			h.try(t, c, "site", x.place, org+"/sites", map[string]any{"name": fmt.Sprintf("Building %d", n)})
			h.contacts(t, c, x.place, org, n)
			h.try(t, c, "webhook", x.place, "/api/v1/webhooks", map[string]any{"url": fmt.Sprintf("https://192.0.2.%d/hook", n+1), "clearance": "CLEAR"})
		}
	}
	for r, l := range h.links {
		c := h.Enter(l)
		var me struct{ Permissions []string }
		c.MustJSON("GET", "/api/v1/me", nil, &me)
		for n := range spare {
			var out struct{ Token struct{ ID string } }
			c.MustJSON("POST", "/api/v1/me/tokens", map[string]any{"name": fmt.Sprint("token ", n), "days": 3, "scopes": me.Permissions[:1]}, &out)
			t.add("token", Place(r), out.Token.ID)
		}
	}
}

// try makes an object where the people of the place may.
func (h *House) try(t *Town, c *Client, kind string, p Place, path string, in any) {
	h.t.Helper()
	var out struct{ ID string }
	if a := c.JSON("POST", path, in, &out); a.Status == 403 {
		return
	} else if a.Status >= 300 {
		h.t.Fatalf("POST %s: %d %.300s", path, a.Status, a.Body)
	}
	t.add(kind, p, out.ID)
}

// Document is a small advisory under a marking, in a version of it (1 to 9). It
// passes the mandatory tests.
func Document(id, tlp, version string) []byte {
	return document("https://test.invalid", id, tlp, version)
}

// OwnDocument is one that the house itself publishes. label is CSAF 2.0's.
func OwnDocument(id, label, version string) []byte {
	return document(app.TrainingNamespace, id, label, version)
}

func document(namespace, id, tlp, version string) []byte {
	return fmt.Appendf(nil, `{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"Test %[1]s","lang":"en",
"distribution":{"tlp":{"label":%[2]q}},"publisher":{"category":"coordinator","name":"Ward test","namespace":%[5]q},
"tracking":{"id":%[1]q,"status":"final","version":%[3]q,"initial_release_date":"2025-01-11T08:00:00Z","current_release_date":"2025-01-1%[3]sT08:00:00Z",
"revision_history":[%[4]s]},
"notes":[{"category":"summary","title":"Summary","text":"A test."}]},
"product_tree":{"branches":[{"category":"vendor","name":"Nobody","branches":[{"category":"product_name","name":"Nothing","branches":[
{"category":"product_version","name":"1","product":{"product_id":"P1","name":"Nobody Nothing 1"}}]}]}]},
"vulnerabilities":[{"cve":"CVE-2025-99999","notes":[{"category":"description","text":"A test."}],"product_status":{"known_affected":["P1"]},
"remediations":[{"category":"none_available","details":"None in version %[3]s.","product_ids":["P1"]}]}]}`, id, tlp, version, history(version), namespace)
}

// history has a line for each revision up to a version of one figure.
func history(version string) string {
	var out []string
	for n := '1'; n <= rune(version[0]); n++ {
		out = append(out, fmt.Sprintf(`{"date":"2025-01-1%[1]cT08:00:00Z","number":"%[1]c","summary":"As it is"}`, n))
	}
	return strings.Join(out, ",")
}

// catalogue lists two exploited weaknesses of health products.
const catalogue = `{"title":"Catalogue","catalogVersion":"2025.01.01","dateReleased":"2025-01-01T00:00:00Z","count":2,"vulnerabilities":[
{"cveID":"CVE-2025-88801","vendorProject":"NextGen Healthcare","product":"Mirth Connect","vulnerabilityName":"A fault","dateAdded":"2025-01-01","shortDescription":"A fault.",
"requiredAction":"Update.","dueDate":"2025-02-01","knownRansomwareCampaignUse":"Known","notes":"","cwes":[]},
{"cveID":"CVE-2025-88802","vendorProject":"Baxter","product":"Infusion pump","vulnerabilityName":"Another","dateAdded":"2025-01-02","shortDescription":"A fault.",
"requiredAction":"Update.","dueDate":"2025-02-01","knownRansomwareCampaignUse":"Unknown","notes":"","cwes":[]}]}`

// csafLabel is TLP 1.0's name of a marking, which CSAF 2.0 uses.
func csafLabel(tlp string) string {
	if tlp == "CLEAR" {
		return "WHITE"
	}
	return tlp
}

// central is what belongs to the Centre: advisories by marking, sources, decisions.
func (h *House) central(t *Town) {
	h.t.Helper()
	c := h.As(ward.RoleCentre)
	for _, label := range []string{"CLEAR", "AMBER", "RED"} {
		var out struct{ Advisories []string }
		for _, version := range []string{"1", "2"} {
			c.Upload("/api/v1/advisories?name=test.json", Document("TEST-"+label, csafLabel(label), version), &out)
		}
		t.add("advisory", Place(strings.ToLower(label)), out.Advisories...)
		if err := h.App.Issue(context.Background(), "own.json", OwnDocument("OWN-"+label, csafLabel(label), "1")); err != nil {
			h.t.Fatal(err)
		}
		t.add("file", Place(strings.ToLower(label)), strings.ToLower(csafLabel(label)+"/2025/own-"+label+".json"))
	}
	for n := range spare {
		var out struct{ Advisories []string }
		c.Upload("/api/v1/advisories?name=gone.json", Document(fmt.Sprint("GONE-", n), "WHITE", "1"), &out)
		c.MustJSON("POST", "/api/v1/advisories/"+out.Advisories[0]+"/delete", map[string]string{"reason": "Sent by mistake."}, nil)
		t.add("tombstone", Centre, out.Advisories...)
	}
	c.Upload("/api/v1/catalogues/kev-cisa?name=kev.json&force=1", []byte(catalogue), nil)
	t.add("exploited", Centre, "CVE-2025-88801", "CVE-2025-88802")
	var list struct{ Advisories []struct{ ID, TLP string } }
	c.MustJSON("GET", "/api/v1/advisories", nil, &list)
	for _, a := range list.Advisories {
		if a.TLP == "CLEAR" {
			t.add("advisory", "clear", a.ID)
		}
	}
	for n := range spare {
		h.try(t, c, "source", Centre, "/api/v1/sources", map[string]any{"kind": "csaf-provider", "url": fmt.Sprintf("https://192.0.2.%d/provider-metadata.json", n+1), "every_seconds": 86400})
		h.try(t, c, "decision", Centre, "/api/v1/decisions", map[string]any{"kind": "alias", "vendor": "Acme", "name": fmt.Sprint("Pump ", n),
			"claim_vendor": "Acme", "claim_names": []string{fmt.Sprint("Infusion pump ", n)}, "same": true, "reason": "The maker says so."})
	}
	h.bulletins(t, c)
	h.ransomware(t, c)
	h.detection(t, c)
	h.disclosures(t, c)
	h.reported(t, c)
}

// ransomware are decryptors that wait for a second person, and what the
// hospitals wait for.
func (h *House) ransomware(t *Town, c *Client) {
	h.t.Helper()
	for n := range 3 * spare {
		h.try(t, c, "decryptor", Centre, "/api/v1/ransomware/decryptors", map[string]any{"family": "Akira", "maker": fmt.Sprint("Maker ", n),
			"source": "https://maker.example/", "signature": "none"})
		for _, p := range []Place{Home, Near, Far} {
			h.try(t, h.Enter(t.hosts[p]), "watch", p, "/api/v1/ransomware/watches", map[string]any{"family": "Hive", "reference": fmt.Sprint("Case ", n)})
		}
	}
}

// bulletins are the Centre's own alerts: drafts that lack nothing, and the
// numbers of those that are published.
func (h *House) bulletins(t *Town, c *Client) {
	h.t.Helper()
	for range 3 * spare {
		var out struct{ ID string }
		c.MustJSON("POST", "/api/v1/centre-alerts", map[string]string{"template": "blank"}, &out)
		c.MustJSON("PUT", "/api/v1/centre-alerts/"+out.ID, map[string]any{"edit": 1, "content": map[string]any{
			"text":     map[string]string{"title": "T", "summary": "S", "it": "I", "devices": "D", "practice": "P"},
			"severity": "high", "tlp": "CLEAR", "audience": map[string][]string{"countries": {"MT"}}}}, nil)
		t.add("bulletin", Centre, out.ID)
	}
	var list struct {
		Alerts []struct{ Number, TLP string }
	}
	c.MustJSON("GET", "/api/v1/hsc", nil, &list)
	for _, a := range list.Alerts {
		if a.TLP == "CLEAR" {
			t.add("number", Centre, a.Number)
		}
	}
}

// issue is a line of the overview.
type issue struct {
	Issue int64
	Score float64
}

// raised are the alerts and cases that the jobs made. Alerts that speak of
// devices have doors that those of sensors have not.
func (h *House) raised(t *Town) {
	h.t.Helper()
	for _, p := range []Place{Home, Near, Far} {
		var list struct {
			Alerts []struct {
				ID               string
				Affected, Review int
			}
		}
		h.Enter(t.hosts[p]).MustJSON("GET", "/api/v1/alerts?view=all", nil, &list)
		for _, a := range list.Alerts {
			if a.Affected+a.Review > 0 {
				t.add("alert", p, a.ID)
			}
		}
	}
	c := h.As(ward.RoleCentre)
	var cases struct{ Cases []struct{ Key string } }
	c.MustJSON("GET", "/api/v1/reviews", nil, &cases)
	for _, r := range cases.Cases {
		t.add("review", Centre, r.Key)
	}
	// First those that a country's CSIRT sees too, and of them those of an
	// advisory, which has a score: which is newest is the jobs' affair.
	for _, r := range []ward.Role{ward.RoleCSIRT, ward.RoleCentre} {
		var issues struct {
			Issues []issue
		}
		h.As(r).MustJSON("GET", "/api/v1/overview", nil, &issues)
		slices.SortStableFunc(issues.Issues, func(a, b issue) int { return cmp.Compare(b.Score, a.Score) })
		for _, i := range issues.Issues {
			if no := fmt.Sprint(i.Issue); !slices.Contains(t.All("issue", Centre), no) {
				t.add("issue", Centre, no)
			}
		}
	}
}
