package harvest

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/detect/advisory/provider"
	"ward/format/plain"
	"ward/kit/db"
	"ward/kit/fetch"
)

// RunTime and the other times are those of one run of a source. A run ends by itself and is called again, so
// that a first fetch of 200,000 documents holds no worker for hours, and a kill
// costs at most the documents in hand.
const (
	RunTime   = 90 * time.Second
	leaseTime = 4 * time.Minute // longer than a run with its last batch
	together  = 4               // documents fetched at the same time from one source
	fetchLot  = 24              // documents in hand; each at most maxDocument, usually some kilobytes
)

// errBusy says that another run works on the source.
var errBusy = errors.New("the source is being fetched already")

// fetch runs one source once; more is true when it has documents left that are
// due. Problems of the source are kept at it; the error is ours.
func (s *Sources) fetch(ctx context.Context, id string) (more bool, err error) {
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
		src, err = SourceByID(ctx, tx, id)
		return err
	})
	if err != nil || src.Kind == Upload {
		return false, err
	}
	var problem error
	more, problem = s.run(ctx, &src, started.Add(RunTime))
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

// MaxFile bounds one file that a source gives as a whole, in bytes.
const MaxFile = 512 << 20

// run follows a provider, or reads the one address of any other source if it
// changed. Its state is kept only when all of it was taken in.
func (s *Sources) run(ctx context.Context, src *Source, until time.Time) (more bool, err error) {
	if src.Kind == Provider {
		return s.runProvider(ctx, src, until)
	}
	have, err := s.listing(ctx, src.ID, src.URL)
	if err != nil {
		return false, err
	}
	res, err := s.cfg.Client.HTTP.Get(ctx, src.URL, fetch.Options{ETag: have.ETag, Modified: have.Modified, MaxBytes: MaxFile, Timeout: RunTime})
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	if res.NotModified {
		return false, nil
	}
	if err := s.cfg.Intake.File(ctx, src, res.Body); err != nil {
		return false, err
	}
	return false, s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return putListing(ctx, tx, src.ID, src.URL, res.ETag, res.Modified, s.cfg.Clock())
	})
}

func (s *Sources) listing(ctx context.Context, source, url string) (st provider.State, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		st.ETag, st.Modified, err = listingState(ctx, tx, source, url)
		return err
	})
	return st, err
}
