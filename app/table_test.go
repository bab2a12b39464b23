package app_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ward/app"
	"ward/kit/conf"
	"ward/kit/web"
)

var update = flag.Bool("update", false, "write docs/services.md anew")

// open builds a house that is not started.
func open(t *testing.T) *app.App {
	t.Helper()
	dir := t.TempDir()
	a, err := app.New(context.Background(), app.Config{Version: "test", Log: slog.New(slog.DiscardHandler),
		Config: conf.Config{URL: "http://127.0.0.1:1", Data: dir, Database: "sqlite:" + filepath.Join(dir, "ward.db")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// TestServicesPage keeps docs/services.md as the services' own tables say it.
func TestServicesPage(t *testing.T) {
	file := filepath.Join("..", "docs", "services.md")
	got := servicesPage(open(t))
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; make it with: go test ./app -run TestServicesPage -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the services say; renew it with: go test ./app -run TestServicesPage -update", file)
	}
}

func servicesPage(a *app.App) []byte {
	var b bytes.Buffer
	b.WriteString("# Services\n\nPrinted from the services' own tables by `go test ./app -run TestServicesPage -update`; do not edit.\n" +
		"What each role may do with which object stands in `test/access/testdata/matrix.txt`.\n")
	for _, p := range a.Parts() {
		fmt.Fprintf(&b, "\n## %s\n", p.Name)
		var heard []string
		for _, s := range p.Subscriptions {
			heard = append(heard, fmt.Sprintf("%s (as %s)", s.Fact(), s.Name()))
		}
		slices.Sort(heard)
		if len(heard) > 0 {
			fmt.Fprintf(&b, "\nHears: %s.\n", strings.Join(heard, ", "))
		}
		if len(p.Pages) > 0 {
			b.WriteString("\n| page | permission |\n|---|---|\n")
			for _, x := range p.Pages {
				fmt.Fprintf(&b, "| %s `%s` | %s |\n", x.Method, x.Path, x.Permission)
			}
		}
		if len(p.API) > 0 {
			b.WriteString("\n| operation | permission | what it does |\n|---|---|---|\n")
			for _, o := range p.API {
				fmt.Fprintf(&b, "| %s `%s` | %s | %s |\n", o.Method, o.Path, o.Permission, o.Summary)
			}
		}
	}
	return b.Bytes()
}

// acts says which operation does what a form of the pages does; a form that is
// not here must have an operation at its own path.
var acts = map[string]string{
	"POST /organisations/new":                             "POST /api/v1/organisations",
	"POST /people/{hat}":                                  "PUT /api/v1/people/{hat}",
	"POST /people/{hat}/end":                              "DELETE /api/v1/people/{hat}",
	"POST /me/details":                                    "PUT /api/v1/me/details",
	"POST /setup":                                         "PUT /api/v1/setup",
	"POST /organisations/{org}/edit":                      "PUT /api/v1/organisations/{org}",
	"POST /organisations/{org}/services":                  "PUT /api/v1/organisations/{org}/services",
	"POST /organisations/{org}/sites/new":                 "POST /api/v1/organisations/{org}/sites",
	"POST /organisations/{org}/sites/{site}":              "PUT /api/v1/organisations/{org}/sites/{id}",
	"POST /organisations/{org}/sites/{site}/remove":       "DELETE /api/v1/organisations/{org}/sites/{id}",
	"POST /organisations/{org}/contacts/new":              "POST /api/v1/organisations/{org}/contacts",
	"POST /organisations/{org}/contacts/{contact}":        "PUT /api/v1/organisations/{org}/contacts/{id}",
	"POST /organisations/{org}/contacts/{contact}/remove": "DELETE /api/v1/organisations/{org}/contacts/{id}",
	"POST /organisations/{org}/people/new":                "POST /api/v1/organisations/{org}/people",
	"POST /register":                                      "POST /api/v1/requests",
	"POST /organisations/{org}/verification":              "POST /api/v1/organisations/{org}/verifications",
	"POST /organisations/{org}/domains":                   "POST /api/v1/organisations/{org}/domains",
	"POST /organisations/{org}/domains/{domain}/check":    "POST /api/v1/organisations/{org}/domains/{domain}/check",
	"POST /organisations/{org}/domains/{domain}/remove":   "DELETE /api/v1/organisations/{org}/domains/{domain}",
	"POST /groups/new":                                    "POST /api/v1/groups",
	"POST /groups/join":                                   "POST /api/v1/invitations/join",
	"POST /listed-groups/{group}/apply":                   "POST /api/v1/listed-groups/{group}/applications",
	"POST /groups/{group}/invite":                         "POST /api/v1/groups/{group}/invitations",
	"POST /groups/{group}/act":                            "PUT /api/v1/groups/{group}/act-for",
	"POST /memberships/{membership}/remove":               "DELETE /api/v1/memberships/{membership}",
	"POST /groups/{group}/managers/{person}/remove":       "DELETE /api/v1/groups/{group}/managers/{person}",
	"POST /notices/{notice}":                              "PUT /api/v1/notices/{notice}/state",
	"POST /me/deputies/{deputy}/end":                      "DELETE /api/v1/me/deputies/{deputy}",
	"POST /signin":                                        "POST /api/v1/session",
	"POST /signin/break-glass":                            "POST /api/v1/session/break-glass",
	"POST /break-glass/new":                               "POST /api/v1/break-glass",
	"POST /break-glass/{sheet}/revoke":                    "DELETE /api/v1/break-glass/{sheet}",
	"POST /signin/passkey":                                "POST /api/v1/session/passkey",
	"POST /signin/passkey/ask":                            "POST /api/v1/session/passkey/options",
	"POST /me/with/{issuer}":                              "POST /api/v1/me/with/{issuer}",
	"POST /me/passkeys/new":                               "POST /api/v1/me/passkeys/options",
	"POST /me/passkeys/{id}":                              "PUT /api/v1/me/passkeys/{id}",
	"POST /signin/code":                                   "POST /api/v1/session", // with the code in the same call
	"POST /signout":                                       "DELETE /api/v1/session",
	"POST /session/hat":                                   "PUT /api/v1/session/hat",
	"POST /link/{secret}":                                 "POST /api/v1/links/{secret}",
	"POST /me/password":                                   "PUT /api/v1/me/password",
	"POST /me/sessions/revoke":                            "DELETE /api/v1/me/sessions",
	"POST /me/sessions/{id}/revoke":                       "DELETE /api/v1/me/sessions/{id}",
	"POST /me/tokens/new":                                 "POST /api/v1/me/tokens",
	"POST /me/tokens/{id}/revoke":                         "DELETE /api/v1/me/tokens/{id}",
	"POST /me/totp":                                       "PUT /api/v1/me/totp",
	"POST /me/totp/start":                                 "POST /api/v1/me/totp",
	"POST /people/{id}/link":                              "POST /api/v1/people/{id}/links",
	"POST /advisories/new":                                "POST /api/v1/advisories",
	"POST /advisories/{id}/read":                          "PUT /api/v1/advisories/{id}/read",
	"POST /advisories/{id}/notes":                         "POST /api/v1/decisions",
	"POST /sources/new":                                   "POST /api/v1/sources",
	"POST /sources/{id}/pause":                            "PUT /api/v1/sources/{id}/paused",
	"POST /sources/{id}/keys":                             "PUT /api/v1/sources/{id}/keys/{fingerprint}",
	"POST /review/{key}":                                  "POST /api/v1/decisions",
	"POST /inventory/pick":                                "POST /api/v1/inventory/assets/delete", // and /end-of-support
	"POST /inventory/import":                              "POST /api/v1/inventory/imports",
	"POST /inventory/import/{id}/columns":                 "POST /api/v1/inventory/imports/{id}/columns",
	"POST /inventory/import/{id}/confirm":                 "POST /api/v1/inventory/imports/{id}/confirm",
	"POST /inventory/import/{id}/cancel":                  "POST /api/v1/inventory/imports/{id}/cancel",
	"POST /inventory/new":                                 "POST /api/v1/inventory/assets",
	"POST /inventory/assets/{id}/edit":                    "PUT /api/v1/inventory/assets/{id}",
	"POST /inventory/assets/{id}/delete":                  "DELETE /api/v1/inventory/assets/{id}",
	"POST /inventory/assets/{id}/sbom/remove":             "DELETE /api/v1/inventory/assets/{id}/sbom",
	"POST /situation/alerts/{issue}/match":                "POST /api/v1/alerts/match/advisories",
	"POST /ack/{secret}":                                  "POST /api/v1/acknowledgements/{secret}",
	"POST /situation/calls/{id}":                          "POST /api/v1/calls/{id}",
	"POST /situation/ladder":                              "PUT /api/v1/ladder",
	"POST /me/reach":                                      "PUT /api/v1/me/reach",
	"POST /me/reach/key":                                  "PUT /api/v1/me/reach/key",
	"POST /me/reach/key/fetch":                            "POST /api/v1/me/reach/key/fetch",
	"POST /me/reach/feeds/{id}/remove":                    "DELETE /api/v1/me/reach/feeds/{id}",
	"POST /me/reach/key/remove":                           "DELETE /api/v1/me/reach/key",
	"POST /alerts/{id}/unmute":                            "DELETE /api/v1/alerts/{id}/mute",
	"POST /alerts/contact-keys/{contact}/key":             "PUT /api/v1/contacts/{contact}/key",
	"POST /alerts/contact-keys/{contact}/fetch":           "POST /api/v1/contacts/{contact}/key/fetch",
	"POST /alerts/contact-keys/{contact}/remove":          "DELETE /api/v1/contacts/{contact}/key",
	"POST /picture/sharing":                               "PUT /api/v1/picture/sharing",
	"POST /picture/weekly/{weekly}/edit":                  "PUT /api/v1/picture/weekly/{weekly}",
	"POST /alerts/channels":                               "POST /api/v1/webhooks",
	"POST /alerts/channels/{id}/delete":                   "DELETE /api/v1/webhooks/{id}",
	"POST /alerts/channels/{id}/secret":                   "POST /api/v1/webhooks/{id}/secret",
	"POST /alerts/channels/{id}/state":                    "PATCH /api/v1/webhooks/{id}",
	"POST /alerts/channels/{id}/test":                     "POST /api/v1/webhooks/{id}/test",
	"POST /operations/{id}/retry":                         "POST /api/v1/jobs/{id}/retry",
	"POST /operations/{id}/drop":                          "POST /api/v1/jobs/{id}/drop",
	"POST /validator":                                     "POST /api/v1/csaf/validate",
	"POST /report/new":                                    "POST /api/v1/reports",
	"POST /report/case/{secret}/messages":                 "POST /api/v1/reports/{secret}/messages", // and /files
	"POST /reports/new":                                   "POST /api/v1/maker-reports",
	"POST /reports/{id}/messages":                         "POST /api/v1/maker-reports/{id}/messages", // and /files
	"POST /disclosures/{id}/summary":                      "PUT /api/v1/disclosures/{id}/summary",
	"POST /centre-alerts/{id}/edit":                       "PUT /api/v1/centre-alerts/{id}",
	"POST /centre-alerts/{id}/texts/{lang}":               "PUT /api/v1/centre-alerts/{id}/texts/{lang}",
	"POST /ransom/{id}/edit/{part}":                       "PUT /api/v1/ransom/{id}/answers",
	"POST /ransom/{id}/share":                             "PUT /api/v1/ransom/{id}/share",
	"POST /ransom/{id}/circle":                            "PUT /api/v1/ransom/{id}/circle/{person}",
	"POST /ransom/{id}/circle/drop":                       "DELETE /api/v1/ransom/{id}/circle/{person}",
	"POST /ransomware/watches/{id}/end":                   "DELETE /api/v1/ransomware/watches/{id}",
	"POST /ransomware/catalogue":                          "POST /api/v1/ransomware/catalogues",
	"POST /ransomware/catalogue/use":                      "POST /api/v1/ransomware/catalogues/use",
	"POST /ransomware/catalogue/discard":                  "DELETE /api/v1/ransomware/catalogues/waiting",
	"POST /receiver-keys/{receiver}":                      "PUT /api/v1/receiver-keys/{receiver}",
	"POST /receiver-keys/{receiver}/end":                  "DELETE /api/v1/receiver-keys/{receiver}",
	"POST /incidents/{id}/delete":                         "DELETE /api/v1/incidents/{id}",
	"POST /detection/new":                                 "POST /api/v1/detection/collections",
	"POST /detection/{id}/edit":                           "PUT /api/v1/detection/collections/{id}",
	"POST /detection/{id}/items":                          "POST /api/v1/detection/collections/{id}/items",
	"POST /detection/{id}/submit":                         "POST /api/v1/detection/collections/{id}/submit",
	"POST /detection/{id}/publish":                        "POST /api/v1/detection/collections/{id}/publish",
	"POST /detection/{id}/return":                         "POST /api/v1/detection/collections/{id}/return",
	"POST /detection/{id}/withdraw":                       "POST /api/v1/detection/collections/{id}/withdraw",
	"POST /indicators/{item}/remove":                      "DELETE /api/v1/detection/items/{item}",
	"POST /sightings/{hit}/state":                         "POST /api/v1/detection/sightings/{id}/state",
	"POST /sightings/{hit}/comment":                       "POST /api/v1/detection/sightings/{id}/comment",
	"POST /incidents/new":                                 "POST /api/v1/incidents",
	"POST /help/report":                                   "POST /api/v1/urgent-reports",
	"POST /incidents/calendar":                            "POST /api/v1/incident-calendar",
	"POST /incidents/calendar/end":                        "DELETE /api/v1/incident-calendar",
	"POST /incidents/{id}/files/{file}/remove":            "DELETE /api/v1/incidents/{id}/files/{file}",
	"POST /incident-cards/{card}/revoke":                  "DELETE /api/v1/incident-cards/{card}",
	"POST /incident-intake/table/enter":                   "POST /api/v1/incident-intake/table", // with and without dry_run
	"POST /incident-queue/{id}/related":                   "PUT /api/v1/incident-queue/{id}/related/{other}",
	"POST /incident-queue/{id}/related/part":              "DELETE /api/v1/incident-queue/{id}/related/{other}",
	"POST /incidents/{id}/{stage}/{step}":                 "PUT /api/v1/incidents/{id}/answers",
	"POST /incidents/{id}/clock":                          "PUT /api/v1/incidents/{id}/answers", // with the reason
	"POST /incidents/{id}/send/{stage}":                   "POST /api/v1/incidents/{id}/send",
	"POST /language":                                      "", // a program says Accept-Language in each request
}

// TestEveryActIsAnOperation: what a person can do on a page, a program can do by
// the API, with the same permission.
func TestEveryActIsAnOperation(t *testing.T) {
	var operations, forms = map[string]web.Route{}, map[string]web.Route{}
	for _, r := range open(t).Handler().Routes() {
		switch {
		case r.API:
			operations[r.Method+" "+r.Path] = r
		case r.Method != "GET":
			forms[r.Method+" "+r.Path] = r
		}
	}
	for name, form := range forms {
		want, listed := acts[name]
		switch {
		case strings.HasPrefix(form.Path, "/org/"): // the own organisation, the same pages
			want = acts["POST "+strings.Replace(form.Path, "/org/", "/organisations/{org}/", 1)]
		case !listed:
			want = "POST /api/v1" + form.Path
		case want == "":
			continue
		}
		op, ok := operations[want]
		if !ok {
			t.Errorf("%s: no operation %q", name, want)
		} else if op.Permission != form.Permission {
			t.Errorf("%s needs %s, its operation %s needs %s", name, form.Permission, want, op.Permission)
		}
	}
	for name := range acts {
		if _, ok := forms[name]; !ok {
			t.Errorf("%s is in the table and is no form", name)
		}
	}
}
