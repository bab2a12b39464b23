package pages

import (
	"strings"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/receiver"
)

// receiverKeys shows the authorities that get reports by mail, with their keys.
type receiverKeys struct {
	handler
	keys *receiver.Service
}

// ReceiverRoutes are the pages of receivers' keys.
func ReceiverRoutes(svc *incident.Service, keys *receiver.Service) []web.Page {
	h := receiverKeys{handler{svc: svc}, keys}
	const one = "/receiver-keys/{receiver}"
	return []web.Page{
		web.Get("/receiver-keys", "receiver.write", h.list),
		web.Get(one, "receiver.write", h.show),
		web.Post(one, "receiver.write", h.put),
		web.Post(one+"/confirm", "receiver.confirm", h.confirm),
		web.Post(one+"/end", "receiver.write", h.end),
	}
}

func receiverPath(e receiver.Entry) string { return "/receiver-keys/" + e.Path() }

type receiversView struct {
	p         *i18n.Printer
	countries []ward.Country
	country   ward.Country
	list      []receiver.Entry
}

// list shows one country at a time: a team its own, the Centre whichever it asks for.
func (h receiverKeys) list(c *web.Call) error {
	v := receiversView{p: c.Printer, countries: h.keys.Countries(c.Actor), country: ward.Country(c.Query("country"))}
	if v.country == "" && len(v.countries) > 0 {
		v.country = v.countries[0]
	}
	var err error
	if v.list, err = h.keys.List(c.Context(), c.Actor, v.country); err != nil {
		return err
	}
	return c.OK(ui.Shell{Title: c.T("incident.keys.title"), Lead: c.T("incident.keys.lead"), Crumbs: []ui.Link{home(c.Printer)}}, receiversBody(v, h.keys.Now()))
}

type receiverView struct {
	p          *i18n.Printer
	e          receiver.Entry
	mayConfirm bool
	key, end   string // as typed
	errors     ui.Errors
}

func (h receiverKeys) show(c *web.Call) error { return h.page(c, receiverView{}, nil) }

func (h receiverKeys) page(c *web.Call, v receiverView, fault error) (err error) {
	v.p = c.Printer
	if v.e, err = h.keys.Find(c.Context(), c.Actor, receiverOf(c)); err != nil {
		return err
	}
	v.mayConfirm = h.keys.MayConfirm(c.Actor, v.e)
	s := ui.Shell{Title: i18n.Raw(v.e.Name), Lead: i18n.Raw(v.e.Email),
		Crumbs: []ui.Link{home(c.Printer), {Text: c.T("incident.keys.title"), Href: "/receiver-keys?country=" + string(v.e.Country)}}}
	if fault != nil {
		v.errors = ui.ErrorsOf(c.Printer, fault)
		s.Errors = v.errors
	}
	return c.Render(web.FormStatus(fault), s, receiverBody(v, h.keys.Now()))
}

func receiverOf(c *web.Call) string { return receiver.Named(c.Path("receiver")) }

func (h receiverKeys) put(c *web.Call) error {
	v := receiverView{key: c.Form("key")}
	_, err := h.keys.Put(c.Context(), c.Actor, receiverOf(c), []byte(v.key))
	if web.InForm(err) {
		return h.page(c, v, err)
	}
	if err != nil {
		return err
	}
	return c.See("/receiver-keys/"+c.Path("receiver"), "incident.keys.put_done")
}

func (h receiverKeys) confirm(c *web.Call) error {
	v := receiverView{end: c.Form("end")}
	err := h.keys.Confirm(c.Context(), c.Actor, receiverOf(c), c.Form("id"), v.end)
	if web.InForm(err) {
		return h.page(c, v, err)
	}
	if err != nil {
		return err
	}
	return c.See("/receiver-keys/"+c.Path("receiver"), "incident.keys.confirm_done")
}

func (h receiverKeys) end(c *web.Call) error {
	if err := h.keys.End(c.Context(), c.Actor, receiverOf(c)); err != nil {
		return err
	}
	return c.See("/receiver-keys/"+c.Path("receiver"), "incident.keys.end_done")
}

func countryOptions(v receiversView) []ui.Option {
	var out []ui.Option
	for _, x := range v.countries {
		out = append(out, ui.Option{Value: string(x), Text: v.p.T(i18n.Key("registry.country." + strings.ToLower(string(x)))), Checked: x == v.country})
	}
	return out
}
