// Package pages shows what package inventory offers.
package pages

import (
	"errors"
	"net/http"

	"ward"
	"ward/format/sheet"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
	"ward/prevent/inventory/upload"
)

const (
	read  ward.Permission = "inventory.read"
	write ward.Permission = "inventory.write"
)

// handler answers the pages.
type handler struct{ svc *inventory.Service }

// Routes are the pages of the inventory. What belongs to one row stands under
// /inventory/assets, as the router cannot tell /inventory/{id}/edit from
// /inventory/import/{id}.
func Routes(svc *inventory.Service) []web.Page {
	h := handler{svc}
	upload := func(path string, handle func(*web.Call) error) web.Page {
		p := web.Post(path, write, handle)
		p.MaxBody = upload.MaxFile + 64<<10
		return p
	}
	return []web.Page{
		web.Get("/inventory", read, h.list),
		web.Post("/inventory/pick", write, h.pick),
		web.Get("/inventory/export", read, h.export),
		web.Get("/inventory/example.csv", read, h.example),
		web.Get("/inventory/import", write, h.chooseFile),
		upload("/inventory/import", h.upload),
		web.Get("/inventory/import/{id}", read, h.oneImport),
		web.Get("/inventory/import/{id}/stream", read, h.progress),
		web.Post("/inventory/import/{id}/columns", write, h.columns),
		web.Post("/inventory/import/{id}/confirm", write, h.confirm),
		web.Post("/inventory/import/{id}/cancel", write, h.cancel),
		web.Get("/inventory/new", write, h.newAsset),
		web.Post("/inventory/new", write, h.add),
		web.Get("/inventory/{id}", read, h.asset),
		web.Get("/inventory/assets/{id}/edit", write, h.editForm),
		web.Post("/inventory/assets/{id}/edit", write, h.edit),
		web.Get("/inventory/assets/{id}/delete", write, h.deleteForm),
		web.Post("/inventory/assets/{id}/delete", write, h.delete),
		web.Get("/inventory/assets/{id}/sbom", read, h.bill),
		upload("/inventory/assets/{id}/sbom", h.attach),
		web.Post("/inventory/assets/{id}/sbom/remove", write, h.detach),
	}
}

// Menu is the entry of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 20, Text: "inventory.menu", Path: "/inventory", Permission: read}}
}

// asset path.
func pathOf(id ward.AssetID) string { return "/inventory/" + string(id) }

func subPath(id ward.AssetID, page string) string {
	return "/inventory/assets/" + string(id) + "/" + page
}

func importPath(id string) string { return "/inventory/import/" + id }

// crumbs leads back to the list.
func crumbs(c *web.Call, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: c.T("inventory.menu"), Href: "/inventory"}}, more...)
}

// fieldKey names a field of the inventory.
func fieldKey(f sheet.Field) i18n.Key { return i18n.Key("inventory.field." + string(f)) }

// refused turns an Invalid error into the form again, with its words; any other
// error stays what it is.
func refused(c *web.Call, err error, again func(status int, errs ui.Errors) error) error {
	if ward.CodeOf(err) != ward.Invalid {
		return err
	}
	return again(http.StatusUnprocessableEntity, ui.ErrorsOf(c.Printer, err))
}

// filePart streams the first file of an upload; the form has no other field.
func filePart(c *web.Call) (name string, body interface{ Read([]byte) (int, error) }, err error) {
	parts, err := c.R.MultipartReader()
	if err != nil {
		return "", nil, ward.Fail(ward.Invalid, "inventory.error.no_file").At("file").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", nil, ward.Fail(ward.Invalid, "inventory.error.no_file").At("file").Because(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part.FileName(), part, nil
		}
	}
}

// formTooLarge keeps a body above the limit from looking like a broken one.
func formTooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return ward.Fail(ward.Invalid, "inventory.error.file.size").At("file").Because(err)
	}
	return err
}
