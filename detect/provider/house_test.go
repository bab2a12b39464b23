package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
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
	"ward/test/expect"
)

const ours = "https://centre.example"

var (
	analyst  = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "o1", Role: ward.RoleCentre}
	member   = ward.Actor{Person: "p2", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
	operator = ward.Actor{Person: "p3", Name: "Olga Operator", Org: "o1", Role: ward.RoleOperator}
	visitor  = ward.Actor{}
)

// stock is the advisories as a map.
type stock struct {
	mu      sync.Mutex
	issued  map[ward.AdvisoryID]ward.Issued
	docs    map[string]ward.IssuedDocument
	parties []ward.IssuingParty
}

func (s *stock) Issued(_ context.Context, id ward.AdvisoryID) (ward.Issued, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.issued[id]
	if !ok {
		return i, ward.Fail(ward.NotFound, "")
	}
	return i, nil
}

func (s *stock) Stock(_ context.Context, after ward.AdvisoryID, limit int) ([]ward.Issued, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []ward.Issued
	for _, id := range slices.Sorted(maps.Keys(s.issued)) {
		if id > after && len(out) < limit {
			out = append(out, s.issued[id])
		}
	}
	return out, nil
}

func (s *stock) Document(_ context.Context, _ ward.AdvisoryID, revision string) (ward.IssuedDocument, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.docs[revision]
	if !ok {
		return d, ward.Fail(ward.NotFound, "")
	}
	return d, nil
}

func (s *stock) Parties(context.Context) ([]ward.IssuingParty, error) { return s.parties, nil }

// house is a service on a database of its own.
type house struct {
	*Service
	*stock
	db    *db.DB
	clock *clock.Fake
	jobs  []job.Args
}

func openHouse(t testing.TB, d *db.DB, secret string) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewFake(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)),
		stock: &stock{issued: map[ward.AdvisoryID]ward.Issued{}, docs: map[string]ward.IssuedDocument{}}}
	own, err := fs.Sub(files, "migrations")
	expect.OK(t, err)
	expect.OK(t, d.Migrate(context.Background(), h.clock.Now(), []db.Migrations{audit.Migrations(), {Owner: "provider", Files: own}}))
	guard, err := auth.New()
	expect.OK(t, err)
	log, err := audit.New(audit.Config{DB: d, Clock: h.clock.Now})
	expect.OK(t, err)
	h.Service, err = New(Config{DB: d, Clock: h.clock.Now, IDs: id.New(h.clock.Now), Guard: guard, Audit: log, Log: slog.New(slog.DiscardHandler),
		Advisories: h.stock, URL: ours, Secret: []byte(secret), Publisher: Publisher{Name: "The Centre", Namespace: ours + "/", Contact: "mailto:a@centre.example"},
		Enqueue: func(_ context.Context, _ *db.Tx, jobs ...job.Args) error {
			h.jobs = append(h.jobs, jobs...)
			return nil
		}})
	expect.OK(t, err)
	return h
}

// secret is a key file's content.
const secret = "0123456789abcdef0123456789abcdef"

// paper is what a made document says; zero fields have defaults.
type paper struct {
	id, version, label, status, edition string
	initial, current                    string
	broken                              bool // fails a mandatory test
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func document(t testing.TB, namespace string, p paper) []byte {
	t.Helper()
	type object = map[string]any
	initial, version := or(p.initial, "2026-03-01T08:00:00Z"), or(p.version, "1")
	current := or(p.current, initial)
	history := []object{{"number": "1", "date": initial, "summary": "first"}}
	for n := 2; strconv.Itoa(n-1) != version; n++ {
		history = append(history, object{"number": strconv.Itoa(n), "date": current, "summary": "next"})
	}
	doc := object{"category": "csaf_security_advisory", "csaf_version": or(p.edition, "2.0"), "title": "Pump <opens> a door & more",
		"publisher":    object{"category": "coordinator", "name": "The Centre", "namespace": namespace},
		"distribution": object{"tlp": object{"label": or(p.label, "WHITE")}},
		"tracking": object{"id": or(p.id, "HSC-2026-001"), "status": or(p.status, "final"), "version": version,
			"initial_release_date": initial, "current_release_date": current, "revision_history": history},
		"notes": []object{{"category": "summary", "text": "An attacker could change the rate."}}}
	affected := "P1"
	if p.broken {
		affected = "P2"
	}
	b, err := json.Marshal(object{"document": doc, "product_tree": object{"branches": []object{{"category": "vendor", "name": "Acme", "branches": []object{
		{"category": "product_name", "name": "Infusia", "branches": []object{{"category": "product_version", "name": "1", "product": object{"name": "Acme Infusia 1", "product_id": "P1"}}}}}}}},
		"vulnerabilities": []object{{"cve": "CVE-2026-1000", "notes": []object{{"category": "description", "text": "It is weak."}},
			"product_status": object{"known_affected": []string{affected}},
			"remediations":   []object{{"category": "vendor_fix", "details": "Install 2.", "product_ids": []string{affected}}}}}})
	expect.OK(t, err)
	return b
}

// bring puts a document into the stock and lets the fact be heard.
func (h *house) bring(t testing.TB, id ward.AdvisoryID, tlp ward.TLP, p paper) []byte {
	t.Helper()
	return h.bringFrom(t, ward.Issued{Advisory: id, TLP: tlp, Namespace: ours, Source: "upload", House: true}, p, nil)
}

func (h *house) bringFrom(t testing.TB, i ward.Issued, p paper, signature []byte) []byte {
	t.Helper()
	body := document(t, i.Namespace, p)
	i.Revision = string(i.Advisory) + " " + or(p.version, "1") + or(p.current, "")
	h.stock.mu.Lock()
	h.stock.issued[i.Advisory], h.stock.docs[i.Revision] = i, ward.IssuedDocument{Body: body, Signature: signature, Signer: "abcd"}
	h.stock.mu.Unlock()
	h.clock.Advance(time.Minute)
	h.hear(t, i.Advisory, "new")
	return body
}

// hear tells a fact and works the jobs that it makes.
func (h *house) hear(t testing.TB, id ward.AdvisoryID, why string) {
	t.Helper()
	ctx := context.Background()
	expect.OK(t, h.onAdvisory(ctx, event.Meta{}, ward.AdvisoryPublished{Advisory: id, Why: why}))
	mirrored, err := h.mirrored(ctx)
	expect.OK(t, err)
	for _, j := range h.jobs {
		switch j := j.(type) {
		case publishJob:
			expect.OK(t, h.publish(ctx, j.Advisory, mirrored))
		case sweepJob:
			expect.OK(t, h.sweep(ctx, j.After))
		}
	}
	h.jobs = nil
}

// read opens a file of the own shelf; the code of the error if it cannot.
func (h *house) read(t testing.TB, a ward.Actor, path string) (string, ward.Code) {
	t.Helper()
	f, err := h.Provider(context.Background(), a, path)
	return content(t, f, err)
}

func content(t testing.TB, f *File, err error) (string, ward.Code) {
	t.Helper()
	if err != nil {
		return "", ward.CodeOf(err)
	}
	var b bytes.Buffer
	expect.OK(t, f.Write(context.Background(), &b))
	return b.String(), ""
}
