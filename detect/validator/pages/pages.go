// Package pages shows the validator.
package pages

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"ward"
	"ward/detect/validator"
	"ward/format/csaf"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// handler answers the pages.
type handler struct{ svc *validator.Service }

// maxForm bounds the body of the form: one document and what a browser puts
// around it.
const maxForm = validator.MaxDocument + 64<<10

// Routes are the pages of the validator; visitors may open all of them.
func Routes(svc *validator.Service) []web.Page {
	h := handler{svc: svc}
	test := web.Post("/validator", web.Public, h.test)
	test.MaxBody = maxForm
	return []web.Page{
		web.Get("/validator", web.Public, h.form),
		test,
		web.Get("/conformance", web.Public, h.conformance),
	}
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 75, Text: "validator.menu", Path: "/validator", Permission: web.SignedIn}}
}

// formView is the form with what was typed.
type formView struct {
	level  string
	text   string
	errors ui.Errors
}

func home(c *web.Call) []ui.Link { return []ui.Link{{Text: c.T("validator.crumb.home"), Href: "/"}} }

func (h handler) form(c *web.Call) error {
	return c.OK(formShell(c, nil), formBody(c.Printer, formView{level: csaf.Mandatory.Word()}))
}

func formShell(c *web.Call, errs ui.Errors) ui.Shell {
	return ui.Shell{Title: c.T("validator.title"), Lead: c.T("validator.lead"), Crumbs: home(c), Errors: errs}
}

// inMemory is how much of an upload is held in memory; the rest waits on disk.
const inMemory = 2 << 20

// shownAgain is how much of a pasted text stands in the form again: the whole of
// a large document would make the page too heavy for a phone.
const shownAgain = 100 << 10

// test shows what was found as a page of its own, which can be printed. It is
// no redirect: nothing is kept that another page could show.
func (h handler) test(c *web.Call) error {
	if err := c.R.ParseMultipartForm(inMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return h.again(c, formView{}, ward.Fail(ward.Invalid, "validator.error.large").At("file"))
		}
		return h.again(c, formView{}, missing())
	}
	if c.R.MultipartForm != nil {
		defer c.R.MultipartForm.RemoveAll() //nolint:errcheck // temporary files of the system
	}
	v := formView{level: c.Form("level"), text: c.R.PostFormValue("text")}
	level, err := validator.LevelOf(v.level)
	if err != nil {
		return h.again(c, v, err)
	}
	name, body := "", io.Reader(strings.NewReader(v.text))
	if file, head, err := c.R.FormFile("file"); err == nil {
		defer file.Close()
		name, body = head.Filename, file
	} else if strings.TrimSpace(v.text) == "" {
		return h.again(c, v, missing())
	}
	res, err := h.svc.Validate(c.Context(), h.svc.Address(c), body, level)
	if err != nil {
		return h.again(c, v, err)
	}
	s := ui.Shell{Title: c.T("validator.result.title"), Crumbs: append(home(c), ui.Link{Text: c.T("validator.title"), Href: "/validator"})}
	return c.OK(s, resultBody(c.Printer, resultView{Result: res, name: name}))
}

func missing() error { return ward.Fail(ward.Invalid, "validator.error.missing").At("file") }

// again shows the form once more with what is wrong.
func (h handler) again(c *web.Call, v formView, err error) error {
	if code := ward.CodeOf(err); code != ward.Invalid && code != ward.Throttled {
		return err
	}
	if _, bad := validator.LevelOf(v.level); bad != nil || v.level == "" {
		v.level = csaf.Mandatory.Word()
	}
	if len(v.text) > shownAgain {
		v.text = ""
	}
	v.errors = ui.ErrorsOf(c.Printer, err)
	return c.Fault(err, formShell(c, v.errors), formBody(c.Printer, v))
}

func (h handler) conformance(c *web.Call) error {
	return c.OK(ui.Shell{Title: c.T("validator.conformance.title"), Lead: c.T("validator.conformance.lead"), Crumbs: home(c)},
		conformanceBody(c.Printer, validator.Claims()))
}

func levelOptions(p *i18n.Printer, chosen string) []ui.Option {
	var out []ui.Option
	for l := csaf.Mandatory; l <= csaf.Informative; l++ {
		out = append(out, ui.Option{Value: l.Word(), Text: p.T(i18n.Key("validator.level." + l.Word())),
			Hint: p.T(i18n.Key("validator.level_hint." + l.Word())), Checked: l.Word() == chosen})
	}
	return out
}
