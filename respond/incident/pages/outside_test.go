package pages

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
)

var nobody = ward.Actor{Lang: "en"}

// outsideForm is what somebody at night types who has no account.
func outsideForm(code string) url.Values {
	return url.Values{"form": {"f" + code}, "zone": {"DE"}, "code": {code}, "aware_at": {"2026-11-30T03:40"}, "summary": {"Files <cannot> be opened"}, "severe_disruption": {"unknown"},
		"ransomware": {"yes"}, "suspected_malicious": {"unknown"}, "cross_border": {"unknown"}, "contact": {"Ana, +49 30 555 0101"}}
}

var printedCode = regexp.MustCompile(`[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}`)

// printCard makes a card as the manager and gives its code.
func (s *site) printCard(place string) string {
	s.t.Helper()
	was := s.Actor
	s.Actor = second
	defer func() { s.Actor = was }()
	return printedCode.FindString(s.post("/incident-cards", 200, url.Values{"place": {place}}, "Print this page now", "+49 228 555 0100"))
}

// A card is printed once; its code reports without an account; the hospital says
// that it is its own, and goes on.
func TestReportByCard(t *testing.T) {
	s := open(t)
	s.get("/incident-cards", 403)
	s.Actor = second
	s.post("/incident-cards", 422, url.Values{"place": {""}}, "Say where the card will hang")
	code := s.printCard("Switchboard")
	if page := s.get("/incident-cards", 200, "Switchboard", "Valid"); strings.Contains(page, code) {
		t.Error("the code is shown again")
	}
	s.Actor = nobody
	blank := s.get("/help/report?see=files&country=DE", 200, "Files are encrypted", `value="2026-11-30T04:00"`, "Send to the response team")
	if value(blank, "form") == "" {
		t.Fatal("the form has no name of its own")
	}
	s.post("/help/report", 422, outsideForm("7K2M-9QXA-4TR0-VB3C"), "This code is not right", "Files &lt;cannot&gt; be opened", "+49 30 555 0101")
	sent := s.post("/help/report", 303, outsideForm(code))
	page := s.get(sent, 200, "INC-2026-0001", "Unconfirmed", "Gemeinsame Meldestelle", "Stay near the phone")
	if strings.Contains(page, "Clinic North") {
		t.Error("whoever reported is told whose card it was")
	}
	s.get("/help/report/sent/"+strings.Repeat("a", 40), 404)
	s.Actor = member
	id := regexp.MustCompile(`/incidents/([0-9a-f-]{36})`).FindStringSubmatch(s.get("/incidents", 200, "Unconfirmed"))[1]
	s.get("/incidents/"+id, 200, "Is it yours?", "It is ours", "It is not ours")
	s.get("/help/report", 303)
	s.post("/incidents/"+id+"/adopt", 303, nil)
	s.get("/incidents/"+id, 200, "Reported by the code of a printed card", "/notification/what")
	s.post("/incidents/"+id+"/disown", 409, nil)
	s.Actor = second
	card := regexp.MustCompile(`/incident-cards/([0-9a-f-]{36})/revoke`).FindStringSubmatch(s.get("/incident-cards", 200))[1]
	s.get("/incident-cards/"+card+"/revoke", 200, "Switchboard")
	s.post("/incident-cards/"+card+"/revoke", 303, nil)
	s.Actor = nobody
	f := outsideForm(code)
	f.Set("form", "another")
	s.post("/help/report", 422, f, "This card is void")
	s.Actor = rival
	s.get("/incidents/"+id, 404)
	s.post("/incidents/"+id+"/disown", 404, nil)
}

