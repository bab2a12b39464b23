package pages

import (
	"net/url"
	"strconv"
	"time"

	"ward"
	"ward/detect/advisory"
	"ward/detect/advisory/term"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// listView is the list with its filter as it was asked for.
type listView struct {
	page       advisory.Page
	values     url.Values
	active     int
	publishers []string
	mayWrite   bool
	mayDrop    bool
}

// list shows a page of advisories within the reader's clearance.
func (h handler) list(c *web.Call) error {
	f := filterOf(c)
	page, err := h.svc.List(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	publishers, err := h.svc.Publishers(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := listView{page: page, values: c.R.URL.Query(), active: f.Active(), publishers: publishers, mayWrite: h.svc.MayAdd(c.Actor), mayDrop: h.svc.MayDelete(c.Actor)}
	s := ui.Shell{Title: c.T("advisory.list.title"), Lead: c.T("advisory.list.lead"), Crumbs: []ui.Link{{Text: c.T("advisory.crumb.home"), Href: "/"}}}
	if v.mayWrite {
		s.Actions = ui.ButtonLink(ui.Button{Text: c.T("advisory.list.add"), Href: "/advisories/new", Icon: ui.IconUpload})
	}
	return c.OK(s, list(c.Printer, v))
}

// filterOf reads the filter of the address; what cannot be read does not restrict.
func filterOf(c *web.Call) advisory.Filter {
	f := advisory.Filter{Text: c.Query("text"), Publisher: c.Query("publisher"), Exploited: c.Query("exploited") == "1",
		Withdrawn: c.Query("withdrawn") == "1", Unread: c.Query("unread") == "1", CVE: c.Query("cve"), Source: c.Query("source"),
		Sort: advisory.Sort(c.Query("sort")), Reverse: c.Query("reverse") == "1", Cursor: c.Query("after"), Fields: map[term.Field]string{}}
	for n := range pairs {
		f.Fields[term.Field(c.Query(nth("field", n)))] = c.Query(nth("says", n))
	}
	f.Severity, _ = ward.ParseSeverity(c.Query("severity"))
	if t, ok := ward.ParseTLP(c.Query("tlp")); ok {
		f.TLP = &t
	}
	f.From, _ = time.Parse(time.DateOnly, c.Query("from"))
	f.To, _ = time.Parse(time.DateOnly, c.Query("to"))
	return f
}

// pairs are how many fields of the document the form can ask for at once.
const pairs = 2

// nth names the box of one of them: "field1", "says1".
func nth(name string, n int) string { return name + strconv.Itoa(n+1) }

func fieldOptions(p *i18n.Printer, chosen string) []ui.Option {
	out := []ui.Option{{Text: p.T("advisory.filter.field_none"), Checked: chosen == ""}}
	for _, f := range term.Fields() {
		out = append(out, ui.Option{Value: string(f), Text: p.T(i18n.Key("advisory.field." + string(f))), Checked: string(f) == chosen})
	}
	return out
}

func sortOptions(p *i18n.Printer, chosen string) []ui.Option {
	var out []ui.Option
	for _, s := range advisory.Sorts() {
		key := "advisory.field." + string(s)
		switch s {
		case advisory.SortNewest, advisory.SortSeverity, advisory.SortEPSS, advisory.SortTitle:
			key = "advisory.sort." + string(s)
		}
		out = append(out, ui.Option{Value: string(s), Text: p.T(i18n.Key(key)), Checked: string(s) == chosen || chosen == "" && s == advisory.SortNewest})
	}
	return out
}

// items are the rows of the list.
func (v listView) items(p *i18n.Printer) []ui.Item {
	out := make([]ui.Item, len(v.page.Advisories))
	for i := range v.page.Advisories {
		a := &v.page.Advisories[i]
		meta := []ui.Meta{{Icon: ui.IconTag, Value: i18n.Raw(a.Tracking)}, {Icon: ui.IconOrg, Value: i18n.Raw(a.Publisher)},
			{Icon: ui.IconCalendar, Value: ui.Day(p, a.Published)}}
		if n := len(a.CVEs); n > 0 {
			meta = append(meta, ui.Meta{Icon: ui.IconWarning, Value: p.N("advisory.list.cves", n)})
		}
		out[i] = ui.Item{Title: said(a.Lang, a.Title), Href: "/advisories/" + string(a.ID), Chips: headChips(p, a), Meta: meta, New: !a.Read}
	}
	return out
}

// pages leads on by key, and back to the first page: keys lead in one direction.
func (v listView) pages() ui.Pages {
	out := ui.Pages{Shown: len(v.page.Advisories)}
	if v.page.Next != "" {
		out.Next = with("/advisories", v.values, "after", v.page.Next)
	}
	if v.values.Get("after") != "" {
		out.Previous = with("/advisories", v.values, "after", "")
	}
	return out
}

func (v listView) publisherOptions(p *i18n.Printer) []ui.Option {
	chosen := v.values.Get("publisher")
	out := []ui.Option{{Text: p.T("advisory.filter.any"), Checked: chosen == ""}}
	for _, name := range v.publishers {
		if name != "" {
			out = append(out, ui.Option{Value: name, Text: i18n.Raw(name), Checked: name == chosen})
		}
	}
	return out
}

// empty tells "nothing fits" from "nothing is here yet".
func (v listView) empty(p *i18n.Printer) ui.EmptyState {
	switch {
	case v.active > 0 || v.values.Get("after") != "":
		return ui.EmptyState{Title: p.T("advisory.list.none_fit"), Text: p.T("advisory.list.none_fit_text"),
			Next: &ui.Button{Text: p.T("advisory.list.all"), Href: "/advisories", Kind: ui.Secondary}}
	case v.mayWrite:
		return ui.EmptyState{Title: p.T("advisory.list.empty"), Text: p.T("advisory.list.empty_add"),
			Next: &ui.Button{Text: p.T("advisory.source.add"), Href: "/sources/new", Kind: ui.Secondary}}
	}
	return ui.EmptyState{Title: p.T("advisory.list.empty"), Text: p.T("advisory.list.empty_text")}
}
