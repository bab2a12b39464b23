package disclosure

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

// house is a service on a database of its own; jobs run when a test says so.
type house struct {
	*Service
	base   *room.Base
	db     *db.DB
	clock  *clock.Fake
	people []ward.Person
	mails  []mail.Message
	refuse error // of the next mail
}

var (
	ctx     = context.Background()
	analyst = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
	other   = ward.Actor{Person: "p2", Name: "Ben Second", Org: "c", Role: ward.RoleCentre}
	maker   = ward.Actor{Person: "p3", Name: "Mia Maker", Org: "m1", OrgName: "Acme Medical", Country: "DE", Role: ward.RoleMaker}
	rival   = ward.Actor{Person: "p4", Name: "Rob Rival", Org: "m2", OrgName: "Rival", Country: "DE", Role: ward.RoleMaker}
	member  = ward.Actor{Person: "p5", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
)

// start is a Monday.
var start = time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)

// Analysts implements Registry.
func (h *house) Analysts(context.Context) ([]ward.Person, error) { return h.people, nil }

// Send implements mail.Sender.
func (h *house) Send(_ context.Context, m mail.Message) error {
	if err := h.refuse; err != nil {
		h.refuse = nil
		return err
	}
	h.mails = append(h.mails, m)
	return nil
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b, db: d, clock: b.Clock, people: []ward.Person{{ID: "p1", Name: "Ana", Email: "ana@centre.invalid", Lang: "en"},
		{ID: "p2", Name: "Ben", Email: "ben@centre.invalid", Lang: "de"}}}
	var err error
	h.Service, err = New(Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: h, Mail: h,
		Printer: b.Printer, URL: "https://centre.example", Key: room.Key, Client: func(*http.Request) string { return "192.0.2.1" }})
	expect.OK(t, err)
	b.Furnish(h.Parts())
	return h
}

// secrets are the marks in everything that is confidential: none of them may be
// found where everybody looks.
var secrets = []string{"NAME-7f3a", "ORG-7f3a", "mail-7f3a", "PROOF-7f3a", "TOLD-7f3a", "PLAN-7f3a", "FILENAME-7f3a", "BYTES-7f3a", "WORDS-7f3a", "ANSWER-7f3a", "NOTE-7f3a"}

// full is a report that lacks nothing.
func full() Report {
	return Report{Source: Researcher, Lang: "de",
		Summary: Summary{Title: "The pump takes commands from anybody", Vendor: "Acme", Product: "Infusia 500", Versions: "before 2.0", Fixed: "2.0",
			CVEs: []string{"CVE-2026-1000"}, Exploited: ward.ExploitationProof, Impact: "Somebody on the network\ncan change the rate.", Patients: "A dose may change.",
			Mitigation: "Let only the server reach the pumps.", Credit: "Rosa R."},
		Confidence: Confidence{Name: "NAME-7f3a", Organisation: "ORG-7f3a", Email: "mail-7f3a@example.org", MailLink: true, Proof: "PROOF-7f3a", Maker: "TOLD-7f3a", Plan: "PLAN-7f3a"},
		Files:      []Upload{{Name: "FILENAME-7f3a.txt", Data: []byte("BYTES-7f3a")}}}
}

// receive takes a report in.
func (h *house) receive(t testing.TB, change ...func(*Report)) Receipt {
	t.Helper()
	r := full()
	for _, c := range change {
		c(&r)
	}
	out, err := h.Receive(ctx, r, "192.0.2.1")
	expect.OK(t, err)
	return out
}

func (h *house) get(t testing.TB, id string) Case {
	t.Helper()
	c, _, err := h.Get(ctx, analyst, id)
	expect.OK(t, err)
	return c
}

// deeds lists the acts on a case that the audit log holds, oldest first.
func (h *house) deeds(t testing.TB) (out []string) {
	t.Helper()
	var list []audit.Entry
	expect.OK(t, h.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = h.base.Audit.List(ctx, tx, audit.Filter{Scope: ward.Scope{Everything: true}}, 500, 0)
		return err
	}))
	for _, e := range list {
		out = append([]string{e.Actor.Name + " " + e.Action + " " + e.Detail["act"]}, out...)
	}
	return out
}

// holds reports the marks that are in a text.
func holds(text string) (out []string) {
	for _, s := range secrets {
		if strings.Contains(text, s) {
			out = append(out, s)
		}
	}
	return out
}

func sqlite(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }
