package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"ward"
	"ward/detect/alert"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/kit/seal"
	"ward/prevent/inventory"
)

// warn measures the whole way from an accepted advisory to the durable alerts of
// all organisations: the fact is told in a transaction, a job hears it, the real
// index is asked, alerts are written with synchronous=FULL. Only the advisories
// and the registry are stand-ins; no mail is expanded meanwhile or counted.
func warn(ctx context.Context, o options) error {
	work := o.path() + ".warning"
	if err := copyFile(o.path(), work); err != nil {
		return err
	}
	defer os.Remove(work)
	s, d, err := open(ctx, work)
	if err != nil {
		return err
	}
	defer d.Close()
	h, err := newHouse(ctx, d, s, o)
	if err != nil {
		return err
	}
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	if err := h.alerts.Number(ctx, orgs(o)); err != nil { // as at their registration
		return err
	}
	signals, stop := h.hub.Listen("alerts")
	defer stop()
	if err := h.queue.Start(ctx); err != nil {
		return err
	}
	defer h.queue.Stop(ctx) //nolint:errcheck // the process ends
	var took []time.Duration
	first, err := h.publish(ctx, signals, "99999") // fills caches and prepares statements: told apart
	if err != nil {
		return err
	}
	for n := range o.warnings {
		t, err := h.publish(ctx, signals, ward.AdvisoryID(strconv.Itoa(n)))
		if err != nil {
			return err
		}
		took = append(took, t)
	}
	slices.Sort(took)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "advisory accepted -> alerts of %d organisations durable\tp50 %s, p99 %s, max %s of %d; the first after the start %s\n", o.orgs,
		took[len(took)/2].Round(time.Millisecond), took[len(took)*99/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond), len(took), first.Round(time.Millisecond))
	return w.Flush()
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		return err
	}
	return dst.Close()
}

// house is as much of Ward as the way of an alert needs.
type house struct {
	db    *db.DB
	bus   *event.Bus
	queue *job.Queue
	hub   *live.Hub

	alerts *alert.Service
}

func orgs(o options) []ward.OrgID {
	out := make([]ward.OrgID, o.orgs)
	for i := range out {
		out[i] = orgID(i)
	}
	return out
}

func newHouse(ctx context.Context, d *db.DB, s *inventory.Service, o options) (*house, error) {
	now, log := clock.System(), slog.New(slog.NewTextHandler(io.Discard, nil))
	ids := id.New(now)
	guard, err := auth.New()
	if err != nil {
		return nil, err
	}
	trail, err := audit.New(audit.Config{DB: d, Clock: now})
	if err != nil {
		return nil, err
	}
	h := &house{db: d, bus: &event.Bus{Clock: now, IDs: ids}, queue: new(job.Queue), hub: live.New(d, log)}
	a, err := alert.New(alert.Config{Key: make([]byte, seal.KeyBytes), DB: d, Clock: now, IDs: ids, Guard: guard, Bus: h.bus, Queue: h.queue, Live: h.hub, Audit: trail,
		Log: log, Advisories: advisories{o}, Inventory: s, Registry: registry{}, Hats: registry{}})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, now(), []db.Migrations{audit.Migrations(), {Owner: "alert", Files: a.Parts().Migrations}}); err != nil {
		return nil, err
	}
	if err := job.Migrate(ctx, d); err != nil {
		return nil, err
	}
	if err := h.bus.Connect(h.queue, a.Parts().Subscriptions); err != nil {
		return nil, err
	}
	h.alerts = a
	// Deliveries wait in the queue: what is measured ends with the durable alert.
	return h, h.queue.Open(job.Config{DB: d, Replica: "load", Log: log}, []job.Worker{h.bus.Worker()}, nil)
}

