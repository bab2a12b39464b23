package agent

import (
	"context"
	"strings"
	"sync"

	"ward/format/pack"
)

// limits bound what an archive may unfold to. Logs are large and pack well, and
// no memory is spent on them: the bounds only end what would never end. A log is
// packed to a tenth, one that says little to a hundredth, a bomb of zeros to a
// thousandth.
var limits = pack.Limits{Entries: 1_000_000, File: 1 << 40, Total: 4 << 40, Ratio: 500, Depth: 2}

// scan is one Scan under way. Three kinds of goroutines share it: one reads, the
// workers search, and the collector, which alone touches summary and position,
// does in order what the reader put into ordered.
type scan struct {
	cfg     Config
	ctx     context.Context // ends with this one Scan
	stop    context.CancelFunc
	free    free
	work    chan *piece
	alone   *searcher // searches where it is read, when one worker is all
	step    int       // bytes of a piece
	ordered chan func()

	mu      sync.Mutex // summary, at and failed: detectors tell hits too
	summary Summary
	at      Progress
	failed  error // of cfg.Hit
	touched int64 // bytes searched since Shrink
}

// Scan looks through the paths: files, folders, archives, "-". Summary and
// progress are valid with an error too: they say what was covered and where to
// go on. The error is the context's when the scan was interrupted, or that of a
// path which is not there, or that of Config.Hit.
func Scan(ctx context.Context, cfg Config, paths []string) (Summary, Progress, error) {
	if err := cfg.withDefaults(); err != nil {
		return Summary{}, Progress{}, err
	}
	s := &scan{cfg: cfg, at: Progress{Schema: ProgressSchema}}
	s.ctx, s.stop = context.WithCancel(ctx)
	defer s.stop()
	if cfg.From != nil {
		s.at, s.summary = *cfg.From, cfg.From.Covered
	}
	targets, err := find(ctx, paths, &s.summary)
	if err != nil {
		return s.summary, s.at, err
	}
	s.run(targets)
	switch {
	case s.failed != nil:
		err = s.failed
	case ctx.Err() != nil:
		err = ctx.Err()
	default:
		s.summary.Complete = true
	}
	s.at.Covered = s.summary
	return s.summary, s.at, err
}

// run starts the workers and the collector and reads the targets. A single worker
// is the goroutine that reads and collects: what it has read lies in the cache of
// its core, and to wake another one for each piece cost a tenth of the time.
func (s *scan) run(targets []target) {
	n, searching := 2*s.cfg.Workers+2, s.cfg.Workers
	s.step = pieceSize
	if searching == 1 {
		n, s.alone, searching = 1, newSearcher(s.cfg.Index), 0
		s.step = smallPiece
	}
	s.free, s.work, s.ordered = newFree(n), make(chan *piece, n), make(chan func(), n)
	var workers, collector sync.WaitGroup
	for range searching {
		workers.Go(func() {
			w := newSearcher(s.cfg.Index)
			for p := range s.work {
				w.search(p)
				p.done <- struct{}{}
			}
		})
	}
	collector.Go(func() {
		for do := range s.ordered {
			do()
		}
	})
	s.readAll(targets)
	close(s.work)
	close(s.ordered)
	workers.Wait()
	collector.Wait()
}

// hand gives a piece to be searched.
func (s *scan) hand(p *piece) {
	if s.alone == nil {
		s.work <- p
		return
	}
	s.alone.search(p)
	p.done <- struct{}{}
}

// order has something done after all that was ordered before.
func (s *scan) order(do func()) {
	if s.alone == nil {
		s.ordered <- do
		return
	}
	do()
}

// readAll reads the targets one after the other, from where an interrupted scan
// goes on.
func (s *scan) readAll(targets []target) {
	var total, done int64
	for _, t := range targets {
		total += max(t.size, 0)
	}
	from := s.cfg.From
	for i, t := range targets {
		if s.ctx.Err() != nil {
			return
		}
		if from == nil || i >= from.Target {
			var resume *Progress
			if from != nil && i == from.Target && from.Path == t.path {
				resume = from
			}
			before := done
			s.order(func() { s.begin(i, t, resume, before, total) })
			if err := s.target(t, resume); err != nil && s.ctx.Err() == nil {
				s.order(func() { s.skipRest(t.path, reasonOf(err)) })
			}
		}
		done += max(t.size, 0)
	}
	if s.ctx.Err() == nil {
		s.order(func() { s.begin(len(targets), target{}, nil, total, total) })
	}
}

// begin notes that the collector has come to a target.
func (s *scan) begin(i int, t target, resume *Progress, done, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if resume == nil {
		s.at.File, s.at.Offset, s.at.Line, s.at.Ended = "", 0, 0, false
	}
	s.at.Target, s.at.Path, s.at.Size, s.at.Done, s.at.Total = i, t.path, t.size, done, total
	s.told()
}

// told reports progress; mu is held.
func (s *scan) told() {
	if s.cfg.Step != nil {
		s.at.Covered = s.summary
		s.cfg.Step(&s.at)
	}
}

func (s *scan) skip(file string, from int64, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.summary.skip(file, from, reason)
}

// skipRest tells why a target ended, unless the log in it that ended with it has
// told that already.
func (s *scan) skipRest(file, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := s.summary.Skipped; len(all) > 0 {
		if last := all[len(all)-1]; last.Reason == reason && strings.HasPrefix(last.File, file) {
			return
		}
	}
	s.summary.skip(file, 0, reason)
}

// tell hands a hit on, unless it is too old.
func (s *scan) tell(h *Hit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return
	}
	if !s.cfg.Since.IsZero() {
		if h.Time == nil {
			s.summary.NoTime++
		} else if h.Time.Before(s.cfg.Since) {
			s.summary.Older++
			return
		}
	}
	if s.cfg.Redact != nil {
		Redact(s.cfg.Redact, h)
	}
	s.summary.note(h)
	if s.failed = s.cfg.Hit(h); s.failed != nil {
		s.stop()
	}
	h.people, h.wide = nil, "" // for whoever keeps hits
}
