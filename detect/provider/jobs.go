package provider

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/job"
)

// publishJob brings the file of one advisory up to date. It is not done for each
// fact at once: a source's first fetch must not hold up alerts.
type publishJob struct {
	Advisory ward.AdvisoryID `json:"advisory"`
}

// Kind implements job.Args.
func (publishJob) Kind() string { return "provider.publish" }

// sweepJob goes through all advisories and brings every file up to date: what a
// change of settings, sources or keys brought, and what a fact missed.
type sweepJob struct {
	After ward.AdvisoryID `json:"after,omitempty"`
}

// Kind implements job.Args.
func (sweepJob) Kind() string { return "provider.sweep" }

// watchJob looks whether other publishers may be mirrored than a moment ago.
type watchJob struct{}

// Kind implements job.Args.
func (watchJob) Kind() string { return "provider.watch" }

// watchEvery is how soon a mirror begins or ends after a source was read.
const watchEvery = 30 * time.Second

// sweepEvery is how soon what a fact missed is made good.
const sweepEvery = 6 * time.Hour

// sweepTime ends one part of a sweep; the next begins where it stopped.
const sweepTime = 30 * time.Second

func (s *Service) workers() []job.Worker {
	return []job.Worker{
		job.Handle(job.Options{}, func(ctx context.Context, j publishJob) error {
			mirrored, err := s.mirrored(ctx)
			if err != nil {
				return err
			}
			return ward.Wrap("publish", s.publish(ctx, j.Advisory, mirrored))
		}),
		job.Handle(job.Options{Timeout: 10 * sweepTime}, func(ctx context.Context, j sweepJob) error {
			return ward.Wrap("sweep", s.sweep(ctx, j.After))
		}),
		job.Handle(job.Options{Attempts: 1}, func(ctx context.Context, _ watchJob) error { return ward.Wrap("watch publishers", s.watch(ctx)) }),
	}
}

func (s *Service) periodic() []job.Periodic {
	return []job.Periodic{{Every: watchEvery, Make: func() job.Args { return watchJob{} }},
		{Every: sweepEvery, AtStart: true, Make: func() job.Args { return sweepJob{} }}}
}

// watch plans a sweep when the publishers that are mirrored are others than this
// process saw last; one sweep too many does no harm.
func (s *Service) watch(ctx context.Context) error {
	mirrored, err := s.mirrored(ctx)
	if err != nil {
		return err
	}
	now := "mirrored: " + strings.Join(slices.Sorted(maps.Keys(mirrored)), " ")
	s.keys.Lock()
	same := s.watched == now
	s.watched = now
	s.keys.Unlock()
	if same {
		return nil
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.cfg.Enqueue(ctx, tx, sweepJob{}) })
}

// sweepChunk is how many advisories are compared at once.
const sweepChunk = 500

// sweep compares the stock with what is written, both in the order of ids, and
// publishes where they differ.
func (s *Service) sweep(ctx context.Context, after ward.AdvisoryID) error {
	mirrored, err := s.mirrored(ctx)
	if err != nil {
		return err
	}
	until := s.cfg.Clock().Add(sweepTime)
	for {
		differing, last, err := s.differing(ctx, after, mirrored)
		if err != nil {
			return err
		}
		for _, id := range differing {
			if err := s.publish(ctx, id, mirrored); err != nil {
				return err
			}
		}
		if last == "" {
			return nil
		}
		if after = last; s.cfg.Clock().After(until) {
			return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.cfg.Enqueue(ctx, tx, sweepJob{After: after}) })
		}
	}
}

// differing lists what is to be published anew among the next advisories; last
// is where to go on, "" at the end.
func (s *Service) differing(ctx context.Context, after ward.AdvisoryID, mirrored map[string]bool) (out []ward.AdvisoryID, last ward.AdvisoryID, err error) {
	stock, err := s.cfg.Advisories.Stock(ctx, after, sweepChunk)
	if err != nil {
		return nil, "", err
	}
	if !s.Configured() {
		stock = nil // what was published goes
	}
	var written []Document
	var valid []string
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if written, err = writtenAfter(ctx, tx, after, sweepChunk); err != nil {
			return err
		}
		valid, err = listed(ctx, tx)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	end := endOf(stock, written)
	have := make(map[ward.AdvisoryID]*Document, len(written))
	for i := range written {
		have[written[i].Advisory] = &written[i]
	}
	for _, i := range stock {
		shelf, ours := s.shelfOf(i, mirrored)
		d := have[i.Advisory]
		delete(have, i.Advisory)
		if end != "" && i.Advisory > end {
			continue
		}
		if ours != (d != nil) || d != nil && (d.Revision != i.Revision || d.Shelf != shelf || d.TLP != i.TLP || s.stale(d, valid)) {
			out = append(out, i.Advisory)
		}
	}
	for id := range have { // no longer in the stock
		if end == "" || id <= end {
			out = append(out, id)
		}
	}
	return out, end, nil
}

// endOf is how far both lists reach; "" when both are at their end.
func endOf(stock []ward.Issued, written []Document) ward.AdvisoryID {
	var end ward.AdvisoryID
	if len(stock) == sweepChunk {
		end = stock[sweepChunk-1].Advisory
	}
	if len(written) == sweepChunk {
		if last := written[sweepChunk-1].Advisory; end == "" || last < end {
			end = last
		}
	}
	return end
}

// stale reports that the house's signature no longer holds, that the file name
// for which a document waits may be free, or that an earlier version held it back:
// what fails a test or is of an unknown edition there need not do so here.
func (s *Service) stale(d *Document, valid []string) bool {
	switch {
	case d.Why == HeldName:
		return true
	case d.Why != "":
		return d.Changed.Before(s.began)
	}
	return d.Own && !slices.Contains(valid, d.Signer)
}
