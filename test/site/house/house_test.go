package house_test

import (
	"testing"
	"time"

	"ward/test/site/house"
)

func TestFurnish(t *testing.T) {
	start := time.Now()
	h := house.Open(t, house.Config{})
	t.Log("opened", time.Since(start))
	town := h.Furnish()
	t.Log("furnished", time.Since(start))
	for _, kind := range []string{"org", "asset", "import", "webhook", "alert", "site", "contact", "hat"} {
		for _, p := range []house.Place{house.Home, house.Near, house.Far} {
			if town.ID(kind, p, 0) == "" {
				t.Errorf("no %s at %s", kind, p)
			}
		}
	}
	for _, kind := range []string{"source", "decision", "review", "issue"} {
		if town.ID(kind, house.Centre, 0) == "" {
			t.Errorf("no %s", kind)
		}
	}
}
