package inventory

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"ward"
	"ward/format/match"
	"ward/kit/db"
	"ward/prevent/inventory/posting"
)

// register is what one replica knows in memory: the dictionary of products, the
// index of their identities and who holds them. All of it is derived from the
// database and brought up to date before each answer.
type register struct {
	turn sync.Mutex // one refresh at a time

	mu       sync.RWMutex
	loaded   bool
	change   int64             // the last change that the index knows
	names    []ward.ProductRef // by identity; 0 is nobody
	releases []string          // by version; 0 is nobody
	products []pair            // by product; 0 is nobody
	lookup   *match.Index
	ofName   byName
	holders  *posting.Index
}

func newRegister() *register { return &register{} }

// byName lists the products of an identity: those known at the start packed, the
// few that came since in a map.
type byName struct {
	start []uint32
	list  []ward.ProductID
	since map[uint32][]ward.ProductID
}

// packNames sorts products by identity, by counting.
func packNames(products []pair, names int) byName {
	b := byName{start: make([]uint32, names+1), list: make([]ward.ProductID, len(products)-1), since: map[uint32][]ward.ProductID{}}
	for _, p := range products[1:] {
		b.start[p.identity]++
	}
	for i := 1; i < len(b.start); i++ {
		b.start[i] += b.start[i-1]
	}
	for id := len(products) - 1; id > 0; id-- {
		n := products[id].identity
		b.start[n]--
		b.list[b.start[n]] = ward.ProductID(id)
	}
	return b
}

// of gives the products of an identity, ascending.
func (b *byName) of(name uint32) []ward.ProductID {
	var packed []ward.ProductID
	if int(name)+1 < len(b.start) {
		packed = b.list[b.start[name]:b.start[name+1]]
	}
	if later := b.since[name]; len(later) > 0 {
		return append(slices.Clip(packed), later...)
	}
	return packed
}

// ref puts a description together; the caller holds the lock.
func (r *register) ref(p ward.ProductID) (ref ward.ProductRef, ok bool) {
	if p == 0 || int(p) >= len(r.products) {
		return ref, false
	}
	k := r.products[p]
	ref = r.names[k.identity]
	ref.Version = r.releases[k.version]
	return ref, true
}

// refresh brings r up to what d says, all at once the first time. When nothing
// changed it costs one small question.
func (r *register) refresh(ctx context.Context, d *db.DB) error {
	r.turn.Lock()
	defer r.turn.Unlock()
	return d.Read(ctx, func(tx *db.Tx) error {
		now, err := readCounters(ctx, tx)
		if err != nil {
			return err
		}
		if !r.loaded {
			return r.load(ctx, tx, now)
		}
		return r.follow(ctx, tx, now)
	})
}

// load reads everything.
func (r *register) load(ctx context.Context, tx *db.Tx, now counters) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = append(make([]ward.ProductRef, 0, now.identity+1), ward.ProductRef{})
	r.releases = append(make([]string, 0, now.version+1), "")
	r.products = append(make([]pair, 0, now.product+now.product/32+1), pair{})
	r.lookup = match.NewIndex()
	if err := r.readDictionary(ctx, tx); err != nil {
		return err
	}
	r.ofName = packNames(r.products, len(r.names))
	orgs, err := readOrgs(ctx, tx)
	if err != nil {
		return err
	}
	r.holders, err = posting.Build(orgs, ward.ProductID(len(r.products)-1), func(yield func(int, []byte) error) error {
		return readPostings(ctx, tx, yield)
	})
	if err != nil {
		return err
	}
	r.change, r.loaded = now.change, true
	return nil
}

// readDictionary adds what is missing to the three tables.
func (r *register) readDictionary(ctx context.Context, tx *db.Tx) error {
	err := readIdentities(ctx, tx, len(r.names)-1, func(f ward.ProductRef) {
		r.lookup.Add(uint32(len(r.names)), f)
		r.names = append(r.names, f)
	})
	if err != nil {
		return err
	}
	if err := readVersions(ctx, tx, len(r.releases)-1, func(s string) { r.releases = append(r.releases, s) }); err != nil {
		return err
	}
	err = readProducts(ctx, tx, len(r.products)-1, func(k pair) { r.products = append(r.products, k) })
	if err != nil {
		return err
	}
	if last := r.products[len(r.products)-1]; int(last.identity) >= len(r.names) || int(last.version) >= len(r.releases) {
		return errDictionary
	}
	return nil
}

