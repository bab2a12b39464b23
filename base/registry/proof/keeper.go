package proof

import (
	"context"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
)

// Domain is an Internet domain that an organisation says is its own. What is
// known about it is shown to the organisation after the proof only.
type Domain struct {
	ID      string
	Org     ward.OrgID
	Name    string // lower case, in ASCII form
	Token   string // to be published by whoever controls the domain
	State   State  // Open until the first proof
	Method  string // dns or file, of the proof
	Created time.Time
	Checked time.Time
	Proved  time.Time // last proof
}

// State says whether control was proved.
type State string

// States of a domain. A lapsed one was proved and is not any more.
const (
	Open   State = "open"
	Proved State = "proved"
	Lapsed State = "lapsed"
)

const (
	most  = 100              // domains of one organisation
	every = 30 * time.Second // a person's own checks of one domain
	life  = 30 * 24 * time.Hour
	lapse = life + 7*24*time.Hour // a week of nightly failures: no short outage
)

// Config of New. All fields are needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	IDs     id.Source
	Outside Outside
}

// Keeper keeps the domains. Safe for concurrent use.
type Keeper struct{ cfg Config }

// New makes a keeper.
func New(cfg Config) *Keeper { return &Keeper{cfg} }

// Add notes a domain in its one form, and gives what must be published.
func (k *Keeper) Add(ctx context.Context, tx *db.Tx, org ward.OrgID, name string) (Domain, error) {
	d := Domain{ID: k.cfg.IDs(), Org: org, Name: name, Token: "ward-proof=" + id.Secret(128), State: Open, Created: k.cfg.Clock()}
	list, err := domains(ctx, tx, org)
	if err == nil && len(list) >= most {
		err = ward.Fail(ward.Conflict, "registry.error.domains").At("domain")
	}
	if err != nil {
		return d, err
	}
	err = insertDomain(ctx, tx, d)
	if db.Duplicate(err) {
		err = ward.Fail(ward.Conflict, "registry.error.domain_known").At("domain")
	}
	return d, err
}

// Of lists the domains of an organisation by name.
func (k *Keeper) Of(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Domain, error) {
	return domains(ctx, tx, org)
}

// Drop forgets a domain.
func (k *Keeper) Drop(ctx context.Context, tx *db.Tx, org ward.OrgID, domain string) error {
	return deleteDomain(ctx, tx, org, domain)
}

// Turn notes that a person has the outside asked now; Conflict where that was done
// a moment ago.
func (k *Keeper) Turn(ctx context.Context, tx *db.Tx, org ward.OrgID, domain string) (Domain, error) {
	now := k.cfg.Clock()
	d, err := domainByID(ctx, tx, org, domain)
	if err != nil {
		return d, err
	}
	if now.Sub(d.Checked) < every {
		return d, ward.Fail(ward.Conflict, "registry.error.domain_often")
	}
	return d, touchDomain(ctx, tx, d.ID, now)
}

// Prove asks the outside, outside of any transaction, and writes down what it said.
func (k *Keeper) Prove(ctx context.Context, d Domain) (Domain, error) {
	now := k.cfg.Clock()
	d.Checked, d.Method = now, k.cfg.Outside.Find(ctx, d.ID, d.Name, d.Token)
	switch {
	case d.Method != "":
		d.State, d.Proved = Proved, now
	case d.State == Proved && now.Sub(d.Proved) > lapse:
		d.State = Lapsed
	}
	return d, k.cfg.DB.Write(ctx, func(tx *db.Tx) error { return saveProof(ctx, tx, d) })
}

// Again looks at the domains whose last proof is old.
func (k *Keeper) Again(ctx context.Context) error {
	now := k.cfg.Clock()
	var stale []Domain
	err := k.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		stale, err = staleDomains(ctx, tx, now.Add(-life), now.Add(-12*time.Hour))
		return err
	})
	for _, d := range stale {
		if err != nil || ctx.Err() != nil {
			break
		}
		_, err = k.Prove(ctx, d)
	}
	return err
}

// Failing counts the domains of an organisation whose proof has gone or is about to.
func (k *Keeper) Failing(ctx context.Context, tx *db.Tx, org ward.OrgID) (int, error) {
	return failingDomains(ctx, tx, org, k.cfg.Clock().Add(-life-24*time.Hour))
}

// Owners lists who proved one of names.
func (k *Keeper) Owners(ctx context.Context, tx *db.Tx, names []string) ([]ward.OrgID, error) {
	return domainOwners(ctx, tx, names, k.cfg.Clock().Add(-lapse))
}

// ProvedOf gives the proved domains of organisations, by name.
func (k *Keeper) ProvedOf(ctx context.Context, tx *db.Tx, orgs []ward.OrgID) (map[ward.OrgID][]string, error) {
	return provedDomains(ctx, tx, orgs, k.cfg.Clock().Add(-lapse))
}
