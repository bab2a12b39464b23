package pages

import (
	"errors"
	"net/http"

	"ward"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/ransomware"
)

// catalogueView is the catalogue in use, and the one that waits.
type catalogueView struct {
	used    *ransomware.Catalogue
	waiting *ransomware.Preview
	errors  ui.Errors
}

func (h handler) catalogue(c *web.Call) error { return h.showCatalogue(c, nil) }

func (h handler) showCatalogue(c *web.Call, fault error) (err error) {
	var v catalogueView
	if v.used, v.waiting, err = h.svc.Catalogues(c.Context(), c.Actor); err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("ransomware.catalogue.title"), Lead: c.T("ransomware.catalogue.lead"), Crumbs: home(c)}
	if fault != nil {
		v.errors = ui.ErrorsOf(c.Printer, fault)
		s.Errors = v.errors
	}
	return c.Render(web.FormStatus(fault), s, catalogueBody(c.Printer, v))
}

// inMemory is how much of an upload is held in memory; the rest waits on disk.
const inMemory = 4 << 20

func (h handler) put(c *web.Call) error {
	missing := ward.Fail(ward.Invalid, "ransomware.error.file").At("file")
	if err := c.R.ParseMultipartForm(inMemory); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return h.showCatalogue(c, missing)
	}
	defer c.R.MultipartForm.RemoveAll() //nolint:errcheck // temporary files of the system
	file, _, err := c.R.FormFile("file")
	if err != nil {
		return h.showCatalogue(c, missing)
	}
	defer file.Close() //nolint:errcheck // read only
	if _, err = h.svc.Put(c.Context(), c.Actor, file); web.InForm(err) {
		return h.showCatalogue(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/ransomware/catalogue", "ransomware.flash.catalogue_put")
}

func (h handler) take(c *web.Call) error {
	if err := h.svc.Take(c.Context(), c.Actor, c.Form("sha256")); err != nil {
		return err
	}
	return c.See("/ransomware/catalogue", "ransomware.flash.catalogue_used")
}

func (h handler) discard(c *web.Call) error {
	if err := h.svc.Discard(c.Context(), c.Actor, c.Form("sha256")); err != nil {
		return err
	}
	return c.See("/ransomware/catalogue", "ransomware.flash.catalogue_gone")
}
