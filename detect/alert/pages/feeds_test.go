package pages_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
)

var feedAddress = regexp.MustCompile(`https://ward\.example(/feed/[a-z2-9]{52})/(alerts\.atom|due\.ics)`)

// makeFeed fills in the form and gives the path of the feed that was shown.
func (s site) makeFeed() string {
	s.t.Helper()
	s.World.Do(func() { s.World.Wardrobe["hat"] = s.actors["manager"] })
	status, body, _ := s.ask("manager", "POST", "/me/reach/feeds", url.Values{"name": {"Telephone"}, "kind": {"person"}, "clearance": {"GREEN"}})
	found := feedAddress.FindAllStringSubmatch(body, -1)
	if status != 200 || len(found) == 0 {
		s.t.Fatalf("%d %s", status, body)
	}
	return found[0][1]
}

func (s site) fetch(method, path string, head http.Header) (int, string, http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header = head
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

// The addresses are shown once; they answer without signing in, conditional
// requests too, until the feed is ended.
func TestFeedStory(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	path := s.makeFeed()
	s.clock.Advance(time.Minute)
	_, list, _ := s.ask("manager", "GET", "/me/reach/feeds", nil)
	if strings.Contains(list, path) || !strings.Contains(list, "Telephone") {
		t.Errorf("the list shows the address, or not the name: %s", list)
	}
	for file, kind := range map[string]string{"/alerts.atom": "application/atom+xml", "/due.ics": "text/calendar"} {
		status, body, head := s.fetch("GET", path+file, http.Header{})
		if status != 200 || !strings.HasPrefix(head.Get("Content-Type"), kind) || head.Get("Cache-Control") != "private, no-cache" ||
			head.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(body, "1-1") {
			t.Fatalf("%s: %d %v %s", file, status, head, body)
		}
		tag, changed := head.Get("ETag"), head.Get("Last-Modified")
		for name, tc := range map[string]struct {
			method string
			head   http.Header
			want   int
		}{
			"head":           {"HEAD", http.Header{}, 200},
			"same tag":       {"GET", http.Header{"If-None-Match": {`"x", ` + tag}}, 304},
			"strong tag":     {"HEAD", http.Header{"If-None-Match": {strings.TrimPrefix(tag, "W/")}}, 304},
			"other tag":      {"GET", http.Header{"If-None-Match": {`"x"`}, "If-Modified-Since": {changed}}, 200},
			"same time":      {"GET", http.Header{"If-Modified-Since": {changed}}, 304},
			"an hour before": {"GET", http.Header{"If-Modified-Since": {night.Add(-time.Hour).Format(http.TimeFormat)}}, 200},
		} {
			got, body, h := s.fetch(tc.method, path+file, tc.head)
			if got != tc.want || h.Get("ETag") != tag || (body != "") != (tc.want == 200 && tc.method == "GET") {
				t.Errorf("%s %s: %d %v with %d bytes, want %d", file, name, got, h, len(body), tc.want)
			}
		}
	}
	id := regexp.MustCompile(`/me/reach/feeds/([^/]+)/remove`).FindStringSubmatch(list)
	if status, body, _ := s.ask("manager", "GET", id[0], nil); status != 200 || !strings.Contains(body, "Telephone") {
		t.Errorf("asked before: %d %s", status, body)
	}
	if status, _, _ := s.ask("neighbour", "POST", id[0], url.Values{}); status != 404 {
		t.Errorf("a neighbour ends it: %d", status)
	}
	if status, _, _ := s.ask("manager", "POST", id[0], url.Values{}); status != 303 {
		t.Errorf("ending it: %d", status)
	}
	if status, _, _ := s.fetch("GET", path+"/due.ics", http.Header{}); status != 404 {
		t.Errorf("after its end: %d", status)
	}
	if status, body, _ := s.ask("operator", "GET", "/me/reach/feeds", nil); status != 200 || strings.Contains(body, `action="/me/reach/feeds"`) {
		t.Errorf("the operator is offered a feed: %d", status)
	}
	if status, body, _ := s.ask("manager", "POST", "/me/reach/feeds", url.Values{"name": {""}, "clearance": {"RED"}}); status != 422 || strings.Contains(body, "/feed/") {
		t.Errorf("a feed without a name: %d", status)
	}
}

// Each alert is one event for ever: it moves with its due time, its sequence
// grows, and it is cancelled when the work is done.
func TestCalendarFollowsTheAlert(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	path := s.makeFeed()
	look := func() map[string]string {
		t.Helper()
		_, body, _ := s.fetch("GET", path+"/due.ics", http.Header{})
		_, event, ok := strings.Cut(strings.ReplaceAll(body, "\r\n ", ""), "BEGIN:VEVENT\r\n")
		if !ok || !strings.HasPrefix(body, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") || strings.Contains(strings.ReplaceAll(body, "\r\n", ""), "\n") {
			t.Fatalf("%q", body)
		}
		out := map[string]string{}
		for l := range strings.SplitSeq(event, "\r\n") {
			name, value, _ := strings.Cut(l, ":")
			out[name] += value
		}
		return out
	}
	first := look()
	al, err := s.Alerts.List(ctx, s.actors["manager"], alert.Filter{})
	if err != nil || len(al.Alerts) != 1 {
		t.Fatal(err)
	}
	if first["UID"] != "alert-1-1@ward.example" || first["DTSTART"] != al.Alerts[0].Due.UTC().Format("20060102T150405Z") || first["STATUS"] != "CONFIRMED" || first["TRIGGER"] == "" {
		t.Errorf("got %v", first)
	}
	s.clock.Advance(time.Hour)
	if err := s.Alerts.Respond(ctx, s.actors["manager"], "1-1", alert.Response{State: stand.Done}); err != nil {
		t.Fatal(err)
	}
	done := look()
	if done["UID"] != first["UID"] || done["STATUS"] != "CANCELLED" || done["SEQUENCE"] <= first["SEQUENCE"] || done["TRIGGER"] != "" || done["DTSTAMP"] == first["DTSTAMP"] {
		t.Errorf("done: %v, before %v", done, first)
	}
	if err := s.Alerts.Respond(ctx, s.actors["manager"], "1-1", alert.Response{State: stand.InProgress}); err != nil {
		t.Fatal(err)
	}
	if again := look(); again["STATUS"] != "CONFIRMED" || again["SEQUENCE"] <= done["SEQUENCE"] {
		t.Errorf("taken up again: %v", again)
	}
	s.World.Do(func() {
		s.World.Advisories["adv-1"].Head.Withdrawn = true
		s.World.Advisories["adv-1"].Head.Revision = "9"
	})
	if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: "withdrawn"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Idle(ctx); err != nil {
		t.Fatal(err)
	}
	if gone := look(); gone["STATUS"] != "CANCELLED" || gone["DTSTART"] == "" {
		t.Errorf("withdrawn: %v", gone)
	}
}
