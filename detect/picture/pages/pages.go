// Package pages shows the situational picture.
package pages

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/picture"
	"ward/kit/i18n"
	"ward/kit/live"
	"ward/kit/ui"
	"ward/kit/web"
)

type handler struct {
	svc *picture.Service
	hub *live.Hub
}

// Routes are the pages of the picture.
func Routes(svc *picture.Service, hub *live.Hub) []web.Page {
	h := handler{svc, hub}
	history := web.Post("/picture/history", "picture.write", h.takeHistory)
	history.MaxBody = picture.MaxUpload + 1<<20
	return []web.Page{
		web.Get("/picture/weekly", "picture.read", h.weeklies),
		web.Post("/picture/weekly", "picture.write", h.draft),
		web.Get("/picture/weekly/{weekly}", "picture.read", h.weekly),
		web.Get("/picture/weekly/{weekly}/edit", "picture.write", h.editor),
		web.Post("/picture/weekly/{weekly}/edit", "picture.write", h.edit),
		web.Get("/picture/weekly/{weekly}/publish", "picture.write", h.askPublish),
		web.Post("/picture/weekly/{weekly}/publish", "picture.write", h.publish),
		web.Get("/picture/history", "picture.write", h.history),
		history,
		web.Get("/picture", "picture.read", h.look),
		web.Get("/picture/figures/{figure}", "picture.read", svc.WriteFigure),
		web.Get("/picture/stream", "picture.watch", h.stream),
		web.Get("/picture/sharing", "picture.share", h.sharing),
		web.Post("/picture/sharing", "picture.share", h.share),
	}
}

// Menu is the entry of the main navigation.
func Menu() []web.MenuItem {
	return []web.MenuItem{{Order: 59, Text: "picture.menu", Path: "/picture", Permission: "picture.read"}}
}

func home(p *i18n.Printer) ui.Link { return ui.Link{Text: p.T("picture.crumb.home"), Href: "/"} }

func crumbs(p *i18n.Printer) []ui.Link {
	return []ui.Link{home(p), {Text: p.T("picture.menu"), Href: "/picture"}}
}

// view is what the page draws.
type view struct {
	p      *i18n.Printer
	x      picture.Picture
	faults ui.Errors
	watch  bool // may follow live
	share  bool
	write  bool
	own    ward.Country // of the reader, when he may see it as it is
}

// path is the page with a filter, and with a value of it changed.
func path(f picture.Filter, change ...string) string {
	q := f.Values()
	for i := 0; i+1 < len(change); i += 2 {
		q.Del(change[i])
		if change[i+1] != "" {
			q.Set(change[i], change[i+1])
		}
	}
	if len(q) == 0 {
		return "/picture"
	}
	return "/picture?" + q.Encode()
}

func csvPath(f picture.Filter, id string) string {
	return strings.Replace(path(f), "/picture", "/picture/figures/"+id, 1)
}

