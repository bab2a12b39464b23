package alert

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/db"
	"ward/kit/event"
)

// numberBook remembers the small numbers of organisations. A number never
// changes once it is committed, so what is in the book is right on every
// replica. Its zero value is empty.
type numberBook struct {
	mu sync.Mutex
	no atomic.Pointer[map[ward.OrgID]int64] // never written to once it is here
}

// pick gives the known numbers, of more than was asked for, and the
// organisations that are not known.
func (b *numberBook) pick(now []stand.Stake) (known map[ward.OrgID]int64, missing []ward.OrgID) {
	if p := b.no.Load(); p != nil {
		known = *p
	}
	for _, h := range now {
		if _, ok := known[h.Org]; !ok {
			missing = append(missing, h.Org)
		}
	}
	return known, missing
}

func (b *numberBook) add(more map[ward.OrgID]int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := maps.Clone(more)
	if p := b.no.Load(); p != nil {
		maps.Copy(all, *p)
	}
	b.no.Store(&all)
}

// orgNumbers gives each organisation its small number, making those that are
// new. One that the registry does not know gets none.
func (s *Service) orgNumbers(ctx context.Context, tx *db.Tx, now []stand.Stake) (map[ward.OrgID]int64, error) {
	known, missing := s.numbers.pick(now)
	if len(missing) == 0 {
		return known, nil
	}
	found, err := numbersOf(ctx, tx, missing)
	if err != nil {
		return nil, err
	}
	var fresh []ward.OrgID
	for _, org := range missing {
		if _, ok := found[org]; !ok {
			fresh = append(fresh, org)
		}
	}
	if len(fresh) > 0 {
		if found, err = s.register(ctx, tx, fresh, missing); err != nil {
			return nil, err
		}
	}
	tx.AfterCommit(func() { s.numbers.add(found) }) // before the commit a number may still be given to another
	maps.Copy(found, known)
	return found, nil
}

// register numbers fresh and gives the numbers of all.
func (s *Service) register(ctx context.Context, tx *db.Tx, fresh, all []ward.OrgID) (map[ward.OrgID]int64, error) {
	orgs, err := s.cfg.Registry.Organisations(ctx, fresh)
	if err != nil {
		return nil, err
	}
	if err := insertOrgs(ctx, tx, orgs); err != nil {
		return nil, err
	}
	return numbersOf(ctx, tx, all)
}

// onOrganisation numbers an organisation when it is registered: a warning to all
// of Europe must not do it for 15,000 of them while they wait.
func (s *Service) onOrganisation(ctx context.Context, _ event.Meta, f ward.OrganisationRegistered) error {
	return ward.Wrap("number organisation", s.Number(ctx, []ward.OrgID{f.Org}))
}

// Number gives numbers to organisations that have none yet.
func (s *Service) Number(ctx context.Context, orgs []ward.OrgID) error {
	all := make([]stand.Stake, len(orgs))
	for i, o := range orgs {
		all[i].Org = o
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := s.orgNumbers(ctx, tx, all)
		return err
	})
}

// Warm reads all numbers, so that the first warning need not.
func (s *Service) Warm(ctx context.Context) error {
	var all map[ward.OrgID]int64
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = allNumbers(ctx, tx)
		return err
	})
	if err == nil {
		s.numbers.add(all)
	}
	return ward.Wrap("read numbers", err)
}

// renewCountries writes the countries of all organisations again: a register
// that was corrected must also correct which CSIRT sees the alerts.
func (s *Service) renewCountries(ctx context.Context) error {
	var all []ward.OrgID
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = orgsNumbered(ctx, tx)
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	orgs, err := s.cfg.Registry.Organisations(ctx, all)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return insertOrgs(ctx, tx, orgs) })
}
