package advisory

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/advisory/decision"
	"ward/detect/advisory/harvest"
	"ward/kit/db"
	"ward/test/database"
)

// The life of one document: every arrival with what becomes of it, what is then
// the newest, and how many facts were told in all.
func TestRevisions(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	steps := []struct {
		name   string
		paper  paper
		fate   Fate
		newest string
		silent bool
		facts  int
	}{
		{"first", paper{version: "2", date: day(2)}, FateNew, "2", false, 1},
		{"the same bytes", paper{version: "2", date: day(2)}, FateSame, "2", false, 1},
		{"an older one late", paper{version: "1", date: day(1)}, FateOlder, "2", false, 1},
		{"ten is above two", paper{version: "10", date: day(3)}, FateRevised, "10", false, 2},
		{"silently changed", paper{version: "10", date: day(3), title: "Another title"}, FateRevised, "10", true, 3},
		{"same number, older date", paper{version: "10", date: day(2), title: "A third title"}, FateOlder, "10", true, 3},
		{"semantic after integer", paper{version: "11.0.0", date: day(4)}, FateRevised, "11.0.0", false, 4},
	}
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, nil)
		for _, step := range steps {
			h.clock.Advance(time.Minute)
			out := h.accept(t, document(t, step.paper))
			want := map[Fate]int{FateNew: out.New, FateSame: out.Same, FateOlder: out.Older, FateRevised: out.Revised}[step.fate]
			if want != 1 || out.Read != 1 {
				t.Errorf("%s: got %+v, want one %s", step.name, out, step.fate)
			}
			if got := h.head(t, testID).Revision; got != step.newest {
				t.Errorf("%s: newest is %s, want %s", step.name, got, step.newest)
			}
			if got := len(h.facts(t)); got != step.facts {
				t.Errorf("%s: got %d facts, want %d", step.name, got, step.facts)
			}
			v, err := h.Read(context.Background(), analyst, testID, "")
			if err != nil {
				t.Fatal(err)
			}
			if step.fate != FateSame && v.Revisions[0].Silent != step.silent {
				t.Errorf("%s: silent is %v, want %v", step.name, v.Revisions[0].Silent, step.silent)
			}
		}
		h.compareRevisions(t)
	})
}

func (h *house) compareRevisions(t *testing.T) {
	v, err := h.Read(context.Background(), member, testID, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Revisions) != 6 {
		t.Errorf("got %d revisions, want all 6 that had bytes of their own", len(v.Revisions))
	}
	d, err := h.Compare(context.Background(), member, testID, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if d.Old.Version != "10" || d.New.Version != "11.0.0" {
		t.Errorf("compared %s with %s, want 10 with 11.0.0", d.Old.Version, d.New.Version)
	}
	_, body, err := h.Original(context.Background(), member, testID, "")
	if err != nil || !bytes.Contains(body, []byte(`"11.0.0"`)) {
		t.Errorf("the original of the newest: %v", err)
	}
}

func TestAnswers(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, nil)
		h.accept(t, document(t, paper{}))
		ctx := context.Background()
		head := h.head(t, testID)
		if head.Severity != ward.SeverityCritical || head.Score != 9.8 || head.TLP != ward.TLPClear || !slices.Equal(head.CVEs, []string{"CVE-2026-1000"}) {
			t.Errorf("got head %+v", head)
		}
		if want := "An attacker could change the infusion rate and cause harm to patients."; head.PatientRisk != want {
			t.Errorf("patient risk %q, want %q", head.PatientRisk, want)
		}
		claims, err := h.Claims(ctx, testID)
		if err != nil || len(claims) != 1 || claims[0].Range != "<2.0" || claims[0].Advisory != testID {
			t.Fatalf("claims %+v, %v", claims, err)
		}
		prints, err := h.Fingerprints(ctx, testID)
		if err != nil || len(prints[claims[0].Path]) != 32 {
			t.Errorf("fingerprints %v, %v", prints, err)
		}
		advice, err := h.Advice(ctx, testID, []string{"P1"})
		if err != nil || len(advice) != 1 || advice[0].Category != "vendor_fix" || advice[0].Leaves[0] != "P1" {
			t.Errorf("advice %+v, %v", advice, err)
		}
		h.concerns(t, "1.0", "affected")
		h.accept(t, document(t, paper{version: "2", rng: "<0.5", date: time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)}))
		h.concerns(t, "1.0", "not_affected")
		if _, err := h.Claims(ctx, "00000000-0000-8000-8000-000000000009"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("claims of an unknown one: %v, want not found", err)
		}
	})
}

