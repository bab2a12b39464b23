// Package app puts the house together: it is the only place that knows all
// services. The command line and the tests start it alike.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"time"

	"ward"
	"ward/base/home"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/conf"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/kit/mail"
	"ward/kit/module"
	"ward/kit/sms"
	"ward/kit/trace/collector"
	"ward/kit/web"
)

// Config of New.
type Config struct {
	conf.Config
	Version string
	Log     *slog.Logger
	Clock   clock.Clock // nil is the system's
	// Advisories is a folder or archive that a demonstration loads; empty uses a
	// few of our own.
	Advisories string
	// Exploited is a folder with CISA's catalogue of exploited weaknesses for a
	// demonstration; empty uses three entries of it.
	Exploited string
	// History is a folder of public collections of incidents for a demonstration.
	History string
	// Hospitals is the folder of the open register for a demonstration.
	Hospitals string
}

// App is a house that can be run.
type App struct {
	cfg    Config
	db     *db.DB
	queue  *job.Queue
	hub    *live.Hub
	audit  *audit.Log
	rooms  rooms
	parts  []module.Parts
	server *web.Server
	door   *door
	// certificates are those of an ACME authority.
	certificates *home.Certificates
}

// kitchen is what every service is given.
type kitchen struct {
	db      *db.DB
	clock   clock.Clock
	ids     id.Source
	guard   *auth.Guard
	bus     *event.Bus
	queue   *job.Queue
	hub     *live.Hub
	audit   *audit.Log
	log     *slog.Logger
	fetch   *fetch.Client
	mail    mail.Sender
	mailKey mail.House
	sms     sms.Sender // nil where there is no gateway
	door    *door
	texts   *i18n.Catalogue // set once all services are there
}

// printer writes in a language; only to be asked once all services are there.
func (k *kitchen) printer(l ward.Lang) *i18n.Printer { return k.texts.Printer(l) }

// New opens the database, brings it up to date and builds all services. It
// starts nothing: see Run. Conflict where a restore or a move into this database
// was interrupted.
func New(ctx context.Context, cfg Config) (_ *App, err error) {
	a, k, err := assemble(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.db.Close() //nolint:errcheck // the first error counts
		}
	}()
	if err := a.migrate(ctx); err != nil {
		return nil, err
	}
	if err := a.connect(k); err != nil {
		return nil, err
	}
	return a, a.open(ctx)
}

func (a *App) kitchen() (*kitchen, error) {
	guard, err := auth.New()
	if err != nil {
		return nil, err
	}
	sender, signing, err := a.sender()
	if err != nil {
		return nil, err
	}
	if a.audit, err = a.auditLog(); err != nil {
		return nil, err
	}
	client := fetch.New(fetch.Config{AllowLoopback: a.cfg.Fetch.AllowLoopback, Ports: a.cfg.Fetch.Ports, Agent: "Ward/" + a.cfg.Version})
	texter, err := a.texter()
	if err != nil {
		return nil, err
	}
	ids := id.New(a.cfg.Clock)
	a.queue, a.hub = new(job.Queue), live.New(a.db, a.cfg.Log)
	return &kitchen{door: a.door, db: a.db, clock: a.cfg.Clock, ids: ids, guard: guard, bus: &event.Bus{Clock: a.cfg.Clock, IDs: ids},
		queue: a.queue, hub: a.hub, audit: a.audit, log: a.cfg.Log, mail: sender, mailKey: signing, sms: texter, fetch: client}, nil
}

// sender is the training outbox in a demonstration and where no relay is named:
// neither can reach anybody.
func (a *App) sender() (mail.Sender, mail.House, error) {
	m := a.cfg.Mail
	training := a.cfg.Demo || m.Host == ""
	if training {
		m.From = orElse(m.From, "Ward <ward@localhost.invalid>")
	}
	secret, err := sealKey(filepath.Join(a.cfg.Data, "account.key"))
	if err != nil {
		return nil, mail.House{}, err
	}
	house, err := mail.NewHouse(secret, m.From)
	if err != nil {
		return nil, mail.House{}, err
	}
	if training {
		out, err := mail.NewTraining(filepath.Join(a.cfg.Data, "outbox"), m.From, a.cfg.Clock)
		if err == nil {
			out.SignWith(house)
		}
		return out, house, err
	}
	out, err := mail.NewSMTP(mail.Config{Host: m.Host, Port: m.Port, TLS: mail.TLS(m.TLS), User: m.User, Password: string(m.Password),
		From: m.From, HELO: m.HELO, Clock: a.cfg.Clock})
	if err == nil {
		out.SignWith(house)
	}
	return out, house, err
}

// texter is nil where no gateway is named; in a demonstration it writes files
// and can reach nobody.
func (a *App) texter() (sms.Sender, error) {
	c := a.cfg.SMS
	switch {
	case a.cfg.Demo:
		return sms.NewTraining(filepath.Join(a.cfg.Data, "outbox"))
	case c.URL == "":
		return nil, nil
	}
	return sms.NewGateway(sms.Config{URL: c.URL, Method: c.Method, Body: c.Body, Headers: c.Headers, Secret: string(c.Secret), Expect: c.Expect,
		Fetch: fetch.New(inside(a.cfg, c.URL))})
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func (a *App) auditLog() (*audit.Log, error) {
	key := string(a.cfg.Audit.Key)
	if key == "" {
		var err error
		if key, err = audit.LoadKey(filepath.Join(a.cfg.Data, "audit.key"), hostOf(a.cfg.URL)); err != nil {
			return nil, err
		}
	}
	return audit.New(audit.Config{DB: a.db, Clock: a.cfg.Clock, Key: key})
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "ward"
	}
	return u.Hostname()
}

