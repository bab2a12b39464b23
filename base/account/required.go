package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// required says which roles must have a second factor, and how long they may
// take to set one up (NIS2 Art. 21(2)(j)). It is data/factors.json.
type required struct {
	Source  string `json:"source"`
	Version string `json:"version"`
	Roles   []struct {
		Role      ward.Role `json:"role"`
		GraceDays int       `json:"grace_days"` // from the first request without a factor; 0 is at once
	} `json:"roles"`
}

// readRequired refuses what it does not know: a role that is mistyped would be
// a protection that is not there.
func readRequired() (required, error) {
	text, err := data.ReadFile("data/factors.json")
	if err != nil {
		return required{}, err
	}
	var r required
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if len(r.Roles) == 0 || r.Source == "" {
		return r, errors.New("factors.json names no role or no source")
	}
	for _, x := range r.Roles {
		if !slices.Contains(ward.Roles(), x.Role) || x.GraceDays < 0 || x.GraceDays > 90 {
			return r, fmt.Errorf("factors.json: role %q, %d days", x.Role, x.GraceDays)
		}
	}
	return r, nil
}

// of tells whether a role must have a second factor, and its time to set one up.
func (r required) of(role ward.Role) (grace time.Duration, must bool) {
	for _, x := range r.Roles {
		if x.Role == role {
			return time.Duration(x.GraceDays) * 24 * time.Hour, true
		}
	}
	return 0, false
}

// deadline is when a without a second factor is limited to setting one up;
// zero for whoever gave one or need not. began is when the time started, zero
// for now. In training nobody needs one.
func (s *Service) deadline(a ward.Actor, mfa bool, began, now time.Time) time.Time {
	grace, must := s.required.of(a.Role)
	if !must || mfa || s.cfg.Training {
		return time.Time{}
	}
	if began.IsZero() {
		began = now
	}
	return began.Add(grace)
}

// selfOnly are the rights of a session that must set up a second factor first.
// No API token has them (MayScope), which tells the two apart.
var selfOnly = [...]ward.Permission{"account.self", "session.end"}

// enrolling reports whether a may do nothing but set up a second factor.
func enrolling(a ward.Actor) bool {
	return a.Token && slices.Equal(a.Scopes, selfOnly[:])
}

// narrow takes from a what it may not do until a second factor is set up. The
// policies then refuse the rest, whichever way it is asked for.
func narrow(a ward.Actor) ward.Actor {
	a.Token, a.Scopes = true, slices.Clone(selfOnly[:])
	return a
}

// openToEnrolling are the paths at which such a session is not told to set up
// a factor: those that do it, and the ways out.
func openToEnrolling(path string) bool {
	if path == "/me" || path == "/signout" || path == "/session/hat" || path == "/language" || path == "/api/v1/session" || path == "/api/v1/session/hat" {
		return true
	}
	for _, p := range []string{"/me/", "/api/v1/me", "/assets/"} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// factorNeeded is what every other page says.
func factorNeeded() error { return ward.Fail(ward.Forbidden, "account.error.factor_needed") }

// late reports whether a's time to set up a second factor is over, and starts
// that time when it is not running yet. It is asked at every request: a role
// given in the morning counts from the next request on.
func (s *Service) late(ctx context.Context, a ward.Actor, mfa bool, began time.Time) bool {
	now := s.cfg.Clock()
	end := s.deadline(a, mfa, began, now)
	if end.IsZero() {
		return false
	}
	if began.IsZero() {
		s.touch(ctx, func(tx *db.Tx) error { return startGrace(ctx, tx, a.Person, now) })
	}
	return !now.Before(end)
}
