package account

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ward"
	"ward/kit/auth"
)

// glassRule is what a printed code is worth. It is data/breakglass.json, so that
// an auditor reads it and the law's next edition is a change of data.
type glassRule struct {
	Source  string `json:"source"`
	Version string `json:"version"`
	Codes   int    `json:"codes"`      // on a sheet
	Days    int    `json:"sheet_days"` // that a sheet lasts
	Minutes int    `json:"session_minutes"`
	// Factor says that the paper, which one has, stands for the second factor that
	// a role must have; false leaves such a role with its own account alone.
	Factor bool `json:"instead_of_second_factor"`
	// Roles may be entered as; Permissions are all that such a session may do.
	Roles       []ward.Role       `json:"roles"`
	Permissions []ward.Permission `json:"permissions"`
}

// readGlass is strict: a permission that is mistyped would be one that is
// missing at three in the morning.
func readGlass() (glassRule, error) {
	var r glassRule
	text, err := data.ReadFile("data/breakglass.json")
	if err != nil {
		return r, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if r.Source == "" || r.Codes < 1 || r.Codes > 20 || r.Days < 1 || r.Days > 730 || r.Minutes < 15 || r.Minutes > 24*60 || len(r.Roles) == 0 {
		return r, fmt.Errorf("breakglass.json: %d codes, %d days, %d minutes, %d roles", r.Codes, r.Days, r.Minutes, len(r.Roles))
	}
	known := auth.Permissions()
	for _, p := range r.Permissions {
		if !slices.Contains(known, p) || p == "account.self" { // what signs a person in is not changed by a paper
			return r, fmt.Errorf("breakglass.json: permission %q", p)
		}
	}
	return r, nil
}

// life is how long a session lasts that a code opened.
func (r glassRule) life() time.Duration { return time.Duration(r.Minutes) * time.Minute }

// emergency narrows a to what a printed code opens, and marks it for the banner
// on every page. The policies then refuse the rest, whichever way it is asked for.
func (s *Service) emergency(a ward.Actor, until time.Time) ward.Actor {
	a.Emergency, a.Token, a.Scopes = until, true, slices.Clone(s.glass.Permissions)
	return a
}
