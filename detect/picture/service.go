package picture

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"errors"
	"log/slog"
	"sync"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/kit/module"
)

//go:embed migrations text
var files embed.FS

// Families knows the names of ransomware.
type Families interface {
	// Named gives the name of a family as catalogues write it, by its letters and
	// digits; empty for one that none knows.
	Named(folded string) string
}

// Alerts is asked how far alerts got.
type Alerts interface {
	// Reached counts, over the alerts of the last days in a country or all of them,
	// organisations alerted, reached, and those that acknowledged.
	Reached(ctx context.Context, country ward.Country, days int) (ward.AlertsReached, error)
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Audit    *audit.Log
	Live     *live.Hub
	Log      *slog.Logger
	Families Families
	Alerts   Alerts
	Printer  func(ward.Lang) *i18n.Printer
	Key      []byte // 32 bytes: makes pseudonyms and the noise of the cover
}

// Rights of this service.
const (
	permRead  ward.Permission = "picture.read"  // the picture under its cover
	permExact ward.Permission = "picture.exact" // of a country, as it is
	permWatch ward.Permission = "picture.watch" // live, and what several hospitals have in common
	permWrite ward.Permission = "picture.write" // weekly reports, history
	permShare ward.Permission = "picture.share" // what the Union sees of a country
)

// Service folds facts and draws the picture. Safe for concurrent use.
type Service struct {
	cfg    Config
	secret []byte // of pseudonyms
	cover  cover
	index  index
	asked  sync.Map // questions that are known to be written down
	reach  reachCache
}

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Live == nil || cfg.Log == nil || cfg.Families == nil ||
		cfg.Alerts == nil || cfg.Printer == nil || len(cfg.Key) != 32 {
		return nil, errors.New("picture: a needed part is missing")
	}
	return &Service{cfg: cfg, secret: derived(cfg.Key, "picture marks"), cover: cover{derived(cfg.Key, "picture cover")}}, nil
}

// derived makes a key for one use, so that one secret is kept and backed up.
func derived(key []byte, use string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(use))
	return h.Sum(nil)
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "picture", Migrations: files, Texts: files, API: s.operations(),
		Subscriptions: []event.Subscription{event.On("picture.on_reported", s.onReported)},
		Jobs:          []job.Worker{job.Handle(job.Options{}, func(ctx context.Context, _ forgetting) error { return s.forget(ctx) })},
		Periodic:      []job.Periodic{{Every: forgetEvery, Make: func() job.Args { return forgetting{} }}}}
}

// MayWrite, MayWatch and MayShare are for the buttons of pages.
func (s *Service) MayWrite(a ward.Actor) bool { return s.cfg.Guard.May(a, permWrite) }

// MayWatch see MayWrite.
func (s *Service) MayWatch(a ward.Actor) bool { return s.cfg.Guard.May(a, permWatch) }

// MayShare see MayWrite.
func (s *Service) MayShare(a ward.Actor) bool {
	return s.cfg.Guard.May(a, permShare) && a.Country != ""
}
