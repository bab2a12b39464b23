package site_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/test/site/house"
)

// marks stand in everything of a report that is confidential.
var marks = []string{"NAME-7f3a", "ORG-7f3a", "mail-7f3a", "PROOF-7f3a", "TOLD-7f3a", "PLAN-7f3a", "FILENAME-7f3a", "BYTES-7f3a", "WORDS-7f3a", "ANSWER-7f3a", "NOTE-7f3a"}

func marksIn(text []byte) (out []string) {
	for _, m := range marks {
		if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(m))) {
			out = append(out, m)
		}
	}
	return out
}

// TestNothingConfidentialGetsOut follows a report until its alert has reached
// hospitals, and looks for what is confidential in all that anybody sees, in what
// was mailed, in the log and in the database.
func TestNothingConfidentialGetsOut(t *testing.T) {
	var log bytes.Buffer
	h := house.Open(t, house.Config{Log: &log})
	h.Settle()
	centre := h.As(ward.RoleCentre)
	id, secret := report(t, h, centre)
	number := alertOf(t, h, centre, id)
	h.Settle()

	centre.MustJSON("POST", "/api/v1/disclosures/"+id+"/notes", map[string]string{"note": "NOTE-7f3a again"}, nil)
	if a := h.Visitor().Get("/report/case/" + secret); !strings.Contains(string(a.Body), "/hsc/"+number) || !strings.Contains(string(a.Body), "WORDS-7f3a") {
		t.Errorf("the reporter's page does not say that %s is out: %s", number, a.Body)
	}
	if a := h.Visitor().Get("/hsc/" + number + "/csaf"); !strings.Contains(string(a.Body), `"acknowledgments"`) || !strings.Contains(string(a.Body), "Rosa R.") {
		t.Errorf("the document thanks nobody: %s", a.Body)
	}
	for name, c := range map[string]*house.Client{"visitor": h.Visitor(), "manager": h.As(ward.RoleManager), "csirt": h.As(ward.RoleCSIRT), "centre": centre, "operator": h.As(ward.RoleOperator)} {
		for _, path := range shownPaths(h, id, number) {
			a := c.Get(path)
			if found := marksIn(a.Body); len(found) > 0 {
				t.Errorf("%s finds %v in %s", name, found, path)
			}
		}
	}
	if a := centre.Get("/api/v1/disclosures?all=true&q=PROOF-7f3a"); strings.Contains(string(a.Body), id) {
		t.Errorf("the search looks into what is confidential: %s", a.Body)
	}
	outbox(t, filepath.Join(h.Data, "outbox"), number)
	if found := marksIn(log.Bytes()); len(found) > 0 {
		t.Errorf("the log holds %v", found)
	}
	for _, name := range []string{"ward.db", "ward.db-wal"} {
		b, err := os.ReadFile(filepath.Join(h.Data, name))
		if err == nil {
			if found := marksIn(b); len(found) > 0 || bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %v", name, found)
			}
		}
	}
}

// report sends one with every confidential field marked, and has it coordinated.
func report(t *testing.T, h *house.House, centre *house.Client) (id, secret string) {
	t.Helper()
	var out struct{ Secret, Number string }
	visitor := h.Visitor()
	visitor.MustJSON("POST", "/api/v1/reports", map[string]any{"source": "researcher", "name": "NAME-7f3a", "organisation": "ORG-7f3a", "email": "mail-7f3a@test.invalid",
		"mail_link": true, "proof": "PROOF-7f3a", "maker": "TOLD-7f3a", "plan": "PLAN-7f3a", "summary": map[string]any{"title": "Sample pump takes commands",
			"vendor": "Training Medical", "product": "Sample pump", "versions": "<2.0", "impact": "The rate can be changed.", "credit": "Rosa R.", "cves": []string{"CVE-2026-4711"}}}, &out)
	own := "/api/v1/reports/" + out.Secret
	if a := visitor.Do("POST", own+"/files?name=FILENAME-7f3a.txt", "text/plain", []byte("BYTES-7f3a")); a.Status != 204 {
		t.Fatalf("attach: %d %s", a.Status, a.Body)
	}
	var list struct{ Cases []struct{ ID, Number string } }
	centre.MustJSON("GET", "/api/v1/disclosures?q="+out.Number, nil, &list)
	if len(list.Cases) != 1 {
		t.Fatalf("the Centre finds %d cases", len(list.Cases))
	}
	one := "/api/v1/disclosures/" + list.Cases[0].ID
	centre.MustJSON("POST", one+"/messages", map[string]any{"text": "ANSWER-7f3a", "ask": true}, nil)
	visitor.MustJSON("POST", own+"/messages", map[string]string{"text": "WORDS-7f3a"}, nil)
	centre.MustJSON("POST", one+"/triage", map[string]string{"note": "NOTE-7f3a"}, nil)
	return list.Cases[0].ID, out.Secret
}

