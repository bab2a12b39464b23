package claim

import (
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"ward"
	"ward/detect/advisory/packed"
	"ward/format/match"
	"ward/kit/db"
)

// Index holds the claims of all newest revisions in memory, to answer which
// advisories concern a product. It is derived from advisory_index and follows it
// by the change counter: whoever asks looks at the counter first, so no replica
// ever answers from an older state than the database that it reads.
//
// Compiled claims cannot grow, so there are several parts: changed advisories
// make a new small part, which joins its neighbour once that is less than twice
// as large. An advisory in a newer part is dead in the older ones. Each change is
// thus compiled about log2(n) times, and a question visits about log2(n) parts.
type Index struct {
	db    *db.DB
	pack  *packed.Packer
	mu    sync.Mutex // one follows at a time
	state atomic.Pointer[Snapshot]
	pool  map[string]string // texts shared by all claims; guarded by mu
}

// Snapshot is what is claimed at one moment: it never changes once it can be seen.
type Snapshot struct {
	change int64
	parts  []part
	live   int // advisories
}

type part struct {
	claims     *match.Claims
	advisories map[ward.AdvisoryID]bool // in this part; false means dead
	dead       int
}

// New makes an index; it reads nothing yet.
func New(d *db.DB, p *packed.Packer) *Index {
	x := &Index{db: d, pack: p, pool: map[string]string{}}
	x.state.Store(&Snapshot{})
	return x
}

// Now follows the database and gives what is claimed now.
func (x *Index) Now(ctx context.Context) (*Snapshot, error) {
	var n int64
	err := x.db.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = Changes.Read(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if s := x.state.Load(); s.change >= n {
		return s, nil
	}
	return x.follow(ctx, n)
}

// loadBatch is how many rows are read at once: some megabytes of packed claims.
const loadBatch = 500

// follow reads what changed up to n at least.
func (x *Index) follow(ctx context.Context, n int64) (*Snapshot, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	old := x.state.Load()
	if old.change >= n {
		return old, nil
	}
	claims, seen := []ward.Claim(nil), map[ward.AdvisoryID]bool{}
	last := row{change: old.change + 1} // with the empty id: below all rows of that change
	for {
		var rows []row
		err := x.db.Read(ctx, func(tx *db.Tx) (err error) {
			rows, err = after(ctx, tx, last.change, last.advisory, loadBatch)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			list, err := x.pack.ReadClaims(r.advisory, r.claims, x.pool)
			if err != nil {
				return nil, err
			}
			if seen[r.advisory] { // changed again between two batches
				claims = slices.DeleteFunc(claims, func(c ward.Claim) bool { return c.Advisory == r.advisory })
			}
			seen[r.advisory] = true
			claims, last = append(claims, list...), r
		}
		if len(rows) < loadBatch {
			break
		}
	}
	next := old.with(seen, claims, max(n, last.change))
	x.state.Store(next)
	return next, nil
}

// with is s with a new part on top.
func (s *Snapshot) with(changed map[ward.AdvisoryID]bool, claims []ward.Claim, change int64) *Snapshot {
	out := &Snapshot{change: change}
	for _, p := range s.parts {
		out.parts = append(out.parts, p.without(changed))
	}
	if len(changed) > 0 {
		out.add(changed, claims)
	}
	for _, p := range out.parts {
		out.live += len(p.advisories) - p.dead
	}
	return out
}

// without marks the changed advisories as dead in a copy, where there are any.
func (p part) without(changed map[ward.AdvisoryID]bool) part {
	var marks map[ward.AdvisoryID]bool
	for id := range changed {
		if !p.advisories[id] {
			continue
		}
		if marks == nil {
			marks = make(map[ward.AdvisoryID]bool, len(p.advisories))
			for k, v := range p.advisories {
				marks[k] = v
			}
		}
		marks[id] = false
		p.dead++
	}
	if marks != nil {
		p.advisories = marks
	}
	return p
}

// add puts a part on top and joins it with those below that are not twice its size.
func (s *Snapshot) add(advisories map[ward.AdvisoryID]bool, claims []ward.Claim) {
	for len(s.parts) > 0 {
		below := s.parts[len(s.parts)-1]
		if len(below.advisories)-below.dead >= 2*len(advisories) {
			break
		}
		for i := range below.claims.Len() {
			if c := below.claims.At(i); below.advisories[c.Advisory] {
				claims = append(claims, c)
			}
		}
		for id, alive := range below.advisories {
			if alive {
				advisories[id] = true
			}
		}
		s.parts = s.parts[:len(s.parts)-1]
	}
	s.parts = append(s.parts, part{claims: match.Compile(slices.Clip(claims)), advisories: advisories})
}

// Concerning lists every advisory that speaks of a product, in the order of
// product and advisory. It uses all cores: an upload of a hospital waits for it.
func (s *Snapshot) Concerning(products map[ward.ProductID]ward.ProductRef, d *match.Decisions) []ward.Concern {
	ids := slices.Sorted(maps.Keys(products))
	workers := min(runtime.GOMAXPROCS(0), len(ids)/16+1)
	found := make([][]ward.Concern, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(ids); i += workers {
				found[w] = s.ofProduct(found[w], ids[i], products[ids[i]], d)
			}
		})
	}
	all.Wait()
	out := slices.Concat(found...)
	slices.SortFunc(out, func(a, b ward.Concern) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Advisory, b.Advisory))
	})
	return out
}

// ofProduct appends the advisories that speak of one product.
func (s *Snapshot) ofProduct(out []ward.Concern, id ward.ProductID, ref ward.ProductRef, d *match.Decisions) []ward.Concern {
	for _, p := range s.parts {
		for _, r := range p.claims.Match(ref, d) {
			if p.advisories[r.Advisory] {
				out = append(out, ward.Concern{Advisory: r.Advisory,
					ProductFinding: ward.ProductFinding{Product: id, Ref: ref, Finding: r.Finding, CVEs: r.CVEs}})
			}
		}
	}
	return out
}

// Touched lists the advisories with a claim that fits, sorted.
func (s *Snapshot) Touched(fits func(ward.Claim) bool) []ward.AdvisoryID {
	var out []ward.AdvisoryID
	for _, p := range s.parts {
		for i := range p.claims.Len() {
			c := p.claims.At(i)
			if len(out) > 0 && out[len(out)-1] == c.Advisory || !p.advisories[c.Advisory] {
				continue
			}
			if fits(c) {
				out = append(out, c.Advisory)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
