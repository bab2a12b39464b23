package pages

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/due"
	"ward/respond/incident/forward"
	"ward/respond/incident/urgent"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "DE", Role: ward.RoleMember, Lang: "en"}
	second = ward.Actor{Person: "p2", Name: "Ivo Manager", Org: "h1", OrgName: "Clinic North", Country: "DE", Role: ward.RoleManager, Lang: "en"}
	rival  = ward.Actor{Person: "p3", Name: "Rea Other", Org: "h2", OrgName: "Clinic South", Country: "DE", Role: ward.RoleManager, Lang: "en"}
	team   = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "DE", Role: ward.RoleCSIRT, Lang: "en"}
)

// site is the pages behind the real server, without scripts.
type site struct {
	*room.Site
	t     *testing.T
	svc   *incident.Service
	clock *clock.Fake
	mails int
}

func (s *site) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	head := int64(900)
	return ward.Standing{Organisation: ward.Organisation{ID: id, Kind: ward.KindHospital, Name: "Clinic North", Country: "DE"}, Headcount: &head}, nil
}
func (s *site) Teams(context.Context, ward.Country) ([]ward.OrgID, error) {
	return []ward.OrgID{"t1"}, nil
}
func (s *site) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}
func (s *site) Named(context.Context, string) ([]ward.Organisation, error) {
	return []ward.Organisation{{ID: "h1", Kind: ward.KindHospital, Name: "Clinic North", Country: "DE"}}, nil
}
func (s *site) CareServices() []string                   { return []string{"emergency", "laboratory"} }
func (s *site) Send(context.Context, mail.Message) error { s.mails++; return nil }

func (s *site) Responders(context.Context) ([]ward.Organisation, error) {
	return []ward.Organisation{{ID: "t1", Kind: ward.KindCSIRT, Name: "CSIRT", Country: "DE"}, {ID: "t2", Kind: ward.KindCSIRT, Name: "CSIRT of another", Country: "HR"}}, nil
}
func (s *site) RuleOf(context.Context, ward.Country) (string, error) { return "exact", nil }

func open(t *testing.T) *site {
	t.Helper()
	b := room.New(t, database.Open(t, database.SQLite), time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC))
	s := &site{t: t}
	s.clock = b.Clock
	var err error
	s.svc, err = incident.New(incident.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: s, Mail: s,
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	parts := s.svc.Parts()
	b.Furnish(parts)
	cards, err := urgent.New(urgent.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Reports: s.svc, URL: "https://centre.example", Key: room.Key,
		Desk: func(context.Context, ward.Country) (ward.Desk, error) {
			return ward.Desk{Country: "DE", Team: "CERT-Bund", Numbers: []ward.DeskNumber{{Number: "+49 228 555 0100", Sure: "H"}}}, nil
		},
		Client: func(r *http.Request) string { return r.RemoteAddr }})
	expect.OK(t, err)
	ends, err := due.New(due.Config{DB: b.DB, Clock: b.Clock.Now, Guard: b.Guard, Audit: b.Audit, Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	passed, err := forward.New(forward.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Queue: b.Queue, Reports: s.svc, Registry: s, Sharing: s, Key: room.Key})
	expect.OK(t, err)
	s.Site = b.Site(parts, Menu(), slices.Concat(Routes(s.svc, nil), ForwardRoutes(s.svc, passed), OutsideRoutes(s.svc, cards), CalendarRoutes(s.svc, ends)))
	s.Actor = member
	return s
}

func (s *site) get(path string, status int, want ...string) string {
	s.t.Helper()
	return s.Get(path, status, want...).Body.String()
}

// post sends a form and gives where it leads.
func (s *site) post(path string, status int, form url.Values, want ...string) string {
	s.t.Helper()
	w := s.Post(path, status, form, want...)
	if status == http.StatusSeeOther {
		return w.Header().Get("Location")
	}
	return w.Body.String()
}

// value finds what a form field holds.
func value(body, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return m[1]
}

// firstForm is the early warning at night, times in the hospital's zone.
func firstForm(id string) url.Values {
	return url.Values{"id": {id}, "reason": {"significant"}, "aware_at": {"2026-11-30T03:40"}, "detected_at": {"2026-11-30T03:10"}, "summary": {"Files <cannot> be opened"},
		"severe_disruption": {"yes"}, "ransomware": {"yes"}, "suspected_malicious": {"suspected"}, "cross_border": {"unknown"}, "unknown_contact": {"1"}}
}

var ransomwareYes = regexp.MustCompile(`name="ransomware"[^>]*value="yes"[^>]*checked`)

