package subscription

import (
	"context"
	"log/slog"

	"ward"
	"ward/detect/alert/secret"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
)

// Rights: a person's own, those of an organisation's channels, and what is read.
const (
	permSelf   ward.Permission = "account.self"
	permShare  ward.Permission = "channel.write"
	permAlerts ward.Permission = "alert.read"
)

// Registry is what this package asks of the registry.
type Registry interface {
	Organisations(context.Context, []ward.OrgID) (map[ward.OrgID]ward.Organisation, error)
}

// Hats tells what somebody may act as.
type Hats interface {
	// Hats lists what lasts, oldest first.
	Hats(ctx context.Context, person ward.PersonID) ([]ward.Hat, error)
	// Wear gives the Actor under a hat; NotFound when it has ended.
	Wear(ctx context.Context, person ward.PersonID, hat string) (ward.Actor, error)
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Audit    *audit.Log
	Log      *slog.Logger
	Registry Registry
	Hats     Hats
	Guesses  *secret.Guesses
}

// Service keeps the addresses of feeds. Safe for concurrent use.
type Service struct{ cfg Config }

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg} }

// self is the object of what a person says of himself.
func self(a ward.Actor) ward.Object {
	return ward.Object{Kind: "person", ID: string(a.Person), Org: a.Org, Country: a.Country}
}

// right checks whether a may have feeds of that kind: who sees no alerts
// needs none. A token cannot: it acts for its person, it is not him.
func (s *Service) right(a ward.Actor, k Kind) (policy string, err error) {
	p, o := permSelf, self(a)
	if k == Shared {
		p, o = permShare, ward.Object{Kind: "feed", Org: a.Org, Country: a.Country}
	}
	d, err := s.cfg.Guard.Check(a, p, o)
	if err == nil && (a.Token || !s.cfg.Guard.May(a, permAlerts)) {
		err = ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return d.Policy, err
}

// May reports whether a may have feeds of that kind.
func (s *Service) May(a ward.Actor, k Kind) bool {
	_, err := s.right(a, k)
	return err == nil
}

// Add makes a feed and returns it with its secret, which is shown once.
// Conflict when there are ten already.
func (s *Service) Add(ctx context.Context, a ward.Actor, in Request) (Feed, error) {
	policy, err := s.right(a, in.Kind)
	if err == nil {
		in, err = in.tidy()
	}
	if err != nil {
		return Feed{}, ward.Wrap("add feed", err)
	}
	f := Feed{ID: s.cfg.IDs(), Kind: in.Kind, Org: a.Org, Person: a.Person, Role: a.Role, Name: in.Name, Lang: in.Lang,
		Clearance: in.Clearance, Created: s.cfg.Clock(), Secret: secret.New()}
	if in.Kind == Personal {
		if f.Hat, err = s.hatOf(ctx, a); err != nil {
			return Feed{}, ward.Wrap("add feed", err)
		}
	} else if a.Role == ward.RoleManager { // it reads, and needs no more than that
		f.Role = ward.RoleMember
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "alert.feeds."+f.owner()); err != nil { // the limit is counted
			return err
		}
		n, err := countFeeds(ctx, tx, f)
		if err != nil {
			return err
		}
		if n >= feedLimit {
			return ward.Fail(ward.Conflict, "alert.error.feed_many")
		}
		if err := insertFeed(ctx, tx, f); err != nil {
			return err
		}
		return s.record(ctx, tx, a, f, policy, "add")
	})
	return f, ward.Wrap("add feed", err)
}

// hatOf is the id of the hat that a wears now.
func (s *Service) hatOf(ctx context.Context, a ward.Actor) (string, error) {
	all, err := s.cfg.Hats.Hats(ctx, a.Person)
	if err != nil {
		return "", err
	}
	for _, h := range all {
		if h.Org.ID == a.Org && h.Role == a.Role && h.For == a.For {
			return h.ID, nil
		}
	}
	return "", ward.Fail(ward.Forbidden, "error.forbidden") // it ended since the page was asked for
}

// List gives the feeds that a made for himself, under any of his hats, and
// those of his organisation if he manages its channels; without secrets.
func (s *Service) List(ctx context.Context, a ward.Actor) ([]Feed, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return nil, err
	}
	org := a.Org
	if !s.May(a, Shared) {
		org = ""
	}
	var out []Feed
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = feedsOf(ctx, tx, a.Person, org)
		return err
	})
	return out, ward.Wrap("list feeds", err)
}

// Drop ends a feed at once. NotFound for that of others.
func (s *Service) Drop(ctx context.Context, a ward.Actor, id string) error {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return ward.Wrap("drop feed", err)
	}
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		f, err := feedByID(ctx, tx, id)
		if err != nil {
			return err
		}
		policy, ok := s.mayDrop(a, f)
		if !ok {
			return ward.Fail(ward.NotFound, "alert.error.no_feed")
		}
		if err := deleteFeed(ctx, tx, id); err != nil {
			return err
		}
		return s.record(ctx, tx, a, f, policy, "drop")
	})
	return ward.Wrap("drop feed", err)
}

// mayDrop: a person ends his own whatever hat he wears now, an organisation's
// whoever manages its channels.
func (s *Service) mayDrop(a ward.Actor, f Feed) (policy string, ok bool) {
	if f.Kind == Personal {
		d := s.cfg.Guard.Decide(a, permSelf, self(a))
		return d.Policy, d.Allowed && !a.Token && f.Person == a.Person
	}
	d := s.cfg.Guard.Decide(a, permShare, ward.Object{Kind: "feed", ID: f.ID, Org: f.Org})
	return d.Policy, d.Allowed && !a.Token
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, f Feed, policy, act string) error {
	p := permSelf
	if f.Kind == Shared {
		p = permShare
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Outcome: audit.Done, Policy: policy,
		Object: ward.Object{Kind: "feed", ID: f.ID, Org: f.Org, Country: a.Country},
		Detail: map[string]string{"act": act, "kind": string(f.Kind), "clearance": f.Clearance.String()}})
}
