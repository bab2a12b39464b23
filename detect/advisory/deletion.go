package advisory

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/advisory/claim"
	"ward/detect/advisory/decision"
	"ward/detect/advisory/harvest"
	"ward/format/plain"
	"ward/kit/auth"
	"ward/kit/db"
)

// Tombstone is what stays of a deleted advisory (CSAF 2.0 section 9.1.12: a
// management system can delete a document).
type Tombstone struct {
	ID        ward.AdvisoryID
	Tracking  string
	Title     string
	Publisher string
	TLP       ward.TLP
	At        time.Time
	Name      string // of the person who deleted it
	Reason    string
	// Barred: a source that brings the document again is refused, and shows it
	// as a fault. A person's upload is let in.
	Barred bool
}

// MayDelete reports whether a may delete advisories: for the buttons of pages.
func (s *Service) MayDelete(a ward.Actor) bool { return s.cfg.Guard.May(a, "advisory.delete") }

// Delete takes an advisory away with all its revisions and tells it like a
// withdrawal: what rested on it ends, alerts among it. NotFound for what does
// not exist, was deleted, or is marked above a's clearance; Invalid without a reason.
func (s *Service) Delete(ctx context.Context, a ward.Actor, id ward.AdvisoryID, reason string) error {
	reason, err := grounds(reason)
	if err != nil {
		return ward.Wrap("delete advisory", err)
	}
	return ward.Wrap("delete advisory", hide(s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		change, err := claim.Changes.Next(ctx, tx) // first: it orders the writers of all replicas
		if err != nil {
			return err
		}
		head, d, err := s.deletable(ctx, tx, a, id)
		if err != nil {
			return err
		}
		stone := Tombstone{ID: id, At: s.cfg.Clock(), Name: a.Name, Reason: reason}
		if err := s.bury(ctx, tx, &stone, a.Person, change); err != nil {
			return err
		}
		if err := s.record(ctx, tx, a, d, "advisory.delete", marked(id, head.TLP),
			map[string]string{"act": "delete", "tracking": plain.Cut(head.Tracking, 200), "reason": plain.Cut(reason, 200)}); err != nil {
			return err
		}
		return s.tell(ctx, tx, ward.AdvisoryPublished{Advisory: id, Revision: head.Revision, Why: "deleted"})
	})))
}

func grounds(reason string) (string, error) {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > decision.MaxReason {
		return "", ward.Fail(ward.Invalid, "advisory.decision.error.reason").At("reason")
	}
	return reason, nil
}

// deletable reads the head and asks for both rights: to read it and to delete.
func (s *Service) deletable(ctx context.Context, tx *db.Tx, a ward.Actor, id ward.AdvisoryID) (Advisory, auth.Decision, error) {
	head, err := liveHead(ctx, tx, id)
	if err != nil {
		return head, auth.Decision{}, err
	}
	if _, err := s.cfg.Guard.Check(a, "advisory.read", marked(id, head.TLP)); err != nil {
		return head, auth.Decision{}, err
	}
	d, err := s.cfg.Guard.Check(a, "advisory.delete", marked(id, head.TLP))
	return head, d, err
}

// bury leaves the head and an empty row of the index, which takes the claims
// out of every replica's memory.
func (s *Service) bury(ctx context.Context, tx *db.Tx, stone *Tombstone, by ward.PersonID, change int64) error {
	named, err := namedOf(ctx, tx, stone.ID) // before the revisions go
	if err != nil {
		return err
	}
	if err := harvest.Refuse(ctx, tx, named); err != nil {
		return err
	}
	if err := dropContent(ctx, tx, stone.ID); err != nil {
		return err
	}
	prints, err := s.pack.Prints(nil)
	if err != nil {
		return err
	}
	if err := claim.Put(ctx, tx, stone.ID, "", change, s.pack.Claims(nil), prints); err != nil {
		return err
	}
	return putTombstone(ctx, tx, stone, by)
}

// Readmit lets sources bring a deleted advisory again: the next fetch of its
// source stores what the source then has. Conflict if nothing bars it.
func (s *Service) Readmit(ctx context.Context, a ward.Actor, id ward.AdvisoryID) error {
	return ward.Wrap("readmit advisory", hide(s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		stone, err := tombstoneByID(ctx, tx, id)
		if err != nil {
			return err
		}
		d, err := s.cfg.Guard.Check(a, "advisory.delete", marked(id, stone.TLP))
		if err != nil {
			return err
		}
		if !stone.Barred {
			return ward.Fail(ward.Conflict, "advisory.deleted.error.open")
		}
		if err := unbar(ctx, tx, id); err != nil {
			return err
		}
		return s.record(ctx, tx, a, d, "advisory.delete", marked(id, stone.TLP), map[string]string{"act": "readmit", "tracking": plain.Cut(stone.Tracking, 200)})
	})))
}

// TombstonePage is a page of deleted advisories, latest deletion first.
type TombstonePage struct {
	Deleted []Tombstone
	Next    string // cursor; "" on the last page
}

// Deleted lists the advisories that were deleted, within a's clearance.
func (s *Service) Deleted(ctx context.Context, a ward.Actor, cursor string, limit int) (TombstonePage, error) {
	if _, err := s.cfg.Guard.Check(a, "advisory.delete", ward.Object{Kind: "advisory"}); err != nil {
		return TombstonePage{}, ward.Wrap("list deleted advisories", err)
	}
	limit = pageSize(limit)
	key, id, err := readCursor(cursor)
	if err != nil {
		return TombstonePage{}, ward.Wrap("list deleted advisories", err)
	}
	before, _ := strconv.ParseInt(key, 10, 64) // a forged cursor starts somewhere else, no more
	var out TombstonePage
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out.Deleted, err = tombstonesBefore(ctx, tx, auth.Clearance(a), time.UnixMicro(before), id, limit+1)
		return err
	})
	if len(out.Deleted) > limit {
		out.Deleted = out.Deleted[:limit]
		last := &out.Deleted[limit-1]
		out.Next = writeCursor(strconv.FormatInt(last.At.UnixMicro(), 10), string(last.ID))
	}
	return out, ward.Wrap("list deleted advisories", err)
}
