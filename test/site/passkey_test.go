package site_test

import (
	"net/url"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"ward"
	"ward/test/browser"
	"ward/test/leave"
	"ward/test/site/house"
	"ward/web"
)

// TestPasskeys is a person who adds a passkey, comes in with it alone and with
// it after the password, and removes it; the authenticator is Chromium's own.
func TestPasskeys(t *testing.T) {
	if !web.Built() {
		leave.Out(t, "the plain look has no scripts: make assets builds the complete one")
	}
	h := house.Open(t, house.Config{})
	link := h.Link(ward.RoleManager)
	h.Enter(link).Form("/me/password", url.Values{"password": {"seven purple herons"}})
	var me struct{ Email string }
	h.As(ward.RoleManager).MustJSON("GET", "/api/v1/me", nil, &me)

	p := browser.Open(t).Page(1280)
	hand := hand{t, p}
	if err := (proto.WebAuthnEnable{}).Call(p); err != nil {
		t.Fatal(err)
	}
	options := &proto.WebAuthnVirtualAuthenticatorOptions{Protocol: proto.WebAuthnAuthenticatorProtocolCtap2, Transport: proto.WebAuthnAuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}
	key, err := proto.WebAuthnAddVirtualAuthenticator{Options: options}.Call(p)
	if err != nil {
		t.Fatal(err)
	}
	look := func(name string) {
		t.Helper()
		p.Clean(t)
		p.Axe(t)
		p.Heading(t)
		p.NoSidewaysScroll(t, 320)
		p.Screenshot(t, "passkey-"+name, 390)
		p.Screenshot(t, "passkey-"+name, 1280)
	}
	p.Goto(link)
	hand.press("main form button", ".w-user")

	p.Goto(h.URL + "/me/passkeys/new")
	hand.typeInto("input[name=password]", "seven purple herons")
	hand.press("main form button", "form[data-passkey=create]")
	look("make")
	hand.press("form[data-passkey=create] button", ".w-item")
	look("list")

	out := func() {
		t.Helper()
		p.Goto(h.URL + "/me")
		hand.press("summary:has(.w-user__name)", ".w-menu__out")
		hand.press(".w-menu__out", "form[action='/signin']")
	}
	out()
	p.Goto(h.URL + "/signin?next=%2Falerts")
	look("signin")
	hand.press("a[href^='/signin/passkey']", ".w-user") // the page asks by itself
	if got := p.MustInfo().URL; got != h.URL+"/alerts" {
		t.Errorf("in at %s, want /alerts", got)
	}

	out()
	p.Goto(h.URL + "/signin")
	hand.await("input[name=email]", false)
	hand.typeInto("input[name=email]", me.Email)
	hand.typeInto("input[name=password]", "seven purple herons")
	hand.press("form[action='/signin'] button", ".w-user")

	// An authenticator that refuses: the page says so, and offers the other way.
	if err := (proto.WebAuthnSetUserVerified{AuthenticatorID: key.AuthenticatorID}).Call(p); err != nil {
		t.Fatal(err)
	}
	out()
	p.Goto(h.URL + "/signin/passkey")
	hand.await("#passkey-failed:not([hidden])", false)
	look("failed")

	if err := (proto.WebAuthnSetUserVerified{AuthenticatorID: key.AuthenticatorID, IsUserVerified: true}).Call(p); err != nil {
		t.Fatal(err)
	}
	hand.press("form[data-passkey=get] button", ".w-user")
	p.Goto(h.URL + "/me/passkeys")
	hand.press("a[href$='/remove']", "input[name=password]")
	look("remove")
	hand.typeInto("input[name=password]", "seven purple herons")
	hand.press("main form button", ".ecl-notification")
	p.Goto(h.URL + "/me/passkeys")
	if hand.node(".w-item") != 0 {
		t.Error("the removed passkey is listed")
	}
}

// Without scripts the page says what to use instead.
func TestPasskeysWithoutScripts(t *testing.T) {
	h := house.Open(t, house.Config{})
	p := browser.Open(t).Page(390)
	p.ScriptsOff()
	hand := hand{t, p}
	p.Goto(h.URL + "/signin/passkey")
	hand.awaitText("Passkeys need scripts")
	p.Click(t, "form[data-passkey=get] button")
	hand.awaitText("Your browser did not ask the passkey")
}
