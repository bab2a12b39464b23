// Package board tells open pages how many alerts came since they were shown. It
// reads the changes once for all of them, from a cursor: 15,000 pages of as many
// hospitals cost one query. Pages of whole countries, which are few, are counted
// anew. Programs that wait for the next change wait here too. It keeps nothing but
// what waits in this process.
package board

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ward"
	"ward/kit/live"
)

// Most bounds a count: more is "many".
const Most = 100

// Key names an alert by its two numbers.
type Key struct{ Issue, OrgNo int64 }

// Change is what the board needs to know of a changed alert.
type Change struct {
	Key
	Seq    int64
	Org    ward.OrgID
	TLP    ward.TLP
	Raised time.Time
	Over   bool // there is nothing to do about it any more
}

// Changes are those of all alerts, in their order.
type Changes interface {
	// Last is the number of the newest.
	Last(context.Context) (int64, error)
	// After lists them from a cursor on (number, issue, organisation), whoever may see them.
	After(ctx context.Context, at [3]int64, limit int) ([]Change, error)
}

// View is what a page shows. The zero View shows nothing.
type View struct {
	Orgs      []ward.OrgID // whose alerts, where it is those of single ones
	Wide      bool         // of so many that it is counted anew each time
	Clearance ward.TLP
	Since     time.Time // when it was shown
	// Count counts what came since then: of a wide view the number, else the alerts.
	Count func(context.Context) (int, []Key, error)
}

// Page is one open page.
type Page struct {
	view View
	// C brings the count, up to Most, when it has become another; only the newest
	// waits. It is closed when the house stops.
	C    chan int
	came []Key // alerts counted; nil where the view is wide
	told int
	gone bool // C is closed
}

// Config of New. All fields are needed.
type Config struct {
	Live    *live.Hub
	Topic   string // on which every change is told
	Log     *slog.Logger
	Changes Changes
}

// Board works while there are pages. Safe for concurrent use.
type Board struct {
	cfg     Config
	mu      sync.Mutex
	all     map[*Page]struct{}
	narrow  map[ward.OrgID]map[*Page]struct{}
	stop    func()
	running bool
}

// New makes an empty board.
func New(cfg Config) *Board { return &Board{cfg: cfg} }

// gather is how long the board waits after a change for those that follow at once.
const gather = 200 * time.Millisecond

// Open tells a page of what comes from now on; stop ends it, and may be called twice.
func (b *Board) Open(ctx context.Context, v View) (p *Page, stop func(), err error) {
	p = &Page{view: v, C: make(chan int, 1)}
	if err := b.enter(ctx, p); err != nil { // before the first count, so that nothing comes between
		return nil, nil, err
	}
	stop = func() { b.leave(p) }
	if err = b.count(ctx, p); err != nil {
		stop()
	}
	return p, stop, err
}

// count is what the page is told first, and a wide one each time.
func (b *Board) count(ctx context.Context, p *Page) error {
	n, keys, err := p.view.Count(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		p.add(k)
	}
	p.tell(max(n, len(p.came)))
	return nil
}

func (p *Page) add(k Key) {
	if len(p.came) < Most && !slices.Contains(p.came, k) {
		p.came = append(p.came, k)
	}
}

// tell gives n when the page does not know it; the board is locked.
func (p *Page) tell(n int) {
	if n == p.told || p.gone {
		return
	}
	p.told = n
	select {
	case <-p.C: // an older count that nobody took
	default:
	}
	p.C <- n
}

func (b *Board) enter(ctx context.Context, p *Page) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.running {
		last, err := b.cfg.Changes.Last(ctx)
		if err != nil {
			return err
		}
		b.narrow, b.all, b.running = map[ward.OrgID]map[*Page]struct{}{}, map[*Page]struct{}{}, true
		life, stop := context.WithCancel(context.WithoutCancel(ctx))
		b.stop = stop
		go b.follow(life, [3]int64{last, 1 << 62, 1 << 62}) // after all of that number
	}
	b.all[p] = struct{}{}
	for _, o := range p.view.Orgs {
		if b.narrow[o] == nil {
			b.narrow[o] = map[*Page]struct{}{}
		}
		b.narrow[o][p] = struct{}{}
	}
	return nil
}

func (b *Board) leave(p *Page) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.all, p)
	for _, o := range p.view.Orgs {
		delete(b.narrow[o], p)
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
func (b *Board) follow(ctx context.Context, at [3]int64) {
	heard, end := b.cfg.Live.Listen(b.cfg.Topic)
	defer end()
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-heard:
			if !open {
				b.close()
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
		if at, err = b.spread(ctx, at); err != nil && ctx.Err() == nil {
			b.cfg.Log.WarnContext(ctx, "open pages are told later", slog.Any("error", err))
		}
	}
}

// close ends all pages: the house stops.
func (b *Board) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for p := range b.all {
		p.gone = true
		close(p.C)
	}
	b.narrow, b.all, b.running = nil, nil, false
	b.stop()
}

// spreadBatch changes are read in one statement.
const spreadBatch = 5000

// spread reads what changed after the cursor and tells the pages; it gives the
// new cursor.
func (b *Board) spread(ctx context.Context, at [3]int64) ([3]int64, error) {
	for {
		rows, err := b.cfg.Changes.After(ctx, at, spreadBatch)
		if err != nil {
			return at, err
		}
		b.pass(rows)
		if n := len(rows); n > 0 {
			at = [3]int64{rows[n-1].Seq, rows[n-1].Issue, rows[n-1].OrgNo}
		}
		if len(rows) < spreadBatch {
			return at, b.countWide(ctx)
		}
	}
}

// countWide counts for the pages of whole countries.
func (b *Board) countWide(ctx context.Context) error {
	b.mu.Lock()
	var list []*Page
	for p := range b.all {
		if p.view.Wide {
			list = append(list, p)
		}
	}
	b.mu.Unlock()
	for _, p := range list {
		if err := b.count(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// pass gives rows to the pages of their organisations.
func (b *Board) pass(rows []Change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	touched := map[*Page]struct{}{}
	for _, r := range rows {
		for p := range b.narrow[r.Org] {
			if r.TLP.Within(p.view.Clearance) && !r.Over && r.Raised.After(p.view.Since) {
				p.add(r.Key)
			} else if i := slices.Index(p.came, r.Key); i >= 0 {
				p.came = slices.Delete(p.came, i, i+1)
			}
			touched[p] = struct{}{}
		}
	}
	for p := range touched {
		p.tell(len(p.came))
	}
}
