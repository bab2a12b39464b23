package pages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
	"ward/prevent/inventory/upload"
)

// accepted are the endings that the file field offers; the content decides.
const accepted = ".csv,.txt,.xlsx,.json,.xml,.spdx"

// chooseFile shows the form and earlier imports.
func (h handler) chooseFile(c *web.Call) error { return h.uploadForm(c, http.StatusOK, nil) }

// uploadForm shows the form again with what was wrong.
func (h handler) uploadForm(c *web.Call, status int, errs ui.Errors) error {
	past, err := h.svc.Imports(c.Context(), c.Actor, "", 10)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("inventory.import.title"), Lead: c.T("inventory.import.lead"), Crumbs: crumbs(c), Errors: errs}
	return c.Render(status, s, uploadPage(c.Printer, errs, historyTable(c.Printer, past)))
}

// historyTable lists earlier imports, newest first.
func historyTable(p *i18n.Printer, imports []inventory.Import) ui.Table {
	t := ui.Table{Caption: p.T("inventory.history.title"), Hide: true, Empty: ui.EmptyState{Title: p.T("inventory.history.none")}, Columns: []ui.Column{
		{Head: p.T("inventory.history.file")}, {Head: p.T("inventory.history.when")}, {Head: p.T("inventory.history.who")},
		{Head: p.T("inventory.history.state")}, {Head: p.T("inventory.preview.added"), Numeric: true}, {Head: p.T("inventory.preview.changed"), Numeric: true}}}
	for _, m := range imports {
		t.Rows = append(t.Rows, []templ.Component{link(importPath(m.ID), m.File), ui.Moment(p, m.Created), i18n.Raw(m.Name),
			ui.StateChip(stateTone(m.State), p.T(stateKey(m.State))), i18n.Raw(p.Number(m.Added)), i18n.Raw(p.Number(m.Changed))})
	}
	return t
}

func stateKey(s inventory.State) i18n.Key { return i18n.Key("inventory.state." + string(s)) }

// stateTone colours a state; its words say the same.
func stateTone(s inventory.State) ui.Tone {
	switch s {
	case inventory.StateDone:
		return ui.Success
	case inventory.StateFailed:
		return ui.Bad
	case inventory.StatePreview:
		return ui.Warning
	}
	return ui.Neutral
}

// upload takes the file and leads to its preview.
func (h handler) upload(c *web.Call) error {
	name, body, err := filePart(c)
	var id string
	if err == nil {
		id, err = h.svc.Upload(c.Context(), c.Actor, name, body)
	}
	if err != nil {
		return refused(c, formTooLarge(err), func(status int, errs ui.Errors) error { return h.uploadForm(c, status, errs) })
	}
	return c.See(importPath(id), "")
}

