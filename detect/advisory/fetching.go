package advisory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ward"
	"ward/detect/advisory/provider"
	"ward/detect/advisory/signal"
	"ward/format/pack"
	"ward/format/plain"
	"ward/kit/db"
	"ward/kit/fetch"
)

// Times of one run of a source. A run ends by itself and is called again, so
// that a first fetch of 200,000 documents holds no worker for hours, and a kill
// costs at most the documents in hand.
const (
	runTime   = 90 * time.Second
	leaseTime = 4 * time.Minute // longer than a run with its last batch
	together  = 4               // documents fetched at the same time from one source
	fetchLot  = 24              // documents in hand; each at most maxDocument, usually some kilobytes
)

// errBusy says that another run works on the source.
var errBusy = errors.New("the source is being fetched already")

// fetch runs one source once; more is true when it has documents left that are
// due. Problems of the source are kept at it; the error is ours.
func (s *Service) fetch(ctx context.Context, id string) (more bool, err error) {
	lease, started := s.cfg.IDs(), s.cfg.Clock()
	var src Source
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err := takeLease(ctx, tx, id, lease, started, started.Add(leaseTime))
		if err != nil {
			return err
		}
		if !ok {
			return errBusy
		}
		src, err = sourceByID(ctx, tx, id)
		return err
	})
	if err != nil || src.Kind == SourceUpload {
		return false, err
	}
	var problem error
	more, problem = s.run(ctx, &src, started.Add(runTime))
	stopped := errors.Is(ctx.Err(), context.Canceled)
	// What ends here must be written even when the house stops.
	ctx = context.WithoutCancel(ctx)
	return more, s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := dropLease(ctx, tx, id, lease); err != nil || stopped {
			return err // it stays due, and goes on after the restart; nobody's fault
		}
		src.outcome(problem, s.cfg.Clock())
		if s.cfg.Live != nil {
			if err := s.cfg.Live.Tell(ctx, tx, "advisory-source", id); err != nil {
				return err
			}
		}
		return setOutcome(ctx, tx, &src)
	})
}

// outcome plans the next fetch.
func (s *Source) outcome(problem error, now time.Time) {
	s.Checked = now
	if problem == nil {
		s.Problem, s.Fails, s.Succeeded, s.Next = "", 0, now, now.Add(s.Every)
		return
	}
	s.Fails++
	s.Problem = plain.Cut(cause(problem).Error(), 500)
	s.Next = now.Add(max(min(backoff(s.Fails), max(s.Every, time.Hour)), provider.RetryAfter(problem), minEvery))
}

// cause is what lies under errors that a page would translate: this text is
// kept, and a key says nothing to whoever reads it later.
func cause(err error) error {
	var e *ward.Error
	for errors.As(err, &e) && e.Err != nil {
		err = e.Err
	}
	return err
}

// run does what the kind asks for.
func (s *Service) run(ctx context.Context, src *Source, until time.Time) (more bool, err error) {
	switch src.Kind {
	case SourceProvider:
		return s.runProvider(ctx, src, until)
	case SourceURL:
		return false, s.conditional(ctx, src, maxArchive, func(r io.Reader) error {
			var out Outcome
			return s.open(ctx, Delivery{Source: src.ID, Name: src.URL, Body: r, Unmarked: &src.Unmarked}, &out, false)
		})
	case SourceCVE:
		return false, s.conditional(ctx, src, maxArchive, func(r io.Reader) error {
			_, err := s.readRecords(ctx, src.ID, src.URL, r)
			return err
		})
	case SourceEPSS:
		return false, s.conditional(ctx, src, maxArchive, func(r io.Reader) error {
			_, err := s.signals.Scores(ctx, r)
			return err
		})
	case SourceKEVCISA, SourceKEVEU:
		return false, s.conditional(ctx, src, maxArchive, func(r io.Reader) error {
			_, err := s.openKEV(ctx, signal.Kind(src.Kind), src.URL, r, false)
			return err
		})
	}
	return false, fmt.Errorf("a source of kind %q cannot be fetched", src.Kind)
}

// maxArchive bounds one file that a source gives as a whole, in bytes.
const maxArchive = 512 << 20

// conditional reads one address if it changed. Its state is kept only when all
// of it was read well.
func (s *Service) conditional(ctx context.Context, src *Source, limit int64, read func(io.Reader) error) error {
	have, err := s.listing(ctx, src.ID, src.URL)
	if err != nil {
		return err
	}
	res, err := s.client.HTTP.Get(ctx, src.URL, fetch.Options{ETag: have.ETag, Modified: have.Modified, MaxBytes: limit, Timeout: runTime})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.NotModified {
		return nil
	}
	if err := read(res.Body); err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return putListing(ctx, tx, src.ID, src.URL, res.ETag, res.Modified, s.cfg.Clock())
	})
}

func (s *Service) listing(ctx context.Context, source, url string) (st provider.State, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		st.ETag, st.Modified, err = listingState(ctx, tx, source, url)
		return err
	})
	return st, err
}

// readPacked walks an archive that is not of advisories.
func readPacked(name string, r io.Reader, each func(name string, r io.Reader) error) error {
	return brokenArchive(pack.Stream(name, r, pack.Limits{Total: 16 << 30, Entries: 2_000_000}, each))
}
