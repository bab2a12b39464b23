package account

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"ward"
	"ward/base/account/issuer"
	"ward/base/account/password"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/conf"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/module"
	"ward/kit/seal"
	"ward/kit/web"
)

//go:embed migrations
var migrations embed.FS

//go:embed data
var data embed.FS

//go:embed text
var texts embed.FS

// People tells who somebody is.
type People interface {
	Person(ctx context.Context, id ward.PersonID) (ward.Person, error)
	// PersonByEmail finds by sign-in name in any case; NotFound if nobody has it.
	PersonByEmail(ctx context.Context, email string) (ward.Person, error)
	// Operators lists the people who run the machine, oldest first.
	Operators(ctx context.Context) ([]ward.PersonID, error)
}

// Hats tells what somebody may act as.
type Hats interface {
	// Hats lists what lasts, oldest first.
	Hats(ctx context.Context, person ward.PersonID) ([]ward.Hat, error)
	// Wear makes the Actor of a hat; NotFound if it ended or is another's.
	Wear(ctx context.Context, person ward.PersonID, hat string) (ward.Actor, error)
	// MayVouch decides whether a may let person in, and names the policy.
	MayVouch(ctx context.Context, a ward.Actor, person ward.PersonID) (policy string, err error)
}

// Houses tells what a printed code must know of the organisation that it is for.
type Houses interface {
	// Organisations gives those of ids that exist.
	Organisations(ctx context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error)
	// Staff lists who works in an organisation and signs in, by name.
	Staff(ctx context.Context, org ward.OrgID) ([]ward.Seat, error)
	// Desk is the response team of a country and how it is called.
	Desk(ctx context.Context, c ward.Country) (ward.Desk, error)
}

// Config of New. All fields are needed but those that say otherwise.
type Config struct {
	DB     *db.DB
	Clock  clock.Clock
	IDs    id.Source
	Guard  *auth.Guard
	People People
	Hats   Hats
	Houses Houses
	Bus    *event.Bus
	// Key seals second factors: 32 bytes that are kept outside of the database
	// and are the same on every replica. Whoever loses it makes new links.
	Key   []byte
	Audit *audit.Log
	// Training allows links that can be used again and last a year, and asks
	// nobody for a second factor.
	Training bool
	// Secure says that the site is served over TLS: cookies are Secure.
	Secure bool
	// Origin begins the links that are shown to be sent on, "https://ward.example.org";
	// empty takes the address that the administrator's own browser asked for.
	Origin string
	// Client gives the address that a request comes from; nil takes the
	// connection's. Behind a reverse proxy all share that: then it must be set.
	Client func(*http.Request) string
	// Issuers sign people in from outside; Fetch is how they are asked, and Inside, if
	// not nil, at their own hosts: who runs the house named these, and they may lie in
	// its network.
	Issuers []conf.Issuer
	Fetch   *fetch.Client
	Inside  *fetch.Client
	Log     *slog.Logger // nil means the default one
}

// Service signs people in. Safe for concurrent use.
type Service struct {
	cfg      Config
	hash     *password.Hashing
	box      seal.Box
	passkeys *webauthn.WebAuthn // nil: the site's address can have none
	issuers  []*issuer.Issuer
	required required
	glass    glassRule
	doors    password.Turns
}

// New checks cfg and prepares the hashes.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.People == nil || cfg.Hats == nil || cfg.Houses == nil || cfg.Bus == nil || cfg.Audit == nil {
		return nil, errors.New("account: a needed part is missing")
	}
	if cfg.Client == nil {
		cfg.Client = web.Remote
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if len(cfg.Issuers) > 0 && (cfg.Fetch == nil || cfg.Origin == "") {
		return nil, errors.New("account: issuers need a client and the site's address")
	}
	b, err := seal.New(cfg.Key)
	if err != nil {
		return nil, ward.Wrap("account", err)
	}
	r, err := readRequired()
	if err != nil {
		return nil, ward.Wrap("account", err)
	}
	g, err := readGlass()
	if err != nil {
		return nil, ward.Wrap("account", err)
	}
	keys, err := newPasskeys(cfg.Origin)
	if err != nil {
		return nil, ward.Wrap("account", err)
	}
	outside := make([]*issuer.Issuer, len(cfg.Issuers))
	for i, x := range cfg.Issuers {
		outside[i] = issuer.New(issuer.Config{Issuer: x, Fetch: cfg.Fetch, Inside: cfg.Inside, Clock: cfg.Clock, Fresh: challengeLife})
	}
	h, err := password.New(password.Cost())
	return &Service{cfg: cfg, hash: h, box: b, passkeys: keys, issuers: outside, required: r, glass: g, doors: make(password.Turns, doors)}, ward.Wrap("account", err)
}

// Parts is the service as app sees it, without its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "account", Migrations: migrations, Texts: texts, API: append(s.operations(), s.sheetOperations()...),
		Jobs: []job.Worker{s.sweeper()}, Periodic: []job.Periodic{sweepDaily()}}
}

// Now is the service's time, for pages that say what is over.
func (s *Service) Now() time.Time { return s.cfg.Clock() }

// ClientOf tells where a request comes from.
func (s *Service) ClientOf(r *http.Request) Client {
	return Client{Address: s.cfg.Client(r), Agent: r.UserAgent()}
}

// Absolute makes a whole address of a path of ours, to be sent on.
func (s *Service) Absolute(r *http.Request, path string) string {
	switch {
	case s.cfg.Origin != "":
		return strings.TrimSuffix(s.cfg.Origin, "/") + path
	case s.cfg.Secure || r.TLS != nil:
		return "https://" + r.Host + path
	}
	return "http://" + r.Host + path
}

// self lets a person act on his own account. A token acts for him but is not
// him: it could otherwise make more of itself. A session that must set up a
// second factor may do just that.
func (s *Service) self(a ward.Actor) (auth.Decision, error) {
	d, err := s.cfg.Guard.Check(a, "account.self", ward.Object{Kind: "account", ID: string(a.Person), Org: a.Org, Country: a.Country})
	if err == nil && (a.Token && !enrolling(a) || a.Person == "") {
		err = ward.Fail(ward.Forbidden, "account.error.token_self")
	}
	return d, err
}
