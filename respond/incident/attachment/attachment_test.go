package attachment_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/attachment"
	"ward/respond/incident/pages"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx    = context.Background()
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember, Lang: "en"}
	rival  = ward.Actor{Person: "p3", Name: "Rea Other", Org: "h2", OrgName: "Clinic South", Country: "HR", Role: ward.RoleManager, Lang: "en"}
	team   = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT, Lang: "en"}
	abroad = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT, Lang: "en"}
	centre = ward.Actor{Person: "p6", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre, Lang: "en"}
	start  = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

type registry struct{}

func (registry) Standing(_ context.Context, id ward.OrgID) (ward.Standing, error) {
	head := int64(900)
	return ward.Standing{Organisation: ward.Organisation{ID: id, Kind: ward.KindHospital, Name: "Clinic " + string(id), Country: "HR"}, Headcount: &head}, nil
}
func (registry) Teams(context.Context, ward.Country) ([]ward.OrgID, error) {
	return []ward.OrgID{"t1"}, nil
}
func (registry) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}
func (registry) Named(context.Context, string) ([]ward.Organisation, error) { return nil, nil }
func (registry) CareServices() []string                                     { return []string{"emergency"} }
func (registry) Send(context.Context, mail.Message) error                   { return nil }

// house is files beside the reports of a hospital.
type house struct {
	*attachment.Service
	t       testing.TB
	db      *db.DB
	base    *room.Base
	reports *incident.Service
	id      string // a draft
}

func open(t testing.TB, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{t: t, db: d, base: b}
	var err error
	h.reports, err = incident.New(incident.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: registry{},
		Mail: registry{}, Printer: b.Printer, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	h.Service, err = attachment.New(attachment.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Log: b.Log, Reports: h.reports, Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.reports.Parts())
	r, err := h.reports.Begin(ctx, member, incident.Start{ID: h.reports.NewID(), Reason: incident.Incident, Answers: incident.Answers{
		"aware_at": {Text: "2026-11-30T02:40:00Z"}, "detected_at": {Text: "2026-11-30T02:10:00Z"}, "summary": {Text: "S"}, "contact": {Text: "C"},
		"severe_disruption": {Text: "yes"}, "suspected_malicious": {Text: "suspected"}, "cross_border": {Unknown: true}}})
	expect.OK(t, err)
	h.id = r.ID
	return h
}

func sqlite(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }

func (h *house) add(name string, data []byte) attachment.File {
	h.t.Helper()
	f, err := h.Add(ctx, member, h.id, name, data)
	expect.OK(h.t, err)
	return f
}

func (h *house) send(stage rule.Stage) {
	h.t.Helper()
	h.base.Clock.Advance(time.Minute)
	_, err := h.reports.Send(ctx, member, h.id, incident.Dispatch{Seen: 1, Stage: stage})
	expect.OK(h.t, err)
	h.base.Clock.Advance(time.Minute)
}

// long is a picture of several sealed parts, of which the last is not full.
func long() []byte {
	data := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 700_001)...)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(data[8:])
	return data
}

// What was added comes out byte for byte, lies readable in no table, and goes with
// its parts when it is removed. On both databases.
func TestThereAndBack(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		data := long()
		f := h.add("Screen-zebra.png", data)
		text := h.add("note-zebra.html", []byte("WORDS-zebra <script>"))
		sum := sha256.Sum256(data)
		if f.SHA256 != hex.EncodeToString(sum[:]) || f.Kind != "png" || text.Name != "note-zebra.html.txt" {
			t.Errorf("added as %+v, %+v", f, text)
		}
		got, r, err := h.Take(ctx, member, h.id, f.ID)
		expect.OK(t, err)
		back, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(back, data) || got.Name != f.Name {
			t.Errorf("%d bytes came back as %d, %+v (%v)", len(data), len(back), got, err)
		}
		all, _ := database.Texts(t, d)
		if strings.Contains(all, "zebra") || strings.Contains(all, string(data[100:200])) || strings.Contains(all, f.SHA256) {
			t.Error("a file is readable in the database")
		}
		expect.OK(t, h.Remove(ctx, member, h.id, f.ID))
		expect.OK(t, h.Remove(ctx, member, h.id, text.ID))
		expect.Code(t, "removed twice", h.Remove(ctx, member, h.id, f.ID), ward.NotFound)
		if n := h.rows("incident_file_part"); n != 0 {
			t.Errorf("%d parts are left", n)
		}
		_, _, err = h.Take(ctx, member, h.id, f.ID)
		expect.Code(t, "taken after it was removed", err, ward.NotFound)
	})
}

// Files go with their report.
func TestGoneWithTheDraft(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.add("a.png", long())
		expect.OK(t, h.reports.Drop(ctx, member, h.id, 1))
		if n := h.rows("incident_file") + h.rows("incident_file_part"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func (h *house) rows(table string) (n int) {
	h.t.Helper()
	expect.OK(h.t, h.db.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n) }))
	return n
}

