package site_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"ward"
	"ward/test/browser"
	"ward/test/leave"
	"ward/test/site/house"
	"ward/web"
)

// What the path of three in the morning may ask of somebody (docs/incident.md).
const (
	mostTaps  = 4
	mostWords = 300 // 90 seconds at 200 words a minute
	mostBytes = 130_000
)

// TestFourTaps reports by a printed card on a phone that runs no scripts, from any
// page, and counts what is tapped and what there is to read.
func TestFourTaps(t *testing.T) {
	a := house.Open(t, house.Config{})
	a.Settle()
	manager := a.As(ward.RoleManager)
	var card struct{ Code string }
	manager.MustJSON("POST", "/api/v1/incident-cards", map[string]any{"place": "Switchboard"}, &card)
	p := browser.Open(t).Page(390)
	p.ScriptsOff()
	h, taps, words := hand{t, p}, 0, 0
	tap := func(selector, next string) {
		t.Helper()
		h.press(selector, next)
		taps++
	}
	p.Goto(a.URL + "/signin")
	tap("a.w-help", "a[href^='/help/files']")
	words += h.words()
	if size := p.Bytes(); size > mostBytes {
		t.Errorf("the first page is %d bytes, more than %d", size, mostBytes)
	}
	tap("a[href^='/help/files']", "a[href^='/help/report']")
	words += h.words()
	tap("a[href^='/help/report']", "input[name=code]")
	h.typeInto("input[name=code]", strings.ToLower(card.Code))
	h.typeInto("[name=contact]", "Ana, +385 1 555 0101")
	tap("main form[action='/help/report'] button", "a[href='/help']")
	h.awaitText("Unconfirmed")
	if taps > mostTaps {
		t.Errorf("%d taps, more than %d", taps, mostTaps)
	}
	if words > mostWords {
		t.Errorf("%d words to read before the report, more than %d", words, mostWords)
	}
	var list struct {
		Reports []struct{ ID, Trust string }
	}
	manager.MustJSON("GET", "/api/v1/incidents", nil, &list)
	if n := slices.IndexFunc(list.Reports, func(r struct{ ID, Trust string }) bool { return r.Trust == "unconfirmed" }); n < 0 {
		t.Errorf("the hospital does not see it: %+v", list.Reports)
	}
}

// TestHelpWithoutNetwork opens the help pages once, cuts the network, and opens
// them again; what is to be printed fits on two sheets.
func TestHelpWithoutNetwork(t *testing.T) {
	if web.Asset("app.js") == "" {
		leave.Out(t, "the scripts are absent: make assets brings them")
	}
	a := house.Open(t, house.Config{})
	p := browser.Open(t).Page(390)
	h := hand{t, p}
	p.Goto(a.URL + "/help?country=HR")
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		ready, err := p.Eval(`async () => { const r = await navigator.serviceWorker.getRegistration("/help"); return Boolean(r?.active && navigator.serviceWorker.controller) }`)
		if err == nil && ready.Value.Bool() {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the help pages are not kept")
		}
	}
	for _, lang := range []string{"de", "fi", "el", "fr"} { // long words, long sentences
		p.Goto(a.URL + "/help/card?country=HR&lang=" + lang)
		onTwoSheets(t, p, lang)
	}
	p.Goto(a.URL + "/help?country=HR")
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) { // kept with the numbers of the country
		kept, err := p.Eval(`async () => Boolean(await caches.match("/help?country=HR"))`)
		if err == nil && kept.Value.Bool() {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the page of the country is not kept")
		}
	}
	a.Cut()
	for path, says := range map[string]string{"/help?country=HR": "112", "/help": "112", "/help/files": "network cable", "/help/unsure?country=HR": "112", "/help/card": "Photograph"} {
		p.Goto(a.URL + path)
		h.awaitText(says)
	}
	p.Goto(a.URL + "/help/card") // the order of a map is another each time
	h.awaitText("Photograph")
	onTwoSheets(t, p, "without a network")
}

// onTwoSheets prints the page on A4.
func onTwoSheets(t *testing.T, p *browser.Page, what string) {
	t.Helper()
	sheets, err := proto.PagePrintToPDF{PaperWidth: num(8.27), PaperHeight: num(11.69)}.Call(p)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(sheets.Data), "/Type /Page\n") + strings.Count(string(sheets.Data), "/Type /Page "); n < 1 || n > 2 {
		t.Errorf("the card (%s) takes %d sheets, want two at most", what, n)
	}
}

// words counts what there is to read in the main part, without the answers of
// lists, which nobody reads through.
func (h hand) words() int {
	_, body, _ := strings.Cut(h.html(), "<main")
	body, _, _ = strings.Cut(body, "</main")
	body = lists.ReplaceAllString(body, " ")
	return len(strings.Fields(tags.ReplaceAllString(body, " ")))
}

var tags = regexp.MustCompile(`<[^>]*>`)

var lists = regexp.MustCompile(`(?s)<select.*?</select>`)

func num(v float64) *float64 { return &v }
