package inventory

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"golang.org/x/sync/semaphore"

	"ward"
	"ward/format/match"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/kit/module"
	"ward/prevent/inventory/upload"
)

//go:embed migrations text
var embedded embed.FS

// The rights of this service.
const (
	read  ward.Permission = "inventory.read"
	write ward.Permission = "inventory.write"
)

// Decider answers what analysts have settled about aliases and versions. It is
// asked for each run of the matching, so the answerer caches.
type Decider interface {
	Decisions(ctx context.Context) (*match.Decisions, error)
}

// Config of New. Every field is needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	IDs     id.Source
	Guard   *auth.Guard
	Bus     *event.Bus // connected after New
	Queue   *job.Queue // filled after New, before the queue starts
	Live    *live.Hub
	Audit   *audit.Log
	Log     *slog.Logger
	Decider Decider
}

// Service is the inventory. Safe for concurrent use.
type Service struct {
	cfg   Config
	known *register
	kept  summaries
	room  *semaphore.Weighted // bytes of files that may be read at the same time
}

// fileRoom is how many bytes of files are read at the same time: two of the
// largest, or many small ones.
const fileRoom = 2 * upload.MaxFile

// New prepares the service; it reads nothing yet.
func New(cfg Config) (*Service, error) {
	for _, missing := range []bool{cfg.DB == nil, cfg.Clock == nil, cfg.IDs == nil, cfg.Guard == nil, cfg.Bus == nil, cfg.Queue == nil,
		cfg.Live == nil, cfg.Audit == nil, cfg.Log == nil, cfg.Decider == nil} {
		if missing {
			return nil, errors.New("inventory: the configuration lacks a field")
		}
	}
	return &Service{cfg: cfg, known: newRegister(), room: semaphore.NewWeighted(fileRoom)}, nil
}

// Parts is the service as the house sees it, without its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "inventory", Migrations: embedded, Texts: embedded, API: s.operations(), Jobs: s.workers(), Periodic: s.periodic()}
}

// object is what the guard and the audit log are told of something of org.
func object(a ward.Actor, kind, id string, org ward.OrgID) ward.Object {
	o := ward.Object{Kind: kind, ID: id, Org: org}
	if org == a.Org {
		o.Country = a.Country
	}
	return o
}

// mine checks whether a may do p to the inventory of the organisation that it
// acts for.
func (s *Service) mine(a ward.Actor, p ward.Permission) (auth.Decision, error) {
	return s.cfg.Guard.Check(a, p, object(a, "inventory", "", a.Org))
}

// allowed checks an act on a thing that was read: who may not see it is told
// that it does not exist.
func (s *Service) allowed(a ward.Actor, p ward.Permission, o ward.Object, missing string) (auth.Decision, error) {
	d, err := s.cfg.Guard.Check(a, p, o)
	if err != nil && !s.cfg.Guard.Decide(a, read, o).Allowed {
		return d, ward.Fail(ward.NotFound, missing)
	}
	return d, err
}

// told is what every change ends with: the list under its number, the fact, the
// live hint, and the audit entry last.
type told struct {
	holding  *holding
	products []ward.ProductID // gained, lost or changed
	actor    ward.Actor
	decision auth.Decision
	object   ward.Object
	detail   map[string]string
}

// maxTold is how many products a fact names one by one; more mean "all".
const maxTold = 5000

func (s *Service) tell(ctx context.Context, tx *db.Tx, t told) error {
	if err := t.holding.store(ctx, tx); err != nil {
		return err
	}
	if len(t.products) > 0 {
		fact := ward.InventoryChanged{Org: t.holding.org, Products: t.products}
		if len(t.products) > maxTold {
			fact.Products = nil
		}
		if err := s.cfg.Bus.Publish(ctx, tx, fact); err != nil {
			return err
		}
	}
	if err := s.cfg.Live.Tell(ctx, tx, Topic, string(t.holding.org)); err != nil {
		return err
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: t.actor, Action: string(write), Object: t.object, Outcome: audit.Done,
		Policy: t.decision.Policy, Detail: t.detail})
}

// Topic is the live topic of changed inventories; the id is the organisation.
const Topic = "inventory"

// ImportTopic is the live topic of one import's progress.
func ImportTopic(id string) string { return "inventory.import:" + id }
