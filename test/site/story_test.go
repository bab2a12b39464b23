package site_test

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/web"
	"ward/test/browser"
	"ward/test/database"
	"ward/test/site/house"
)

// list is a hospital's spreadsheet as they come: brands, notes in the version, a
// row that says nothing, semicolons.
const list = "Inventar-Nr.;Hersteller;Gerät;SW-Version;Abteilung;Stück\n" +
	"1;Pulsara;Vento 3 ventilator;SW 2.1;ICU;1\n" +
	"2;Pulsara;Vento 3 ventilator;V 2.4;ICU;1\n" +
	";;;;;\n" +
	"3;Otherco;Bedside lamp;;Ward 2;12\n"

// news is the advisory that concerns rows 1 and 2.
const news = `{"document":{"category":"csaf_security_advisory","csaf_version":"2.0","title":"Vento 3: the network can stop a ventilator","lang":"en",
"distribution":{"tlp":{"label":"WHITE"}},"publisher":{"category":"vendor","name":"Pulsara","namespace":"https://pulsara.invalid"},
"tracking":{"id":"PUL-2025-1","status":"final","version":"1","initial_release_date":"2025-01-10T08:00:00Z","current_release_date":"2025-01-10T08:00:00Z",
"revision_history":[{"date":"2025-01-10T08:00:00Z","number":"1","summary":"First"}]},
"notes":[{"category":"summary","title":"Summary","text":"A message from the network stops the ventilator."}]},
"product_tree":{"branches":[{"category":"vendor","name":"Pulsara","branches":[{"category":"product_name","name":"Vento 3 ventilator","branches":[
{"category":"product_version_range","name":"<2.5","product":{"product_id":"P1","name":"Pulsara Vento 3 ventilator <2.5"}}]}]}]},
"vulnerabilities":[{"cve":"CVE-2025-88888","notes":[{"category":"description","text":"A message stops the device."}],"product_status":{"known_affected":["P1"]},
"scores":[{"products":["P1"],"cvss_v3":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8,"baseSeverity":"CRITICAL"}}],
"remediations":[{"category":"vendor_fix","details":"Install version 2.5.","product_ids":["P1"]}]}]}`

// TestStory is the main job of the platform: a hospital enters its list once, an
// advisory comes, and the right people know what to do. The reader's browser
// runs no scripts and is a phone.
func TestStory(t *testing.T) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			a := house.Open(t, house.Config{Database: url, Replica: "a"})
			outboxes := []string{filepath.Join(a.Data, "outbox")}
			b := a
			if kind == database.Postgres {
				b = beside(t, a, url)
				outboxes = append(outboxes, filepath.Join(b.Data, "outbox"))
			}
			a.Settle()
			story(t, a, b, outboxes)
		})
	}
}

// beside opens a second replica with the same keys on the same database.
func beside(t *testing.T, a *house.House, url string) *house.House {
	t.Helper()
	data := t.TempDir()
	for _, key := range []string{"account.key", "audit.key"} {
		text, err := os.ReadFile(filepath.Join(a.Data, key))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, key), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return house.Open(t, house.Config{Database: url, Data: data, Replica: "b", Public: a.URL, Inhabited: new(house.Town)})
}

func story(t *testing.T, a, b *house.House, outboxes []string) {
	p := browser.Open(t).Page(390)
	p.ScriptsOff()
	h := hand{t, p}
	p.Goto(a.Link(ward.RoleManager))
	h.press("main form button", "a[href='/inventory']")
	importList(t, a, h)

	stream := listen(t, b, a.As(ward.RoleManager).Session())
	a.As(ward.RoleCentre).Upload("/api/v1/advisories?name=news.json", []byte(news), nil)
	told(t, stream)
	a.Settle()

	number := newest(t, a)
	p.Goto(a.URL + "/alerts")
	h.press("a[href='/alerts/"+number+"']", "form[action$='/comment']")
	firstScreen(t, h)
	answer(t, h)
	if !strings.Contains(h.text(), "Alert "+number) {
		t.Errorf("the page does not say its number %s", number)
	}
	mails(t, outboxes, number, a.URL)
}

