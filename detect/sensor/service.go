package sensor

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"ward"
	"ward/format/redact"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/module"
)

//go:embed migrations text
var files embed.FS

// Registry is what this room asks of the registry.
type Registry interface {
	Organisations(context.Context, []ward.OrgID) (map[ward.OrgID]ward.Organisation, error)
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Bus      *event.Bus
	Audit    *audit.Log
	Log      *slog.Logger
	Registry Registry
	Centre   string // name of the house in its bundles
	Key      []byte // the key that signs bundles is made of it: 32 bytes that are kept outside of the database
}

// Rights of this service.
const (
	permRead    ward.Permission = "detection.read"
	permWrite   ward.Permission = "detection.write"
	permPublish ward.Permission = "detection.publish"
	permSend    ward.Permission = "sensor.send"
	permHits    ward.Permission = "sighting.read"
	permWork    ward.Permission = "sighting.work"
	permCount   ward.Permission = "sighting.count"
)

// Service keeps detection content and hits. Safe for concurrent use.
type Service struct {
	cfg    Config
	signer signer
	redact *redact.Redactor
	gate   *gate
	bundle bundleCache
}

// New checks cfg and makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Guard == nil || cfg.Bus == nil || cfg.Audit == nil || cfg.Registry == nil || cfg.Centre == "" {
		return nil, errors.New("sensor: a needed part is missing")
	}
	k, err := newSigner(cfg.Key)
	return &Service{cfg: cfg, signer: k, redact: redact.New(redact.Options{}), gate: newGate()}, ward.Wrap("sensor", err)
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "sensor", Migrations: files, Texts: files, API: s.operations(), Jobs: s.jobs(), Periodic: s.periodic()}
}

// may reports whether a may do p to o: for the buttons of pages.
func (s *Service) may(a ward.Actor, p ward.Permission, o ward.Object) bool {
	return s.cfg.Guard.Decide(a, p, o).Allowed
}

// MayWrite reports whether a may change content of its own organisation.
func (s *Service) MayWrite(a ward.Actor) bool {
	return s.may(a, permWrite, ward.Object{Kind: "collection", Org: a.Org, Country: a.Country})
}

// MayKeep reports whether a may change c.
func (s *Service) MayKeep(a ward.Actor, c Collection) bool { return s.may(a, permWrite, c.Object()) }

// MayPublish reports whether a may give c out now.
func (s *Service) MayPublish(a ward.Actor, c Collection) bool {
	return c.State.May(Published) && (c.Country != "" || c.State == Submitted) && s.may(a, permPublish, c.Object())
}

// MayCount reports whether a is shown counts of sightings.
func (s *Service) MayCount(a ward.Actor) bool { return s.cfg.Guard.May(a, permCount) }

// MayWork reports whether a may say what became of a hit.
func (s *Service) MayWork(a ward.Actor, h Hit) bool { return s.may(a, permWork, h.Object()) }
