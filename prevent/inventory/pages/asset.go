package pages

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"ward"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
	"ward/prevent/inventory/entry"
)

// componentRows is how many components a page shows.
const componentRows = 100

// asset shows one row.
func (h handler) asset(c *web.Call) error {
	a, err := h.svc.Asset(c.Context(), c.Actor, ward.AssetID(c.Path("id")))
	if err != nil {
		return err
	}
	v := assetView{p: c.Printer, asset: a, rows: assetRows(c.Printer, a, h.svc.Today())}
	if a.SBOM != "" {
		if v.bill, err = h.svc.BillOf(c.Context(), c.Actor, a.ID); err != nil {
			return err
		}
	}
	return c.OK(ui.Shell{Title: i18n.Raw(a.Title()), Crumbs: crumbs(c), Actions: assetActions(c.Printer, a.ID)}, assetPage(v))
}

// assetView is what the page of one row shows.
type assetView struct {
	p     *i18n.Printer
	asset inventory.Asset
	rows  []ui.Row
	bill  inventory.Bill
}

// assetRows shows all fields, also the empty ones: a gap is something to fill.
func assetRows(p *i18n.Printer, a inventory.Asset, today string) []ui.Row {
	var out []ui.Row
	for _, f := range sheet.Fields() {
		r := ui.Row{Label: p.T(fieldKey(f)), Value: i18n.Raw(a.Cell(f))}
		switch f {
		case sheet.Version:
			r.Value = versionCell(p, a)
		case sheet.EndOfSupport:
			r.Value = nil
			if a.EndOfSupport != "" {
				r.Value = supportCell(p, a, today)
			}
		}
		out = append(out, r)
	}
	for _, more := range []struct {
		key  i18n.Key
		text string
	}{{"inventory.field.purl", a.Ref.PURL}, {"inventory.field.cpe", a.Ref.CPE}} {
		if more.text != "" {
			out = append(out, ui.Row{Label: p.T(more.key), Value: ui.Code(more.text)})
		}
	}
	return append(out, ui.Row{Label: p.T("inventory.asset.updated"), Value: ui.Moment(p, a.Updated)})
}

// formView is the form of one row, typed anew after an error.
type formView struct {
	p      *i18n.Printer
	action string
	back   string
	submit i18n.Text
	entry  entry.Entry
	errs   ui.Errors
}

// newAsset shows the empty form.
func (h handler) newAsset(c *web.Call) error {
	return h.newForm(c, http.StatusOK, entry.Entry{Quantity: 1}, nil)
}

// newForm shows the form of a new row, after an error with what was typed.
func (h handler) newForm(c *web.Call, status int, e entry.Entry, errs ui.Errors) error {
	v := formView{p: c.Printer, action: "/inventory/new", back: "/inventory", submit: c.T("inventory.new.submit"), entry: e, errs: errs}
	return c.Render(status, ui.Shell{Title: c.T("inventory.new.title"), Lead: c.T("inventory.new.lead"), Crumbs: crumbs(c), Errors: errs}, assetForm(v))
}

// add writes a new row.
func (h handler) add(c *web.Call) error {
	e := entryOf(c)
	id, err := h.svc.Add(c.Context(), c.Actor, e)
	if err != nil {
		return refused(c, err, func(status int, errs ui.Errors) error { return h.newForm(c, status, e, errs) })
	}
	return c.See(pathOf(id), "inventory.added.done")
}

// entryOf reads the form. What is no number becomes 0, which the rule refuses.
func entryOf(c *web.Call) entry.Entry {
	var e entry.Entry
	for _, f := range sheet.Fields() {
		if f == sheet.Quantity {
			e.Quantity, _ = strconv.Atoi(c.Form(string(f)))
			continue
		}
		e.Set(f, c.Form(string(f)))
	}
	e.Ref.PURL, e.Ref.CPE = c.Form("purl"), c.Form("cpe")
	return e
}

// editForm shows the form with the row as it is.
func (h handler) editForm(c *web.Call) error {
	a, err := h.svc.Asset(c.Context(), c.Actor, ward.AssetID(c.Path("id")))
	if err != nil {
		return err
	}
	return h.edited(c, http.StatusOK, a.ID, a.Entry, nil)
}

// edited shows the form of a row, after an error with what was typed.
func (h handler) edited(c *web.Call, status int, id ward.AssetID, e entry.Entry, errs ui.Errors) error {
	v := formView{p: c.Printer, action: subPath(id, "edit"), back: pathOf(id), submit: c.T("inventory.edit.submit"), entry: e, errs: errs}
	s := ui.Shell{Title: c.T("inventory.edit.title"), Crumbs: crumbs(c, ui.Link{Text: i18n.Raw(e.Title()), Href: pathOf(id)}), Errors: errs}
	return c.Render(status, s, assetForm(v))
}

// edit writes a row anew.
func (h handler) edit(c *web.Call) error {
	id, e := ward.AssetID(c.Path("id")), entryOf(c)
	if err := h.svc.Edit(c.Context(), c.Actor, id, e); err != nil {
		return refused(c, err, func(status int, errs ui.Errors) error { return h.edited(c, status, id, e, errs) })
	}
	return c.See(pathOf(id), "inventory.edited.done")
}