// oneImport shows an import in whatever state it is: one address from preview to
// result, so a bookmark or a reload is never lost.
func (h handler) oneImport(c *web.Call) error {
	m, err := h.svc.Import(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	return h.importPage(c, http.StatusOK, m, nil)
}

// importPage chooses the page by the state.
func (h handler) importPage(c *web.Call, status int, m inventory.Import, errs ui.Errors) error {
	s := ui.Shell{Title: c.T(stateTitle(m.State), "file", m.File), Errors: errs,
		Crumbs: crumbs(c, ui.Link{Text: c.T("inventory.import.title"), Href: "/inventory/import"})}
	switch m.State {
	case inventory.StatePreview:
		s.Lead = c.T("inventory.preview.lead")
		return c.Render(status, s, preview(c.Printer, m, errs))
	case inventory.StateWaiting, inventory.StateRunning:
		s.Lead, s.Live = c.T("inventory.progress.lead"), true
		return c.Render(status, s, progress(c.Printer, m))
	}
	return c.Render(status, s, result(c.Printer, m))
}

// stateTitle is the heading of the page in each state.
func stateTitle(s inventory.State) i18n.Key {
	switch s {
	case inventory.StatePreview:
		return "inventory.preview.title"
	case inventory.StateWaiting, inventory.StateRunning:
		return "inventory.progress.title"
	}
	return "inventory.result.title"
}

// progress streams the meter, and at the end the way to the result.
func (h handler) progress(c *web.Call) error {
	id := c.Path("id")
	signals, stop, err := h.svc.Watch(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	defer stop()
	out := make(chan web.Message)
	go func() {
		defer close(out)
		for {
			text, open := h.meter(c, id)
			select {
			case out <- web.Message{Data: text}:
			case <-c.Context().Done():
				return
			}
			if !open {
				<-c.Context().Done() // the page keeps what it shows; no new connection
				return
			}
			select {
			case _, ok := <-signals:
				if !ok {
					return
				}
			case <-c.Context().Done():
				return
			}
		}
	}()
	return c.Events(out)
}

// meter renders the state as it is now; open tells whether more will come.
func (h handler) meter(c *web.Call, id string) (html string, open bool) {
	m, err := h.svc.Import(c.Context(), c.Actor, id)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	if err := meter(c.Printer, m).Render(c.Context(), &b); err != nil {
		return "", false
	}
	return b.String(), m.State.Open()
}

// columns reads the file again with the chosen meanings.
func (h handler) columns(c *web.Call) error {
	id := c.Path("id")
	m, err := h.svc.Import(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	fields := make([]sheet.Field, len(m.Columns))
	for i := range fields {
		fields[i] = sheet.Field(c.Form(upload.ColumnName(i)))
	}
	if _, err := h.svc.Map(c.Context(), c.Actor, id, fields); err != nil {
		return refused(c, err, func(status int, errs ui.Errors) error {
			for i, f := range fields {
				m.Columns[i].Field = f
			}
			return h.importPage(c, status, m, errs)
		})
	}
	return c.See(importPath(id), "inventory.columns.done")
}

// confirm lets the import begin.
func (h handler) confirm(c *web.Call) error {
	id := c.Path("id")
	if err := h.svc.Confirm(c.Context(), c.Actor, id, c.Form("removing") == "1"); err != nil {
		return refused(c, err, func(status int, errs ui.Errors) error {
			m, err := h.svc.Import(c.Context(), c.Actor, id)
			if err != nil {
				return err
			}
			return h.importPage(c, status, m, errs)
		})
	}
	return c.See(importPath(id), "")
}

// cancel gives the import up.
func (h handler) cancel(c *web.Call) error {
	if err := h.svc.Cancel(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/inventory/import", "inventory.cancelled.done")
}

// columnTable asks for each column what it means, with a value from the file.
func columnTable(p *i18n.Printer, m inventory.Import, errs ui.Errors) ui.Table {
	t := ui.Table{Caption: p.T("inventory.columns.caption"), Hide: true, Columns: []ui.Column{{Head: p.T("inventory.columns.column")},
		{Head: p.T("inventory.columns.sample")}, {Head: p.T("inventory.columns.meaning")}}}
	tables, i := upload.Tables(m.Columns), 0
	for _, columns := range tables {
		for at, col := range columns {
			head := columnHeader(p, at, col)
			if len(tables) > 1 {
				head = col.Sheet + ": " + head
			}
			t.Rows = append(t.Rows, []templ.Component{columnName(p, head, col), i18n.Raw(samples(m.Report.Sample, i)), columnChoice(p, i, head, col, errs)})
			i++
		}
	}
	return t
}

// samples joins the first values of a column.
func samples(rows [][]string, column int) string {
	var out []string
	for _, r := range rows {
		if column < len(r) && r[column] != "" && len(out) < 3 {
			out = append(out, r[column])
		}
	}
	return strings.Join(out, " · ")
}

// columnHeader names a column that has no name by its place.
func columnHeader(p *i18n.Printer, i int, col upload.Column) string {
	if col.Header != "" {
		return col.Header
	}
	return p.T("inventory.columns.unnamed", "number", strconv.Itoa(i+1)).String()
}

// fieldOptions offers all meanings; the first is none.
func fieldOptions(p *i18n.Printer, chosen sheet.Field) []ui.Option {
	out := []ui.Option{{Text: p.T("inventory.columns.unused"), Checked: chosen == ""}}
	for _, f := range sheet.Fields() {
		out = append(out, ui.Option{Value: string(f), Text: p.T(fieldKey(f)), Checked: f == chosen})
	}
	return out
}

// noteTable lists remarks by line, so that a person finds them in the file.
func noteTable(p *i18n.Printer, notes []upload.Note) ui.Table {
	t := ui.Table{Caption: p.T("inventory.notes.caption"), Hide: true, Columns: []ui.Column{{Head: p.T("inventory.notes.line"), Numeric: true},
		{Head: p.T("inventory.notes.why")}, {Head: p.T("inventory.notes.value")}}}
	for _, n := range notes {
		line := i18n.Text{}
		if n.Line > 0 {
			line = i18n.Raw(strings.TrimLeft(n.Sheet+" "+strconv.Itoa(n.Line), " "))
		}
		t.Rows = append(t.Rows, []templ.Component{line, p.T(i18n.Key("inventory.note." + string(n.Why))), i18n.Raw(n.Value)})
	}
	return t
}

// diffs shows each changed value on a line of its own.
// parted cuts the differences before those of rows that are not in the file any more.
func parted(list []upload.Difference) (stay, gone []upload.Difference) {
	i := slices.IndexFunc(list, func(d upload.Difference) bool { return d.Kind == "removed" })
	if i < 0 {
		return list, nil
	}
	return list[:i], list[i:]
}

func diffs(p *i18n.Printer, list []upload.Difference) []ui.Diff {
	kinds := map[string]ui.DiffKind{"added": ui.Added, "removed": ui.Removed, "changed": ui.Changed}
	var out []ui.Diff
	for _, d := range list {
		if d.Kind != "changed" || len(d.Fields) == 0 {
			out = append(out, ui.Diff{Kind: kinds[d.Kind], Label: i18n.Raw(d.Name)})
			continue
		}
		for _, f := range d.Fields {
			out = append(out, ui.Diff{Kind: ui.Changed, Label: i18n.Raw(d.Name + ": " + p.T(fieldKey(sheet.Field(f.Field))).String()),
				Before: i18n.Raw(f.Before), After: i18n.Raw(f.After)})
		}
	}
	return out
}

// previewStats are the four figures that a person decides by.
func previewStats(p *i18n.Printer, m inventory.Import) []ui.Stat {
	stat := func(key i18n.Key, n int, bad bool) ui.Stat {
		s := ui.Stat{Label: p.T(key), Value: p.Number(n)}
		if bad && n > 0 {
			s.Tone = ui.Warning
		}
		return s
	}
	return []ui.Stat{stat("inventory.preview.added", m.Added, false), stat("inventory.preview.changed", m.Changed, false),
		stat("inventory.preview.unchanged", m.Unchanged, false), stat("inventory.preview.lost", m.Report.Lost, true)}
}

// failText says why an import failed.
func failText(p *i18n.Printer, m inventory.Import) i18n.Text {
	e := ward.Fail(ward.Invalid, m.Fail, "line", "", "place", "", "max", p.Number(inventory.MaxAssets), "column", "")
	return p.Error(e)
}
