package registry

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"ward"
	"ward/base/registry/directory"
	"ward/base/registry/proof"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/mail"
	"ward/kit/module"
)

//go:embed migrations
var migrations embed.FS

//go:embed text
var texts embed.FS

// Config of New. All fields above Log are needed.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	IDs   id.Source
	Guard *auth.Guard
	Bus   *event.Bus
	Audit *audit.Log
	Log   *slog.Logger // nil means the default one
	// Fetch reads the files that prove a domain; nil knows DNS only.
	Fetch *fetch.Client
	// TXT reads TXT records; nil asks the machine's resolver.
	TXT func(ctx context.Context, name string) ([]string, error)
	// Client gives the address that a request comes from; nil takes the
	// connection's. Behind a reverse proxy all share that: then it must be set.
	Client func(*http.Request) string
	// Training asks nobody outside: no domain can be proved then.
	Training bool
	// Enqueue is (*job.Queue).EnqueueOnce of the queue that app makes after the
	// services; it, Mail and Printer are needed to write to those who asked and to
	// remind those who decide. Without all three nobody gets mail.
	Enqueue func(context.Context, *db.Tx, ...job.Args) error
	Mail    mail.Sender
	Printer func(ward.Lang) *i18n.Printer
	URL     string // where the house is reached, for links in mail
}

// Service answers who is who. Safe for concurrent use.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	ids       id.Source
	guard     *auth.Guard
	bus       *event.Bus
	audit     *audit.Log
	log       *slog.Logger
	catalogue Catalogue
	directory directory.Directory
	domains   *proof.Keeper
	training  bool
	client    func(*http.Request) string
	enqueue   func(context.Context, *db.Tx, ...job.Args) error
	mail      mail.Sender
	printer   func(ward.Lang) *i18n.Printer
	url       string
}

// New checks cfg and reads the catalogue of care services.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Bus == nil || cfg.Audit == nil {
		return nil, errors.New("registry: a needed part is missing")
	}
	c, err := readCatalogue()
	if err != nil {
		return nil, ward.Wrap("registry", err)
	}
	dir, err := directory.Read()
	if err != nil {
		return nil, ward.Wrap("registry", err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.TXT == nil {
		cfg.TXT = net.DefaultResolver.LookupTXT
	}
	if cfg.Training {
		cfg.Fetch, cfg.TXT = nil, func(context.Context, string) ([]string, error) { return nil, nil }
	}
	if cfg.Enqueue == nil || cfg.Mail == nil || cfg.Printer == nil {
		cfg.Enqueue = func(context.Context, *db.Tx, ...job.Args) error { return nil }
	}
	domains := proof.New(proof.Config{DB: cfg.DB, Clock: cfg.Clock, IDs: cfg.IDs, Outside: proof.Outside{TXT: cfg.TXT, Fetch: cfg.Fetch, Log: cfg.Log}})
	return &Service{db: cfg.DB, clock: cfg.Clock, ids: cfg.IDs, guard: cfg.Guard, bus: cfg.Bus, audit: cfg.Audit, log: cfg.Log, catalogue: c,
		directory: dir, domains: domains, training: cfg.Training, client: cfg.Client, enqueue: cfg.Enqueue, mail: cfg.Mail,
		printer: cfg.Printer, url: cfg.URL}, nil
}

// Parts is the service as app sees it, without its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "registry", Migrations: migrations, Texts: texts, API: slices.Concat(s.operations(), s.membershipOperations(), s.groupOperations()),
		Jobs: []job.Worker{s.tidier(), s.teller(), s.glassTeller()}, Subscriptions: []event.Subscription{s.onGlass()}, Periodic: []job.Periodic{tidyDaily()}}
}

// Directory gives the directory of authorities.
func (s *Service) Directory() directory.Directory { return s.directory }

// Catalogue is the list of care services.
func (s *Service) Catalogue() Catalogue { return s.catalogue }

// MayWrite reports whether a may change the organisation's own facts, and
// MayInvite whether a may take people into it: for the buttons of a page.
func (s *Service) MayWrite(a ward.Actor, p Profile) bool { return s.may(a, "org.write", p) }

// MayInvite reports whether a may take people into p and change their roles.
func (s *Service) MayInvite(a ward.Actor, p Profile) bool { return s.may(a, "person.write", p) }

// MaySeePeople reports whether a may see who works in p.
func (s *Service) MaySeePeople(a ward.Actor, p Profile) bool { return s.may(a, "person.read", p) }

// Training reports whether the house asks nobody outside.
func (s *Service) Training() bool { return s.training }

// MayCheck reports whether a may record that p was checked.
func (s *Service) MayCheck(a ward.Actor, p Profile) bool { return s.may(a, "org.verify", p) }

// MayVerify reports whether a may change what p is: its kind and country.
func (s *Service) MayVerify(a ward.Actor, p Profile) bool { return s.may(a, "org.create", p) }

func (s *Service) may(a ward.Actor, what ward.Permission, p Profile) bool {
	return s.guard.Decide(a, what, p.Object()).Allowed
}

// missing is what a stranger learns of an organisation that he may not see:
// the same as of one that does not exist.
func missing() error { return ward.Fail(ward.NotFound, "") }

// allowed reads the organisation and decides in one go. Whoever may not even
// read it gets NotFound, so that ids cannot be probed.
func (s *Service) allowed(ctx context.Context, tx *db.Tx, a ward.Actor, what ward.Permission, org ward.OrgID) (Profile, auth.Decision, error) {
	p, err := organisation(ctx, tx, org)
	if err != nil {
		return p, auth.Decision{}, err
	}
	if !s.guard.Decide(a, "org.read", p.Object()).Allowed {
		return Profile{}, auth.Decision{}, missing()
	}
	d, err := s.guard.Check(a, what, p.Object())
	return p, d, err
}

// act is one recorded change of an organisation's things: it reads and decides
// in the transaction that writes. change gives the id of what it changed; did
// says what, "site.saved", and begins with the kind of thing.
func (s *Service) act(ctx context.Context, a ward.Actor, what ward.Permission, org ward.OrgID, did string,
	change func(*db.Tx, Profile) (id string, err error)) error {
	kind, _, _ := strings.Cut(did, ".")
	d := deed{permission: what, did: did, object: ward.Object{Kind: kind, Org: org}}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		p, decision, err := s.allowed(ctx, tx, a, what, org)
		d.decision = decision
		if err != nil {
			return err
		}
		id, err := change(tx, p)
		if err != nil {
			return err
		}
		d.object = on(kind, id, p)
		return s.record(ctx, tx, a, d)
	})
	return s.refused(ctx, a, d, err)
}

// MayRegister reports whether a may register organisations somewhere.
func (s *Service) MayRegister(a ward.Actor) bool { return s.guard.May(a, "org.create") }