// alertOf begins the alert by the page's button, completes it, and has a second
// person approve it.
func alertOf(t *testing.T, h *house.House, centre *house.Client, id string) (number string) {
	t.Helper()
	a := centre.Form("/centre-alerts/from-case", map[string][]string{"case": {id}})
	if again := centre.Form("/centre-alerts/from-case", map[string][]string{"case": {id}}); a.Status != 303 || again.Location != a.Location {
		t.Fatalf("begin the alert: %d %s, again %s", a.Status, a.Location, again.Location)
	}
	one := "/api/v1" + a.Location
	var draft struct {
		Revisions []struct {
			Edit    int64
			Content map[string]any
		}
	}
	centre.MustJSON("GET", one, nil, &draft)
	content := draft.Revisions[0].Content
	text := content["text"].(map[string]any)
	maps.Copy(text, map[string]any{"patients": "A dose may change.", "it": "Block the port.", "devices": "Install 2.0.", "practice": "Call the maker."})
	content["audience"] = map[string]any{"countries": []string{"HR"}}
	centre.MustJSON("PUT", one, map[string]any{"edit": draft.Revisions[0].Edit, "content": content}, nil)
	centre.MustJSON("POST", one+"/submit", map[string]any{}, nil)
	var me struct{ Organisation string }
	centre.MustJSON("GET", "/api/v1/me", nil, &me)
	var out struct{ Person string }
	h.As(ward.RoleOperator).MustJSON("POST", "/api/v1/organisations/"+me.Organisation+"/people", map[string]string{"name": "Second", "email": "second@test.invalid", "role": "centre_analyst"}, &out)
	link, err := h.App.TrainingLink(context.Background(), ward.PersonID(out.Person))
	if err != nil {
		t.Fatal(err)
	}
	second := h.Enter(link)
	second.MustJSON("GET", one, nil, &draft)
	second.MustJSON("POST", one+"/approve", map[string]any{"edit": draft.Revisions[0].Edit}, nil)
	var done struct {
		Number string
		Live   int
	}
	for end := time.Now().Add(patience); done.Live != 1; time.Sleep(200 * time.Millisecond) { // a job for a time is looked for now and then
		if centre.MustJSON("GET", one, nil, &done); time.Now().After(end) {
			t.Fatalf("the alert is not out: %s", centre.Get(one).Body)
		}
	}
	return done.Number
}

// shownPaths are the places where an alert, a case and its acts are shown to
// those who may not or need not open what is confidential.
func shownPaths(h *house.House, id, number string) []string {
	paths := []string{"/", "/report", "/report/thanks", "/hsc", "/hsc/" + number, "/hsc/" + number + "/csaf", "/hsc/feed", "/api/v1/hsc", "/api/v1/hsc/" + number,
		"/disclosures?state=all", "/disclosures/" + id, "/disclosures/" + id + "/summary", "/api/v1/disclosures?all=true", "/api/v1/disclosures/" + id,
		"/alerts", "/api/v1/alerts?view=all", "/situation/alerts", "/api/v1/overview", "/advisories", "/api/v1/advisories", "/api/v1/changes",
		"/centre-alerts", "/api/v1/centre-alerts", "/operations", "/api/v1/jobs", "/audit", "/api/v1/audit"}
	for _, r := range h.App.Handler().Routes() { // and every list that the house has, today or later
		if r.Method == "GET" && !strings.Contains(r.Path, "{") && !strings.Contains(r.Path, "stream") && !slices.Contains(paths, r.Path) {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// outbox reads what was mailed: to the reporter the number and the link, to
// hospitals the alert, to nobody what is confidential.
func outbox(t *testing.T, dir, number string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing was mailed: %v", err)
	}
	reporters := 0
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(b, []byte("\nTo: <mail-7f3a@test.invalid>")); i >= 0 {
			reporters++
			b = bytes.ReplaceAll(b, []byte("mail-7f3a@test.invalid"), nil)
		}
		if found := marksIn(b); len(found) > 0 {
			t.Errorf("%s holds %v:\n%s", filepath.Base(name), found, b)
		}
		if reporters > 0 && bytes.Contains(b, []byte("Sample pump takes")) && !bytes.Contains(b, []byte("HSC-")) {
			t.Errorf("%s says what was reported:\n%s", filepath.Base(name), b)
		}
	}
	if reporters < 3 { // receipt, question, decision
		t.Errorf("the reporter of %s got %d mails", number, reporters)
	}
}
