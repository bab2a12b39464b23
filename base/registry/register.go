package registry

import (
	"context"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
)

// NewOrganisation is an organisation to be registered, with what is already
// known of it. Source and SourceKey make registering again harmless: a record
// that is there already is left as it is.
type NewOrganisation struct {
	Details
	Source    string
	SourceKey string
	Sites     []Site
	Services  []Care
	Contacts  []ward.Contact
}

// Fault is why a row was not registered; the other rows are.
type Fault struct {
	Row int // from 0
	Err error
}

// Registered is the outcome of Register. IDs has one entry a row in the order
// given: the new organisation's, that of the one already known by its source
// key, or "" for a row with a fault.
type Registered struct {
	IDs    []ward.OrgID
	New    int
	Faults []Fault
}

// batch is how many organisations share one transaction: large enough for tens
// of thousands a second, small enough that other writers wait for a moment only.
const batch = 1000

// Register takes in any number of organisations. Needs org.create on each.
// Faulty rows are reported and do not stop the others.
func (s *Service) Register(ctx context.Context, a ward.Actor, rows []NewOrganisation) (Registered, error) {
	out := Registered{IDs: make([]ward.OrgID, len(rows))}
	for start := 0; start < len(rows); start += batch {
		end := min(start+batch, len(rows))
		if err := s.registerBatch(ctx, a, rows[start:end], start, &out); err != nil {
			return out, ward.Wrap("register organisations", err)
		}
	}
	return out, nil
}

// prepared is a checked row with its id.
type prepared struct {
	Profile
	row int
	new NewOrganisation
}

// registerBatch is one transaction. Rows are checked before it, so that it is
// short; what is known already is looked up in it. It may run twice, so that
// what it finds is built anew each time.
func (s *Service) registerBatch(ctx context.Context, a ward.Actor, rows []NewOrganisation, start int, out *Registered) error {
	var good []prepared
	decision := auth.Decision{}
	for i, r := range rows {
		p, d, err := s.prepare(a, r)
		if err != nil {
			out.Faults = append(out.Faults, Fault{start + i, err})
			continue
		}
		p.row, decision = start+i, d
		good = append(good, p)
	}
	var fresh []prepared
	ids := map[int]ward.OrgID{}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		fresh, ids = fresh[:0], map[int]ward.OrgID{}
		known, err := bySource(ctx, tx, good)
		if err != nil {
			return err
		}
		for _, p := range good {
			key := [2]string{p.Source, p.SourceKey}
			if have, ok := known[key]; ok && p.SourceKey != "" {
				ids[p.row] = have
				continue
			}
			known[key], ids[p.row] = p.ID, p.ID
			fresh = append(fresh, p)
		}
		return s.store(ctx, tx, a, fresh, decision)
	})
	if db.Duplicate(err) { // another registers the same records at this moment
		return ward.Fail(ward.Conflict, "").Because(err)
	}
	if err != nil {
		return err
	}
	out.New += len(fresh)
	for row, id := range ids {
		out.IDs[row] = id
	}
	return nil
}

// prepare checks one row and the right to register it.
func (s *Service) prepare(a ward.Actor, r NewOrganisation) (prepared, auth.Decision, error) {
	r.Details = r.Details.tidy()
	p := prepared{new: r, Profile: Profile{ID: ward.OrgID(s.ids()), Details: r.Details, Source: r.Source, SourceKey: r.SourceKey,
		Version: 1, Created: s.clock(), Updated: s.clock()}}
	if err := r.Details.check(); err != nil {
		return p, auth.Decision{}, err
	}
	d, err := s.guard.Check(a, "org.create", p.Object())
	if err != nil {
		return p, d, err
	}
	return p, d, s.checkParts(&p.new)
}

// checkParts looks at what comes along with an organisation.
func (s *Service) checkParts(r *NewOrganisation) error {
	for i := range r.Sites {
		var err error
		if r.Sites[i], err = r.Sites[i].tidy(); err != nil {
			return err
		}
	}
	for i := range r.Contacts {
		var err error
		if r.Contacts[i], err = tidyContact(r.Contacts[i]); err != nil {
			return err
		}
	}
	return s.checkCare(r.Services)
}

// store writes the new ones, tells of each and records each, all or none.
func (s *Service) store(ctx context.Context, tx *db.Tx, a ward.Actor, fresh []prepared, d auth.Decision) error {
	if len(fresh) == 0 {
		return nil
	}
	if err := insertOrganisations(ctx, tx, fresh); err != nil {
		return err
	}
	if err := s.insertParts(ctx, tx, fresh); err != nil {
		return err
	}
	for _, p := range fresh {
		if err := s.bus.Publish(ctx, tx, ward.OrganisationRegistered{Org: p.ID}); err != nil {
			return err
		}
	}
	deeds := make([]deed, len(fresh))
	for i, p := range fresh {
		deeds[i] = deed{"org.create", "organisation.registered", p.Object(), d}
	}
	return s.record(ctx, tx, a, deeds...)
}

// Update changes an organisation's own facts; version is the one that was
// read, and a Conflict says that somebody else was faster. Kind, name and
// country are what the authority verified: they need org.create as well.
func (s *Service) Update(ctx context.Context, a ward.Actor, org ward.OrgID, version int64, d Details) error {
	d = d.tidy()
	err := s.act(ctx, a, "org.write", org, "organisation.changed", func(tx *db.Tx, p Profile) (string, error) {
		if err := s.checkUpdate(a, p, d); err != nil {
			return "", err
		}
		p.Details, p.Updated = d, s.clock()
		return string(org), updateOrganisation(ctx, tx, p, version)
	})
	return ward.Wrap("update organisation", err)
}

// checkUpdate keeps the verified facts to those who verify, before and after the
// change: a CSIRT does not move a hospital to another country.
func (s *Service) checkUpdate(a ward.Actor, old Profile, d Details) error {
	if err := d.check(); err != nil {
		return err
	}
	if d.Kind == old.Kind && d.Country == old.Country && d.Name == old.Name {
		return nil
	}
	next := old
	next.Details = d
	if s.MayVerify(a, old) && s.MayVerify(a, next) {
		return nil
	}
	return ward.Fail(ward.Forbidden, "registry.error.verified").At("name")
}
