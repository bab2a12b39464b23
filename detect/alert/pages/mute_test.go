package pages_test

import (
	"net/url"
	"strings"
	"testing"
)

// A hospital mutes an alert by its page; its national team reads who, until when
// and why wherever it looks for those who have not acknowledged.
func TestMutePages(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	says := func(actor, path string, want ...string) {
		t.Helper()
		_, body, _ := s.ask(actor, "GET", path, nil)
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s reads nothing of %q on %s", actor, w, path)
			}
		}
	}
	says("manager", "/alerts/1-1", "Put reminders off", `type="date"`)
	for name, form := range map[string]url.Values{"no day": {"mute_reason": {"Sunday"}}, "a past day": {"mute_until": {"2026-11-21"}, "mute_reason": {"Sunday"}}} {
		if status, body, _ := s.ask("manager", "POST", "/alerts/1-1/mute", form); status != 422 || !strings.Contains(body, "Choose a day within the next 30 days.") || !strings.Contains(body, "Sunday") {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _, _ := s.ask("csirt", "POST", "/alerts/1-1/mute", url.Values{"mute_until": {"2026-11-24"}, "mute_reason": {"x"}}); status != 403 {
		t.Errorf("the team mutes: %d", status)
	}
	status, _, head := s.ask("manager", "POST", "/alerts/1-1/mute", url.Values{"mute_until": {"2026-11-24"}, "mute_reason": {"Maintenance on <Sunday>"}})
	if status != 303 || head.Get("Location") != "/alerts/1-1" {
		t.Fatalf("muting: %d %v", status, head)
	}
	all := []string{"Put off by a manager of the organisation.", "24 November 2026", "08:00", "Maintenance on &lt;Sunday&gt;"}
	says("manager", "/alerts/1-1", append(all, "Let reminders go on", "put reminders off until")...)
	says("csirt", "/alerts/1-1", all...)
	says("csirt", "/situation/red", all...)
	says("csirt", "/situation/alerts/1", all...)
	says("manager", "/alerts", "Muted")
	if status, _, _ = s.ask("manager", "POST", "/alerts/1-1/unmute", url.Values{}); status != 303 {
		t.Errorf("unmute: %d", status)
	}
	says("csirt", "/alerts/1-1", "let reminders go on.")
	if _, body, _ := s.ask("csirt", "GET", "/situation/red", nil); strings.Contains(body, "Put off by") {
		t.Error("still muted on the red list")
	}
}

// The manager gives the key of a contact without a login on a page of its own.
func TestContactKeyPages(t *testing.T) {
	s := serve(t, rich())
	_, body, _ := s.ask("manager", "GET", "/alerts/channels", nil)
	at := strings.Index(body, "/alerts/contact-keys/")
	if at < 0 || !strings.Contains(body, "Not encrypted") {
		t.Fatalf("no contact without a login is listed: %s", body)
	}
	path := body[at : at+strings.IndexByte(body[at:], '"')]
	if status, body, _ := s.ask("manager", "POST", path+"/key", url.Values{"key": {"nonsense"}}); status != 422 || !strings.Contains(body, "no OpenPGP public key") || !strings.Contains(body, "nonsense") {
		t.Errorf("nonsense: %d", status)
	}
	if status, _, _ := s.ask("manager", "POST", path+"/fetch", url.Values{}); status != 422 {
		t.Errorf("a provider without the key: %d", status)
	}
	for who, want := range map[string]int{"manager": 200, "member": 403, "neighbour": 404, "csirt": 403} {
		if status, _, _ := s.ask(who, "GET", path, nil); status != want && !(who == "csirt" && status == 404) {
			t.Errorf("%s: %d, want %d", who, status, want)
		}
	}
}
