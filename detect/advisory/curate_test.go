package advisory

import (
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

// queue answers Reviews with fixed cases.
type queue []ward.ReviewCase

func (q queue) Reviews(context.Context, int) ([]ward.ReviewCase, error) { return q, nil }

func alias(same bool) decision.Decision {
	return decision.Decision{Kind: decision.Alias, Vendor: "Acme", Name: "Infusia", ClaimVendor: "Acme Medical", ClaimNames: []string{"Infusia 500"},
		Same: same, Reason: "asked the maker"}
}

// A decision counts at once and on other replicas, cannot be contradicted while
// it is in force, and loses its effect when it is undone but stays on record.
func TestDecisionLife(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, nil)
		other := openHouse(t, d, nil)
		ctx := context.Background()
		h.accept(t, document(t, paper{}))
		h.accept(t, document(t, paper{id: "OTHER", product: "Another thing"}))
		made, err := h.Decide(ctx, analyst, alias(true))
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]*house{"here": h, "on another replica": other} {
			got, err := s.Decisions(ctx)
			if err != nil || len(got.Aliases) != 1 {
				t.Errorf("%s: got %+v, %v, want one alias", name, got, err)
			}
		}
		if got, err := h.Touched(ctx, made.ID); err != nil || !slices.Equal(got, []ward.AdvisoryID{testID}) {
			t.Errorf("touched %v, %v, want %s", got, err, testID)
		}
		if _, err := h.Decide(ctx, analyst, alias(false)); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("the contrary: got %v, want conflict", err)
		}
		if err := h.Undo(ctx, analyst, made.ID, ""); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("undo without a reason: got %v, want invalid", err)
		}
		if err := h.Undo(ctx, analyst, made.ID, "the maker was wrong"); err != nil {
			t.Fatal(err)
		}
		if err := h.Undo(ctx, analyst, made.ID, "again"); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("undo twice: got %v, want conflict", err)
		}
		if got, err := other.Decisions(ctx); err != nil || len(got.Aliases) != 0 {
			t.Errorf("undone: got %+v, %v, want no alias", got, err)
		}
		if _, err := h.Decide(ctx, analyst, alias(false)); err != nil {
			t.Errorf("the contrary after the undoing: %v", err)
		}
		page, err := h.DecisionList(ctx, analyst, "", 1)
		if err != nil || len(page.Decisions) != 1 || page.Next == "" {
			t.Fatalf("first page %+v, %v", page, err)
		}
		page, err = h.DecisionList(ctx, analyst, page.Next, 1)
		if err != nil || len(page.Decisions) != 1 || page.Decisions[0].Undone.Reason != "the maker was wrong" || page.Next != "" {
			t.Errorf("second page %+v, %v", page, err)
		}
		if got := strings.Count(strings.Join(h.facts(t), "\n"), "decision_made"); got != 3 {
			t.Errorf("got %d facts of decisions, want 3", got)
		}
	})
}

func TestReadingDecision(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	ctx := context.Background()
	h.accept(t, document(t, paper{rng: "devices built before spring"}))
	h.concerns(t, "B7", "review")
	made, err := h.Decide(ctx, analyst, decision.Decision{Kind: decision.Reading, Range: "devices built before spring", Version: "B7",
		Verdict: ward.Affected, Advisory: testID, Leaf: "P1", Reason: "B7 is of winter"})
	if err != nil {
		t.Fatal(err)
	}
	h.concerns(t, "B7", "affected")
	h.concerns(t, "C1", "review")
	if got, err := h.Touched(ctx, made.ID); err != nil || !slices.Equal(got, []ward.AdvisoryID{testID}) {
		t.Errorf("touched %v, %v", got, err)
	}
}

func TestReviewCase(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	ctx := context.Background()
	h.accept(t, document(t, paper{}))
	c := ward.ReviewCase{Advisory: testID, ProductFinding: ward.ProductFinding{Product: 3, Finding: ward.Finding{Leaf: "P1"}}, Organisations: 2}
	got, claims, err := h.ReviewCase(ctx, analyst, queue{c}, c.Key())
	if err != nil || got.Organisations != 2 || len(claims) != 1 {
		t.Errorf("got %+v, %v, %v", got, claims, err)
	}
	if _, _, err := h.ReviewCase(ctx, analyst, queue{}, c.Key()); ward.CodeOf(err) != ward.NotFound {
		t.Errorf("a closed case: got %v, want not found", err)
	}
	if _, _, err := h.ReviewCase(ctx, member, queue{c}, c.Key()); ward.CodeOf(err) != ward.Forbidden {
		t.Errorf("a member: got %v, want forbidden", err)
	}
}

