package access_test

import (
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/kit/web"
)

// wrong lists what must never be, whatever the golden table says.
func wrong(w who, c cell) []string {
	var out []string
	no := func(bad bool, why string) {
		if bad {
			out = append(out, why)
		}
	}
	ok := c.got == "ok"
	hospital := w.role == ward.RoleMember || w.role == ward.RoleManager
	no(strings.HasPrefix(c.got, "FAULT"), "a fault of ours")
	no(ok && hospital && c.foreign() && !bulk(c), "a hospital reaches what is not its own")
	no(ok && w.role == ward.RoleCSIRT && c.variant == "far" && !bulk(c), "a national team reaches another country")
	no(ok && w.name == "visitor" && c.route.Permission != web.Public, "a visitor comes in")
	no(ok && w.role == ward.RoleOperator && c.route.Permission != web.Public && content(c.route), "the operator sees content")
	no(ok && w.role == ward.RoleAuditor && c.route.Method != "GET" && !self(c.route), "an auditor writes")
	no(ok && w.token && !slices.Contains([]ward.Permission{tokenScope, web.Public, web.SignedIn}, c.route.Permission), "a token goes beyond its scope")
	no(ok && w.token && (c.route.Permission == web.SignedIn || c.route.Permission == web.Leaving) && c.route.Method != "GET", "a token acts on its person's account")
	no(ok && c.variant == "none" && !bulk(c), "what does not exist answers")
	no(ok && (c.kind == "advisory" || c.kind == "file") && c.variant == "red" && w.role != ward.RoleCentre, "RED is read below the Centre")
	no(ok && (c.kind == "advisory" || c.kind == "file") && c.variant == "amber" && (w.name == "visitor" || w.token || w.role == ward.RoleMaker || w.role == ward.RoleOperator), "AMBER is read below its clearance")
	no(c.got == "forbidden" && c.foreign() && hospital && admitted(w, c), "says that a foreign object exists")
	return out
}

// bulk are acts on many objects, which leave out what is not one's own and say
// how many they moved; that nothing moved is checked by what the owners see.
func bulk(c cell) bool {
	return inBody[c.route.Method+" "+c.route.Path] != ""
}

