package pages

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/detect/picture"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func weeklyPath(id string) string { return "/picture/weekly/" + id }

func weeklyCrumbs(p *i18n.Printer) []ui.Link {
	return append(crumbs(p), ui.Link{Text: p.T("picture.weekly.title"), Href: "/picture/weekly"})
}

func weekName(p *i18n.Printer, w picture.Weekly) i18n.Text {
	return p.T("picture.weekly.week", "from", p.Date(w.Week), "to", p.Date(w.Week.AddDate(0, 0, 6)))
}

func (h handler) weeklies(c *web.Call) error {
	list, err := h.svc.Weeklies(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("picture.weekly.title"), Lead: c.T("picture.weekly.lead"), Crumbs: crumbs(c.Printer)}
	if h.svc.MayWrite(c.Actor) {
		s.Actions = ui.Post("/picture/weekly", ui.Button{Text: c.T("picture.weekly.draft")})
	}
	return c.OK(s, weeklyList(c.Printer, list))
}

func (h handler) draft(c *web.Call) error {
	id, err := h.svc.Draft(c.Context(), c.Actor, "")
	if err != nil {
		return err
	}
	return c.See(weeklyPath(id), "picture.weekly.drafted.done")
}

// weeklyView is one report, and what its editor typed.
type weeklyView struct {
	p          *i18n.Printer
	w          picture.Weekly
	write      bool
	errors     ui.Errors
	seen       string
	body, note string
}

func (h handler) weekly(c *web.Call) error {
	w, err := h.svc.Weekly(c.Context(), c.Actor, c.Path("weekly"))
	if err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: weekName(c.Printer, w), Crumbs: weeklyCrumbs(c.Printer)}, weeklyBody(weeklyView{p: c.Printer, w: w, write: h.svc.MayWrite(c.Actor)}))
}

// paragraphs are the parts of a text between empty lines.
func paragraphs(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n\n"), func(x string) bool { return strings.TrimSpace(x) == "" })
}

func (h handler) editor(c *web.Call) error { return h.editorPage(c, nil) }

func (h handler) editorPage(c *web.Call, fault error) error {
	w, err := h.svc.Weekly(c.Context(), c.Actor, c.Path("weekly"))
	if err != nil {
		return err
	}
	v := weeklyView{p: c.Printer, w: w, errors: ui.ErrorsOf(c.Printer, fault), seen: strconv.FormatInt(w.Version, 10), body: w.Body}
	if fault != nil {
		v.body, v.note = c.Form("body"), c.Form("note")
	}
	s := ui.Shell{Title: c.T("picture.weekly.edit"), Lead: weekName(c.Printer, w), Crumbs: append(weeklyCrumbs(c.Printer), ui.Link{Text: weekName(c.Printer, w), Href: weeklyPath(w.ID)}), Errors: v.errors}
	return c.Render(web.FormStatus(fault), s, weeklyEditor(v))
}

func (h handler) edit(c *web.Call) error {
	seen, _ := strconv.ParseInt(c.Form("seen"), 10, 64) // zero conflicts
	err := h.svc.Edit(c.Context(), c.Actor, c.Path("weekly"), seen, c.Form("body"), c.Form("note"))
	if web.InForm(err) {
		return h.editorPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(weeklyPath(c.Path("weekly")), "picture.weekly.edited.done")
}

// askPublish says what publishing does before it is done.
func (h handler) askPublish(c *web.Call) error { return h.publishPage(c, nil) }

func (h handler) publishPage(c *web.Call, fault error) error {
	w, err := h.svc.Weekly(c.Context(), c.Actor, c.Path("weekly"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("picture.weekly.publish"), Lead: c.T("picture.weekly.publish_text"), Crumbs: append(weeklyCrumbs(c.Printer), ui.Link{Text: weekName(c.Printer, w), Href: weeklyPath(w.ID)}),
		Errors: ui.ErrorsOf(c.Printer, fault)}
	return c.Render(web.FormStatus(fault), s, weeklyPublish(weeklyView{p: c.Printer, w: w, seen: strconv.FormatInt(w.Version, 10)}))
}

func (h handler) publish(c *web.Call) error {
	seen, _ := strconv.ParseInt(c.Form("seen"), 10, 64)
	err := h.svc.Publish(c.Context(), c.Actor, c.Path("weekly"), seen)
	if web.InForm(err) {
		return h.publishPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(weeklyPath(c.Path("weekly")), "picture.weekly.published.done")
}

func (h handler) history(c *web.Call) error { return h.historyPage(c, nil, nil) }

func (h handler) historyPage(c *web.Call, out *picture.Imported, fault error) error {
	errs := ui.ErrorsOf(c.Printer, fault)
	s := ui.Shell{Title: c.T("picture.import.title"), Lead: c.T("picture.import.lead"), Crumbs: crumbs(c.Printer), Errors: errs}
	return c.Render(web.FormStatus(fault), s, historyBody(c.Printer, out, errs))
}

// inMemory is how much of an upload is held in memory; the rest waits on disk.
const inMemory = 4 << 20

func (h handler) takeHistory(c *web.Call) error {
	if err := c.R.ParseMultipartForm(inMemory); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return h.historyPage(c, nil, ward.Fail(ward.Invalid, "picture.error.file").At("file"))
	}
	defer c.R.MultipartForm.RemoveAll() //nolint:errcheck // temporary files of the system
	file, head, err := c.R.FormFile("file")
	if err != nil {
		return h.historyPage(c, nil, ward.Fail(ward.Invalid, "picture.error.file").At("file"))
	}
	defer file.Close() //nolint:errcheck // read only
	out, err := h.svc.Import(c.Context(), c.Actor, head.Filename, file)
	if err != nil && !web.InForm(err) {
		return err
	}
	return h.historyPage(c, &out, err)
}
