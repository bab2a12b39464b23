package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"ward"
	"ward/base/account/issuer"
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

// proven is who somebody is at an issuer, with the ceremony that it answers.
type proven struct {
	issuer.Proof
	issuer   *issuer.Issuer
	ceremony ceremony
}

// refusedAnswer is an answer of an issuer that proves nothing.
func (s *Service) refusedAnswer(ctx context.Context, i *issuer.Issuer, err error) error {
	s.cfg.Log.WarnContext(ctx, "answer of an issuer refused", slog.String("issuer", i.ID), slog.Any("error", err))
	return ward.Fail(ward.Forbidden, "account.error.outside_refused", "name", i.Name).Because(fmt.Errorf("issuer %s: %w", i.ID, err))
}

// away is an issuer that does not answer as it should; people are told other ways.
func (s *Service) away(ctx context.Context, i *issuer.Issuer, err error) error {
	s.cfg.Log.WarnContext(ctx, "issuer does not answer as it should", slog.String("issuer", i.ID), slog.Any("error", err))
	return ward.Fail(ward.Unavailable, "account.error.outside_away", "name", i.Name).Because(err)
}

// proven opens what the browser kept, and has the issuer's answer checked against it.
func (s *Service) proven(ctx context.Context, b Back, kind string) (proven, error) {
	i, err := s.issuer(b.Issuer)
	if err != nil {
		return proven{}, err
	}
	var asked issuer.Asked
	c, err := s.unsealed(b.Text, &asked, kind)
	if err != nil {
		return proven{}, err
	}
	proof, err := i.Prove(ctx, asked, issuer.Answer{State: b.State, Code: b.Code, Iss: b.Iss, Error: b.Error}, s.callback(i))
	switch {
	case errors.Is(err, issuer.ErrDenied):
		return proven{}, ward.Fail(ward.Invalid, "account.error.outside_denied", "name", i.Name)
	case errors.Is(err, issuer.ErrAway):
		return proven{}, s.away(ctx, i, err)
	case err != nil:
		return proven{}, s.refusedAnswer(ctx, i, err)
	}
	return proven{Proof: proof, issuer: i, ceremony: c}, nil
}
