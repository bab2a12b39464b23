package pages

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/picture"
	"ward/kit/db"
	"ward/kit/live"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", Country: "HR", Role: ward.RoleMember}
	team   = ward.Actor{Person: "p2", Name: "Marko Team", Org: "t1", Country: "HR", Role: ward.RoleCSIRT}
	centre = ward.Actor{Person: "p3", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre, Lang: "en"}
	maker  = ward.Actor{Person: "p4", Name: "Mia Maker", Org: "m", Country: "DE", Role: ward.RoleMaker}
	start  = time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
)

// world answers what the picture asks others.
type world struct{}

// Named implements picture.Families.
func (world) Named(string) string { return "LockBit" }

// Reached implements picture.Alerts.
func (world) Reached(context.Context, ward.Country, int) (ward.AlertsReached, error) {
	return ward.AlertsReached{Alerts: 2, Organisations: 48, Reached: 44, Acknowledged: 23}, nil
}

// open is the site with reports of so many hospitals in HR, told as facts.
func open(t *testing.T, hospitals int) (*room.Site, *room.Base, func(...int)) {
	t.Helper()
	b := room.New(t, database.Open(t, database.SQLite), start)
	hub := live.New(b.DB, b.Log)
	svc, err := picture.New(picture.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Live: hub, Log: b.Log, Families: world{}, Alerts: world{},
		Printer: b.Printer, Key: room.Key})
	expect.OK(t, err)
	b.Furnish(svc.Parts())
	ctx := context.Background()
	expect.OK(t, b.Queue.Start(ctx))
	t.Cleanup(func() { expect.OK(t, b.Queue.Stop(ctx)) })
	told := 0
	tell := func(list ...int) { // as the incident room does, and waits until it was heard
		expect.OK(t, b.DB.Write(ctx, func(tx *db.Tx) error {
			for _, i := range list {
				if err := b.Bus.Publish(ctx, tx, fact(i)); err != nil {
					return err
				}
			}
			return nil
		}))
		told += len(list)
		for heard := 0; heard < told; time.Sleep(5 * time.Millisecond) {
			expect.OK(t, b.DB.Read(ctx, func(tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT COUNT(*) FROM picture_heard`).Scan(&heard)
			}))
		}
	}
	var all []int
	for i := range hospitals {
		all = append(all, i)
	}
	tell(all...)
	return b.Site(svc.Parts(), Menu(), Routes(svc, hub)), b, tell
}

// fact is a first warning of a hospital in HR.
func fact(i int) ward.IncidentReported {
	return ward.IncidentReported{Report: fmt.Sprint("r", i), Sending: fmt.Sprint("s", i), Org: ward.OrgID(fmt.Sprint("h", i)), Country: "HR", Kind: ward.KindHospital, Stage: "early",
		Reason: "significant", Cause: picture.Causes()[i%3], Family: "lockbit", Ransomware: "yes", Services: []string{"laboratory"}, Diverted: "yes"}
}

// Each figure has a title, a sentence, a drawing with a name, and the same numbers
// in drawing, table and file; nothing on the page is styled inline.
func TestFigures(t *testing.T) {
	site, _, _ := open(t, 90)
	site.Actor = team
	page := site.Get("/picture?country=HR", 200, "Situation picture: HR", "Numbers are exact", "comes first with 30 (33.3 %)", "The index of impact on care is 35 of 100").Body.String()
	if strings.Contains(page, "style=") || strings.Contains(page, "<script>") {
		t.Error("the page is styled or scripted inline")
	}
	if n := strings.Count(page, `role="img"`); n < 7 || strings.Count(page, "</title>") < n {
		t.Errorf("%d drawings, some without a name", n)
	}
	file := site.Get("/picture/figures/causes?country=HR", 200, "causes,reports,history", "malicious-actions,30,0").Body.String()
	for _, line := range strings.Split(strings.TrimSpace(file), "\n")[1:] {
		n := strings.Split(line, ",")[1]
		if strings.Count(page, ">"+n+"<") < 2 {
			t.Errorf("the number %s of the file is not in drawing and table", n)
		}
	}
	api := site.Get("/api/v1/picture?country=HR", 200, `"exact":true`, `"reports":90`, `{"word":"malicious-actions","reports":30,"history":0}`)
	if !strings.Contains(api.Body.String(), `"care_impact_index":35`) {
		t.Errorf("API: %s", api.Body)
	}
	site.Get("/picture/figures/none", 404)
	site.Get("/picture?cause=none&from=x", 422, "Error:")
	site.Get("/api/v1/picture?from=x", 422)
	site.Actor = maker
	site.Get("/picture", 403)
}

// A hospital sees the cover of the last midnight, and no stream.
func TestReaders(t *testing.T) {
	site, b, tell := open(t, 90)
	site.Actor = member
	site.Get("/picture", 200, "follow once a day", "Nothing to show for this choice")
	site.Get("/picture/stream", 403)
	b.Clock.Advance(24 * time.Hour)
	page := site.Get("/picture", 200, "Alerts of the last 30 days").Body.String()
	numbers := regexp.MustCompile(`font-weight="700">([0-9,]+)<`).FindAllStringSubmatch(page, -1)
	if len(numbers) < 5 {
		t.Fatalf("%d numbers are drawn", len(numbers))
	}
	for _, n := range numbers {
		if !strings.HasSuffix(n[1], "0") && !strings.HasSuffix(n[1], "5") {
			t.Errorf("a number that is not rounded: %s", n[1])
		}
	}
	tell(500)
	if later := site.Get("/picture", 200).Body.String(); later != page {
		t.Error("a report moved what hospitals see within the day")
	}
	site.Actor = centre
	site.Get("/picture", 200, "New reports in 24 hours: not said", "More has come in")
	site.Get("/picture?source=history", 200, "Incidents of the past")
}

// An open page hears of a new report within two seconds, and of no other country's.
func TestStream(t *testing.T) {
	site, _, tell := open(t, 3)
	site.Actor = team
	server := httptest.NewServer(site.Handler)
	defer server.Close()
	for _, path := range []string{"/picture/stream?country=HR", "/picture/stream"} {
		var took time.Duration
		for try := range 3 { // others use the machine: once in time is enough
			var text string
			text, took = hears(t, server.URL+path, func() { tell(1000 + 10*len(path) + try) })
			if !strings.Contains(text, "Show new reports") || !strings.Contains(text, strings.Replace(path, "/stream", "", 1)) {
				t.Errorf("%s: %s", path, text)
			}
			if took <= 2*time.Second {
				break
			}
		}
		if t.Logf("%s: heard after %v", path, took); took > 2*time.Second {
			t.Errorf("%s: nothing within two seconds", path)
		}
	}
}

// hears opens a stream, tells, and gives the first message and how long it took.
func hears(t *testing.T, address string, tell func()) (text string, took time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	expect.OK(t, err)
	res, err := http.DefaultClient.Do(r)
	expect.OK(t, err)
	defer res.Body.Close()
	at := time.Now()
	tell()
	for s := bufio.NewScanner(res.Body); s.Scan(); {
		if strings.HasPrefix(s.Text(), "data: ") {
			return s.Text(), time.Since(at)
		}
	}
	return "", time.Since(at)
}

// The pages of weekly reports, sharing and history, as people use them.
func TestForms(t *testing.T) {
	site, _, _ := open(t, 30)
	site.Actor = centre
	to := site.Post("/picture/weekly", 303, nil).Header().Get("Location")
	site.Get(to, 200, "Draft", "Publish the report", "drafted from data")
	site.Get(to+"/edit", 200, "What we advise this week")
	site.Post(to+"/edit", 422, url.Values{"seen": {"1"}, "body": {" "}}, "Error:")
	site.Post(to+"/edit", 303, url.Values{"seen": {"1"}, "body": {"<b>Text</b>"}})
	site.Post(to+"/edit", 409, url.Values{"seen": {"1"}, "body": {"Mine"}}, "Mine", "meanwhile")
	site.Get(to+"/publish", 200, "Publish now", "&lt;b&gt;Text")
	site.Post(to+"/publish", 409, url.Values{"seen": {"1"}}, "Error:")
	site.Actor = member
	site.Get(to, 404)
	site.Actor = centre
	site.Post(to+"/publish", 303, url.Values{"seen": {"2"}})
	site.Get("/picture/history", 200, "VCDB")
	site.Post("/picture/history", 422, nil, "Choose a file")
	site.Actor = member
	site.Get("/picture/weekly", 200, "Week of", "Published")
	site.Get(to, 200, "&lt;b&gt;Text")
	site.Get(to+"/edit", 403)
	site.Actor = team
	site.Get("/picture/sharing", 200, "What the Union sees of HR")
	site.Post("/picture/sharing", 422, url.Values{"rule": {"all"}}, "Error:")
	site.Post("/picture/sharing", 303, url.Values{"rule": {"nothing"}})
	site.Actor = centre
	site.Get("/picture?country=HR", 200, "This country does not share")
}
