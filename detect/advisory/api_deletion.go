package advisory

import (
	"context"
	"time"

	"ward"
	"ward/kit/web"
)

func (s *Service) deletionOperations() []web.Operation {
	return []web.Operation{
		web.Do("POST", "/api/v1/advisories/{id}/delete", "advisory.delete", "Delete an advisory with all its revisions; alerts end as at a withdrawal", s.apiDelete),
		web.Op("GET", "/api/v1/advisories/deleted", "advisory.delete", "List deleted advisories, latest deletion first, within your clearance", s.apiDeleted),
		web.Do("POST", "/api/v1/advisories/deleted/{id}/readmit", "advisory.delete", "Let sources bring a deleted advisory again", s.apiReadmit),
	}
}

// deleteIn needs a reason: it stays on record with the number and title.
type deleteIn struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) apiDelete(ctx context.Context, a ward.Actor, in *deleteIn) error {
	return s.Delete(ctx, a, ward.AdvisoryID(in.ID), in.Body.Reason)
}

type deletedIn struct {
	After string `query:"after" maxLength:"1500" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"0" maximum:"200" doc:"rows a page, 0 means 30"`
}

// tombstoneWire is what stays of a deleted advisory.
type tombstoneWire struct {
	ID        string    `json:"id"`
	Tracking  string    `json:"tracking_id"`
	Title     string    `json:"title"`
	Publisher string    `json:"publisher"`
	TLP       string    `json:"tlp"`
	At        time.Time `json:"deleted_at"`
	By        string    `json:"deleted_by"`
	Reason    string    `json:"reason"`
	Barred    bool      `json:"barred" doc:"sources that bring it again are refused"`
}

type deletedOut struct {
	Deleted []tombstoneWire `json:"deleted"`
	Next    string          `json:"next,omitempty"`
}

func (s *Service) apiDeleted(ctx context.Context, a ward.Actor, in *deletedIn) (*deletedOut, error) {
	p, err := s.Deleted(ctx, a, in.After, in.Limit)
	return &deletedOut{Next: p.Next, Deleted: web.Each(p.Deleted, func(t Tombstone) tombstoneWire {
		return tombstoneWire{ID: string(t.ID), Tracking: t.Tracking, Title: t.Title, Publisher: t.Publisher, TLP: t.TLP.String(),
			At: t.At, By: t.Name, Reason: t.Reason, Barred: t.Barred}
	})}, err
}

type readmitIn struct {
	ID string `path:"id"`
}

func (s *Service) apiReadmit(ctx context.Context, a ward.Actor, in *readmitIn) error {
	return s.Readmit(ctx, a, ward.AdvisoryID(in.ID))
}
