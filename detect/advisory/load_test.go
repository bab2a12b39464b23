package advisory

import (
	"context"
	"os"
	"testing"
	"time"

	"ward"
	"ward/test/database"
	"ward/test/shared"
)

// Every real document of the corpus is taken in, in seconds, and a second time
// changes nothing.
func TestCorpus(t *testing.T) {
	path := shared.Path(t, "advisories/cisa-csaf/icsa-bulk.tar.gz")
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	accept := func() Outcome {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		start := time.Now()
		out, err := h.Accept(context.Background(), analyst, Delivery{Name: "icsa-bulk.tar.gz", Body: f})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v in %v", [...]int{out.Read, out.New, out.Revised, out.Older, out.Same, out.Refused, out.Ignored}, time.Since(start).Round(time.Millisecond))
		for _, r := range out.Refusals[:min(len(out.Refusals), 5)] {
			t.Logf("refused: %+v", r)
		}
		return out
	}
	if out := accept(); out.New == 0 || out.Refused > out.Read/50 {
		t.Errorf("got %d new and %d refused of %d, want nearly all new", out.New, out.Refused, out.Read)
	}
	if out := accept(); out.New+out.Revised+out.Older > 0 {
		t.Errorf("the same bytes again: got %d new, %d revised, %d older, want none", out.New, out.Revised, out.Older)
	}
	start := time.Now()
	got, err := h.Concerning(context.Background(), map[ward.ProductID]ward.ProductRef{1: {Vendor: "Philips", Name: "IntelliVue MX800", Version: "B.00"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("first question %v: %d concerns", time.Since(start).Round(time.Millisecond), len(got))
}
