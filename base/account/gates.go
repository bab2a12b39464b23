package account

import (
	"context"
	"time"

	"ward"
	"ward/base/account/throttle"
)

// The three gates of a password. The pair slows a guesser down long before the
// account's own counter slows its owner, so that nobody can lock a hospital out
// by guessing from elsewhere: the owner then waits a minute at most.
func passwordGates(email, address string) []throttle.Gate {
	return []throttle.Gate{
		{Name: throttle.Name("pair", email, address), Free: 5, Most: 15 * time.Minute},
		{Name: throttle.Name("account", email), Free: 30, Most: time.Minute},
		{Name: throttle.Name("address", address), Free: 60, Most: 15 * time.Minute, Keep: true},
	}
}

// codeGate: six digits with three valid at a time are guessed by 333,000
// attempts; at one in 15 minutes that takes nine years.
func codeGate(person ward.PersonID) []throttle.Gate {
	return []throttle.Gate{{Name: throttle.Name("code", string(person)), Free: 5, Most: 15 * time.Minute}}
}

// attempt counts one at every gate, or none if one of them is shut.
func (s *Service) attempt(ctx context.Context, gates []throttle.Gate) error {
	return throttle.Attempt(ctx, s.cfg.DB, s.cfg.Clock(), gates)
}
