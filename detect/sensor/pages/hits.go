package pages

import (
	"net/url"
	"slices"

	"ward"
	"ward/detect/sensor"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// hitsView is the list of hits with its filter.
type hitsView struct {
	p     *i18n.Printer
	f     sensor.HitFilter
	list  []sensor.Hit
	more  bool
	names map[ward.OrgID]ward.Organisation // empty where all are the reader's own
}

func filterOf(c *web.Call) sensor.HitFilter {
	f := sensor.HitFilter{After: c.Query("after"), Item: c.Query("item")}
	switch s := sensor.HitState(c.Query("state")); {
	case s == "all":
		f.All = true
	case slices.Contains(sensor.HitStates(), s):
		f.State = s
	}
	return f
}

// next is the address of the page after this one.
func (v hitsView) next() string {
	if !v.more {
		return ""
	}
	q := url.Values{"after": {v.list[len(v.list)-1].ID}}
	if v.f.All {
		q.Set("state", "all")
	}
	if v.f.State != "" {
		q.Set("state", string(v.f.State))
	}
	if v.f.Item != "" {
		q.Set("item", v.f.Item)
	}
	return "/sightings?" + q.Encode()
}

func (v hitsView) active() int {
	if v.f.All || v.f.State != "" || v.f.Item != "" {
		return 1
	}
	return 0
}

func (h handler) hits(c *web.Call) error {
	v := hitsView{p: c.Printer, f: filterOf(c)}
	var err error
	if v.list, v.more, err = h.svc.Hits(c.Context(), c.Actor, v.f); err != nil {
		return err
	}
	var orgs []ward.OrgID
	for _, x := range v.list {
		orgs = append(orgs, x.Org)
	}
	if v.names, err = h.names(c, orgs); err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("sensor.hits.title"), Lead: c.T("sensor.hits.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, hitsBody(v))
}

// names are those of organisations, where there are others than the reader's own.
func (h handler) names(c *web.Call, orgs []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	orgs = slices.DeleteFunc(orgs, func(o ward.OrgID) bool { return o == c.Actor.Org })
	if len(orgs) == 0 {
		return nil, nil
	}
	slices.Sort(orgs)
	return h.svc.Names(c.Context(), slices.Compact(orgs))
}

// hitView is the page of a hit.
type hitView struct {
	p       *i18n.Printer
	h       sensor.Hit
	entries []sensor.Entry
	names   map[ward.OrgID]ward.Organisation
	spread  *sensor.Spread   // nil for what is not of our content
	about   *sensor.ItemView // nil where its content is known to the reader no more
	work    bool
	errors  ui.Errors
	typed   func(string) string
}

func (h handler) hit(c *web.Call) error { return h.hitPage(c, nil) }

func (h handler) hitPage(c *web.Call, fault error) error {
	v := hitView{p: c.Printer, errors: ui.ErrorsOf(c.Printer, fault), typed: c.Form}
	var err error
	if v.h, v.entries, err = h.svc.Hit(c.Context(), c.Actor, c.Path("hit")); err != nil {
		return err
	}
	if v.names, err = h.names(c, []ward.OrgID{v.h.Org}); err != nil {
		return err
	}
	if v.h.Item != "" {
		spread, err := h.svc.SpreadOf(c.Context(), c.Actor, v.h.Item)
		if err != nil && ward.CodeOf(err) != ward.NotFound {
			return err
		}
		if err == nil {
			v.spread = &spread
		}
		about, err := h.svc.Item(c.Context(), c.Actor, v.h.Item)
		if err != nil && ward.CodeOf(err) != ward.NotFound {
			return err
		}
		if err == nil {
			v.about = &about
		}
	}
	v.work = h.svc.MayWork(c.Actor, v.h)
	s := ui.Shell{Title: i18n.Raw(v.h.Name()), Crumbs: []ui.Link{home(c.Printer), {Text: c.T("sensor.hits.title"), Href: "/sightings"}}, Errors: v.errors,
		Above: hitChip(c.Printer, v.h.State)}
	return c.Render(web.FormStatus(fault), s, hitBody(v))
}

// worked leads back to the hit, or shows it with what is wrong.
func (h handler) worked(c *web.Call, err error, key i18n.Key) error {
	if web.InForm(err) {
		return h.hitPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See(hitPath(c.Path("hit")), key)
}

func (h handler) move(c *web.Call) error {
	err := h.svc.Move(c.Context(), c.Actor, c.Path("hit"), sensor.HitState(c.Form("state")), c.Form("comment"), c.Form("tell") != "")
	return h.worked(c, err, "sensor.done.moved")
}

func (h handler) comment(c *web.Call) error {
	return h.worked(c, h.svc.Comment(c.Context(), c.Actor, c.Path("hit"), c.Form("word")), "sensor.done.commented")
}

func (h handler) sensors(c *web.Call) error {
	list, err := h.svc.Sensors(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var orgs []ward.OrgID
	for _, x := range list {
		orgs = append(orgs, x.Org)
	}
	names, err := h.names(c, orgs)
	if err != nil {
		return err
	}
	key, print := h.svc.Key()
	s := ui.Shell{Title: c.T("sensor.sensors.title"), Lead: c.T("sensor.sensors.lead"), Crumbs: []ui.Link{home(c.Printer)}}
	return c.OK(s, sensorsBody(c.Printer, list, names, h.svc.Now(), key.Key, print))
}
