package registry

import (
	"context"
	"time"

	"ward"
	"ward/base/registry/proof"
	"ward/kit/db"
	"ward/kit/id"
)

// Domain is an Internet domain that an organisation says is its own. What is
// known about it is shown to the organisation after the proof only.
type Domain struct {
	ID      string
	Org     ward.OrgID
	Name    string      // lower case, in ASCII form
	Token   string      // to be published by whoever controls the domain
	State   DomainState // open until the first proof
	Method  string      // dns or file, of the proof
	Created time.Time
	Checked time.Time
	Proved  time.Time // last proof
}

// DomainState says whether control was proved.
type DomainState string

// States of a domain. A lapsed one was proved and is not any more.
const (
	DomainOpen   DomainState = "open"
	DomainProved DomainState = "proved"
	DomainLapsed DomainState = "lapsed"
)

const (
	maxDomains = 100
	proofEvery = 30 * time.Second // a person's own checks of one domain
	proofLife  = 30 * 24 * time.Hour
	proofLapse = proofLife + 7*24*time.Hour // a week of nightly failures: no short outage
)

// AddDomain notes a domain and gives what must be published. Needs org.write.
func (s *Service) AddDomain(ctx context.Context, a ward.Actor, org ward.OrgID, name string) (Domain, error) {
	name, bad := proof.Clean(name)
	d := Domain{ID: s.ids(), Org: org, Name: name, Token: "ward-proof=" + id.Secret(128), State: DomainOpen, Created: s.clock()}
	err := s.act(ctx, a, "org.write", org, "domain.added", func(tx *db.Tx, _ Profile) (string, error) {
		if bad != nil {
			return "", bad
		}
		list, err := domains(ctx, tx, org)
		if err == nil && len(list) >= maxDomains {
			err = ward.Fail(ward.Conflict, "registry.error.domains").At("domain")
		}
		if err != nil {
			return "", err
		}
		err = insertDomain(ctx, tx, d)
		if db.Duplicate(err) {
			err = ward.Fail(ward.Conflict, "registry.error.domain_known").At("domain")
		}
		return d.ID, err
	})
	return d, ward.Wrap("add domain", err)
}

// Domains lists those of an organisation. Needs org.read.
func (s *Service) Domains(ctx context.Context, a ward.Actor, org ward.OrgID) (Profile, []Domain, error) {
	var p Profile
	var out []Domain
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if p, _, err = s.allowed(ctx, tx, a, "org.read", org); err != nil {
			return err
		}
		out, err = domains(ctx, tx, org)
		return err
	})
	return p, out, ward.Wrap("list domains", err)
}

// RemoveDomain forgets a domain. Needs org.write.
func (s *Service) RemoveDomain(ctx context.Context, a ward.Actor, org ward.OrgID, domain string) error {
	return ward.Wrap("remove domain", s.act(ctx, a, "org.write", org, "domain.removed", func(tx *db.Tx, _ Profile) (string, error) {
		return domain, deleteDomain(ctx, tx, org, domain)
	}))
}

// CheckDomain looks for the proof now and tells whether it was there. The
// outside is asked outside of any transaction.
func (s *Service) CheckDomain(ctx context.Context, a ward.Actor, org ward.OrgID, domain string) (Domain, error) {
	var d Domain
	if s.training {
		return d, ward.Fail(ward.Conflict, "registry.error.domain_training")
	}
	err := s.act(ctx, a, "org.write", org, "domain.checked", func(tx *db.Tx, _ Profile) (string, error) {
		var err error
		if d, err = domainByID(ctx, tx, org, domain); err != nil {
			return "", err
		}
		if s.clock().Sub(d.Checked) < proofEvery {
			return "", ward.Fail(ward.Conflict, "registry.error.domain_often")
		}
		return d.ID, touchDomain(ctx, tx, d.ID, s.clock())
	})
	if err == nil {
		d, err = s.prove(ctx, d)
	}
	return d, ward.Wrap("check domain", err)
}

// prove asks the outside and writes down what it said.
func (s *Service) prove(ctx context.Context, d Domain) (Domain, error) {
	now := s.clock()
	d.Checked, d.Method = now, s.outside.Find(ctx, d.ID, d.Name, d.Token)
	switch {
	case d.Method != "":
		d.State, d.Proved = DomainProved, now
	case d.State == DomainProved && now.Sub(d.Proved) > proofLapse:
		d.State = DomainLapsed
	}
	return d, s.db.Write(ctx, func(tx *db.Tx) error { return saveProof(ctx, tx, d) })
}

// ProvedDomains answers which domains of organisations were proved: only these
// may be spoken of to them.
func (s *Service) ProvedDomains(ctx context.Context, ids []ward.OrgID) (map[ward.OrgID][]string, error) {
	out := map[ward.OrgID][]string{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		clear(out)
		return provedDomains(ctx, tx, ids, s.clock().Add(-proofLapse), out)
	})
	return out, ward.Wrap("proved domains", err)
}