// The team gets what was there when a stage was sent, the hospital sees each of its
// downloads, and nobody else gets anything.
func TestWho(t *testing.T) {
	h := open(t, sqlite(t))
	first := h.add("a.txt", []byte("first"))
	_, err := h.Received(ctx, team, h.id)
	expect.Code(t, "a draft", err, ward.NotFound)
	h.send(rule.Early)
	later := h.add("b.txt", []byte("later"))
	got, err := h.Received(ctx, team, h.id)
	if err != nil || len(got.List) != 1 || got.List[0].ID != first.ID {
		t.Errorf("the team sees %+v (%v)", got.List, err)
	}
	_, _, err = h.TakeReceived(ctx, team, h.id, later.ID)
	expect.Code(t, "what was not sent yet", err, ward.NotFound)
	if _, _, err = h.TakeReceived(ctx, team, h.id, first.ID); err != nil {
		t.Error(err)
	}
	trail, err := h.reports.Trail(ctx, member, h.id)
	expect.OK(t, err)
	if !slices.ContainsFunc(trail.Reads, func(r incident.Read) bool { return r.Act == "read.file" && r.Person == team.Name }) {
		t.Errorf("the hospital does not see the download: %+v", trail.Reads)
	}
	h.send(rule.Notification)
	if got, err = h.Received(ctx, team, h.id); err != nil || len(got.List) != 2 {
		t.Errorf("after the next stage the team sees %+v (%v)", got.List, err)
	}
	for name, a := range map[string]ward.Actor{"rival": rival, "team abroad": abroad, "centre": centre, "visitor": {}, "operator": {Person: "o", Role: ward.RoleOperator},
		"auditor": {Person: "a", Org: "a1", Country: "HR", Role: ward.RoleAuditor}} {
		tries := map[string]error{}
		_, tries["own"] = h.Own(ctx, a, h.id)
		_, tries["received"] = h.Received(ctx, a, h.id)
		_, _, tries["take"] = h.Take(ctx, a, h.id, first.ID)
		_, _, tries["take received"] = h.TakeReceived(ctx, a, h.id, first.ID)
		_, tries["add"] = h.Add(ctx, a, h.id, "a.txt", []byte("x"))
		tries["remove"] = h.Remove(ctx, a, h.id, first.ID)
		for what, err := range tries {
			if c := ward.CodeOf(err); c != ward.NotFound && c != ward.Forbidden {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
	_, err = h.Add(ctx, team, h.id, "a.txt", []byte("x"))
	expect.Code(t, "a team adds", err, ward.Forbidden)
}

func keyOf(err error) string {
	var e *ward.Error
	if errors.As(err, &e) {
		return strings.TrimPrefix(string(e.Key), "incident.error.")
	}
	return ""
}

func TestBounds(t *testing.T) {
	h := open(t, sqlite(t))
	for want, data := range map[string][]byte{"file_empty": nil, "file_kind": []byte("MZ\x00"), "file_large": bytes.Repeat([]byte("a"), attachment.MaxFile+1),
		"file_damaged": []byte("PK\x03\x04 and no more")} {
		if _, err := h.Add(ctx, member, h.id, "a.zip", data); keyOf(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	big := bytes.Repeat([]byte("a"), attachment.MaxFile)
	for range 5 {
		h.add("a.txt", big)
	}
	if _, err := h.Add(ctx, member, h.id, "a.txt", []byte("x")); keyOf(err) != "files_large" {
		t.Errorf("all together: %v", err)
	}
	list, err := h.Own(ctx, member, h.id)
	expect.OK(t, err)
	for _, f := range list.List {
		expect.OK(t, h.Remove(ctx, member, h.id, f.ID))
	}
	for range 20 {
		h.add("a.txt", []byte("x"))
	}
	if _, err := h.Add(ctx, member, h.id, "a.txt", []byte("x")); keyOf(err) != "files_many" {
		t.Errorf("one more: %v", err)
	}
}

// form is a multipart form with one file, as a browser without scripts sends it.
func form(path, name string, data []byte) *http.Request {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", name)
	part.Write(data)
	w.Close()
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// The pages work by a plain form; a file is served so that no browser shows it.
func TestPages(t *testing.T) {
	h := open(t, sqlite(t))
	parts := h.reports.Parts()
	parts.API = append(parts.API, h.Operations()...)
	s := h.base.Site(parts, nil, slices.Concat(pages.Routes(h.reports, nil), pages.FileRoutes(h.reports, h.Service)))
	s.Actor = member
	path := "/incidents/" + h.id + "/files"
	s.Get("/incidents/"+h.id, 200, path)
	s.Get(path, 200, "Not checked for malware", "No files yet", `enctype="multipart/form-data"`)
	s.Do(form(path, "a.exe", []byte("MZ\x00")), 422, "This kind of file is not taken")
	s.Do(form(path, "a.txt", bytes.Repeat([]byte("a"), attachment.MaxFile+100_000)), 422, "at most 10 MB")
	s.Do(form(path, `x".html`, []byte("<script>alert(1)</script>")), 303)
	list, err := h.Own(ctx, member, h.id)
	expect.OK(t, err)
	f := list.List[0]
	s.Get(path, 200, f.SHA256, "Remove")
	for _, at := range []string{path, "/api/v1" + path} {
		head := s.Get(at+"/"+f.ID, 200, "<script>").Header()
		for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Cache-Control": "no-store", "Content-Disposition": "attachment; filename=x_.html.txt"} {
			if head.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", at, name, head.Get(name), want)
			}
		}
	}
	s.Actor = rival
	s.Get(path, 404)
	s.Get(path+"/"+f.ID, 404)
	s.Do(form(path, "a.txt", []byte("x")), 404)
	s.Actor = member
	h.send(rule.Early)
	s.Actor = team
	queue := "/incident-queue/" + h.id
	s.Get(queue, 200, queue+"/files")
	s.Get(queue+"/files", 200, f.SHA256, "Not checked for malware")
	s.Get(queue+"/files/"+f.ID, 200, "<script>")
	s.Actor = member
	s.Get("/incidents/"+h.id+"/log", 200, "downloaded a file", "added a file")
	s.Post(path+"/"+f.ID+"/remove", 303, nil)
	s.Get(path, 200, "No files yet")
}
