package disclosure

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/mail"
	"ward/kit/module"
	"ward/kit/seal"
)

//go:embed migrations text
var files embed.FS

// Registry is what cases ask of the registry: whom to remind.
type Registry interface {
	// Analysts lists the people who work for the Centre now.
	Analysts(context.Context) ([]ward.Person, error)
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Queue    *job.Queue
	Audit    *audit.Log
	Log      *slog.Logger
	Registry Registry
	Mail     mail.Sender
	Printer  func(ward.Lang) *i18n.Printer
	URL      string // address of this site
	Key      []byte // 32 bytes: seals the confidence and makes the links
	// Client tells the address that a request comes from, behind known proxies.
	Client func(*http.Request) string
}

// Rights of this service.
const (
	permRead    ward.Permission = "disclosure.read"    // cases and what may be published of them
	permWrite   ward.Permission = "disclosure.write"   // decisions and the summary
	permPrivate ward.Permission = "disclosure.private" // the confidence
	permReport  ward.Permission = "disclosure.report"  // a maker's own reports
	permFollow  ward.Permission = "disclosure.follow"  // a reporter's own case
)

// Service takes in reports. Safe for concurrent use.
type Service struct {
	cfg  Config
	box  seal.Box
	gate *gate
}

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Guard == nil || cfg.Queue == nil || cfg.Audit == nil || cfg.Registry == nil || cfg.Mail == nil || cfg.Printer == nil || cfg.Client == nil {
		return nil, errors.New("disclosure: a needed part is missing")
	}
	box, err := seal.New(cfg.Key)
	if err != nil {
		return nil, ward.Wrap("disclosure", err)
	}
	return &Service{cfg: cfg, box: box, gate: newGate()}, nil
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "disclosure", Migrations: files, Texts: files, API: s.operations(),
		Subscriptions: []event.Subscription{event.On("disclosure.on_drafted", s.onDrafted), event.On("disclosure.on_published", s.onPublished)},
		Jobs: []job.Worker{job.Handle(job.Options{Queue: job.Deliver}, s.onLetter),
			job.Handle(job.Options{}, func(ctx context.Context, _ remind) error { return s.remind(ctx) })},
		Periodic: []job.Periodic{{Every: remindEvery, Make: func() job.Args { return remind{} }}}}
}

// MayWrite and MayOpen are for the buttons of pages: to decide on cases, and to
// open what is confidential.
func (s *Service) MayWrite(a ward.Actor) bool { return s.cfg.Guard.May(a, permWrite) }

// MayOpen see MayWrite.
func (s *Service) MayOpen(a ward.Actor) bool { return s.cfg.Guard.May(a, permPrivate) }

// AddressOf tells where a request comes from, for its limits.
func (s *Service) AddressOf(r *http.Request) string { return s.cfg.Client(r) }
