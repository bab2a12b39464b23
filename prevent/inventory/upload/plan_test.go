package upload

import (
	"fmt"
	"testing"

	"ward"
	"ward/prevent/inventory/entry"
)

// TestRemovedIsShownLast: a list of one ward lacks nearly all of the inventory; what it
// brings is what a person has to see.
func TestRemovedIsShownLast(t *testing.T) {
	p := NewPlanner(&File{Rows: []Row{{Key: "new", Entry: entry.Entry{Ref: ward.ProductRef{Name: "Pump"}}}}}, nil)
	for i := range 2 * maxDifferences {
		p.See(Present{ID: ward.AssetID(fmt.Sprint(i)), Key: fmt.Sprint(i), Entry: entry.Entry{Ref: ward.ProductRef{Name: "Monitor"}}})
	}
	plan := p.Finish()
	if len(plan.Drops) != 2*maxDifferences || len(plan.Samples) != maxDifferences || plan.Samples[0].Kind != "added" || plan.Samples[1].Kind != "removed" {
		t.Errorf("%d dropped, %d shown, first %+v", len(plan.Drops), len(plan.Samples), plan.Samples[0])
	}
}
