package bulletin

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
	"ward/kit/id"
	"ward/kit/job"
	"ward/test/database"
	"ward/test/expect"
)

// house is a service on a database of its own; jobs run when a test says so.
type house struct {
	*Service
	db    *db.DB
	clock *clock.Fake
	orgs  []ward.Organisation
	owned map[ward.OrgID]string // domain that an organisation proved
}

var (
	ctx    = context.Background()
	writer = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
	second = ward.Actor{Person: "p2", Name: "Ben Second", Org: "c", Role: ward.RoleCentre}
	member = ward.Actor{Person: "p3", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
)

// Addressed implements Registry: countries and owners of domains count, nothing else.
func (h *house) Addressed(_ context.Context, a ward.Audience) (out []ward.Organisation, _ error) {
	for _, o := range h.orgs {
		if slices.Contains(a.Countries, o.Country) || slices.Contains(a.Domains, h.owned[o.ID]) {
			out = append(out, o)
		}
	}
	return out, nil
}

// Organisations implements Registry.
func (h *house) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out := map[ward.OrgID]ward.Organisation{}
	for _, o := range h.orgs {
		for _, id := range ids {
			if o.ID == id {
				out[id] = o
			}
		}
	}
	return out, nil
}

// Match and Holdings implement Inventory: h2 and h4 hold what is asked for.
func (h *house) Match(_ context.Context, claims []ward.Claim) ([]ward.ProductFinding, error) {
	return make([]ward.ProductFinding, len(claims)), nil
}

func (h *house) Holdings(context.Context, []ward.ProductVerdict) ([]ward.Holding, error) {
	return []ward.Holding{{Org: "h2", Affected: 1}, {Org: "h4", Review: 1}}, nil
}

// Publishable implements Cases: there is one case.
func (h *house) Publishable(_ context.Context, id string) (ward.Reported, error) {
	if id != "case-1" {
		return ward.Reported{}, ward.Fail(ward.NotFound, "")
	}
	return ward.Reported{Case: id, Title: "Infusia 500 takes commands", Vendor: "Acme", Product: "Infusia 500", Versions: "<2.0", Fixed: "2.0",
		CVEs: []string{"CVE-2026-1000"}, Severity: ward.SeverityHigh, Exploited: ward.ExploitationNone, Impact: "The rate can be changed.", Credit: "Rosa R."}, nil
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewFake(time.Date(2026, 12, 31, 10, 0, 0, 0, time.UTC)),
		orgs: []ward.Organisation{{ID: "h1", Country: "AT"}, {ID: "h2", Country: "AT"}, {ID: "h3", Country: "DE"}, {ID: "h4", Country: "FR"}}}
	own, err := fs.Sub(files, "migrations")
	expect.OK(t, err)
	expect.OK(t, d.Migrate(ctx, h.clock.Now(), []db.Migrations{audit.Migrations(), {Owner: "bulletin", Files: own}}))
	expect.OK(t, job.Migrate(ctx, d))
	guard, err := auth.New()
	expect.OK(t, err)
	log, err := audit.New(audit.Config{DB: d, Clock: h.clock.Now})
	expect.OK(t, err)
	ids := id.New(h.clock.Now)
	bus := &event.Bus{Clock: h.clock.Now, IDs: ids}
	queue := new(job.Queue)
	h.Service, err = New(Config{DB: d, Clock: h.clock.Now, IDs: ids, Guard: guard, Bus: bus, Queue: queue, Audit: log,
		Log: slog.New(slog.DiscardHandler), Registry: h, Cases: h, Publisher: "Support Centre", Namespace: "https://centre.example", URL: "https://centre.example"})
	expect.OK(t, err)
	expect.OK(t, queue.Open(job.Config{DB: d, Replica: "test", Log: slog.New(slog.DiscardHandler)}, append(h.Parts(h).Jobs, bus.Worker()), nil))
	expect.OK(t, bus.Connect(queue, []event.Subscription{
		event.On("test.published", func(context.Context, event.Meta, ward.BulletinPublished) error { return nil })}))
	return h
}

// full is a content that lacks nothing.
func full() Content {
	return Content{Text: ward.Guidance{Lang: "en", Title: "Infusia 500: the network changes the rate", Summary: "Somebody on the network can change the rate.",
		Patients: "A dose may change.", IT: "Block port 80.", Devices: "Install 2.0.", Practice: "Call the maker."},
		Severity: ward.SeverityHigh, Exploited: ward.ExploitationExploited, TLP: ward.TLPClear,
		Weaknesses: []Weakness{{"CVE-2026-1000", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
		Products:   []Product{{"Acme", "Infusia 500", "<2.0", "2.0"}, {"Acme", "Infusia 500", "3.1", ""}, {"Other", "Thing", "", ""}},
		References: []Reference{{"https://acme.example/1", "The maker's page"}}, Audience: ward.Audience{Countries: []ward.Country{"AT", "DE"}}}
}

// draft makes an alert with a content, by the writer.
func (h *house) draft(t testing.TB, c Content) string {
	t.Helper()
	id, err := h.Create(ctx, writer, "blank")
	expect.OK(t, err)
	expect.OK(t, h.Save(ctx, writer, id, h.open(t, id).Edit, c))
	return id
}

func (h *house) open(t testing.TB, id string) Revision {
	t.Helper()
	v, err := h.Get(ctx, writer, id)
	expect.OK(t, err)
	if v.Open() == nil {
		t.Fatalf("no revision of %s is open: %+v", id, v.Revisions)
	}
	return *v.Open()
}

// publish submits, approves and brings out what is open.
func (h *house) publish(t testing.TB, id string) {
	t.Helper()
	expect.OK(t, h.Submit(ctx, writer, id))
	r := h.open(t, id)
	expect.OK(t, h.Approve(ctx, second, id, r.Edit, time.Time{}))
	expect.OK(t, h.onPublish(ctx, publish{Revision: r.ID}))
}

func testDB(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }
