package pages

import (
	"net/http"
	"strconv"
	"time"

	"ward/detect/alert"
	"ward/detect/alert/marking"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// speed shows how fast an issue's alerts got to people.
func (h handler) speed(c *web.Call) error {
	x, err := h.svc.Speed(c.Context(), c.Actor, issueOf(c))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("alert.speed.title"), Lead: c.T("alert.speed.lead"), TLP: &x.Issue.TLP, Crumbs: []ui.Link{home(c.Printer), situationLink(c.Printer),
		{Text: words(x.Issue.Lang, x.Issue.Title), Href: groupHref(x.Issue.No, alert.GroupAll, "")}}}
	return c.OK(s, speedPage(c.Printer, x, exportable(x.Issue.TLP)))
}

func (h handler) speedCSV(c *web.Call) error {
	x, err := h.svc.Speed(c.Context(), c.Actor, issueOf(c))
	if err != nil {
		return err
	}
	head := c.W.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="alert-`+strconv.FormatInt(x.Issue.No, 10)+`-delivery.csv"`)
	head.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	return sheet.WriteCSV(c.W, []string{"country", "channel", "organisations", "p50_seconds", "p95_seconds", "hidden", "tlp"}, func(yield func([]string) bool) {
		for _, r := range x.Rows {
			row := []string{string(r.Country), speedName(r.Channel), strconv.Itoa(r.Organisations), seconds(r.P50), seconds(r.P95), "false", "TLP:" + x.Issue.TLP.String()}
			if r.Hidden {
				row[2], row[3], row[4], row[5] = "", "", "", "true"
			}
			if !yield(row) {
				return
			}
		}
	})
}

// speedName names what was measured, for machines and as the end of a key.
func speedName(c marking.Channel) string {
	if c == "" {
		return "acknowledged"
	}
	return string(c)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// took is a duration in the unit that a person thinks in.
func took(p *i18n.Printer, d time.Duration) i18n.Text {
	switch {
	case d < 2*time.Minute:
		return p.T("alert.speed.seconds", "count", p.Decimal(d.Seconds(), 1))
	case d < 2*time.Hour:
		return p.T("alert.speed.minutes", "count", p.Decimal(d.Minutes(), 0))
	case d < 72*time.Hour:
		return p.T("alert.speed.hours", "count", p.Decimal(d.Hours(), 1))
	}
	return p.T("alert.speed.days", "count", p.Decimal(d.Hours()/24, 1))
}
