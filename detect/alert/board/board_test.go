package board

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"ward"
	"ward/kit/live"
	"ward/test/expect"
)

var (
	ctx   = context.Background()
	shown = time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC) // when the pages were shown
)

// quiet has no changes but those that a test passes by hand.
type quiet struct{}

func (quiet) Last(context.Context) (int64, error)                    { return 0, nil }
func (quiet) After(context.Context, [3]int64, int) ([]Change, error) { return nil, nil }
func none(context.Context) (int, []Key, error)                       { return 0, nil, nil }
func came(issue int64, org ward.OrgID, tlp ward.TLP) Change {
	return Change{Key: Key{issue, 1}, Seq: issue, Org: org, TLP: tlp, Raised: shown.Add(time.Minute)}
}

func empty() *Board {
	log := slog.New(slog.DiscardHandler)
	return New(Config{Live: live.New(nil, log), Topic: "changes", Log: log, Changes: quiet{}})
}

func page(t *testing.T, b *Board, v View) *Page {
	t.Helper()
	v.Since = shown
	if v.Count == nil {
		v.Count = none
	}
	p, stop, err := b.Open(ctx, v)
	expect.OK(t, err)
	t.Cleanup(stop)
	return p
}

// told wants what waits for a page; -1 for nothing.
func told(t *testing.T, what string, p *Page, want int) {
	t.Helper()
	got := -1
	select {
	case got = <-p.C:
	default:
	}
	if got != want {
		t.Errorf("%s: the page is told %d, want %d", what, got, want)
	}
}

// A page of single organisations hears of theirs alone, as far as its reader is
// cleared, up and down, and of nothing twice.
func TestPagesHearOfTheirOwn(t *testing.T) {
	b := empty()
	one := page(t, b, View{Orgs: []ward.OrgID{"h1"}, Clearance: ward.TLPGreen})
	two := page(t, b, View{Orgs: []ward.OrgID{"h2", "h3"}, Clearance: ward.TLPGreen})
	told(t, "nothing came", one, -1)
	told(t, "nothing came", two, -1)
	b.pass([]Change{came(1, "h1", ward.TLPGreen)})
	told(t, "one came", one, 1)
	told(t, "one came elsewhere", two, -1)
	b.pass([]Change{came(1, "h1", ward.TLPGreen)})
	told(t, "the same again", one, -1)
	b.pass([]Change{came(2, "h1", ward.TLPAmberStrict)})
	told(t, "beyond the clearance", one, -1)
	old := came(3, "h1", ward.TLPGreen)
	old.Raised = shown
	b.pass([]Change{old})
	told(t, "was there when the page was shown", one, -1)
	b.pass([]Change{came(4, "h2", ward.TLPGreen), came(4, "h1", ward.TLPGreen), came(5, "h3", ward.TLPGreen)})
	told(t, "only the newest count waits", two, 2)
	told(t, "one more", one, 2)
	over := came(1, "h1", ward.TLPGreen)
	over.Over = true
	b.pass([]Change{over})
	told(t, "one is over", one, 1)
}

// A count ends at Most: more is "many".
func TestMany(t *testing.T) {
	b := empty()
	p := page(t, b, View{Orgs: []ward.OrgID{"h1"}, Clearance: ward.TLPGreen})
	var all []Change
	for n := range int64(2 * Most) {
		all = append(all, came(n+1, "h1", ward.TLPGreen))
	}
	b.pass(all)
	told(t, "very many", p, Most)
}

// A page of whole countries is counted anew; one that cannot be counted is no page.
func TestWideIsCountedAnew(t *testing.T) {
	b := empty()
	n, fault := 3, error(nil)
	count := func(context.Context) (int, []Key, error) { return n, nil, fault }
	p := page(t, b, View{Wide: true, Count: count})
	told(t, "at first", p, 3)
	b.pass([]Change{came(1, "h1", ward.TLPClear)})
	told(t, "of a single organisation", p, -1)
	n = 7
	expect.OK(t, b.countWide(ctx))
	told(t, "later", p, 7)
	fault = fmt.Errorf("no database")
	if _, _, err := b.Open(ctx, View{Wide: true, Count: count}); err == nil {
		t.Error("a page opens that cannot be counted")
	}
	if len(b.all) != 1 {
		t.Errorf("%d pages are remembered, want the open one", len(b.all))
	}
}

// When the house stops, pages end, and what comes then is nobody's.
func TestPagesEnd(t *testing.T) {
	b := empty()
	p, stop, err := b.Open(ctx, View{Orgs: []ward.OrgID{"h1"}, Since: shown, Clearance: ward.TLPGreen, Count: none})
	expect.OK(t, err)
	told(t, "nothing came", p, -1)
	b.close()
	if _, open := <-p.C; open {
		t.Error("the page is told of something after the end")
	}
	b.pass([]Change{came(1, "h1", ward.TLPGreen)})
	stop()
	stop()
}

// So many may wait in one process; the next may when one has left.
func TestWaiters(t *testing.T) {
	var w Waiters
	for range mostWaiting {
		if !w.Enter() {
			t.Fatal("one of those who may wait may not")
		}
	}
	if w.Enter() {
		t.Error("one too many waits")
	}
	w.Leave()
	if !w.Enter() {
		t.Error("nobody takes the place of who left")
	}
}
