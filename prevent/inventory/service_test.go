package inventory_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/match"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
	"ward/prevent/inventory"
	"ward/test/database"
	"ward/test/expect"
)

// decider has settled nothing.
type decider struct{}

func (decider) Decisions(context.Context) (*match.Decisions, error) { return nil, nil }

// house is the service with what it stands on.
type house struct {
	*inventory.Service
	db    *db.DB
	clock *clock.Fake
	bus   *event.Bus
	heard chan ward.InventoryChanged
	queue *job.Queue
}

var start = time.Date(2026, 11, 22, 3, 4, 0, 0, time.UTC)

// open makes the service on an empty database and starts its jobs.
func open(t testing.TB, d *db.DB) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{db: d, clock: clock.NewFake(start), heard: make(chan ward.InventoryChanged, 1000), queue: new(job.Queue)}
	ids := id.New(h.clock.Now)
	guard, err := auth.New()
	expect.OK(t, err)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	trail, err := audit.New(audit.Config{DB: d, Clock: h.clock.Now})
	expect.OK(t, err)
	h.bus = &event.Bus{Clock: h.clock.Now, IDs: ids}
	h.Service, err = inventory.New(inventory.Config{DB: d, Clock: h.clock.Now, IDs: ids, Guard: guard, Bus: h.bus, Queue: h.queue,
		Live: live.New(d, log), Audit: trail, Log: log, Decider: decider{}})
	expect.OK(t, err)
	parts := h.Parts()
	expect.OK(t, d.Migrate(ctx, start, []db.Migrations{audit.Migrations(), {Owner: "inventory", Files: parts.Migrations}}))
	expect.OK(t, job.Migrate(ctx, d))
	subs := []event.Subscription{event.On("test", func(_ context.Context, _ event.Meta, f ward.InventoryChanged) error {
		h.heard <- f
		return nil
	})}
	q, err := job.New(job.Config{DB: d, Replica: "test", Log: log}, append(parts.Jobs, h.bus.Worker()), nil)
	expect.OK(t, err)
	*h.queue = *q
	h.bus.Connect(h.queue, subs)
	return h
}

func orgID(n int) ward.OrgID { return ward.OrgID(fmt.Sprintf("00000000-0000-7000-8000-%012x", n)) }

func member(n int) ward.Actor {
	return ward.Actor{Person: "p", Name: "Ana", Org: orgID(n), Country: "HR", Role: ward.RoleMember}
}

const small = `Hersteller;Gerät;Typ;Version;Seriennummer;Anzahl;Abteilung
Philips;IntelliVue;MX450;K.15;DE1;1;ICU
Philips;IntelliVue;MX450;L.01;DE2;1;ICU
Dräger;Evita;V500;SW 2.51;;2;ICU
Dräger;Evita;V500;SW 2.51;;2;ICU
;;;;;;Storage
`

func importText(t testing.TB, h *house, a ward.Actor, text string, removing bool) inventory.Import {
	t.Helper()
	m, err := h.ImportNow(context.Background(), a, inventory.ImportIn{File: "list.csv", Body: strings.NewReader(text), Removing: removing})
	expect.OK(t, err)
	return m
}

func TestImportIsIdempotent(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h, a := open(t, d), member(1)
		m := importText(t, h, a, small, false)
		if m.State != inventory.StateDone || m.Added != 4 || m.Report.Lost != 1 {
			t.Fatalf("first import: %+v, want 4 added and 1 lost", m)
		}
		if m = importText(t, h, a, small, true); m.Added+m.Changed+m.Removed != 0 || m.Unchanged != 4 {
			t.Errorf("same file again: %+v, want all unchanged", m)
		}
		changed := strings.Replace(small, "K.15", "K.16", 1)
		changed = strings.Replace(changed, "Dräger;Evita;V500;SW 2.51;;2;ICU\n", "", 1)
		if m = importText(t, h, a, changed, false); m.Changed != 1 || m.Removed != 0 || m.Unchanged != 2 {
			t.Errorf("changed file: %+v, want 1 changed, none removed", m)
		}
		if m = importText(t, h, a, changed, true); m.Removed != 1 || m.Unchanged != 3 {
			t.Errorf("changed file, removing: %+v, want 1 removed", m)
		}
		rows, _, _, err := h.Assets(context.Background(), a, inventory.Filter{Vendor: "Philips"}, inventory.Page{Limit: 10})
		expect.OK(t, err)
		if len(rows) != 2 || rows[0].Ref.Version != "K.16" || rows[0].Department != "ICU" {
			t.Errorf("Assets = %+v, want two of Philips, the first K.16", rows)
		}
	})
}

func TestAnswers(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h := context.Background(), open(t, d)
		importText(t, h, member(1), small, false)
		importText(t, h, member(2), small, false)
		products, err := h.ProductsOf(ctx, orgID(1))
		expect.OK(t, err)
		refs, err := h.Products(ctx, products)
		expect.OK(t, err)
		if len(products) != 3 || len(refs) != 3 {
			t.Fatalf("ProductsOf = %v, Products = %v, want three", products, refs)
		}
		counts, err := h.Counts(ctx, orgID(1), products)
		expect.OK(t, err)
		held, err := h.Held(ctx, orgID(1), products)
		expect.OK(t, err)
		total := 0
		for _, n := range counts {
			total += n
		}
		if total != 4 || len(held) != 4 {
			t.Errorf("Counts = %v, Held = %v, want four rows", counts, held)
		}
		claims := []ward.Claim{{Advisory: "x", Leaf: "1", Vendor: "Philips", Names: []string{"IntelliVue MX450"}, Models: []string{"MX450"},
			Range: "<L.00", Status: ward.StatusAffected, CVEs: []string{"CVE-2026-0001"}}}
		got, err := h.Holders(ctx, claims)
		expect.OK(t, err)
		orgs := []ward.OrgID{}
		for _, x := range got.Holdings {
			orgs = append(orgs, x.Org)
		}
		if !slices.Equal(orgs, []ward.OrgID{orgID(1), orgID(2)}) || len(got.Findings) != 2 {
			t.Errorf("Holders = %+v, want both organisations and the two releases", got)
		}
	})
}
