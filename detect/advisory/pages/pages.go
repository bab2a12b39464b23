// Package pages shows what package advisory keeps.
package pages

import (
	"context"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/advisory"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/kit/web"
)

// handler answers the pages.
type handler struct {
	svc     *advisory.Service
	reviews advisory.Reviews
}

// maxUpload bounds an uploaded file in bytes, the same as in the API.
const maxUpload = 256 << 20

// Routes are the pages of advisories; reviews answers which cases wait.
func Routes(svc *advisory.Service, reviews advisory.Reviews) []web.Page {
	h := handler{svc: svc, reviews: reviews}
	upload := web.Post("/advisories/new", "advisory.write", h.upload)
	upload.MaxBody = maxUpload
	return []web.Page{
		web.Get("/advisories", "advisory.read", h.list),
		web.Get("/advisories/new", "advisory.write", h.uploadForm),
		upload,
		web.Get("/advisories/{id}", "advisory.read", h.show),
		web.Get("/advisories/{id}/changes", "advisory.read", h.changes),
		web.Get("/advisories/{id}/document", "advisory.read", h.document),
		web.Post("/advisories/{id}/read", "advisory.read", h.markRead),
		web.Post("/advisories/{id}/notes", "decision.write", h.note),
		web.Get("/advisories/{id}/delete", "advisory.delete", h.deleteForm),
		web.Post("/advisories/{id}/delete", "advisory.delete", h.remove),
		web.Get("/advisories/deleted", "advisory.delete", h.deleted),
		web.Post("/advisories/deleted/{id}/readmit", "advisory.delete", h.readmit),
		web.Get("/sources", "source.read", h.sources),
		web.Get("/sources/new", "source.write", h.sourceForm),
		web.Post("/sources/new", "source.write", h.addSource),
		web.Get("/sources/{id}", "source.read", h.source),
		web.Post("/sources/{id}/fetch", "source.write", h.fetch),
		web.Post("/sources/{id}/pause", "source.write", h.pause),
		web.Post("/sources/{id}/keys", "source.write", h.trust),
		web.Get("/review", "decision.read", h.queue),
		web.Get("/review/{key}", "decision.read", h.review),
		web.Post("/review/{key}", "decision.write", h.decide),
		web.Get("/decisions", "decision.read", h.decisions),
		web.Get("/decisions/{id}/undo", "decision.write", h.undoForm),
		web.Post("/decisions/{id}/undo", "decision.write", h.undo),
	}
}

// Menu are the entries of the navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{
		{Order: 30, Text: "advisory.menu.list", Path: "/advisories", Permission: "advisory.read"},
		{Order: 32, Text: "advisory.menu.review", Path: "/review", Permission: "decision.read"},
		{Order: 70, Text: "advisory.menu.sources", Path: "/sources", Permission: "source.read"},
	}
}

// Cards are what the first screen of the Centre shows.
func Cards(svc *advisory.Service, reviews advisory.Reviews) []module.Card {
	return []module.Card{
		{Order: 20, Permission: "decision.read", Roles: []ward.Role{ward.RoleCentre},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				cases, err := svc.ReviewQueue(ctx, a, reviews)
				if err != nil {
					return nil, err
				}
				return reviewCard(p, len(cases)), nil
			}},
		{Order: 30, Permission: "source.read", Roles: []ward.Role{ward.RoleCentre, ward.RoleOperator},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				list, err := svc.Sources().List(ctx, a)
				if err != nil {
					return nil, err
				}
				return sourceCard(p, list), nil
			}},
	}
}

// crumbs lead from Home to the list that a page belongs to.
func crumbs(c *web.Call, path string, key i18n.Key) []ui.Link {
	return []ui.Link{{Text: c.T("advisory.crumb.home"), Href: "/"}, {Text: c.T(key), Href: path}}
}

// with is a path with query values; empty ones are left out.
func with(path string, values url.Values, pairs ...string) string {
	q := url.Values{}
	for k, v := range values {
		if len(v) > 0 && v[0] != "" {
			q.Set(k, v[0])
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// external is an address of a document as a link; anything but http and https
// gives the empty text, which is shown as words.
func external(address string) string {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ""
	}
	return u.String()
}

// said is text of a document in its own language.
func said(lang, text string) i18n.Text {
	if l, ok := ward.ParseLang(lang); ok {
		return i18n.In(l, text)
	}
	return i18n.Raw(text)
}

// paragraphs cuts a long text at empty lines and bounds it: the whole stands in
// the document itself.
func paragraphs(text string) []string {
	const most = 30
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		if p = strings.TrimSpace(p); p != "" && len(out) < most {
			out = append(out, p)
		}
	}
	return out
}

// options makes the answers of a choice, the chosen one ticked.
func options(p *i18n.Printer, chosen string, pairs ...string) []ui.Option {
	var out []ui.Option
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, ui.Option{Value: pairs[i], Text: p.T(i18n.Key(pairs[i+1])), Checked: pairs[i] == chosen})
	}
	return out
}

// tlpOptions are the markings with the official labels, widest first.
func tlpOptions(p *i18n.Printer, chosen string, first i18n.Key) []ui.Option {
	out := []ui.Option{{Text: p.T(first), Checked: chosen == ""}}
	for t := ward.TLPClear; t >= ward.TLPRed; t-- {
		out = append(out, ui.Option{Value: t.String(), Text: i18n.Raw("TLP:" + t.String()), Checked: chosen == t.String()})
	}
	return out
}
