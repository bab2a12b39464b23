package harvest

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/detect/advisory/provider"
	"ward/format/plain"
	"ward/kit/db"
)

// runProvider follows section 7 of CSAF 2.0: metadata, keys, listings, then the
// documents that they name.
func (s *Sources) runProvider(ctx context.Context, src *Source, until time.Time) (more bool, err error) {
	address := src.URL
	if src.Metadata != "" {
		address = src.Metadata
	}
	m, err := s.cfg.Client.Discover(ctx, address)
	if err != nil && address != src.URL {
		m, err = s.cfg.Client.Discover(ctx, src.URL) // it has moved
	}
	if err != nil {
		return false, err
	}
	src.Metadata, src.Role = m.At, m.Role
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return putParty(ctx, tx, src.ID, m) })
	if err != nil {
		return false, err
	}
	ring, err := s.keys(ctx, src, m)
	if err != nil {
		return false, err
	}
	var faults []error
	for _, l := range m.Listings(publicFeeds) {
		if err := s.readListing(ctx, src, l); err != nil {
			faults = append(faults, err)
		}
	}
	more, err = s.documentsOf(ctx, src, ring, until)
	return more, errors.Join(append(faults, err)...)
}

// publicFeeds is the narrowest feed that is read: section 7.1.4 has AMBER and RED
// ones protected by a login, which the house has none of.
const publicFeeds = ward.TLPGreen

// keys follows the published keys. The first ones are trusted on first use and
// pinned; a key that comes later is kept, told as a fault and trusted by a
// person only: whoever takes a provider's web server over could publish one.
func (s *Sources) keys(ctx context.Context, src *Source, m *provider.Metadata) (*provider.Ring, error) {
	found, faults := s.cfg.Client.Keys(ctx, m)
	var ring *provider.Ring
	now := s.cfg.Clock()
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		known, _, err := KeysOf(ctx, tx, src.ID)
		if err != nil {
			return err
		}
		for _, k := range found {
			if err := s.meetKey(ctx, tx, src.ID, known, k, now); err != nil {
				return err
			}
		}
		for _, f := range faults {
			if err := PutFault(ctx, tx, src.ID, faultFrom(f, m.At, now)); err != nil {
				return err
			}
		}
		known, armored, err := KeysOf(ctx, tx, src.ID)
		var trusted []provider.Key
		for i, k := range known {
			if k.Trusted {
				trusted = append(trusted, provider.Key{Fingerprint: k.Fingerprint, Armored: armored[i]})
			}
		}
		if err == nil {
			ring, err = provider.NewRing(trusted)
		}
		return err
	})
	return ring, err
}

func (s *Sources) meetKey(ctx context.Context, tx *db.Tx, source string, known []Key, k provider.Key, now time.Time) error {
	for _, old := range known {
		if old.Fingerprint == k.Fingerprint {
			return nil
		}
	}
	if err := insertKey(ctx, tx, source, k.Fingerprint, k.Armored, len(known) == 0, now); err != nil || len(known) == 0 {
		return err
	}
	return PutFault(ctx, tx, source, Fault{Subject: k.Fingerprint, Kind: "new_key", Last: now})
}

// readListing brings the entries of one listing into the database, in lots,
// and keeps its state when all of it was read.
func (s *Sources) readListing(ctx context.Context, src *Source, l provider.Listing) error {
	have, err := s.listing(ctx, src.ID, l.URL)
	if err != nil {
		return err
	}
	var waiting []entry
	flush := func() error {
		if len(waiting) == 0 {
			return nil
		}
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return putEntries(ctx, tx, src.ID, unique(waiting)) })
		waiting = waiting[:0]
		return err
	}
	today := s.cfg.Clock().Truncate(24 * time.Hour)
	read, err := s.cfg.Client.List(ctx, l, have, func(e provider.Entry) error {
		if e.Updated.IsZero() {
			e.Updated = today // a listing without dates is gone through once a day
		}
		waiting = append(waiting, entry{url: e.URL, hashURL: e.Hash, signURL: e.Signature, updated: e.Updated, tlp: l.Label})
		if len(waiting) >= entryLot {
			return flush()
		}
		return nil
	})
	if err := errors.Join(err, flush()); err != nil {
		return err
	}
	if read.NotModified {
		return nil
	}
	now := s.cfg.Clock()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.listingFaults(ctx, tx, src.ID, l.URL, read, now); err != nil {
			return err
		}
		return putListing(ctx, tx, src.ID, l.URL, read.State.ETag, read.State.Modified, now)
	})
}

// entryLot is how many entries one statement writes.
const entryLot = 500

// unique keeps the last of entries with the same address: one statement may
// not touch a row twice.
func unique(list []entry) []entry {
	at := make(map[string]int, len(list))
	out := list[:0]
	for _, e := range list {
		if i, ok := at[e.url]; ok {
			if e.updated.After(out[i].updated) {
				out[i] = e
			}
			continue
		}
		at[e.url] = len(out)
		out = append(out, e)
	}
	return out
}

// listingFaults keeps what was wrong with single entries, or closes it.
func (s *Sources) listingFaults(ctx context.Context, tx *db.Tx, source, url string, read provider.Read, now time.Time) error {
	if len(read.Problems) == 0 {
		return ResolveFaults(ctx, tx, source, []string{url}, now)
	}
	return PutFault(ctx, tx, source, FaultOf(url, provider.KindListing, read.Problems, now))
}

// documentsOf fetches what is pending until the time is up.
func (s *Sources) documentsOf(ctx context.Context, src *Source, ring *provider.Ring, until time.Time) (more bool, err error) {
	for {
		var list []entry
		now := s.cfg.Clock()
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			list, err = pendingEntries(ctx, tx, src.ID, now, fetchLot)
			return err
		})
		if err != nil || len(list) == 0 {
			return false, err
		}
		if !now.Before(until) {
			return true, nil
		}
		if err := s.fetchLot(ctx, src, ring, list); err != nil {
			return false, err
		}
	}
}

// faultFrom keeps a fault of the provider under the document's own address.
func faultFrom(err error, subject string, now time.Time) Fault {
	f := Fault{Subject: subject, Kind: provider.KindOf(err), Detail: plain.Cut(err.Error(), MaxDetail), Last: now}
	var p *provider.Fault
	if errors.As(err, &p) && p.Kind == provider.KindKey {
		f.Subject = p.URL
	}
	return f
}
