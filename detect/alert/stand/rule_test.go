package stand

import (
	"testing"
	"time"

	"ward"
	"ward/detect/alert/escalation"
)

var day = time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC)

// Each row is one line of the rule of telling.
func TestDecide(t *testing.T) {
	due := day.Add(-time.Hour)
	had := func(s State, affected, review int) *Standing {
		return &Standing{OrgNo: 1, State: s, Affected: affected, Review: review, Round: 3, Due: due}
	}
	fresh := day.Add(escalation.Cycle.Within())
	for name, tc := range map[string]struct {
		had     *Standing
		now     ward.Holding
		touched bool
		n       News
		want    Change
	}{
		"holds nothing, had nothing":      {nil, ward.Holding{}, true, News{Why: WhyNew}, Change{Kind: Keep}},
		"holds, had nothing":              {nil, ward.Holding{Affected: 2}, false, News{Why: WhyNew}, Change{Raise, Unseen, 2, 0, fresh, WhyNew, false}},
		"only a review, had nothing":      {nil, ward.Holding{Review: 1}, false, News{Why: WhyNew}, Change{Raise, Unseen, 0, 1, fresh, WhyNew, false}},
		"withdrawn before it was told":    {nil, ward.Holding{Affected: 2}, true, News{Why: WhyNew, Withdrawn: true}, Change{Kind: Keep}},
		"nothing changed":                 {had(Done, 2, 0), ward.Holding{Affected: 2}, false, News{Why: WhyRevised}, Change{Keep, Done, 2, 0, due, WhyRevised, false}},
		"remedy changed for a done one":   {had(Done, 2, 0), ward.Holding{Affected: 2}, true, News{Why: WhyRevised}, Change{Reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"remedy changed for an open one":  {had(InProgress, 2, 0), ward.Holding{Affected: 2}, true, News{Why: WhyRevised}, Change{Reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"unchanged remedy never tells":    {had(Acknowledged, 2, 0), ward.Holding{Affected: 3}, false, News{Why: WhyRevised}, Change{Count, Acknowledged, 3, 0, due, WhyRevised, false}},
		"used by attackers now":           {had(Done, 2, 0), ward.Holding{Affected: 2}, false, News{Why: WhyNew, Worse: true}, Change{Reopen, Unseen, 2, 0, fresh, WhyExploited, false}},
		"one more device came in":         {had(Done, 2, 0), ward.Holding{Affected: 3}, true, News{Why: WhyInventory}, Change{Reopen, Unseen, 3, 0, fresh, WhyInventory, false}},
		"the same import again":           {had(Done, 2, 0), ward.Holding{Affected: 2}, true, News{Why: WhyInventory}, Change{Keep, Done, 2, 0, due, WhyInventory, false}},
		"a device left":                   {had(Unseen, 2, 0), ward.Holding{Affected: 1}, true, News{Why: WhyInventory}, Change{Count, Unseen, 1, 0, due, WhyInventory, false}},
		"a review more is no news":        {had(Done, 2, 0), ward.Holding{Affected: 2, Review: 1}, true, News{Why: WhyInventory}, Change{Count, Done, 2, 1, due, WhyInventory, false}},
		"a review was decided":            {had(Acknowledged, 0, 2), ward.Holding{Affected: 2}, true, News{Why: WhyDecided}, Change{Reopen, Unseen, 2, 0, fresh, WhyDecided, false}},
		"nothing held, open":              {had(InProgress, 2, 0), ward.Holding{}, false, News{Why: WhyInventory}, Change{Finish, Obsolete, 0, 0, time.Time{}, WhyGone, false}},
		"nothing held, done by a person":  {had(Done, 2, 0), ward.Holding{}, false, News{Why: WhyInventory}, Change{Count, Done, 0, 0, due, WhyInventory, false}},
		"nothing held still":              {had(Obsolete, 0, 0), ward.Holding{}, false, News{Why: WhyInventory}, Change{Kind: Keep}},
		"withdrawn, open":                 {had(Unseen, 2, 0), ward.Holding{Affected: 2}, false, News{Why: WhyRevised, Withdrawn: true}, Change{Finish, Obsolete, 2, 0, time.Time{}, WhyWithdrawn, false}},
		"held again":                      {had(Obsolete, 0, 0), ward.Holding{Affected: 1}, false, News{Why: WhyInventory}, Change{Reopen, Unseen, 1, 0, fresh, WhyInventory, false}},
		"no longer withdrawn":             {had(Obsolete, 2, 0), ward.Holding{Affected: 2}, false, News{Why: WhyRevised}, Change{Reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"an earlier due time of a closed": {had(Done, 2, 0), ward.Holding{Affected: 2}, false, News{Why: WhyNew, Urgency: escalation.ActNow}, Change{Keep, Done, 2, 0, due, WhyNew, false}},
	} {
		tc.n.Now = day
		if tc.n.Urgency == "" {
			tc.n.Urgency = escalation.Cycle
		}
		if got := Decide(tc.had, Stake{Holding: tc.now}, tc.touched, tc.n); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

// Whom the Centre speaks to is told whatever it holds, and again when what it is
// told changes.
func TestDecideAddressed(t *testing.T) {
	due := day.Add(-time.Hour)
	had := func(s State, affected int, addressed bool) *Standing {
		return &Standing{OrgNo: 1, State: s, Affected: affected, Round: 3, Due: due, Addressed: addressed}
	}
	fresh := day.Add(escalation.Cycle.Within())
	for name, tc := range map[string]struct {
		had  *Standing
		now  Stake
		n    News
		want Change
	}{
		"holds nothing, had nothing":       {nil, Stake{Addressed: true}, News{Why: WhyNew, Said: true}, Change{Raise, Unseen, 0, 0, fresh, WhyNew, true}},
		"the same again":                   {had(Done, 0, true), Stake{Addressed: true}, News{Why: WhyNew}, Change{Keep, Done, 0, 0, due, WhyNew, true}},
		"other steps":                      {had(Done, 0, true), Stake{Addressed: true}, News{Why: WhyRevised, Said: true}, Change{Reopen, Unseen, 0, 0, fresh, WhyRevised, true}},
		"a holder is told other steps too": {had(Done, 2, false), Stake{Holding: ward.Holding{Affected: 2}}, News{Why: WhyRevised, Said: true}, Change{Reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"an import changes nothing":        {had(Unseen, 0, true), Stake{Addressed: true}, News{Why: WhyInventory}, Change{Keep, Unseen, 0, 0, due, WhyInventory, true}},
		"no longer in the audience":        {had(Unseen, 0, true), Stake{}, News{Why: WhyRevised}, Change{Finish, Obsolete, 0, 0, time.Time{}, WhyGone, false}},
		"taken back":                       {had(Unseen, 0, true), Stake{}, News{Why: WhyRevised, Withdrawn: true}, Change{Finish, Obsolete, 0, 0, time.Time{}, WhyWithdrawn, false}},
		"taken back, the maker's stands":   {had(Unseen, 0, true), Stake{}, News{Why: WhyRevised, Retracted: true}, Change{Finish, Obsolete, 0, 0, time.Time{}, WhyWithdrawn, false}},
		"taken back, held still":           {had(Unseen, 1, true), Stake{Holding: ward.Holding{Affected: 1}}, News{Why: WhyRevised, Retracted: true}, Change{Count, Unseen, 1, 0, due, WhyRevised, false}},
		"taken back, done by a person":     {had(Done, 0, true), Stake{}, News{Why: WhyRevised, Withdrawn: true}, Change{Count, Done, 0, 0, due, WhyRevised, false}},
	} {
		tc.n.Now, tc.n.Urgency = day, escalation.Cycle
		if got := Decide(tc.had, tc.now, false, tc.n); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

// Rated worse, an open alert gets less time and no new round; and again none.
func TestDecideSooner(t *testing.T) {
	st := &Standing{State: Acknowledged, Affected: 1, Round: 1, Due: day.Add(escalation.Cycle.Within())}
	n := News{Now: day, Why: WhyNew, Urgency: escalation.Days}
	got := Decide(st, Stake{Holding: ward.Holding{Affected: 1}}, false, n)
	if got.Kind != Count || got.State != Acknowledged || !got.Due.Equal(day.Add(escalation.Days.Within())) {
		t.Fatalf("got %+v, want count with a due time in three days", got)
	}
	st.Due, n.Now = got.Due, day.Add(time.Hour)
	if got = Decide(st, Stake{Holding: ward.Holding{Affected: 1}}, false, n); got.Kind != Keep {
		t.Errorf("an hour later: got %+v, want keep", got)
	}
}

func TestStates(t *testing.T) {
	all := []State{Unseen, Acknowledged, Applicable, NotApplicable, InProgress, Done, RiskAccepted, Obsolete}
	for _, s := range all {
		if s.May(s) || s.May(Unseen) || s.May(Obsolete) {
			t.Errorf("%s: a person may not stay, un-see or end for the house", s)
		}
	}
	if Done.May(Acknowledged) || !Done.May(InProgress) || len(Obsolete.Next()) != 0 {
		t.Errorf("done opens to in progress only, obsolete to nothing")
	}
	for _, s := range []State{Done, NotApplicable, RiskAccepted, Obsolete} {
		if s.Open() {
			t.Errorf("%s is open", s)
		}
	}
}
