package house

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"ward"
	"ward/detect/alert"
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
	"ward/kit/seal"
	"ward/kit/sms"
	"ward/kit/ui"
	"ward/kit/web"
)

// Options of Open; zero fields have the defaults named.
type Options struct {
	Folder string      // where the audit key lies; needed
	Clock  clock.Clock // the system's
	Mail   mail.Sender // an Outbox
	SMS    sms.Sender  // none
	Fetch  *fetch.Client
	Log    *slog.Logger // discards
}

// House is one process of the alerts.
type House struct {
	DB     *db.DB
	World  *World
	Alerts *alert.Service
	Bus    *event.Bus
	Queue  *job.Queue
	Live   *live.Hub
	Audit  *audit.Log
	Guard  *auth.Guard
	Texts  *i18n.Catalogue
	Clock  clock.Clock
	Mail   mail.Sender
	log    *slog.Logger
}

// Open migrates d and builds the house; Start lets its jobs run.
func Open(ctx context.Context, d *db.DB, w *World, o Options) (*House, error) {
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	if o.Mail == nil {
		o.Mail = &Outbox{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Fetch == nil {
		o.Fetch = fetch.New(fetch.Config{AllowLoopback: true})
	}
	h := &House{DB: d, World: w, Clock: o.Clock, Mail: o.Mail, log: o.Log, Queue: new(job.Queue), Live: live.New(d, o.Log)}
	return h, h.build(ctx, o)
}

func (h *House) build(ctx context.Context, o Options) (err error) {
	if h.Guard, err = auth.New(); err != nil {
		return err
	}
	key, err := audit.LoadKey(filepath.Join(o.Folder, "audit.key"), "ward.example")
	if err != nil {
		return err
	}
	if h.Audit, err = audit.New(audit.Config{DB: h.DB, Clock: h.Clock, Key: key}); err != nil {
		return err
	}
	ids := id.New(h.Clock)
	h.Bus = &event.Bus{Clock: h.Clock, IDs: ids}
	if h.Alerts, err = alert.New(alert.Config{Key: make([]byte, seal.KeyBytes), DB: h.DB, Clock: h.Clock, IDs: ids, Guard: h.Guard, Bus: h.Bus, Queue: h.Queue, Live: h.Live,
		Audit: h.Audit, Log: h.log, Advisories: h.World, Inventory: inventory{h.World}, Registry: h.World, Hats: h.World, Bulletins: h.World, Sightings: h.World, Teams: h.World, Mail: h.Mail, SMS: o.SMS, Fetch: o.Fetch,
		URL: "https://ward.example", PlainHooks: true, Printer: func(l ward.Lang) *i18n.Printer { return h.Texts.Printer(l) }}); err != nil {
		return err
	}
	p := h.Alerts.Parts()
	if h.Texts, err = i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), p.Texts}}); err != nil {
		return err
	}
	if err := h.DB.Migrate(ctx, h.Clock(), []db.Migrations{audit.Migrations(), {Owner: p.Name, Files: p.Migrations}}); err != nil {
		return err
	}
	if err := job.Migrate(ctx, h.DB); err != nil {
		return err
	}
	// No periodic job: the nightly check would heal what a test wants to see.
	if err := h.Queue.Open(job.Config{DB: h.DB, Replica: "house", Log: h.log}, append(p.Jobs, h.Bus.Worker()), nil); err != nil {
		return err
	}
	return errors.Join(h.Bus.Connect(h.Queue, p.Subscriptions), h.Live.Start(ctx))
}

// Start lets the jobs run.
func (h *House) Start(ctx context.Context) error { return h.Queue.Start(ctx) }

// Stop ends the jobs.
func (h *House) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := h.Queue.Stop(ctx)
	h.Live.Stop()
	return err
}

// Tell publishes facts.
func (h *House) Tell(ctx context.Context, facts ...ward.Fact) error {
	return h.DB.Write(ctx, func(tx *db.Tx) error {
		for _, f := range facts {
			if err := h.Bus.Publish(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// idleWait is how often Idle looks.
const idleWait = 20 * time.Millisecond

// Idle waits until no job waits or runs, those after a failure included.
func (h *House) Idle(ctx context.Context) error {
	for {
		rows, err := h.Queue.Waiting(ctx, 1)
		if err != nil || len(rows) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(idleWait):
		}
	}
}

// Outbox is a mail sender that keeps everything. Fail may refuse a message; it
// is asked before it is kept.
type Outbox struct {
	mu   sync.Mutex
	sent []mail.Message
	Fail func(mail.Message) error
}

// Send implements mail.Sender.
func (o *Outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Fail != nil {
		if err := o.Fail(m); err != nil {
			return err
		}
	}
	o.sent = append(o.sent, m)
	return nil
}

// Sent lists what was sent.
func (o *Outbox) Sent() []mail.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]mail.Message(nil), o.sent...)
}
