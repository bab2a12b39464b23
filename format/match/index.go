package match

import (
	"slices"

	"ward"
)

// Index holds distinct product identities, so that one new advisory finds its
// candidates without touching the rest. Versions are not part of an identity.
// It is safe for concurrent readers; Add and Remove need it alone.
type Index struct {
	find    *lookup
	items   []item
	byID    map[uint32]int32
	byAlias map[[2]string][]int32
}

type item struct {
	*profile
	id                 uint32
	model              string
	vendorKey, nameKey string // as AliasKey folds them
	gone               bool
}

// NewIndex makes an empty index.
func NewIndex() *Index {
	return &Index{find: newLookup(false), byID: map[uint32]int32{}, byAlias: map[[2]string][]int32{}}
}

// Add puts the identity of ref (all fields but Version and Serial) under id;
// an id added again is replaced.
func (x *Index) Add(id uint32, ref ward.ProductRef) {
	x.Remove(id)
	p := profileRef(ref)
	pos := x.find.add(p)
	vendor, name := refKey(ref)
	x.items = append(x.items, item{profile: p, id: id, model: ref.Model, vendorKey: vendor, nameKey: name})
	x.byID[id] = pos
	k := [2]string{vendor, name}
	x.byAlias[k] = append(x.byAlias[k], pos)
}

// Remove takes id out; an unknown id is ignored. Its room is freed when the
// index is built anew.
func (x *Index) Remove(id uint32) {
	if pos, ok := x.byID[id]; ok {
		x.items[pos].gone = true
		delete(x.byID, id)
	}
}

// Len is the number of identities.
func (x *Index) Len() int { return len(x.byID) }

// Candidate is an identity that some claims may concern. It stays valid while
// the index is not changed.
type Candidate struct {
	ID     uint32 // as given to Add
	claims *Claims
	item   *item
	ties   []productTie
	d      *Decisions
	texts  *readings // shared by the candidates of one call
}

type productTie struct {
	product int32
	tie     tie
}

// Candidates returns the identities that claims may concern, ordered by id.
func (x *Index) Candidates(c *Claims, d *Decisions) []Candidate {
	found := map[int32][]productTie{}
	for i := range c.products {
		q := &c.products[i]
		list := x.find.candidates(q.profile)
		for _, k := range d.refsOf(q.vendorKey, q.nameKey) {
			list = append(list, x.byAlias[k]...)
		}
		slices.Sort(list)
		known := make(agreements, len(x.find.vendors))
		for _, pos := range slices.Compact(list) {
			it := &x.items[pos]
			if it.gone {
				continue
			}
			if t, ok := q.tie(it.profile, x.find.of(pos, q.vendor, known), it.vendorKey, it.nameKey, d); ok {
				found[pos] = append(found[pos], productTie{int32(i), t})
			}
		}
	}
	texts := &readings{known: map[string]reading{}}
	out := make([]Candidate, 0, len(found))
	for pos, ties := range found {
		out = append(out, Candidate{ID: x.items[pos].id, claims: c, item: &x.items[pos], ties: ties, d: d, texts: texts})
	}
	slices.SortFunc(out, func(a, b Candidate) int { return int(int64(a.ID) - int64(b.ID)) })
	return out
}

// Verdict folds the candidate's claims for one version text and serial number
// (empty: not known); one Result for each advisory, ordered by advisory. An advisory that states
// nothing of this version gives none. It is the same answer as Claims.Match
// gives for the identity with this version.
func (c *Candidate) Verdict(versionText, serial string) []Result {
	s := newSubject(c.item.profile, versionText, c.item.model, serial, c.texts)
	return foldAll(c.hits(nil, &s), &s, c.d)
}

// Brief is Verdict for bulk work: the verdict and reason of the first advisory
// among the claims, without evidence. It reports false where that advisory
// states nothing of this version.
func (c *Candidate) Brief(versionText, serial string) (ward.Verdict, ward.Reason, bool) {
	s := newSubject(c.item.profile, versionText, c.item.model, serial, c.texts)
	if q := &c.claims.products[c.ties[0].product]; len(c.ties) == 1 && len(q.leaves) == 1 {
		s.brief = true
		f, ok := c.claims.leaves[q.leaves[0]].judge(c.ties[0].tie, &s, q.profile, c.d)
		return f.Verdict, f.Reason, ok
	}
	hits := c.hits(nil, &s)
	if len(hits) == 0 {
		return ward.Review, "", false
	}
	slices.SortFunc(hits, orderHits)
	n := 1
	for n < len(hits) && hits[n].leaf.advisory == hits[0].leaf.advisory {
		n++
	}
	h, _ := foldOne(hits[:n])
	if h == nil {
		return ward.Review, "", false
	}
	return h.verdict, h.reason, true
}

func (c *Candidate) hits(hits []hit, s *subject) []hit {
	for _, t := range c.ties {
		hits = c.claims.judge(hits, &c.claims.products[t.product], t.tie, s, c.d)
	}
	return hits
}
