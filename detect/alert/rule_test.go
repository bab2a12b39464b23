package alert

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
	had := func(s State, affected, review int) *standing {
		return &standing{OrgNo: 1, State: s, Affected: affected, Review: review, Round: 3, Due: due}
	}
	fresh := day.Add(escalation.Cycle.Within())
	for name, tc := range map[string]struct {
		had     *standing
		now     ward.Holding
		touched bool
		n       news
		want    change
	}{
		"holds nothing, had nothing":      {nil, ward.Holding{}, true, news{Why: WhyNew}, change{Kind: keep}},
		"holds, had nothing":              {nil, ward.Holding{Affected: 2}, false, news{Why: WhyNew}, change{raise, Unseen, 2, 0, fresh, WhyNew, false}},
		"only a review, had nothing":      {nil, ward.Holding{Review: 1}, false, news{Why: WhyNew}, change{raise, Unseen, 0, 1, fresh, WhyNew, false}},
		"withdrawn before it was told":    {nil, ward.Holding{Affected: 2}, true, news{Why: WhyNew, Withdrawn: true}, change{Kind: keep}},
		"nothing changed":                 {had(Done, 2, 0), ward.Holding{Affected: 2}, false, news{Why: WhyRevised}, change{keep, Done, 2, 0, due, WhyRevised, false}},
		"remedy changed for a done one":   {had(Done, 2, 0), ward.Holding{Affected: 2}, true, news{Why: WhyRevised}, change{reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"remedy changed for an open one":  {had(InProgress, 2, 0), ward.Holding{Affected: 2}, true, news{Why: WhyRevised}, change{reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"unchanged remedy never tells":    {had(Acknowledged, 2, 0), ward.Holding{Affected: 3}, false, news{Why: WhyRevised}, change{count, Acknowledged, 3, 0, due, WhyRevised, false}},
		"used by attackers now":           {had(Done, 2, 0), ward.Holding{Affected: 2}, false, news{Why: WhyNew, Worse: true}, change{reopen, Unseen, 2, 0, fresh, WhyExploited, false}},
		"one more device came in":         {had(Done, 2, 0), ward.Holding{Affected: 3}, true, news{Why: WhyInventory}, change{reopen, Unseen, 3, 0, fresh, WhyInventory, false}},
		"the same import again":           {had(Done, 2, 0), ward.Holding{Affected: 2}, true, news{Why: WhyInventory}, change{keep, Done, 2, 0, due, WhyInventory, false}},
		"a device left":                   {had(Unseen, 2, 0), ward.Holding{Affected: 1}, true, news{Why: WhyInventory}, change{count, Unseen, 1, 0, due, WhyInventory, false}},
		"a review more is no news":        {had(Done, 2, 0), ward.Holding{Affected: 2, Review: 1}, true, news{Why: WhyInventory}, change{count, Done, 2, 1, due, WhyInventory, false}},
		"a review was decided":            {had(Acknowledged, 0, 2), ward.Holding{Affected: 2}, true, news{Why: WhyDecided}, change{reopen, Unseen, 2, 0, fresh, WhyDecided, false}},
		"nothing held, open":              {had(InProgress, 2, 0), ward.Holding{}, false, news{Why: WhyInventory}, change{finish, Obsolete, 0, 0, time.Time{}, WhyGone, false}},
		"nothing held, done by a person":  {had(Done, 2, 0), ward.Holding{}, false, news{Why: WhyInventory}, change{count, Done, 0, 0, due, WhyInventory, false}},
		"nothing held still":              {had(Obsolete, 0, 0), ward.Holding{}, false, news{Why: WhyInventory}, change{Kind: keep}},
		"withdrawn, open":                 {had(Unseen, 2, 0), ward.Holding{Affected: 2}, false, news{Why: WhyRevised, Withdrawn: true}, change{finish, Obsolete, 2, 0, time.Time{}, WhyWithdrawn, false}},
		"held again":                      {had(Obsolete, 0, 0), ward.Holding{Affected: 1}, false, news{Why: WhyInventory}, change{reopen, Unseen, 1, 0, fresh, WhyInventory, false}},
		"no longer withdrawn":             {had(Obsolete, 2, 0), ward.Holding{Affected: 2}, false, news{Why: WhyRevised}, change{reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"an earlier due time of a closed": {had(Done, 2, 0), ward.Holding{Affected: 2}, false, news{Why: WhyNew, Urgency: escalation.ActNow}, change{keep, Done, 2, 0, due, WhyNew, false}},
	} {
		tc.n.Now = day
		if tc.n.Urgency == "" {
			tc.n.Urgency = escalation.Cycle
		}
		if got := decide(tc.had, stake{Holding: tc.now}, tc.touched, tc.n); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

// Whom the Centre speaks to is told whatever it holds, and again when what it is
// told changes.
func TestDecideAddressed(t *testing.T) {
	due := day.Add(-time.Hour)
	had := func(s State, affected int, addressed bool) *standing {
		return &standing{OrgNo: 1, State: s, Affected: affected, Round: 3, Due: due, Addressed: addressed}
	}
	fresh := day.Add(escalation.Cycle.Within())
	for name, tc := range map[string]struct {
		had  *standing
		now  stake
		n    news
		want change
	}{
		"holds nothing, had nothing":       {nil, stake{Addressed: true}, news{Why: WhyNew, Said: true}, change{raise, Unseen, 0, 0, fresh, WhyNew, true}},
		"the same again":                   {had(Done, 0, true), stake{Addressed: true}, news{Why: WhyNew}, change{keep, Done, 0, 0, due, WhyNew, true}},
		"other steps":                      {had(Done, 0, true), stake{Addressed: true}, news{Why: WhyRevised, Said: true}, change{reopen, Unseen, 0, 0, fresh, WhyRevised, true}},
		"a holder is told other steps too": {had(Done, 2, false), stake{Holding: ward.Holding{Affected: 2}}, news{Why: WhyRevised, Said: true}, change{reopen, Unseen, 2, 0, fresh, WhyRevised, false}},
		"an import changes nothing":        {had(Unseen, 0, true), stake{Addressed: true}, news{Why: WhyInventory}, change{keep, Unseen, 0, 0, due, WhyInventory, true}},
		"no longer in the audience":        {had(Unseen, 0, true), stake{}, news{Why: WhyRevised}, change{finish, Obsolete, 0, 0, time.Time{}, WhyGone, false}},
		"taken back":                       {had(Unseen, 0, true), stake{}, news{Why: WhyRevised, Withdrawn: true}, change{finish, Obsolete, 0, 0, time.Time{}, WhyWithdrawn, false}},
		"taken back, the maker's stands":   {had(Unseen, 0, true), stake{}, news{Why: WhyRevised, Retracted: true}, change{finish, Obsolete, 0, 0, time.Time{}, WhyWithdrawn, false}},
		"taken back, held still":           {had(Unseen, 1, true), stake{Holding: ward.Holding{Affected: 1}}, news{Why: WhyRevised, Retracted: true}, change{count, Unseen, 1, 0, due, WhyRevised, false}},
		"taken back, done by a person":     {had(Done, 0, true), stake{}, news{Why: WhyRevised, Withdrawn: true}, change{count, Done, 0, 0, due, WhyRevised, false}},
	} {
		tc.n.Now, tc.n.Urgency = day, escalation.Cycle
		if got := decide(tc.had, tc.now, false, tc.n); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

// Rated worse, an open alert gets less time and no new round; and again none.
func TestDecideSooner(t *testing.T) {
	st := &standing{State: Acknowledged, Affected: 1, Round: 1, Due: day.Add(escalation.Cycle.Within())}
	n := news{Now: day, Why: WhyNew, Urgency: escalation.Days}
	got := decide(st, stake{Holding: ward.Holding{Affected: 1}}, false, n)
	if got.Kind != count || got.State != Acknowledged || !got.Due.Equal(day.Add(escalation.Days.Within())) {
		t.Fatalf("got %+v, want count with a due time in three days", got)
	}
	st.Due, n.Now = got.Due, day.Add(time.Hour)
	if got = decide(st, stake{Holding: ward.Holding{Affected: 1}}, false, n); got.Kind != keep {
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

func TestParseID(t *testing.T) {
	if i, o, ok := ParseID("1042-77"); !ok || i != 1042 || o != 77 {
		t.Errorf("got %d %d %v", i, o, ok)
	}
	for _, bad := range []ward.AlertID{"", "1", "1-", "-1-2", "1-2-3", "01-2", "1-02", "+1-2", "0-1", "1-0", "a-b", "1 -2", "99999999999999999999-1"} {
		if _, _, ok := ParseID(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
