package picture

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/tally"
	"ward/test/expect"
)

// The attacks of this file look for one hospital, the target: somebody who knows
// its country, kind and cause asks for figures with and without what it has,
// today and tomorrow, rows and totals, the page and the file, and subtracts. Each
// attack says how many organisations are certainly in a difference in which
// nobody but the target can be; against raw counts it finds it, under the cover
// it must not.

// world is a set of reports in which the target is alone in some respect.
type world struct {
	cases  []*Case
	target *Case
}

// worldOf draws some hundreds of reports from 27 states, and one of which only its
// cause is special in its country, or its country in its month.
func worldOf(r *rand.Rand) world {
	var w world
	add := func(i int, country ward.Country, day int, cause, sector, family string) *Case {
		c := &Case{Mark: fmt.Sprintf("%032x", r.Uint64()), Org: fmt.Sprint("org", i), Source: Reported, Country: country, Day: day, Sector: sector, Cause: cause, Family: family,
			Impact: levels[r.IntN(4)], Signs: []string{"early_kept"}, Services: []string{"emergency"}, Known: dayTime(day), key: r.Uint64()}
		w.cases = append(w.cases, c)
		return c
	}
	states := ward.Countries()[:3+r.IntN(6)]
	today := dayOf(start)
	for i := range 60 + r.IntN(400) {
		add(i, states[int(float64(len(states))*r.Float64()*r.Float64())], today-r.IntN(300), Causes()[r.IntN(2)], "hospital", []string{"", "LockBit"}[r.IntN(2)])
	}
	w.target = add(-1, states[0], today-r.IntN(300), "natural-phenomena", "lab", "Akira")
	return w
}

// seer answers a filter as a reader sees it.
type seer func(Filter) Figures

// raw counts without a cover; covered as everybody sees it.
func (w world) raw(without bool) seer {
	var rows []Row
	for _, c := range w.cases {
		if !without || c != w.target {
			rows = append(rows, Row{Case: c, N: 1})
		}
	}
	return func(f Filter) Figures { return figures(rows, f) }
}

func (w world) covered(secret string, without bool) seer {
	var list []*Case
	for _, c := range w.cases {
		if !without || c != w.target {
			list = append(list, c)
		}
	}
	rows := cover{[]byte(secret)}.rows(list)
	return func(f Filter) Figures { return figures(rows, f.months()) }
}

// attack is a way to subtract; it returns the least number that is certainly
// behind the difference, given that each number may be off by slack.
type attack struct {
	name string
	try  func(w world, see seer) int
}

func attacks() []attack {
	where := func(w world) ward.Country { return w.target.Country }
	return []attack{
		{"a filter that only the target meets", func(w world, see seer) int {
			return see(Filter{Country: where(w), Cause: w.target.Cause}).Total.Reports
		}},
		{"all but the other causes", func(w world, see seer) int {
			n := see(Filter{Country: where(w)}).Total.Reports
			for _, c := range Causes() {
				if c != w.target.Cause {
					n -= see(Filter{Country: where(w), Cause: c}).Total.Reports
				}
			}
			return n - count(see(Filter{Country: where(w)}).Causes, Hidden)
		}},
		{"a row against its total", func(w world, see seer) int {
			x := see(Filter{})
			n := x.Total.Reports
			for _, c := range x.Sectors {
				if c.Word != w.target.Sector {
					n -= c.Reports
				}
			}
			return n
		}},
		{"two filters in turn", func(w world, see seer) int {
			return see(Filter{Sector: w.target.Sector}).Total.Reports - see(Filter{Sector: w.target.Sector, Cause: Causes()[0]}).Total.Reports
		}},
		{"a row under a filter", func(w world, see seer) int { return count(see(Filter{Country: where(w)}).Families, w.target.Family) }},
		{"a month", func(w world, see seer) int {
			day := dayTime(w.target.Day).Format(time.DateOnly)
			return count(see(Filter{From: day, To: day}).Causes, w.target.Cause)
		}},
		{"the file instead of the page", func(w world, see seer) int {
			s, _ := see(Filter{Country: where(w)}).Sheet("causes")
			var b bytes.Buffer
			if err := s.CSV(&b); err != nil {
				return 0
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if f := strings.Split(line, ","); f[0] == w.target.Cause {
					n, _ := strconv.Atoi(f[1])
					return n
				}
			}
			return 0
		}},
	}
}

