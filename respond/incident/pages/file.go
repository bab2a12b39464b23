package pages

import (
	"errors"
	"io"
	"net/http"

	"ward"
	"ward/format/attachment"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	keep "ward/respond/incident/attachment"
)

// cabinet is the pages of a report's files.
type cabinet struct {
	handler
	files *keep.Service
}

// maxForm bounds a form with one file: the file and what a browser writes around it.
const maxForm = keep.MaxFile + 64<<10

// FileRoutes are the pages of files.
func FileRoutes(svc *incident.Service, files *keep.Service) []web.Page {
	h := cabinet{handler{svc: svc}, files}
	const own, team = "/incidents/{id}/files", "/incident-queue/{id}/files"
	add := web.Post(own, "incident.write", h.add)
	add.MaxBody = maxForm
	return []web.Page{add,
		web.Get(own, "incident.read", h.own),
		web.Get(own+"/{file}", "incident.read", h.take),
		web.Post(own+"/{file}/remove", "incident.write", h.remove),
		web.Get(team, "incident.handle", h.received),
		web.Get(team+"/{file}", "incident.handle", h.takeReceived),
	}
}

// filesView is what lies at a report; add is whether the reader may change it.
type filesView struct {
	p      *i18n.Printer
	list   []keep.File
	base   string
	add    bool
	errors ui.Errors
}

func (h cabinet) own(c *web.Call) error { return h.ownPage(c, nil) }

func (h cabinet) ownPage(c *web.Call, fault error) error {
	x, err := h.files.Own(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("incident.files.title"), Lead: p.T("incident.files.lead"), Crumbs: crumbs(p, x.Report), Errors: ui.ErrorsOf(p, fault)}
	return c.Render(web.FormStatus(fault), s, filesBody(filesView{p, x.List, path(x.Report.ID) + "/files", h.svc.MayWrite(c.Actor) && x.Report.Fillable(), s.Errors}))
}

func (h cabinet) received(c *web.Call) error {
	x, err := h.files.Received(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	p := c.Printer
	s := ui.Shell{Title: p.T("incident.files.title"), Lead: p.T("incident.files.received"),
		Crumbs: []ui.Link{home(p), {Text: p.T("incident.queue.title"), Href: "/incident-queue"}, {Text: i18n.Raw(x.Report.Number), Href: queuePath(x.Report.ID)}}}
	return c.OK(s, filesBody(filesView{p: p, list: x.List, base: queuePath(x.Report.ID) + "/files"}))
}

func (h cabinet) add(c *web.Call) error {
	err := h.files.Fillable(c.Context(), c.Actor, c.Path("id")) // before the body is read
	if err == nil {
		var name string
		var data []byte
		if name, data, err = sentFile(c.R); err == nil {
			_, err = h.files.Add(c.Context(), c.Actor, c.Path("id"), name, data)
		}
	}
	if web.InForm(err) {
		return h.ownPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/files", "incident.attached.done")
}

// sentFile reads the one file of a form; nothing of it is written to disk.
func sentFile(r *http.Request) (name string, data []byte, err error) {
	const maxParts = 10
	parts, err := r.MultipartReader()
	for n := 0; err == nil && n < maxParts; n++ {
		part, e := parts.NextRawPart()
		if e != nil {
			err = e
			break
		}
		if part.FormName() == "file" {
			data, err = io.ReadAll(io.LimitReader(part, keep.MaxFile+1))
			name = part.FileName()
			break
		}
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", nil, keep.TooLarge()
	case err != nil && err != io.EOF:
		return "", nil, ward.Fail(ward.Invalid, "incident.error.file_cut").At("file")
	}
	return name, data, nil
}

func (h cabinet) take(c *web.Call) error {
	f, r, err := h.files.Take(c.Context(), c.Actor, c.Path("id"), c.Path("file"))
	if err != nil {
		return err
	}
	h.files.Serve(c, f, r)
	return nil
}

func (h cabinet) takeReceived(c *web.Call) error {
	f, r, err := h.files.TakeReceived(c.Context(), c.Actor, c.Path("id"), c.Path("file"))
	if err != nil {
		return err
	}
	h.files.Serve(c, f, r)
	return nil
}

func (h cabinet) remove(c *web.Call) error {
	if err := h.files.Remove(c.Context(), c.Actor, c.Path("id"), c.Path("file")); err != nil {
		return err
	}
	return c.See(path(c.Path("id"))+"/files", "incident.detached.done")
}

// accept are the endings that a browser offers.
func accept() string { return attachment.Accept() }

// megabytes is a size for people, never less than it is.
func megabytes(p *i18n.Printer, n int64) i18n.Text {
	return p.T("incident.files.size", "size", p.Decimal(float64((n+99_999)/100_000)/10, 1))
}
