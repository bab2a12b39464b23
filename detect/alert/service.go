package alert

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"

	"ward"
	"ward/detect/alert/board"
	"ward/detect/alert/escalation"
	"ward/detect/alert/reach"
	"ward/detect/alert/secret"
	"ward/detect/alert/subscription"
	"ward/detect/alert/webhook"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/kit/mail"
	"ward/kit/module"
	"ward/kit/seal"
	"ward/kit/sms"
	"ward/kit/web"
)

//go:embed migrations/*.sql text/*.toml
var files embed.FS

// Advisories is what alerts ask of the advisories.
type Advisories interface {
	Claims(context.Context, ward.AdvisoryID) ([]ward.Claim, error)
	Heads(context.Context, []ward.AdvisoryID) (map[ward.AdvisoryID]ward.AdvisoryHead, error)
	Concerning(context.Context, map[ward.ProductID]ward.ProductRef) ([]ward.Concern, error)
	// Fingerprints gives, by path of a leaf, a hash of what the advisory says to do about it.
	Fingerprints(context.Context, ward.AdvisoryID) (map[string]string, error)
	Advice(ctx context.Context, id ward.AdvisoryID, leaves []string) ([]ward.Advice, error)
	// Guidance gives what the advisory says to each reader, the original language first.
	Guidance(context.Context, ward.AdvisoryID) ([]ward.Guidance, error)
	// Listings gives what the catalogues of exploited weaknesses say of CVEs, or said once.
	Listings(ctx context.Context, cves []string) (map[string][]ward.Listing, error)
	// Touched lists the advisories that a decision speaks of.
	Touched(ctx context.Context, decision string) ([]ward.AdvisoryID, error)
	// After lists advisories by id, for going through all of them.
	After(ctx context.Context, after ward.AdvisoryID, limit int) ([]ward.AdvisoryID, error)
}

// Inventory is what alerts ask of the inventories.
type Inventory interface {
	// Match decides on every distinct product that claims speak of.
	Match(context.Context, []ward.Claim) ([]ward.ProductFinding, error)
	// Holdings counts who holds products with a verdict that concerns them.
	Holdings(context.Context, []ward.ProductVerdict) ([]ward.Holding, error)
	Products(context.Context, []ward.ProductID) (map[ward.ProductID]ward.ProductRef, error)
	ProductsOf(context.Context, ward.OrgID) ([]ward.ProductID, error)
	Counts(context.Context, ward.OrgID, []ward.ProductID) (map[ward.ProductID]int, error)
	Held(context.Context, ward.OrgID, []ward.ProductID) ([]ward.HeldAsset, error)
	// Spread counts for each product by itself who holds it.
	Spread(context.Context, []ward.ProductID) (map[ward.ProductID]ward.Spread, error)
	// Contents lists what one row consists of.
	Contents(context.Context, ward.OrgID, ward.AssetID) ([]ward.ProductID, error)
}

// Registry is what alerts ask of the registry.
type Registry interface {
	Organisations(context.Context, []ward.OrgID) (map[ward.OrgID]ward.Organisation, error)
	Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error)
	// Persons gives those that exist.
	Persons(context.Context, []ward.PersonID) (map[ward.PersonID]ward.Person, error)
}

// Bulletins is what alerts ask of the Centre's own publications.
type Bulletins interface {
	// Audience lists whom the Centre addressed in its alert of that number, in the order of ids.
	Audience(ctx context.Context, number string) ([]ward.OrgID, error)
}

