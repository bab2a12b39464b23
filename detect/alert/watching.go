package alert

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ward"
	"ward/kit/db"
)

// Watcher is one open page that is told how many alerts came since it was shown.
type Watcher struct {
	view  view
	since time.Time
	// C brings the count, up to freshLimit, when it has become another; only the
	// newest waits. It is closed when the house stops.
	C    chan int
	came []Key // alerts counted; nil where the view is wide
	told int
	gone bool // C is closed
}

// Key names an alert by its two numbers.
type Key struct{ Issue, OrgNo int64 }

// board tells open pages of what changed. It reads the changes once for all of
// them, from a cursor: 15,000 pages of as many hospitals cost one query. Pages of
// whole countries, which are few, are counted anew. It works while there are pages.
// Safe for concurrent use.
type board struct {
	mu      sync.Mutex
	all     map[*Watcher]struct{}
	narrow  map[ward.OrgID]map[*Watcher]struct{}
	stop    func()
	running bool
}

// gather is how long the board waits after a change for those that follow at once.
const gather = 200 * time.Millisecond

// Watch tells how many alerts that a may see came after since, from now on; stop
// ends it, and may be called twice. The rights are those of this moment: a page
// that stays open asks again now and then.
func (s *Service) Watch(ctx context.Context, a ward.Actor, since time.Time) (w *Watcher, stop func(), err error) {
	w = &Watcher{view: s.view(a, permRead), since: since, C: make(chan int, 1)}
	if err := s.enterBoard(ctx, w); err != nil { // before the first count, so that nothing comes between
		return nil, nil, ward.Wrap("watch alerts", err)
	}
	stop = func() { s.board.leave(w) }
	if err = s.count(ctx, w); err != nil {
		stop()
	}
	return w, stop, ward.Wrap("watch alerts", err)
}

// orgs are those of a view that is not wide.
func (v view) orgs() []ward.OrgID {
	if v.scope.Everything || len(v.scope.Countries) > 0 {
		return nil
	}
	return v.scope.Orgs
}

func (w *Watcher) wide() bool { return w.view.from() == alertFrom }

// count is what the page is told first, and a wide one each time.
func (s *Service) count(ctx context.Context, w *Watcher) error {
	var n int
	var keys []Key
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if w.wide() {
			n, err = countFresh(ctx, tx, w.view, w.since, freshLimit)
			return err
		}
		keys, err = freshKeys(ctx, tx, w.view, w.since, freshLimit)
		return err
	})
	if err != nil {
		return err
	}
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	for _, k := range keys {
		w.add(k)
	}
	w.tell(max(n, len(w.came)))
	return nil
}

func (w *Watcher) add(k Key) {
	if len(w.came) < freshLimit && !slices.Contains(w.came, k) {
		w.came = append(w.came, k)
	}
}

// tell gives n when the page does not know it; the board is locked.
func (w *Watcher) tell(n int) {
	if n == w.told || w.gone {
		return
	}
	w.told = n
	select {
	case <-w.C: // an older count that nobody took
	default:
	}
	w.C <- n
}

func (s *Service) enterBoard(ctx context.Context, w *Watcher) error {
	b := &s.board
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.running {
		var at [3]int64
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			at[0], err = lastChange(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
		at[1], at[2] = 1<<62, 1<<62 // after all of that number
		b.narrow, b.all, b.running = map[ward.OrgID]map[*Watcher]struct{}{}, map[*Watcher]struct{}{}, true
		life, stop := context.WithCancel(context.WithoutCancel(ctx))
		b.stop = stop
		go s.follow(life, at)
	}
	b.all[w] = struct{}{}
	for _, o := range w.view.orgs() {
		if b.narrow[o] == nil {
			b.narrow[o] = map[*Watcher]struct{}{}
		}
		b.narrow[o][w] = struct{}{}
	}
	return nil
}

func (b *board) leave(w *Watcher) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.all, w)
	for _, o := range w.view.orgs() {
		delete(b.narrow[o], w)
		if len(b.narrow[o]) == 0 {
			delete(b.narrow, o)
		}
	}
	if b.running && len(b.all) == 0 {
		b.running = false
		b.stop()
	}
}

// follow reads on from the cursor whenever something changed, until the last
// page has gone or the house stops.
func (s *Service) follow(ctx context.Context, at [3]int64) {
	heard, end := s.cfg.Live.Listen(changeTopic)
	defer end()
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-heard:
			if !open {
				s.board.close()
				return
			}
		}
		calm := time.NewTimer(gather)
		select {
		case <-ctx.Done():
			calm.Stop()
			return
		case <-calm.C:
		}
		for len(heard) > 0 { // of before the look that follows
			<-heard
		}
		var err error
		if at, err = s.spread(ctx, at); err != nil && ctx.Err() == nil {
			s.cfg.Log.WarnContext(ctx, "open pages are told later", slog.Any("error", err))
		}
	}
}

// close ends all pages: the house stops.
func (b *board) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for w := range b.all {
		w.gone = true
		close(w.C)
	}
	b.narrow, b.all, b.running = nil, nil, false
	b.stop()
}

// spreadBatch changes are read in one statement.
const spreadBatch = 5000

// spread reads what changed after the cursor and tells the pages; it gives the
// new cursor.
func (s *Service) spread(ctx context.Context, at [3]int64) ([3]int64, error) {
	for {
		var rows []freshRow
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			rows, err = changedRows(ctx, tx, at, spreadBatch)
			return err
		})
		if err != nil {
			return at, err
		}
		s.board.pass(rows)
		if n := len(rows); n > 0 {
			at = [3]int64{rows[n-1].seq, rows[n-1].Issue, rows[n-1].OrgNo}
		}
		if len(rows) < spreadBatch {
			return at, s.countWide(ctx)
		}
	}
}

// countWide counts for the pages of whole countries.
func (s *Service) countWide(ctx context.Context) error {
	s.board.mu.Lock()
	var list []*Watcher
	for w := range s.board.all {
		if w.wide() {
			list = append(list, w)
		}
	}
	s.board.mu.Unlock()
	for _, w := range list {
		if err := s.count(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// freshRow is what the board needs to know of a changed alert.
type freshRow struct {
	Key
	seq    int64
	org    ward.OrgID
	tlp    ward.TLP
	raised time.Time
	over   bool
}

// pass gives rows to the pages of their organisations.
func (b *board) pass(rows []freshRow) {
	b.mu.Lock()
	defer b.mu.Unlock()
	touched := map[*Watcher]struct{}{}
	for _, r := range rows {
		for w := range b.narrow[r.org] {
			if r.tlp.Within(w.view.clearance) && !r.over && r.raised.After(w.since) {
				w.add(r.Key)
			} else if i := slices.Index(w.came, r.Key); i >= 0 {
				w.came = slices.Delete(w.came, i, i+1)
			}
			touched[w] = struct{}{}
		}
	}
	for w := range touched {
		w.tell(len(w.came))
	}
}