func (a *App) migrate(ctx context.Context) error {
	if err := a.db.Migrate(ctx, a.cfg.Clock(), a.Migrations()); err != nil {
		return err
	}
	return job.Migrate(ctx, a.db)
}

// connect gives bus and queue what the services handed over, and builds the server.
func (a *App) connect(k *kitchen) error {
	var workers []job.Worker
	var periodic []job.Periodic
	var subs []event.Subscription
	for _, p := range a.parts {
		workers, periodic, subs = append(workers, p.Jobs...), append(periodic, p.Periodic...), append(subs, p.Subscriptions...)
	}
	workers, periodic = append(workers, a.anchoring(), a.filling()), append(periodic, anchorDaily())
	workers = append(workers, k.bus.Worker())
	if err := k.bus.Connect(a.queue, subs); err != nil {
		return err
	}
	if err := a.queue.Open(job.Config{DB: a.db, Replica: a.cfg.Replica, Log: a.cfg.Log}, workers, periodic); err != nil {
		return err
	}
	texts, err := catalogue(a.parts, a.cfg.Demo)
	if err != nil {
		return err
	}
	k.texts = texts
	a.server, err = a.newServer(k)
	return err
}

// open does what must be done once before the first request: found the house, and
// take over what an older release kept elsewhere.
func (a *App) open(ctx context.Context) error {
	if _, err := a.rooms.registry.Found(ctx, system); err != nil {
		return ward.Wrap("found the house", err)
	}
	return ward.Wrap("keys of receivers", a.adoptKeys(ctx))
}

// system is the actor of what the house does by itself.
var system = ward.Actor{Person: audit.System, System: true}

// Handler is the whole site, for tests.
func (a *App) Handler() *web.Server { return a.server }

// Start begins to work jobs and to hear other replicas. It serves nothing. The
// index of the inventories is followed until ctx ends.
func (a *App) Start(ctx context.Context) error {
	if err := a.hub.Start(ctx); err != nil {
		return err
	}
	if err := a.rooms.inventory.Refresh(ctx); err != nil {
		return err
	}
	// Derived only: what these miss, the next question reads.
	a.aside(ctx, "inventory index is not followed any more", a.rooms.inventory.Follow)
	a.aside(ctx, "advisory index is not loaded", a.rooms.advisory.Warm)
	a.aside(ctx, "numbers of organisations are not loaded", a.rooms.alert.Warm)
	a.aside(ctx, "situational picture is not loaded", a.rooms.picture.Warm)
	return a.queue.Start(ctx)
}

// aside lets work go on beside everything else, until it or ctx ends.
func (a *App) aside(ctx context.Context, fault string, work func(context.Context) error) {
	go func() {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			a.cfg.Log.Error(fault, "error", err)
		}
	}()
}

// drain is how long requests and jobs may take to end.
const drain = 20 * time.Second

// Run works and answers on l until ctx ends, and then lets what is under way
// finish.
func (a *App) Run(ctx context.Context, l net.Listener) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	l, err := a.secured(background, l)
	if err != nil {
		return err
	}
	flush, err := a.traces(background)
	if err != nil {
		return err
	}
	if err := a.Start(background); err != nil {
		return err
	}
	err = a.server.Serve(ctx, l, drain)
	err = errors.Join(err, a.Stop())
	last, cancel := context.WithTimeout(background, drain/4)
	defer cancel()
	return errors.Join(err, flush(last))
}

// traces begin when the settings name a collector. A training house sends nothing.
func (a *App) traces(ctx context.Context) (flush func(context.Context) error, err error) {
	endpoint := a.cfg.Trace.Endpoint
	if a.cfg.Demo {
		endpoint = ""
	}
	return collector.Open(ctx, collector.Config{Endpoint: endpoint, Share: a.cfg.Trace.Share, Version: a.cfg.Version, Replica: a.cfg.Replica, Log: a.cfg.Log})
}

// Stop ends jobs and signals.
func (a *App) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	err := a.queue.Stop(ctx)
	a.hub.Stop()
	return ward.Wrap("stop jobs", err)
}

// Close closes the database. Stop the house before.
func (a *App) Close() error { return a.db.Close() }

// FirstLink is the way in for the first operator; empty when somebody has a
// password already.
func (a *App) FirstLink(ctx context.Context) (string, error) {
	path, done, err := a.rooms.account.Bootstrap(ctx)
	if err != nil || done {
		return "", err
	}
	return a.cfg.URL + path, nil
}

// VerifyAudit computes the audit log again; outside are checkpoints kept elsewhere.
func (a *App) VerifyAudit(ctx context.Context, outside ...string) (audit.Report, error) {
	return a.audit.Verify(ctx, outside...)
}

// ready reports whether requests can be answered.
func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := a.db.Ping(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}
