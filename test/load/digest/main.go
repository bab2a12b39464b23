// Command digest lives through years of digests by the rules that the house has
// (package detect/alert/period): people in zones that change their clocks, a
// house that is down for hours or days, that is killed before its transaction
// ends, and two replicas of it. Each alert must stand in exactly one digest of
// each person, and the periods of a person must follow each other without gap.
// The store of the house is modelled: its transaction is all or nothing, and
// moves a period on only from where it was read. The same with the real store on
// both databases, for fewer years: TestDigestsAcrossRestarts in detect/alert.
//
//	go run ./test/load/digest -years 10000
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"ward/detect/alert/period"
)

func main() {
	years := flag.Int("years", 10000, "person-years")
	seed := flag.Uint64("seed", 1, "of chance")
	flag.Parse()
	begin := time.Now()
	var all tally
	for i := range *years {
		if err := all.year(rand.New(rand.NewPCG(*seed, uint64(i))), i); err != nil { //nolint:gosec // chance that can be had again
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Printf("%d person-years in %.1f s: %d periods, %d alerts, %d restarts, %d lost races, %d clock changes; doubled %d, missed %d, gaps %d\n", *years,
		time.Since(begin).Seconds(), all.periods, all.alerts, all.kills, all.races, all.changes, all.doubled, all.missed, all.gaps)
	if all.doubled+all.missed+all.gaps > 0 {
		os.Exit(1)
	}
}

type tally struct {
	periods, alerts, kills, races, changes, doubled, missed, gaps int
}

// zones of the Union and some that change their clocks otherwise.
var zones = []string{"Europe/Zagreb", "Europe/Lisbon", "Europe/Athens", "Europe/Dublin", "Atlantic/Azores", "America/St_Johns", "Australia/Lord_Howe"}

// row is what the store keeps of a person.
type row struct {
	rule    period.Rule
	open    period.Span
	waiting []raised           // alerts that no digest has
	digests map[time.Time]bool // by end of the period
	last    time.Time          // end of the last one
	told    []int              // by alert: digests that had it
}

// raised is one alert.
type raised struct {
	at time.Time
	no int // in told
}

// year is one person's, of one rule.
func (a *tally) year(chance *rand.Rand, n int) error {
	zone, err := time.LoadLocation(zones[chance.IntN(len(zones))])
	if err != nil {
		return err
	}
	at := time.Date(2020+n%10, 1, 1, chance.IntN(24), chance.IntN(60), 0, 0, time.UTC)
	end := at.AddDate(1, 0, 0)
	r := row{rule: ruleOf(chance, zone), digests: map[time.Time]bool{}}
	r.open, r.last = period.Span{From: at, Until: r.rule.Next(at)}, at
	for day := at; day.Before(end); day = day.Add(24 * time.Hour) {
		if _, was := day.In(zone).Zone(); was != offset(day.Add(24*time.Hour), zone) {
			a.changes++
		}
	}
	for at.Before(end) {
		at = at.Add(step(chance, r.rule))
		for range chance.IntN(3) { // raised while nobody looked
			when := at.Add(-time.Duration(chance.IntN(3600)) * time.Second)
			if when.Before(r.open.From) { // the clock of the transaction is after the last close
				when = at
			}
			r.waiting = append(r.waiting, raised{when, len(r.told)})
			r.told = append(r.told, 0)
		}
		a.release(chance, &r, at)
	}
	for !at.Before(r.open.Until) || len(r.waiting) > 0 { // the house is up to the end of what is open
		at = r.open.Until
		a.release(chance, &r, at)
	}
	a.alerts += len(r.told)
	a.periods += len(r.digests)
	for _, times := range r.told {
		switch {
		case times == 0:
			a.missed++
		case times > 1:
			a.doubled += times - 1
		}
	}
	return nil
}

func offset(t time.Time, zone *time.Location) int {
	_, o := t.In(zone).Zone()
	return o
}

func ruleOf(chance *rand.Rand, zone *time.Location) period.Rule {
	r := period.Rule{Every: period.Choices()[1+chance.IntN(3)], Hour: chance.IntN(24), Weekday: time.Weekday(chance.IntN(7)), Zone: zone}
	if chance.IntN(2) == 0 {
		r.Quiet = period.Quiet{From: chance.IntN(period.Day), Until: chance.IntN(period.Day)}
	}
	return r
}

// step is how long nobody looked: minutes, or the days of an outage.
func step(chance *rand.Rand, r period.Rule) time.Duration {
	if chance.IntN(100) == 0 {
		return time.Duration(chance.IntN(96)) * time.Hour
	}
	longest := map[period.Every]int{period.Hourly: 90, period.Daily: 1000, period.Weekly: 3000}[r.Every]
	return time.Duration(1+chance.IntN(longest)) * time.Minute
}

// release is what the house does each minute: two replicas read the same row,
// each may be killed before its end, and only one moves the period on.
func (a *tally) release(chance *rand.Rand, r *row, now time.Time) {
	const replicas, limit = 2, 400
	for !r.open.Until.After(now) {
		read := r.open
		for range replicas {
			closed, next := r.rule.Close(read, now, limit)
			if chance.IntN(20) == 0 { // killed: nothing of it is there
				a.kills++
				continue
			}
			if !r.open.Until.Equal(read.Until) { // the other was faster
				a.races++
				continue
			}
			r.open = next
			for _, span := range closed {
				a.close(r, span)
			}
		}
	}
}

// close is the transaction of one period.
func (a *tally) close(r *row, span period.Span) {
	if r.digests[span.Until] {
		a.doubled++
	}
	if !span.From.Equal(r.last) {
		a.gaps++
	}
	r.digests[span.Until], r.last = true, span.Until
	var rest []raised
	for _, x := range r.waiting {
		if x.at.After(span.Until) {
			rest = append(rest, x)
			continue
		}
		r.told[x.no]++
	}
	r.waiting = rest
}
