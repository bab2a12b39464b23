package pages_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ward/test/faults/house"
)

// A mail's link: opened by anybody and with HEAD it changes nothing; a browser
// that sends neither referrer nor origin can press the button.
func TestAcknowledgeFromTheMail(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	var secret string
	for _, m := range s.House.Mail.(*house.Outbox).Sent() {
		if found := regexp.MustCompile(`/ack/([a-z2-9]{52})`).FindStringSubmatch(m.Text); found != nil && strings.Contains(m.Text, "/alerts/1-1") {
			secret = found[1]
		}
	}
	ask := func(method, path string, head http.Header) (int, string, http.Header) {
		r, err := http.NewRequestWithContext(ctx, method, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = head
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b := new(strings.Builder)
		if _, err := io.Copy(b, res.Body); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, b.String(), res.Header
	}
	for _, m := range s.House.Mail.(*house.Outbox).Sent() { // both tell the time to act by in the reader's zone
		if due := regexp.MustCompile(`\d+ \w+ 2026, \d\d:\d\d \(Zagreb\)`).FindString(m.Text); strings.Contains(m.Text, "/ack/"+secret) {
			if _, body, _ := ask("GET", "/ack/"+secret, http.Header{}); due == "" || !strings.Contains(body, due) {
				t.Errorf("the mail says %q, the page: %s", due, body)
			}
		}
	}
	for _, method := range []string{"HEAD", "GET", "GET"} {
		status, body, head := ask(method, "/ack/"+secret, http.Header{})
		if status != 200 || head.Get("Referrer-Policy") != "no-referrer" || head.Get("Cache-Control") != "no-store" ||
			method == "GET" && strings.Count(body, `action="/ack/`) != 1 {
			t.Fatalf("%s: %d %v %s", method, status, head, body)
		}
	}
	if _, body, _ := ask("GET", "/ack/"+secret, http.Header{"Accept-Language": {"cs"}}); !strings.Contains(body, `/languages?page=`) ||
		strings.Contains(body, url.QueryEscape("/ack/")) {
		t.Errorf("the link to report a mistake in a text carries the secret: %s", body)
	}
	status, _, head := ask("POST", "/ack/"+secret, http.Header{"Origin": {"null"}})
	if status != 303 || head.Get("Location") != "/ack/"+secret {
		t.Fatalf("the button answers %d %q", status, head.Get("Location"))
	}
	if status, body, _ := ask("GET", "/ack/"+secret, http.Header{}); status != 200 || strings.Contains(body, `action="/ack/`) || !strings.Contains(body, "Thank you") {
		t.Errorf("afterwards: %d %s", status, body)
	}
	if status, _, _ := ask("GET", "/ack/"+strings.Repeat("a", 52), http.Header{}); status != 404 {
		t.Errorf("a link of nobody: %d", status)
	}
	if status, _, _ := ask("POST", "/alerts/respond", http.Header{"Origin": {"null"}, "Cookie": {"actor=manager"}}); status != 403 {
		t.Errorf("a form of another origin on another page: %d", status)
	}
}