// deleteForm asks before a row goes.
func (h handler) deleteForm(c *web.Call) error {
	a, err := h.svc.Asset(c.Context(), c.Actor, ward.AssetID(c.Path("id")))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("inventory.remove.single", "name", a.Title()), Lead: c.T("inventory.remove.lead"),
		Crumbs: crumbs(c, ui.Link{Text: i18n.Raw(a.Title()), Href: pathOf(a.ID)})}
	return c.OK(s, removeForm(c.Printer, subPath(a.ID, "delete"), pathOf(a.ID), nil))
}

// delete removes a row.
func (h handler) delete(c *web.Call) error {
	if err := h.svc.Delete(c.Context(), c.Actor, []ward.AssetID{ward.AssetID(c.Path("id"))}); err != nil {
		return err
	}
	return c.See("/inventory", "inventory.picked.removed.done", "count", "1")
}

// billView is the page of an asset's components.
type billView struct {
	p     *i18n.Printer
	asset inventory.Asset
	bill  inventory.Bill
	text  string
	table ui.Table
	pages ui.Pages
	errs  ui.Errors
}

// bill shows the components of a row.
func (h handler) bill(c *web.Call) error { return h.billPage(c, http.StatusOK, nil) }

// billPage shows the form for a bill and, if there is one, what it lists.
func (h handler) billPage(c *web.Call, status int, errs ui.Errors) error {
	a, err := h.svc.Asset(c.Context(), c.Actor, ward.AssetID(c.Path("id")))
	if err != nil {
		return err
	}
	v := billView{p: c.Printer, asset: a, text: c.Query("text"), errs: errs}
	if a.SBOM != "" {
		if v.bill, err = h.svc.BillOf(c.Context(), c.Actor, a.ID); err != nil {
			return err
		}
		if err := h.fillComponents(c, &v); err != nil {
			return err
		}
	}
	s := ui.Shell{Title: c.T("inventory.sbom.title", "name", a.Title()), Lead: c.T("inventory.sbom.lead"), Errors: errs,
		Crumbs: crumbs(c, ui.Link{Text: i18n.Raw(a.Title()), Href: pathOf(a.ID)})}
	return c.Render(status, s, billPage(v))
}

// fillComponents asks for one component more than fits, to know whether there is a
// next page.
func (h handler) fillComponents(c *web.Call, v *billView) error {
	after, _ := strconv.ParseUint(c.Query("after"), 10, 32)
	list, err := h.svc.Components(c.Context(), c.Actor, v.asset.ID, v.text, ward.ProductID(after), componentRows+1)
	if err != nil {
		return err
	}
	if len(list) > componentRows {
		list = list[:componentRows]
		q := url.Values{"after": {strconv.FormatUint(uint64(list[componentRows-1].Product), 10)}}
		if v.text != "" {
			q.Set("text", v.text)
		}
		v.pages.Next = subPath(v.asset.ID, "sbom") + "?" + q.Encode()
	}
	p := v.p
	v.table = ui.Table{Caption: p.T("inventory.sbom.caption"), Hide: true, Empty: ui.EmptyState{Title: p.T("inventory.list.none_found")}, Columns: []ui.Column{
		{Head: p.T("inventory.sbom.component")}, {Head: p.T("inventory.field.version")}, {Head: p.T("inventory.field.vendor")}, {Head: p.T("inventory.field.purl")}}}
	for _, x := range list {
		e := entry.Entry{Ref: ward.ProductRef{Name: x.Ref.Name, PURL: x.Ref.PURL, CPE: x.Ref.CPE}}
		v.table.Rows = append(v.table.Rows, []templ.Component{i18n.Raw(e.Title()), ui.Code(x.Ref.Version), i18n.Raw(x.Ref.Vendor), i18n.Raw(x.Ref.PURL)})
	}
	return nil
}

// attach hangs an uploaded bill on a row.
func (h handler) attach(c *web.Call) error {
	id := ward.AssetID(c.Path("id"))
	name, body, err := filePart(c)
	if err == nil {
		err = h.svc.Attach(c.Context(), c.Actor, []ward.AssetID{id}, name, body)
	}
	if err != nil {
		return refused(c, formTooLarge(err), func(status int, errs ui.Errors) error { return h.billPage(c, status, errs) })
	}
	return c.See(subPath(id, "sbom"), "inventory.sbom.attached.done")
}

// detach takes the bill off.
func (h handler) detach(c *web.Call) error {
	id := ward.AssetID(c.Path("id"))
	if err := h.svc.Detach(c.Context(), c.Actor, []ward.AssetID{id}); err != nil {
		return err
	}
	return c.See(subPath(id, "sbom"), "inventory.sbom.removed.done")
}

// field is the frame of a form field; what has a hint key gets its hint.
func (v formView) field(f sheet.Field, optional bool) ui.Field {
	out := ui.Field{Name: string(f), Label: v.p.T(fieldKey(f)), Error: v.errs.At(string(f)), Optional: optional}
	if hint := i18n.Key("inventory.hint." + string(f)); v.p.Has(hint) {
		out.Hint = v.p.T(hint)
	}
	return out
}

// active counts the one filter of the components.
func active(text string) int {
	if text == "" {
		return 0
	}
	return 1
}
