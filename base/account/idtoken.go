package account

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"ward"
)

// Clocks of issuers may differ from ours by issuerSkew; a token is made while
// the person waits.
const (
	issuerSkew = time.Minute
	tokenFresh = challengeLife
)

// Back is what an issuer sent back with the browser.
type Back struct {
	Issuer string // id, of the address that was called
	Text   string // of Way
	State  string
	Code   string
	Iss    string // RFC 9207
	Error  string // "access_denied"
}

// proven is who somebody is at an issuer, after all checks.
type proven struct {
	issuer   *issuer
	subject  string
	email    string // only when the issuer says that it verified it
	mfa      bool
	ceremony ceremony
}

// errMixUp and the others name, for the log, what a hostile or broken issuer did.
var (
	errMixUp    = errors.New("the answer is another issuer's")
	errState    = errors.New("the state is not that of this browser")
	errNonce    = errors.New("the nonce is not that of this sign-in")
	errNoToken  = errors.New("there is no ID token")
	errParty    = errors.New("the token was made for another party")
	errIssuedAt = errors.New("the token was not made just now")
	errSubject  = errors.New("the token names nobody")
)

// same compares without telling how far two texts agree; nothing equals nothing.
func same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// refusedAnswer is an answer of an issuer that proves nothing.
func (s *Service) refusedAnswer(ctx context.Context, i *issuer, err error) error {
	s.cfg.Log.WarnContext(ctx, "answer of an issuer refused", slog.String("issuer", i.ID), slog.Any("error", err))
	return ward.Fail(ward.Forbidden, "account.error.outside_refused", "name", i.Name).Because(fmt.Errorf("issuer %s: %w", i.ID, err))
}

// away is an issuer that does not answer as it should; people are told other ways.
func (s *Service) away(ctx context.Context, i *issuer, err error) error {
	s.cfg.Log.WarnContext(ctx, "issuer does not answer as it should", slog.String("issuer", i.ID), slog.Any("error", err))
	return ward.Fail(ward.Unavailable, "account.error.outside_away", "name", i.Name).Because(err)
}

// proven checks what an issuer sent back, from the browser's own state to the
// signature, and says who it is (OpenID Connect Core 1.0, 3.1.2.7 and 3.1.3.7).
func (s *Service) proven(ctx context.Context, b Back, kind string) (proven, error) {
	i, err := s.issuer(b.Issuer)
	if err != nil {
		return proven{}, err
	}
	var st outsideState
	c, err := s.unsealed(b.Text, &st, kind)
	if err != nil {
		return proven{}, err
	}
	m, keys, err := i.metadata(ctx)
	switch {
	case st.Issuer != i.URL, b.Iss != "" && b.Iss != i.URL:
		return proven{}, s.refusedAnswer(ctx, i, errMixUp)
	case !same(st.State, b.State):
		return proven{}, s.refusedAnswer(ctx, i, errState)
	case b.Error != "":
		return proven{}, ward.Fail(ward.Invalid, "account.error.outside_denied", "name", i.Name)
	case b.Code == "" || len(b.Code) > 4096:
		return proven{}, s.refusedAnswer(ctx, i, errNoToken)
	case err != nil:
		return proven{}, s.away(ctx, i, err)
	case m.NamesSelf && b.Iss == "":
		return proven{}, s.refusedAnswer(ctx, i, errMixUp)
	}
	t, err := i.oauth(m, s.callback(i)).Exchange(oidc.ClientContext(ctx, i.client), b.Code, oauth2.VerifierOption(st.Verifier))
	if err != nil {
		return proven{}, s.refusedAnswer(ctx, i, err)
	}
	p := proven{issuer: i, ceremony: c}
	if err := s.readToken(ctx, &p, m, keys, t, st.Nonce); err != nil {
		return proven{}, s.refusedAnswer(ctx, i, err)
	}
	return p, nil
}

// claims are what we read of an ID token beside what the library checks.
type claims struct {
	Party    string          `json:"azp"`
	Email    string          `json:"email"`
	Verified json.RawMessage `json:"email_verified"` // true; some write "true"
	Methods  []string        `json:"amr"`
	Context  string          `json:"acr"`
}

// readToken checks an ID token and takes who it is from it. The library checks
// signature, algorithm, issuer, audience, exp and nbf.
func (s *Service) readToken(ctx context.Context, p *proven, m *metadata, keys oidc.KeySet, t *oauth2.Token, nonce string) error {
	raw, _ := t.Extra("id_token").(string)
	if raw == "" || len(raw) > issuerBytes {
		return errNoToken
	}
	now := s.cfg.Clock()
	id, err := oidc.NewVerifier(p.issuer.URL, keys, &oidc.Config{ClientID: p.issuer.ClientID, SupportedSigningAlgs: m.algorithms(),
		Now: func() time.Time { return now.Add(-issuerSkew) }}).Verify(ctx, raw)
	if err != nil {
		return err
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return err
	}
	switch {
	case id.Issuer != p.issuer.URL: // the library lets one issuer write itself in two ways
		return errMixUp
	case !same(nonce, id.Nonce):
		return errNonce
	case c.Party != "" && c.Party != p.issuer.ClientID, len(id.Audience) > 1 && c.Party == "":
		return errParty
	case id.IssuedAt.After(now.Add(issuerSkew)), id.IssuedAt.Before(now.Add(-tokenFresh - issuerSkew)):
		return errIssuedAt
	case id.Subject == "" || len(id.Subject) > 255:
		return errSubject
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(t.AccessToken); err != nil {
			return err
		}
	}
	p.subject = id.Subject
	if v := string(c.Verified); v == "true" || v == `"true"` {
		p.email = c.Email
	}
	p.mfa = slices.ContainsFunc(p.issuer.SecondFactor, func(v string) bool { return v == c.Context || slices.Contains(c.Methods, v) })
	return nil
}
