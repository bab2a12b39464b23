package subscription

import (
	"context"
	"log/slog"
	"time"

	"ward"
	"ward/detect/alert/secret"
	"ward/kit/db"
)

// Reader finds a feed by its secret and who reads by it, with the one right
// to read alerts. What must not be told apart is NotFound alike: a feed that never
// was, one that was revoked, and one whose person has left.
func (s *Service) Reader(ctx context.Context, word, address string) (f Feed, a ward.Actor, err error) {
	if err := s.cfg.Guesses.May(ctx, address); err != nil {
		return f, a, err
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = feedByDigest(ctx, tx, secret.Digest(word))
		return err
	})
	if ward.CodeOf(err) == ward.NotFound {
		s.cfg.Guesses.Missed(ctx, address)
	}
	if err != nil {
		return f, a, err
	}
	if a, err = s.reads(ctx, f); err != nil {
		return f, a, err
	}
	a.Token, a.Scopes, a.Session = true, []ward.Permission{permAlerts}, f.ID
	if !s.cfg.Guard.May(a, permAlerts) {
		err = missing()
	}
	return f, a, err
}

func missing() error { return ward.Fail(ward.NotFound, "alert.error.no_feed") }

// reads is who reads by a feed: its person as he is now under that hat, or
// somebody of its organisation.
func (s *Service) reads(ctx context.Context, f Feed) (ward.Actor, error) {
	if f.Kind == Personal {
		a, err := s.cfg.Hats.Wear(ctx, f.Person, f.Hat)
		if ward.CodeOf(err) == ward.NotFound || err == nil && a.Role != f.Role {
			err = missing()
		}
		return a, err
	}
	all, err := s.cfg.Registry.Organisations(ctx, []ward.OrgID{f.Org})
	o, there := all[f.Org]
	if err == nil && !there {
		err = missing()
	}
	return ward.Actor{Person: ward.PersonID(f.ID), Org: f.Org, OrgName: o.Name, Kind: o.Kind, Country: o.Country, Role: f.Role}, err
}

// feedNoted is how exactly the last use of a feed is known: readers ask all the time.
const feedNoted = time.Hour

// Used notes that a feed is in use. Where that cannot be written (a full
// disk), it is read all the same.
func (s *Service) Used(ctx context.Context, f Feed) {
	now := s.cfg.Clock()
	if now.Sub(f.Used) < feedNoted {
		return
	}
	if err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return touchFeed(ctx, tx, f.ID, now) }); err != nil {
		s.cfg.Log.WarnContext(ctx, "use of a feed not noted", slog.Any("error", err))
	}
}
