package account

import (
	"context"
	"net/http"
	"strings"

	"ward"
	"ward/kit/db"
	"ward/kit/web"
)

// Authenticate tells who sends a request: by bearer token if there is one, else
// by session cookie. A cookie that opens nothing is nobody and no error; a token
// that opens nothing is Forbidden. It is asked at every request and remembers
// nothing, so that whatever was revoked is closed at once on every replica.
func (s *Service) Authenticate(r *http.Request) (ward.Actor, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		a, err := s.byToken(r.Context(), h)
		return a, ward.Wrap("authenticate", err)
	}
	k, err := r.Cookie(web.SessionCookie)
	if err != nil || k.Value == "" || len(k.Value) > 128 {
		return ward.Actor{}, nil
	}
	a, err := s.bySession(r.Context(), secret(k.Value))
	if ward.CodeOf(err) == ward.NotFound {
		return ward.Actor{}, nil
	}
	return a, ward.Wrap("authenticate", err)
}

func (s *Service) bySession(ctx context.Context, key secret) (ward.Actor, error) {
	var sn Session
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		sn, err = sessionByHash(ctx, tx, key.digest())
		return err
	})
	if err != nil {
		return ward.Actor{}, err
	}
	now := s.cfg.Clock()
	if !sn.live(now) {
		return ward.Actor{}, missing()
	}
	a, err := s.cfg.Hats.Wear(ctx, sn.Person, sn.Hat)
	if err != nil {
		return ward.Actor{}, err
	}
	a.Session, a.MFA = sn.ID, sn.MFA
	if age(now, sn.Seen) >= seenGranularity {
		err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return touchSession(ctx, tx, sn.ID, now) })
	}
	return a, err
}

// badToken does not say which of wrong, revoked and expired it is.
func badToken() error { return ward.Fail(ward.Forbidden, "account.error.token") }

func (s *Service) byToken(ctx context.Context, header string) (ward.Actor, error) {
	text, ok := strings.CutPrefix(header, "Bearer ")
	if !ok || !isToken(text) {
		return ward.Actor{}, badToken()
	}
	t, person, err := s.tokenBySecret(ctx, secret(text))
	if err != nil {
		return ward.Actor{}, tokenError(err)
	}
	now := s.cfg.Clock()
	if !now.Before(t.Expires) {
		return ward.Actor{}, badToken()
	}
	a, err := s.cfg.Hats.Wear(ctx, person, t.Hat)
	if err != nil {
		return ward.Actor{}, tokenError(err)
	}
	a.Session, a.Token, a.Scopes = t.ID, true, t.Scopes
	if age(now, t.Used) >= seenGranularity {
		err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return touchToken(ctx, tx, t.ID, now) })
	}
	return a, err
}

func (s *Service) tokenBySecret(ctx context.Context, key secret) (t Token, person ward.PersonID, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		t, person, err = tokenByHash(ctx, tx, key.digest())
		return err
	})
	return t, person, err
}

func tokenError(err error) error {
	if ward.CodeOf(err) == ward.NotFound {
		return badToken()
	}
	return err
}

func missing() error { return ward.Fail(ward.NotFound, "") }
