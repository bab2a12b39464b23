package pages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// alertView is what an alert's page shows.
type alertView struct {
	Detail   alert.Detail
	Contacts map[string]string // names of the mail receivers by contact id
	Now      time.Time
	Respond  bool
	Mute     bool // the reader may put reminders off
	Typed    typed
	Said     ward.Guidance // what the Centre says, in the reader's language where it has it
}

// typed keeps what a person wrote when it was refused.
type typed struct {
	State, Reason                string
	AssetState, AssetReason, CVE string
	Assets                       []string
	Comment                      string
	Until, MuteReason            string
	Muting                       bool // the form for muting was sent
	Errors                       ui.Errors
}

func (h handler) show(c *web.Call) error { return h.alert(c, http.StatusOK, typed{}) }

func (h handler) alert(c *web.Call, status int, t typed) error {
	d, err := h.svc.Get(c.Context(), c.Actor, ward.AlertID(c.Path("id")))
	if err != nil {
		return err
	}
	v := alertView{Detail: d, Now: h.svc.Now(), Respond: h.svc.MayRespond(c.Actor, d.Alert), Mute: h.svc.MayMute(c.Actor, d.Alert), Typed: t, Contacts: map[string]string{}, Said: ward.GuidanceIn(d.Guidance, c.Printer.Lang())}
	if c.Actor.Org == d.Org {
		receivers, err := h.svc.Reach().Receivers(c.Context(), c.Actor)
		if err != nil && ward.CodeOf(err) != ward.Forbidden {
			return err
		}
		for _, r := range receivers {
			v.Contacts[r.ID] = r.Name
		}
	}
	s := ui.Shell{Title: titleOf(v), Lead: saidText(v.Said, v.Said.Summary), Crumbs: []ui.Link{home(c.Printer), inboxLink(c.Printer)}, TLP: &d.TLP, Errors: t.Errors,
		Above: topChips(c.Printer, d.Alert, d.Overdue(v.Now))}
	return c.Render(status, s, alertPage(c.Printer, v))
}

// titleOf is the Centre's title in the reader's language, else the issue's own.
func titleOf(v alertView) i18n.Text {
	if v.Said.Title != "" {
		return words(v.Said.Lang, v.Said.Title)
	}
	return words(v.Detail.Lang, v.Detail.Title)
}

// saidText is one text of the Centre in its language; empty stays empty.
func saidText(g ward.Guidance, text string) i18n.Text {
	if text == "" {
		return i18n.Text{}
	}
	return words(g.Lang, text)
}

// saidTo is what the Centre says to one of the audiences; empty for nothing.
func saidTo(g ward.Guidance, who string) string {
	return map[string]string{"it": g.IT, "devices": g.Devices, "practice": g.Practice}[who]
}

// paragraphs cuts a text at its lines.
func paragraphs(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
}

// wayOf chooses the words of the answer: the Centre's steps stand in for a remedy
// that nobody names.
func wayOf(v alertView) string {
	way := wayOut(groupAdvice(v.Detail))
	if way == "none" && !v.Said.IsZero() {
		return "guided"
	}
	return way
}

// refused shows the page again for what a person can mend, and passes anything
// else on.
func (h handler) refused(c *web.Call, err error, prefix string, t typed) error {
	if ward.CodeOf(err) != ward.Invalid {
		return err
	}
	t.Errors = fieldErrors(c.Printer, prefix, err)
	return h.alert(c, http.StatusUnprocessableEntity, t)
}

func path(c *web.Call) string { return "/alerts/" + c.Path("id") }

func (h handler) respond(c *web.Call) error {
	t := typed{State: c.Form("state"), Reason: c.Form("reason")}
	in := alert.Response{State: stand.State(t.State), Reason: t.Reason}
	in.Round, _ = strconv.ParseInt(c.Form("round"), 10, 64) // zero for a form without it
	if err := h.svc.Respond(c.Context(), c.Actor, ward.AlertID(c.Path("id")), in); err != nil {
		return h.refused(c, err, "", t)
	}
	return c.See(path(c), "alert.respond.done")
}

func (h handler) respondAssets(c *web.Call) error {
	if err := c.R.ParseForm(); err != nil {
		return ward.Fail(ward.Invalid, "").Because(err)
	}
	t := typed{AssetState: c.Form("asset_state"), AssetReason: c.Form("asset_reason"), CVE: c.Form("asset_cve"), Assets: c.R.PostForm["asset"]}
	in := alert.Response{State: stand.State(t.AssetState), Reason: t.AssetReason, CVE: t.CVE}
	for _, id := range t.Assets {
		in.Assets = append(in.Assets, ward.AssetID(id))
	}
	if err := in.Check(true); err != nil { // an empty list would answer the whole alert
		return h.refused(c, err, "asset_", t)
	}
	if err := h.svc.Respond(c.Context(), c.Actor, ward.AlertID(c.Path("id")), in); err != nil {
		return h.refused(c, err, "asset_", t)
	}
	return c.See(path(c)+"#devices", "alert.assets.done", "count", c.Printer.Number(len(in.Assets)))
}

func (h handler) comment(c *web.Call) error {
	t := typed{Comment: c.Form("comment")}
	if err := h.svc.Comment(c.Context(), c.Actor, ward.AlertID(c.Path("id")), t.Comment); err != nil {
		return h.refused(c, err, "", t)
	}
	return c.See(path(c)+"#history", "alert.comment.done")
}

// match starts a run of the matching for the own assets.
func (h handler) match(c *web.Call) error {
	if _, err := h.svc.Match(c.Context(), c.Actor, alert.Run{}); err != nil {
		return err
	}
	return c.See("/alerts", "alert.match.done")
}

// adviceGroup is what the sources say under one category.
type adviceGroup struct {
	Category string
	Items    []adviceItem
}

type adviceItem struct {
	Text i18n.Text
	URL  string
}

// categories of advice in the order shown (CSAF 2.0 section 3.2.3.12.1).
func categories() []string {
	return []string{"vendor_fix", "mitigation", "workaround", "no_fix_planned", "none_available"}
}

// groupAdvice gathers the advice of all sources by category, the same text once.
func groupAdvice(d alert.Detail) []adviceGroup {
	by := map[string][]adviceItem{}
	for _, s := range d.Sources {
		for _, a := range s.Advice {
			item := adviceItem{Text: words(s.Head.Lang, a.Text), URL: a.URL}
			if !slices.Contains(by[a.Category], item) {
				by[a.Category] = append(by[a.Category], item)
			}
		}
	}
	var out []adviceGroup
	for _, category := range categories() {
		if len(by[category]) > 0 {
			out = append(out, adviceGroup{Category: category, Items: by[category]})
		}
	}
	return out
}

// wayOut is the strongest remedy that there is: "fix", "workaround" or "none".
// It chooses the words for those who must act.
func wayOut(groups []adviceGroup) string {
	way := "none"
	for _, g := range groups {
		switch g.Category {
		case "vendor_fix":
			return "fix"
		case "mitigation", "workaround":
			way = "workaround"
		}
	}
	return way
}

// audiences are those who read what to do in words of their own.
func audiences() []string { return []string{"it", "devices", "practice"} }

// cvesOfAssets lists the CVEs that a state can be given for.
func cvesOfAssets(d alert.Detail) []string {
	var out []string
	for _, a := range d.Assets {
		out = append(out, a.CVEs...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// assetLimit bounds the rows of the table on the page; the rest is in the API
// and counted in words.
const assetLimit = 500

func shownAssets(d alert.Detail) []alert.Asset { return d.Assets[:min(len(d.Assets), assetLimit)] }