// newest is the number of the alert on the advisory of this story.
func newest(t *testing.T, h *house.House) string {
	t.Helper()
	var list struct{ Alerts []struct{ ID string } }
	h.As(ward.RoleManager).MustJSON("GET", "/api/v1/alerts?text=Vento", nil, &list)
	if len(list.Alerts) != 1 {
		t.Fatalf("got %d alerts on the advisory, want 1", len(list.Alerts))
	}
	return list.Alerts[0].ID
}

// importList uploads, looks, confirms, and finds the rows in the list.
func importList(t *testing.T, a *house.House, h hand) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Geräteliste.csv")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	h.p.Goto(a.URL + "/inventory/import")
	h.attach("input[type=file]", file)
	h.press("main form[enctype] button", "form[action$='/confirm'], form[action$='/columns']")
	h.await("form[action$='/confirm']", true)
	for _, want := range []string{"3 rows", "Pulsara"} {
		if !strings.Contains(h.text(), want) {
			t.Errorf("the preview does not say %q: %s", want, h.text())
		}
	}
	h.press("form[action$='/confirm'] button[type=submit]", "h1")
	h.await("a[href='/inventory']", true)
	a.Settle()
	h.p.Goto(a.URL + "/inventory?text=Vento")
	if text := h.text(); !strings.Contains(text, "Pulsara") || !strings.Contains(text, "2.4") {
		t.Fatalf("the imported devices are not in the list: %s", text)
	}
}

// firstScreen: what, how bad, is it mine, what to do by when, TLP (UX rule 19).
func firstScreen(t *testing.T, h hand) {
	t.Helper()
	for name, selector := range map[string]string{"what": "h1", "how bad": ".w-sev", "is it mine": "main dl > div:nth-child(1)",
		"what to do by when": "main dl > div:nth-child(2)", "marking": ".w-tlp"} {
		if bottom := h.bottom(selector); bottom > 844 {
			t.Errorf("%q ends at %.0f px, below the first screen of 844", name, bottom)
		}
	}
	text := h.text()
	for _, want := range []string{"Vento 3", "Critical", "2 devices", "By ", "TLP:CLEAR"} {
		if !strings.Contains(text, want) {
			t.Errorf("the alert does not say %q: %.600s", want, text)
		}
	}
}

// answer acknowledges, then marks one device as done with a word why.
func answer(t *testing.T, h hand) {
	t.Helper()
	h.press("form.w-post[action$='/respond'] button", ".w-notice")
	if text := h.text(); !strings.Contains(text, "Acknowledged") {
		t.Errorf("the alert is not acknowledged: %.600s", text)
	}
	h.p.Click(t, "form[action$='/assets'] input[name=asset] + label")
	h.choose("form[action$='/assets'] select[name=asset_state]", "Done")
	h.typeInto("form[action$='/assets'] [name=asset_reason]", "Version 2.5 was installed")
	h.p.Click(t, "form[action$='/assets'] button[type=submit]")
	h.awaitText("Version 2.5 was installed") // in the history
}

// listen opens the live stream of the inbox on a house.
func listen(t *testing.T, h *house.House, session string) *bufio.Scanner {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+"/alerts/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: session})
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("live stream: %v", err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		t.Fatalf("live stream: %s", res.Status)
	}
	return bufio.NewScanner(res.Body)
}

// told waits for a message that something new came.
func told(t *testing.T, stream *bufio.Scanner) {
	t.Helper()
	start := time.Now()
	for stream.Scan() {
		if strings.HasPrefix(stream.Text(), "data:") {
			t.Logf("the open inbox heard of the alert after %v", time.Since(start).Round(time.Millisecond))
			return
		}
	}
	t.Fatalf("the live stream ended without a word: %v", stream.Err())
}

// mails looks for the alert's mail: once for each contact, with number and link.
func mails(t *testing.T, outboxes []string, number, url string) {
	t.Helper()
	seen := map[string]int{}
	for _, dir := range outboxes {
		files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			plain := strings.ReplaceAll(strings.ReplaceAll(string(text), "=\r\n", ""), "=3D", "=")
			if strings.Contains(plain, number) && strings.Contains(plain, url+"/alerts/"+number) {
				seen[filepath.Base(f)]++
			}
		}
	}
	if len(seen) == 0 {
		t.Errorf("no mail in %v names alert %s and its address", outboxes, number)
	}
	for f, n := range seen {
		if n != 1 {
			t.Errorf("mail %s was sent by %d replicas", f, n)
		}
	}
}