func (h handler) look(c *web.Call) error {
	f, fault := picture.ParseFilter(c.R.URL.Query())
	if fault != nil {
		f = picture.Filter{}
	}
	x, err := h.svc.Look(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	v := view{p: c.Printer, x: x, faults: ui.ErrorsOf(c.Printer, fault), watch: h.svc.MayWatch(c.Actor), share: h.svc.MayShare(c.Actor), write: h.svc.MayWrite(c.Actor)}
	if h.svc.MayShare(c.Actor) {
		v.own = c.Actor.Country
	}
	s := ui.Shell{Title: v.title(), Lead: v.lead(), Crumbs: []ui.Link{home(c.Printer)}, Errors: v.faults, Live: v.live()}
	if f.Country != "" {
		s.Crumbs = crumbs(c.Printer)
	}
	return c.Render(web.FormStatus(fault), s, body(v))
}

func (v view) live() bool { return v.x.Live && v.watch }

// past reports whether history alone is shown.
func (v view) past() bool { return v.x.Filter.Source == picture.FromHistory }

func (v view) title() i18n.Text {
	if v.past() {
		return v.p.T("picture.title_history")
	}
	if v.x.Asked.Country != "" {
		return v.p.T("picture.title_country", "country", string(v.x.Asked.Country))
	}
	return v.p.T("picture.title")
}

// lead says what is counted, of which time, and how exact it is.
func (v view) lead() i18n.Text {
	key := i18n.Key("picture.lead_covered")
	switch {
	case v.x.Filter.Source == picture.FromHistory:
		key = "picture.lead_history"
	case v.x.Exact:
		key = "picture.lead_exact"
	case !v.x.Live:
		key = "picture.lead_daily"
	}
	return v.p.T(key, "time", v.p.Time(v.x.At))
}

// stream tells an open page that something came, a moment after it came.
func (h handler) stream(c *web.Call) error {
	f, err := picture.ParseFilter(c.R.URL.Query())
	if err != nil {
		return err
	}
	only, err := h.svc.Follow(c.Actor, f.Country)
	if err != nil {
		return err
	}
	p, href, a := c.Printer, path(f), c.Actor
	ctx := context.WithoutCancel(c.Context()) // the stream outlives the request
	signals, stop := h.hub.Listen(picture.Topic)
	came := make(chan struct{}, 1)
	go func() {
		defer close(came)
		for s := range signals {
			if s.Lost() || s.ID == string(only) || only == "" && h.svc.Announces(ctx, a, ward.Country(s.ID)) {
				select {
				case came <- struct{}{}:
				default: // the page knows
				}
			}
		}
	}()
	return web.Push(c, web.Life{For: streamFor, End: stop}, came, func(struct{}) web.Message { return fresh(p, href) })
}

// streamFor bounds a stream: the browser comes again, and rights are asked anew.
const streamFor = 10 * time.Minute

func fresh(p *i18n.Printer, href string) web.Message {
	var b strings.Builder
	if err := ui.ShowNew(p.T("picture.fresh"), href).Render(background, &b); err != nil {
		return web.Message{}
	}
	return web.Message{Data: b.String()}
}

// wordOf is the name of a value of a figure.
func wordOf(p *i18n.Printer, id, w string) i18n.Text {
	switch {
	case w == picture.Hidden:
		return p.T("picture.word.hidden")
	case w == "":
		return p.T("picture.word.unknown")
	}
	switch id {
	case "countries":
		return i18n.Raw(w)
	case "families":
		if w == picture.OtherFamily {
			return p.T("picture.word.other_family")
		}
		return i18n.Raw(w)
	case "sectors":
		return p.T(i18n.Key("registry.kind." + w))
	case "services":
		return p.T(i18n.Key("registry.care." + w))
	}
	return p.T(i18n.Key("picture." + id + "." + strings.ReplaceAll(w, "-", "_")))
}

// stepName is a step of the time series in words.
func (v view) stepName(t time.Time) string {
	switch v.x.Figures.Unit {
	case picture.ByDay:
		return v.p.Date(t)
	case picture.ByMonth:
		return t.Format("2006-01")
	}
	return t.Format("2006")
}

// takeaway is one sentence of what a figure says, computed from its numbers.
func (v view) takeaway(id string) i18n.Text {
	p, x := v.p, v.x.Figures
	total := x.Total.All()
	if total == 0 {
		return p.T("picture.takeaway.nothing")
	}
	switch id {
	case "series":
		best := slices.MaxFunc(append([]picture.Point{{}}, x.Series...), func(a, b picture.Point) int { return cmp.Compare(a.Reports+a.History, b.Reports+b.History) })
		if best.Reports+best.History == 0 {
			return p.T("picture.takeaway.untold")
		}
		return p.T("picture.takeaway.series", "total", p.Number(total), "step", v.stepName(best.Start), "most", p.Number(best.Reports+best.History))
	case "impacts":
		if x.Known == 0 {
			return p.T("picture.takeaway.impact_none")
		}
		return p.T("picture.takeaway.impacts", "index", p.Number(int(x.Index+.5)), "known", p.Number(x.Known))
	case "clocks":
		for _, k := range x.Clocks {
			if k.Stage == "early" && k.Kept+k.Late > 0 {
				return p.T("picture.takeaway.clocks", "share", p.Percent(float64(k.Kept)/float64(k.Kept+k.Late)), "all", p.Number(k.Kept+k.Late))
			}
		}
		return p.T("picture.takeaway.clocks_none")
	}
	for _, c := range x.Counts(id) {
		if c.Word == "" || c.Word == picture.Hidden || c.All() == 0 {
			continue
		}
		if c.Word == picture.OtherFamily {
			continue
		}
		if (id == "services" || id == "signs") && !v.x.Exact && !v.past() { // only told where many enough have it
			return p.T("picture.takeaway.least", "word", wordOf(p, id, c.Word).String(), "n", p.Number(c.All()))
		}
		if id == "countries" {
			c = slices.MaxFunc(x.Countries, func(a, b picture.Count) int { return cmp.Compare(known(a), known(b)) })
		}
		return p.T("picture.takeaway.leads", "word", wordOf(p, id, c.Word).String(), "n", p.Number(c.All()), "share", p.Percent(float64(c.All())/float64(max(total, c.All()))))
	}
	if slices.ContainsFunc(x.Counts(id), func(c picture.Count) bool { return c.Word == picture.Hidden }) || x.Shared < x.Total.Reports {
		return p.T("picture.takeaway.untold")
	}
	return p.T("picture.takeaway.unknown")
}

// known is a number that belongs to a word.
func known(c picture.Count) int {
	if c.Word == "" || c.Word == picture.Hidden {
		return 0
	}
	return c.All()
}

func (h handler) sharing(c *web.Call) error { return h.sharingPage(c, nil) }

func (h handler) sharingPage(c *web.Call, fault error) error {
	now, err := h.svc.SharingOf(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	errs := ui.ErrorsOf(c.Printer, fault)
	s := ui.Shell{Title: c.T("picture.sharing.title", "country", string(c.Actor.Country)), Lead: c.T("picture.sharing.lead"), Crumbs: crumbs(c.Printer), Errors: errs}
	return c.Render(web.FormStatus(fault), s, sharingBody(c.Printer, now, errs))
}

func (h handler) share(c *web.Call) error {
	err := h.svc.Share(c.Context(), c.Actor, picture.Sharing(c.Form("rule")))
	if web.InForm(err) {
		return h.sharingPage(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/picture", "picture.shared.done")
}

func number(n int) string { return strconv.Itoa(n) }
