package harvest

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	client "ward/detect/advisory/provider"
	"ward/kit/db"
	"ward/kit/fetch"
	"ward/kit/job"
	"ward/kit/module"
	"ward/test/expect"
	"ward/test/provider"
	"ward/test/room"
)

var analyst = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "o1", Role: ward.RoleCentre}

// patience is how long a provider may take.
const patience = time.Minute

// house is the sources with an intake that takes everything in.
type house struct {
	*Sources
	base *room.Base

	mu   sync.Mutex
	jobs []job.Args
}

// Documents implements Intake.
func (h *house) Documents(_ context.Context, _ string, in []Document) ([]Fate, error) {
	out := make([]Fate, len(in))
	for i := range out {
		out[i] = Taken
	}
	return out, nil
}

// File implements Intake.
func (h *house) File(context.Context, *Source, io.Reader) error { return nil }

// withSource starts a house that has s as its one source.
func withSource(t testing.TB, d *db.DB, s *provider.Server) (*house, string) {
	t.Helper()
	b := room.New(t, d, time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	b.Furnish(module.Parts{Name: "advisory", Migrations: os.DirFS(".."), Texts: os.DirFS("..")})
	h := &house{base: b}
	web := fetch.New(fetch.Config{AllowLoopback: true, Timeout: patience, HeaderTimeout: patience})
	h.Sources = New(Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Client: &client.Client{HTTP: web, MaxDocument: 1 << 20}, Intake: h,
		Enqueue: func(_ context.Context, tx *db.Tx, jobs ...job.Args) error {
			tx.AfterCommit(func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.jobs = append(h.jobs, jobs...)
			})
			return nil
		}})
	src, err := h.Add(context.Background(), analyst, Source{Kind: Provider, URL: s.URL, Unmarked: ward.TLPClear})
	expect.OK(t, err)
	return h, src.ID
}

func (h *house) fetchAll(t testing.TB, source string) *View {
	t.Helper()
	if err := h.FetchHere(context.Background(), analyst, source); ward.CodeOf(err) != ward.Unavailable {
		expect.OK(t, err)
	}
	v, err := h.ByID(context.Background(), analyst, source)
	expect.OK(t, err)
	return v
}

func offer(t testing.TB, s *provider.Server, id string, m provider.Mode) {
	t.Helper()
	s.Put(id+".json", []byte(`{"title":"`+strings.Repeat("x", 2000)+`"}`), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), m)
}
