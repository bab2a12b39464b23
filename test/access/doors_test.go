package access_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ward"
	"ward/kit/web"
	"ward/test/site/house"
)

// kinds says which object a path value names, by the path before it. A route
// with a value that no line knows fails the test: it could be tried nowhere.
var kinds = []struct{ before, kind string }{
	{"/domains/", "domain"}, {"/requests/", "request"}, {"/register/", "receipt"}, {"/receipts/", "receipt"}, {"/listed-groups/", "listed"},
	{"/groups/", "group"}, {"/managers/", "person"}, {"/memberships/", "membership"}, {"/applications/", "application"}, {"/notices/", "notice"},
	{"/deputies/", "deputy"}, {"/api/v1/organisations/", "org"}, {"/organisations/", "org"}, {"/sites/", "site"}, {"/contacts/", "contact"}, {"/contact-keys/", "contact"},
	{"/api/v1/people/{id}", "person"}, {"/people/{id}", "person"}, {"/people/", "hat"},
	{"/inventory/imports/", "import"}, {"/inventory/import/", "import"}, {"/inventory/assets/", "asset"}, {"/inventory/", "asset"},
	{"/situation/alerts/", "issue"}, {"/overview/", "issue"}, {"/alerts/channels/", "webhook"}, {"/webhooks/", "webhook"}, {"/alerts/asset/", "asset"}, {"/alerts/", "alert"},
	{"/.well-known/csaf/", "file"}, {"/.well-known/csaf-aggregator/", "copy"},
	{"/advisories/deleted/", "tombstone"}, {"/advisories/", "advisory"}, {"/keys/", "key"}, {"/sources/", "source"}, {"/catalogues/", "catalogue"},
	{"/review/", "review"}, {"/reviews/", "review"}, {"/decisions/", "decision"}, {"/exploited/", "exploited"},
	{"/me/passkeys/", "passkey"}, {"/with/", "issuer"},
	{"/situation/calls/", "alert"}, {"/calls/", "alert"}, {"/ack/", "ack"}, {"/feed/", "ack"}, {"/reach/feeds/", "feed"}, {"/acknowledgements/", "ack"},
	{"/texts/", "lang"}, {"/break-glass/", "sheet"}, {"/centre-alerts/", "bulletin"}, {"/hsc/", "number"},
	{"/disclosures/", "case"}, {"/incidents/{id}/files/", "incidentfile"}, {"/incident-queue/{id}/files/", "incidentfile"}, {"/files/", "attachment"}, {"/maker-reports/", "report"}, {"/report/case/", "caselink"}, {"/api/v1/reports/", "caselink"}, {"/reports/", "report"},
	{"/detection/collections/", "collection"}, {"/detection/items/", "item"}, {"/indicators/", "item"}, {"/sightings/", "hit"}, {"/detection/", "collection"},
	{"/picture/figures/", "figure"}, {"/picture/weekly/", "weekly"},
	{"/receiver-keys/", "receiver"}, {"/ransom/", "incident"}, {"/edit/", "ransompart"}, {"/circle/", "person"},
	{"/ransomware/decryptors/", "decryptor"}, {"/ransomware/watches/", "watch"},
	{"/related/", "incident"}, {"/incident-forwarded/", "forward"}, {"/incident-statistics/", "quarter"}, {"/incident-calendar/", "ack"}, {"/help/report/sent/", "urgentlink"}, {"/urgent-reports/", "urgentlink"}, {"/incident-cards/", "incidentcard"}, {"/help/", "see"},
	{"/incidents/{id}/check/", "stage"}, {"/incidents/{id}/send/", "stage"}, {"/sent/", "sending"}, {"/sendings/", "sending"}, {"/document/", "inlang"}, {"/duties/", "duty"},
	{"/incidents/{id}/deliveries/", "delivery"}, {"/incidents/{id}/", "stage"}, {"/{stage}/", "step"}, {"/incidents/", "incident"}, {"/incident-queue/", "incident"},
	{"/operations/", "job"}, {"/jobs/", "job"}, {"/me/sessions/", "session"}, {"/me/tokens/", "token"}, {"/link/", "link"}, {"/links/", "link"},
}

// kindsOf lists the objects that a path names, in order.
func kindsOf(path string) ([]string, error) {
	var out []string
	for at := strings.Index(path, "{"); at >= 0; {
		end := at + strings.Index(path[at:], "}") + 1
		if path[at:end] != "{$}" {
			kind := ""
			for _, k := range kinds {
				if strings.HasSuffix(path[:at], k.before) || strings.HasSuffix(path[:end], k.before) {
					kind = k.kind
					break
				}
			}
			if kind == "" {
				return nil, fmt.Errorf("no line of kinds knows %s", path[:end])
			}
			out = append(out, kind)
		}
		next := strings.Index(path[end:], "{")
		if next < 0 {
			break
		}
		at = end + next
	}
	return out, nil
}

