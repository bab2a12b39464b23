package site_test

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"ward"
	"ward/test/browser"
	"ward/test/site/house"
)

var printedCode = regexp.MustCompile(`\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b`)

// TestBreakGlass is a manager who makes and prints a sheet, a colleague on
// another machine who comes in with a code of it, and the sheet's end.
func TestBreakGlass(t *testing.T) {
	h := house.Open(t, house.Config{})
	b := browser.Open(t)
	manager, night := b.Page(1280), b.Page(390)
	m, n := hand{t, manager}, hand{t, night}
	look := func(p *browser.Page, name string) {
		t.Helper()
		p.Clean(t)
		p.Axe(t)
		p.Heading(t)
		p.NoSidewaysScroll(t, 320)
		p.Screenshot(t, "breakglass-"+name, 390)
		p.Screenshot(t, "breakglass-"+name, 1280)
	}
	manager.Goto(h.Link(ward.RoleManager))
	m.press("main form button", ".w-user")
	m.awaitText("no printed codes")
	manager.Goto(h.URL + "/break-glass")
	look(manager, "none")
	m.press("a[href='/break-glass/new']", "input[name=place]")
	look(manager, "new")
	m.typeInto("input[name=place]", "Safe of the emergency department")
	m.press("main form button", ".w-sheet__codes")
	look(manager, "sheet")
	manager.Print(t, "breakglass-sheet")
	codes := printedCode.FindAllString(m.html(), -1)
	if len(codes) != 10 {
		t.Fatalf("%d codes on the sheet", len(codes))
	}
	if pages := paper(t, manager); pages != 1 {
		t.Errorf("the sheet takes %d pages of A4", pages)
	}

	night.Goto(h.URL + "/signin/break-glass")
	look(night, "code")
	wrong := "0" + codes[0][1:]
	if codes[0][0] == '0' {
		wrong = "1" + codes[0][1:]
	}
	n.typeInto("input[name=code]", wrong)
	n.press("main form button", ".w-field--error")
	n.awaitText("was misread")
	night.Goto(h.URL + "/signin/break-glass")
	n.typeInto("input[name=code]", strings.ToLower(strings.ReplaceAll(codes[0], "-", " ")))
	n.press("main form button", "input[name=hat]")
	look(night, "who")
	night.Click(t, "main form .ecl-radio label")
	n.press("main form button", ".w-training:nth-of-type(2)")
	look(night, "in")
	for _, path := range []string{"/alerts", "/org", "/inventory"} {
		night.Goto(h.URL + path)
		if !strings.Contains(n.html(), "Signed in with an emergency code until") {
			t.Errorf("%s: no banner", path)
		}
	}
	night.Goto(h.URL + "/me/password")
	n.awaitText("Not allowed")

	manager.Goto(h.URL + "/")
	m.awaitText("1 emergency code was used")
	manager.Goto(h.URL + "/break-glass")
	look(manager, "used")
	csirt := b.Page(1280)
	csirt.Goto(h.Link(ward.RoleCSIRT))
	hand{t, csirt}.press("main form button", ".w-user")
	csirt.Goto(h.URL + "/break-glass")
	look(csirt, "csirt")

	m.press("a[href$='/revoke']", "main form")
	m.press("main form button", ".ecl-notification")
	night.Goto(h.URL + "/alerts")
	n.await("form[action='/signin']", false)
}

// paper prints the page on A4 and counts the sheets.
func paper(t *testing.T, p *browser.Page) int {
	t.Helper()
	width, height := 8.27, 11.69
	r, err := p.PDF(&proto.PagePrintToPDF{PaperWidth: &width, PaperHeight: &height})
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("no PDF: %.20q", pdf)
	}
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
}
