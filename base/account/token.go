package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
)

// maxTokens bounds how many tokens a person keeps: more is a leak nobody watches.
const maxTokens = 50

// TokenRequest says which token to make.
type TokenRequest struct {
	Name   string            // what it is for, in the person's words
	Scopes []ward.Permission // of what the hat may do
	Days   int               // how long it lasts, 1 to 365
}

// personal are the rights of a person himself, which no program has: it could
// make more of itself with them.
var personal = [...]ward.Permission{"account.self", "session.end", permGlassMake}

// MayScope lists the permissions that a token made by a could have, sorted.
func (s *Service) MayScope(a ward.Actor) []ward.Permission {
	var out []ward.Permission
	for _, p := range auth.Permissions() {
		if !slices.Contains(personal[:], p) && s.cfg.Guard.May(a, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// MakeToken makes a token under the hat that a wears and gives its text, which
// is not shown again.
func (s *Service) MakeToken(ctx context.Context, a ward.Actor, in TokenRequest) (text string, t Token, err error) {
	if _, err := s.self(a); err != nil {
		return "", t, ward.Wrap("make token", err)
	}
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	if err := s.checkToken(a, in); err != nil {
		return "", t, ward.Wrap("make token", err)
	}
	hat, err := s.hatOf(ctx, a)
	if err != nil {
		return "", t, ward.Wrap("make token", err)
	}
	key, now := newToken(), s.cfg.Clock()
	t = Token{ID: s.cfg.IDs(), Hat: hat, Name: in.Name, Scopes: in.Scopes, Created: now, Expires: now.Add(time.Duration(in.Days) * 24 * time.Hour)}
	err = s.own(ctx, a, "token_made", t.ID, func(tx *db.Tx) error {
		if _, n, err := counts(ctx, tx, a.Person, now, now); err != nil || n >= maxTokens {
			return errFirst(err, ward.Fail(ward.Conflict, "account.error.tokens"))
		}
		return insertToken(ctx, tx, key.digest(), a.Person, t)
	})
	return string(key), t, ward.Wrap("make token", err)
}

// errFirst gives the first error that is one.
func errFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkToken wants a purpose, an end, and no more than the person may do himself.
func (s *Service) checkToken(a ward.Actor, in TokenRequest) error {
	may := s.MayScope(a)
	for _, p := range in.Scopes {
		if !slices.Contains(may, p) {
			return ward.Fail(ward.Forbidden, "account.error.token_more").At("scopes")
		}
	}
	return errors.Join(
		ward.When(in.Name == "" || utf8.RuneCountInString(in.Name) > 100, ward.Fail(ward.Invalid, "account.error.token_name").At("name")),
		ward.When(in.Days < 1 || in.Days > int(tokenMost/(24*time.Hour)), ward.Fail(ward.Invalid, "account.error.token_days").At("days")),
		ward.When(len(in.Scopes) == 0, ward.Fail(ward.Invalid, "account.error.token_scopes").At("scopes")))
}

// hatOf is the hat of the session that a acts in.
func (s *Service) hatOf(ctx context.Context, a ward.Actor) (hat string, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		hat, err = hatOfSession(ctx, tx, a.Person, a.Session)
		return err
	})
	return hat, err
}

// Tokens lists a's tokens, newest first.
func (s *Service) Tokens(ctx context.Context, a ward.Actor) ([]Token, error) {
	if _, err := s.self(a); err != nil {
		return nil, ward.Wrap("list tokens", err)
	}
	var out []Token
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = tokensOf(ctx, tx, a.Person)
		return err
	})
	return out, ward.Wrap("list tokens", err)
}

// RevokeToken makes one of a's tokens void at once.
func (s *Service) RevokeToken(ctx context.Context, a ward.Actor, id string) error {
	return ward.Wrap("revoke token", s.own(ctx, a, "token_revoked", id, func(tx *db.Tx) error {
		return deleteToken(ctx, tx, a.Person, id)
	}))
}
