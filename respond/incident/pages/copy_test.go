package pages

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A device that played a part has a page of its own from the notification on; its
// answers stand on the check page by themselves, and a share of more than all is named.
func TestPagesOfReceivers(t *testing.T) {
	s := open(t)
	id := value(s.get("/incidents/new", 200), "id")
	s.post("/incidents/new", 303, firstForm(id))
	path := "/incidents/" + id
	s.get(path+"/notification/device", 404)
	if body := s.get(path+"/check/notification", 200, "Did a medical device play a part?"); strings.Contains(body, "Which device is it?") {
		t.Error("a page is asked whose condition does not hold")
	}
	to := s.post(path+"/notification/care", 303, url.Values{"version": {"1"}, "device_involved": {"yes"}})
	if to != path+"/notification/cancelled" {
		t.Errorf("leads to %s", to)
	}
	s.get(path, 200, path+"/notification/device")
	last := s.get(path+"/notification/device", 200, "Which device is it?", "Art. 87(10)", "I don’t know yet")
	for _, q := range []string{"unknown_device_identity", "unknown_device_udi", "unknown_device_event", "unknown_maker_informed_at"} {
		if !strings.Contains(last, `name="`+q+`"`) {
			t.Errorf("no %s", q)
		}
	}
	to = s.post(path+"/notification/device", 303, url.Values{"version": {"2"}, "serious_incident": {"yes"}, "device_identity": {"Pump <3>"}, "device_kept": {"kept"}, "unknown_device_event": {"1"}})
	if to != path+"/check/notification" {
		t.Errorf("leads to %s", to)
	}
	check := s.get(to, 200, "Which device played a part?", "Pump &lt;3&gt;", "Out of use and left as it was", "Bundesinstitut für Arzneimittel", "The maker")
	sent := s.post(path+"/send/notification", 303, url.Values{"version": {value(check, "version")}, "request": {value(check, "request")}})
	page := s.get(sent, 200)
	links := regexp.MustCompile(`href="(/incidents/[^"]*/(?:document/..|report.csv|report.json)\?to=[^"]*)"`).FindAllStringSubmatch(page, -1)
	narrow := 0
	for _, l := range links {
		r := s.Get(html.UnescapeString(l[1]), 200)
		body := r.Body.String()
		if !strings.Contains(body, "cannot") {
			narrow++
			if !strings.Contains(body, "Pump") {
				t.Errorf("%s tells neither the whole nor of the device", l[1])
			}
		}
		if strings.Contains(l[1], "document/de") && !strings.Contains(body, "Für ") || strings.Contains(l[1], "document/en") && !strings.Contains(body, "For The maker") {
			t.Errorf("%s does not say for whom it is", l[1])
		}
	}
	if len(links) < 9 || narrow != 6 { // three each for the authority of devices and the maker
		t.Errorf("%d files, %d of them narrowed", len(links), narrow)
	}
	s.get(sent+"/report.json?to="+id, 404)
}
