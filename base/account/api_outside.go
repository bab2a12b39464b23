package account

import (
	"context"
	"time"

	"ward"
	"ward/kit/web"
)

// outsideOperations are those of outside issuers. Who comes back from one has
// the code and the state in the address of the page /signin/with/…/back.
func (s *Service) outsideOperations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/session/with", web.Public, "List the outside issuers that sign people in", s.apiIssuers),
		web.Op("POST", "/api/v1/session/with/{issuer}", web.Public, "Begin to sign in at an outside issuer", s.apiGoOutside),
		web.Op("POST", "/api/v1/session/with/{issuer}/back", web.Public, "Sign in with what the issuer sent back", s.apiEnterFromOutside),
		web.Op("GET", "/api/v1/me/with", web.SignedIn, "List your sign-ins at outside issuers", s.apiOutsides),
		web.Op("POST", "/api/v1/me/with/{issuer}", web.SignedIn, "Begin to add a sign-in at an outside issuer", s.apiLinkOutside),
		web.Do("POST", "/api/v1/me/with/{issuer}/back", web.SignedIn, "Add the sign-in that the issuer sent back", s.apiAddOutside),
		web.Do("POST", "/api/v1/me/with/{issuer}/remove", web.SignedIn, "Remove a sign-in at an outside issuer", s.apiRemoveOutside),
	}
}

type issuerWire struct {
	Issuer string     `json:"issuer" doc:"empty: not in the settings any more"`
	Name   string     `json:"name"`
	Linked *time.Time `json:"linked,omitempty" doc:"absent: not yours"`
	Used   *time.Time `json:"used,omitempty" doc:"absent: never"`
}

type issuersOut struct {
	Issuers []issuerWire `json:"issuers"`
}

func wireIssuers(list []Outside) *issuersOut {
	out := &issuersOut{Issuers: []issuerWire{}}
	for _, o := range list {
		w := issuerWire{Issuer: o.Issuer, Name: o.Name}
		if !o.Linked.IsZero() {
			w.Linked = &o.Linked
		}
		if !o.Used.IsZero() {
			w.Used = &o.Used
		}
		out.Issuers = append(out.Issuers, w)
	}
	return out
}

func (s *Service) apiIssuers(context.Context, ward.Actor, *struct{}) (*issuersOut, error) {
	return wireIssuers(s.Issuers()), nil
}

type issuerIn struct {
	Issuer string `path:"issuer"`
}

type wayOut struct {
	Location string    `json:"location" doc:"where a browser goes"`
	Ceremony string    `json:"ceremony" doc:"send back with the answer"`
	Expires  time.Time `json:"expires"`
}

func (s *Service) apiGoOutside(ctx context.Context, _ ward.Actor, in *issuerIn) (*wayOut, error) {
	w, err := s.GoOutside(ctx, in.Issuer, "")
	return &wayOut{w.Location, w.Text, w.Expires}, err
}

type backIn struct {
	from
	Issuer string `path:"issuer"`
	Body   struct {
		Ceremony string `json:"ceremony" maxLength:"8192"`
		State    string `json:"state" maxLength:"200"`
		Code     string `json:"code" maxLength:"4096"`
		Iss      string `json:"iss" required:"false" maxLength:"1000"`
	}
}

func (in *backIn) back() Back {
	return Back{Issuer: in.Issuer, Text: in.Body.Ceremony, State: in.Body.State, Code: in.Body.Code, Iss: in.Body.Iss}
}

func (s *Service) apiEnterFromOutside(ctx context.Context, _ ward.Actor, in *backIn) (*entryOut, error) {
	e, err := s.EnterFromOutside(ctx, in.back(), s.ClientOf(in.r))
	return s.entered(in.from, e, err)
}

func (s *Service) apiOutsides(ctx context.Context, a ward.Actor, _ *struct{}) (*issuersOut, error) {
	list, err := s.Outsides(ctx, a)
	return wireIssuers(list), err
}

type issuerAgainIn struct {
	Issuer string `path:"issuer"`
	Body   againBody
}

func (s *Service) apiLinkOutside(ctx context.Context, a ward.Actor, in *issuerAgainIn) (*wayOut, error) {
	w, err := s.LinkOutside(ctx, a, in.Issuer, in.Body.Password)
	return &wayOut{w.Location, w.Text, w.Expires}, err
}

func (s *Service) apiAddOutside(ctx context.Context, a ward.Actor, in *backIn) error {
	return s.AddOutside(ctx, a, in.back())
}

func (s *Service) apiRemoveOutside(ctx context.Context, a ward.Actor, in *issuerAgainIn) error {
	return s.RemoveOutside(ctx, a, in.Issuer, in.Body.Password)
}