// The path of three in the morning: begin, check, send. Nothing leaves before
// Send, whose button names the receivers.
func TestReportAtNight(t *testing.T) {
	s := open(t)
	s.get("/incidents", 200, "/incidents/new")
	blank := s.get("/incidents/new?see=files", 200, `type="datetime-local"`, "I don’t know yet", `value="2026-11-30T04:00"`, `value="Files are encrypted`)
	if !ransomwareYes.MatchString(blank) {
		t.Error("what was chosen before is asked again")
	}
	id := value(blank, "id")
	check := s.post("/incidents/new", 303, firstForm(id))
	if check != "/incidents/"+id+"/check/early" {
		t.Fatalf("begins at %s", check)
	}
	if again := s.post("/incidents/new", 303, firstForm(id)); again != check {
		t.Errorf("the form sent twice leads to %s", again)
	}
	page := s.get(check, 200, "Files &lt;cannot&gt; be opened", "Send to Gemeinsame Meldestelle", "significant", "Change", "23 hours 40 minutes left")
	s.Actor = team
	s.get("/incident-queue", 200, "Nothing was reported")
	s.get("/incident-queue/"+id, 404)
	s.Actor = rival
	s.get("/incidents/"+id, 404)
	s.Actor = member
	to := s.post("/incidents/"+id+"/send/early", 303, url.Values{"version": {value(page, "version")}})
	s.get(to, 200, "INC-2026-0001", "Delivered", "Signed receipt", "Incident notification")
	s.get(to+"/document/de", 200, `lang="de"`, "@page", "Vorfallbericht INC-2026-0001", "30. November 2026, 03:40 (Berlin)")
	s.get(to+"/document/xx", 404)
	s.get(to+"/report.csv", 200, "summary")
	s.get(to+"/report.json", 200, `"schema": "ward.incident/1"`)
	s.get(to+"/receipt.txt", 200, "signature (Ed25519)")
	s.post("/incidents/"+id+"/send/early", 409, url.Values{"version": {"1"}})
	s.Actor = team
	s.get("/incident-queue", 200, "INC-2026-0001", "Clinic North")
	s.get("/incident-queue/"+id, 200, "Files &lt;cannot&gt; be opened", "Your first answer is awaited", "23 hours")
	s.post("/incident-queue/"+id+"/acknowledge", 303, nil)
	s.post("/incident-queue/"+id+"/messages", 303, url.Values{"text": {"Which version?"}, "asks": {"1"}})
	s.post("/incident-queue/"+id+"/messages", 422, url.Values{"text": {""}})
	s.post("/incident-queue/"+id+"/ask", 422, url.Values{"until": {"soon"}})
	s.post("/incident-queue/"+id+"/ask", 303, url.Values{"until": {"2026-12-01T09:00"}})
	s.Actor = member
	s.get("/incidents/"+id+"/messages", 200, "Which version?", "Question")
	s.post("/incidents/"+id+"/messages", 303, url.Values{"text": {"2.1"}})
	s.get("/incidents/"+id+"/log", 200, "Marko Team", "opened the report", "began the report")
	s.get("/incidents/"+id, 200, "Answered by the response team", "Intermediate report")
}

// A form with a mistake keeps what was typed and names the question.
func TestMistakesAreNamed(t *testing.T) {
	s := open(t)
	f := firstForm("")
	f.Set("aware_at", "2027-01-01T00:00")
	s.post("/incidents/new", 422, f, "lies in the future", `href="#aware_at"`, "Files &lt;cannot&gt; be opened", `value="2027-01-01T00:00"`)
	f.Set("aware_at", "2026-11-30T03:00")
	s.post("/incidents/new", 422, f, "is before")
	f.Set("aware_at", "soon")
	s.post("/incidents/new", 422, f, "Write day and time", `value="soon"`)
	f = firstForm("")
	f.Set("cross_border", "no")
	f.Set("affected_countries", "si, hu")
	s.post("/incidents/new", 422, f, "cannot both be right", "si, hu")
	f = firstForm("")
	f.Set("reason", "fun")
	s.post("/incidents/new", 422, f, "Choose one of the given answers")
	f = firstForm("")
	f.Del("suspected_malicious")
	f.Set("summary", "Patient Müller, born 12.03.1961, MRN 4711234")
	check := s.post("/incidents/new", 303, f)
	page := s.get(check, 200, "These answers are still needed", "looks like data of a patient")
	if strings.Contains(page, "/send/early") {
		t.Error("what is incomplete can be sent")
	}
}

