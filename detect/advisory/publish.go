package advisory

import (
	"context"
	"slices"

	"ward"
	"ward/detect/advisory/claim"
	"ward/detect/advisory/signal"
	"ward/format/csaf"
	"ward/kit/db"
)

// Fate is what became of one document.
type Fate string

// Fates of documents.
const (
	FateNew     Fate = "new"     // the first revision of an advisory
	FateRevised Fate = "revised" // became the newest revision
	FateOlder   Fate = "older"   // kept, a newer one was here already
	FateSame    Fate = "same"    // these bytes were here already
	FateRefused Fate = "refused"
)

// place decides what an arriving revision is among those that are stored:
// newest by version as CSAF 2.0 section 3.1.11 orders them, then by release
// date; between equals the later arrival wins, because that is what the
// publisher now says. silent tells of a version number that had other bytes.
func place(old *Advisory, stored []Revision, in *prepared) (fate Fate, silent bool) {
	for _, r := range stored {
		if r.SHA256 == in.sha256 {
			return FateSame, false
		}
		silent = silent || r.Version == in.head.Revision
	}
	if old == nil {
		return FateNew, false
	}
	byVersion := csaf.CompareVersions(in.head.Revision, old.Revision)
	if byVersion < 0 || byVersion == 0 && in.head.Published.Before(old.Published) {
		return FateOlder, silent
	}
	return FateRevised, silent
}

// foreign reports whether in would replace a document that another source has
// signed: without the same key only a person may do that, or anybody could
// speak for a maker by using its namespace and a greater version.
func foreign(stored []Revision, in *prepared) bool {
	if in.person {
		return false
	}
	i := slices.IndexFunc(stored, func(r Revision) bool { return r.Newest && r.Signature == Verified })
	return i >= 0 && stored[i].Source != in.source && stored[i].Signer != in.signer
}

// result is the fate of one prepared document.
type result struct {
	fate     Fate
	advisory ward.AdvisoryID
	refused  string // kind of refusal, when FateRefused
}

// batchSize is how many documents share one transaction: some megabytes and
// some tens of milliseconds of the one writer.
const batchSize = 40

// store writes documents in one transaction with one event each. Where the
// database refuses the lot, each is tried alone, so that one cannot take the
// others with it. Unavailable ends it all.
func (s *Service) store(ctx context.Context, batch []*prepared) ([]result, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	var out []result
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		out = out[:0]
		change, err := claim.Changes.Next(ctx, tx) // first: it orders the writers of all replicas
		if err != nil {
			return err
		}
		for _, p := range batch {
			r, err := s.storeOne(ctx, tx, change, p)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	if err == nil || len(batch) == 1 || ctx.Err() != nil || ward.CodeOf(err) == ward.Unavailable {
		return out, err
	}
	out = out[:0]
	for _, p := range batch {
		r, err := s.store(ctx, []*prepared{p})
		switch {
		case err == nil:
			out = append(out, r[0])
		case ctx.Err() != nil || ward.CodeOf(err) == ward.Unavailable:
			return out, err
		default:
			s.cfg.Log.ErrorContext(ctx, "store advisory", "name", p.name, "error", err)
			out = append(out, result{fate: FateRefused})
		}
	}
	return out, nil
}

func (s *Service) storeOne(ctx context.Context, tx *db.Tx, change int64, p *prepared) (result, error) {
	old, stored, err := known(ctx, tx, p.head.ID)
	if err != nil {
		return result{}, err
	}
	if old == nil && !p.person {
		if stone, err := tombstoneByID(ctx, tx, p.head.ID); err == nil && stone.Barred {
			return result{fate: FateRefused, advisory: p.head.ID, refused: refuseDeleted}, nil
		} else if err != nil && ward.CodeOf(err) != ward.NotFound {
			return result{}, err
		}
	}
	fate, silent := place(old, stored, p)
	if fate == FateSame {
		return result{fate: fate, advisory: p.head.ID}, nil
	}
	if fate == FateRevised && foreign(stored, p) {
		return result{fate: FateRefused, advisory: p.head.ID, refused: refuseForeign}, nil
	}
	now := s.cfg.Clock()
	rev := Revision{ID: s.cfg.IDs(), Advisory: p.head.ID, Version: p.head.Revision, Published: p.head.Published,
		TLP: p.head.TLP, SHA256: p.sha256, Size: int64(len(p.body)), Source: p.source, Name: p.name,
		Signature: p.signature, Signer: p.signer, Silent: silent, FetchedAt: p.fetchedAt, StoredAt: now}
	if fate == FateNew || fate == FateRevised {
		head := p.head
		head.RevisionID, head.StoredAt = rev.ID, now
		if err := s.lead(ctx, tx, change, p, &head); err != nil {
			return result{}, err
		}
	}
	if err := insertRevision(ctx, tx, &rev, p.packed); err != nil {
		return result{}, err
	}
	if err := putSignature(ctx, tx, rev.ID, p.signed); err != nil {
		return result{}, err
	}
	if fate == FateOlder {
		return result{fate: fate, advisory: p.head.ID}, nil
	}
	err = s.tell(ctx, tx, ward.AdvisoryPublished{Advisory: p.head.ID, Revision: rev.Version, Why: string(fate)})
	return result{fate: fate, advisory: p.head.ID}, err
}

// lead makes a revision the newest one: head, CVEs, search words, fields, claims.
func (s *Service) lead(ctx context.Context, tx *db.Tx, change int64, p *prepared, head *Advisory) error {
	said, err := signal.SaidOf(ctx, tx, p.cves)
	if err != nil {
		return err
	}
	assess(head, p.cves, said)
	if err := putHead(ctx, tx, head); err != nil {
		return err
	}
	if err := putCVEs(ctx, tx, head.ID, p.cves); err != nil {
		return err
	}
	if err := putTokens(ctx, tx, head.ID, p.tokens); err != nil {
		return err
	}
	if err := putFields(ctx, tx, head.ID, p.fields); err != nil {
		return err
	}
	return claim.Put(ctx, tx, head.ID, head.RevisionID, change, p.claims, p.prints)
}

// known reads what is stored of an advisory; nil if nothing is.
func known(ctx context.Context, tx *db.Tx, id ward.AdvisoryID) (*Advisory, []Revision, error) {
	head, err := liveHead(ctx, tx, id)
	if ward.CodeOf(err) == ward.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	stored, err := revisionsOf(ctx, tx, id)
	for i := range stored {
		stored[i].Newest = stored[i].ID == head.RevisionID
	}
	return &head, stored, err
}

// tell publishes a fact and signals open pages.
func (s *Service) tell(ctx context.Context, tx *db.Tx, f ward.AdvisoryPublished) error {
	if s.cfg.Live != nil {
		if err := s.cfg.Live.Tell(ctx, tx, "advisory", string(f.Advisory)); err != nil {
			return err
		}
	}
	return s.cfg.Bus.Publish(ctx, tx, f)
}
