package account

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/web"
)

// Authenticate tells who sends a request: by bearer token if there is one, else
// by session cookie. A cookie that opens nothing is nobody and no error; a token
// that opens nothing is Forbidden. It is asked at every request and remembers
// nothing, so that whatever was revoked is closed at once on every replica.
func (s *Service) Authenticate(r *http.Request) (ward.Actor, error) {
	if h := credentials(r); h != "" {
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
	if err == nil && enrolling(a) && strings.HasPrefix(r.URL.Path, "/.well-known/") { // open doors: nobody asks for the factor there
		return ward.Actor{}, ward.Wrap("authenticate", factorNeeded())
	}
	if err == nil && enrolling(a) && !openToEnrolling(r.URL.Path) {
		return a, ward.Wrap("authenticate", factorNeeded())
	}
	return a, ward.Wrap("authenticate", err)
}

// credentials is the header that a program gave. Clients of CSAF providers send a
// name and a password rather (CSAF 2.0 section 7.1.4): there the password is the
// token, the name is any. A browser keeps such a password and sends it by itself,
// so it counts for reading files only.
func credentials(r *http.Request) string {
	_, password, basic := r.BasicAuth()
	if basic && (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.HasPrefix(r.URL.Path, "/.well-known/csaf") {
		return "Bearer " + password
	}
	return r.Header.Get("Authorization")
}

// bySession reads the session and asks for the hat; NotFound closes it.
func (s *Service) bySession(ctx context.Context, key secret) (ward.Actor, error) {
	var sn Session
	var began time.Time
	err := s.cfg.DB.Glance(ctx, func(tx *db.Tx) error {
		var err error
		sn, began, err = sessionByHash(ctx, tx, key.digest())
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
	if now.Sub(sn.Seen) >= seenGranularity {
		s.touch(ctx, func(tx *db.Tx) error { return touchSession(ctx, tx, sn.ID, now) })
	}
	if sn.Sheet != "" {
		return s.emergency(a, sn.Expires), nil
	}
	if s.late(ctx, a, sn.MFA, began) {
		a = narrow(a)
	}
	return a, nil
}

// RoleEnded reports whether r's session is alive and only its hat is gone: an
// affiliation, a deputyship or a group's consent that ended. Whoever is sent to
// sign in for that is told.
func (s *Service) RoleEnded(r *http.Request) bool {
	k, err := r.Cookie(web.SessionCookie)
	if err != nil || k.Value == "" || len(k.Value) > 128 {
		return false
	}
	var sn Session
	err = s.cfg.DB.Glance(r.Context(), func(tx *db.Tx) error {
		sn, _, err = sessionByHash(r.Context(), tx, secret(k.Value).digest())
		return err
	})
	if err != nil || !sn.live(s.cfg.Clock()) {
		return false
	}
	_, err = s.cfg.Hats.Wear(r.Context(), sn.Person, sn.Hat)
	return ward.CodeOf(err) == ward.NotFound
}

// touch notes that something was used. Where that cannot be written (a full
// disk) people still read: they are not locked out for want of a note.
func (s *Service) touch(ctx context.Context, note func(*db.Tx) error) {
	if err := s.cfg.DB.Write(ctx, note); err != nil {
		s.cfg.Log.WarnContext(ctx, "use not noted", slog.Any("error", err))
	}
}

// badToken does not say which of wrong, revoked and expired it is.
func badToken() error { return ward.Fail(ward.Forbidden, "account.error.token") }

// byToken is the same for programs. The hat's role is asked for too: a token
// never does more than its owner may now, and where his role wants a second
// factor it ends with his time to set one up.
func (s *Service) byToken(ctx context.Context, header string) (ward.Actor, error) {
	scheme, text, _ := strings.Cut(header, " ") // in any case (RFC 9110 section 11.1), before one space or more (RFC 6750 section 2.1)
	text = strings.TrimLeft(text, " ")
	if !strings.EqualFold(scheme, "Bearer") || !isToken(text) {
		return ward.Actor{}, badToken()
	}
	t, owner, err := s.tokenBySecret(ctx, secret(text))
	if err != nil {
		return ward.Actor{}, tokenError(err)
	}
	now := s.cfg.Clock()
	if !now.Before(t.Expires) {
		return ward.Actor{}, badToken()
	}
	a, err := s.cfg.Hats.Wear(ctx, owner.Person, t.Hat)
	if err != nil {
		return ward.Actor{}, tokenError(err)
	}
	if s.late(ctx, a, owner.Factor, owner.Began) {
		return ward.Actor{}, factorNeeded()
	}
	a.Session, a.Token, a.Scopes = t.ID, true, t.Scopes
	if now.Sub(t.Used) >= seenGranularity {
		s.touch(ctx, func(tx *db.Tx) error { return touchToken(ctx, tx, t.ID, now) })
	}
	return a, nil
}

func (s *Service) tokenBySecret(ctx context.Context, key secret) (t Token, o owner, err error) {
	err = s.cfg.DB.Glance(ctx, func(tx *db.Tx) error {
		var err error
		t, o, err = tokenByHash(ctx, tx, key.digest())
		return err
	})
	return t, o, err
}

// tokenError hides that a token is unknown or its hat gone.
func tokenError(err error) error {
	if ward.CodeOf(err) == ward.NotFound {
		return badToken()
	}
	return err
}

// missing is the answer for what is not there or another's.
func missing() error { return ward.Fail(ward.NotFound, "") }
