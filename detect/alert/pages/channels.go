package pages

import (
	"net/http"
	"time"

	"ward"
	"ward/detect/alert/reach"
	"ward/detect/alert/webhook"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// channelView is what the page of the ways shows.
type channelView struct {
	Receivers []ward.Contact
	Keyed     []reach.KeyedContact // contacts without a login
	Now       time.Time
	Hooks     []webhook.Hook
	Manage    bool
	Fresh     *webhook.Hook // just made or changed: its secret is shown this once
	Made      i18n.Key      // says which
	URL       string
	Clearance string
	Errors    ui.Errors
}

func (h handler) channels(c *web.Call) error {
	return h.ways(c, http.StatusOK, channelView{Clearance: ward.TLPGreen.String()})
}

func (h handler) ways(c *web.Call, status int, v channelView) error {
	var err error
	if v.Receivers, err = h.svc.Reach().Receivers(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.Keyed, err = h.svc.Reach().ContactKeys(c.Context(), c.Actor); err != nil {
		return err
	}
	v.Now = h.svc.Now()
	if v.Hooks, err = h.svc.Hooks().List(c.Context(), c.Actor); err != nil {
		return err
	}
	v.Manage = h.svc.Hooks().May(c.Actor)
	s := ui.Shell{Title: c.T("alert.channels.title"), Lead: c.T("alert.channels.lead"), Errors: v.Errors,
		Crumbs: []ui.Link{home(c.Printer), inboxLink(c.Printer)}}
	return c.Render(status, s, channelPage(c.Printer, v))
}

// addHook shows the secret in its answer and nowhere else: it is not repeated
// by a reload, so this is the one form that does not answer with a redirect.
func (h handler) addHook(c *web.Call) error {
	v := channelView{URL: c.Form("url"), Clearance: c.Form("clearance")}
	clearance, _ := ward.ParseTLP(v.Clearance) // RED is refused
	made, err := h.svc.Hooks().Add(c.Context(), c.Actor, v.URL, clearance)
	switch ward.CodeOf(err) {
	case "":
		return h.ways(c, http.StatusOK, channelView{Fresh: &made, Made: "alert.hook.made", Clearance: ward.TLPGreen.String()})
	case ward.Invalid, ward.Conflict:
		v.Errors = ui.ErrorsOf(c.Printer, err)
		return h.ways(c, http.StatusUnprocessableEntity, v)
	}
	return err
}

func (h handler) hook(c *web.Call) (webhook.Hook, error) {
	hooks, err := h.svc.Hooks().List(c.Context(), c.Actor)
	for _, x := range hooks {
		if x.ID == c.Path("id") {
			return x, err
		}
	}
	if err == nil {
		err = ward.Fail(ward.NotFound, "alert.error.no_webhook")
	}
	return webhook.Hook{}, err
}

func (h handler) calls(c *web.Call) error {
	hook, err := h.hook(c)
	if err != nil {
		return err
	}
	calls, err := h.svc.Calls(c.Context(), c.Actor, hook.ID)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("alert.calls.title"), Crumbs: []ui.Link{home(c.Printer), inboxLink(c.Printer),
		{Text: c.T("alert.channels.title"), Href: "/alerts/channels"}}}
	return c.OK(s, callPage(c.Printer, hook, calls))
}

// beforeAct shows what an act on a webhook means before it is done.
func (h handler) beforeAct(c *web.Call, act string, title, lead i18n.Key, b ui.Button) error {
	hook, err := h.hook(c)
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T(title), Lead: c.T(lead), Crumbs: []ui.Link{home(c.Printer),
		{Text: c.T("alert.channels.title"), Href: "/alerts/channels"}}}
	return c.OK(s, askPage(c.Printer, hook, act, b))
}

func (h handler) askDrop(c *web.Call) error {
	return h.beforeAct(c, "delete", "alert.drop.title", "alert.drop.lead", ui.Button{Text: c.T("alert.drop.submit"), Kind: ui.Danger})
}

func (h handler) askSecret(c *web.Call) error {
	return h.beforeAct(c, "secret", "alert.renew.title", "alert.renew.lead", ui.Button{Text: c.T("alert.renew.title")})
}

// changeSecret answers as addHook: the secret is shown this once.
func (h handler) changeSecret(c *web.Call) error {
	made, err := h.svc.Hooks().ChangeSecret(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	return h.ways(c, http.StatusOK, channelView{Fresh: &made, Made: "alert.hook.changed.done", Clearance: ward.TLPGreen.String()})
}

func (h handler) dropHook(c *web.Call) error {
	if err := h.svc.Hooks().Drop(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/alerts/channels", "alert.drop.done")
}

func (h handler) setHook(c *web.Call) error {
	if err := h.svc.Hooks().Set(c.Context(), c.Actor, c.Path("id"), webhook.State(c.Form("state"))); err != nil {
		return err
	}
	return c.See("/alerts/channels", "alert.hook.changed.done")
}

func (h handler) testHook(c *web.Call) error {
	word, err := h.svc.Hooks().Test(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	return c.See("/alerts/channels", "alert.hook.tested.done", "result", faultText(c.Printer, word).String())
}
