package provider

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

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

//go:embed migrations/*.sql text/*.toml
var files embed.FS

// Advisories is what the provider asks of the advisories. The answers are about
// newest revisions and do no rights check.
type Advisories interface {
	// Issued is NotFound for an advisory that is unknown or deleted.
	Issued(context.Context, ward.AdvisoryID) (ward.Issued, error)
	// Stock lists advisories by id, for going through all of them.
	Stock(ctx context.Context, after ward.AdvisoryID, limit int) ([]ward.Issued, error)
	Document(ctx context.Context, id ward.AdvisoryID, revision string) (ward.IssuedDocument, error)
	// Parties lists the publishers behind our sources.
	Parties(context.Context) ([]ward.IssuingParty, error)
}

// Publisher is the house as an issuing party (CSAF 2.0 section 3.2.1.8).
type Publisher struct {
	Name      string
	Namespace string // URL under its control; documents with it are its own
	Contact   string // URI for reports: mailto: or https:
	Authority string // its constituency and responsibility, a sentence
}

// Config of New. All fields are needed but those that say otherwise.
type Config struct {
	DB         *db.DB
	Clock      clock.Clock
	IDs        id.Source
	Guard      *auth.Guard
	Audit      *audit.Log
	Log        *slog.Logger
	Enqueue    func(context.Context, *db.Tx, ...job.Args) error
	Advisories Advisories
	// Publisher without name or namespace publishes nothing.
	Publisher Publisher
	URL       string // public address of the house: "https://ward.example"
	Secret    []byte // of the house's key file; seals the signing keys
}

// Service publishes. Safe for concurrent use.
type Service struct {
	cfg       Config
	namespace string    // folded as ward.Issued has it
	began     time.Time // what was held back before is looked at once more: this version may read it
	seal      seal

	keys    sync.Mutex  // guards what follows
	key     *crypto.Key // the opened signing key, nil until it is used
	watched string      // the mirrored sources when they were last looked at
}

// New makes the service; it reads nothing yet.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Log == nil ||
		cfg.Enqueue == nil || cfg.Advisories == nil || cfg.URL == "" {
		return nil, errors.New("new provider service: a field of the configuration is missing")
	}
	box, err := newSeal(cfg.Secret)
	return &Service{cfg: cfg, namespace: fold(cfg.Publisher.Namespace), seal: box, began: cfg.Clock()}, err
}

// fold is the form of namespaces in ward.Issued.
func fold(namespace string) string {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(namespace), "/"))
	if err != nil || u.Host == "" {
		return strings.ToLower(namespace)
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	return u.String()
}

// Configured reports whether the house publishes: it has a name and a namespace.
func (s *Service) Configured() bool { return s.cfg.Publisher.Name != "" && s.namespace != "" }

// Parts hands the service to the house, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "provider", Migrations: files, Texts: files, API: s.operations(),
		Subscriptions: []event.Subscription{event.On("provider.on_advisory", s.onAdvisory)},
		Jobs:          s.workers(), Periodic: s.periodic()}
}

// record writes the audit entry of an act that was allowed by d.
func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, d auth.Decision, o ward.Object, detail map[string]string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: "publish.write", Object: o, Outcome: audit.Done, Policy: d.Policy, Detail: detail})
}
