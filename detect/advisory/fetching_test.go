package advisory

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/kit/db"
	"ward/kit/fetch"
	"ward/test/database"
	"ward/test/provider"
)

// withSource starts a house that has s as its one source.
func withSource(t testing.TB, d *db.DB, s *provider.Server) (*house, string) {
	t.Helper()
	return sourceWithin(t, d, s, time.Minute)
}

// sourceWithin is withSource where s has so long for an answer.
func sourceWithin(t testing.TB, d *db.DB, s *provider.Server, patience time.Duration) (*house, string) {
	t.Helper()
	h := openHouse(t, d, fetch.New(fetch.Config{AllowLoopback: true, Timeout: patience, HeaderTimeout: patience}))
	src, err := h.sources.Add(context.Background(), analyst, harvest.Source{Kind: harvest.Provider, URL: s.URL, Unmarked: ward.TLPClear})
	if err != nil {
		t.Fatal(err)
	}
	return h, src.ID
}

func (h *house) fetchAll(t testing.TB, source string) *harvest.View {
	t.Helper()
	if err := h.sources.FetchHere(context.Background(), analyst, source); err != nil && ward.CodeOf(err) != ward.Unavailable {
		t.Fatal(err)
	}
	v, err := h.sources.ByID(context.Background(), analyst, source)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func offer(t testing.TB, s *provider.Server, id string, p paper, m provider.Mode) {
	t.Helper()
	p.id = strings.ToUpper(id)
	if p.date.IsZero() {
		p.date = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	}
	s.Put(id+".json", document(t, p), p.date, m)
}

// A provider by feed and by directory: all documents come with their signature
// verified, a second look fetches nothing, a new document costs one request.
func TestProvider(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		s := provider.New(t)
		for i := range 30 {
			offer(t, s, fmt.Sprintf("doc-%02d", i), paper{}, provider.Good)
		}
		h, id := withSource(t, d, s)
		v := h.fetchAll(t, id)
		if v.Source.Done != 30 || v.Source.Problem != "" || len(v.Faults) != 0 || v.Source.Role != "csaf_provider" {
			t.Fatalf("got %+v, want 30 done", v)
		}
		view, err := h.Read(context.Background(), member, IDOf("https://acme.example", "DOC-03"), "")
		if err != nil || view.Shown.Signature != Verified || view.Shown.Signer != v.Keys[0].Fingerprint {
			t.Errorf("signature %+v, %v, want verified", view.Shown, err)
		}
		h.fetchAll(t, id)
		if got := s.Hits("/white/doc-03.json"); got != 1 {
			t.Errorf("an unchanged document was fetched %d times, want once", got)
		}
		offer(t, s, "doc-03", paper{version: "2", date: time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC)}, provider.Good)
		h.fetchAll(t, id)
		if got := h.head(t, IDOf("https://acme.example", "DOC-03")).Revision; got != "2" {
			t.Errorf("newest is %s, want 2", got)
		}
		if got := s.Hits("/white/doc-04.json"); got != 1 {
			t.Errorf("another document was fetched %d times, want once", got)
		}
	})
}

func TestDirectory(t *testing.T) {
	for _, noChanges := range []bool{false, true} {
		s := provider.New(t)
		s.Directory, s.NoChanges = true, noChanges
		offer(t, s, "doc", paper{}, provider.Good)
		h, id := withSource(t, database.Open(t, database.SQLite), s)
		v := h.fetchAll(t, id)
		if v.Source.Done != 1 || v.Source.Problem != "" {
			t.Errorf("without changes.csv %v: got %+v, want one done", noChanges, v.Source)
		}
	}
}