// Every attack tells in raw counts whether the target is there; under the cover it
// is hardly better than a guess. An attacker says "there" when at least one is left
// after subtracting; how much better than guessing he is, is the share of worlds
// with the target in which he says so less the share of those without.
func TestDifferencing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const worlds = 300
	for _, a := range attacks() {
		raw, under := 0, 0
		for i := range worlds {
			w := worldOf(r)
			raw += says(a.try(w, w.raw(false))) - says(a.try(w, w.raw(true)))
			secret := fmt.Sprint(i)
			under += says(a.try(w, w.covered(secret, false))) - says(a.try(w, w.covered(secret, true)))
		}
		if raw < worlds*9/10 {
			t.Errorf("%s: tells in raw counts in %d of %d worlds only: this attack proves nothing", a.name, raw, worlds)
		}
		if limit := worlds * 15 / 100; under > limit || under < -limit {
			t.Errorf("%s: under the cover better than a guess in %d of %d worlds", a.name, under, worlds)
		}
	}
}

func says(left int) int {
	if left >= 1 {
		return 1
	}
	return 0
}

// No row is about fewer than ten organisations, every report is in one row of each
// side, and every number is rounded.
func TestRowsAreLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		w := worldOf(r)
		for _, word := range []func(*Case) string{month, year, func(c *Case) string { return c.Cause }, func(c *Case) string { return c.Sector }, func(c *Case) string { return string(c.Country) }} {
			n := 0
			for _, p := range parts(w.cases, word) {
				if n += len(p.cases); organisations(p.cases) < tally.Threshold {
					t.Fatalf("a group of %d organisations", organisations(p.cases))
				}
			}
			if n != len(w.cases) {
				t.Fatalf("%d of %d reports are in a group", n, len(w.cases))
			}
		}
		for _, x := range (cover{[]byte("k")}).rows(w.cases) {
			if x.N < tally.Step || x.N%tally.Step != 0 {
				t.Fatalf("a row of %d", x.N)
			}
			for s, n := range x.Shares {
				if n < tally.Step || n > x.N {
					t.Fatalf("a share of %d of %d: %s", n, x.N, s)
				}
			}
			if x.Country == w.target.Country && x.Of == why && x.Cause == w.target.Cause || x.Sector == w.target.Sector {
				t.Fatalf("the target alone is told: %+v", x.Case)
			}
		}
	}
}

// Who knows every report but the target's, and all rules, still only guesses: the
// numbers of a group with it and without it are about as likely. Against raw
// counts the same guess is always right.
func TestKnowingAllOthers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	right, rawRight := 0, 0
	const rounds = 4000
	for i := range rounds {
		var list []*Case
		for range 14 + r.IntN(30) {
			list = append(list, &Case{Org: fmt.Sprint(r.Uint64()), key: r.Uint64()})
		}
		n := len(list)
		in := r.IntN(2) == 1
		if in {
			list = append(list, &Case{Org: "target", key: r.Uint64()})
		}
		if (len(list) > n) == in {
			rawRight++
		}
		if v := (cover{[]byte(fmt.Sprint(i))}); (v.told(why, list) > n) == in {
			right++
		}
	}
	if rawRight != rounds {
		t.Errorf("against raw counts %d of %d", rawRight, rounds)
	}
	if share := float64(right) / rounds; share > 0.65 {
		t.Errorf("the guess is right in %.0f %% of cases", share*100)
	}
}

// Over time: a reader of the cover sees nothing move for one report, nor for a
// second; figures move when three organisations have told something new.
func TestOverTime(t *testing.T) {
	h := openHouse(t, sqlite(t))
	for i := range 40 {
		h.tell(t, report(fmt.Sprint("h", i), "HR"))
	}
	h.tell(t, report("x1", "SI")) // whatever waits is made even
	h.tell(t, report("x2", "SI"))
	before := h.look(t, centre, Filter{}).Figures
	if before.Total.Reports < 30 {
		t.Fatalf("the Centre sees %+v", before.Total)
	}
	rawBefore := h.look(t, team, Filter{Country: "HR"}).Figures.Total.Reports
	h.tell(t, report("target", "HR", func(f *ward.IncidentReported) { f.Cause = "natural-phenomena" }))
	after := h.look(t, centre, Filter{}).Figures
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("one report moved the cover:\n%+v\n%+v", before, after)
	}
	if raw := h.look(t, team, Filter{Country: "HR"}).Figures.Total.Reports; raw != rawBefore+1 {
		t.Errorf("its own team counts %d, then %d: the attack proves nothing", rawBefore, raw)
	}
	// readers of hospitals see the state of midnight
	daily := h.look(t, member, Filter{}).Figures
	for i := range 12 {
		h.tell(t, report(fmt.Sprint("late", i), "DE"))
	}
	if now := h.look(t, member, Filter{}).Figures; fmt.Sprint(now) != fmt.Sprint(daily) {
		t.Error("a reader saw figures move within a day")
	}
	h.clock.Advance(24 * time.Hour)
	if now := h.look(t, member, Filter{}).Figures; now.Total.Reports == daily.Total.Reports {
		t.Errorf("the next day the same: %+v", now.Total)
	}
}

