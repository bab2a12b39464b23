package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/stand"
	"ward/kit/web"
)

// fromWhere brings the request to an operation that counts wrong secrets by
// where they come from.
type fromWhere struct {
	r *http.Request
}

// Resolve implements huma.Resolver.
func (f *fromWhere) Resolve(ctx huma.Context) []error {
	f.r, _ = humago.Unwrap(ctx)
	return nil
}

type ackInput struct {
	fromWhere
	Secret string `path:"secret" maxLength:"100"`
}

// wireAck says no more than the page does.
type wireAck struct {
	Alert     string      `json:"alert"`
	State     stand.State `json:"state"`
	TLP       string      `json:"tlp"`
	Contact   string      `json:"contact"`
	Title     string      `json:"title,omitempty" doc:"only when mails may carry the marking, like all that follows"`
	Severity  string      `json:"severity,omitempty"`
	Due       *time.Time  `json:"due,omitempty"`
	Open      bool        `json:"open" doc:"posting acknowledges"`
	Confirmed *time.Time  `json:"confirmed,omitempty" doc:"when this link acknowledged"`
}

func ackWire(x alert.Acknowledgement) *wireAck {
	out := &wireAck{Alert: string(x.ID()), State: x.State, TLP: x.TLP.String(), Contact: x.Contact.Name, Open: x.Open(), Confirmed: web.Moment(x.Used)}
	if x.Content {
		out.Title, out.Severity, out.Due = x.Title, x.Severity.String(), web.Moment(x.Due)
	}
	return out
}

func (h handler) lookAt(ctx context.Context, _ ward.Actor, in *ackInput) (*wireAck, error) {
	x, err := h.svc.LookAt(ctx, in.Secret, h.svc.AddressOf(in.r))
	return ackWire(x), err
}

func (h handler) acknowledge(ctx context.Context, _ ward.Actor, in *ackInput) (*wireAck, error) {
	x, err := h.svc.Acknowledge(ctx, in.Secret, h.svc.AddressOf(in.r))
	return ackWire(x), err
}
