package account

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ward"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	return append(append(s.passkeyOperations(), s.outsideOperations()...),
		web.Op("POST", "/api/v1/session", web.Public, "Sign in; the answer sets the session cookie", s.apiSignIn),
		web.Do("DELETE", "/api/v1/session", web.Leaving, "Sign out", s.apiSignOut),
		web.Op("PUT", "/api/v1/session/hat", web.SignedIn, "Act under another of your affiliations", s.apiHat),
		web.Op("GET", "/api/v1/me", web.SignedIn, "Show who you are and what you may act as", s.apiMe),
		web.Op("GET", "/api/v1/me/sessions", web.SignedIn, "List where you are signed in", s.apiSessions),
		web.Do("DELETE", "/api/v1/me/sessions/{id}", web.SignedIn, "Sign one device out", s.apiRevoke),
		web.Do("DELETE", "/api/v1/me/sessions", web.SignedIn, "Sign all other devices out", s.apiRevokeOthers),
		web.Op("GET", "/api/v1/me/tokens", web.SignedIn, "List your API tokens", s.apiTokens),
		web.Op("POST", "/api/v1/me/tokens", web.SignedIn, "Make an API token; its text is shown once", s.apiMakeToken),
		web.Do("DELETE", "/api/v1/me/tokens/{id}", web.SignedIn, "Revoke an API token", s.apiRevokeToken),
		web.Do("PUT", "/api/v1/me/password", web.SignedIn, "Change your password", s.apiPassword),
		web.Op("GET", "/api/v1/me/totp", web.SignedIn, "Show the state of your second factor", s.apiTOTP),
		web.Op("POST", "/api/v1/me/totp", web.SignedIn, "Start setting up a second factor", s.apiStartTOTP),
		web.Do("PUT", "/api/v1/me/totp", web.SignedIn, "Confirm the second factor with a code", s.apiConfirmTOTP),
		web.Do("POST", "/api/v1/me/totp/off", web.SignedIn, "Turn the second factor off", s.apiDropTOTP),
		web.Op("POST", "/api/v1/people/{id}/links", "person.write", "Make a one-time link that lets a person in", s.apiMakeLink),
		web.Op("GET", "/api/v1/links/{secret}", web.Public, "Show what is behind a link; uses nothing up", s.apiLookAt),
		web.Op("POST", "/api/v1/links/{secret}", web.Public, "Use a link up and sign in", s.apiOpenLink))
}

// from keeps the request of an operation that signs in: it needs the client's
// address, and sets a cookie.
type from struct {
	r *http.Request
	w http.ResponseWriter
}

// Resolve implements huma.Resolver.
func (f *from) Resolve(ctx huma.Context) []error {
	f.r, f.w = humago.Unwrap(ctx)
	return nil
}

// entryOut tells how a step of signing in ended.
type entryOut struct {
	SignedIn   bool      `json:"signed_in"`
	SecondStep bool      `json:"second_step" doc:"repeat with a code of the authenticator app"`
	Expires    time.Time `json:"expires"`
}

// entered sets the cookies as the pages do; the secret is not in the body, where
// logs and scripts would find it.
func (s *Service) entered(f from, e Entry, err error) (*entryOut, error) {
	if err != nil {
		return nil, err
	}
	s.SetCookies(f.w, e)
	return &entryOut{SignedIn: e.Session != "", SecondStep: e.Challenge != "", Expires: e.Expires}, nil
}