// Config of New. All fields are needed unless said otherwise.
type Config struct {
	DB         *db.DB
	Clock      clock.Clock
	IDs        id.Source
	Guard      *auth.Guard
	Bus        *event.Bus
	Queue      *job.Queue
	Live       *live.Hub
	Audit      *audit.Log
	Log        *slog.Logger
	Printer    func(ward.Lang) *i18n.Printer // words of letters
	Advisories Advisories
	Inventory  Inventory
	Registry   Registry
	Hats       subscription.Hats
	Bulletins  Bulletins     // nil where the house publishes nothing
	Sightings  Sightings     // nil where no sensors report
	Teams      Teams         // nil where no national team is told by mail
	Mail       mail.Sender   // training mode's sender keeps everything here
	MailKey    mail.House    // signs encrypted mail; zero where none does
	SMS        sms.Sender    // nil where there is no gateway
	Fetch      *fetch.Client // for webhooks and keys
	URL        string        // address of this site in mails, "https://ward.example"
	Key        []byte        // seals secrets of webhooks: 32 bytes that are kept outside of the database
	PlainHooks bool          // webhooks without TLS are allowed: training and tests
	// Client gives the address that a request comes from; nil reads it from the connection.
	Client func(*http.Request) string
}

// Service holds the alerts. Safe for concurrent use.
type Service struct {
	cfg     Config
	numbers numberBook
	hooks   *webhook.Service
	ladders *escalation.Service
	reach   *reach.Service
	guesses *secret.Guesses
	feeds   *subscription.Service
	waiting board.Waiters
	board   *board.Board
	raising atomic.Int32 // matchings under way in this process
}

// New checks cfg and makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Advisories == nil || cfg.Inventory == nil || cfg.Registry == nil || cfg.Hats == nil {
		return nil, errors.New("alert: somebody to ask is missing")
	}
	if cfg.Client == nil {
		cfg.Client = web.Remote
	}
	box, err := seal.New(cfg.Key)
	s := &Service{cfg: cfg, guesses: secret.Watch(secret.Config{DB: cfg.DB, Clock: cfg.Clock, Log: cfg.Log})}
	s.hooks = webhook.New(webhook.Config{DB: cfg.DB, Clock: cfg.Clock, IDs: cfg.IDs, Guard: cfg.Guard, Audit: cfg.Audit, Fetch: cfg.Fetch,
		Box: box, URL: cfg.URL, Plain: cfg.PlainHooks})
	s.reach = reach.New(reach.Config{DB: cfg.DB, Clock: cfg.Clock, Guard: cfg.Guard, Audit: cfg.Audit, Queue: cfg.Queue, Fetch: cfg.Fetch,
		Registry: cfg.Registry, Waiting: waiting{}, Past: history, Texts: cfg.SMS != nil})
	s.feeds = subscription.New(subscription.Config{DB: cfg.DB, Clock: cfg.Clock, IDs: cfg.IDs, Guard: cfg.Guard, Audit: cfg.Audit, Log: cfg.Log,
		Registry: cfg.Registry, Hats: cfg.Hats, Guesses: s.guesses})
	s.ladders = escalation.New(escalation.Config{DB: cfg.DB, Guard: cfg.Guard, Audit: cfg.Audit})
	s.board = board.New(board.Config{Live: cfg.Live, Topic: changeTopic, Log: cfg.Log, Changes: allChanges{cfg.DB}})
	return s, ward.Wrap("alert", err)
}

// AddressOf tells where a request comes from.
func (s *Service) AddressOf(r *http.Request) string { return s.cfg.Client(r) }

// Parts hands the service over, all but its pages and its API.
func (s *Service) Parts() module.Parts {
	return module.Parts{
		Name:       "alert",
		Migrations: files,
		Texts:      files,
		Subscriptions: []event.Subscription{
			event.On("alert.on_advisory", s.onAdvisory),
			event.On("alert.on_inventory", s.onInventory),
			event.On("alert.on_organisation", s.onOrganisation),
			event.On("alert.on_decision", s.onDecision),
			event.On("alert.on_raised", s.onRaised),
			event.On("alert.on_sighting", s.onSighting),
		},
		Jobs:     slices.Concat(s.jobs(), s.hooks.Jobs()),
		Periodic: slices.Concat(s.periodic(), s.hooks.Periodic()),
	}
}
