package harvest

import (
	"context"
	"sync"
	"time"

	"ward/detect/advisory/provider"
	"ward/kit/db"
)

// gather is how long documents that have come wait for others, so that they are
// taken in together. One that dribbles in for a minute holds up none of them.
const gather = time.Second

// fetched is what became of one entry at its provider.
type fetched struct {
	entry *entry
	doc   *provider.Document
	fault error
}

// fetchLot fetches some documents side by side and takes them in as they come.
func (s *Sources) fetchLot(ctx context.Context, src *Source, ring *provider.Ring, list []entry) error {
	todo, came := make(chan *entry, len(list)), make(chan fetched, len(list))
	for i := range list {
		todo <- &list[i]
	}
	close(todo)
	var hands sync.WaitGroup
	defer hands.Wait()
	for range min(together, len(list)) {
		hands.Go(func() {
			for e := range todo {
				d, err := s.cfg.Client.Fetch(ctx, provider.Entry{URL: e.url, Hash: e.hashURL, Signature: e.signURL}, ring,
					provider.DemandsOf(src.Role), s.cfg.Clock)
				came <- fetched{e, d, err}
			}
		})
	}
	for left := len(list); left > 0; {
		lot := whatCame(came, left)
		left -= len(lot)
		if err := ctx.Err(); err != nil {
			return err // the house stops: nobody's fault
		}
		if err := s.takeIn(ctx, src, lot); err != nil {
			return err
		}
	}
	return nil
}

// whatCame waits for one document, and then for others: all that are left, or
// those of a moment.
func whatCame(came <-chan fetched, left int) []fetched {
	lot := []fetched{<-came}
	over := time.NewTimer(gather)
	defer over.Stop()
	for len(lot) < left {
		select {
		case f := <-came:
			lot = append(lot, f)
		case <-over.C:
			return lot
		}
	}
	return lot
}

// takeIn hands over the documents that came, and stores what became of each entry.
func (s *Sources) takeIn(ctx context.Context, src *Source, lot []fetched) error {
	var in []Document
	for _, f := range lot {
		if f.fault == nil {
			in = append(in, Document{Document: *f.doc, Name: f.entry.url, Unmarked: min(f.entry.tlp, src.Unmarked)})
		}
	}
	fates, err := s.cfg.Intake.Documents(ctx, src.ID, in)
	if err != nil {
		return err
	}
	now := s.cfg.Clock()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		rest := fates
		for _, f := range lot {
			fate := Again
			if f.fault == nil {
				fate, rest = rest[0], rest[1:]
			}
			if err := s.finish(ctx, tx, src, f.entry, f.fault, fate, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// finish writes what became of one entry: done, refused until the listing names
// a newer one, or to be tried again.
func (s *Sources) finish(ctx context.Context, tx *db.Tx, src *Source, e *entry, fault error, fate Fate, now time.Time) error {
	switch {
	case fault == nil && fate == Taken:
		return finishEntry(ctx, tx, src.ID, e, "done", 0, time.Time{})
	case fault == nil && fate == Refused:
		return finishEntry(ctx, tx, src.ID, e, "refused", 1, time.Time{})
	case fault != nil:
		if err := PutFault(ctx, tx, src.ID, faultFrom(fault, e.url, now)); err != nil {
			return err
		}
	}
	tries := e.tries + 1
	if tries >= maxTries {
		return finishEntry(ctx, tx, src.ID, e, "refused", tries, time.Time{})
	}
	wait := max(backoff(tries), provider.RetryAfter(fault))
	return finishEntry(ctx, tx, src.ID, e, "pending", tries, now.Add(wait))
}
