package pages

import (
	"time"

	"ward"
	"ward/format/icalendar"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/due"
)

// calendar shows and makes the address of a hospital's calendar of deadlines.
type calendar struct {
	handler
	due *due.Service
}

// CalendarRoutes are the pages of the calendar.
func CalendarRoutes(svc *incident.Service, d *due.Service) []web.Page {
	h := calendar{handler{svc: svc}, d}
	return []web.Page{
		web.Get("/incidents/calendar", "incident.read", h.show),
		web.Post("/incidents/calendar", "incident.write", h.make),
		web.Post("/incidents/calendar/end", "incident.write", h.end),
		web.Get("/incident-calendar/{secret}/deadlines.ics", web.Public, h.read),
	}
}

func (h calendar) show(c *web.Call) error { return h.page(c, "") }

func (h calendar) page(c *web.Call, address string) error {
	f, err := h.due.Of(c.Context(), c.Actor)
	if err != nil && ward.CodeOf(err) != ward.NotFound {
		return err
	}
	s := ui.Shell{Title: c.T("incident.calendar.title"), Lead: c.T("incident.calendar.lead"), Crumbs: own(c.Printer)}
	return c.OK(s, calendarBody(c.Printer, f, address, h.svc.MayWrite(c.Actor)))
}

// make answers with the address itself: it is shown this once.
func (h calendar) make(c *web.Call) error {
	address, err := h.due.Make(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return h.page(c, address)
}

func (h calendar) end(c *web.Call) error {
	if err := h.due.End(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/incidents/calendar", "incident.calendar.ended.done")
}

// read is for calendar programs: the secret of the address is the whole right.
func (h calendar) read(c *web.Call) error {
	b, err := h.due.Calendar(c.Context(), c.Path("secret"))
	if err != nil {
		return err
	}
	c.W.Header().Set("Cache-Control", "private, no-cache")
	return c.Content(icalendar.Type, time.Time{}, b)
}
