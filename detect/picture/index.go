package picture

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"sync"

	"ward"
	"ward/kit/db"
)

// index holds all cases in memory, read on from the database's numbers of
// changes: it is derived, the database is the truth. Each replica has its own. A
// year of 50,000 incidents takes some twenty megabytes.
type index struct {
	mu     sync.Mutex
	serial int64
	cut    int64
	byMark map[string]int
	cases  []*Case // a changed case is a new value: who reads an older slice is not disturbed
	names  map[string]string
	rules  map[ward.Country]Sharing
	words  map[string]string // equal strings are kept once

	covers sync.Map // sight: covered
}

// known is a consistent look at the index.
type known struct {
	cases []*Case
	cut   int64
	names map[string]string
	rules map[ward.Country]Sharing
}

// sync reads what changed since.
func (s *Service) sync(ctx context.Context) (known, error) {
	x := &s.index
	x.mu.Lock()
	defer x.mu.Unlock()
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		serial, cut, err := pace(ctx, tx)
		if err != nil {
			return err
		}
		rules, err := sharingRules(ctx, tx)
		if err != nil {
			return err
		}
		x.rules = map[ward.Country]Sharing{}
		for c, r := range rules {
			x.rules[ward.Country(c)] = Sharing(r)
		}
		if serial == x.serial {
			x.cut = cut
			return nil
		}
		changed, err := casesAfter(ctx, tx, x.serial)
		if err != nil {
			return err
		}
		if x.names, err = supplierNames(ctx, tx); err != nil {
			return err
		}
		x.take(changed)
		x.serial, x.cut = serial, cut
		return nil
	})
	return known{x.cases, x.cut, x.names, x.rules}, err
}

// Warm reads all cases, so that the first look does not wait for it.
func (s *Service) Warm(ctx context.Context) error {
	_, err := s.sync(ctx)
	return ward.Wrap("read the cases of the picture", err)
}

// take puts changed cases in; the slice that somebody may be reading stays.
func (x *index) take(changed []Case) {
	if x.byMark == nil {
		x.byMark, x.words = map[string]int{}, map[string]string{}
	}
	next, copied := x.cases, false
	for i := range changed {
		c := &changed[i]
		x.slim(c)
		at, there := x.byMark[c.Mark]
		if !there {
			x.byMark[c.Mark] = len(next)
			next = append(next, c) // behind the end of every older slice
			continue
		}
		if !copied {
			next, copied = slices.Clone(next), true
		}
		next[at] = c
	}
	x.cases = next
}

// slim keeps equal words once, and makes the key of the noise.
func (x *index) slim(c *Case) {
	one := func(s *string) {
		if kept, ok := x.words[*s]; ok {
			*s = kept
			return
		}
		x.words[*s] = *s
	}
	country := string(c.Country)
	for _, s := range []*string{&country, &c.Sector, &c.Reason, &c.Cause, &c.Family, &c.Impact, &c.Supplier, &c.Org} {
		one(s)
	}
	c.Country = ward.Country(country)
	for i := range c.Services {
		one(&c.Services[i])
	}
	for i := range c.Signs {
		one(&c.Signs[i])
	}
	if b, err := hex.DecodeString(c.Mark); err == nil && len(b) >= 8 {
		c.key = binary.BigEndian.Uint64(b)
	}
}