// What goes wrong with one document costs that document, is kept with its
// reason, and is tried again where that can help.
func TestHostileProvider(t *testing.T) {
	for mode, tc := range map[provider.Mode]struct {
		kind string // "" means that it is taken in
		sign Signature
	}{
		provider.WrongHash:    {"checksum", ""},
		provider.BadSignature: {"signature", ""},
		provider.NoSignature:  {"", Unsigned},
		provider.Truncated:    {"fetch", ""},
		provider.Endless:      {"size", ""},
		provider.Inward:       {"forbidden", ""},
		provider.Bomb:         {"size", ""},
		provider.Slow:         {"fetch", ""},
		provider.Missing:      {"fetch", ""},
		provider.Moved:        {"", Verified},
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			s := provider.New(t)
			s.NullEntry = true
			offer(t, s, "good", paper{}, provider.Good)
			offer(t, s, "odd", paper{}, mode)
			patience := time.Minute
			if mode == provider.Slow { // it is waited for
				patience = 10 * time.Second
			}
			h, id := sourceWithin(t, database.Open(t, database.SQLite), s, patience)
			v := h.fetchAll(t, id)
			h.head(t, IDOf("https://acme.example", "GOOD"))
			fault := faultAt(v, s.DocumentURL("odd.json"))
			if tc.kind == "" {
				view, err := h.Read(context.Background(), member, IDOf("https://acme.example", "ODD"), "")
				if err != nil || view.Shown.Signature != tc.sign || fault.Subject != "" {
					t.Errorf("got %v, fault %+v, want it taken in as %s", err, fault, tc.sign)
				}
				return
			}
			if fault.Kind != tc.kind || v.Source.Done != 1 || v.Source.Pending != 1 {
				t.Errorf("got fault %+v and %+v, want %s and one pending", fault, v.Source, tc.kind)
			}
			if listing := faultAt(v, s.URL+"/white/feed.json"); listing.Kind != "listing" {
				t.Errorf("the null entries are not told: %+v", v.Faults)
			}
		})
	}
}

func faultAt(v *harvest.View, subject string) harvest.Fault {
	for _, f := range v.Faults {
		if f.Subject == subject {
			return f
		}
	}
	return harvest.Fault{}
}

// A document that failed is tried again after its wait, and its fault is closed.
func TestRetry(t *testing.T) {
	s := provider.New(t)
	offer(t, s, "doc", paper{}, provider.Flaky)
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	if v := h.fetchAll(t, id); v.Source.Pending != 1 || v.Source.Faults != 1 {
		t.Fatalf("first: got %+v, want one pending with a fault", v.Source)
	}
	if v := h.fetchAll(t, id); v.Source.Pending != 1 || s.Hits("/white/doc.json") != 1 {
		t.Errorf("at once again: got %+v, want it to wait", v.Source)
	}
	h.clock.Advance(2 * time.Minute)
	if v := h.fetchAll(t, id); v.Source.Done != 1 || v.Source.Faults != 0 || v.Faults[0].Resolved.IsZero() {
		t.Errorf("later: got %+v, want it done and the fault closed", v)
	}
}

// A trusted provider promises signatures: one without is refused.
func TestTrustedProvider(t *testing.T) {
	s := provider.New(t)
	s.Role = "csaf_trusted_provider"
	offer(t, s, "doc", paper{}, provider.NoSignature)
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	v := h.fetchAll(t, id)
	if f := faultAt(v, s.DocumentURL("doc.json")); f.Kind != "signature" {
		t.Errorf("got %+v, want a fault of the signature", v.Faults)
	}
}

// A key that appears later signs nothing until a person trusts it.
func TestNewKey(t *testing.T) {
	s := provider.New(t)
	offer(t, s, "old", paper{}, provider.Good)
	h, id := withSource(t, database.Open(t, database.SQLite), s)
	h.fetchAll(t, id)
	fresh := s.NewKey(t)
	offer(t, s, "doc", paper{}, provider.Good)
	v := h.fetchAll(t, id)
	if faultAt(v, fresh).Kind != "new_key" || faultAt(v, s.DocumentURL("doc.json")).Kind != "signature" {
		t.Fatalf("got %+v, want the key told and its document refused", v.Faults)
	}
	if err := h.sources.Trust(context.Background(), operator, id, fresh, true); ward.CodeOf(err) != ward.Forbidden {
		t.Errorf("an operator trusts a key: %v, want forbidden", err)
	}
	if err := h.sources.Trust(context.Background(), analyst, id, fresh, true); err != nil {
		t.Fatal(err)
	}
	if v := h.fetchAll(t, id); v.Source.Done != 2 || v.Source.Faults != 0 {
		t.Errorf("trusted: got %+v, want all done", v.Source)
	}
}

func TestSourceThatIsNone(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), fetch.New(fetch.Config{}))
	ctx := context.Background()
	src, err := h.sources.Add(ctx, analyst, harvest.Source{Kind: harvest.Provider, URL: "https://127.0.0.1/", Unmarked: ward.TLPClear})
	if err != nil {
		t.Fatal(err)
	}
	v := h.fetchAll(t, src.ID)
	if v.Source.Problem == "" || v.Source.Fails != 1 || !v.Source.Next.After(h.clock.Now()) {
		t.Errorf("got %+v, want a problem and a later try", v.Source)
	}
	for _, bad := range []string{"", "ftp://x.example/a", "https://user:secret@x.example", "://"} {
		if _, err := h.sources.Add(ctx, analyst, harvest.Source{Kind: harvest.URL, URL: bad}); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("address %q: got %v, want invalid", bad, err)
		}
	}
}
