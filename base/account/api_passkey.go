package account

import (
	"context"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/web"
)

// passkeyOperations are those of passkeys: a program with an authenticator of
// its own goes the same way as a browser.
func (s *Service) passkeyOperations() []web.Operation {
	return []web.Operation{
		web.Op("POST", "/api/v1/session/passkey/options", web.Public, "Begin to sign in with a passkey", s.apiAskPasskey),
		web.Op("POST", "/api/v1/session/passkey", web.Public, "Sign in with the authenticator's answer", s.apiEnterByPasskey),
		web.Op("GET", "/api/v1/me/passkeys", web.SignedIn, "List your passkeys", s.apiPasskeys),
		web.Op("POST", "/api/v1/me/passkeys/options", web.SignedIn, "Begin to add a passkey", s.apiStartPasskey),
		web.Op("POST", "/api/v1/me/passkeys", web.SignedIn, "Add the passkey that the authenticator made", s.apiAddPasskey),
		web.Do("PUT", "/api/v1/me/passkeys/{id}", web.SignedIn, "Give a passkey another name", s.apiNamePasskey),
		web.Do("POST", "/api/v1/me/passkeys/{id}/remove", web.SignedIn, "Remove a passkey", s.apiRemovePasskey),
	}
}

type ceremonyOut struct {
	Ceremony string          `json:"ceremony" doc:"send back with the answer"`
	Options  json.RawMessage `json:"options" doc:"for navigator.credentials, binary values in base64url"`
	Expires  time.Time       `json:"expires"`
}

func wireCeremony(c Ceremony, err error) (*ceremonyOut, error) {
	return &ceremonyOut{c.Text, c.Options, c.Expires}, err
}

type askPasskeyIn struct {
	from
	Body struct {
		Email    string `json:"email" required:"false" maxLength:"254" doc:"for a key that does not know its user"`
		Password string `json:"password" required:"false" maxLength:"512" doc:"with it, the key is the second step"`
	}
}

func (s *Service) apiAskPasskey(ctx context.Context, _ ward.Actor, in *askPasskeyIn) (*ceremonyOut, error) {
	if in.Body.Password == "" {
		return wireCeremony(s.AskPasskey(ctx, in.Body.Email, ""))
	}
	e, err := s.SignIn(ctx, Credentials{Email: in.Body.Email, Password: in.Body.Password, Client: s.ClientOf(in.r)})
	if err == nil && e.Challenge == "" {
		s.SetCookies(in.w, e) // there is no second step: this was all
		err = ward.Fail(ward.Conflict, "account.error.no_second")
	}
	if err != nil {
		return nil, err
	}
	return wireCeremony(s.AskSecondPasskey(ctx, e.Challenge))
}

type answerIn struct {
	from
	Body struct {
		Ceremony string          `json:"ceremony" maxLength:"8192"`
		Answer   json.RawMessage `json:"answer" doc:"JSON of the credential, WebAuthn Level 3, 5.1.8"`
	}
}

func (s *Service) apiEnterByPasskey(ctx context.Context, _ ward.Actor, in *answerIn) (*entryOut, error) {
	e, err := s.EnterByPasskey(ctx, in.Body.Ceremony, string(in.Body.Answer), s.ClientOf(in.r))
	return s.entered(in.from, e, err)
}

type passkeyWire struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Synced  bool       `json:"synced" doc:"the maker of the device keeps a copy"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used" doc:"null: never"`
}

func wirePasskey(k Passkey) passkeyWire {
	w := passkeyWire{ID: k.ID, Name: k.Name, Synced: k.Synced, Created: k.Created}
	if !k.Used.IsZero() {
		w.Used = &k.Used
	}
	return w
}

type passkeysOut struct {
	Passkeys []passkeyWire `json:"passkeys"`
}

func (s *Service) apiPasskeys(ctx context.Context, a ward.Actor, _ *struct{}) (*passkeysOut, error) {
	list, err := s.Passkeys(ctx, a)
	out := &passkeysOut{Passkeys: []passkeyWire{}}
	for _, k := range list {
		out.Passkeys = append(out.Passkeys, wirePasskey(k))
	}
	return out, err
}

// againBody asks for the password before a change that would last.
type againBody struct {
	Password string `json:"password" required:"false" maxLength:"512" doc:"yours, where you have one"`
}

type againIn struct{ Body againBody }

func (s *Service) apiStartPasskey(ctx context.Context, a ward.Actor, in *againIn) (*ceremonyOut, error) {
	return wireCeremony(s.StartPasskey(ctx, a, in.Body.Password))
}

type addPasskeyIn struct {
	Body struct {
		Ceremony string          `json:"ceremony" maxLength:"8192"`
		Name     string          `json:"name"`
		Answer   json.RawMessage `json:"answer" doc:"JSON of the credential, WebAuthn Level 3, 5.1.8"`
	}
}

func (s *Service) apiAddPasskey(ctx context.Context, a ward.Actor, in *addPasskeyIn) (*passkeyWire, error) {
	k, err := s.AddPasskey(ctx, a, in.Body.Ceremony, in.Body.Name, string(in.Body.Answer))
	w := wirePasskey(k)
	return &w, err
}

type namePasskeyIn struct {
	ID   string `path:"id"`
	Body struct {
		Name string `json:"name"`
	}
}

func (s *Service) apiNamePasskey(ctx context.Context, a ward.Actor, in *namePasskeyIn) error {
	return s.NamePasskey(ctx, a, in.ID, in.Body.Name)
}

type removePasskeyIn struct {
	ID   string `path:"id"`
	Body againBody
}

func (s *Service) apiRemovePasskey(ctx context.Context, a ward.Actor, in *removePasskeyIn) error {
	return s.RemovePasskey(ctx, a, in.ID, in.Body.Password)
}