// inBody are the routes that name their objects in the body.
var inBody = map[string]string{
	"POST /inventory/pick":                         "asset",
	"POST /api/v1/inventory/assets/delete":         "asset",
	"POST /api/v1/inventory/assets/end-of-support": "asset",
	"POST /alerts/respond":                         "alert",
	"POST /api/v1/alerts/respond":                  "alert",
	"POST /api/v1/alerts/match":                    "asset",
	"POST /api/v1/alerts/match/advisories":         "advisory",
}

// owned are the kinds that belong to an organisation.
func owned(kind string) bool {
	switch kind {
	case "org", "site", "contact", "hat", "person", "asset", "import", "webhook", "alert", "domain", "request", "group", "membership",
		"application", "notice", "deputy", "sheet", "watch", "hit",
		"incident", "incidentcard", "stage", "step", "sending", "delivery", "duty", "inlang", "ransompart", "incidentfile", "receiver":
		return true
	}
	return false
}

// word reports a kind whose values are words of the law, the same for everybody:
// whose they are is said by the object before them.
func word(kind string) bool {
	switch kind {
	case "stage", "step", "duty", "inlang", "ransompart":
		return true
	}
	return false
}

// variantsOf are the objects of a kind that a door is tried with.
func variantsOf(kind string) []string {
	switch {
	case kind == "":
		return []string{"-"}
	case owned(kind):
		return []string{"own", "near", "far", "none"}
	case kind == "advisory", kind == "file":
		return []string{"clear", "amber", "red", "none"}
	case kind == "session", kind == "token":
		return []string{"own", "other", "none"}
	case kind == "job", kind == "key", kind == "copy", kind == "passkey", kind == "issuer", kind == "feed", kind == "ack": // only a mail has the secret
		return []string{"none"}
	}
	return []string{"any", "none"}
}

// nothing is an id of each kind that nobody has.
func nothing(kind string) string {
	switch kind {
	case "issue", "job":
		return "999999"
	case "alert":
		return "999999-1"
	case "number":
		return "HSC-2000-001"
	case "lang":
		return "xx"
	case "file":
		return "white/2025/none.json"
	case "copy":
		return "aggregator.json"
	case "link", "ack", "receipt", "caselink", "urgentlink":
		return strings.Repeat("a", 52)
	case "key":
		return strings.Repeat("A", 40)
	}
	return "00000000-0000-7000-8000-00000000ffff" // that of all zeros is the source of uploads
}

// fill puts the values of one try into a payload's text.
func fill(text string, values map[string]string) string {
	for k, v := range values {
		text = strings.ReplaceAll(text, "{"+k+"}", v)
	}
	return text
}

// send tries one door.
func send(c *house.Client, r web.Route, path string, p payload, values map[string]string) house.Answer {
	switch {
	case r.Method == http.MethodGet:
		return c.Get(path)
	case strings.HasPrefix(p.raw, "multipart:"):
		kind, body := multipartOf(fill(strings.TrimPrefix(p.raw, "multipart:"), values))
		return c.Do(r.Method, path, kind, body)
	case p.raw != "":
		return c.Do(r.Method, path, "application/octet-stream", []byte(fill(p.raw, values)))
	case r.API:
		text := p.json
		if text == "" && (r.Method == http.MethodPost || r.Method == http.MethodPut) {
			text = "{}"
		}
		return c.Do(r.Method, path, "application/json", []byte(fill(text, values)))
	}
	form, err := url.ParseQuery(fill(p.form, values))
	if err != nil {
		panic(err) // a payload above is mistyped
	}
	return c.Form(path, form)
}

func multipartOf(file string) (kind string, body []byte) {
	const line = "----cut-here"
	head := "--" + line + "\r\nContent-Disposition: form-data; name=\""
	text := head + "kind\"\r\n\r\ncsaf\r\n" + head + "unmarked\"\r\n\r\nCLEAR\r\n" +
		head + "file\"; filename=\"file.txt\"\r\nContent-Type: application/octet-stream\r\n\r\n" + file + "\r\n--" + line + "--\r\n"
	return "multipart/form-data; boundary=" + line, []byte(text)
}

// class is the stable word for an answer.
func class(a house.Answer) string {
	switch {
	case a.Status >= 500:
		return fmt.Sprint("FAULT-", a.Status)
	case a.Status == http.StatusUnauthorized, strings.HasPrefix(a.Location, "/signin?"):
		return "sign-in"
	case a.Status == http.StatusForbidden:
		return "forbidden"
	case a.Status == http.StatusNotFound:
		return "not-found"
	case a.Status < 400:
		return "ok"
	case a.Status == http.StatusConflict:
		return "conflict"
	}
	return "invalid"
}

// placeOf is where an object of a variant belongs, for somebody of a role.
func placeOf(kind, variant string, r ward.Role) house.Place {
	switch variant {
	case "near":
		return house.Near
	case "far":
		return house.Far
	case "any":
		return house.Centre
	case "own":
		if kind == "token" {
			return house.Place(r)
		}
		return house.PlaceOf(r)
	case "other":
		if r == ward.RoleManager {
			return house.Place(ward.RoleMember)
		}
		return house.Place(ward.RoleManager)
	}
	return house.Place(variant)
}