// A reader's own country is not in his cover: he could take it off.
func TestOwnReportsHideNobody(t *testing.T) {
	h := openHouse(t, sqlite(t))
	for i := range 11 {
		h.tell(t, report(fmt.Sprint("h", i), "HR"))
	}
	h.tell(t, report("alone", "SI", func(f *ward.IncidentReported) { f.Kind = ward.KindLab }))
	if p := h.look(t, team, Filter{}); p.Figures.Total.Reports != 11 {
		t.Errorf("the team of HR sees %d reports of the Union, 11 of them its own", p.Figures.Total.Reports)
	}
	if p := h.look(t, abroad, Filter{}); p.Figures.Total.Reports == 0 || count(p.Figures.Countries, "SI") != 0 {
		t.Errorf("another team sees %+v", p.Figures.Countries)
	}
}

// The Member State's rule decides: nothing is nothing, and exact is for the Centre.
func TestSharing(t *testing.T) {
	h := openHouse(t, sqlite(t))
	for i := range 17 {
		h.tell(t, report(fmt.Sprint("h", i), "HR"))
	}
	expect.OK(t, h.Share(ctx, team, Exact))
	if p := h.look(t, centre, Filter{Country: "HR"}); !p.Exact || p.Figures.Total.Reports != 17 {
		t.Errorf("exact: the Centre sees %+v", p.Figures.Total)
	}
	if p := h.look(t, abroad, Filter{Country: "HR"}); p.Exact || p.Figures.Total.Reports%tally.Step != 0 {
		t.Errorf("exact: another team sees %+v", p.Figures.Total)
	}
	if n := h.look(t, centre, Filter{}).Recent.Reports; n != 17 {
		t.Errorf("covered: the Centre hears of %d new reports", n)
	}
	expect.OK(t, h.Share(ctx, team, Nothing))
	for _, a := range []ward.Actor{centre, abroad} {
		if r := h.look(t, a, Filter{}).Recent; r.Reports != 0 || h.Announces(ctx, a, "HR") {
			t.Errorf("nothing: %s hears of %d new reports", a.Role, r.Reports)
		}
	}
	if r := h.look(t, team, Filter{}).Recent; r.Reports != 17 || !h.Announces(ctx, team, "HR") {
		t.Errorf("nothing: the own team hears of %d new reports", r.Reports)
	}
	for _, a := range []ward.Actor{centre, abroad} {
		if p := h.look(t, a, Filter{Country: "HR"}); p.Shares || p.Figures.Total.Reports != 0 {
			t.Errorf("nothing: %s sees %+v", a.Role, p.Figures.Total)
		}
	}
	if p := h.look(t, team, Filter{Country: "HR"}); p.Figures.Total.Reports != 17 {
		t.Errorf("the own team sees %+v", p.Figures.Total)
	}
	expect.Code(t, "a hospital sets the rule", h.Share(ctx, member, Exact), ward.Forbidden)
	expect.Code(t, "a rule that is none", h.Share(ctx, team, "all"), ward.Invalid)
}

// A person has a day's measure of different questions; asking again is free, and
// a team's own country and history cost nothing.
func TestBudget(t *testing.T) {
	h := openHouse(t, sqlite(t))
	ask := func(i int) Filter {
		return Filter{Source: FromAll, Cause: Causes()[i%5], From: fmt.Sprintf("20%02d-%02d-01", 10+i/60, 1+i/5%12)}
	}
	for i := range questionsADay {
		h.look(t, member, ask(i))
	}
	_, err := h.Look(ctx, member, ask(questionsADay))
	expect.Code(t, "one question more", err, ward.Throttled)
	h.look(t, member, ask(3))
	h.look(t, member, Filter{Source: FromHistory})
	h.look(t, ward.Actor{Person: "p9", Org: "h2", Country: "SI", Role: ward.RoleManager}, ask(questionsADay))
	again := openSecond(t, h)
	if _, err := again.Look(ctx, member, ask(questionsADay)); ward.CodeOf(err) != ward.Throttled {
		t.Errorf("another replica: %v", err)
	}
	for i := range questionsADay + 5 {
		f := ask(i)
		f.Country = "HR"
		h.look(t, team, f)
	}
	h.clock.Advance(24 * time.Hour)
	expect.OK(t, h.forget(ctx))
	h.look(t, member, ask(questionsADay))
}
