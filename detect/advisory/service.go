package advisory

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"ward"
	"ward/detect/advisory/claim"
	"ward/detect/advisory/decision"
	"ward/detect/advisory/harvest"
	"ward/detect/advisory/packed"
	"ward/detect/advisory/provider"
	"ward/detect/advisory/signal"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/kit/module"
)

//go:embed migrations
var migrations embed.FS

//go:embed text
var texts embed.FS

// Bulletins is what advisories ask of the Centre's own alerts.
type Bulletins interface {
	// Published gives a published revision; NotFound for any other.
	Published(ctx context.Context, bulletin string, version int) (ward.Published, error)
}

// Config of New. All fields are needed but those that say otherwise.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	IDs   id.Source
	Guard *auth.Guard
	Bus   *event.Bus
	Audit *audit.Log
	// Enqueue is (*job.Queue).EnqueueOnce of the queue that app makes after the services.
	Enqueue func(context.Context, *db.Tx, ...job.Args) error
	// Fetch asks providers; nil means a guarded client with its defaults.
	Fetch *fetch.Client
	Live  *live.Hub // may be nil: open pages hear nothing
	Log   *slog.Logger
	// Bulletins are published as advisories of the house itself; nil where there are none.
	Bulletins Bulletins
	// Namespace is the publisher namespace of this house, a URL: nobody else may
	// bring documents in its name. Empty where the house publishes nothing.
	Namespace string
}

// Service keeps advisories. Safe for concurrent use.
type Service struct {
	cfg       Config
	pack      *packed.Packer
	index     *claim.Index
	decided   *decision.Book
	documents documents
	sources   *harvest.Sources
	signals   *signal.Keeper
}

// New makes the service; it reads nothing yet.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Bus == nil || cfg.Audit == nil || cfg.Enqueue == nil || cfg.Log == nil {
		return nil, errors.New("new advisory service: a field of the configuration is missing")
	}
	p, err := packed.New()
	if err != nil {
		return nil, err
	}
	if cfg.Fetch == nil {
		cfg.Fetch = fetch.New(fetch.Config{})
	}
	s := &Service{cfg: cfg, pack: p, index: claim.New(cfg.DB, p), decided: decision.NewBook(cfg.DB)}
	s.signals = signal.New(signal.Config{DB: cfg.DB, Clock: cfg.Clock, IDs: cfg.IDs, Bus: cfg.Bus, Heads: heads{s}})
	s.sources = harvest.New(harvest.Config{DB: cfg.DB, Clock: cfg.Clock, IDs: cfg.IDs, Guard: cfg.Guard, Audit: cfg.Audit, Enqueue: cfg.Enqueue,
		Client: &provider.Client{HTTP: cfg.Fetch, MaxDocument: maxDocument}, Live: cfg.Live, Intake: harvested{s}})
	return s, nil
}

// Parts hands the service to the house, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "advisory", Migrations: migrations, Texts: texts, API: s.operations(),
		Subscriptions: []event.Subscription{event.On("advisory.on_bulletin", s.onBulletin)}, Jobs: s.workers(), Periodic: s.periodic()}
}
