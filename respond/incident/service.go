package incident

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"errors"
	"log/slog"

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
	"ward/respond/incident/data"
)

//go:embed migrations text
var files embed.FS

// Registry is what reports ask of the registry.
type Registry interface {
	// Standing is what an organisation's legal class follows from.
	Standing(context.Context, ward.OrgID) (ward.Standing, error)
	// Teams lists the response teams of a country that work in this house.
	Teams(context.Context, ward.Country) ([]ward.OrgID, error)
	Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error)
	// Named finds care providers by words of name, city or region.
	Named(ctx context.Context, words string) ([]ward.Organisation, error)
	// CareServices lists codes; the name of one is "registry.care.<code>".
	CareServices() []string
}

// Keys are the OpenPGP keys of receivers.
type Keys interface {
	// KeyOf is the key of a receiver, as in "HR/csirt"; nil for none.
	KeyOf(ctx context.Context, receiver string) ([]byte, error)
}

// Config of New. All fields but Keys are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Guard    *auth.Guard
	Bus      *event.Bus
	Queue    *job.Queue
	Audit    *audit.Log
	Log      *slog.Logger
	Registry Registry
	Mail     mail.Sender
	Printer  func(ward.Lang) *i18n.Printer
	Keys     Keys   // mail to a receiver that has one is encrypted; may be nil
	URL      string // address of this site
	Key      []byte // 32 bytes: seals answers and signs receipts
}

// Rights of this service.
const (
	permRead      ward.Permission = "incident.read"      // the own organisation's reports
	permWrite     ward.Permission = "incident.write"     // and to fill, send and answer in them
	permHandle    ward.Permission = "incident.handle"    // what was sent to the team of a country
	permCount     ward.Permission = "incident.count"     // figures alone
	permForwarded ward.Permission = "incident.forwarded" // what another team passed on, see package forward
	permFollow    ward.Permission = "incident.follow"    // what somebody without an account reported himself
)

// Service keeps incident reports. Safe for concurrent use.
type Service struct {
	cfg  Config
	box  seal.Box
	sign ed25519.PrivateKey
	cat  Catalogue
}

// New checks cfg and reads the law.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Bus == nil || cfg.Queue == nil || cfg.Audit == nil ||
		cfg.Log == nil || cfg.Registry == nil || cfg.Mail == nil || cfg.Printer == nil {
		return nil, errors.New("incident: a needed part is missing")
	}
	box, err := seal.New(cfg.Key)
	if err != nil {
		return nil, ward.Wrap("incident", err)
	}
	book, err := data.Book()
	if err != nil {
		return nil, ward.Wrap("incident", err)
	}
	// The key of receipts is derived, so that one secret is kept and backed up.
	h := hmac.New(sha256.New, cfg.Key)
	h.Write([]byte("incident receipt"))
	return &Service{cfg: cfg, box: box, sign: ed25519.NewKeyFromSeed(h.Sum(nil)),
		cat: Catalogue{Book: book, Services: cfg.Registry.CareServices()}}, nil
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "incident", Migrations: files, Texts: files, API: s.operations(), Jobs: s.jobs(), Periodic: s.periodic(),
		Subscriptions: []event.Subscription{event.On("incident.on_ransom", s.onRansom)}}
}

// Catalogue is what the service knows of questions.
func (s *Service) Catalogue() Catalogue { return s.cat }

// MayWrite is for the buttons of pages.
func (s *Service) MayWrite(a ward.Actor) bool { return s.cfg.Guard.May(a, permWrite) }

// MayHandle is for rooms beside this one that read something before they know the
// report.
func (s *Service) MayHandle(a ward.Actor) bool { return s.cfg.Guard.May(a, permHandle) }

// Printer gives the words of a language, for documents in the receiver's own.
func (s *Service) Printer(l ward.Lang) *i18n.Printer { return s.cfg.Printer(l) }
