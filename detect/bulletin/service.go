package bulletin

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/module"
)

//go:embed migrations text data
var files embed.FS

// Registry is what bulletins ask of the registry.
type Registry interface {
	// Addressed lists the care providers that an audience means, in the order of ids.
	Addressed(context.Context, ward.Audience) ([]ward.Organisation, error)
	Organisations(context.Context, []ward.OrgID) (map[ward.OrgID]ward.Organisation, error)
}

// Inventory is what the count of readers asks of the inventories. It is given to
// operations and pages, as the inventories are built after this room.
type Inventory interface {
	Match(context.Context, []ward.Claim) ([]ward.ProductFinding, error)
	Holdings(context.Context, []ward.ProductVerdict) ([]ward.Holding, error)
}

// Cases is what bulletins ask of the reports of weaknesses: what may be published
// of one. Nothing else of a case has a way into an alert.
type Cases interface {
	// Publishable is Conflict for a case from which no alert can be begun.
	Publishable(ctx context.Context, id string) (ward.Reported, error)
}

// Config of New. All fields are needed but the last.
type Config struct {
	DB        *db.DB
	Clock     clock.Clock
	IDs       id.Source
	Guard     *auth.Guard
	Bus       *event.Bus
	Queue     *job.Queue
	Audit     *audit.Log
	Log       *slog.Logger
	Registry  Registry
	Cases     Cases
	Publisher string // name of the Centre in documents
	Namespace string // URL of the Centre as a publisher
	URL       string // address of this site
	// Canonical is where the house publishes a document by its marking, first
	// release and number; nil where it publishes none.
	Canonical func(ward.TLP, time.Time, string) string
}

// Rights of this service.
const (
	permRead    ward.Permission = "bulletin.read"
	permWrite   ward.Permission = "bulletin.write"
	permApprove ward.Permission = "bulletin.approve"
	permPublic  ward.Permission = "advisory.read" // of what is published, within its marking
)

// Service holds the Centre's own alerts. Safe for concurrent use.
type Service struct {
	cfg       Config
	templates []Template
}

// New checks cfg and reads the templates.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Registry == nil || cfg.Cases == nil || cfg.Queue == nil || cfg.Guard == nil || cfg.Bus == nil || cfg.Audit == nil || cfg.Namespace == "" || cfg.Publisher == "" {
		return nil, errors.New("bulletin: a needed part is missing")
	}
	t, err := readTemplates()
	if err != nil {
		return nil, ward.Wrap("bulletin", err)
	}
	return &Service{cfg: cfg, templates: t}, nil
}

// Parts hands the service over, all but its pages; who holds the products is
// asked for the count of readers.
func (s *Service) Parts(who Inventory) module.Parts {
	return module.Parts{Name: "bulletin", Migrations: files, Texts: files, API: s.operations(who),
		Jobs: []job.Worker{job.Handle(job.Options{Queue: job.Alert}, s.onPublish)}}
}

// MayWrite and MayApprove are for the buttons of pages.
func (s *Service) MayWrite(a ward.Actor) bool { return s.cfg.Guard.May(a, permWrite) }

// MayApprove reports whether a is a second person to r.
func (s *Service) MayApprove(a ward.Actor, r Revision) bool {
	return r.State == Submitted && s.cfg.Guard.Decide(a, permApprove, r.Object()).Allowed
}
