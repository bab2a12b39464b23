package account

import (
	"context"
	"time"

	"ward"
)

// sessionWire is a device without its secret.
type sessionWire struct {
	ID      string    `json:"id"`
	Device  string    `json:"device"`
	Address string    `json:"address"`
	Here    bool      `json:"here" doc:"the one that asks"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen" doc:"within five minutes"`
	Expires time.Time `json:"expires"`
}

type sessionsOut struct {
	Sessions []sessionWire `json:"sessions"`
}

func (s *Service) apiSessions(ctx context.Context, a ward.Actor, _ *struct{}) (*sessionsOut, error) {
	list, err := s.Sessions(ctx, a)
	out := &sessionsOut{Sessions: []sessionWire{}}
	for _, x := range list {
		out.Sessions = append(out.Sessions, sessionWire{x.ID, x.Device, x.Address, x.ID == a.Session, x.Created, x.Seen, x.Expires})
	}
	return out, err
}

type idIn struct {
	ID string `path:"id"`
}

func (s *Service) apiRevoke(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Revoke(ctx, a, in.ID)
}

func (s *Service) apiRevokeOthers(ctx context.Context, a ward.Actor, _ *struct{}) error {
	return s.RevokeOthers(ctx, a)
}

type tokenWire struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Scopes  []string   `json:"scopes"`
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Used    *time.Time `json:"used" doc:"null: never"`
}

func wireToken(t Token) tokenWire {
	w := tokenWire{ID: t.ID, Name: t.Name, Scopes: []string{}, Created: t.Created, Expires: t.Expires}
	for _, p := range t.Scopes {
		w.Scopes = append(w.Scopes, string(p))
	}
	if !t.Used.IsZero() {
		w.Used = &t.Used
	}
	return w
}

type tokensOut struct {
	Tokens []tokenWire `json:"tokens"`
}

func (s *Service) apiTokens(ctx context.Context, a ward.Actor, _ *struct{}) (*tokensOut, error) {
	list, err := s.Tokens(ctx, a)
	out := &tokensOut{Tokens: []tokenWire{}}
	for _, t := range list {
		out.Tokens = append(out.Tokens, wireToken(t))
	}
	return out, err
}

type tokenIn struct {
	Body struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes" minItems:"1" maxItems:"100"`
		Days   int      `json:"days" minimum:"1" maximum:"365"`
	}
}

// newTokenOut is the only answer that ever holds the secret.
type newTokenOut struct {
	Token  tokenWire `json:"token"`
	Secret string    `json:"secret" doc:"what a program sends as bearer; shown once"`
}

func (s *Service) apiMakeToken(ctx context.Context, a ward.Actor, in *tokenIn) (*newTokenOut, error) {
	req := TokenRequest{Name: in.Body.Name, Days: in.Body.Days}
	for _, p := range in.Body.Scopes {
		req.Scopes = append(req.Scopes, ward.Permission(p))
	}
	text, t, err := s.MakeToken(ctx, a, req)
	return &newTokenOut{wireToken(t), text}, err
}

func (s *Service) apiRevokeToken(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.RevokeToken(ctx, a, in.ID)
}

type passwordIn struct {
	Body struct {
		Current  string `json:"current" required:"false" maxLength:"512"`
		Password string `json:"password" maxLength:"512"`
	}
}

func (s *Service) apiPassword(ctx context.Context, a ward.Actor, in *passwordIn) error {
	return s.ChangePassword(ctx, a, in.Body.Current, in.Body.Password)
}

// totpOut shows the secret while it is being set up, never after.
type totpOut struct {
	On     bool   `json:"on"`
	Secret string `json:"secret,omitempty"`
	URI    string `json:"uri,omitempty"`
}

func (s *Service) apiTOTP(ctx context.Context, a ward.Actor, _ *struct{}) (*totpOut, error) {
	e, err := s.TOTP(ctx, a)
	return &totpOut{On: e.On}, err
}

func (s *Service) apiStartTOTP(ctx context.Context, a ward.Actor, _ *struct{}) (*totpOut, error) {
	e, err := s.StartTOTP(ctx, a)
	return &totpOut{Secret: e.Secret, URI: e.URI}, err
}

type codeIn struct {
	Body struct {
		Code string `json:"code" maxLength:"20"`
	}
}

func (s *Service) apiConfirmTOTP(ctx context.Context, a ward.Actor, in *codeIn) error {
	return s.ConfirmTOTP(ctx, a, in.Body.Code)
}

type dropIn struct {
	Body struct {
		Password string `json:"password" maxLength:"512"`
	}
}

func (s *Service) apiDropTOTP(ctx context.Context, a ward.Actor, in *dropIn) error {
	return s.DropTOTP(ctx, a, in.Body.Password)
}