// Without a card the team finds the hospital, calls it and confirms.
func TestReportByCallBack(t *testing.T) {
	s := open(t)
	s.Actor = nobody
	f := outsideForm("")
	f.Set("contact", "Ana")
	s.post("/help/report", 422, f, "Type the code of the card, or name the hospital", "Choose the country", "Write a phone number") // all at once
	f.Set("hospital", "Clinic <North>")
	f.Set("country", "DE")
	f.Set("contact", "Ana, +49 30 555 0101")
	s.post("/help/report", 303, f)
	s.Actor = team
	id := regexp.MustCompile(`/incident-queue/([0-9a-f-]{36})`).FindStringSubmatch(s.get("/incident-queue", 200, "Clinic &lt;North&gt;", "Unconfirmed"))[1]
	s.get("/incident-queue/"+id, 200, "never at one that the report gives", "Find the hospital")
	read := s.Post("/incident-queue/"+id+"/acknowledge", 303, nil)
	if flash := read.Header().Get("Set-Cookie"); !strings.Contains(flash, "incident.moved.done") { // nobody knows yet whom to tell
		t.Errorf("the team is told: %s", flash)
	}
	s.post("/incident-queue/"+id+"/confirm", 303, url.Values{"org": {"h1"}})
	s.get("/incident-queue/"+id, 200, "Confirmed", "Marko Team")
}

// A page that does not know the country yet shows the time of another clock, and says of
// which; whoever corrects it types what a clock there shows, and whoever leaves it means
// the moment that was shown. The team begins with the name that was typed.
func TestTimeOfVisitor(t *testing.T) {
	for typed, due := range map[string]string{"2026-11-30T03:40": "3 December 2026, 03:40 (Berlin)", "2026-11-30T03:00": "3 December 2026, 04:00 (Berlin)"} {
		s := open(t)
		s.Actor = nobody
		blank := s.get("/help/report", 200, `value="2026-11-30T03:00"`, "03:00 (UTC)")
		f := outsideForm("")
		f.Set("zone", value(blank, "zone"))
		f.Set("shown", value(blank, "shown"))
		f.Set("aware_at", typed)
		f.Set("country", "DE")
		s.post("/help/report", 422, f, "name the hospital", `value="`+typed+`"`)
		f.Set("hospital", "Clinic North")
		s.get(s.post("/help/report", 303, f), 200, due, "30 November 2026, 04:00 (Berlin)")
		s.Actor = team
		id := regexp.MustCompile(`/incident-queue/([0-9a-f-]{36})`).FindStringSubmatch(s.get("/incident-queue", 200))[1]
		s.get("/incident-queue/"+id, 200, "I called: it is theirs", `value="Clinic North"`)
	}
}

// The calendar tells number, duty and end, and nothing of what happened; a new
// address makes the one before lead nowhere.
func TestCalendar(t *testing.T) {
	s := open(t)
	s.post("/incidents/new", 303, firstForm(""))
	s.get("/incidents/calendar", 200, "There is no address yet")
	address := func() string {
		m := regexp.MustCompile(`https://centre.example(/incident-calendar/[a-z0-9]+/deadlines.ics)`).FindStringSubmatch(s.post("/incidents/calendar", 200, nil, "Copy this address now"))
		if m == nil {
			t.Fatal("no address is shown")
		}
		return m[1]
	}
	first := address()
	s.Actor = nobody
	text := s.get(first, 200, "BEGIN:VEVENT", "INC-2026-0001", "DTSTART:20261201T024000Z", "SEQUENCE:1")
	for _, word := range []string{"cannot", "Clinic", "ransom"} {
		if strings.Contains(text, word) {
			t.Errorf("the calendar says %q", word)
		}
	}
	s.Actor = member
	again := address()
	s.get(first, 404)
	s.Actor = rival
	s.get("/incidents/calendar", 200, "There is no address yet")
	s.post("/incidents/calendar/end", 303, nil)
	s.Actor = nobody
	w := s.Get(again, http.StatusOK)
	known := httptest.NewRequest(http.MethodGet, again, nil) // RFC 9110 section 13.1.2: a list, whose tags may be weak
	known.Header.Set("If-None-Match", `"other", W/`+strings.TrimPrefix(w.Header().Get("ETag"), "W/"))
	s.Do(known, http.StatusNotModified)
	s.Actor = member
	s.post("/incidents/calendar/end", 303, nil)
	s.get(again, 404)
	s.clock.Advance(time.Hour)
}
