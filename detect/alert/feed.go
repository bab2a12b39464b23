package alert

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/id"
)

// FeedKind is whose alerts a feed shows.
type FeedKind string

// Kinds of feeds. A person's ends with his role there; an organisation's stays
// when the one who made it leaves.
const (
	PersonFeed FeedKind = "person"
	OrgFeed    FeedKind = "organisation"
)

// Feed is an address by which a feed reader and a calendar fetch without signing in.
type Feed struct {
	ID        string
	Kind      FeedKind
	Org       ward.OrgID
	Person    ward.PersonID // who made it
	Role      ward.Role     // in which it reads
	Hat       string        // of the person; empty for an organisation's
	Name      string        // what it is for, in the words of who made it
	Lang      ward.Lang     // it speaks
	Clearance ward.TLP      // narrowest marking whose content may leave by it
	Created   time.Time
	Used      time.Time // zero: never; to the hour
	// Secret is in the answer of AddFeed alone: the house keeps its digest.
	Secret string
}

// Hats tells what somebody may act as.
type Hats interface {
	// Hats lists what lasts, oldest first.
	Hats(ctx context.Context, person ward.PersonID) ([]ward.Hat, error)
	// Wear gives the Actor under a hat; NotFound when it has ended.
	Wear(ctx context.Context, person ward.PersonID, hat string) (ward.Actor, error)
}

// feedLimit bounds the feeds of a person and those of an organisation: what
// nobody remembers is a leak.
const feedLimit = 10

// FeedRequest says which feed to make.
type FeedRequest struct {
	Kind      FeedKind
	Name      string
	Clearance ward.TLP
	Lang      ward.Lang
}

// tidy cleans r and refuses what cannot be.
func (r FeedRequest) tidy() (FeedRequest, error) {
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	return r, errors.Join(flaw(r.Kind != PersonFeed && r.Kind != OrgFeed, "feed_kind", "kind"),
		flaw(r.Name == "" || utf8.RuneCountInString(r.Name) > 100, "feed_name", "name"),
		flaw(!r.Clearance.Within(ward.TLPAmber), "feed_tlp", "clearance"), // as for webhooks: it leaves for a machine of others
		flaw(!slices.Contains(ward.Languages(), r.Lang), "feed_lang", "lang"))
}

// feedRight checks whether a may have feeds of that kind: who sees no alerts
// needs none. A token cannot: it acts for its person, it is not him.
func (s *Service) feedRight(a ward.Actor, k FeedKind) (policy string, err error) {
	p, o := permSelf, self(a)
	if k == OrgFeed {
		p, o = permHook, ward.Object{Kind: "feed", Org: a.Org, Country: a.Country}
	}
	d, err := s.cfg.Guard.Check(a, p, o)
	if err == nil && (a.Token || !s.cfg.Guard.May(a, permRead)) {
		err = ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return d.Policy, err
}

// MayFeed reports whether a may have feeds of that kind.
func (s *Service) MayFeed(a ward.Actor, k FeedKind) bool {
	_, err := s.feedRight(a, k)
	return err == nil
}

// AddFeed makes a feed and returns it with its secret, which is shown once.
// Conflict when there are ten already.
func (s *Service) AddFeed(ctx context.Context, a ward.Actor, in FeedRequest) (Feed, error) {
	policy, err := s.feedRight(a, in.Kind)
	if err == nil {
		in, err = in.tidy()
	}
	if err != nil {
		return Feed{}, ward.Wrap("add feed", err)
	}
	f := Feed{ID: s.cfg.IDs(), Kind: in.Kind, Org: a.Org, Person: a.Person, Role: a.Role, Name: in.Name, Lang: in.Lang,
		Clearance: in.Clearance, Created: s.cfg.Clock(), Secret: id.Secret(ackBits)}
	if in.Kind == PersonFeed {
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
		return s.recordFeed(ctx, tx, a, f, policy, "add")
	})
	return f, ward.Wrap("add feed", err)
}

// owner is whose feeds are counted with f.
func (f Feed) owner() string {
	if f.Kind == PersonFeed {
		return string(f.Person)
	}
	return string(f.Org)
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

// Feeds lists the feeds that a made for himself, under any of his hats, and
// those of his organisation if he manages its channels; without secrets.
func (s *Service) Feeds(ctx context.Context, a ward.Actor) ([]Feed, error) {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return nil, err
	}
	org := a.Org
	if !s.MayFeed(a, OrgFeed) {
		org = ""
	}
	var out []Feed
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = feedsOf(ctx, tx, a.Person, org)
		return err
	})
	return out, ward.Wrap("list feeds", err)
}

// DropFeed ends a feed at once. NotFound for that of others.
func (s *Service) DropFeed(ctx context.Context, a ward.Actor, id string) error {
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
		return s.recordFeed(ctx, tx, a, f, policy, "drop")
	})
	return ward.Wrap("drop feed", err)
}

// mayDrop: a person ends his own whatever hat he wears now, an organisation's
// whoever manages its channels.
func (s *Service) mayDrop(a ward.Actor, f Feed) (policy string, ok bool) {
	if f.Kind == PersonFeed {
		d := s.cfg.Guard.Decide(a, permSelf, self(a))
		return d.Policy, d.Allowed && !a.Token && f.Person == a.Person
	}
	d := s.cfg.Guard.Decide(a, permHook, ward.Object{Kind: "feed", ID: f.ID, Org: f.Org})
	return d.Policy, d.Allowed && !a.Token
}

func (s *Service) recordFeed(ctx context.Context, tx *db.Tx, a ward.Actor, f Feed, policy, act string) error {
	p := permSelf
	if f.Kind == OrgFeed {
		p = permHook
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Outcome: audit.Done, Policy: policy,
		Object: ward.Object{Kind: "feed", ID: f.ID, Org: f.Org, Country: a.Country},
		Detail: map[string]string{"act": act, "kind": string(f.Kind), "clearance": f.Clearance.String()}})
}
