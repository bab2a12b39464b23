package pages_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"ward/test/browser"
	"ward/test/thorough"
)

// The first phone screen answers the five questions, on the longest title; and
// every page passes axe at both widths.
func TestBrowser(t *testing.T) {
	s := serve(t, rich())
	s.raise("adv-1")
	s.raise("adv-2")
	if err := s.Alerts.Comment(ctx, s.actors["manager"], "1-1", "Ordered the update from the maker"); err != nil {
		t.Fatal(err)
	}
	s.makeFeed()
	b := browser.Open(t)
	for _, width := range thorough.Today([]int{390, 1280}, 1) {
		p := b.Page(width)
		for _, x := range []struct{ actor, path, name string }{
			{"manager", "/alerts", "alert-list"}, {"manager", "/alerts/1-1", "alert-detail"}, {"manager", "/alerts/channels", "alert-channels"},
			{"manager", "/alerts?overdue=1", "alert-empty"}, {"csirt", "/situation/alerts", "alert-overview"}, {"csirt", "/situation/alerts/1", "alert-responders"},
			{"csirt", "/alerts/1-1", "alert-detail-csirt"}, {"manager", "/me/reach/feeds", "alert-feeds"},
		} {
			p.Goto(s.as(x.actor, x.path))
			p.Axe(t)
			p.Clean(t)
			p.Heading(t)
			p.Targets(t)
			p.NoSidewaysScroll(t, width)
			p.Screenshot(t, x.name, width)
			if x.name == "alert-detail" && width == 390 {
				bottom, err := p.Eval(`() => document.querySelector(".w-summary-list").getBoundingClientRect().bottom + scrollY`)
				if err != nil || bottom.Value.Num() > 844 {
					t.Errorf("the five answers end at %v (%v), want 844 at most", bottom.Value, err)
				}
			}
		}
	}
}

// as is the address of a page as an actor sees it: one door for each, so that the
// browser has its files already at the second page.
func (s site) as(actor, path string) string {
	if door, ok := s.doors[actor]; ok {
		return door + path
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "actor", Value: actor})
		s.Server.Config.Handler.ServeHTTP(w, r)
	}))
	s.t.Cleanup(func() {
		proxy.CloseClientConnections() // an open stream would be waited for
		proxy.Close()
	})
	s.doors[actor] = proxy.URL
	return proxy.URL + path
}
