package pages

import (
	"errors"
	"net/http"

	"ward"
	"ward/detect/advisory"
	"ward/detect/advisory/harvest"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// uploadView is the form with what was typed.
type uploadView struct {
	kind, url, unmarked string
	force               bool // the tick box of a catalogue that shrank is shown
	errors              ui.Errors
}

func (h handler) uploadForm(c *web.Call) error {
	return h.uploadPage(c, http.StatusOK, uploadView{kind: "csaf"})
}

func (h handler) uploadPage(c *web.Call, status int, v uploadView) error {
	s := ui.Shell{Title: c.T("advisory.upload.title"), Lead: c.T("advisory.upload.lead"),
		Crumbs: crumbs(c, "/advisories", "advisory.list.title"), Errors: v.errors}
	return c.Render(status, s, uploadBody(c.Printer, v))
}

// inMemory is how much of an upload is held in memory; the rest waits on disk.
const inMemory = 4 << 20

// upload leads to where the result can be read: the one advisory, the list, or
// the faults.
func (h handler) upload(c *web.Call) error {
	if err := c.R.ParseMultipartForm(inMemory); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return h.uploadPage(c, http.StatusUnprocessableEntity, uploadView{kind: "csaf", errors: fileMissing(c)})
	}
	defer c.R.MultipartForm.RemoveAll() //nolint:errcheck // temporary files of the system
	v := uploadView{kind: c.Form("kind"), url: c.Form("url"), unmarked: c.Form("unmarked")}
	done, err := h.take(c, v)
	if err != nil {
		code := ward.CodeOf(err)
		if code != ward.Invalid && code != ward.Conflict {
			return err
		}
		v.errors, v.force = ui.ErrorsOf(c.Printer, err), code == ward.Conflict
		return h.uploadPage(c, http.StatusUnprocessableEntity, v)
	}
	return c.See(done.path, done.key, done.args...)
}

// landing is where a form leads when it went well.
type landing struct {
	path string
	key  i18n.Key
	args []string
}

// take does what the form asks for and says where to go.
func (h handler) take(c *web.Call, v uploadView) (landing, error) {
	file, head, err := c.R.FormFile("file")
	if v.url == "" && err != nil {
		return landing{}, ward.Fail(ward.Invalid, "advisory.upload.error.missing").At("file")
	}
	if err == nil {
		defer file.Close()
	}
	var unmarked *ward.TLP
	if t, ok := ward.ParseTLP(v.unmarked); ok {
		unmarked = &t
	}
	if v.kind != "csaf" {
		if file == nil {
			return landing{}, ward.Fail(ward.Invalid, "advisory.upload.error.missing").At("file")
		}
		out, err := h.svc.Enrich(c.Context(), c.Actor, harvest.Kind(v.kind), head.Filename, file, c.Form("force") == "1")
		return landing{"/sources", "advisory.upload.catalogue.done", []string{"read", c.Printer.Number(out.Read),
			"added", c.Printer.Number(out.Added), "withdrawn", c.Printer.Number(out.Withdrawn), "touched", c.Printer.Number(out.Touched)}}, err
	}
	var out advisory.Outcome
	if file != nil {
		out, err = h.svc.Accept(c.Context(), c.Actor, advisory.Delivery{Name: head.Filename, Body: file, Size: head.Size, Unmarked: unmarked})
	} else {
		out, err = h.svc.AcceptURL(c.Context(), c.Actor, v.url, unmarked)
	}
	path := "/advisories"
	if out.Refused > 0 {
		path = "/sources/" + advisory.UploadSource
	} else if len(out.Advisories) == 1 {
		path = "/advisories/" + string(out.Advisories[0])
	}
	return landing{path, "advisory.upload.done", []string{"read", c.Printer.Number(out.Read), "new", c.Printer.Number(out.New),
		"revised", c.Printer.Number(out.Revised), "same", c.Printer.Number(out.Same + out.Older), "refused", c.Printer.Number(out.Refused)}}, err
}

func fileMissing(c *web.Call) ui.Errors {
	return ui.ErrorsOf(c.Printer, ward.Fail(ward.Invalid, "advisory.upload.error.missing").At("file"))
}
