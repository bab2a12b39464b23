// Package room is what a room of the house stands on in a test: a database, a
// clock that waits, rights, audit log, queue and texts. Site puts its pages behind
// the real server.
package room

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"testing"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/expect"
)

// Base is given to the service under test, part by part.
type Base struct {
	DB    *db.DB
	Clock *clock.Fake
	Guard *auth.Guard
	Audit *audit.Log
	IDs   func() string
	Queue *job.Queue // opened by Furnish
	Bus   *event.Bus
	Log   *slog.Logger    // discards
	Texts *i18n.Catalogue // made by Furnish

	t testing.TB
}

// Key is a key for what a service seals.
var Key = slices.Repeat([]byte{7}, 32)

// New lays the base on an empty database.
func New(t testing.TB, d *db.DB, at time.Time) *Base {
	t.Helper()
	b := &Base{DB: d, Clock: clock.NewFake(at), Queue: new(job.Queue), Log: slog.New(slog.DiscardHandler), t: t}
	b.IDs = id.New(b.Clock.Now)
	b.Bus = &event.Bus{Clock: b.Clock.Now, IDs: b.IDs}
	var err error
	b.Guard, err = auth.New()
	expect.OK(t, err)
	b.Audit, err = audit.New(audit.Config{DB: d, Clock: b.Clock.Now})
	expect.OK(t, err)
	return b
}

// Printer speaks a language, once Furnish has read the texts.
func (b *Base) Printer(l ward.Lang) *i18n.Printer { return b.Texts.Printer(l) }

// Furnish makes the tables of a service, reads its texts, and opens the queue with
// its jobs and what hears its facts. Jobs run when a test starts the queue.
func (b *Base) Furnish(p module.Parts, hears ...event.Subscription) {
	b.t.Helper()
	ctx := context.Background()
	expect.OK(b.t, b.DB.Migrate(ctx, b.Clock.Now(), []db.Migrations{audit.Migrations(), {Owner: p.Name, Files: p.Migrations}}))
	expect.OK(b.t, job.Migrate(ctx, b.DB))
	var err error
	b.Texts, err = i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), p.Texts}})
	expect.OK(b.t, err)
	expect.OK(b.t, b.Queue.Open(job.Config{DB: b.DB, Replica: "test", Log: b.Log}, append(p.Jobs, b.Bus.Worker()), nil))
	expect.OK(b.t, b.Bus.Connect(b.Queue, slices.Concat(p.Subscriptions, hears)))
}
