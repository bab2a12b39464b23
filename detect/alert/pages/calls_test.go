package pages_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// A CSIRT works its list off: who, which number, what time it is there, why, and
// the note lands in the alert's history.
func TestCallPages(t *testing.T) {
	w := rich()
	w.Advisories["adv-1"].Head.Exploited = "exploited"
	s := serve(t, w)
	s.raise("adv-1")
	s.clock.Advance(27 * time.Hour) // 6:04 in Zagreb
	if err := s.Alerts.Climb(ctx); err != nil {
		t.Fatal(err)
	}
	_, body, _ := s.ask("csirt", "GET", "/situation/calls", nil)
	for _, want := range []string{"/situation/calls/1-1", "Ana IT", "tel:+3851234", "06:04", "Zagreb", "Call now"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	status, body, _ := s.ask("csirt", "POST", "/situation/calls/1-1", url.Values{"contact": {"Ana IT"}, "note": {"busy line"}})
	if status != 422 || !strings.Contains(body, "busy line") || !strings.Contains(body, "Choose how the call ended.") {
		t.Errorf("without a result: %d", status)
	}
	status, _, head := s.ask("csirt", "POST", "/situation/calls/1-1",
		url.Values{"contact": {"Ana IT"}, "result": {"left_message"}, "note": {"busy line"}, "next": {"morning"}})
	if status != 303 || head.Get("Location") != "/situation/calls" {
		t.Errorf("with one: %d %s", status, head)
	}
	if _, body, _ = s.ask("manager", "GET", "/alerts/1-1", nil); !strings.Contains(body, "Called Ana IT: Left a message") || !strings.Contains(body, "busy line") {
		t.Error("the hospital does not read of the call")
	}
	c, err := s.Alerts.CallOf(ctx, s.actors["csirt"], "1-1")
	if err != nil || c.There(c.Next).Format("15:04") != "08:00" || c.Next.Before(s.clock.Now()) {
		t.Errorf("next call at %s (%v)", c.There(c.Next), err)
	}
	if status, body, _ = s.ask("csirt", "POST", "/situation/ladder", url.Values{"now_call": {"soon"}, "now_management": {"1,5"}}); status != 422 || !strings.Contains(body, `value="1,5"`) {
		t.Errorf("a ladder of words: %d", status)
	}
	if status, _, _ = s.ask("csirt", "POST", "/situation/ladder", url.Values{"now_call": {"3"}, "now_management": {"1,5"}}); status != 303 {
		t.Errorf("a ladder: %d", status)
	}
	if l, err := s.Alerts.Ladders().Of(ctx, s.actors["csirt"]); err != nil || l["now"]["management"] != 90*time.Minute || l["now"]["call"] != 3*time.Hour {
		t.Errorf("saved %v (%v)", l, err)
	}
}
