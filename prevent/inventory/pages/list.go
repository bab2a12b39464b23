package pages

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
)

// pageRows is how many rows a page of the list shows.
const pageRows = 50

// listView is what the list page shows.
type listView struct {
	p       *i18n.Printer
	figures inventory.Figures
	choices inventory.Choices
	filter  inventory.Filter
	query   url.Values // the filter as the address has it
	table   ui.Table
	pages   ui.Pages
	active  int
}

// list shows the rows, or the first step when there are none.
func (h handler) list(c *web.Call) error {
	v, err := h.listView(c)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("inventory.list.title"), Lead: c.T("inventory.list.lead"), Band: true}
	if v.figures.Rows > 0 {
		s.Actions = listActions(c.Printer)
	}
	return c.OK(s, list(v))
}

// listView gathers what the list shows.
func (h handler) listView(c *web.Call) (listView, error) {
	v := listView{p: c.Printer, query: url.Values{}}
	v.filter, v.active = h.filter(c, v.query)
	var err error
	if v.figures, err = h.svc.Figures(c.Context(), c.Actor); err != nil {
		return v, err
	}
	if v.choices, err = h.svc.Choices(c.Context(), c.Actor); err != nil {
		return v, err
	}
	rows, before, after, err := h.svc.Assets(c.Context(), c.Actor, v.filter,
		inventory.Page{After: ward.AssetID(c.Query("after")), Before: ward.AssetID(c.Query("before")), Limit: pageRows})
	if err != nil {
		return v, err
	}
	v.table = assetTable(c.Printer, rows, h.svc.Today())
	v.pages = ui.Pages{Shown: len(rows), Previous: v.link("before", before), Next: v.link("after", after)}
	if v.active == 0 {
		v.pages.Total = v.figures.Rows
	}
	return v, nil
}

// filter reads the filter from the address, and counts what is set.
func (h handler) filter(c *web.Call, query url.Values) (f inventory.Filter, active int) {
	for name, to := range map[string]*string{"text": &f.Text, "department": &f.Department, "site": &f.Site, "vendor": &f.Vendor, "version": &f.Version} {
		if *to = c.Query(name); *to != "" {
			query.Set(name, *to)
		}
	}
	if c.Query("past") == "true" {
		f.PastBefore = h.svc.Today()
		query.Set("past", "true")
	}
	return f, len(query)
}

// link is the list with its filter at another place.
func (v listView) link(name string, id ward.AssetID) string {
	if id == "" {
		return ""
	}
	q := url.Values{}
	for k := range v.query {
		q.Set(k, v.query.Get(k))
	}
	q.Set(name, string(id))
	return "/inventory?" + q.Encode()
}

// exportLink leads to the rows of the filter in a format.
func (v listView) exportLink(format string) string {
	q := url.Values{"format": {format}}
	for k := range v.query {
		q.Set(k, v.query.Get(k))
	}
	return "/inventory/export?" + q.Encode()
}

// assetTable shows rows with a tick box each.
func assetTable(p *i18n.Printer, rows []inventory.Asset, today string) ui.Table {
	t := ui.Table{Caption: p.T("inventory.list.caption"), Hide: true, Columns: []ui.Column{
		{Head: p.T("inventory.list.pick"), Quiet: true}, {Head: p.T("inventory.field.product")}, {Head: p.T("inventory.field.version")},
		{Head: p.T("inventory.field.serial")}, {Head: p.T("inventory.field.quantity"), Numeric: true}, {Head: p.T("inventory.field.department")},
		{Head: p.T("inventory.field.end_of_support")}}, Empty: ui.EmptyState{Title: p.T("inventory.list.none_found")}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []templ.Component{
			ui.Pick("id", string(r.ID), p.T("inventory.list.pick_row", "name", r.Title())),
			assetLink(r), versionCell(p, r), i18n.Raw(r.Ref.Serial), i18n.Raw(p.Number(r.Quantity)), i18n.Raw(r.Department),
			supportCell(p, r, today)})
	}
	return t
}

// option makes the choice of a filter; the first answer is all.
func options(p *i18n.Printer, values []string, chosen string) []ui.Option {
	out := []ui.Option{{Text: p.T("inventory.filter.all"), Checked: chosen == ""}}
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Text: i18n.Raw(v), Checked: v == chosen})
	}
	return out
}

// pick does one act on the rows that were ticked. Removing asks first.
func (h handler) pick(c *web.Call) error {
	if err := c.R.ParseForm(); err != nil {
		return ward.Fail(ward.Invalid, "inventory.error.none_picked", "max", "0").Because(err)
	}
	var ids []ward.AssetID
	for _, id := range c.R.PostForm["id"] {
		ids = append(ids, ward.AssetID(id))
	}
	act := c.Form("act")
	if act == "remove" && len(ids) > 0 {
		return h.askRemove(c, ids)
	}
	var err error
	switch act {
	case "removed":
		err = h.svc.Delete(c.Context(), c.Actor, ids)
	default:
		err = h.svc.SetEndOfSupport(c.Context(), c.Actor, ids, c.Form("end_of_support"))
	}
	if err != nil {
		return refused(c, err, func(status int, errs ui.Errors) error {
			v, err := h.listView(c)
			if err != nil {
				return err
			}
			return c.Render(status, ui.Shell{Title: c.T("inventory.list.title"), Errors: errs}, list(v))
		})
	}
	return c.See("/inventory", i18n.Key("inventory.picked."+map[bool]string{true: "removed", false: "support"}[act == "removed"]+".done"), "count", strconv.Itoa(len(ids)))
}

// askRemove asks before rows go; the form carries what was ticked.
func (h handler) askRemove(c *web.Call, ids []ward.AssetID) error {
	hidden := []ui.Hidden{{Name: "act", Value: "removed"}}
	for _, id := range ids {
		hidden = append(hidden, ui.Hidden{Name: "id", Value: string(id)})
	}
	s := ui.Shell{Title: c.Printer.N("inventory.remove.title", len(ids)), Lead: c.T("inventory.remove.lead"), Crumbs: crumbs(c)}
	return c.OK(s, removeForm(c.Printer, "/inventory/pick", "/inventory", hidden))
}

// export sends the rows of the filter as a file.
func (h handler) export(c *web.Call) error {
	f, _ := h.filter(c, url.Values{})
	return h.svc.SendExport(c, f, c.Query("format"))
}

// example sends the list to be filled in.
func (h handler) example(c *web.Call) error {
	c.W.Header().Set("Content-Type", "text/csv; charset=utf-8")
	c.W.Header().Set("Content-Disposition", `attachment; filename="example.csv"`)
	_, err := c.W.Write(inventory.Example())
	return err
}