// content is what the operator of the machine must not see.
func content(r web.Route) bool {
	path := strings.TrimPrefix(r.Path, "/api/v1")
	for _, p := range []string{"/centre-alerts", "/disclosures", "/inventory", "/alerts", "/advisories", "/decisions", "/review", "/overview", "/situation", "/calls", "/changes", "/red-alerts", "/webhooks", "/receivers", "/requests", "/ransomware/decryptors", "/ransomware/watches", "/detection", "/indicators", "/sightings", "/sensors", "/incidents", "/incident-queue", "/incident-cards", "/incident-statistics", "/incident-intake", "/incident-forwarded", "/ransom"} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// self are the routes by which everybody keeps his own account and his own marks,
// or comes in.
func self(r web.Route) bool {
	return r.Permission == web.SignedIn || r.Permission == web.Leaving || r.Permission == web.Public || strings.HasSuffix(r.Path, "/advisories/{id}/read")
}

// admitted says that the door as such is open to the role: then a foreign object
// must look like none.
func admitted(w who, c cell) bool {
	if w.token || w.role == ward.RoleMember && slices.Contains([]ward.Permission{"org.write", "person.write", "channel.write", "breakglass.read", "breakglass.write", "incident.card", "ransom.circle"}, c.route.Permission) {
		return false
	}
	if strings.HasPrefix(strings.TrimPrefix(c.route.Path, "/api/v1"), "/groups/{group}/managers/") {
		return false // who manages no group is refused before the person is looked for
	}
	return !slices.Contains([]ward.Permission{"org.create", "advisory.write", "source.write", "source.read", "decision.read", "decision.write",
		"bulletin.read", "bulletin.write", "bulletin.approve", "disclosure.read", "disclosure.write", "disclosure.private", "disclosure.report", "job.read", "job.write", "audit.verify", "system.read", "alert.overview", "alert.call", "alert.ladder", "org.verify", "notice.receive",
		"ransomware.curate", "ransomware.release", "detection.write", "detection.publish", "sighting.count", "incident.handle", "incident.read", "incident.write", "incident.card", "ransom.receive", "ransom.count",
		"receiver.write", "receiver.confirm"}, c.route.Permission)
}

// shut are doors that no try of this test opens, each with its reason.
var shut = map[string]string{
	"POST /ransomware/decryptors/{id}/release":        "who tries has proposed the decryptors of the town",
	"POST /api/v1/ransomware/decryptors/{id}/release": "who tries has proposed the decryptors of the town",

	"POST /receiver-keys/{receiver}/confirm":        "who tries has put the key in",
	"POST /api/v1/receiver-keys/{receiver}/confirm": "who tries has put the key in",

	"POST /ransomware/catalogue/use":               "the page that shows the waiting catalogue alone names its sum",
	"POST /ransomware/catalogue/discard":           "the page that shows the waiting catalogue alone names its sum",
	"POST /api/v1/ransomware/catalogues/use":       "the answer that shows the waiting catalogue alone names its sum",
	"DELETE /api/v1/ransomware/catalogues/waiting": "the answer that shows the waiting catalogue alone names its sum",

	"POST /detection/{id}/publish":                    "who tries wrote the collections of the town",
	"POST /api/v1/detection/collections/{id}/publish": "who tries wrote the collections of the town",
	"POST /detection/{id}/return":                     "the collections of the town are drafts",
	"POST /api/v1/detection/collections/{id}/return":  "the collections of the town are drafts",

	"POST /incidents/{id}/adopt":                        "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /incidents/{id}/disown":                       "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /api/v1/incidents/{id}/adopt":                 "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /api/v1/incidents/{id}/disown":                "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /incident-queue/{id}/confirm":                 "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /incident-queue/{id}/refute":                  "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /api/v1/incident-queue/{id}/confirm":          "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /api/v1/incident-queue/{id}/refute":           "the reports of the town were made by its own people; see the tests of reports without an account",
	"POST /incidents/{id}/clock":                        "a change would void the version that the other doors name",
	"POST /api/v1/incidents/{id}/deliveries/{delivery}": "the page's door has brought the only document",
	"PUT /api/v1/ransom/{id}/circle/{person}":           "who could be named has left the hospital by other doors; the page's door names one",
	"POST /incident-queue/{id}/reopen":                  "the incidents of the town are open",
	"POST /api/v1/incident-queue/{id}/reopen":           "the incidents of the town are open",
	"GET /incidents/{id}/delete":                        "the incidents of the town were sent",
	"POST /incidents/{id}/delete":                       "the incidents of the town were sent",
	"DELETE /api/v1/incidents/{id}":                     "the incidents of the town were sent",

	"POST /alerts/{id}/unmute":                           "no alert of the town is muted",
	"GET /situation/calls/{id}":                          "no alert of the town has waited so long that somebody is to be called",
	"POST /situation/calls/{id}":                         "no alert of the town has waited so long that somebody is to be called",
	"GET /api/v1/calls/{id}":                             "no alert of the town has waited so long that somebody is to be called",
	"POST /api/v1/calls/{id}":                            "no alert of the town has waited so long that somebody is to be called",
	"POST /centre-alerts/{id}/approve":                   "no alert of the town waits for a second person",
	"POST /api/v1/centre-alerts/{id}/approve":            "no alert of the town waits for a second person",
	"POST /centre-alerts/{id}/return":                    "no alert of the town waits for a second person",
	"POST /api/v1/centre-alerts/{id}/return":             "no alert of the town waits for a second person",
	"POST /centre-alerts/{id}/revise":                    "the drafts of the town are not published",
	"POST /api/v1/centre-alerts/{id}/revise":             "the drafts of the town are not published",
	"GET /ack/{secret}":                                  "the secret is in a mail alone",
	"POST /ack/{secret}":                                 "the secret is in a mail alone",
	"GET /api/v1/acknowledgements/{secret}":              "the secret is in a mail alone",
	"POST /api/v1/acknowledgements/{secret}":             "the secret is in a mail alone",
	"GET /feed/{secret}/alerts.atom":                     "the secret is in the answer alone that made the feed",
	"GET /feed/{secret}/due.ics":                         "the secret is in the answer alone that made the feed",
	"GET /me/reach/feeds/{id}/remove":                    "nobody has a feed",
	"POST /me/reach/feeds/{id}/remove":                   "nobody has a feed",
	"DELETE /api/v1/me/reach/feeds/{id}":                 "nobody has a feed",
	"POST /signin":                                       "no account of the training house has a password",
	"POST /signin/code":                                  "nobody is in the middle of signing in",
	"POST /api/v1/session":                               "no account of the training house has a password",
	"POST /signin/passkey":                               "an authenticator would be needed",
	"POST /api/v1/session/passkey":                       "an authenticator would be needed",
	"POST /me/passkeys":                                  "an authenticator would be needed",
	"POST /api/v1/me/passkeys":                           "an authenticator would be needed",
	"GET /me/passkeys/{id}":                              "nobody has a passkey",
	"POST /me/passkeys/{id}":                             "nobody has a passkey",
	"PUT /api/v1/me/passkeys/{id}":                       "nobody has a passkey",
	"GET /me/passkeys/{id}/remove":                       "nobody has a passkey",
	"POST /me/passkeys/{id}/remove":                      "nobody has a passkey",
	"POST /api/v1/me/passkeys/{id}/remove":               "nobody has a passkey",
	"GET /signin/with/{issuer}":                          "no issuer signs in to a training house",
	"GET /signin/with/{issuer}/back":                     "no issuer signs in to a training house",
	"POST /api/v1/session/with/{issuer}":                 "no issuer signs in to a training house",
	"POST /api/v1/session/with/{issuer}/back":            "no issuer signs in to a training house",
	"GET /me/with/{issuer}":                              "no issuer signs in to a training house",
	"POST /me/with/{issuer}":                             "no issuer signs in to a training house",
	"POST /api/v1/me/with/{issuer}":                      "no issuer signs in to a training house",
	"POST /api/v1/me/with/{issuer}/back":                 "no issuer signs in to a training house",
	"GET /me/with/{issuer}/remove":                       "no issuer signs in to a training house",
	"POST /me/with/{issuer}/remove":                      "no issuer signs in to a training house",
	"POST /api/v1/me/with/{issuer}/remove":               "no issuer signs in to a training house",
	"POST /me/totp":                                      "the code of an app would be needed",
	"PUT /api/v1/me/totp":                                "the code of an app would be needed",
	"POST /me/totp/off":                                  "nobody has a second factor",
	"POST /api/v1/me/totp/off":                           "nobody has a second factor",
	"POST /alerts/contact-keys/{contact}/fetch":          "a training house asks nobody outside",
	"POST /api/v1/contacts/{contact}/key/fetch":          "a training house asks nobody outside",
	"POST /me/reach/key/fetch":                           "a training house asks nobody outside",
	"POST /api/v1/me/reach/key/fetch":                    "a training house asks nobody outside",
	"GET /operations/{id}/drop":                          "no job is buried",
	"POST /operations/{id}/retry":                        "no job is buried",
	"POST /operations/{id}/drop":                         "no job is buried",
	"POST /api/v1/jobs/{id}/retry":                       "no job is buried",
	"POST /api/v1/jobs/{id}/drop":                        "no job is buried",
	"PUT /api/v1/sources/{id}/keys/{fingerprint}":        "no source has shown a key",
	"POST /sources/{id}/keys":                            "no source has shown a key",
	"GET /.well-known/csaf-aggregator/{path...}":         "no source was read, so there is no list of publishers",
	"POST /api/v1/advisories/from-url":                   "the outside cannot be reached",
	"GET /incident-calendar/{secret}/deadlines.ics":      "the secret is in the answer alone that made the calendar",
	"POST /incident-queue/{id}/forward":                  "it names another team in its body; see the tests of forwarding",
	"POST /api/v1/incident-queue/{id}/forward":           "it names another team in its body; see the tests of forwarding",
	"GET /incident-queue/{id}/original":                  "the reports of the town were sent here; see the tests of reports that reached the team otherwise",
	"GET /api/v1/incident-queue/{id}/original":           "the reports of the town were sent here; see the tests of reports that reached the team otherwise",
	"POST /incident-queue/{id}/related":                  "it names a second report in its body",
	"POST /incident-queue/{id}/related/part":             "the reports of the town are not linked",
	"DELETE /api/v1/incident-queue/{id}/related/{other}": "the reports of the town are not linked",

	"POST /org/domains/{domain}/check":                        "the outside is not asked in training mode",
	"POST /organisations/{org}/domains/{domain}/check":        "the outside is not asked in training mode",
	"POST /api/v1/organisations/{org}/domains/{domain}/check": "the outside is not asked in training mode",
}

// everyDoorOpens makes sure that the requests of this test are right in all but
// the right: a door that is shut to all says nothing.
func everyDoorOpens(t *testing.T, columns [][]cell) {
	t.Helper()
	opened := map[string]bool{}
	for _, col := range columns {
		for _, c := range col {
			name := c.route.Method + " " + c.route.Path
			opened[name] = opened[name] || c.got == "ok"
		}
	}
	for name, open := range opened {
		if _, known := shut[name]; open == known {
			t.Errorf("%s: opened to somebody: %t, listed as shut: %t", name, open, known)
		}
	}
	for name := range shut {
		if _, there := opened[name]; !there {
			t.Errorf("%s is listed as shut and no route", name)
		}
	}
}
