package issuer

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"ward/kit/id"
)

// skew is how far the clock of an issuer may differ from ours.
const skew = time.Minute

// errMixUp and the others name, for the log, what a hostile or broken issuer did.
var (
	errMixUp    = errors.New("the answer is another issuer's")
	errState    = errors.New("the state is not that of this browser")
	errNonce    = errors.New("the nonce is not that of this sign-in")
	errNoToken  = errors.New("there is no ID token")
	errParty    = errors.New("the token was made for another party")
	errIssuedAt = errors.New("the token was not made just now")
	errSubject  = errors.New("the token names nobody")

	// ErrDenied: the person did not want to, there.
	ErrDenied = errors.New("the person said no at the issuer")
	// ErrAway: it does not answer as it should; nothing is wrong with the answer.
	ErrAway = errors.New("the issuer does not answer as it should")
)

// same compares without telling how far two texts agree; nothing equals nothing.
func same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Asked is what a browser keeps, sealed, until it comes back from an issuer.
type Asked struct {
	Issuer   string
	State    string // RFC 6749, 10.12
	Nonce    string // OpenID Connect Core 1.0, 15.5.2
	Verifier string // RFC 7636
}

// Ask begins a sign-in that comes back at redirect: location is where the browser
// goes, with what the issuer must know.
func (i *Issuer) Ask(ctx context.Context, redirect string) (location string, a Asked, err error) {
	m, _, err := i.metadata(ctx)
	if err != nil {
		return "", a, err
	}
	a = Asked{Issuer: i.URL, State: id.Secret(256), Nonce: id.Secret(256), Verifier: oauth2.GenerateVerifier()}
	return i.oauth(m, redirect).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

// Answer is what an issuer sent back with the browser.
type Answer struct {
	State string
	Code  string
	Iss   string // RFC 9207
	Error string // "access_denied"
}

// Proof is who somebody is at an issuer, after all checks.
type Proof struct {
	Subject string
	Email   string // only when the issuer says that it verified it
	MFA     bool
}

// Prove checks an answer, from the browser's own state to the signature, and says
// who it is (OpenID Connect Core 1.0, 3.1.2.7 and 3.1.3.7). ErrDenied and ErrAway
// say that there is none to check; every other error is of one that proves nothing.
func (i *Issuer) Prove(ctx context.Context, asked Asked, b Answer, redirect string) (Proof, error) {
	m, keys, err := i.metadata(ctx)
	switch {
	case asked.Issuer != i.URL, b.Iss != "" && b.Iss != i.URL:
		return Proof{}, errMixUp
	case !same(asked.State, b.State):
		return Proof{}, errState
	case b.Error != "":
		return Proof{}, ErrDenied
	case b.Code == "" || len(b.Code) > 4096:
		return Proof{}, errNoToken
	case err != nil:
		return Proof{}, fmt.Errorf("%w: %w", ErrAway, err)
	case m.NamesSelf && b.Iss == "":
		return Proof{}, errMixUp
	}
	t, err := i.oauth(m, redirect).Exchange(oidc.ClientContext(ctx, i.client), b.Code, oauth2.VerifierOption(asked.Verifier))
	if err != nil {
		return Proof{}, err
	}
	return i.read(ctx, m, keys, t, asked.Nonce)
}

// claims are what we read of an ID token beside what the library checks.
type claims struct {
	Party    string          `json:"azp"`
	Email    string          `json:"email"`
	Verified json.RawMessage `json:"email_verified"` // true; some write "true"
	Methods  []string        `json:"amr"`
	Context  string          `json:"acr"`
}

// read checks an ID token and takes who it is from it. The library checks
// signature, algorithm, issuer, audience, exp and nbf.
func (i *Issuer) read(ctx context.Context, m *metadata, keys oidc.KeySet, t *oauth2.Token, nonce string) (p Proof, err error) {
	raw, _ := t.Extra("id_token").(string)
	if raw == "" || len(raw) > maxBytes {
		return p, errNoToken
	}
	now := i.clock()
	id, err := oidc.NewVerifier(i.URL, keys, &oidc.Config{ClientID: i.ClientID, SupportedSigningAlgs: m.algorithms(),
		Now: func() time.Time { return now.Add(-skew) }}).Verify(ctx, raw)
	if err != nil {
		return p, err
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return p, err
	}
	switch {
	case id.Issuer != i.URL: // the library lets one issuer write itself in two ways
		return p, errMixUp
	case !same(nonce, id.Nonce):
		return p, errNonce
	case c.Party != "" && c.Party != i.ClientID, len(id.Audience) > 1 && c.Party == "":
		return p, errParty
	case id.IssuedAt.After(now.Add(skew)), id.IssuedAt.Before(now.Add(-i.fresh - skew)):
		return p, errIssuedAt
	case id.Subject == "" || len(id.Subject) > 255:
		return p, errSubject
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(t.AccessToken); err != nil {
			return p, err
		}
	}
	p.Subject = id.Subject
	if v := string(c.Verified); v == "true" || v == `"true"` {
		p.Email = c.Email
	}
	p.MFA = slices.ContainsFunc(i.SecondFactor, func(v string) bool { return v == c.Context || slices.Contains(c.Methods, v) })
	return p, nil
}
