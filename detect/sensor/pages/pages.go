// Package pages shows detection: what is looked for, to who keeps it and to the
// hospitals that get it; what was seen, to the hospital and its CSIRT; and the
// sensors. No page names a hospital to anybody else.
package pages

import (
	"ward/detect/sensor"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

type handler struct{ svc *sensor.Service }

// Routes are the pages.
func Routes(svc *sensor.Service) []web.Page {
	h := handler{svc}
	const one, item, hit = "/detection/{id}", "/indicators/{item}", "/sightings/{hit}"
	upload := web.Post(one+"/items", "detection.write", h.add)
	upload.MaxBody = sensor.MaxUpload + web.DefaultBody
	return []web.Page{
		web.Get("/detection", "detection.read", h.list),
		web.Get("/detection/new", "detection.write", h.blank),
		web.Post("/detection/new", "detection.write", h.create),
		web.Get(one, "detection.read", h.show),
		web.Get(one+"/edit", "detection.write", h.edit),
		web.Post(one+"/edit", "detection.write", h.save),
		upload,
		web.Get(item, "detection.read", h.item),
		web.Post(item+"/remove", "detection.write", h.remove),
		web.Post(one+"/submit", "detection.write", h.submit),
		web.Post(one+"/publish", "detection.publish", h.publish),
		web.Post(one+"/return", "detection.write", h.giveBack),
		web.Post(one+"/withdraw", "detection.write", h.withdraw),

		web.Get("/sightings", "sighting.read", h.hits),
		web.Get(hit, "sighting.read", h.hit),
		web.Post(hit+"/state", "sighting.work", h.move),
		web.Post(hit+"/comment", "sighting.work", h.comment),
		web.Get("/sensors", "sighting.read", h.sensors),
	}
}

// Menu leads to what was seen and to what is looked for.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 12, Text: "sensor.menu.hits", Path: "/sightings", Permission: "sighting.read"},
		{Order: 18, Text: "sensor.menu.content", Path: "/detection", Permission: "detection.read"}}
}

func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("sensor.home"), Href: "/"} }

func path(id string) string { return "/detection/" + id }

func itemPath(i sensor.Item) string { return "/indicators/" + i.ID }

func hitPath(id string) string { return "/sightings/" + id }

// crumbs lead from a page of a collection back up to it.
func crumbs(p *i18n.Printer, c *sensor.Collection) []ui.Link {
	out := []ui.Link{home(p), {Text: p.T("sensor.list.title"), Href: "/detection"}}
	if c != nil {
		out = append(out, ui.Link{Text: i18n.In(c.Lang, c.Title), Href: path(c.ID)})
	}
	return out
}

// field is one of a form: its name is the ending of its words.
func field(p *i18n.Printer, e ui.Errors, name string, optional bool) ui.Field {
	f := ui.Field{Name: name, Label: ui.Word(p, "sensor.field.", name), Optional: optional, Error: e.At(name)}
	if key := i18n.Key("sensor.hint." + name); p.Has(key) {
		f.Hint = p.T(key)
	}
	return f
}

var tones = map[sensor.State]ui.Tone{sensor.Draft: ui.Neutral, sensor.Submitted: ui.Warning, sensor.Published: ui.Success, sensor.Withdrawn: ui.Bad}

var hitTones = map[sensor.HitState]ui.Tone{sensor.Unseen: ui.Warning, sensor.Looking: ui.Info, sensor.Confirmed: ui.Bad, sensor.FalsePositive: ui.Neutral, sensor.Closed: ui.Success}
