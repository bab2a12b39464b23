package pages

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"ward"
	"ward/detect/sensor"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func (h handler) list(c *web.Call) error {
	list, err := h.svc.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var counts []sensor.Count
	if h.svc.MayCount(c.Actor) {
		if counts, err = h.svc.Sensing(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	s := ui.Shell{Title: c.T("sensor.list.title"), Lead: c.T("sensor.list.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, listBody(c.Printer, list, h.svc.MayWrite(c.Actor), h.svc.MayCount(c.Actor), counts))
}

// headView is the form of what is said of a collection.
type headView struct {
	p      *i18n.Printer
	c      *sensor.Collection // nil for a new one
	v      sensor.Head
	edit   string
	errors ui.Errors
}

func (v headView) action() string {
	if v.c == nil {
		return "/detection/new"
	}
	return path(v.c.ID) + "/edit"
}

// headOf reads the form. A word that is not known fails in the check.
func headOf(c *web.Call) sensor.Head {
	h := sensor.Head{Title: c.Form("title"), Summary: c.Form("summary"), Advice: c.Form("advice"), Source: c.Form("source"), Lang: ward.Lang(c.Form("lang"))}
	h.TLP, _ = ward.ParseTLP(c.Form("tlp"))
	h.Severity, _ = ward.ParseSeverity(c.Form("severity"))
	return h
}

func (h handler) headPage(c *web.Call, v headView, fault error) error {
	v.p, v.errors = c.Printer, ui.ErrorsOf(c.Printer, fault)
	title := c.T("sensor.new.title")
	if v.c != nil {
		title = c.T("sensor.edit.title")
	}
	return c.Render(web.FormStatus(fault), ui.Shell{Title: title, Crumbs: crumbs(c.Printer, v.c), Errors: v.errors}, headBody(v))
}

func (h handler) blank(c *web.Call) error {
	return h.headPage(c, headView{v: sensor.Head{Lang: c.Printer.Lang(), TLP: ward.TLPAmber, Severity: ward.SeverityHigh}}, nil)
}

func (h handler) create(c *web.Call) error {
	v := headOf(c)
	id, err := h.svc.Create(c.Context(), c.Actor, v)
	if web.InForm(err) {
		return h.headPage(c, headView{v: v}, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(id), "sensor.done.created")
}

func (h handler) edit(c *web.Call) error {
	v, err := h.svc.Get(c.Context(), c.Actor, c.Path("id"), 0)
	if err != nil {
		return err
	}
	return h.headPage(c, headView{c: &v.Collection, v: v.Head, edit: strconv.FormatInt(v.Edit, 10)}, nil)
}

func (h handler) save(c *web.Call) error {
	edit, _ := strconv.ParseInt(c.Form("edit"), 10, 64)
	if edit == 0 {
		edit = -1 // nobody has seen this one: it conflicts
	}
	v := headOf(c)
	err := h.svc.Save(c.Context(), c.Actor, c.Path("id"), edit, v)
	if !web.InForm(err) {
		return h.done(c, err, "sensor.done.saved")
	}
	now, e := h.svc.Get(c.Context(), c.Actor, c.Path("id"), 0)
	if e != nil {
		return e
	}
	return h.headPage(c, headView{c: &now.Collection, v: v, edit: c.Form("edit")}, err)
}

// view is the page of a collection.
type view struct {
	p              *i18n.Printer
	v              sensor.View
	write, publish bool
	centre         bool
	report         *sensor.Import
	looked         bool // the report is of a look alone
	errors         ui.Errors
	typed          func(string) string
	offset         int
}

// next and previous are the addresses of the pages around this one.
func (v view) next() string {
	if v.offset+len(v.v.Items) >= v.v.Indicators+v.v.Rules+v.v.Harmless {
		return ""
	}
	return v.at(v.offset + sensor.ItemsShown)
}

func (v view) previous() string {
	if v.offset == 0 {
		return ""
	}
	return v.at(max(0, v.offset-sensor.ItemsShown))
}

func (v view) at(offset int) string {
	return path(v.v.ID) + "?" + url.Values{"offset": {strconv.Itoa(offset)}}.Encode()
}

func (h handler) show(c *web.Call) error { return h.page(c, view{}, nil) }

func (h handler) page(c *web.Call, v view, fault error) error {
	offset, _ := strconv.Atoi(c.Query("offset")) // anything else is the first page
	v.p, v.errors, v.typed, v.offset = c.Printer, ui.ErrorsOf(c.Printer, fault), c.Form, max(0, min(offset, 1<<20))
	var err error
	if v.v, err = h.svc.Get(c.Context(), c.Actor, c.Path("id"), v.offset); err != nil {
		return err
	}
	v.write, v.publish = h.svc.MayKeep(c.Actor, v.v.Collection), h.svc.MayPublish(c.Actor, v.v.Collection)
	v.centre = c.Actor.Role == ward.RoleCentre
	s := ui.Shell{Title: i18n.In(v.v.Lang, v.v.Title), Crumbs: crumbs(c.Printer, nil), TLP: &v.v.TLP, Errors: v.errors, Above: stateChip(c.Printer, v.v.State)}
	return c.Render(web.FormStatus(fault), s, showBody(v))
}

// done leads back to the collection, or shows it with what is wrong.
func (h handler) done(c *web.Call, err error, key i18n.Key) error {
	if web.InForm(err) {
		return h.page(c, view{}, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id")), key)
}

// inMemory is how much of an upload is held in memory; the rest waits on disk.
const inMemory = 1 << 20

// add reads a list or rules, from a file or as they were typed. A look keeps
// nothing and says what would be taken.
func (h handler) add(c *web.Call) error {
	if err := c.R.ParseMultipartForm(inMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return h.page(c, view{}, ward.Fail(ward.Invalid, "sensor.error.cut").At("text"))
	}
	if c.R.MultipartForm != nil {
		defer c.R.MultipartForm.RemoveAll() //nolint:errcheck // temporary files of the system
	}
	name, data := "form", []byte(c.Form("text"))
	if file, head, err := c.R.FormFile("file"); err == nil {
		defer file.Close()
		name = head.Filename
		if data, err = io.ReadAll(io.LimitReader(file, sensor.MaxUpload+1)); err != nil {
			return err
		}
	}
	do, look := h.svc.Add, c.Form("act") == "look"
	if look {
		do = h.svc.Look
	}
	report, err := do(c.Context(), c.Actor, c.Path("id"), sensor.Kind(c.Form("kind")), name, data)
	if err != nil && !web.InForm(err) {
		return err
	}
	v := view{looked: look}
	if err == nil {
		v.report = &report
	}
	return h.page(c, v, err)
}

func (h handler) remove(c *web.Call) error {
	id, err := h.svc.RemoveItem(c.Context(), c.Actor, c.Path("item"))
	if err != nil {
		return err
	}
	return c.See(path(id), "sensor.done.removed")
}

func (h handler) submit(c *web.Call) error {
	return h.done(c, h.svc.Submit(c.Context(), c.Actor, c.Path("id")), "sensor.done.submitted")
}

func (h handler) publish(c *web.Call) error {
	edit, _ := strconv.ParseInt(c.Form("edit"), 10, 64)
	if edit == 0 {
		edit = -1
	}
	return h.done(c, h.svc.Publish(c.Context(), c.Actor, c.Path("id"), edit), "sensor.done.published")
}

func (h handler) giveBack(c *web.Call) error {
	return h.done(c, h.svc.Return(c.Context(), c.Actor, c.Path("id"), c.Form("reason")), "sensor.done.returned")
}

func (h handler) withdraw(c *web.Call) error {
	return h.done(c, h.svc.Withdraw(c.Context(), c.Actor, c.Path("id"), c.Form("reason")), "sensor.done.withdrawn")
}

func (h handler) item(c *web.Call) error {
	v, err := h.svc.Item(c.Context(), c.Actor, c.Path("item"))
	if err != nil {
		return err
	}
	title := i18n.Raw(v.Item.Value)
	if v.Item.Kind == sensor.Rule {
		title = i18n.In(v.Collection.Lang, v.Item.Title)
	}
	s := ui.Shell{Title: title, Crumbs: crumbs(c.Printer, &v.Collection), TLP: &v.Collection.TLP}
	return c.OK(s, itemBody(c.Printer, v, h.svc.MayCount(c.Actor)))
}
