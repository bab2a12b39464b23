package ransom

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

func TestRead(t *testing.T) {
	for name, tc := range map[string]struct {
		id, typed, want string
		fault           string
	}{
		"amount":              {"paid_amount", "250 000", "250000", ""},
		"decimals by a comma": {"paid_amount", "1,25", "1.25", ""},
		"thousands by a dot":  {"paid_amount", "250.000", "", "ransom.error.amount"},
		"thousands twice":     {"paid_amount", "1,250,000", "", "ransom.error.amount"},
		"below zero":          {"paid_amount", "-1", "", "ransom.error.amount"},
		"a small part":        {"paid_amount", "0.125", "0.125", ""},
		"percent":             {"insurer_share", "40 %", "40", ""},
		"more than all":       {"insurer_share", "101", "", "ransom.error.percent"},
		"choice":              {"decision", "paid", "paid", ""},
		"another choice":      {"decision", "perhaps", "", "ransom.error.choice"},
		"not known":           {"decision", "  ", "", ""},
		"a line":              {"wallet", "a\u202eb\nc", "ab c", ""},
		"a long line":         {"wallet", strings.Repeat("x", MaxLine+1), "", "ransom.error.long"},
		"time by zone":        {"paid_at", "2026-11-30T03:00", "2026-11-30T02:00:00Z", ""},
		"time of a program":   {"paid_at", "2026-11-30T03:00:00+01:00", "2026-11-30T02:00:00Z", ""},
		"no time":             {"paid_at", "yesterday", "", "ransom.error.time"},
	} {
		q, ok := questionOf(tc.id)
		if !ok {
			t.Fatal(tc.id)
		}
		got, err := q.Read(tc.typed, time.FixedZone("CET", 3600))
		if got != tc.want || keyOf(err) != tc.fault {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	if all := ward.All(err); len(all) > 0 {
		return all[0].Key
	}
	return err.Error()
}

func FuzzRead(f *testing.F) {
	f.Add("paid_amount", "1,25")
	f.Add("communications", "a\r\n\u202eb")
	f.Add("paid_at", "2026-11-30T03:00")
	f.Fuzz(func(t *testing.T, id, typed string) {
		q, ok := questionOf(id)
		if !ok {
			return
		}
		got, err := q.Read(typed, time.UTC)
		if err != nil || got == "" {
			return
		}
		if again, err := q.Read(got, time.UTC); err != nil && !(q.Kind == Amount && thousands().MatchString(got)) || err == nil && again != got {
			t.Errorf("%s: %q is read as %q, and that as %q (%v)", id, typed, got, again, err)
		}
	})
}

func TestContradictions(t *testing.T) {
	for name, tc := range map[string]struct {
		a    Answers
		want string
	}{
		"nothing known":          {Answers{}, ""},
		"paid":                   {Answers{"decision": Paid, "paid_amount": "5", "demanded": "yes", "demanded_at": "2026-11-01T00:00:00Z", "paid_at": "2026-11-02T00:00:00Z"}, ""},
		"not paid, with a sum":   {Answers{"decision": NotPaid, "paid_amount": "5"}, "ransom.error.not_paid"},
		"paid what nobody asked": {Answers{"decision": Paid, "demanded": "no"}, "ransom.error.unasked"},
		"paid tomorrow":          {Answers{"decision": Paid, "paid_at": "2026-12-02T00:00:00Z"}, "ransom.error.future"},
		"paid before":            {Answers{"demanded_at": "2026-11-02T00:00:00Z", "paid_at": "2026-11-01T00:00:00Z"}, "ransom.error.before"},
	} {
		if got := keyOf(tc.a.Check(start)); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// Each save is a version; nobody overwrites the other unseen; the history says
// what changed.
func TestVersions(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := begun(t, d)
		r := h.answer(t, Answers{"demanded": "yes", "demand_amount": "250000"})
		if r.Version != 2 {
			t.Errorf("version %d", r.Version)
		}
		_, err := h.Save(ctx, counsel, "i1", 1, Answers{"demand_amount": "1"})
		expect.Code(t, "on an old version", err, ward.Conflict)
		_, err = h.Save(ctx, counsel, "i1", 2, Answers{"decision": NotPaid, "paid_amount": "1"})
		expect.Code(t, "a contradiction", err, ward.Invalid)
		if r = h.answer(t, Answers{"demand_amount": "250000"}); r.Version != 2 {
			t.Error("a save of nothing is a version")
		}
		r = h.answer(t, Answers{"demand_amount": "", "decision": NotPaid})
		if r.Answers["demanded"] != "yes" || r.Answers["demand_amount"] != "" || r.Decision() != NotPaid {
			t.Errorf("stored %v", r.Answers)
		}
		l, err := h.History(ctx, counsel, "i1")
		expect.OK(t, err)
		var got []string
		for _, v := range l.Versions {
			for _, c := range v.Changes {
				got = append(got, fmt.Sprintf("%d %s %s>%s", v.Number, c.Question.ID, c.Before, c.After))
			}
		}
		want := "3 demand_amount 250000>|3 decision under_decision>not_paid|2 demanded >yes|2 demand_amount >250000|1 family >Akira|1 decision >under_decision"
		if strings.Join(got, "|") != want {
			t.Errorf("history %v", got)
		}
	})
}

// The statement of limited use stands in what leaves, and says whether the law of
// the country binds to it; a country's law is an entry in a file.
func TestLimit(t *testing.T) {
	h := begun(t, sqlite(t))
	r, err := h.Document(ctx, counsel, "i1")
	expect.OK(t, err)
	b, err := r.JSON()
	expect.OK(t, err)
	var w Wire
	expect.OK(t, json.Unmarshal(b, &w))
	if !w.Limited || w.Limit.Binding || w.Limit.Never[0] != "sanctions" || w.Limit.Confidence != rule.Low || w.Limit.Verified == "" || w.Schema != Schema {
		t.Errorf("limit %+v", w.Limit)
	}
	entry := "\n[[limit]]\ncountry = \"HR\"\nstatus = \"law\"\nact = \"Act\"\narticle = \"5\"\nsource = \"text\"\nconfidence = \"high\"\nverified = \"2026-11-29\"\n"
	list, err := Limits(append(append([]byte{}, limitData...), entry...))
	expect.OK(t, err)
	if l := limitOf(list, "HR"); !l.Binds() || l.Article != "5" || limitOf(list, "DE").Binds() {
		t.Errorf("by data alone: %+v", l)
	}
	for name, text := range map[string]string{"misspelt": strings.Replace(entry, "article", "artikel", 1), "status": strings.Replace(entry, `"law"`, `"rumour"`, 1),
		"country": strings.Replace(entry, "HR", "XX", 1), "twice": entry + entry, "undated": strings.Replace(entry, `verified = "2026-11-29"`, "", 1),
		"law of nobody": strings.Replace(entry, `country = "HR"`, "", 1)} {
		if _, err := Limits(append(append([]byte{}, limitData...), text...)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := Limits([]byte(entry)); err == nil {
		t.Error("a file without an entry for the others is taken")
	}
}

// Figures: small numbers are hidden, a day is whole, a team counts its country.
func TestCount(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		put := func(n int, country ward.Country, answers Answers) {
			for i := range n {
				id := fmt.Sprintf("%s-%s-%d", country, answers["decision"], i)
				a := ward.Actor{Person: "q-" + ward.PersonID(id), Name: "M", Org: ward.OrgID(id), Country: country, Role: ward.RoleManager}
				h.told[id] = ward.IncidentHead{ID: id, Number: "INC-" + id, Org: a.Org, Country: country}
				expect.OK(t, h.Name(ctx, a, id, a.Person))
				if _, err := h.Save(ctx, a, id, 1, answers); err != nil {
					t.Fatal(err)
				}
			}
		}
		put(12, "HR", Answers{"demanded": "yes", "decision": NotPaid})
		put(2, "HR", Answers{"demanded": "yes", "decision": Paid})
		put(9, "DE", Answers{"demanded": "yes", "decision": Paid})
		now, err := h.Count(ctx, team)
		expect.OK(t, err)
		if !now[0].Demanded.Hidden {
			t.Error("what came today is told today")
		}
		h.base.Clock.Advance(24 * time.Hour)
		for _, tc := range []struct {
			who  ward.Actor
			want Quarter
		}{
			{team, Quarter{"2026-Q4", Figure{10, false}, Figure{0, true}, Figure{10, false}, Figure{0, true}}},
			{abroad, Quarter{"2026-Q4", Figure{0, true}, Figure{0, true}, Figure{0, true}, Figure{0, true}}},
			{centre, Quarter{"2026-Q4", Figure{20, false}, Figure{10, false}, Figure{10, false}, Figure{0, true}}},
		} {
			got, err := h.Count(ctx, tc.who)
			if err != nil || len(got) != quartersBack || got[0] != tc.want || !got[1].Demanded.Hidden || got[7].Name != "2025-Q1" {
				t.Errorf("%s counts %+v (%v)", tc.who.Name, got, err)
			}
		}
		for _, a := range []ward.Actor{manager, member, {}, {Person: "o", Role: ward.RoleOperator}, {Person: "a", Country: "HR", Role: ward.RoleAuditor}} {
			_, err := h.Count(ctx, a)
			expect.Code(t, "counts", err, ward.Forbidden)
		}
	})
}