func (h *house) concerns(t *testing.T, version, verdict string) {
	t.Helper()
	got, err := h.Concerning(context.Background(), map[ward.ProductID]ward.ProductRef{
		7: {Vendor: "Acme Medical", Name: "Infusia 500", Version: version}, 8: {Vendor: "Other", Name: "Thing"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Product != 7 || got[0].Advisory != testID || got[0].Finding.Verdict.String() != verdict {
		t.Errorf("version %s: got %+v, want %s by %s", version, got, verdict, testID)
	}
}

// One bad file of a lot is refused with its place; the rest is taken in.
func TestRefusals(t *testing.T) {
	good := document(t, paper{id: "GOOD-1"})
	noTitle := bytes.Replace(document(t, paper{id: "BAD-1"}), []byte(`"title":"Pump opens a door",`), nil, 1)
	unlabelled := document(t, paper{id: "BARE-1", tlp: "-"})
	archive := zipped(t, file{"a.json", []byte(`{"document":`)}, file{"b.json", good}, file{"c.json", noTitle}, file{"b.json.sha512", []byte("x")},
		file{"d.json", unlabelled}, file{"e.json", []byte(`[1,2]`)}, file{"f.json", document(t, paper{id: "GOOD-2"})})
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	out, err := h.Accept(context.Background(), analyst, Delivery{Name: "lot.zip", Body: bytes.NewReader(archive), Size: int64(len(archive))})
	if err != nil {
		t.Fatal(err)
	}
	if out.New != 2 || out.Refused != 4 || out.Ignored != 1 {
		t.Errorf("got %+v, want 2 new, 4 refused, 1 ignored", out)
	}
	want := map[string]string{"a.json": refuseFormat, "c.json": refuseSchema, "d.json": refuseMarking, "e.json": refuseFormat}
	for _, r := range out.Refusals {
		if want[r.Name] != r.Kind {
			t.Errorf("%s: refused as %s, want %s", r.Name, r.Kind, want[r.Name])
		}
		if r.Kind == refuseSchema && !strings.HasPrefix(r.Problems[0].Place, "/document") {
			t.Errorf("%s: place %q, want one in the document", r.Name, r.Problems[0].Place)
		}
	}
	v, err := h.sources.ByID(context.Background(), analyst, UploadSource)
	if err != nil || len(v.Faults) != 4 || v.Source.Faults != 4 {
		t.Errorf("the source keeps %d faults (%v), want 4", len(v.Faults), err)
	}
	umlaut := bytes.Replace(document(t, paper{id: "URL-1"}), []byte(`"title":`), []byte(`"references":[{"summary":"x","url":"https://acme.example/Übersicht?a[]=1"}],"title":`), 1)
	if out, err := h.Accept(context.Background(), analyst, Delivery{Name: "u.json", Body: bytes.NewReader(umlaut)}); err != nil || out.New != 1 {
		t.Errorf("an address that is no URI: got %+v, %v, want it taken in", out, err)
	}
	amber := ward.TLPAmber
	out, err = h.Accept(context.Background(), analyst, Delivery{Name: "d.json", Body: bytes.NewReader(unlabelled), Unmarked: &amber})
	if err != nil || out.New != 1 || h.head(t, IDOf("https://acme.example", "BARE-1")).TLP != ward.TLPAmber {
		t.Errorf("said to be AMBER: %+v, %v", out, err)
	}
}

func TestDamagedArchive(t *testing.T) {
	archive := zipped(t, file{"a.json", document(t, paper{})})
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	_, err := h.Accept(context.Background(), analyst, Delivery{Name: "a.zip", Body: bytes.NewReader(archive[:len(archive)/2])})
	if ward.CodeOf(err) != ward.Invalid {
		t.Errorf("half an archive: got %v, want invalid", err)
	}
}

func TestRights(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	ctx := context.Background()
	h.accept(t, document(t, paper{tlp: "RED"}))
	for name, tc := range map[string]struct {
		call func(a ward.Actor) error
		code map[*ward.Actor]ward.Code
	}{
		"accept": {func(a ward.Actor) error {
			_, err := h.Accept(ctx, a, Delivery{Name: "x", Body: strings.NewReader("{}")})
			return err
		}, map[*ward.Actor]ward.Code{&member: ward.Forbidden, &operator: ward.Forbidden, &analyst: ""}},
		"read red": {func(a ward.Actor) error { _, err := h.Read(ctx, a, testID, ""); return err },
			map[*ward.Actor]ward.Code{&member: ward.NotFound, &operator: ward.NotFound, &analyst: ""}},
		"sources": {func(a ward.Actor) error { _, err := h.sources.List(ctx, a); return err },
			map[*ward.Actor]ward.Code{&member: ward.Forbidden, &operator: "", &analyst: ""}},
		"add source": {func(a ward.Actor) error {
			_, err := h.sources.Add(ctx, a, harvest.Source{Kind: harvest.URL, URL: "https://x.example/a.json"})
			return err
		}, map[*ward.Actor]ward.Code{&member: ward.Forbidden, &operator: ward.Forbidden, &analyst: ""}},
		"decide": {func(a ward.Actor) error {
			_, err := h.Decide(ctx, a, decision.Decision{Kind: decision.Note, Advisory: testID, Reason: "so"})
			return err
		}, map[*ward.Actor]ward.Code{&member: ward.Forbidden, &operator: ward.Forbidden, &analyst: ""}},
	} {
		for a, want := range tc.code {
			if got := ward.CodeOf(tc.call(*a)); got != want {
				t.Errorf("%s as %s: got %q, want %q", name, a.Role, got, want)
			}
		}
	}
	if p, err := h.List(ctx, member, Filter{}); err != nil || len(p.Advisories) != 0 {
		t.Errorf("a member lists %d RED advisories (%v), want none", len(p.Advisories), err)
	}
}

// Another source cannot speak for a maker whose documents are signed.
func TestForeign(t *testing.T) {
	signed := Revision{Newest: true, Signature: Verified, Source: "s1", Signer: "k1"}
	for name, tc := range map[string]struct {
		in   arrival
		want bool
	}{
		"same source":            {arrival{source: "s1"}, false},
		"other source, unsigned": {arrival{source: "s2"}, true},
		"other source, same key": {arrival{source: "s2", signer: "k1"}, false},
		"other source and key":   {arrival{source: "s2", signer: "k2"}, true},
		"a person":               {arrival{source: "s2", person: true}, false},
	} {
		if got := foreign([]Revision{signed}, &prepared{arrival: tc.in}); got != tc.want {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}