// follow takes over what came since: first the words, then the lists that may
// use them.
func (r *register) follow(ctx context.Context, tx *db.Tx, now counters) error {
	if int(now.product) >= len(r.products) {
		if err := r.extend(ctx, tx); err != nil {
			return err
		}
	}
	for r.change < now.change {
		changes, last, err := readChanges(ctx, tx, r.change, 500)
		if err != nil {
			return err
		}
		for _, c := range changes {
			r.holders.Set(c.org, c.items)
		}
		// A list that changed twice stands under its later number only.
		r.change = last
		if len(changes) == 0 {
			r.change = now.change
		}
	}
	return nil
}

// extend reads the words that came since and files them under their identities.
func (r *register) extend(ctx context.Context, tx *db.Tx) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := len(r.products)
	err := r.readDictionary(ctx, tx)
	for id := from; id < len(r.products); id++ { // also those read before an error: they stay
		n := r.products[id].identity
		r.ofName.since[n] = append(r.ofName.since[n], ward.ProductID(id))
	}
	return err
}

// judge gives the verdict on every product of the dictionary that the claims may
// concern, ascending by product. An advisory about a common product has
// thousands of versions to compare, so they are shared among the cores, and each
// finding is written once where it stays, as it is a large value.
func (r *register) judge(claims []ward.Claim, d *match.Decisions) []ward.ProductFinding {
	compiled := match.Compile(claims)
	r.mu.RLock()
	defer r.mu.RUnlock()
	candidates := r.lookup.Candidates(compiled, d)
	places := r.places(candidates)
	out := make([]ward.ProductFinding, len(places))
	var next atomic.Int64
	work := func() {
		var results []match.Result
		for from := int(next.Add(judgedAtOnce)) - judgedAtOnce; from < len(places); from = int(next.Add(judgedAtOnce)) - judgedAtOnce {
			for i := from; i < min(from+judgedAtOnce, len(places)); i++ {
				results = r.judgeOne(&out[i], places[i].product, &candidates[places[i].candidate], results[:0])
			}
		}
	}
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 4, len(places)/judgedAtOnce+1) - 1 {
		all.Go(work)
	}
	work()
	all.Wait()
	return slices.DeleteFunc(out, func(f ward.ProductFinding) bool { return f.Product == 0 })
}

// judgedAtOnce versions are taken by one worker.
const judgedAtOnce = 64

// place is where the finding of one version goes.
type place struct {
	product   ward.ProductID
	candidate int32
}

// places are all versions of the candidates, in the order of products.
func (r *register) places(candidates []match.Candidate) []place {
	n := 0
	for i := range candidates {
		n += len(r.ofName.of(candidates[i].ID))
	}
	out := make([]place, 0, n)
	for i := range candidates {
		for _, p := range r.ofName.of(candidates[i].ID) {
			out = append(out, place{p, int32(i)})
		}
	}
	slices.SortFunc(out, func(a, b place) int { return cmp.Compare(a.product, b.product) })
	return out
}

// judgeOne writes the verdict on one version of a candidate; to stays empty where
// nothing is stated of it. It gives back the room for results.
func (r *register) judgeOne(to *ward.ProductFinding, p ward.ProductID, c *match.Candidate, results []match.Result) []match.Result {
	ref, ok := r.ref(p)
	if !ok {
		return results
	}
	results = c.AppendVerdict(results, ref.Version, "")
	if res, ok := worst(results); ok {
		*to = ward.ProductFinding{Product: p, Ref: ref, Finding: res.Finding, CVEs: res.CVEs}
	}
	return results
}

// worst is the one answer where claims of several advisories were given:
// affected before review before not affected.
func worst(results []match.Result) (*match.Result, bool) {
	if len(results) == 0 {
		return nil, false
	}
	best := &results[0]
	for i := range results {
		if r := &results[i]; gravity(r.Verdict) > gravity(best.Verdict) {
			best = r
		}
	}
	return best, true
}

// gravity orders verdicts for worst.
func gravity(v ward.Verdict) int {
	switch v {
	case ward.Affected:
		return 2
	case ward.Review:
		return 1
	}
	return 0
}