// signInIn may hold both steps: a program has no page in between.
type signInIn struct {
	from
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"512"`
		Code     string `json:"code" doc:"code of the authenticator app, where a second factor is on" required:"false" maxLength:"20"`
	}
}

func (s *Service) apiSignIn(ctx context.Context, _ ward.Actor, in *signInIn) (*entryOut, error) {
	e, err := s.SignIn(ctx, Credentials{Email: in.Body.Email, Password: in.Body.Password, Code: in.Body.Code, Client: s.ClientOf(in.r)})
	return s.entered(in.from, e, err)
}

type signOutIn struct{ from }

func (s *Service) apiSignOut(ctx context.Context, a ward.Actor, in *signOutIn) error {
	if err := s.SignOut(ctx, a); err != nil {
		return err
	}
	s.ClearCookies(in.w)
	return nil
}

type hatIn struct {
	from
	Body struct {
		Hat string `json:"hat" doc:"id of the affiliation"`
	}
}

func (s *Service) apiHat(ctx context.Context, a ward.Actor, in *hatIn) (*entryOut, error) {
	e, err := s.SwitchHat(ctx, a, in.Body.Hat, "")
	return s.entered(in.from, e, err)
}

type hatWire struct {
	ID           string `json:"id"`
	Organisation string `json:"organisation"`
	Name         string `json:"name"`
	Role         string `json:"role"`
}

// meOut tells a program who it is and what it may do.
type meOut struct {
	Person       string    `json:"person"`
	Name         string    `json:"name"`
	Email        string    `json:"email"`
	Organisation string    `json:"organisation"`
	Role         string    `json:"role"`
	SecondFactor bool      `json:"second_factor"`
	Token        bool      `json:"token" doc:"a token acts, not a session"`
	FactorBy     time.Time `json:"second_factor_by,omitzero" doc:"until when the role wants a second factor; absent when none is missing"`
	Limited      bool      `json:"limited" doc:"only a second factor can be set up now"`
	Permissions  []string  `json:"permissions"`
	Hats         []hatWire `json:"hats"`
}

func (s *Service) apiMe(ctx context.Context, a ward.Actor, _ *struct{}) (*meOut, error) {
	o, err := s.Me(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &meOut{Person: string(a.Person), Name: o.Person.Name, Email: o.Person.Email, Organisation: string(a.Org), Role: string(a.Role),
		SecondFactor: o.TOTP || o.Passkeys > 0, Token: a.Token && !o.Limited, FactorBy: o.FactorBy, Limited: o.Limited, Permissions: []string{}, Hats: []hatWire{}}
	for _, p := range s.MayScope(a) {
		out.Permissions = append(out.Permissions, string(p))
	}
	for _, h := range o.Hats {
		out.Hats = append(out.Hats, hatWire{h.ID, string(h.Org.ID), h.Org.Name, string(h.Role)})
	}
	return out, nil
}

type linkIn struct {
	ID   string `path:"id" doc:"id of the person"`
	Body struct {
		Purpose  string `json:"purpose" enum:"password,enter" required:"false"`
		DropTOTP bool   `json:"drop_second_factor" doc:"the phone is lost" required:"false"`
	}
}

type linkOut struct {
	Path    string    `json:"path" doc:"shown once"`
	Expires time.Time `json:"expires"`
}

func (s *Service) apiMakeLink(ctx context.Context, a ward.Actor, in *linkIn) (*linkOut, error) {
	l, err := s.MakeLink(ctx, a, ward.PersonID(in.ID), LinkRequest{Purpose: Purpose(in.Body.Purpose), DropTOTP: in.Body.DropTOTP})
	return &linkOut{l.Path, l.Expires}, err
}

type secretIn struct {
	Secret string `path:"secret"`
}

// linkView says no more than the page does.
type linkView struct {
	Name    string    `json:"name"`
	Purpose string    `json:"purpose"`
	Expires time.Time `json:"expires"`
}

func (s *Service) apiLookAt(ctx context.Context, _ ward.Actor, in *secretIn) (*linkView, error) {
	l, err := s.LookAt(ctx, in.Secret)
	return &linkView{l.Person.Name, string(l.Purpose), l.Expires}, err
}

type openIn struct {
	from
	Secret string `path:"secret"`
	Body   struct {
		Password string `json:"password" doc:"the new one, for a link that asks for it" required:"false" maxLength:"512"`
	}
}

func (s *Service) apiOpenLink(ctx context.Context, _ ward.Actor, in *openIn) (*entryOut, error) {
	e, err := s.OpenLink(ctx, in.Secret, in.Body.Password, s.ClientOf(in.r))
	return s.entered(in.from, e, err)
}
