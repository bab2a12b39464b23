package pages

import (
	"net/http"

	"ward/detect/alert"
	"ward/kit/ui"
	"ward/kit/web"
)

// ack is the page behind the link of a mail. Looking changes nothing: scanners
// of mail open every link. The address is a secret, so it goes to nobody as a
// referrer and stays in no cache.
func (h handler) ack(c *web.Call) error {
	x, err := h.svc.LookAt(c.Context(), c.Path("secret"), h.svc.AddressOf(c.R))
	if err != nil {
		return err
	}
	return showAck(c, x)
}

func (h handler) acknowledge(c *web.Call) error {
	if _, err := h.svc.Acknowledge(c.Context(), c.Path("secret"), h.svc.AddressOf(c.R)); err != nil {
		return err
	}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	return c.See("/ack/"+c.Path("secret"), "")
}

func showAck(c *web.Call, x alert.Acknowledgement) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	s := ui.Shell{Title: c.T("alert.ack.title"), Lead: c.T("alert.ack.lead"), TLP: &x.TLP, Secret: true}
	return c.Render(http.StatusOK, s, ackPage(c.Printer.Zone(x.Zone()), x, c.Path("secret")))
}