// Two people on one page: nobody overwrites the other. What only one changed is
// kept from both sides; the same question comes back with both answers.
func TestTwoPeopleOnOnePage(t *testing.T) {
	s := open(t)
	id := strings.Split(s.post("/incidents/new", 303, firstForm("")), "/")[2]
	step := "/incidents/" + id + "/notification/care"
	mine := s.get(step, 200, "page 3 of 7", "Last saved")
	theirs := s.get(step, 200)
	s.Actor = second
	s.post(step, 303, url.Values{"version": {value(theirs, "version")}, "emergency_department": {"closed"}, "services_affected": {"laboratory"}, "severe_disruption": {"yes"}})
	s.Actor = member
	form := url.Values{"version": {value(mine, "version")}, "emergency_department": {"restricted"}, "services_affected": {"laboratory"}, "diversion_hours": {"3"}}
	merge := s.post(step, 409, form, "Two people changed this page", "Ivo Manager answered: Closed", "<del>", `value="3"`)
	form.Set("version", value(merge, "version"))
	if form.Get("version") == value(mine, "version") {
		t.Fatal("the merge page stands on the old answers")
	}
	to := s.post(step, 303, form)
	if to != "/incidents/"+id+"/notification/cancelled" {
		t.Errorf("goes on at %s", to)
	}
	s.get(step, 200, `value="restricted" checked`, `value="laboratory" checked`, `value="3"`)
	s.post(step, 303, url.Values{"version": {form.Get("version")}, "later": {"1"}, "back": {"check"}, "emergency_department": {"restricted"}, "services_affected": {"laboratory"}, "diversion_hours": {"3"}})
}

// When the hospital became aware moves only with a reason, and stays in the history.
func TestClockBase(t *testing.T) {
	s := open(t)
	id := strings.Split(s.post("/incidents/new", 303, firstForm("")), "/")[2]
	page := s.get("/incidents/"+id+"/clock", 200, `value="2026-11-30T03:40"`)
	form := url.Values{"version": {value(page, "version")}, "aware_at": {"2026-11-30T03:50"}}
	s.post("/incidents/"+id+"/clock", 422, form, "Say why the time changes", `value="2026-11-30T03:50"`)
	form.Set("because", "The first look was a false alarm")
	s.post("/incidents/"+id+"/clock", 303, form)
	s.get("/incidents/"+id, 200, "30 November 2026, 03:50 (Berlin)")
	s.get("/incidents/"+id+"/log", 200, "The first look was a false alarm", "03:40 (Berlin) → 30 November 2026, 03:50")
}

// A stage whose receiver has a portal waits for a person to carry it there.
func TestCarried(t *testing.T) {
	s := open(t)
	id := strings.Split(s.post("/incidents/new", 303, firstForm("")), "/")[2]
	step := "/incidents/" + id + "/notification/data"
	page := s.get(step, 200)
	s.post(step, 303, url.Values{"version": {value(page, "version")}, "patient_data_stolen": {"yes"}, "risk_unlikely": {"no"}})
	page = s.get("/incidents/"+id+"/check/notification", 200, "Landesdatenschutz")
	to := s.post("/incidents/"+id+"/send/notification", 303, url.Values{"version": {value(page, "version")}})
	sent := s.get(to, 200, "Waits for you", "I delivered it")
	s.get("/incidents/"+id, 200, "Waits for you")
	delivery := regexp.MustCompile(`/deliveries/([0-9a-f-]+)`).FindStringSubmatch(sent)[1]
	s.post("/incidents/"+id+"/deliveries/"+delivery, 303, nil)
	s.post("/incidents/"+id+"/deliveries/"+delivery, 409, nil)
	if strings.Contains(s.get(to, 200)+s.get("/incidents/"+id, 200), "Waits for you") {
		t.Error("what was carried still waits")
	}
}

func TestSchemaIsServed(t *testing.T) {
	s := open(t)
	s.Actor = ward.Actor{}
	s.get("/incidents/schema.json", 200, `"$schema"`, `"suspected_malicious"`)
	s.get("/incidents", 303)
}

// mostWords is what a page at night may have to read: 90 seconds at 200 words a
// minute.
const mostWords = 300

var (
	foldedBox = regexp.MustCompile(`(?s)<div class="w-details__box">.*?</details>`)
	picker    = regexp.MustCompile(`(?s)<select.*?</select>`)
	markup    = regexp.MustCompile(`<[^>]*>`)
)

