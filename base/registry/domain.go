package registry

import (
	"context"

	"ward"
	"ward/base/registry/proof"
	"ward/kit/db"
)

// AddDomain notes a domain and gives what must be published. Needs org.write.
func (s *Service) AddDomain(ctx context.Context, a ward.Actor, org ward.OrgID, name string) (d proof.Domain, err error) {
	name, bad := proof.Clean(name)
	err = s.act(ctx, a, "org.write", org, "domain.added", func(tx *db.Tx, _ Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		d, err = s.domains.Add(ctx, tx, org, name)
		return d.ID, err
	})
	return d, ward.Wrap("add domain", err)
}

// Domains lists those of an organisation. Needs org.read.
func (s *Service) Domains(ctx context.Context, a ward.Actor, org ward.OrgID) (Profile, []proof.Domain, error) {
	var p Profile
	var out []proof.Domain
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if p, _, err = s.allowed(ctx, tx, a, "org.read", org); err != nil {
			return err
		}
		out, err = s.domains.Of(ctx, tx, org)
		return err
	})
	return p, out, ward.Wrap("list domains", err)
}

// RemoveDomain forgets a domain. Needs org.write.
func (s *Service) RemoveDomain(ctx context.Context, a ward.Actor, org ward.OrgID, domain string) error {
	return ward.Wrap("remove domain", s.act(ctx, a, "org.write", org, "domain.removed", func(tx *db.Tx, _ Profile) (string, error) {
		return domain, s.domains.Drop(ctx, tx, org, domain)
	}))
}

// CheckDomain looks for the proof now and tells whether it was there. The
// outside is asked outside of any transaction.
func (s *Service) CheckDomain(ctx context.Context, a ward.Actor, org ward.OrgID, domain string) (proof.Domain, error) {
	var d proof.Domain
	if s.training {
		return d, ward.Fail(ward.Conflict, "registry.error.domain_training")
	}
	err := s.act(ctx, a, "org.write", org, "domain.checked", func(tx *db.Tx, _ Profile) (string, error) {
		var err error
		d, err = s.domains.Turn(ctx, tx, org, domain)
		return d.ID, err
	})
	if err == nil {
		d, err = s.domains.Prove(ctx, d)
	}
	return d, ward.Wrap("check domain", err)
}

// ProvedDomains answers which domains of organisations were proved: only these
// may be spoken of to them.
func (s *Service) ProvedDomains(ctx context.Context, ids []ward.OrgID) (map[ward.OrgID][]string, error) {
	var out map[ward.OrgID][]string
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = s.domains.ProvedOf(ctx, tx, ids)
		return err
	})
	return out, ward.Wrap("proved domains", err)
}
