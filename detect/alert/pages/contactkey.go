package pages

import (
	"net/http"

	"ward"
	"ward/kit/ui"
	"ward/kit/web"
)

func (h handler) contactKey(c *web.Call) error { return h.contactKeyForm(c, http.StatusOK, "", nil) }

// contactKeyForm shows a contact's key and how to give another.
func (h handler) contactKeyForm(c *web.Call, status int, typed string, errs ui.Errors) error {
	k, err := h.svc.Reach().ContactKeyOf(c.Context(), c.Actor, c.Path("contact"))
	if err != nil {
		return err
	}
	s := ui.Shell{Title: c.T("alert.ckey.title", "name", k.Name), Lead: c.T("alert.ckey.lead"), Errors: errs,
		Crumbs: []ui.Link{home(c.Printer), inboxLink(c.Printer), {Text: c.T("alert.channels.title"), Href: "/alerts/channels"}}}
	return c.Render(status, s, contactKeyPage(c.Printer, k, h.svc.MailKey(), h.svc.Now(), typed, errs))
}

// keptKey answers a change of a contact's key: back to the ways, or the form with
// what a person can mend.
func (h handler) keptKey(c *web.Call, err error, typed string) error {
	switch ward.CodeOf(err) {
	case "":
		return c.See("/alerts/channels", "alert.ckey.done")
	case ward.Invalid, ward.NotFound:
		if errs := ui.ErrorsOf(c.Printer, err); len(errs) > 0 && errs[0].Field != "" {
			if len(typed) > 4000 {
				typed = "" // a wrong file is not shown again
			}
			return h.contactKeyForm(c, http.StatusUnprocessableEntity, typed, errs)
		}
	}
	return err
}

func (h handler) setContactKey(c *web.Call) error {
	key := c.Form("key")
	return h.keptKey(c, h.svc.Reach().SetContactKey(c.Context(), c.Actor, c.Path("contact"), []byte(key)), key)
}

func (h handler) fetchContactKey(c *web.Call) error {
	return h.keptKey(c, h.svc.Reach().FetchContactKey(c.Context(), c.Actor, c.Path("contact")), "")
}

func (h handler) dropContactKey(c *web.Call) error {
	return h.keptKey(c, h.svc.Reach().DropContactKey(c.Context(), c.Actor, c.Path("contact")), "")
}
