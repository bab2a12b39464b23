package site_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ward/kit/conf"
	"ward/test/browser"
	"ward/test/issuer"
	"ward/test/site/house"
)

// TestOutsideSignIn is a person who adds an outside issuer to the account, comes in
// through it, is refused when its answer is forged, and removes it: in Chromium,
// whose cookies and redirects are those of real readers, and without scripts.
func TestOutsideSignIn(t *testing.T) {
	const words, address = "seven purple herons", "olga@centre.example"
	eu := issuer.Open(t, "subject-of-olga", address)
	h := house.Open(t, house.Config{Empty: true, Loopback: true,
		Issuers: []conf.Issuer{{ID: "eu", Name: "EU Login", URL: eu.URL, ClientID: issuer.Client, Secret: issuer.Secret, SecondFactor: []string{"mfa"}}}})
	link, err := h.App.FirstLink(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c := h.Visitor()
	if a := c.Form(strings.TrimPrefix(link, h.URL), url.Values{"password": {words}}); a.Status != http.StatusSeeOther {
		t.Fatalf("the first link: %d %s", a.Status, a.Body)
	}
	c.MustJSON("PUT", "/api/v1/setup", map[string]string{"kind": "centre", "name": "The Centre", "person": "Olga", "email": address}, nil)

	p := browser.Open(t).Page(390)
	p.ScriptsOff()
	hand := hand{t, p}
	out := func() {
		t.Helper()
		if a := p.MustInfo().URL; !strings.HasPrefix(a, h.URL) {
			t.Fatalf("the browser is at %s", a)
		}
		p.Goto(h.URL + "/me")
		hand.press("summary:has(.w-user__name)", ".w-menu__out")
		hand.press(".w-menu__out", "form[action='/signin']")
	}
	p.Goto(h.URL + "/signin")
	hand.must("a[href^='/signin/with/eu']")
	hand.typeInto("input[name=email]", address)
	hand.typeInto("input[name=password]", words)
	hand.press("form[action='/signin'] button", ".w-user")

	p.Goto(h.URL + "/me/with")
	hand.press("a[href='/me/with/eu']", "input[name=password]")
	hand.typeInto("input[name=password]", words)
	hand.press("form[action='/me/with/eu'] button", "a[href^='"+eu.URL+"']")
	hand.press("a[href^='"+eu.URL+"']", "#yes")
	hand.press("#yes", "a[href='/me/with/eu/remove']")
	if got := p.MustInfo().URL; !strings.HasPrefix(got, h.URL+"/me/with") {
		t.Errorf("back at %s, want /me/with", got)
	}

	out()
	p.Goto(h.URL + "/signin?next=%2Foperations")
	hand.press("a[href^='/signin/with/eu']", "#yes")
	hand.press("#yes", ".w-user")
	if got := p.MustInfo().URL; got != h.URL+"/operations" {
		t.Errorf("in at %s, want /operations", got)
	}

	out()
	eu.Forge(t, true)
	p.Goto(h.URL + "/signin")
	hand.press("a[href^='/signin/with/eu']", "#yes")
	hand.press("#yes", "form[action='/signin']")
	hand.awaitText("could not be trusted")
	eu.Forge(t, false)

	hand.press("a[href^='/signin/with/eu']", "#yes")
	hand.press("#yes", ".w-user")
	p.Goto(h.URL + "/me/with")
	hand.press("a[href='/me/with/eu/remove']", "input[name=password]")
	hand.typeInto("input[name=password]", words)
	hand.press("form[action='/me/with/eu/remove'] button", "a[href='/me/with/eu']")

	out()
	p.Goto(h.URL + "/signin")
	hand.press("a[href^='/signin/with/eu']", "#yes")
	hand.press("#yes", "form[action='/signin']")
	hand.awaitText("knows you, but no invited account")
	if n := eu.Visits(); n != 5 {
		t.Errorf("the issuer showed its page %d times, want 5", n)
	}
}