// After a stage was sent, its page leads to what one receiver alone still wants to know;
// a duty that is open leads to the question that settles it.
func TestQuestionsAfterSending(t *testing.T) {
	s := open(t)
	id := strings.Split(s.post("/incidents/new", 303, firstForm("")), "/")[2]
	page := s.get("/incidents/"+id+"/check/early", 200)
	to := s.post("/incidents/"+id+"/send/early", 303, url.Values{"version": {value(page, "version")}})
	if page = s.get(to, 200, "/notification/data#patient_data_stolen"); strings.Contains(page, "still have questions") {
		t.Error("questions of nobody")
	}
	step := "/incidents/" + id + "/notification/care"
	s.post(step, 303, url.Values{"version": {value(s.get(step, 200), "version")}, "device_involved": {"yes"}})
	s.get(to, 200, "Some receivers still have questions", "/incidents/"+id+"/notification/device", "Incident notification")
	s.get("/incidents/"+id+"/check/notification", 200, "/notification/device?back=check")
	s.Actor = team
	s.post("/incident-queue/"+id+"/messages", 303, url.Values{"text": {"Which VPN?"}, "asks": {"1"}})
	s.get("/incident-queue/"+id, 200, "Legal deadlines of the hospital", "By its answers")
	s.Actor = member
	s.get("/incidents/"+id, 200, "1 new message")
	s.post("/incidents/"+id+"/messages", 303, url.Values{"text": {"None."}})
	if strings.Contains(s.get("/incidents/"+id, 200), "1 new message") {
		t.Error("what was answered is still new")
	}
}

// shown is the main part of a page without what is folded, and without the answers
// of lists, which nobody reads through.
func shown(body string) string {
	_, body, _ = strings.Cut(body, "<main")
	body, _, _ = strings.Cut(body, "</main")
	return picker.ReplaceAllString(foldedBox.ReplaceAllString(body, ""), "")
}

// The early warning is read in 90 seconds, by who is signed in and by who is not;
// what it needs is not folded away, and what was answered comes to light.
func TestReadInNinetySeconds(t *testing.T) {
	s := open(t)
	for path, who := range map[string]ward.Actor{"/incidents/new?see=files": member, "/help/report?see=files": {}} {
		s.Actor = who
		body := shown(s.get(path, 200))
		n := len(strings.Fields(markup.ReplaceAllString(body, " ")))
		t.Logf("%s: %d words", path, n)
		if n > mostWords || n < 80 {
			t.Errorf("%s has %d words to read, want at most %d", path, n, mostWords)
		}
		for _, q := range []string{"aware_at", "summary", "severe_disruption", "suspected_malicious", "cross_border", "contact"} {
			if !strings.Contains(body, `name="`+q+`"`) {
				t.Errorf("%s does not show %s", path, q)
			}
		}
	}
	s.Actor = member
	page := s.get("/incidents/new", 200, `name="marking"`, `name="affected_countries"`, `name="reason"`)
	if strings.Contains(shown(page), `name="marking"`) {
		t.Error("what is rarely asked stands in the way")
	}
	form := firstForm(value(page, "id"))
	form.Set("affected_countries", "nowhere")
	form.Set("marking", "AMBER+STRICT")
	if body := shown(s.post("/incidents/new", 422, form)); !strings.Contains(body, `name="affected_countries"`) || !strings.Contains(body, `name="marking"`) {
		t.Error("a mistake is folded away")
	}
	form.Del("affected_countries")
	s.get(s.post("/incidents/new", 303, form), 200, "AMBER+STRICT: within")
}

// A draft goes after a question, and leads nowhere once it is gone or was sent.
func TestDeleteDraft(t *testing.T) {
	s := open(t)
	id := value(s.get("/incidents/new", 200), "id")
	s.post("/incidents/new", 303, firstForm(id))
	s.get("/incidents/"+id, 200, "/incidents/"+id+"/delete")
	ask := s.get("/incidents/"+id+"/delete", 200, "Delete draft INC-2026-0001?")
	s.post("/incidents/"+id+"/delete", 409, url.Values{"version": {"7"}})
	if to := s.post("/incidents/"+id+"/delete", 303, url.Values{"version": {value(ask, "version")}}); to != "/incidents" {
		t.Errorf("leads to %s", to)
	}
	s.get("/incidents/"+id, 404)
	second := value(s.get("/incidents/new", 200), "id")
	s.post("/incidents/new", 303, firstForm(second))
	s.post("/incidents/"+second+"/send/early", 303, url.Values{"version": {"1"}})
	s.get("/incidents/"+second+"/delete", 409)
}