// publish tells the fact as detect/advisory does and waits for the signal that
// follows the commit of the alerts.
func (h *house) publish(ctx context.Context, signals <-chan live.Signal, advisory ward.AdvisoryID) (time.Duration, error) {
	err := h.db.Write(ctx, func(tx *db.Tx) error {
		return h.bus.Publish(ctx, tx, ward.AdvisoryPublished{Advisory: advisory, Revision: "1", Why: "new"})
	})
	if err != nil {
		return 0, err
	}
	accepted := time.Now()
	select {
	case <-signals:
		took := time.Since(accepted)
		if err := h.rest(ctx); err != nil {
			return 0, err
		}
		for len(signals) > 0 {
			<-signals
		}
		return took, nil
	case <-time.After(time.Minute):
		return 0, fmt.Errorf("no alerts within a minute")
	}
}

// rest waits until the alerts are written out as rows, and a moment more: real
// advisories leave that time between them.
func (h *house) rest(ctx context.Context) error {
	for {
		var open int
		err := h.db.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM alert_roll`).Scan(&open)
		})
		if err != nil {
			return err
		}
		time.Sleep(300 * time.Millisecond)
		if open == 0 {
			return nil
		}
	}
}

// advisories answers with the generator's fan-out advisories.
type advisories struct{ o options }

func (a advisories) Claims(_ context.Context, id ward.AdvisoryID) ([]ward.Claim, error) {
	n, err := strconv.Atoi(string(id))
	claims := advisory(n, true, a.o)
	for i := range claims {
		claims[i].CVEs = []string{cve(id)}
	}
	return claims, err
}

// cve keeps every advisory an issue of its own.
func cve(id ward.AdvisoryID) string { return "CVE-2026-" + fmt.Sprintf("%05s", string(id)) }

func (advisories) Heads(_ context.Context, ids []ward.AdvisoryID) (map[ward.AdvisoryID]ward.AdvisoryHead, error) {
	out := map[ward.AdvisoryID]ward.AdvisoryHead{}
	for _, id := range ids {
		out[id] = ward.AdvisoryHead{ID: id, Tracking: string(id), Title: "Load " + string(id), Revision: "1", TLP: ward.TLPClear,
			Severity: ward.SeverityHigh, Score: 8.8, Exploited: ward.ExploitationNone, CVEs: []string{cve(id)}}
	}
	return out, nil
}

func (advisories) Concerning(context.Context, map[ward.ProductID]ward.ProductRef) ([]ward.Concern, error) {
	return nil, nil
}
func (advisories) Listings(context.Context, []string) (map[string][]ward.Listing, error) {
	return nil, nil
}
func (advisories) Guidance(context.Context, ward.AdvisoryID) ([]ward.Guidance, error) {
	return nil, nil
}

func (advisories) Fingerprints(context.Context, ward.AdvisoryID) (map[string]string, error) {
	return nil, nil
}
func (advisories) Advice(context.Context, ward.AdvisoryID, []string) ([]ward.Advice, error) {
	return nil, nil
}
func (advisories) Touched(context.Context, string) ([]ward.AdvisoryID, error) { return nil, nil }
func (advisories) After(context.Context, ward.AdvisoryID, int) ([]ward.AdvisoryID, error) {
	return nil, nil
}

// registry knows every organisation of the generator and no contacts.
type registry struct{}

func (registry) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out := make(map[ward.OrgID]ward.Organisation, len(ids))
	for _, id := range ids {
		out[id] = ward.Organisation{ID: id, Kind: ward.KindHospital, Name: string(id), Country: "HR"}
	}
	return out, nil
}

func (registry) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}

// Hats implements subscription.Hats: nobody has one.
func (registry) Hats(context.Context, ward.PersonID) ([]ward.Hat, error) { return nil, nil }

// Wear implements subscription.Hats.
func (registry) Wear(context.Context, ward.PersonID, string) (ward.Actor, error) {
	return ward.Actor{}, ward.Fail(ward.NotFound, "")
}

// Persons implements alert.Registry: nobody has a login.
func (registry) Persons(context.Context, []ward.PersonID) (map[ward.PersonID]ward.Person, error) {
	return map[ward.PersonID]ward.Person{}, nil
}
