package ransomware

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync/atomic"

	"ward"
	"ward/format/ransom"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/mail"
	"ward/kit/module"
)

//go:embed migrations text
var files embed.FS

// Registry is what this room asks of the registry.
type Registry interface {
	Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error)
}

// Config of New. All fields are needed unless said otherwise.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Audit    *audit.Log
	Queue    *job.Queue
	Mail     mail.Sender
	Log      *slog.Logger
	Registry Registry
	Printer  func(ward.Lang) *i18n.Printer // words of letters
	URL      string                        // address of this site
	// Catalogue is a compiled one from the data folder, used until the database has one;
	// empty: the embedded families.
	Catalogue []byte
}

// Rights of this service.
const (
	permWatch   ward.Permission = "ransomware.watch"   // leave word for the own organisation
	permCurate  ward.Permission = "ransomware.curate"  // propose and withdraw decryptors
	permRelease ward.Permission = "ransomware.release" // as a second person
)

// Service identifies families and keeps decryptors. Safe for concurrent use.
type Service struct {
	cfg     Config
	current atomic.Pointer[edition]
	looked  atomic.Int64 // when the database was last asked for a newer one
}

// edition is a catalogue in use, with what the browser is given of it.
type edition struct {
	model   *ransom.Model
	script  []byte
	tag     string         // changes with the catalogue
	named   map[string]int // place in Model.Families by the key of a name
	version int64          // in the database; 0: of the data folder, or embedded
}

// New checks cfg and makes the catalogue ready.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Queue == nil || cfg.Mail == nil ||
		cfg.Log == nil || cfg.Registry == nil || cfg.Printer == nil {
		return nil, errors.New("ransomware: a needed part is missing")
	}
	s := &Service{cfg: cfg}
	m, err := s.firstModel()
	if err != nil {
		return nil, ward.Wrap("ransomware", err)
	}
	return s, ward.Wrap("ransomware", s.use(m, 0))
}

func (s *Service) firstModel() (*ransom.Model, error) {
	if len(s.cfg.Catalogue) > 0 {
		return ransom.Decode(s.cfg.Catalogue)
	}
	return ransom.Compile(ransom.Embedded(), nil)
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "ransomware", Migrations: files, Texts: files, API: s.operations(),
		Jobs: []job.Worker{job.Handle(job.Options{}, s.onReleased), job.Handle(job.Options{}, s.onTell), job.Handle(job.Options{}, s.onLetter),
			job.Handle(job.Options{}, s.onWithdrawn), job.Handle(job.Options{}, s.onRecall)}}
}
