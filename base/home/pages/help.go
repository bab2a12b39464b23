package pages

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// sees are the answers to "What do you see?", each with the first steps of its
// own: the words are the messages "home.see.<answer>" and "home.steps.<answer>".
var sees = [...]string{"files", "intruder", "down", "mail", "leak", "unsure"}

// stepCount is how many first steps each answer has.
const stepCount = 6

// helpView is a page for somebody at three in the morning.
type helpView struct {
	p       *i18n.Printer
	desk    ward.Desk
	country ward.Country // of the numbers; empty while nobody chose
	see     string
}

func (h handler) helpView(c *web.Call) (helpView, error) {
	country, known := ward.ParseCountry(c.Query("country"))
	if !known {
		country = c.Actor.Country
	}
	d, err := h.svc.Desk(c.Context(), country)
	return helpView{p: c.Printer, desk: d, country: country, see: c.Path("see")}, err
}

// href keeps the country on the way.
func (v helpView) href(path string, more ...string) string {
	q := url.Values{}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	if v.country != "" {
		q.Set("country", string(v.country))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// steps are the first things to do for an answer.
func (v helpView) steps(see string) []i18n.Text {
	out := make([]i18n.Text, stepCount)
	for i := range out {
		out[i] = v.p.T(i18n.Key("home.steps." + see + ".s" + string(rune('1'+i))))
	}
	return out
}

func (h handler) help(c *web.Call) error {
	v, err := h.helpView(c)
	if err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: c.T("home.help.title"), Lead: c.T("home.help.lead")}, help(v))
}

// firstHour are the first steps for what somebody sees.
func (h handler) firstHour(c *web.Call) error {
	if !slices.Contains(sees[:], c.Path("see")) {
		return ward.Fail(ward.NotFound, "")
	}
	v, err := h.helpView(c)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T(i18n.Key("home.see." + v.see)), Lead: c.T("home.help.first"), Crumbs: []ui.Link{{Text: c.T("home.help.title"), Href: v.href("/help")}}}
	return c.OK(s, firstHour(v))
}

// helpCard is all of it to print, on two sheets.
func (h handler) helpCard(c *web.Call) error {
	v, err := h.helpView(c)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("home.help.card"), Lead: c.T("home.help.card_lead"), Crumbs: []ui.Link{{Text: c.T("home.help.title"), Href: v.href("/help")}}}
	return c.OK(s, helpCard(v))
}

//go:embed worker.js
var workerSource string

// worker is the script by which the help pages open without a network after one
// visit. It keeps the pages as a visitor sees them, so that nothing of a person
// stays on a shared machine. Its text changes with the assets: browsers then
// fetch everything anew.
func (h handler) worker(c *web.Call) error {
	pages := []string{"/help", "/help/card"}
	for _, see := range sees {
		pages = append(pages, "/help/"+see)
	}
	version, files := ui.Kept()
	kept, err := json.Marshal(map[string]any{"version": version, "pages": pages, "files": files})
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	c.W.Header().Set("Cache-Control", "no-cache")
	c.W.WriteHeader(http.StatusOK)
	_, err = c.W.Write([]byte("const kept = " + string(kept) + ";\n" + workerSource))
	return err
}
