package pages

import (
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"ward"
	"ward/detect/alert"
	"ward/format/sheet"
	"ward/kit/ui"
	"ward/kit/web"
)

// reachPage is how many issues the overview shows at once.
const reachPage = 20

func (h handler) overview(c *web.Call) error {
	before, err := strconv.ParseInt(c.Query("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	all, err := h.svc.Overview(c.Context(), c.Actor, alert.OverviewFilter{Before: before, Limit: reachPage + 1})
	if err != nil {
		return err
	}
	pages := ui.Pages{Shown: min(len(all), reachPage)}
	if len(all) > reachPage {
		all = all[:reachPage]
		pages.Next = "/situation/alerts?before=" + strconv.FormatInt(all[reachPage-1].Issue.No, 10)
	}
	if before > 0 {
		pages.Previous = "/situation/alerts"
	}
	s := ui.Shell{Title: c.T("alert.situation.title"), Lead: c.T("alert.situation.lead"), Crumbs: []ui.Link{home(c.Printer)},
		Actions: situationActions(c.Printer, h.svc.MayCall(c.Actor), h.svc.Ladders().May(c.Actor))}
	return c.OK(s, overviewPage(c.Printer, all, pages))
}

// respondersView is one issue with the organisations of the reader's scope.
type respondersView struct {
	alert.Responders
	Group   alert.Group
	First   bool // this is the first part
	Phones  bool // the reader may call: contacts are shown
	Export  bool
	Country bool // organisations of several countries
}

func (h handler) responders(c *web.Call) error {
	g := groupOf(c)
	after := c.Query("after")
	r, err := h.svc.Responders(c.Context(), c.Actor, issueOf(c), g, after, 0)
	if err != nil {
		return err
	}
	v := respondersView{Responders: r, Group: g, First: after == "", Export: exportable(r.Reach.Issue.TLP), Country: c.Actor.Country == ""}
	for _, row := range r.Rows {
		v.Phones = v.Phones || len(row.Contacts) > 0
	}
	s := ui.Shell{Title: words(r.Reach.Issue.Lang, r.Reach.Issue.Title), TLP: &r.Reach.Issue.TLP, Above: issueChips(c.Printer, r.Reach.Issue),
		Crumbs: []ui.Link{home(c.Printer), {Text: c.T("alert.situation.title"), Href: "/situation/alerts"}}}
	if h.svc.MayCurate(c.Actor) {
		s.Actions = ui.Post("/situation/alerts/"+strconv.FormatInt(r.Reach.Issue.No, 10)+"/match",
			ui.Button{Text: c.T("alert.match.issue.start"), Kind: ui.Secondary})
	}
	return c.OK(s, respondersPage(c.Printer, v))
}

// matchIssue starts a run of the matching for all inventories.
func (h handler) matchIssue(c *web.Call) error {
	issue := issueOf(c)
	if _, err := h.svc.MatchIssue(c.Context(), c.Actor, issue); err != nil {
		return err
	}
	return c.See(groupHref(issue, alert.GroupAll, ""), "alert.match.issue.done")
}

// issueOf is zero, which no issue has, for any text that is no number.
func issueOf(c *web.Call) int64 {
	no, err := strconv.ParseInt(c.Path("issue"), 10, 64)
	if err != nil || no < 0 || no > 1<<60 {
		return 0
	}
	return no
}

func groupOf(c *web.Call) alert.Group {
	for _, g := range alert.Groups() {
		if string(g) == c.Query("group") {
			return g
		}
	}
	return alert.GroupAll
}

func groupHref(issue int64, g alert.Group, after string) string {
	q := url.Values{}
	if g != alert.GroupAll {
		q.Set("group", string(g))
	}
	if after != "" {
		q.Set("after", after)
	}
	out := "/situation/alerts/" + strconv.FormatInt(issue, 10)
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}

// exportable: what is for named people only does not become a file (UX rule 20).
func exportable(t ward.TLP) bool { return t != ward.TLPRed }

// csvPart is how many rows are read at once.
const csvPart = 500

// respondersCSV is the same list as a file. Each row carries the marking and who
// took it away.
func (h handler) respondersCSV(c *web.Call) error {
	first, err := h.svc.Responders(c.Context(), c.Actor, issueOf(c), groupOf(c), "", csvPart)
	if err != nil {
		return err
	}
	if !exportable(first.Reach.Issue.TLP) {
		return ward.Fail(ward.Forbidden, "alert.error.export_red")
	}
	head := c.W.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="alert-`+strconv.FormatInt(first.Reach.Issue.No, 10)+`.csv"`)
	head.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	var fault error
	err = sheet.WriteCSV(c.W, []string{"alert", "organisation", "country", "state", "affected", "review", "due", "raised", "acknowledged", "done",
		"reached", "failed", "tlp", "exported_by"}, h.csvRows(c, first, &fault))
	if fault != nil {
		panic(http.ErrAbortHandler) // half a list must not look like a whole one
	}
	return err
}

func (h handler) csvRows(c *web.Call, part alert.Responders, fault *error) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for {
			for _, r := range part.Rows {
				if !yield(csvRow(c, r)) {
					return
				}
			}
			if part.Next == "" {
				return
			}
			if part, *fault = h.svc.Responders(c.Context(), c.Actor, issueOf(c), groupOf(c), part.Next, csvPart); *fault != nil {
				return
			}
		}
	}
}