func TestList(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, nil)
		ctx := context.Background()
		day := func(n int) time.Time { return time.Date(2026, 10, n, 0, 0, 0, 0, time.UTC) }
		for _, p := range []paper{
			{id: "ICSMA-26-001-01", title: "Beta pump", date: day(1), cve: "CVE-2026-0001"},
			{id: "ICSMA-26-002-01", title: "alpha monitor", date: day(2), cve: "CVE-2026-0002", vector: "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", product: "IntelliVue"},
			{id: "ICSMA-26-003-01", title: "Gamma scanner", date: day(3), cve: "CVE-2026-0003", tlp: "AMBER", vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"},
			{id: "ICSMA-26-004-01", title: "Delta bed", date: day(3), cve: "CVE-2026-0004", tlp: "RED"},
		} {
			h.accept(t, document(t, p))
		}
		h.enrich(t, harvest.KEVCISA, cisa(t, "CVE-2026-0001"))
		amber := ward.TLPAmber
		for name, tc := range map[string]struct {
			actor ward.Actor
			f     Filter
			want  string // last digits of the tracking ids, in order
		}{
			"newest":             {analyst, Filter{}, "4321"},
			"member":             {member, Filter{}, "321"},
			"by title":           {analyst, Filter{Sort: SortTitle}, "2143"},
			"worst first":        {member, Filter{Sort: SortSeverity}, "132"},
			"words":              {analyst, Filter{Text: "pump"}, "1"},
			"beginning":          {analyst, Filter{Text: "intelli mon"}, "2"},
			"a CVE as word":      {analyst, Filter{Text: "CVE-2026-0003"}, "3"},
			"tracking id":        {analyst, Filter{Text: "icsma-26-004"}, "4"},
			"a word of nobody":   {analyst, Filter{Text: "zebra"}, ""},
			"severity":           {analyst, Filter{Severity: ward.SeverityHigh}, "431"},
			"exploited":          {analyst, Filter{Exploited: true}, "1"},
			"CVE":                {analyst, Filter{CVE: "cve-2026-0002"}, "2"},
			"marking":            {analyst, Filter{TLP: &amber}, "3"},
			"publisher":          {analyst, Filter{Publisher: "Acme Medical"}, "4321"},
			"dates":              {analyst, Filter{From: day(2), To: day(3)}, "2"},
			"source":             {analyst, Filter{Source: UploadSource}, "4321"},
			"quotes and percent": {analyst, Filter{Text: `%' OR "`}, ""},
		} {
			if got := h.ids(t, ctx, tc.actor, tc.f); got != tc.want {
				t.Errorf("%s: got %q, want %q", name, got, tc.want)
			}
		}
		h.readMark(t, ctx)
		if _, err := h.List(ctx, analyst, Filter{Cursor: "!!"}); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("a forged cursor: got %v, want invalid", err)
		}
	})
}

// readMark: a read advisory is unread again when a new revision comes, and the
// mark is the person's own.
func (h *house) readMark(t *testing.T, ctx context.Context) {
	t.Helper()
	id := IDOf("https://acme.example", "ICSMA-26-001-01")
	if err := h.MarkRead(ctx, member, id, true); err != nil {
		t.Fatal(err)
	}
	if got := h.ids(t, ctx, member, Filter{Unread: true}); got != "32" {
		t.Errorf("after one was read: got %q, want 32", got)
	}
	if got := h.ids(t, ctx, analyst, Filter{Unread: true}); got != "4321" && got != "3421" {
		t.Errorf("for another person: got %q, want all", got)
	}
	h.accept(t, document(t, paper{id: "ICSMA-26-001-01", version: "2", date: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), title: "Beta pump"}))
	if got := h.ids(t, ctx, member, Filter{Unread: true}); got != "321" {
		t.Errorf("after a new revision: got %q, want 321", got)
	}
	if err := h.MarkRead(ctx, member, IDOf("https://acme.example", "ICSMA-26-004-01"), true); ward.CodeOf(err) != ward.NotFound {
		t.Errorf("a RED one: got %v, want not found", err)
	}
}

// ids walks all pages of two rows.
func (h *house) ids(t *testing.T, ctx context.Context, a ward.Actor, f Filter) string {
	t.Helper()
	f.Limit = 2
	out := ""
	for {
		p, err := h.List(ctx, a, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Advisories {
			out += strings.TrimPrefix(strings.TrimSuffix(x.Tracking, "-01"), "ICSMA-26-00")
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			return out
		}
	}
}
