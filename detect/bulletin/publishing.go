package bulletin

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/kit/db"
)

// publish brings an approved revision out when its time has come.
type publish struct {
	Revision string `json:"revision"`
}

// Kind implements job.Args.
func (publish) Kind() string { return "bulletin.publish" }

// onPublish is safe to run twice: what is published, taken back or put off by
// then has another state or a job of its own.
func (s *Service) onPublish(ctx context.Context, j publish) error {
	var r Revision
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = revisionByID(ctx, tx, j.Revision)
		return err
	})
	if err != nil || r.State != Approved || r.PublishAt.After(s.cfg.Clock().Add(time.Second)) {
		return err
	}
	orgs, err := s.recipients(ctx, r.Content)
	if err != nil {
		return ward.Wrap("publish alert", err)
	}
	return ward.Wrap("publish alert", s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.release(ctx, tx, r.ID, orgs) }))
}

// recipients are those whom a content addresses now. They are kept with the
// revision: who was told stays known when organisations change.
func (s *Service) recipients(ctx context.Context, c Content) ([]ward.Organisation, error) {
	if c.Withdrawn || c.Audience.IsZero() {
		return nil, nil
	}
	return s.cfg.Registry.Addressed(ctx, c.Audience)
}

func (s *Service) release(ctx context.Context, tx *db.Tx, revision string, orgs []ward.Organisation) error {
	r, err := revisionByID(ctx, tx, revision)
	if err != nil || r.State != Approved {
		return err // somebody was faster
	}
	b, err := bulletinByID(ctx, tx, r.Bulletin)
	if err != nil {
		return err
	}
	at := s.cfg.Clock()
	doc, err := s.build(ctx, tx, b, r, at)
	if err != nil {
		return err
	}
	if err := moveRevision(ctx, tx, r, Published, at); err != nil {
		return err
	}
	r.Published, r.Orgs, r.Countries = at, len(orgs), countries(orgs)
	if err := markPublished(ctx, tx, r, doc); err != nil {
		return err
	}
	if err := insertRecipients(ctx, tx, r.ID, orgs); err != nil {
		return err
	}
	e := Entry{At: at, Kind: "published", Version: r.Version}
	if err := insertEntry(ctx, tx, s.cfg.IDs(), b.ID, e); err != nil {
		return err
	}
	return s.cfg.Bus.Publish(ctx, tx, ward.BulletinPublished{Bulletin: b.ID, Number: b.Number, Version: r.Version, Origin: b.Origin, Open: r.Content.TLP == ward.TLPClear})
}

func countries(orgs []ward.Organisation) int {
	seen := map[ward.Country]bool{}
	for _, o := range orgs {
		seen[o.Country] = true
	}
	return len(seen)
}

// Published gives a published revision as a document; NotFound for any other. It
// answers the advisories.
func (s *Service) Published(ctx context.Context, bulletin string, version int) (out ward.Published, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := revisionByVersion(ctx, tx, bulletin, version)
		if err != nil {
			return err
		}
		out.Withdrawn = r.Content.Withdrawn
		out.Document, err = documentOf(ctx, tx, r.ID)
		return err
	})
	return out, ward.Wrap("published alert", err)
}

// stillOwners leaves out of a list whom neither a domain nor a list chooses any
// more: what is known of a domain is told to who holds it now.
func (s *Service) stillOwners(ctx context.Context, who ward.Audience, list []ward.OrgID) ([]ward.OrgID, error) {
	owners, err := s.cfg.Registry.Addressed(ctx, ward.Audience{Domains: who.Domains})
	if err != nil {
		return nil, err
	}
	who.Domains = nil
	others, err := s.cfg.Registry.Addressed(ctx, who)
	now := map[ward.OrgID]bool{}
	for _, o := range append(owners, others...) {
		now[o.ID] = true
	}
	return slices.DeleteFunc(list, func(o ward.OrgID) bool { return !now[o] }), err
}

// Audience lists whom the live revision of an alert addressed, in the order of
// ids; whoever was addressed for a domain must still have it. It answers the
// alerts, which ask before anything reaches an organisation.
func (s *Service) Audience(ctx context.Context, number string) (out []ward.OrgID, err error) {
	var who ward.Audience
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		b, err := bulletinByNumber(ctx, tx, number)
		if err != nil || b.Live == 0 {
			return err
		}
		r, err := revisionByVersion(ctx, tx, b.ID, b.Live)
		if err == nil {
			who = r.Content.Audience
			out, err = recipientsOf(ctx, tx, r.ID)
		}
		return err
	})
	if err == nil && len(who.Domains) > 0 {
		out, err = s.stillOwners(ctx, who, out)
	}
	return out, ward.Wrap("audience", err)
}
